"""The published counts of killings in Kosovo: taken in whole, and held to what was found later."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qantar.counting.asked import Asked
from qantar.counting.one_table import count
from qantar.counting.table import CaptureTable
from qantar.readers.sheet import read_sheet
from tests.counting.published import published

EXAMPLE = Path(__file__).parents[1] / "examples" / "kosovo-1999"
PUBLISHED = published()["kosovo_killings_1999"].table
CENSUS = 10_401
"""The Kosovo Memory Book: near to a census of those killed."""


def lines() -> list[list[str]]:
    return [one.split(",") for one in (EXAMPLE / "killings.csv").read_text("utf-8").splitlines()]


def test_the_table_is_the_published_one() -> None:
    header, *rows = lines()
    patterns = [([int(mark) for mark in row[:-1]], int(row[-1])) for row in rows]
    table = CaptureTable.of(header[:-1], patterns)
    expected = PUBLISHED
    assert table.lists == expected.lists
    assert table.masks.tolist() == expected.masks.tolist()
    assert table.counts.tolist() == expected.counts.tolist()
    assert table.observed == 4400


def test_its_sheet_asks_for_the_lists_that_it_has() -> None:
    sheet = read_sheet((EXAMPLE / "sheet.toml").read_text("utf-8"), name="sheet.toml")
    (asked,), (accession,) = sheet.countings, sheet.accessions
    assert asked.lists == tuple(lines()[0][:-1])
    assert asked.table == accession.path
    assert accession.acquired is not None
    assert accession.acquired.from_


def test_the_page_beside_it_says_what_was_published() -> None:
    said = (EXAMPLE / "README.md").read_text("utf-8")
    assert "4,400" in said
    assert all(f"`{name}`" in said for name in lines()[0])
    assert re.search(rf"\| {CENSUS:,} \|", said)
    assert all(number in said for number in ("10,356", "9,002–12,122"))


def test_what_the_example_quotes_holds_the_later_census() -> None:
    """As its sheet asks for it: the number that `make demo` shows."""
    sheet = read_sheet((EXAMPLE / "sheet.toml").read_text("utf-8"), name="sheet.toml")
    (asked,) = sheet.countings
    assert asked.methods == ()
    found = count(PUBLISHED, asked=Asked(methods=asked.methods or None, sensitivity=False))
    assert found.headline is not None
    assert found.headline.method == "latent_class"
    assert found.headline.low <= CENSUS <= found.headline.high


@pytest.mark.parametrize("method", ["decomposable_graphs", "loglinear"])
def test_estimators_that_allow_for_dependence_hold_the_later_census(method: str) -> None:
    table = PUBLISHED
    found = count(table, asked=Asked(methods=(method,), sensitivity=False))
    assert found.headline is not None
    assert found.headline.low <= CENSUS <= found.headline.high


def test_independent_lists_would_have_missed_a_quarter_of_them() -> None:
    """Why the page names the conditions: with this one alone, the census lies far outside."""
    found = count(PUBLISHED, asked=Asked(methods=("independent",)))
    (alone,) = found.estimates
    assert alone.high is not None
    assert alone.high < 0.75 * CENSUS
    assert found.headline is None
    assert found.refused is not None
    assert "more than independent lists do" in found.refused.text
