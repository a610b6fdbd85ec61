"""Letters of a line that the file draws late, put where they stand.

A program that lacks letters in its font draws them in another one, often after all the
rest of the line: a Kazakh word then comes as its Russian letters with gaps, and its other
letters stand at the end of the line. Whoever looks at the page sees the word; so does
whoever reads the text from here on.

Pure. Left as the file has it: what is written from the right, what lies upon something
else, what has no place, and what does not stand on one line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Final

from qantar.readers.pdf_lines import GAP, Box, Line, characters

_GAP: Final = 0.15  # of the height of its letters: what parts words
_UPON: Final = 0.3  # of the narrower of two letters: more is one upon the other
_BESIDE: Final = 0.5  # of the lower of two letters: less is not one line
_NOWHERE: Final = (0.0, 0.0, 0.0, 0.0)
_KERNED: Final = 0.5  # points by which parts of a line overlap in any text
_FROM_THE_RIGHT: Final = frozenset({"R", "AL", "RLE", "RLO", "RLI"})


@dataclass(frozen=True, slots=True)
class Seat:
    """A letter with the marks upon it: which of the line it is, its characters, its room."""

    number: int
    text: str
    places: tuple[int, ...]
    box: Box


def goes_back(parts: Sequence[Box]) -> bool:
    """Whether a part of a line begins in the room that earlier parts of it take up.

    Args:
        parts: boxes of what was drawn at a time, in the order of the file.
    """
    spans = accumulate(parts, _around_both)
    return any(
        before[0] <= part[0] < before[2] - _KERNED
        for before, part in zip(spans, parts[1:], strict=False)
    )


def _around_both(one: Box, other: Box) -> Box:
    left, top, right, bottom = zip(one, other, strict=True)
    return (min(left), min(top), max(right), max(bottom))


def in_place(
    units: str, line: Line, room: Callable[[int], Box | None], is_gap: Callable[[int], bool]
) -> Line:
    """Put the letters of a line in the order in which they stand, from the left.

    Args:
        units: the characters of the page.
        line: the line.
        room: gives the box of a character, as wide and high as the font says; None where it
            has none.
        is_gap: whether a character is a space that only a gap shows.

    Returns:
        The line; as it was if its letters do not stand side by side.
    """
    if any(unicodedata.bidirectional(one) in _FROM_THE_RIGHT for one in line.text):
        return line
    seats, gaps = _seated(line, characters(units, line), room, is_gap)
    ordered = sorted(seats, key=lambda seat: seat.box[0])
    if ordered == seats or not all(map(_stands_beside, ordered, ordered[1:])):
        return line
    text, places = ordered[0].text, list(ordered[0].places)
    for last, seat in pairwise(ordered):
        if _is_parted(last, seat, gaps):
            text += " "
            places.append(GAP)
        text += seat.text
        places += seat.places
    return replace(line, text=text, places=tuple(places))


def _seated(
    line: Line,
    places: Sequence[int],
    room: Callable[[int], Box | None],
    is_gap: Callable[[int], bool],
) -> tuple[list[Seat], frozenset[int]]:
    """Give the letters of a line in the order of the file, and before which of them gaps are.

    What has no room of its own goes with the letter before it.
    """
    seats: list[Seat] = []
    gaps = set[int]()
    for one, at in zip(line.text, places, strict=True):
        if one == " " and is_gap(at):
            gaps.add(len(seats))
            continue
        box = room(at)
        if seats and (box is None or box[2] <= box[0] or unicodedata.combining(one)):
            last = seats[-1]
            seats[-1] = replace(last, text=last.text + one, places=(*last.places, at))
        else:
            seats.append(Seat(len(seats), one, (at,), box or _NOWHERE))
    return seats, frozenset(gaps)


def _stands_beside(one: Seat, other: Seat) -> bool:
    """Whether a letter stands to the right of another one, on the same line, and not upon it."""
    (left, top, right, bottom), (left_2, top_2, right_2, bottom_2) = one.box, other.box
    shared = min(bottom, bottom_2) - max(top, top_2)
    lower, narrower = min(bottom - top, bottom_2 - top_2), min(right - left, right_2 - left_2)
    return shared >= _BESIDE * lower > 0 and right - left_2 <= _UPON * narrower


def _is_parted(one: Seat, other: Seat, gaps: frozenset[int]) -> bool:
    """Whether a gap is between two letters: as the file had it, or as it is now."""
    if other.number == one.number + 1:
        return other.number in gaps
    wide = other.box[0] - one.box[2] > _GAP * (other.box[3] - other.box[1])
    return wide and not one.text.isspace() and not other.text.isspace()
