"""One person of a case, and what bodies said became of them: side by side, dated, in their words."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.errors import InputRefusedError, RecordMissingError
from qantar.model.decision import Verdict
from qantar.workbench.show import PersonShown, show
from qantar.workbench.stores import forget_record

from .test_case_persons import decided, rebuilt, taken

SHEET = """
[case]
zone = "Asia/Almaty"
span = "2022-01-02/2022-02-28"
[sources.ministry]
name = "Ministry (invented)"
kind = "official"
[sources.families]
name = "Families of Sayaqkent (invented)"
kind = "ngo"
[[accession]]
path = "ministry.csv"
source = "ministry"
acquired = { on = 2022-02-03 }
holds = "persons"
edition = "2022-02-01"
columns = { name = "Name", birth_date = "Born", status = "State", status_date = "On" }
[[accession]]
path = "families.csv"
source = "families"
acquired = { on = 2022-01-25 }
holds = "persons"
[accession.columns]
name = "Name"
birth_date = "Born"
status_date = "Day"
status = "Күйі"
said_by = "Who"
"""
FILES = {
    "ministry.csv": "Name,Born,State,On\n"
    "Aidar Balapanov,1980-02-03,released,2022-01-12\nErlan Musin,1990-05-06,detained,2022-01-05\n",
    "families.csv": "Name,Born,Day,Күйі,Who\n"
    "Balapanov Aidar,1980-02-03,2022-01-06,қаза тапқан,Б. А.\n"
    "Botagoz Karimova,1977-07-07,2022-01-07,ешкім білмейді,\n",
}


@pytest.fixture
def told(case: Case, tmp_path: Path) -> Case:
    """A ministry and the families speak of one man; they disagree."""
    taken(case, tmp_path, FILES, SHEET)
    return case


def shown(case: Case, row: str) -> PersonShown:
    return show(case, row, software="test")


def test_statements_stand_side_by_side_with_who_when_and_in_which_words(told: Case) -> None:
    said = shown(told, "ministry/1").to_json()
    assert said["id"] == "a1/1"
    assert [one["row"] for one in said["rows"]] == ["a1/1", "a2/1"]  # type: ignore[attr-defined]
    assert said["statuses"] == [
        {
            "number": 1,
            "row": "a2/1",
            "status": "killed",
            "words": "қаза тапқан",
            "about": {"first": "2022-01-06", "last": "2022-01-06", "circa": False},
            "said_by": "Б. А.",
            "body": "Б. А.",
            "source": "families",
            "published": None,
            "acquired": "2022-01-25",
            "against": [2],
        },
        {
            "number": 2,
            "row": "a1/1",
            "status": "released",
            "words": "released",
            "about": {"first": "2022-01-12", "last": "2022-01-12", "circa": False},
            "said_by": None,
            "body": "Ministry (invented)",
            "source": "ministry",
            "published": {"first": "2022-02-01", "last": "2022-02-01", "circa": False},
            "acquired": "2022-02-03",
            "against": [1],
        },
    ]


def test_who_was_dead_by_no_known_day_was_not_released_after_their_death(
    case: Case, tmp_path: Path
) -> None:
    """The list's day is that of an event which it does not name: it contradicts nothing."""
    taken(case, tmp_path, FILES, SHEET.replace('status_date = "Day"', 'event_date = "Day"'))
    history = shown(case, "ministry/1").history
    assert {one.status: one.days is None for one in history.statements} == {
        "killed": True,
        "released": False,
    }
    assert history.against == {}


def test_any_row_leads_to_the_person(told: Case) -> None:
    assert shown(told, "a2/1") == shown(told, "families/1") == shown(told, "a1/1")


def test_rows_show_their_cells_as_found(told: Case) -> None:
    (one,) = shown(told, "families/2").rows
    assert one.cells == (
        ("Name", "Botagoz Karimova"),
        ("Born", "1977-07-07"),
        ("Day", "2022-01-07"),
        ("Күйі", "ешкім білмейді"),
    )


def test_a_word_that_nobody_knows_is_a_statement_all_the_same(told: Case) -> None:
    (one,) = shown(told, "families/2").history.statements
    assert (one.words, one.status) == ("ешкім білмейді", None)
    assert rebuilt(told).findings["unknown-word"] == 1


def test_a_decision_moves_statements_with_their_rows_and_changes_none(told: Case) -> None:
    together = shown(told, "a1/1").history.statements
    decided(told, Verdict.NOT_SAME, "a1/1", "a2/1")
    apart = [shown(told, row).history for row in ("a1/1", "a2/1")]
    assert sorted(map(repr, together)) == sorted(repr(h.statements[0]) for h in apart)
    assert all(history.against == {} for history in apart)


def test_histories_follow_from_the_journal_alone(told: Case) -> None:
    before, digest = shown(told, "a1/1"), rebuilt(told).record_digest
    forget_record(told)
    assert rebuilt(told).record_digest == digest
    assert shown(told, "a1/1") == before


@pytest.mark.parametrize("row", ["ministry", "nobody/1", "ministry/99", "a1/0"])
def test_what_is_no_row_is_refused(told: Case, row: str) -> None:
    with pytest.raises(InputRefusedError):
        shown(told, row)


def test_a_case_that_was_never_built_has_nobody_to_show(case: Case) -> None:
    with pytest.raises(RecordMissingError):
        shown(case, "a1/1")
