"""Transcripts: what was said when, by whose word; nothing that is no speech."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.readers.reading import ReadDocument, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate

SAMPLES = Path(__file__).parent / "samples" / "transcript"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestTranscript(ReaderSuite):
    reader = "transcript"


def read(name: str) -> ReadDocument:
    (document,) = read_bytes((SAMPLES / name).read_bytes(), name)
    return document


def said(document: ReadDocument) -> list[tuple[str, tuple[int, int] | None, str | None]]:
    return [
        (document.text[s.start : s.end], s.locator.time_ms, s.speaker) for s in document.segments
    ]


def test_subrip_with_and_without_blank_lines_between() -> None:
    document = read("statement.srt")
    assert said(document) == [
        ("Мы стояли на площади Саяккента.\nЭто вымысел.", (1000, 4500), None),
        ("Потом погас свет.", (5000, 7250), None),
        ("Конец.", (62500, 63000), None),
    ]
    (lost,) = [f for f in document.findings if f.code == "broken-line"]
    assert lost.where is not None
    assert lost.where.line == 10


def test_webvtt_names_voices_and_leaves_marks_and_comments_out() -> None:
    document = read("voices.vtt")
    assert said(document) == [
        ("We stood on the square & waited.", (1000, 3000), "Aigul"),
        ("And then?", (4000, 6000), "Interviewer"),
        ("Nothing.", (5000, 3600000), None),
    ]


def test_recognisers_seconds_and_milliseconds_mean_the_same() -> None:
    assert said(read("whisper.json")) == [
        ("We stood on the square.", (0, 2480), None),
        ("Then the lights went out.", (2480, 5000), "SPEAKER_01"),
    ]
    assert read("whisper.json").codes() == {"broken-line"}
    assert said(read("whispercpp.json")) == [("Біз Саяққент алаңында тұрдық.", (0, 3000), None)]


def test_a_long_recording_is_known_by_its_end() -> None:
    """Its whole text stands first, and fills more than is looked at to choose a reader."""
    piece = {"start": 0.0, "end": 1.0, "text": " word", "no_speech_prob": 0.1}
    whole = json.dumps({"text": " word" * 40_000, "segments": [piece] * 50}).encode()
    (document,) = read_bytes(whole, "interview.json")
    assert document.begin.reader == "transcript"
    assert len(document.segments) == 50


@pytest.mark.parametrize("number", ["1e999", "-1", "NaN", '"soon"', "99999999999999999999"])
def test_times_that_cannot_be_are_told(number: str) -> None:
    data = f'{{"segments": [{{"start": {number}, "end": {number}, "text": "x"}}]}}'
    (document,) = read_bytes(data.encode(), "t.json", reader="transcript")
    assert not document.segments
    assert document.codes() & {"broken-line", "damaged"}


def test_a_text_in_which_an_arrow_stands_is_no_transcript() -> None:
    (document,) = read_bytes(b"He went 10:00 --> and came back.\n\nThat is all.\n", "t.txt")
    assert document.begin.reader == "text"
