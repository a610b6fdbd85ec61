"""The power goes at any instant: in every state a disk may then hold, the case is whole.

A recipe is run once, for real, in a child whose system calls are recorded
(`supervise.py`); the recording is played into a model of the disk
(`disk_model.py`), and after each step every state that the disk may hold then is
put down in a folder and judged: what was acknowledged must be there, and the
state must be the one before or the one after. The recipes are in `recipes.py`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.disk_model import Disk
from tests.faults.disk_state import Content, State, put_down, snapshot
from tests.faults.recipe import Recipe, Told, evenly
from tests.faults.scratch import scratch_folder
from tests.faults.steps import Step
from tests.faults.supervise import supervise


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A folder before a recipe, and the steps the recipe took."""

    start: State
    steps: tuple[Step, ...]

    def without(self, forgotten: Callable[[Step], bool]) -> Recording:
        """Give the recording of a recipe that forgets some of its steps."""
        kept = tuple(step for step in self.steps if not forgotten(step))
        return Recording(start=self.start, steps=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How many different states were judged, and what was wrong with which."""

    states: int
    violations: tuple[str, ...]


def record(recipe: Recipe) -> Recording:
    """Run a recipe once, watched.

    Raises:
        AssertionError: it failed, or the recording does not give what is on the disk.
    """
    with scratch_folder() as folder:
        root = folder / "root"
        root.mkdir(mode=0o700)
        recipe.prepare(root)
        start = snapshot(root)
        ending = supervise(lambda tell: recipe.work(root, tell), root)
        assert ending.code == 0, f"{recipe.name} ended with {ending.code}"
        recording = Recording(start=start, steps=ending.steps)
        assert _played(recording).newest() == snapshot(root), f"{recipe.name}: steps are missing"
    return recording


def search(
    recipe: Recipe,
    recording: Recording,
    *,
    limit: int,
    most: int | None = None,
    most_violations: int = 100,
) -> Found:
    """Judge states after each step, those of the last step first.

    Args:
        recipe: says what must hold.
        recording: of the recipe, or of a careless one.
        limit: how many states of one step are looked at.
        most: how many states are judged in all, evenly chosen; all if None.
        most_violations: stop when so many broke a promise.
    """
    violations: list[str] = []
    count = 0
    with scratch_folder() as folder:
        states = list(_states(recording, limit))
        for number, told, state in evenly(states[::-1], most):
            count += 1
            wrong = _wrong(recipe, folder / "root", state, told)
            if wrong:
                step = recording.steps[number - 1] if number else None
                violations.append(f"after {_say(step)}: {wrong}")
                if len(violations) == most_violations:
                    break
    return Found(states=count, violations=tuple(violations))


def forces_to_disk(step: Step) -> bool:
    """Whether a step is one that a careless writer leaves out."""
    return step.what == "sync"


def _wrong(recipe: Recipe, root: Path, state: State, told: Told) -> str:
    """Say what a state breaks; "" if nothing."""
    put_down(state, root)
    try:
        recipe.judge_and_go_on(root, told)
    except Exception as problem:  # noqa: BLE001  # whatever it is, it is what we look for
        return f"{type(problem).__name__}: {problem}"
    finally:
        shutil.rmtree(root)
    return ""


def _states(recording: Recording, limit: int) -> Iterator[tuple[int, Told, State]]:
    """Give the number of steps done, the words told by then, and a state not given before."""
    disk = Disk(recording.start)
    told: list[str] = []
    seen: set[tuple[int, frozenset[tuple[str, Content | None]]]] = set()
    for number, step in enumerate((None, *recording.steps)):
        if step is not None:
            disk.do(step)
            if step.what == "mark":
                told.append(step.data.decode())
            if _goes_on(step, recording.steps[number:]):
                continue
        for state in disk.after_power_cut(limit):
            known = frozenset(state.items())
            if (len(told), known) not in seen:
                seen.add((len(told), known))
                yield number, tuple(told), state


def _goes_on(step: Step, later: Sequence[Step]) -> bool:
    """Whether the next step writes on in the same file: what that leaves includes what this does."""
    return bool(later) and step.what == later[0].what == "write" and step.path == later[0].path


def _played(recording: Recording) -> Disk:
    disk = Disk(recording.start)
    for step in recording.steps:
        disk.do(step)
    return disk


def _say(step: Step | None) -> str:
    return "the start" if step is None else f"{step.what} {step.path} {step.target}".rstrip()
