"""The benchmark measures a linker: held here to a trivial one, whose persons are counted by hand."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from benchmarks.linking import __main__ as table
from benchmarks.linking.dataset import DataSet
from benchmarks.linking.outcome import Answer, outcome
from benchmarks.linking.sets import Measured, chosen

from qantar.model.person_row import PersonRow

# invented; true persons: 1 = rows 0, 1, 2; 2 = rows 3, 4; 3 = row 5
NAMES = ("Ада Ост", "Ада Ост", "Ada Ost", "Бо Норд", "Бо Норд", "Ада Ост")
LISTS = ("a", "b", "b", "a", "b", "a")
DATA = DataSet(
    name="six rows",
    rows=[
        PersonRow(list=one, row=at, name=name)
        for at, (one, name) in enumerate(zip(LISTS, NAMES, strict=True), 1)
    ],
    person=[1, 1, 1, 2, 2, 3],
)


def by_exact_name(data: DataSet) -> Answer:
    """Join rows whose names are equal: no linker of ours, only something to measure."""
    rows = defaultdict(list)
    for at, row in enumerate(data.rows):
        rows[row.name].append(at)
    person = np.zeros(len(data.rows), dtype=np.int64)
    for number, places in enumerate(rows.values()):
        person[places] = number
    pairs = [pair for places in rows.values() for pair in combinations(places, 2)]
    left, right = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    return Answer(person=person, left=left, right=right, probability=np.full(len(pairs), 0.9))


def test_a_linker_is_measured_as_by_hand() -> None:
    # found {0,1,5} {2} {3,4}: pairs 01 05 15 34; true pairs 01 02 12 34
    got = outcome(DATA, by_exact_name)
    assert (got.rows, got.true_pairs, got.persons, got.true_persons) == (6, 4, 3, 3)
    assert list(got.pairs) == pytest.approx([2 / 4, 2 / 4])
    assert got.candidates == pytest.approx(2 / 4)
    assert got.said == pytest.approx(4 * 0.9)
    assert got.truly == 2
    assert [(one.pairs, one.true) for one in got.calibration] == [(4, 0.5)]
    assert {(one.left, one.right): (one.found, one.true) for one in got.by_lists} == {
        ("a", "a"): (0, 0),
        ("a", "b"): (2, 3),
        ("b", "b"): (0, 1),
    }
    assert got.seconds >= 0
    assert got.megabytes > 1


def test_the_table_says_whether_the_bar_is_held() -> None:
    got = outcome(DATA, by_exact_name)
    held = table.line(Measured(name="six", load=lambda: DATA, bar=0.5), "Qantar", got)
    missed = table.line(Measured(name="six", load=lambda: DATA, bar=0.51), "Qantar", got)
    assert held.startswith("| six | Qantar | 6 | 4 | 0.500 | 0.500 | 0.500 held | 0.500 | 0.500 |")
    assert "| 0.510 NOT |" in missed
    assert "NOT" not in table.line(Measured(name="six", load=lambda: DATA, bar=0.51), "peer", got)
    assert held.count("|") == len(table.HEADER) + 1
    assert table.detail(got)[0] == "    recall a - b 0.667 of 3; b - b 0.000 of 1"
    assert table.detail(got)[1] == "    said 4 of the pairs are true; 2 are"


def test_sets_are_chosen_by_the_beginnings_of_their_names() -> None:
    def names(*only: str) -> list[str]:
        return [
            one.name for one in chosen(only, linkgen_path=Path("g"), folder=Path("d"), difficulty=1)
        ]

    assert names("febrl3", "linkgen-38000") == ["linkgen-38000-seed2", "febrl3"]
    assert not any("760000" in name for name in names())
    assert names("linkgen-760000") == ["linkgen-760000-seed3"]
    own = [
        f"{which}-{size}"
        for which in ("generator", "third")
        for size in ("4000-seed1", *(f"4000-seed{n}" for n in range(11, 16)), "38000-seed2")
    ]
    assert [one.name for one in chosen((), linkgen_path=None, folder=None, difficulty=1)] == own


def test_the_command_links_each_set_in_a_process_of_its_own(tmp_path: Path) -> None:
    # invented; two rows of one person, and another
    (tmp_path / "febrl_dataset1.csv").write_text(
        "rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state, date_of_birth, soc_sec_id\n"
        "rec-1-org, ada, ostmark, 5, low road, , bay, 4223, nsw, 19151111, 1\n"
        "rec-1-dup-0, ada, ostmark, 5, low road, , bay, 4223, nsw, 19151111, 1\n"
        "rec-2-org, bo, nordwall, 9, high road, , hill, 3001, vic, 19840203, 2\n",
        encoding="utf-8",
    )
    done = subprocess.run(  # noqa: S603  # our own command
        [
            sys.executable,
            "-m",
            "benchmarks.linking",
            "--data",
            str(tmp_path),
            "--only",
            "febrl1",
            "--detail",
        ],
        check=True,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    lines = done.stdout.splitlines()
    assert lines[2].startswith("| febrl1 | Qantar | 3 | 1 | 1.000 | 1.000 |  | 1.000 | 1.000 |")
    assert "2 / 2" in lines[2]
