"""Languages of passages: a Kazakh letter decides, letters in a row tell the rest, too little tells nothing."""

from __future__ import annotations

import pytest

from qantar.model.finding import Locator
from qantar.model.read_document import Begin, End, Quoted, Sound, Text
from qantar.model.segment import Segment, SegmentKind
from qantar.reading.language import Languages, with_languages


@pytest.fixture(scope="module")
def usual() -> Languages:
    return Languages()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Мы стояли на площади и ждали автобус.", "ru"),
        ("Біз алаңда тұрдық, автобус күттік.", "kk"),
        ("Кантар айында адамдар жиналды", "kk"),  # on a Russian keyboard
        ("Сказали: жиналыс болады, алаңға келіңдер", "kk"),
        ("We stood on the square and waited.", "en"),
    ],
)
def test_a_passage_is_told_by_its_letters(usual: Languages, text: str, code: str) -> None:
    found = usual.of(text)
    assert found is not None
    assert found[0] == code
    assert 0.5 <= found[1] <= 1


@pytest.mark.parametrize("text", ["", "ok", "12:30", "!!!", "да", "😀😀"])
def test_what_is_too_short_is_not_told(usual: Languages, text: str) -> None:
    assert usual.of(text) is None


def test_only_languages_that_were_asked_for_are_told() -> None:
    assert Languages(("de", "ru")).of("Wir standen auf dem Platz und warteten.") is not None
    found = Languages(("de", "ru")).of("Wir standen auf dem Platz und warteten.")
    assert found
    assert found[0] == "de"
    assert Languages(("ru",)).of("Мы стояли на площади") is None  # one language is no choice
    ukrainian = Languages(("kk", "ru", "uk")).of("Ми стояли на площі біля її будинку")
    assert ukrainian is None or ukrainian[0] != "kk"


def test_passages_get_a_language_and_what_holds_them_does_not(usual: Languages) -> None:
    said = "Мы стояли на площади."
    records: list[Sound] = [
        Begin(id="1", reader="r", version=1, media_type="t"),
        Text(said),
        *(
            Quoted(Segment(kind=kind, start=0, end=len(said), locator=Locator()), said)
            for kind in (SegmentKind.TURN, SegmentKind.PARAGRAPH)
        ),
        End(chars=len(said)),
    ]
    told = [
        one.segment.language for one in with_languages(records, usual) if isinstance(one, Quoted)
    ]
    assert told == [None, "ru"]
