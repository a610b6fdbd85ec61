"""Lines of running text into paragraphs, headings, list items and captions, as people set them.

Pure: lines in, blocks out. A text is either wrapped by hand (a paragraph is the lines
between two blank ones, or up to an indented one) or has a line for each paragraph; the
lengths of its lines tell which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from qantar.model.segment import SegmentKind

_WRAPPED_CHARS: Final = 100
"""No line of a text that was wrapped by hand is much longer."""
_MOST_LONG: Final = 0.02
_CAPTION_CHARS, _CAPTION_WORDS = 120, 16
_HEADING_CHARS: Final = 100

_ENDED: Final = re.compile(r"[.?!…:;,。]['\"»”’)\]]*\Z")
_HASHES: Final = re.compile(r"#{1,6}\s+\S")
_ITEM: Final = re.compile(r"(?:[-*•–—]|\d{1,3}[.)])\s+\S")
_NAMED_CAPTION: Final = re.compile(
    r"\(?\s*(?:photo|picture|image|caption|illustration|фото|фотография|снимок|сурет|фотосурет)\b"
    r"\s*[:.(—–-]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph or what stands in its place: where it begins and ends in the text, and its line.

    `start` and `end` leave the white space around it out. `line` is its first physical
    line, from 1; `last` the one that it ends on.
    """

    kind: SegmentKind
    start: int
    end: int
    line: int
    last: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank: its number, and the span of what stands on it."""

    number: int
    start: int
    end: int
    indented: bool


def blocks(text: str, *, markdown: bool = False) -> list[Block]:
    """Part a text into its blocks, in order."""
    lines = list(_lines(text))
    wrapped = _is_wrapped(lines)
    groups: list[list[_Line]] = []
    for line in lines:
        last = groups[-1][-1] if groups else None
        follows = last is not None and line.number == last.number + 1
        if follows and wrapped and not line.indented and not _stands_alone(text, line, markdown):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        _block(text, group, _kind(text, groups, at, markdown=markdown))
        for at, group in enumerate(groups)
    ]


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for number, whole in enumerate(text.split("\n"), start=1):
        said = whole.strip()
        if said:
            left = len(whole) - len(whole.lstrip())
            yield _Line(number, start + left, start + left + len(said), left > 0)
        start += len(whole) + 1


def _is_wrapped(lines: Sequence[_Line]) -> bool:
    """Whether line ends within paragraphs are an accident of width."""
    long = sum(line.end - line.start > _WRAPPED_CHARS for line in lines)
    return long <= _MOST_LONG * len(lines)


def _stands_alone(text: str, line: _Line, markdown: bool) -> bool:  # noqa: FBT001
    said = text[line.start : line.end]
    return bool(_ITEM.match(said) or (markdown and _HASHES.match(said)))


def _block(text: str, group: Sequence[_Line], kind: SegmentKind) -> Block:
    start = group[0].start
    if kind is SegmentKind.HEADING:
        said = text[start : group[-1].end]
        start += len(said) - len(said.lstrip("#").lstrip())
    return Block(
        kind=kind, start=start, end=group[-1].end, line=group[0].number, last=group[-1].number
    )


def _kind(text: str, groups: Sequence[Sequence[_Line]], at: int, *, markdown: bool) -> SegmentKind:
    group = groups[at]
    said = text[group[0].start : group[-1].end]
    if markdown and _HASHES.match(said):
        return SegmentKind.HEADING
    if _ITEM.match(said):
        return SegmentKind.LIST_ITEM
    if _NAMED_CAPTION.match(said) and len(said) <= 2 * _CAPTION_CHARS:
        return SegmentKind.CAPTION
    if len(group) > 1 or _ENDED.search(said):
        return SegmentKind.PARAGRAPH
    return _kind_of_a_fragment(said, groups, at)


def _kind_of_a_fragment(said: str, groups: Sequence[Sequence[_Line]], at: int) -> SegmentKind:
    """Say what a line without the end of a sentence is, by what stands around it."""
    before, after = _gap(groups, at - 1, at), _gap(groups, at, at + 1)
    # Hung on to the paragraph before it: what a picture left behind.
    is_short = len(said) <= _CAPTION_CHARS and len(said.split()) <= _CAPTION_WORDS
    if is_short and before == 0 and after > 0:
        return SegmentKind.CAPTION
    if len(said) <= _HEADING_CHARS and before > 0 and after > 0 and len(groups) > 1:
        return SegmentKind.HEADING
    return SegmentKind.PARAGRAPH


def _gap(groups: Sequence[Sequence[_Line]], first: int, second: int) -> int:
    """How many blank lines stand between two blocks; one where there is no neighbour."""
    if first < 0 or second >= len(groups):
        return 1
    return groups[second][0].number - groups[first][-1].number - 1
