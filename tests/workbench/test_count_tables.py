"""Persons by list and stratum, for every way in which rows may be one person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from qantar.model.accession import Accession, CaseSettings, Holds
from qantar.model.column import Column
from qantar.model.counting_asked import Counting
from qantar.model.pattern_row import PatternRow
from qantar.model.person_row import DaySpan, PersonRow, RowStatus, Sex
from qantar.model.place import Place
from qantar.record.contents import AccessionRecord, Contents
from qantar.record.counts import CountTable, StratumPatterns
from qantar.workbench.count_tables import (
    Lacking,
    Told,
    table_of,
    table_of_patterns,
    told_for,
)

ASKED = Counting(id="killed", lists=("court", "press"))
F, M = Sex.FEMALE, Sex.MALE


def accession(name: str, path: str, source: str = "s", **more: object) -> AccessionRecord:
    made = Accession(path=path, source=source, holds=Holds.PERSONS, **more)  # type: ignore[arg-type]
    return AccessionRecord(
        id=name, entry="e" * 64, original="0" * 64, size=1, accession=made, consent="public"
    )


CONTENTS = Contents(
    settings=CaseSettings(),
    sources=(),
    accessions=(
        accession("a1", "court.csv"),
        accession("a2", "press.csv"),
        accession("a3", "press-later.csv", list="press"),
        accession("a4", "police.csv", "police"),
    ),
    documents=(),
    claims=(),
    places=(
        Place(id="C", name="Landia", kind="country"),
        Place(id="R", name="North", kind="oblast", parent="C"),
        Place(id="T", name="Sayaq", kind="town", parent="R", former=("Oldtown",)),
    ),
    speakers=(),
    findings=(),
    events=(),
    figures=(),
    decisions=(),
)


def row(name: str, number: int, **said: object) -> PersonRow:
    return PersonRow(list=name, row=number, **said)  # type: ignore[arg-type]


def told(*rows: PersonRow, asked: Counting = ASKED) -> Told:
    found = told_for(asked, rows, CONTENTS, None)
    assert isinstance(found, Told)
    return found


def counted(told: Told, division: list[int], *draws: list[int]) -> CountTable:
    drawn = np.array(draws, dtype=np.int64).reshape(len(draws), len(division))
    return table_of(told, np.array(division, dtype=np.int64), drawn)


def test_persons_are_counted_by_the_lists_that_are_asked_for_and_editions_are_one_list() -> None:
    rows = [row("a1", 1), row("a1", 2), row("a2", 1), row("a3", 1), row("a4", 1)]
    table = counted(told(*rows), [1, 2, 1, 2, 3], [1, 2, 3, 4, 1])
    assert table.lists == ("court", "press")
    assert table.accessions == ("a1", "a2", "a3")
    assert table.strata == (StratumPatterns(patterns={"11": 2}, drawn=({"10": 2, "01": 2},)),)
    assert table.observed == 2


def test_only_persons_of_whom_a_list_states_the_status_are_counted() -> None:
    dead, held = RowStatus(words="†", term="killed"), RowStatus(words="held", term="detained")
    rows = [
        row("a1", 1, statuses=(held,)),
        row("a2", 1, statuses=(dead,)),
        row("a1", 2, statuses=(held,)),
        row("a2", 2),
        row("a4", 1, statuses=(dead,)),
    ]
    asked = replace(ASKED, status=("killed",))
    table = counted(told(*rows, asked=asked), [1, 1, 2, 3, 3])
    assert table.strata == (StratumPatterns(patterns={"11": 1}),)
    # What a list that is not counted says decides nothing: the third person is in the rest.
    assert table.rest == {"10": 1, "01": 1}


def test_a_person_is_where_most_lists_say_and_of_two_alike_where_the_first_says() -> None:
    asked = Counting(id="k", lists=("court", "press", "police"), strata=("sex",))
    rows = [
        row("a1", 1, sex=F),
        row("a2", 1, sex=M),
        row("a4", 1, sex=M),
        row("a1", 2, sex=F),
        row("a2", 2, sex=M),
        row("a3", 1, sex=M),  # another edition of the same list has no second vote
        row("a1", 3),
    ]
    table = counted(told(*rows, asked=asked), [1, 1, 1, 2, 2, 2, 3])
    assert [(one.stratum, one.patterns) for one in table.strata] == [
        ((("sex", "female"),), {"110": 1}),
        ((("sex", "male"),), {"111": 1}),
        ((("sex", ""),), {"100": 1}),
    ]


def test_periods_are_cut_before_their_first_days_and_what_lies_across_is_in_none() -> None:
    asked = replace(ASKED, strata=("period",), cuts=("2022-01-05", "2022-01-07"))
    days = [(4, 4), (5, 6), (7, 9), (4, 5)]
    rows = [
        row("a1", n, event=DaySpan.of(date(2022, 1, first), date(2022, 1, last)))
        for n, (first, last) in enumerate(days, start=1)
    ]
    values = [dict(one)["period"] for one in told(*rows, asked=asked).values]
    assert values == [
        "until 2022-01-04",
        "2022-01-05 to 2022-01-06",
        "from 2022-01-07",
        "",
    ]


def test_a_place_goes_by_its_own_name_and_a_region_by_the_uppermost_below_the_country() -> None:
    asked = replace(ASKED, strata=("place", "region"))
    rows = [row("a1", 1, place="Oldtown"), row("a1", 2, place="nowhere"), row("a1", 3)]
    assert told(*rows, asked=asked).values == (
        (("place", "Sayaq"), ("region", "North")),
        (("place", ""), ("region", "")),
        (("place", ""), ("region", "")),
    )


def test_strata_of_the_draws_have_the_persons_of_the_draws() -> None:
    """Every division counts every row's person once: checked against a count by hand for each."""
    asked = replace(ASKED, strata=("sex",))
    chance = np.random.default_rng(4)
    sexes = [F if one else M for one in chance.integers(0, 2, 60).tolist()]
    rows = [row("a1" if n < 30 else "a2", n + 1, sex=sex) for n, sex in enumerate(sexes)]
    draws = [chance.integers(0, 25, 60).tolist() for _ in range(5)]
    table = counted(told(*rows, asked=asked), list(range(60)), *draws)
    for number, draw in enumerate(draws):
        persons = sum(sum(one.drawn[number].values()) for one in table.strata)
        assert persons == len(set(draw))
        both = {
            who
            for who in draw
            if {rows[at].list for at, one in enumerate(draw) if one == who} == {"a1", "a2"}
        }
        assert sum(one.drawn[number].get("11", 0) for one in table.strata) == len(both)


def test_another_word_in_a_row_is_another_mark() -> None:
    asked = replace(ASKED, strata=("sex",))
    rows = [row("a1", 1, sex=F), row("a2", 1)]
    mark = told(*rows, asked=asked).mark
    assert told(*rows, asked=asked).mark == mark
    assert told(rows[0], replace(rows[1], sex=M), asked=asked).mark != mark
    assert told(*rows, asked=replace(asked, where="in Sayaq")).mark != mark


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        (("court", "hospital"), 'there is no list "hospital" in the case'),
        (("court", "morgue"), "several lists are called"),
    ],
)
def test_a_list_that_is_not_there_or_there_twice_is_told(lists: tuple[str, ...], said: str) -> None:
    both = (accession("a5", "morgue.csv", "x"), accession("a6", "morgue.csv", "y"))
    contents = replace(CONTENTS, accessions=(*CONTENTS.accessions, *both))
    found = told_for(replace(ASKED, lists=lists), [row("a1", 1)], contents, None)
    assert isinstance(found, Lacking)
    assert said in found.finding.text
    named = told_for(replace(ASKED, lists=("court", "x/morgue")), [row("a1", 1)], contents, None)
    assert isinstance(named, Told)


PATTERNS = (
    PatternRow(row=1, on=("court",), count=30, strata=(("sex", "f"),)),
    PatternRow(row=2, on=("court", "press"), count=7, strata=(("sex", "f"),)),
    PatternRow(row=3, on=("court", "press"), count=1, strata=(("sex", "f"),)),
    PatternRow(row=4, on=("police",), count=9, strata=(("sex", "m"),)),
    PatternRow(row=5, on=(), count=100, strata=(("sex", "m"),)),
)


def of_patterns(asked: Counting) -> CountTable | Lacking:
    """Lists and a stratum; a list is called "sex" too, as a column may be named twice."""
    names = ("court", "press", "police", "sex")
    columns = [Column(field=f"in_{name}", header=name) for name in names]
    made = Accession(
        path="lists/patterns.csv",
        holds=Holds.PATTERNS,
        columns=(*columns, Column(field="by_sex", header="s"), Column(field="count", header="n")),
    )
    one = replace(accession("a9", "x.csv"), accession=made)
    return table_of_patterns(asked, replace(CONTENTS, accessions=(one,), patterns={"a9": PATTERNS}))


def test_published_patterns_are_summed_over_what_is_not_asked_for() -> None:
    asked = Counting(id="k", lists=("press", "court"), table="lists/patterns.csv")
    table = of_patterns(asked)
    assert isinstance(table, CountTable)
    whole = StratumPatterns(patterns={"01": 30, "11": 8}, uncountable=100, repeated=1)
    assert (table.strata, table.is_own) == ((whole,), False)
    parted = of_patterns(replace(asked, strata=("sex",), lists=("court", "police")))
    assert isinstance(parted, CountTable)
    assert parted.strata == (
        StratumPatterns(stratum=(("sex", "f"),), patterns={"10": 38}, repeated=1),
        StratumPatterns(stratum=(("sex", "m"),), patterns={"01": 9}, uncountable=100),
    )


def test_a_stratum_of_persons_on_no_list_alone_is_one() -> None:
    """It once was not there, and those on no list were told of in all others."""
    asked = Counting(id="k", lists=("press", "court"), table="lists/patterns.csv", strata=("sex",))
    table = of_patterns(asked)
    assert isinstance(table, CountTable)
    assert table.strata[1:] == (
        StratumPatterns(stratum=(("sex", "m"),), patterns={}, uncountable=100),
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"lists": ("court", "morgue")}, 'no list "morgue"'),
        ({"strata": ("age",)}, 'no stratum "age"'),
        ({"lists": ("sex", "press"), "strata": ("sex",)}, '"sex" is counted as a list and makes'),
        ({"table": "other.csv"}, 'no table of patterns "other.csv"'),
    ],
)
def test_what_a_table_of_patterns_does_not_have_is_told(
    wrong: dict[str, object], said: str
) -> None:
    asked = Counting(id="k", lists=("press", "court"), table="lists/patterns.csv")
    found = of_patterns(replace(asked, **wrong))  # type: ignore[arg-type]  # fields by name
    assert isinstance(found, Lacking)
    assert said in found.finding.text
    assert found.finding.code == "unknown-list"
