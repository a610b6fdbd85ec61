"""Countings that a case asks for: carried out by `build`, once, and told in short."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.archive.lock import writing
from qantar.counting.asked import About, Asked
from qantar.counting.one_table import count
from qantar.counting.strata import Stratum, count_strata
from qantar.counting.table import CaptureTable
from qantar.model.counted import Counted, CountedStrata
from qantar.model.counting_asked import Counting, Method
from qantar.record.counts import (
    Counts,
    CountTable,
    StratumPatterns,
    found_to_json,
    read_counts,
)
from qantar.workbench.add import add
from qantar.workbench.build import BuildReport, build
from qantar.workbench.count_words import count_lines
from qantar.workbench.counted import counted, estimate_key
from qantar.workbench.stores import facts_of, forget_record, readings_of, record_of
from tests.published import NOW, build_case

from .test_case_persons import PEOPLE, table

PATTERNS = """court,press,hospital,sex,n
1,0,0,f,50
0,1,0,f,40
0,0,1,f,30
1,1,0,f,12
1,0,1,f,9
0,1,1,f,8
1,1,1,f,3
1,0,0,m,80
0,1,0,m,60
0,0,1,m,50
1,1,0,m,15
1,0,1,m,10
0,1,1,m,9
1,1,1,m,2
2,1,1,m,2
"""
ODD = """0,0,1,m,0
0,0,0,x,5
1,0,0,f,0
1,0,0,f,3
"""
SHEET = """
[[accession]]
path = "patterns.csv"
consent = "public"
holds = "patterns"
columns = { in_court = "court", in_press = "press", in_hospital = "hospital", by_sex = "sex", count = "n" }

[[counting]]
id = "killed"
population = "persons killed"
where = "in Sayaqkent (invented)"
table = "patterns.csv"
lists = ["court", "press", "hospital"]
methods = ["independent", "chao"]

[[counting]]
id = "by-sex"
table = "patterns.csv"
lists = ["court", "press", "hospital"]
strata = ["sex"]
methods = ["independent"]
"""
AT_ALL = ("independent", "chao")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, BuildReport]:
    folder = tmp_path_factory.mktemp("counted")
    (folder / "patterns.csv").write_text(PATTERNS, encoding="utf-8")
    (folder / "sheet.toml").write_text(SHEET, encoding="utf-8")
    return build_case(folder / "case", folder / "sheet.toml")


def built_again(case: Case) -> BuildReport:
    with writing(case):
        return build(case, software="test")


def counts(case: Case) -> dict[str, Counts]:
    return {one.counting.id: one for one in read_counts(*record_of(case))}


def test_every_row_of_patterns_is_accounted_for(built: tuple[Case, BuildReport]) -> None:
    rows = built[1].rows["patterns"]
    assert (rows.rows_in, rows.read, rows.unreadable) == (15, 14, 1)
    assert built[1].findings["unusable-pattern"] == 1


def test_a_counting_comes_to_what_the_estimators_say_of_its_table(
    built: tuple[Case, BuildReport],
) -> None:
    marks = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 1, 1)]
    persons = [130, 100, 80, 27, 19, 17, 5]
    lists = ("court", "press", "hospital")
    whole = CaptureTable.of(lists, zip(marks, persons, strict=True))
    found = counts(built[0])["killed"].found
    assert isinstance(found, Counted)
    expected = count(whole, asked=Asked(methods=AT_ALL))
    assert (found.observed, found.estimates) == (378, expected.estimates)
    assert found.headline is not None
    assert expected.headline is not None
    assert found.headline.estimate == expected.headline.estimate
    assert "persons killed in Sayaqkent (invented)" in found.headline.sentence


def test_strata_have_a_whole_that_is_no_sum_of_bounds(built: tuple[Case, BuildReport]) -> None:
    found = counts(built[0])["by-sex"].found
    assert isinstance(found, CountedStrata)
    assert [(one.stratum, one.counted.observed) for one in found.strata] == [
        ((("sex", "f"),), 152),
        ((("sex", "m"),), 226),
    ]
    parts = [one.counted.headline for one in found.strata]
    whole = found.total.headline
    assert whole is not None
    assert whole.low > sum(one.low for one in parts if one)
    assert whole.high < sum(one.high for one in parts if one)


def test_what_is_noticed_of_one_stratum_is_not_said_of_others(tmp_path: Path) -> None:
    """Persons on no list of one stratum were once said to be in each of them."""
    (tmp_path / "patterns.csv").write_text(PATTERNS + ODD, encoding="utf-8")
    (tmp_path / "sheet.toml").write_text(SHEET, encoding="utf-8")
    case, _ = build_case(tmp_path / "case", tmp_path / "sheet.toml")
    found = counts(case)["by-sex"].found
    assert isinstance(found, CountedStrata)
    own = {"repeated-pattern", "uncountable-cell"}
    told = {
        one.stratum[0][1]: [said.code for said in one.counted.cautions if said.code in own]
        for one in found.strata
    }
    assert told == {"f": ["repeated-pattern"], "m": [], "x": ["uncountable-cell"]}
    assert [said.text for said in found.total.cautions if said.code == "uncountable-cell"] == [
        "In sex x: 5 persons are given as on no list at all. Who is on no list cannot be counted "
        "from lists; they were left out."
    ]
    assert found.total.refused is not None
    assert "no estimate for sex x" in found.total.refused.text
    assert found.partial is not None


def test_status_and_report_tell_the_same_in_short(built: tuple[Case, BuildReport]) -> None:
    case, report = built
    facts = facts_of(case)
    assert facts is not None
    assert [one.id for one in report.counts] == ["killed", "by-sex"]
    assert facts.counts == report.counts
    assert report.counts[0].observed == 378


def test_nothing_is_estimated_twice(built: tuple[Case, BuildReport]) -> None:
    """What is kept is put in the place of an estimate: here something that none would give."""
    case, report = built
    one = counts(case)["killed"]
    assert one.table is not None
    kept = readings_of(case)
    name = estimate_key(one.table)
    true = kept.estimate(name)
    assert true == found_to_json(one.found)
    kept.keep_estimate(name, "null")
    try:
        assert built_again(case).record_digest == report.record_digest
        assert counts(case)["killed"].found is None
    finally:
        kept.keep_estimate(name, true)
    forget_record(case)
    again = built_again(case)
    assert (again.counts, again.record_digest) == (report.counts, report.record_digest)


def strata_table(places: int, counting: Counting) -> CountTable:
    """Places in which more and more persons are listed, and one that a draw alone has."""
    cells = {"100": 50, "010": 40, "001": 30, "110": 12, "101": 9, "011": 8, "111": 3}

    def of(number: int) -> dict[str, int]:
        return {word: persons + number for word, persons in cells.items()}

    stated = tuple(
        StratumPatterns(
            stratum=(("place", f"p{number}"),),
            patterns=of(number),
            drawn=(of(number), of(number + 1)),
        )
        for number in range(places)
    )
    drawn: tuple[dict[str, int], ...] = ({}, {"100": 2})
    nobody = StratumPatterns(stratum=(("place", ""),), patterns={}, drawn=drawn)
    return CountTable(
        counting=counting,
        lists=("court", "press", "hospital"),
        strata=(*stated, nobody),
        accessions=("a",),
    )


def test_many_strata_are_counted_side_by_side_and_none_is_passed_over(
    built: tuple[Case, BuildReport],
) -> None:
    """Four of them: several processes, where there are processors; the same numbers as here."""
    counting = Counting(
        id="by-place",
        lists=("court", "press", "hospital"),
        strata=("place",),
        methods=(Method.INDEPENDENT,),
    )
    table = strata_table(4, counting)
    found = counted(table, readings_of(built[0])).found
    assert isinstance(found, CountedStrata)
    lists = table.lists

    def tables(one: StratumPatterns) -> list[CaptureTable]:
        return [
            CaptureTable.of_masks(lists, [(int(word[::-1], 2), n) for word, n in of.items()])
            for of in (one.patterns, *one.drawn)
        ]

    strata = [
        Stratum(stratum=one.stratum, table=first, draws=tuple(draws))
        for one in table.strata
        for first, *draws in [tables(one)]
    ]
    asked = Asked(methods=("independent",), sensitivity=False)
    assert found == count_strata(strata, asked=asked, about=About(what=counting.population))
    assert [one.stratum for one in found.strata] == [one.stratum for one in table.strata]
    last = found.strata[-1].counted
    assert last.refused is not None
    assert "In 1 of 2 draws of linking" in last.refused.text
    assert found.total.headline is not None


def people_case(folder: Path, more: str) -> tuple[Case, BuildReport]:
    """Three lists that share invented people, and a counting of them."""
    said = "[case]\nzone = 'Asia/Almaty'\n"
    for name, people in (
        ("court", PEOPLE[:12]),
        ("press", PEOPLE[4:16]),
        ("hospital", [*PEOPLE[:3], *PEOPLE[10:18]]),
    ):
        (folder / f"{name}.csv").write_text(table(people), encoding="utf-8")
        said += f'[[accession]]\npath = "{name}.csv"\nconsent = "public"\nholds = "persons"\n'
        said += 'columns = { name = "Name", birth_date = "Born" }\n'
    said += '[[counting]]\nid = "held"\nlists = ["court", "press", "hospital"]\n'
    said += 'methods = ["independent"]\n'
    (folder / "sheet.toml").write_text(said + more, encoding="utf-8")
    return build_case(folder / "case", folder / "sheet.toml")


def test_persons_are_counted_under_every_division_of_the_rows(tmp_path: Path) -> None:
    case, report = people_case(tmp_path, "")
    one = counts(case)["held"]
    assert one.table is not None
    (whole,) = one.table.strata
    assert report.people is not None
    assert whole.observed == report.people.count.point
    assert len(whole.drawn) == 100
    assert isinstance(one.found, Counted)
    assert one.found.headline is not None
    assert one.found.headline.linkage_share is not None
    assert 0 <= one.found.headline.linkage_share < 1


def test_a_counting_of_lists_that_are_not_there_is_told_and_stops_nothing(tmp_path: Path) -> None:
    case, report = people_case(tmp_path, '[[counting]]\nid = "x"\nlists = ["court", "police"]\n')
    assert report.findings["unknown-list"] == 1
    assert 'no list "police"' in str(counts(case)["x"].problem)
    (told,) = (line for line in count_lines(report.counts) if line.startswith("counting x:"))
    assert told.count("carried out") == 1
    assert not told.endswith(".")
    later = tmp_path / "later.toml"
    later.write_text(
        '[[counting]]\nid = "x"\nlists = ["court", "police"]\nasked = false\n', encoding="utf-8"
    )
    add(case, paths=(), sheet_path=later, now=NOW, acknowledge=lambda _: None)
    assert "unknown-list" not in built_again(case).findings
    assert list(counts(case)) == ["held"]
