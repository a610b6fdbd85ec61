"""The words of a case: sheets extend what Qantar ships; two that differ never stop a build."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.model.declared import DeclaredTerm
from qantar.model.finding import Finding, Locator, Severity
from qantar.model.vocabulary import load
from qantar.record.contents import Contents
from qantar.record.read import read_contents
from qantar.workbench.add import add
from qantar.workbench.fold import Folded
from qantar.workbench.stores import record_of
from qantar.workbench.words import vocabularies, vocabulary_findings

from .conftest import rebuild


def queue(en: str = "queue", **more: str) -> DeclaredTerm:
    return DeclaredTerm(vocabulary="event-kind", id="bread-queue", en=en, **more)


def test_a_declared_word_is_known_beside_the_shipped_ones() -> None:
    words = vocabularies([queue(family="assembly", ru="очередь")])["event-kind"]
    term = words.find("Bread Queue")
    assert term is not None
    assert (term.family, term.label("ru"), term.label("kk")) == ("assembly", "очередь", "queue")
    assert set(words.terms) == {*load("event-kind").terms, "bread-queue"}
    assert "bread-queue" not in load("event-kind").terms


def test_the_same_word_declared_twice_is_one_word_and_the_later_definition_holds() -> None:
    for first, second in (("queue", "queue"), ("line", "queue")):
        words = vocabularies([queue(first), queue(second)])["event-kind"]
        assert words.terms["bread-queue"].label("en") == "queue"


def test_a_word_that_qantar_ships_itself_stays_as_it_is_shipped() -> None:
    """A sheet of an older version may declare what a newer one brought."""
    declared = DeclaredTerm(vocabulary="event-kind", id="rally", en="mine", family="mine")
    words = vocabularies([declared, queue()])["event-kind"]
    assert words.terms["rally"] == load("event-kind").terms["rally"]
    (told,) = vocabulary_findings(Folded(vocabulary=(declared,)))
    assert (told.code, told.severity) == ("redefined-term", Severity.NOTE)
    assert '"rally" of the vocabulary event-kind' in told.text


SHEET = """
[vocabulary.event-kind.bread-queue]
en = "{en}"
{more}

[[accession]]
path = "{path}"
source = "unknown"
consent = "public"
holds = "events"
[accession.columns]
id = "id"
statement = "what"
event_kind = "kind"
"""


def built(case: Case, folder: Path, now: datetime, *sheets: tuple[str, str]) -> Contents:
    """Add one small table a sheet, each sheet with its own definition of the word; build."""
    for n, (en, more) in enumerate(sheets):
        (folder / f"{n}.csv").write_text(f"id,what,kind\nE{n},{n} people wait,bread-queue\n")
        text = SHEET.format(en=en, more=more, path=f"{n}.csv")
        (folder / f"sheet{n}.toml").write_text(text)
        add(
            case,
            paths=(),
            sheet_path=folder / f"sheet{n}.toml",
            now=now,
            acknowledge=lambda _: None,
        )
    rebuild(case)
    return read_contents(*record_of(case))


def told(contents: Contents) -> list[Finding]:
    return [finding for finding in contents.findings if finding.code == "redefined-term"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("queue", ""), ("queue", "")),
        (("queue", 'note = "before shops"'), ("queue", 'note = "before bakeries"')),
    ],
)
def test_two_sheets_that_define_a_word_alike_are_fine(
    case: Case, tmp_path: Path, now: datetime, first: tuple[str, str], second: tuple[str, str]
) -> None:
    contents = built(case, tmp_path, now, first, second)
    assert told(contents) == []
    kinds = [getattr(claim.detail, "event_kind", None) for claim in contents.claims]
    assert kinds == ["bread-queue", "bread-queue"]


@pytest.mark.parametrize("second", [("line", ""), ("queue", 'family = "assembly"')])
def test_two_sheets_that_define_a_word_differently_are_told_and_the_later_holds(
    case: Case, tmp_path: Path, now: datetime, second: tuple[str, str]
) -> None:
    contents = built(case, tmp_path, now, ("queue", ""), second)
    (found,) = told(contents)
    assert (found.file, found.severity) == ("sheet1.toml", Severity.NOTE)
    assert '"bread-queue" of the vocabulary event-kind' in found.text
    families = {getattr(claim.detail, "family", None) for claim in contents.claims}
    assert families == {"assembly" if "family" in second[1] else "bread-queue"}


def test_a_place_of_a_sheet_and_one_of_a_table_may_bear_one_id(
    case: Case, tmp_path: Path, now: datetime
) -> None:
    """Both are kept: a second row of the id once stopped the build."""
    (tmp_path / "p.csv").write_text("id,name,in\nKZ,Sayaqkent,Atlantis\nL1,Sayaq,Kazakhstan\n")
    (tmp_path / "sheet.toml").write_text(
        '[places.KZ]\nname = "Kazakhstan"\nkind = "country"\n\n'
        '[[accession]]\npath = "p.csv"\nconsent = "public"\nholds = "places"\n'
        '[accession.columns]\nid = "id"\nname = "name"\nparent = "in"\n'
    )
    add(case, paths=(), sheet_path=tmp_path / "sheet.toml", now=now, acknowledge=lambda _: None)
    rebuild(case)
    contents = read_contents(*record_of(case))
    assert [(place.id, place.name, place.parent) for place in contents.places] == [
        ("KZ", "Kazakhstan", None),
        ("KZ#2", "Sayaqkent", None),
        ("L1", "Sayaq", "KZ"),
    ]
    found = {finding.code: finding for finding in contents.findings}
    assert {"duplicate-id", "unresolved-place"} <= set(found)
    assert found["unresolved-place"].file == "p.csv"
    assert found["unresolved-place"].where == Locator(row=1)
