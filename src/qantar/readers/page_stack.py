"""The elements of a page that are open at one place, and which of them a tag ends.

Each question is answered by where an element of a name was last opened, so that it costs
the same however deep a page nests.

Source: the WHATWG HTML Standard, 13.2.4.2 (the stack of open elements) and 13.2.6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from qantar.model.segment import SegmentKind
from qantar.readers.caps import MAX_PAGE_DEPTH
from qantar.readers.page_elements import (
    CLOSED_BY,
    LIMITS,
    SCOPE,
    SPECIAL,
    TABLE_ELEMENTS,
    TABLE_SCOPE,
)

_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(slots=True)
class Frame:
    """An open element.

    `kind` is the segment it becomes, `start` where its text begins, `line` the line of
    that; `leaves` are the blocks of text in it (start, end, line), and `nests` says that
    another segment stands in it. Of tables and what is in them: their number, the row and
    column reached, and how long the text was when the row began (`mark`).
    """

    name: str
    kind: SegmentKind | None = None
    hidden: bool = False
    start: int | None = None
    line: int = 0
    leaves: list[tuple[int, int, int]] = field(default_factory=list)
    nests: bool = False
    table: int = 0
    row: int = 0
    column: int = 0
    mark: int = 0


@dataclass(slots=True)
class OpenElements:
    """The open elements, the outermost first; no more than a browser keeps.

    Attributes:
        frames: the elements.
        kinds: how many of them become a segment of each kind.
        too_deep: how many were opened deeper than that, and are not kept.
    """

    frames: list[Frame] = field(default_factory=list)
    kinds: Counter[SegmentKind | None] = field(default_factory=Counter)
    too_deep: int = 0
    _overflow: int = 0
    _at: dict[str, list[int]] = field(default_factory=dict)
    _special: list[int] = field(default_factory=list)

    @property
    def innermost(self) -> str:
        """The name of the innermost element; "" where none is open."""
        return self.frames[-1].name if self.frames else ""

    def push(self, frame: Frame) -> bool:
        """Open an element; gives whether it is kept."""
        at = len(self.frames)
        if at >= MAX_PAGE_DEPTH:
            self._overflow += 1
            self.too_deep += 1
            return False
        self.frames.append(frame)
        self._at.setdefault(frame.name, []).append(at)
        if frame.name in SPECIAL:
            self._special.append(at)
        self.kinds[frame.kind] += 1
        return True

    def pop(self) -> Frame:
        """End the innermost element."""
        frame = self.frames.pop()
        places = self._at[frame.name]
        places.pop()
        if not places:
            del self._at[frame.name]
        if frame.name in SPECIAL:
            self._special.pop()
        self.kinds[frame.kind] -= 1
        return frame

    def last(self, names: Iterable[str]) -> int:
        """Give the place of the innermost element of these names; -1 where none is open."""
        return max((self._at[name][-1] for name in names if name in self._at), default=-1)

    def ended_by_start(self, name: str) -> int:
        """Give the place of an element that a start tag ends, or -1; ask until it is -1."""
        if name not in CLOSED_BY:
            return -1
        ended = CLOSED_BY[name]
        at = self.last(ended)
        if at < 0:
            return -1
        limits = LIMITS.get(name, TABLE_SCOPE if name in TABLE_ELEMENTS - {"table"} else SCOPE)
        return at if at > self.last(limits - ended) else -1

    def ended_by_end(self, name: str) -> int:
        """Give the place of the element that an end tag ends, or -1."""
        if self._overflow:
            self._overflow -= 1
            return -1
        at = self.last(_HEADINGS if name in _HEADINGS else (name,))
        if at < 0:
            return -1
        barrier = self.last((TABLE_SCOPE if name in TABLE_ELEMENTS else SCOPE) - {name})
        if name not in SPECIAL and self._special:
            barrier = max(barrier, self._special[-1])
        return at if at > barrier else -1
