"""One flow of a story: its text, and the blocks, cells and changes in it, put together.

A line feed ends each paragraph and each row, a tab each cell but the last of its row. A
cell of one paragraph is one segment; one of several has them within.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from qantar.model.finding import Locator
from qantar.model.segment import SegmentKind


def moved(where: Locator, **changes: object) -> Locator:
    """Give a place with some of it changed."""
    return Locator(**{**where.to_json(), **changes})  # type: ignore[arg-type]  # by their names


@dataclass(slots=True)
class Span:
    """A segment of a flow, counted from the flow's beginning."""

    kind: SegmentKind
    start: int
    end: int
    where: Locator


@dataclass(slots=True)
class Flow:
    """A piece of text with its segments, and what follows it."""

    text: str
    spans: list[Span]
    after: list[Flow] = field(default_factory=list)

    def place(self, *, paragraph: int | None) -> None:
        """Say which paragraph it belongs to, on the segment that is all of it."""
        if self.spans and paragraph is not None:
            self.spans[0].where = moved(self.spans[0].where, paragraph=paragraph)


@dataclass(slots=True)
class _Change:
    """A change that has begun; `start` is None until the open block says something."""

    kind: SegmentKind
    where: Locator
    key: str
    start: int | None = None


@dataclass(slots=True)
class Table:
    """A table that is being told: its number, and the row and column that are reached.

    One that is left out lies too deep: its cells are text of the cell around it.
    """

    number: int
    row: int = 0
    column: int = 0
    is_left_out: bool = False


@dataclass(slots=True)
class _Cell:
    """An open cell: which spans and marks were there before it, what it does to its row."""

    spans: int
    table: Table
    start: int | None = None
    waiting: int = 0
    width: int = 1
    changes: list[tuple[SegmentKind, Locator]] = field(default_factory=list)


@dataclass(slots=True)
class _Block:
    """An open block; `start` is None until it says something."""

    where: Locator
    start: int | None = None
    piece: int = 0
    changes: list[Span] = field(default_factory=list)


class Composer:
    """Puts one flow together."""

    def __init__(self, *, note: Span | None = None) -> None:
        """Begin; `note` is the segment that is to span all of it."""
        self.note = note
        self.chars = 0
        self.waiting: list[Flow] = []
        self.spans: list[Span] = []
        self.block: _Block | None = None
        self.tables: list[Table] = []
        self.cells: list[_Cell] = []
        self.changes: list[_Change] = []
        self.row_changes: list[tuple[SegmentKind, Locator]] = []
        self._pieces: list[str] = []
        self._marks: list[str] = []  # ends of lines and cells that nothing has followed yet

    @property
    def is_idle(self) -> bool:
        """Whether no block and no table is open."""
        return self.block is None and not self.tables

    @property
    def size(self) -> int:
        """How many characters there are."""
        return self.chars + len(self._marks)

    def say(self, text: str) -> None:
        """Add to the open block, or to one that begins here."""
        if not text:
            return
        if self.block is None:
            self.begin_block(Locator())
        block = self.block
        if self._marks:
            self._add("".join(self._marks))
            self._marks.clear()
        if block is not None and block.start is None:
            block.start, block.piece = self.chars, len(self._pieces)
            for change in self.changes:
                change.start = self.chars
        for cell in self.cells:
            if cell.start is None:
                cell.start = self.chars
        self._add(text)

    def _add(self, text: str) -> None:
        self._pieces.append(text)
        self.chars += len(text)

    def begin_block(self, where: Locator) -> None:
        """Begin a block."""
        if self.block is not None:
            self.end_block(SegmentKind.PARAGRAPH)
        self.block = _Block(where)

    def end_block(self, kind: SegmentKind) -> None:
        """End the open block, if there is one."""
        block, self.block = self.block, None
        if block is None:
            return
        if block.start is not None:
            self._close(block, kind)
        self._marks.append("\n")

    def _close(self, block: _Block, kind: SegmentKind) -> None:
        start = block.start or 0
        text = "".join(self._pieces[block.piece :])
        self._pieces[block.piece :] = [text]
        left, right = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
        if left >= right:
            self.changes_over(start, self.chars)
            return
        self.spans.append(Span(kind, left, right, block.where))
        block.changes += self.changes_over(start, self.chars)
        for one in block.changes:
            one.start, one.end = max(one.start, left), min(one.end, right)
            one.where = moved(block.where, author=one.where.author, date=one.where.date)
        for one in uncrossed(block.changes):
            if text[one.start - start : one.end - start].strip():
                self.spans.append(one)

    def changes_over(self, start: int, end: int) -> list[Span]:
        """End what is still changed here, to go on in the next block."""
        found = [
            Span(one.kind, max(one.start, start), end, one.where)
            for one in self.changes
            if one.start is not None
        ]
        for one in self.changes:
            one.start = None
        return found

    def begin_change(self, kind: SegmentKind, where: Locator, key: str = "") -> None:
        """Begin a change, here or where the next block begins."""
        is_within = self.block is not None and self.block.start is not None
        self.changes.append(_Change(kind, where, key, self.chars if is_within else None))

    def end_change(self, key: str = "") -> None:
        """End the change of this name that began last."""
        at = next(
            (at for at in reversed(range(len(self.changes))) if self.changes[at].key == key), -1
        )
        if at < 0:
            return
        one = self.changes.pop(at)
        if one.start is not None and self.block is not None and one.start < self.chars:
            last = self.block.changes[-1] if self.block.changes else None
            hidden = SegmentKind.HIDDEN
            if last and one.kind is last.kind is hidden and last.end == one.start:
                last.end = self.chars  # programs part what they hide as they like, even by letters
            else:
                self.block.changes.append(Span(one.kind, one.start, self.chars, one.where))

    def begin_cell(self, table: Table) -> None:
        """Begin a cell."""
        cell = _Cell(spans=len(self.spans), table=table, waiting=len(self._marks))
        cell.changes = list(self.row_changes)
        self.cells.append(cell)

    def end_cell(self) -> None:
        """End the open cell."""
        self.end_block(SegmentKind.PARAGRAPH)
        cell = self.cells.pop()
        if cell.start is None:
            del self._marks[cell.waiting :]
        else:
            self._marks.clear()
            self._close_cell(cell)
        self._marks.append("\t")

    def _close_cell(self, cell: _Cell) -> None:
        within = self.spans[cell.spans :]
        said = [one for one in within if one.kind not in _CHANGES]
        if not said:
            return
        start, end = min(one.start for one in said), max(one.end for one in said)
        if len(said) == 1 and said[0].kind is SegmentKind.PARAGRAPH:
            self.spans[cell.spans :] = [one for one in within if one is not said[0]]
        where = Locator(table=cell.table.number, row=cell.table.row, column=cell.table.column)
        whole = [Span(kind, start, end, place) for kind, place in cell.changes]
        self.spans[cell.spans : cell.spans] = [
            Span(SegmentKind.TABLE_CELL, start, end, where),
            *whole,
        ]

    def end_row(self) -> None:
        """End the row."""
        if self._marks and self._marks[-1] == "\t":
            self._marks.pop()
        self._marks.append("\n")
        self.row_changes.clear()

    def take(self) -> Flow:
        """Give what is finished, line ends included, and begin anew after it."""
        if self._marks:
            self._add("".join(self._marks))
            self._marks.clear()
        flow = Flow("".join(self._pieces), _once(self.spans), self.waiting)
        self._pieces, self.spans, self.waiting, self.chars = [], [], [], 0
        return flow

    def take_note(self) -> Flow:
        """Give all of an aside: as one segment, or as the blocks that it is made of."""
        flow = self.take()
        note = self.note
        said = [one for one in flow.spans if one.kind not in _CHANGES]
        if note is None or not said:
            return flow
        note.start, note.end = min(one.start for one in said), max(one.end for one in said)
        within = [one for one in flow.spans if one.kind is not SegmentKind.PARAGRAPH]
        flow.spans = [note, *within]
        return flow


def _once(spans: list[Span]) -> list[Span]:
    """Leave out what says again what another span says of the same place."""
    seen = set[tuple[SegmentKind, int, int]]()
    kept: list[Span] = []
    for one in spans:
        key = (one.kind, one.start, one.end)
        if key not in seen or one.kind.may_nest:
            kept.append(one)
        seen.add(key)
    return kept


def uncrossed(spans: list[Span]) -> list[Span]:
    """Cut spans where they cross, so that any two of them are nested or apart."""
    ahead = sorted((s for s in spans if s.start < s.end), key=lambda s: (-s.start, s.end))
    done: list[Span] = []
    around: list[Span] = []
    while ahead:
        one = ahead.pop()  # the first that begins, the longest of those
        while around and around[-1].end <= one.start:
            around.pop()
        if around and one.end > around[-1].end:
            rest = replace(one, start=around[-1].end)
            one.end = around[-1].end
            at = len(ahead)
            while at and (ahead[at - 1].start, -ahead[at - 1].end) < (rest.start, -rest.end):
                at -= 1
            ahead.insert(at, rest)
        done.append(one)
        around.append(one)
    return done


_CHANGES: Final = frozenset({SegmentKind.INSERTED, SegmentKind.DELETED})
