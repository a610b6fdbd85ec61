"""Something goes wrong at one step of a recipe, at each in its turn: `python -m tests.faults.each_step`.

Prints, for each recipe and trouble, how often it struck and how often a promise broke.
Unlike a search (`cut_search.py`) this is no model: the recipe runs in a child once
for each of its steps, and at that step the kernel refuses it or kills the child.
"""

from __future__ import annotations

import errno
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qantar.errors import DiskError
from tests.faults.recipe import Recipe, evenly
from tests.faults.scratch import scratch_folder
from tests.faults.steps import Step
from tests.faults.supervise import HAPPENS, Judge, Tell, Verdict, supervise

REFUSED = "refused"
_TAKE_ROOM = {"make", "mkdir", "write", "sync", "move", "link"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One way for things to go wrong: at which steps it can, and what happens then.

    `lasts` is true when every later step that it can strike fails too; `half` when
    a write is half done first; `reads` when the folder is judged while it lasts.
    """

    name: str
    strikes: Callable[[Step], bool]
    verdict: Verdict
    lasts: bool = False
    half: bool = False

    def at(self, number: int) -> Judge:
        """Give the judge that strikes at the step of this number (from 0) among those it can."""
        seen = -1

        def judge(step: Step) -> Verdict:
            nonlocal seen
            if not self.strikes(step):
                return HAPPENS
            seen += 1
            if seen == number:
                part = len(step.data) // 2 if self.half else 0
                return Verdict(error=self.verdict.error, kill=self.verdict.kill, part=part)
            return self.verdict if self.lasts and seen > number else HAPPENS

        return judge


def _takes_room(step: Step) -> bool:
    return step.what in _TAKE_ROOM


FULL = Trouble(
    name="disk full", strikes=_takes_room, verdict=Verdict(error=errno.ENOSPC), lasts=True
)
FULL_HALFWAY = Trouble(
    name="disk full within a write",
    strikes=lambda step: step.what == "write" and len(step.data) > 1,
    verdict=Verdict(error=errno.ENOSPC),
    half=True,
)
SICK = Trouble(
    name="one failure to force to the disk",
    strikes=lambda step: step.what == "sync",
    verdict=Verdict(error=errno.EIO),
)
KILLED = Trouble(name="killed before a step", strikes=lambda _: True, verdict=Verdict(kill=True))
KILLED_HALFWAY = Trouble(
    name="killed within a write",
    strikes=lambda step: step.what == "write" and len(step.data) > 1,
    verdict=Verdict(kill=True),
    half=True,
)
TROUBLES = (FULL, FULL_HALFWAY, SICK, KILLED, KILLED_HALFWAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """How many steps were struck, and what was wrong afterwards."""

    times: int
    violations: tuple[str, ...]


def strike(recipe: Recipe, trouble: Trouble, *, most: int | None = None) -> Struck:
    """Run a recipe once for each step that the trouble can strike, or for `most` of them."""
    violations: list[str] = []
    times = 0
    with scratch_folder() as folder:
        before = folder / "before"
        before.mkdir(mode=0o700)
        recipe.prepare(before)
        for number in evenly(range(_count(recipe, trouble, folder)), most):
            times += 1
            root = Path(shutil.copytree(before, folder / "root"))
            wrong = _wrong(recipe, trouble, root, number)
            shutil.rmtree(root)
            if wrong:
                violations.append(f"at {number}: {wrong}")
    return Struck(times=times, violations=tuple(violations))


def _count(recipe: Recipe, trouble: Trouble, folder: Path) -> int:
    root = Path(shutil.copytree(folder / "before", folder / "root"))
    ending = supervise(lambda tell: recipe.work(root, tell), root)
    shutil.rmtree(root)
    return sum(trouble.strikes(step) for step in ending.steps if step.what != "mark")


def _wrong(recipe: Recipe, trouble: Trouble, root: Path, number: int) -> str:
    ending = supervise(lambda tell: _work(recipe, root, tell), root, trouble.at(number))
    if ending.code != (-9 if trouble.verdict.kill else 0):
        return f"the command ended with {ending.code}"
    told = [mark for mark in ending.marks if mark != REFUSED]
    if trouble is FULL:
        reads = supervise(lambda _: recipe.judge(root, told), root, trouble.at(0))
        if reads.code != 0:
            return "it cannot be read while the disk is full"
    try:
        recipe.judge_and_go_on(root, told)
    except Exception as problem:  # noqa: BLE001  # whatever it is, it is what we look for
        return f"{type(problem).__name__}: {problem}"
    return ""


def _work(recipe: Recipe, root: Path, tell: Tell) -> None:
    try:
        recipe.work(root, tell)
    except DiskError:
        tell(REFUSED)


def main() -> int:
    """Strike every step of every recipe; gives the exit code."""
    from tests.faults.recipes import RECIPES  # noqa: PLC0415  # they are made of what is here

    wrong: list[str] = []
    print("| recipe | " + " | ".join(trouble.name for trouble in TROUBLES) + " |")
    for recipe in RECIPES:
        struck = [strike(recipe, trouble) for trouble in TROUBLES]
        wrong += (f"{recipe.name}: {one}" for each in struck for one in each.violations)
        cells = (f"{len(each.violations)} of {each.times}" for each in struck)
        print(f"| {recipe.name} | " + " | ".join(cells) + " |", flush=True)
    for one in wrong:
        print(one)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
