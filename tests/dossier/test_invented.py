"""A case that says it is invented says so on every page, and no other case does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qantar.dossier.dossier import write_dossier
from qantar.readers.sheet import read_sheet

from .crawler import read_page
from .test_data import everything

MARK = "All of this is invented."
TITLE = " – invented</title>"


def pages(folder: Path, *, invented: bool | None) -> dict[str, str]:
    """The text of every page of a dossier of all sorts of claims, its head included."""
    plain = everything().edition()
    marked = replace(plain, settings=replace(plain.settings, invented=invented))
    write_dossier(marked, folder)
    return {str(path): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}


def test_every_page_says_so_in_its_text_and_in_its_title(tmp_path: Path) -> None:
    found = pages(tmp_path, invented=True)
    assert len(found) > 15
    assert [name for name, text in found.items() if MARK not in text] == []
    assert [name for name, text in found.items() if TITLE not in text] == []
    assert MARK in read_page(tmp_path / "index.html").text


@pytest.mark.parametrize("said", [None, False])
def test_no_other_case_bears_the_mark(tmp_path: Path, said: bool | None) -> None:  # noqa: FBT001
    for name, text in pages(tmp_path, invented=said).items():
        assert MARK not in text, name
        assert TITLE not in text, name


def test_a_sheet_says_it() -> None:
    assert read_sheet("[case]\ninvented = true\n", name="sheet.toml").case.invented is True
    assert read_sheet("[case]\n", name="sheet.toml").case.invented is None
