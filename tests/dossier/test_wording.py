"""Wording that all pages share: numbers agree with their nouns, names keep their capitals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qantar.dossier.pages.findings import write_findings
from qantar.dossier.pages.passages import write_passages
from qantar.dossier.pages.places import write_places

from .editions import PLACES, Desk, page, spaced, written


def test_a_label_takes_a_capital_and_keeps_those_of_names(tmp_path: Path) -> None:
    young = replace(PLACES[1], kind="oblast-since-2022")
    site = written(Desk().edition(places=(PLACES[0], young)), tmp_path, write_places)
    assert "Oblast since June 2022, Sayaq country." in page(site, "places/sayaqkent-l1.html").text


@pytest.mark.parametrize(
    ("later", "undated", "said"),
    [
        (1, 2, "1 later claim is left out. 2 claims without a date are left out."),
        (3, 1, "3 later claims are left out. 1 claim without a date is left out."),
    ],
)
def test_the_banner_of_a_day_agrees_with_its_numbers(
    tmp_path: Path, later: int, undated: int, said: str
) -> None:
    edition = Desk().edition(as_of=date(2030, 1, 10), later=later, undated=undated)
    text = page(written(edition, tmp_path, write_findings), "findings.html").text
    assert f"As of 2030-01-10: only what had been said by the end of that day. {said}" in text


def test_no_finding_is_no_loss(tmp_path: Path) -> None:
    text = page(written(Desk().edition(), tmp_path, write_findings), "findings.html").text
    assert "With 0 of them" not in text


def test_a_citation_marks_hidden_controls(tmp_path: Path) -> None:
    desk = Desk()
    desk.claim(
        "C1", "assertion", "said \u202edaer", said_by="A \u202ebaker", outlet="Sayaq\u200f News <b>"
    )
    site = written(desk.edition(), tmp_path, write_passages)
    (path,) = (site.out / "passages").glob("*.html")
    text = spaced(site, path.relative_to(site.out).as_posix())
    assert "claim C1: “said [U+202E]daer” (collector's wording). A [U+202E]baker" in text
    assert "Sayaq[U+200F] News <b>" in text
    assert not {"\u202e", "\u200f"} & set(path.read_text(encoding="utf-8"))
