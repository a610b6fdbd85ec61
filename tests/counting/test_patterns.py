"""What people hand in: read as it is meant, or refused with its place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.counting.as_json import counted_json
from qantar.counting.pattern_json import of_json
from qantar.counting.pattern_rows import PatternRow, of_rows
from qantar.counting.patterns import Patterns
from qantar.errors import InputRefusedError
from qantar.model.counted import Counted

HEADER = ("court", "press", "morgue", "count")


def rows(*lines: str, header: Sequence[str] = HEADER, by: Sequence[str] = ()) -> Patterns:
    made = [
        PatternRow(where=f"row {number}", cells=line.split(","))
        for number, line in enumerate(lines, start=1)
    ]
    return of_rows(header, made, by=by)


def cells(read: Patterns, at: int = 0) -> list[int]:
    found: list[int] = read.strata[at].table.cells().tolist()
    return found


def test_patterns_with_counts_become_one_table() -> None:
    read = rows("1,0,0,12", "0,1,0,9", "1,1,1,2")
    assert read.lists == ("court", "press", "morgue")
    assert cells(read) == [0, 12, 9, 0, 0, 0, 0, 2]
    assert read.strata[0].cautions == ()


def test_without_a_count_each_row_is_a_person_and_nobody_is_repeated() -> None:
    read = rows("1,0", "1,0", "0,1", "1,1", "0,0", header=("court", "press"))
    assert cells(read) == [0, 2, 1, 1]
    assert [one.code for one in read.strata[0].cautions] == ["uncountable-cell"]
    assert "1 persons" in read.strata[0].cautions[0].text


def test_a_repeated_pattern_is_summed_and_told() -> None:
    read = rows("1,0,0,12", "1,0,0,3", "0,1,1,1")
    assert cells(read) == [0, 15, 0, 0, 0, 0, 1, 0]
    (caution,) = read.strata[0].cautions
    assert (caution.code, "100" in caution.text) == ("repeated-pattern", True)


def test_other_columns_are_pooled_over_and_named_and_repeat_nothing() -> None:
    header = ("court", "sex", "press", "count")
    read = rows("1,f,0,5", "1,m,0,6", "0,m,1,7", header=header)
    assert (read.lists, read.pooled, cells(read)) == (("court", "press"), ("sex",), [0, 11, 7, 0])
    assert read.strata[0].cautions == ()


def test_strata_are_told_apart_by_the_columns_that_are_named() -> None:
    header = ("court", "press", "sex", "armed", "count")
    read = rows("1,0,f,0,5", "1,0,m,1,6", "0,1,m,1,7", header=header, by=("armed", "sex"))
    assert read.lists == ("court", "press")
    assert [one.stratum for one in read.strata] == [
        (("armed", "0"), ("sex", "f")),
        (("armed", "1"), ("sex", "m")),
    ]
    assert [cells(read, at) for at in (0, 1)] == [[0, 5, 0, 0], [0, 6, 7, 0]]


@pytest.mark.parametrize(
    ("line", "where", "said"),
    [
        ("1,0,0,-4", 'row 2, column "count"', "fewer than nobody"),
        ("1,0,0,2.5", 'row 2, column "count"', "whole numbers"),
        ("1,0,0,", 'row 2, column "count"', "missing"),
        ("1,0,0,NA", 'row 2, column "count"', "missing"),
        ("1,0,0,many", 'row 2, column "count"', "no number"),
        ("1,0,0,1_000", 'row 2, column "count"', "no number"),
        ("1,0,0,1e300", 'row 2, column "count"', "ever lived"),
        ("1,0,0,inf", 'row 2, column "count"', "ever lived"),
        ("1,2,0,4", 'row 2, column "press"', '"2", where a list has 0 or 1'),
        ("1,,0,4", 'row 2, column "press"', "missing"),
        ("1,x,0,4", 'row 2, column "press"', '"x"'),
    ],
)
def test_a_wrong_value_refuses_the_whole_and_says_where(line: str, where: str, said: str) -> None:
    with pytest.raises(InputRefusedError, match=said) as caught:
        rows("1,0,0,3", line, "0,1,1,4")
    assert caught.value.where == where
    assert caught.value.next


@pytest.mark.parametrize(
    ("header", "lines", "said"),
    [
        (HEADER, [], "no rows"),
        (HEADER, ["1,0,0,0", "0,1,1,0"], "all counts are zero"),
        (HEADER, ["0,0,0,7"], r"all persons that are given \(7\) are on no list"),
        (("place", "count"), ["Sayaqkent,4"], "no column is a list"),
        (("court", "court", "count"), ["1,0,4"], "one name: court"),
        (("court", "press", "freq"), ["1,0,40", "0,1,30"], '"freq" looks like counts'),
        (("court", "press", "Число"), ["1,0,40", "0,1,30"], '"Число" looks like counts'),
        (("court", "press", "killed"), ["1,0,40", "0,1,30"], '"killed" looks like counts'),
        (("court", "press", "dead"), [f"1,0,{'7' * 5000}", "0,1,30"], '"dead" looks like counts'),
        (HEADER, [f"1,0,0,{'7' * 5000}"], "more persons than ever lived"),
        (HEADER, ["1,0,0,1.000"], "a dot for thousands.*Write 1000, or 1\\."),
        (HEADER, ["1,0,0,1.050"], "Write 1050, if that is meant; a fraction is no count"),
        (HEADER, ["1,0,0,12.345.678"], "Write 12345678, if that is meant"),
        ([*(f"l{n}" for n in range(21)), "count"], [",".join(["1"] * 22)], "21 lists"),
    ],
)
def test_what_is_no_table_of_patterns_is_refused(
    header: Sequence[str], lines: Sequence[str], said: str
) -> None:
    with pytest.raises(InputRefusedError, match=said) as caught:
        rows(*lines, header=header)
    assert caught.value.exit_code == 10


def test_counts_by_sex_are_found_by_what_they_hold() -> None:
    header = ("court", "press", "sex", "dead")
    by_sex = ["1,0,f,40", "0,1,f,30", "1,1,f,3", "1,0,m,50", "0,1,m,60", "1,1,m,4"]
    with pytest.raises(InputRefusedError, match='"dead" looks like counts'):
        rows(*by_sex, header=header)


def test_ages_and_numbers_of_persons_are_no_counts() -> None:
    """Persons with the same lists are alike but for their numbers, ages and names."""
    header = ("court", "press", "name", "age")
    persons = [f"1,0,Adam {n},{20 + n % 3}" for n in range(6)]
    persons += [f"0,1,Bota {n},{30 + n % 3}" for n in range(6)]
    got = rows(*persons, "1,1,Vera,41", header=header)
    assert got.pooled == ("name", "age")
    (stratum,) = got.strata
    assert stratum.table.observed == 13


def test_a_column_that_is_not_there_cannot_make_strata() -> None:
    with pytest.raises(InputRefusedError, match="no column sexe") as caught:
        rows("1,0,0,3", by=("sexe",))
    assert "court, press, morgue" in str(caught.value)


def test_counts_are_no_stratum() -> None:
    """They once were, and each row one person."""
    lines = [PatternRow(where="row 1", cells=("1", "0", "1", "5"))]
    with pytest.raises(InputRefusedError, match="no stratum"):
        of_rows(["a", "b", "c", "Count"], lines, by=["Count"])


def test_spelling_of_whole_numbers_as_programs_export_them() -> None:
    read = rows("1.0,0.0,0,12.0", " 0 ,1,0, 3 ", header=("court", "press", "morgue", "Count"))
    assert cells(read) == [0, 12, 3, 0, 0, 0, 0, 0]


def test_three_million_persons_are_no_more_than_one_person() -> None:
    assert rows("1,0,0,3000000", "0,1,1,1").strata[0].table.observed == 3_000_001


# ---------------------------------------------------------------- JSON

GOOD = {"lists": ["a", "b"], "patterns": [[[1, 0], 4], [[1, 1], 2]]}


def test_the_json_form_and_its_strata() -> None:
    assert cells(of_json(GOOD)) == [0, 4, 0, 2]
    strata = [
        {"stratum": {"sex": "f", "year": 1999}, "patterns": [[[1, 0], 4]]},
        {"stratum": {"sex": "m", "year": 1999}, "patterns": [[[0, 1], 5]]},
        {"stratum": {"sex": "m", "year": None}, "patterns": [[[0, 1], 6]]},
    ]
    read = of_json({"lists": ["a", "b"], "strata": strata})
    assert [dict(one.stratum) for one in read.strata] == [
        {"sex": "f", "year": "1999"},
        {"sex": "m", "year": "1999"},
        {"sex": "m", "year": ""},
    ]
    by_sex = of_json({"lists": ["a", "b"], "strata": strata}, by=("sex",))
    assert (by_sex.by, by_sex.pooled) == (("sex",), ("year",))
    assert [cells(by_sex, at) for at in (0, 1)] == [[0, 4, 0, 0], [0, 0, 11, 0]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lists": []}, "names no lists"),
        ({"lists": ["a", 3]}, "no text"),
        ({"lists": ["a", "a"]}, "one name"),
        ({"lists": [f"l{n}" for n in range(21)]}, "21 lists"),
        ({"patterns": []}, "all counts are zero"),
        ({"patterns": {}}, "must be a list"),
        ({"patterns": [[[1, 0]]]}, "no pattern with its count"),
        ({"patterns": [[[1], 3]]}, "one 0 or 1 for each of the 2 lists"),
        ({"patterns": [[[1, 2], 3]]}, '"2", where a list has 0 or 1'),
        ({"patterns": [[["1", 0], 3]]}, "where a list has 0 or 1"),
        ({"patterns": [[[1, 0], None]]}, "missing"),
        ({"patterns": [[[1, 0], "3"]]}, "no number"),
        ({"patterns": [[[1, 0], True]]}, "no number"),
        ({"patterns": [[[1, 0], -3]]}, "fewer than nobody"),
        ({"patterns": [[[1, 0], 2.5]]}, "whole numbers"),
        ({"patterns": [[[1, 0], 10**400]]}, "ever lived"),
        ({"patterns": [[[1, 0], float("nan")]]}, "no number"),
        ({"strata": []}, "either patterns or strata"),
    ],
)
def test_json_that_is_wrong_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(InputRefusedError, match=said) as caught:
        of_json({**GOOD, **change})
    assert caught.value.next


@pytest.mark.parametrize(
    ("strata", "said"),
    [
        ([], "list of strata"),
        ([{"stratum": {"a": 1}}], "must have patterns"),
        ([{"stratum": {}, "patterns": []}], "at least one variable"),
        ([{"patterns": []}], "at least one variable"),
    ],
)
def test_json_strata_that_are_wrong_are_refused(strata: object, said: str) -> None:
    with pytest.raises(InputRefusedError, match=said):
        of_json({"lists": ["a", "b"], "strata": strata})


@given(st.dictionaries(st.integers(1, 15), st.integers(1, 999), min_size=1))
def test_what_is_printed_is_read_back(counts: dict[int, int]) -> None:
    counted = Counted(
        observed=sum(counts.values()),
        lists=("a", "b", "c", "d"),
        patterns=tuple(sorted(counts.items())),
        estimates=(),
        headline=None,
        cautions=(),
        refused=None,
        seed=0,
    )
    table = of_json(counted_json(counted)).strata[0].table
    assert tuple(zip(table.masks.tolist(), table.counts.tolist(), strict=True)) == counted.patterns
