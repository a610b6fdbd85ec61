"""Submissions whose form is another file of the case: its words stand with the answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.errors import SheetError
from qantar.model.finding import Severity
from qantar.model.read_document import Quoted
from qantar.readers.sheet import read_sheet
from qantar.workbench.add import add
from qantar.workbench.build import derive
from qantar.workbench.stores import folded_of
from tests.published import NOW, build_case, publish_case
from tests.readers.kobo_samples import FORM
from tests.readers.table_samples import xlsx

QUESTION, ANSWER, WORDS = "What kind of place?", "square", "A square"


def made(folder: Path, *, form: str = "form.xlsx", consent: str = "public") -> Case:
    """A case of one submission and the form by which it was filled in."""
    one = {
        "_id": 1,
        "_uuid": "u-1",
        "_submission_time": "2022-01-06T08:00:00",
        "event/kind": ANSWER,
        "photo": "1.jpg",
    }
    (folder / "answers.json").write_text(json.dumps([one]))
    (folder / "form.xlsx").write_bytes(xlsx(dict(FORM)))
    (folder / "s.toml").write_text(
        f'[[accession]]\npath = "answers.json"\nconsent = "public"\nform = "{form}"\n'
        f'[[accession]]\npath = "form.xlsx"\nconsent = "{consent}"\n'
    )
    case, _ = build_case(folder / "case", folder / "s.toml")
    return case


def published(case: Case, out: Path) -> str:
    publish_case(case, out)
    return "\n".join(p.read_text(errors="replace") for p in out.rglob("*") if p.is_file())


def test_the_words_of_the_form_stand_with_the_answers(tmp_path: Path) -> None:
    case = made(tmp_path)
    (answers, _) = derive(case, folded_of(case)).contents.texts
    first, _ = answers.documents[0]
    assert (first.parent, first.member) == (None, None)
    assert len(answers.documents) == 2  # the file and its submission: no archive, no form
    quoted = [one for one in answers.records() if isinstance(one, Quoted)]
    assert [one.text for one in quoted][:5:2] == [QUESTION, "Қандай жер?", WORDS]
    (media,) = (m for one in quoted for m in one.segment.media)
    assert media.present is None  # nobody knows which files came with it
    said = published(case, tmp_path / "out")
    assert QUESTION in said
    assert WORDS in said


def test_a_form_that_is_withheld_gives_no_words_to_a_dossier(tmp_path: Path) -> None:
    said = published(made(tmp_path, consent="restricted"), tmp_path / "out")
    assert ANSWER in said
    assert QUESTION not in said
    assert WORDS not in said


def test_of_two_forms_of_one_path_none_is_guessed(tmp_path: Path) -> None:
    case = made(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    (other / "form.xlsx").write_bytes(xlsx({**dict(FORM), "more": [["x"]]}))
    (other / "s.toml").write_text('[[accession]]\npath = "form.xlsx"\nconsent = "public"\n')
    add(case, paths=(), sheet_path=other / "s.toml", now=NOW, acknowledge=lambda _: None)
    contents = derive(case, folded_of(case)).contents
    (told,) = (f for f in contents.findings if f.code == "form-labels")
    assert "several files" in told.text
    quoted = [one.text for one in contents.texts[0].records() if isinstance(one, Quoted)]
    assert ANSWER in quoted
    assert QUESTION not in quoted


@pytest.mark.parametrize("form", ["nowhere.xlsx", "answers.json"])
def test_a_form_that_is_none_is_told(tmp_path: Path, form: str) -> None:
    case = made(tmp_path, form=form)
    contents = derive(case, folded_of(case)).contents
    (told,) = (f for f in contents.findings if f.code == "form-labels")
    assert (told.severity, told.file) == (Severity.LOSS, "answers.json")
    assert ANSWER in [one.text for one in contents.texts[0].records() if isinstance(one, Quoted)]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ('form = "../form.xlsx"', "leads above the sheet"),
        ('form = "f.xlsx"\nholds = "events"\n[accession.columns]\nstatement = "x"', "take form"),
    ],
)
def test_what_a_sheet_cannot_say_of_a_form(said: str, fault: str) -> None:
    with pytest.raises(SheetError, match=fault):
        read_sheet(f'[[accession]]\npath = "a.csv"\n{said}\n', name="s.toml")
