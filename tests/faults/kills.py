"""Killed at a random instant, again and again: `python -m tests.faults.kills [COUNT [CHORE…]]`.

A child opens the case and works without end; each thing it acknowledges it tells
its parent, which kills it after a random time, within its work or its opening. Then
another child opens the case anew and looks: the case opens, everything that was
ever acknowledged is there, and nothing is broken. The next child goes on in the
same case. Prints, for each chore, kills, things acknowledged, and what was lost.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from tests.faults import children
from tests.faults.chance import chance
from tests.faults.scratch import scratch_folder

KILLS_A_LIFE = 20
"""How many kills one case lives through before a new one takes its place."""

_FEW, _LONGER = 4, 1.5
_COUNT = 10_000

TellLine = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Something that a command does over and over.

    `prepare` makes a case in a folder. `work` opens it and goes on for ever from
    number `start`, telling a line for each thing acknowledged. `check` raises if
    one of all the lines told does not hold, or if anything is broken.
    """

    name: str
    prepare: Callable[[Path], object]
    work: Callable[[Path, int, TellLine], object]
    check: Callable[[Path, Sequence[str]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """What a row of kills did: acknowledged things, and what was wrong after which kill."""

    kills: int
    acknowledged: int
    faults: tuple[str, ...]


def kill_often(chore: Chore, kills: int, random: Random) -> Toll:
    """Kill a chore so many times, in as many cases as that takes."""
    lives = [
        _live(chore, min(KILLS_A_LIFE, kills - before), random)
        for before in range(0, kills, KILLS_A_LIFE)
    ]
    return Toll(
        kills=sum(life.kills for life in lives),
        acknowledged=sum(life.acknowledged for life in lives),
        faults=tuple(fault for life in lives for fault in life.faults),
    )


def _live(chore: Chore, kills: int, random: Random) -> Toll:
    """Let one case live through so many kills, or through as many as it survives."""
    told: list[str] = []
    with scratch_folder() as folder:
        chore.prepare(folder)
        longest = 0.0
        for number in range(kills):
            child = _Child(chore, folder, number)
            # The first is killed once it has done a few things, which tells how long that takes.
            longest = longest or child.wait_for(_FEW)
            told += child.kill_after(random.random() * _LONGER * longest if number else 0)
            if children.wait(children.start(partial(chore.check, folder, told))) != 0:
                fault = f"{chore.name}: kill {number} of a case, after {len(told)} acknowledged"
                return Toll(kills=number + 1, acknowledged=len(told), faults=(fault,))
    return Toll(kills=kills, acknowledged=len(told), faults=())


class _Child:
    """A child at its chore, and what it tells."""

    def __init__(self, chore: Chore, folder: Path, number: int) -> None:
        """Start it."""
        self._began, self._chore = time.monotonic(), chore
        told, tell = os.pipe()
        start = number * 1_000_000
        self._pid = children.start(lambda: chore.work(folder, start, lambda line: _say(tell, line)))
        os.close(tell)
        self._told, self._lines = os.fdopen(told, encoding="utf-8"), list[str]()

    def wait_for(self, lines: int) -> float:
        """Wait until it has told so many lines; gives the seconds since it began."""
        while len(self._lines) < lines and (line := self._told.readline()):
            self._lines.append(line.rstrip("\n"))
        return time.monotonic() - self._began

    def kill_after(self, seconds: float) -> list[str]:
        """Kill it so many seconds after it began; gives the lines it told."""
        time.sleep(max(0.0, self._began + seconds - time.monotonic()))
        children.kill(self._pid)
        with self._told:
            found = [*self._lines, *self._told.read().splitlines()]
        code = children.wait(self._pid)
        # It works for ever: whatever else ended it is a fault of its own.
        assert code == -9, f"{self._chore.name} ended with {code} before it was killed"
        return found


def _say(tell: int, line: str) -> None:
    # One write, far below what a pipe takes at once: a line is told whole or not at all.
    os.write(tell, f"{line}\n".encode())


def main(count: int, names: Sequence[str]) -> int:
    """Kill all chores, or those named, `count` times together; gives the exit code."""
    from tests.faults.chores import CHORES  # noqa: PLC0415  # they name what is defined here

    chosen = [chore for chore in CHORES if not names or chore.name in names]
    print("| chore | kills | acknowledged | lost or broken |")
    faults: list[str] = []
    for chore in chosen:
        toll = kill_often(chore, -(-count // len(chosen)), chance(CHORES.index(chore)))
        faults += toll.faults
        cells = (chore.name, toll.kills, toll.acknowledged, len(toll.faults))
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    for fault in faults:
        print(fault)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else _COUNT, sys.argv[2:]))
