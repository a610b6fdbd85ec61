"""Which language a passage is in, of those that a case has, and how sure that is.

A letter that only Kazakh has decides by itself: people write Kazakh with a Russian word or
two far more often than the reverse. All else is weighed by the frequencies of letters in
a row (lingua, in its quick mode), among the languages asked for. What is too short to tell
is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from qantar.model.read_document import Quoted, Sound
from qantar.model.segment import SegmentKind

try:
    from lingua import Language, LanguageDetectorBuilder

    INSTALLED = True
except ImportError:
    INSTALLED = False

USUAL: Final = ("en", "kk", "ru")
"""The languages asked for where a case says nothing."""

_KAZAKH: Final = re.compile("[әғқңөұүһӘҒҚҢӨҰҮҺ]")
_NOT_KAZAKH: Final = re.compile("[їєґўЇЄҐЎ]")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_LEAST_LETTERS: Final = 4
_LEAST_CONFIDENCE: Final = 0.5
_MOST_CHARS: Final = 1_000  # more of a text tells no more
_HOLDERS: Final = frozenset({SegmentKind.TURN, SegmentKind.PAGE, SegmentKind.ROW})


class Languages:
    """Tells languages apart; make one and ask it often."""

    def __init__(self, codes: Iterable[str] = ()) -> None:
        """Choose among these languages (ISO 639-1), or the usual ones where none is known."""
        self.codes = tuple(sorted({code.casefold() for code in codes} or USUAL))
        self._detector: Any = _detector(self.codes) if INSTALLED else None

    def of(self, text: str) -> tuple[str, float] | None:
        """Give the code of a text's language and the confidence, 0 to 1; None if nothing tells."""
        sample = text[:_MOST_CHARS]
        if sum(map(len, _WORD.findall(sample))) < _LEAST_LETTERS:
            return None
        if "kk" in self.codes and _KAZAKH.search(sample) and not _NOT_KAZAKH.search(sample):
            return "kk", 1.0
        if self._detector is None:
            return None
        values = self._detector.compute_language_confidence_values(sample)
        if not values or values[0].value < _LEAST_CONFIDENCE:
            return None
        return values[0].language.iso_code_639_1.name.lower(), round(values[0].value, 3)


def _detector(codes: tuple[str, ...]) -> Any:
    """Give what weighs letters, of the languages that it knows; None where these are not two."""
    chosen = [one for one in Language.all() if one.iso_code_639_1.name.lower() in codes]
    if len(chosen) < 2:  # noqa: PLR2004  # one language is no choice
        return None
    return LanguageDetectorBuilder.from_languages(*chosen).with_low_accuracy_mode().build()


def with_languages(records: Iterable[Sound], languages: Languages) -> Iterator[Sound]:
    """Give records on, each passage that says something with its language."""
    for record in records:
        if isinstance(record, Quoted):
            yield _told(record, languages)
        else:
            yield record


def _told(quoted: Quoted, languages: Languages) -> Quoted:
    segment = quoted.segment
    if segment.language is not None or segment.kind in _HOLDERS:
        return quoted
    found = languages.of(quoted.text)
    if found is None:
        return quoted
    code, confidence = found
    changed = msgspec.structs.replace(segment, language=code, language_confidence=confidence)
    return Quoted(changed, quoted.text)
