"""Running text: paragraphs, the turns of an interview, captions; nothing of the text is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.reading import read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestPlainText(ReaderSuite):
    reader = "text"


def test_an_unnamed_interview_has_questions_answers_and_a_caption_of_nobody() -> None:
    sample = Path(__file__).parent / "samples" / "text" / "unnamed.txt"
    (read,) = read_bytes(sample.read_bytes(), sample.name)
    said = [
        (s.role and s.role.value, read.text[s.start : s.end].split()[0])
        for s in read.segments
        if s.kind == "turn"
    ]
    assert said == [
        ("question", "What"),
        ("answer", "I"),
        ("answer", "Later"),
        ("question", "How"),
        ("answer", "I"),
        ("question", "Who"),
        ("answer", "Neighbours,"),
    ]
    assert read.of_kind("caption") == ["The square of Sayakkent, January 5 (old station)"]
    assert not any("old station" in turn for turn in read.of_kind("turn"))
    assert all(s.speaker is None for s in read.segments)


def test_letters_stand_for_sides_and_name_nobody() -> None:
    text = "Q: Where?\n\nA: At home.\n\nQ: When?\n\nA: At night.\n"
    (read,) = read_bytes(text.encode(), "t.txt")
    assert [(s.role, s.speaker) for s in read.segments if s.kind == "turn"] == [
        ("question", None),
        ("answer", None),
        ("question", None),
        ("answer", None),
    ]


def test_a_text_that_asks_now_and_then_is_no_interview() -> None:
    text = "Nobody came.\n\nWhy?\n\nNobody knows.\n\nIt was night. It was cold.\n"
    (read,) = read_bytes(text.encode(), "t.txt")
    assert not read.of_kind("turn")


def test_labels_that_never_come_back_are_no_speakers() -> None:
    text = "When: at noon.\n\nWhere: at the station.\n\nWho: nobody.\n\nWhy: unknown.\n"
    (read,) = read_bytes(text.encode(), "t.txt")
    assert not read.of_kind("turn")


def test_marks_that_cannot_be_seen_stay_in_the_text() -> None:
    text = "и\u0306 \u200bone\u200e two\x1b[31m\u202e\r\nend"
    (read,) = read_bytes(text.encode(), "t.txt")
    assert read.text == text.replace("\r\n", "\n")
    assert "control-characters" in read.codes()


@pytest.mark.parametrize(("data", "code"), [(b"", "empty"), (b"a\n" * 40_000_000, "too-large")])
def test_nothing_and_too_much_are_told(data: bytes, code: str) -> None:
    (read,) = read_bytes(data, "t.txt", reader="text")
    assert code in read.codes()


def test_cells_are_a_table_whatever_the_name_says() -> None:
    (read,) = read_bytes(b"name;town\nA;Sayakkent\nB;Tuzkol\n", "t.txt")
    assert read.begin.reader == "table"


@pytest.mark.parametrize("name", ["photo.jpg", "letter.docx", "film.mp4", "scan.pdf"])
def test_a_text_that_is_named_as_something_else_is_told(name: str) -> None:
    (document,) = read_bytes(b"Nobody came to the square (invented).", name)
    assert document.begin.reader == "text"
    assert document.codes() == {"extension-mismatch"}


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.log", "a", "a.note"])
def test_a_text_by_any_name_of_its_own_is_not(name: str) -> None:
    (document,) = read_bytes(b"Nobody came to the square (invented).", name)
    assert document.codes() == set()
