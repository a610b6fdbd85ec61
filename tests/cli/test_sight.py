"""A photograph of a notice through a whole case: read by sight, labelled so, read anew when it must be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.readers.sight_samples import PAGE
from tests.readers.tool_programs import needs

from .conftest import Run

SHEET = """[sources.board]
name = "Notice board (invented)"
kind = "official"

[[accession]]
path = "notice.png"
source = "board"
consent = "public"
"""


@pytest.fixture
def case(qantar: Run, tmp_path: Path) -> Path:
    """A case with the photograph, built."""
    needs("tesseract")
    shutil.copy(PAGE, tmp_path / "notice.png")
    (tmp_path / "sheet.toml").write_text(SHEET, encoding="utf-8")
    folder = tmp_path / "case"
    for command in (
        ("init", folder, "--open"),
        ("add", folder, "--sheet", tmp_path / "sheet.toml"),
        ("build", folder),
    ):
        assert qantar(*command).code == 0
    return folder


def test_a_photograph_is_found_shown_and_labelled_as_read_by_a_program(
    qantar: Run, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (hit,) = [line["hit"] for line in qantar("search", case, "дүкені", "--json").lines[1:]]
    assert (hit["reader"], hit["by_sight"]) == ("ocr", True)
    assert 0.8 < hit["confidence"] <= 1
    assert hit["locator"]["page"] == 1
    assert "[read by a program, 9" in qantar("search", case, "дүкені").out

    assert qantar("publish", case, tmp_path / "out", "--yes").code == 0
    (page,) = (tmp_path / "out" / "documents").glob("notice-png-*.html")
    text = page.read_text(encoding="utf-8")
    assert "дүкені жабық" in text
    assert "Read by a program" in text
    assert "% sure" in text
    index = (tmp_path / "out" / "documents" / "index.html").read_text(encoding="utf-8")
    assert "read by a program" in index
    assert "read by a program" in (tmp_path / "out" / "data" / "search-1.js").read_text("utf-8")

    told = qantar("status", case).out
    assert "tesseract 5." in told
    assert "programs of others: " in told

    # Without the program the picture is read anew, and what was made out is gone and told.
    monkeypatch.setenv("QANTAR_TESSERACT", "")
    assert "made with other libraries" in qantar("status", case).out
    report = qantar("build", case, "--json").lines[-1]
    assert report["findings"]["ocr-missing"] == 1
    assert report["changed"]
    assert qantar("search", case, "дүкені", "--json").lines[0]["query"]["passages"] == 0


def test_reading_by_sight_can_be_left_out(qantar: Run) -> None:
    needs("tesseract")
    documents = [
        line["document"]["reader"]
        for line in qantar("read", PAGE, "--no-ocr", "--json").lines
        if "document" in line
    ]
    assert documents == ["photo"]


def test_words_are_printed_with_their_places(qantar: Run) -> None:
    needs("tesseract")
    ran = qantar("read", PAGE, "--json")
    documents = [line["document"] for line in ran.lines if "document" in line]
    assert [(one["reader"], one["parent"]) for one in documents] == [
        ("photo", None),
        ("ocr", documents[0]["id"]),
    ]
    segments = [line["segment"] for line in ran.lines if "segment" in line]
    words = [word for segment in segments for word in segment.get("words", ())]
    assert words[0]["text"] == "Notice"
    assert words[0]["box"] == pytest.approx([60, 57, 175, 84], abs=8)
    assert all(0 <= word["confidence"] <= 1 for word in words)
