"""Kazakh letters that a model of Russian reads as its own: қ as к, ң as н, ү as у.

Tesseract chooses one model for a word, and where both are sure it may choose the wrong one: a
Kazakh name then stands in Russian letters, with high confidence. Pages that hold Kazakh
letters at all are therefore read a second time without Russian. A word of the second
reading counts instead of the first where both differ in nothing but these letters, lie at
the same place, and the second is about as sure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from qantar.readers.ocr import Seen

LETTERS: Final = "әғқңөұүіһӘҒҚҢӨҰҮІҺ"
_AS_RUSSIAN: Final = str.maketrans(LETTERS, "агкноууихАГКНОУУИХ")
_AS_BYTES: Final = tuple(letter.encode() for letter in LETTERS)
_LESS_SURE: Final = 0.05
_LEAST: Final = 0.6
_NEAR: Final = 4  # units of the raster's own grid by which boxes of one word may differ
_CELL: Final = 8


def holds_kazakh(untrusted_table: bytes) -> bool:
    """Whether a table has any letter that only Kazakh has."""
    return any(letter in untrusted_table for letter in _AS_BYTES)


def with_kazakh(first: Sequence[Seen], second: Sequence[Seen]) -> tuple[list[Seen], int]:
    """Give the first reading, with the second's letters where they fit, and how many do."""
    placed: dict[tuple[int, int], list[Seen]] = {}
    for word in second:
        if has_kazakh(word.text):
            placed.setdefault(_cell(word.raster), []).append(word)
    changed = 0
    words: list[Seen] = []
    for word in first:
        other = next((one for one in _near(word, placed) if _is_better(word, one)), None)
        changed += other is not None
        words.append(word if other is None else word.reread(other.text, other.confidence))
    return words, changed


def has_kazakh(text: str) -> bool:
    """Whether a text has any letter that only Kazakh has."""
    return any(letter in LETTERS for letter in text)


def _is_better(word: Seen, other: Seen) -> bool:
    if any(abs(a - b) > _NEAR for a, b in zip(word.raster, other.raster, strict=True)):
        return False
    sure = other.confidence >= max(_LEAST, word.confidence - _LESS_SURE)
    same = word.text.translate(_AS_RUSSIAN) == other.text.translate(_AS_RUSSIAN)
    return sure and same and word.text != other.text


def _near(word: Seen, placed: dict[tuple[int, int], list[Seen]]) -> Iterator[Seen]:
    across, down = _cell(word.raster)
    for x in (across - 1, across, across + 1):
        for y in (down - 1, down, down + 1):
            yield from placed.get((x, y), ())


def _cell(raster: tuple[int, int, int, int]) -> tuple[int, int]:
    return raster[0] // _CELL, raster[1] // _CELL
