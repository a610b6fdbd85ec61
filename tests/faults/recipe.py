"""What a way of writing must keep, however it is cut short."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.faults.supervise import Tell

T = TypeVar("T")
Told = Sequence[str]


class Violation(Exception):  # noqa: N818  # what the search is for
    """A state after a power cut in which something acknowledged is gone, or nothing opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A way of writing, and what must hold of the folder whenever the power goes.

    `prepare` makes what is there before, `work` writes and tells a word for each
    thing that it acknowledged, `judge` reads and raises on a folder that breaks a
    promise, given the words told by then. `go_on` does what the next command would
    do there, and raises if it cannot. `heavy` recipes handle megabytes: of their
    states fewer are judged in the short run.
    """

    name: str
    prepare: Callable[[Path], object]
    work: Callable[[Path, Tell], object]
    judge: Callable[[Path, Told], object]
    go_on: Callable[[Path], object] = lambda _: None
    heavy: bool = False

    def judge_and_go_on(self, root: Path, told: Told) -> None:
        """Judge a folder, do the next thing in it, and judge it again."""
        self.judge(root, told)
        self.go_on(root)
        self.judge(root, told)


def evenly(things: Sequence[T], most: int | None) -> Sequence[T]:
    """Give things, or at most so many of them, evenly chosen, the first among them."""
    return things if most is None else things[:: max(1, -(-len(things) // most))]


def must(holds: object, what: str) -> None:
    """Hold a promise."""
    if not holds:
        raise Violation(what)
