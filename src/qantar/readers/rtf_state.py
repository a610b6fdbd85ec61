"""What an RTF says that holds until its group ends, and what holds until a paragraph does."""

from __future__ import annotations

from dataclasses import dataclass, field

from qantar.model.segment import SegmentKind


@dataclass(slots=True)
class State:
    """What holds in a group; a group within begins with a copy.

    `into` is where text goes: "" into the document, "-" nowhere, else to a destination of
    that name. `aside` says that the group is one that stands aside, and ends with it.
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
