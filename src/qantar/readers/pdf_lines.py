"""Characters of a page into lines, and lines into paragraphs, in the order that the file gives.

Pure. A line keeps which characters of the page it is made of, so that each code point of
the text leads back to its box.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

Box: TypeAlias = tuple[float, float, float, float]

GAP: Final = -1
"""Stands for the character of the page where a space is only a gap."""

_BREAK: Final = re.compile("\r\n|\r|\n|[\x02\ufffe]")
_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_HALF: Final = re.compile("[\ud800-\udfff]")
_NO_MARKS: Final = str.maketrans({"\x02": "-", "\ufffe": "-", "\uffff": "\ufffd"})

# Of the height of a line.
_WIDER: Final = 0.3  # than between the lines of most paragraphs of the page: a new one
_WIDEST: Final = 1.5
_OVERLAP: Final = 0.5  # lines one below the other may overlap a little, columns do more
_INDENT: Final = 0.9
_OUTDENT: Final = 5.0  # more than the first line of a paragraph is ever set in
_SIZES_DIFFER: Final = 0.3
_ENDS: Final = frozenset(".!?:;…")
_SHORT: Final = 0.75  # of the paragraph's width: a line that did not need to end


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its text, and the first and number of the characters that it is made of.

    `box` is drawn tightly around it; `room` has the height of its font, whatever letters
    it has. Both are None where nothing of it has a place. `places` has the character for
    each code point of the text, or `GAP`, where they are not one after another.
    """

    text: str
    first: int
    count: int
    box: Box | None = None
    room: Box | None = None
    hidden: bool = False
    places: tuple[int, ...] = ()


def lines(units: str, is_hyphen: Callable[[int], bool]) -> Iterator[Line]:
    """Part the characters of a page, one code unit each, into lines that say something.

    PDFium puts one mark for the hyphen that breaks a word and the line end after it;
    here both stand again.
    """
    start = 0
    for found in _BREAK.finditer(units):
        is_mark = found[0] in "\x02\ufffe"
        if is_mark and not is_hyphen(found.start()):
            continue
        end = found.end() if is_mark else found.start()
        yield from _line(units, start, end)
        start = found.end()
    yield from _line(units, start, len(units))


def _line(units: str, start: int, end: int) -> Iterator[Line]:
    text = units[start:end].translate(_NO_MARKS)
    if _HALF.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if text.strip():
        yield Line(text=text, first=start, count=end - start)


def characters(units: str, line: Line) -> list[int]:
    """Give the character of the page for each code point of a line; `GAP` has none."""
    places = list(line.places)
    if places:
        return places
    at, end = line.first, line.first + line.count
    while at < end:
        places.append(at)
        at += 2 if _PAIR.match(units, at) else 1
    return places


def paragraphs(found: Sequence[Line]) -> list[list[Line]]:
    """Put lines together that were set as one paragraph: below each other, alike, close."""
    usual = _usual_gap(found)
    groups: list[list[Line]] = []
    for line in found:
        if groups and _goes_on(groups[-1], line, usual):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _usual_gap(found: Sequence[Line]) -> float:
    """Give the space between lines, in heights of a line: that of the closer quarter."""
    gaps = [
        gap
        for last, line in pairwise(found)
        if (gap := _gap(last, line)) is not None and -_OVERLAP <= gap <= _WIDEST
    ]
    return sorted(gaps)[len(gaps) // 4] if gaps else 0.0


def _gap(last: Line, line: Line) -> float | None:
    """Give the space between two lines, in heights of a line; None where one has no place."""
    if last.room is None or line.room is None:
        return None
    return (line.room[1] - last.room[3]) / max(_height(last.room), _height(line.room))


def _height(box: Box) -> float:
    return max(0.1, box[3] - box[1])


def _goes_on(group: Sequence[Line], line: Line, usual: float) -> bool:
    last = group[-1]
    gap = _gap(last, line)
    if gap is None or last.room is None or line.room is None or last.hidden != line.hidden:
        return False
    if not -_OVERLAP <= gap <= min(_WIDEST, max(0.0, usual) + _WIDER):
        return False
    size = max(_height(last.room), _height(line.room))
    if abs(_height(last.room) - _height(line.room)) > _SIZES_DIFFER * size:
        return False
    if line.room[0] >= last.room[2] or line.room[2] <= last.room[0]:
        return False  # beside it, not below
    return not _begins_anew(group, line, size)


def _begins_anew(group: Sequence[Line], line: Line, size: float) -> bool:
    """Whether a line is set in or far out, or the one before it ended with room for more."""
    boxes = [one.room for one in (*group, line) if one.room is not None]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    last, new = boxes[-2], boxes[-1]
    set_in = new[0] - last[0] > _INDENT * size and not _is_centred(last, new, size)
    far_out = last[0] - new[0] > _OUTDENT * size and not _is_centred(last, new, size)
    ended = last[2] - left < _SHORT * (right - left) and group[-1].text.rstrip()[-1:] in _ENDS
    return set_in or far_out or ended


def _is_centred(one: Box, other: Box, size: float) -> bool:
    return abs((one[0] + one[2]) - (other[0] + other[2])) < size
