"""Work that several processes do: the same numbers, and nobody left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from time import monotonic, sleep

import pytest

from qantar.counting.asked import Asked
from qantar.counting.strata import Stratum, count_strata
from qantar.counting.table import CaptureTable
from qantar.workbench.beside import processors, side_by_side
from qantar.workbench.count_beside import of_many, run_for

LEFT_ALONE = """
import os, time
from qantar.workbench.beside import side_by_side
if __name__ == "__main__":
    others = iter(side_by_side(abs, [1], workers=1))
    next(others)
    children = open(f"/proc/self/task/{os.getpid()}/children").read()
    print(children, flush=True)
    time.sleep(600)
"""


def strata(count: int) -> list[Stratum]:
    cells = [(1, 50), (2, 40), (4, 30), (3, 12), (5, 9), (6, 8), (7, 3)]
    return [
        Stratum(
            stratum=(("place", f"p{number}"),),
            table=CaptureTable.of_masks("abc", [(mask, n + number) for mask, n in cells]),
        )
        for number in range(count)
    ]


def test_the_numbers_are_the_same_whatever_the_number_of_processes() -> None:
    asked = Asked(methods=("loglinear", "independent"), sensitivity=False, replicates=50, seed=3)
    alone = count_strata(strata(5), asked=asked)
    for workers in (1, 2, 3):
        run = partial(side_by_side, workers=workers)
        assert count_strata(strata(5), asked=asked, run=run) == alone


def test_what_comes_to_an_error_in_another_process_is_the_error_here() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(side_by_side(int, ["1", "two"], workers=2))


def test_few_strata_are_counted_here_and_many_beside() -> None:
    assert run_for(3) is map
    many = run_for(1_000)
    assert (many is map) == (processors() == 1)


def test_of_many_strata_the_bootstrap_is_shorter_and_nothing_is_tried() -> None:
    assert of_many(Asked(), 20).replicates is None
    assert of_many(Asked(), 21).replicates == 200
    assert not of_many(Asked(), 2).sensitivity


@pytest.mark.skipif(sys.platform != "linux", reason="what runs is seen under /proc")
def test_processes_end_when_the_first_one_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "left_alone.py"
    script.write_text(LEFT_ALONE, encoding="utf-8")
    command = [sys.executable, str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:  # noqa: S603  # ours
        assert first.stdout is not None
        others = [int(pid) for pid in first.stdout.readline().split()]
        first.kill()
    assert others
    until = monotonic() + 60
    while any(is_running(pid) for pid in others) and monotonic() < until:
        sleep(0.1)
    assert not any(is_running(pid) for pid in others)


def is_running(pid: int) -> bool:
    """Whether it is there and more than a name that nobody has asked about yet."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"
