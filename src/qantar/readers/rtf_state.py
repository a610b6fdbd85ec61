"""What an RTF says that holds until its group ends, and what holds until a paragraph does."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from typing import Final

from qantar.model.segment import SegmentKind
from qantar.readers.rtf_words import ASIDES

MAX_GROUPS: Final = 1_000
"""Groups within groups; deeper ones are read as part of the last."""
NOWHERE: Final = "-"
"""Where text goes that is not read."""


@dataclass(slots=True)
class State:
    """What holds in a group; a group within begins with a copy.

    `into` is where text goes: "" into the document, "-" nowhere, else to a destination of
    that name. `aside` says that the group is one that stands aside, and ends with it.
    `spelt` says that the group holds a fact twice: in an old code page, and in Unicode.
    """

    into: str = ""
    font: int | None = None
    skip: int = 1
    hidden: bool = False
    inserted: bool = False
    deleted: bool = False
    insert_author: int = 0
    insert_date: int = 0
    delete_author: int = 0
    delete_date: int = 0
    in_table: bool = False
    depth: int = 0
    level: int | None = None
    style: int | None = None
    is_item: bool = False
    aside: str = ""
    spelt: bool = False

    def plain(self) -> None:
        """Forget what letters look like."""
        self.hidden = self.inserted = self.deleted = False
        self.font = None

    def new_paragraph(self) -> None:
        """Forget what paragraphs look like."""
        self.in_table, self.depth, self.level, self.style = False, 0, None, None
        self.is_item = False

    @property
    def tables(self) -> int:
        """In how many tables the paragraph lies."""
        return max(self.depth, int(self.in_table)) if self.in_table or self.depth else 0


@dataclass(slots=True)
class Groups:
    """The groups that are open: what holds `now`, and in those `around` it, outermost first."""

    now: State = field(default_factory=State)
    around: list[State] = field(default_factory=list)
    _deeper: int = 0

    @property
    def depth(self) -> int:
        """How many are open, with those that lie too deep to be told apart."""
        return len(self.around) + self._deeper

    @property
    def is_note(self) -> bool:
        """Whether one of them is a destination whose paragraphs are not the document's own."""
        return any(ASIDES.get(state.aside) is not None for state in (*self.around, self.now))

    def open(self) -> bool:
        """Open a group; false if it lies too deep, and is part of the last one."""
        if len(self.around) >= MAX_GROUPS:
            self._deeper += 1
            return False
        self.around.append(self.now)
        self.now = copy(self.now)
        self.now.aside = ""
        return True

    def closes_deeper(self) -> bool:
        """Close one that lies too deep, if there is any; whether there was."""
        if not self._deeper:
            return False
        self._deeper -= 1
        return True

    def close(self) -> State:
        """Close the innermost, and give what held in it."""
        ended, self.now = self.now, self.around.pop()
        return ended


@dataclass(slots=True)
class Row:
    """One open table: whether a row of it, and a cell of that row, have begun."""

    has_row: bool = False
    has_cell: bool = False


@dataclass(slots=True)
class Place:
    """Where the document, or what stands aside of it, has come to."""

    in_block: bool = False
    rows: list[Row] = field(default_factory=list)
    change: tuple[SegmentKind, str | None, str | None] | None = None
