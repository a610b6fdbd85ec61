"""Text with blocks, tables, changes and notes, put together as a word processor's file gives it.

A reader says what begins and ends; out come the canonical text and its segments. Rules:
a line feed ends each paragraph and each row, a tab each cell but the last of its row.
A cell of one paragraph is one segment; one of several has them within. What stands aside
(notes, comments, text boxes) follows the paragraph or the table that it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from qantar.model.finding import Locator
from qantar.model.segment import Segment, SegmentKind
from qantar.readers.answer import DocumentWriter

MAX_TABLE_DEPTH: Final = 32
"""Tables within tables; what lies deeper is text of the cell around it."""


_LEAST_CHARS: Final = 16 * 1024
"""So much is collected before it is written, unless something has to follow."""


class TooLongError(Exception):
    """The text has more characters than a document may have."""


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
            self.spans[0].where = replace(self.spans[0].where, paragraph=paragraph)


@dataclass(slots=True)
class _Change:
    kind: SegmentKind
    where: Locator
    start: int | None = None


@dataclass(slots=True)
class _Table:
    number: int
    row: int = 0
    column: int = 0
    is_left_out: bool = False


@dataclass(slots=True)
class _Cell:
    spans: int
    table: _Table
    start: int | None = None
    waiting: int = 0
    width: int = 1
    changes: list[tuple[SegmentKind, Locator]] = field(default_factory=list)


@dataclass(slots=True)
class _Block:
    where: Locator
    start: int | None = None
    piece: int = 0
    changes: list[Span] = field(default_factory=list)


class _Composer:
    """Puts one flow together."""

    def __init__(self, *, note: Span | None = None) -> None:
        self.note = note
        self.chars = 0
        self.waiting: list[Flow] = []
        self.spans: list[Span] = []
        self.block: _Block | None = None
        self.tables: list[_Table] = []
        self.cells: list[_Cell] = []
        self.changes: list[_Change] = []
        self.row_changes: list[tuple[SegmentKind, Locator]] = []
        self._pieces: list[str] = []
        self._marks: list[str] = []  # ends of lines and cells that nothing has followed yet

    @property
    def is_idle(self) -> bool:
        return self.block is None and not self.tables

    @property
    def size(self) -> int:
        return self.chars + len(self._marks)

    def say(self, text: str) -> None:
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
        if self.block is not None:
            self.end_block(SegmentKind.PARAGRAPH)
        self.block = _Block(where)

    def end_block(self, kind: SegmentKind) -> None:
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

    def begin_change(self, kind: SegmentKind, where: Locator) -> None:
        is_within = self.block is not None and self.block.start is not None
        self.changes.append(_Change(kind, where, self.chars if is_within else None))

    def end_change(self) -> None:
        if not self.changes:
            return
        one = self.changes.pop()
        if one.start is not None and self.block is not None and one.start < self.chars:
            self.block.changes.append(Span(one.kind, one.start, self.chars, one.where))

    def begin_cell(self, table: _Table) -> None:
        cell = _Cell(spans=len(self.spans), table=table, waiting=len(self._marks))
        cell.changes = list(self.row_changes)
        self.cells.append(cell)

    def end_cell(self) -> None:
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


class Story:
    """Writes a document as it is told what begins and ends.

    What was begun and not ended is ended with what is around it, so that damaged files
    give what they have.
    """

    def __init__(self, out: DocumentWriter, *, most: int) -> None:
        """Write to `out`, up to `most` characters."""
        self._out, self._most = out, most
        self._said = 0
        self._stack = [_Composer()]
        self.paragraphs = 0
        self.tables = 0
        self.too_deep = 0

    @property
    def _now(self) -> _Composer:
        return self._stack[-1]

    @property
    def is_aside(self) -> bool:
        """Whether a note, a comment or a text box is being told."""
        return len(self._stack) > 1

    @property
    def where(self) -> Locator:
        """Where the story is."""
        block = self._now.block
        return block.where if block is not None else Locator(paragraph=self.paragraphs or None)

    def say(self, text: str) -> None:
        """Add to the open block.

        Raises:
            TooLongError: the document has too many characters.
        """
        self._said += len(text)
        if self._said > self._most:
            raise TooLongError
        self._now.say(text)

    def begin_block(self, *, counted: bool = True) -> None:
        """Begin a paragraph, heading or list item; `counted` is false for those of notes."""
        self.paragraphs += counted
        cells = self._now.cells
        where = Locator(paragraph=self.paragraphs if counted else None)
        if cells:
            table = cells[-1].table
            where = replace(where, table=table.number, row=table.row, column=table.column)
        self._now.begin_block(where)

    def end_block(self, kind: SegmentKind = SegmentKind.PARAGRAPH) -> None:
        """End it, and say what it was."""
        self._now.end_block(kind)
        self._flush()

    def begin_change(self, kind: SegmentKind, *, author: str | None, date: str | None) -> None:
        """Begin text that was inserted or deleted."""
        self._now.begin_change(kind, replace(self.where, author=author, date=date))

    def end_change(self) -> None:
        """End the change that began last."""
        self._now.end_change()

    def begin_table(self) -> None:
        """Begin a table; within a cell it is one of its own."""
        now = self._now
        if now.block is not None:
            now.end_block(SegmentKind.PARAGRAPH)
        deep = len(now.tables) >= MAX_TABLE_DEPTH
        self.too_deep += deep
        if not deep:
            self.tables += 1
        now.tables.append(_Table(self.tables, is_left_out=deep))

    def begin_row(self) -> None:
        """Begin a row of the table."""
        if self._now.tables:
            table = self._now.tables[-1]
            table.row, table.column = table.row + 1, 0

    def change_row(self, kind: SegmentKind, *, author: str | None, date: str | None) -> None:
        """Say that all of the row was inserted or deleted, before its cells."""
        self._now.row_changes.append((kind, Locator(author=author, date=date)))

    def skip_columns(self, count: int) -> None:
        """Leave columns free before the next cell."""
        if self._now.tables:
            self._now.tables[-1].column += max(0, count)

    def begin_cell(self) -> None:
        """Begin a cell of the row."""
        now = self._now
        if now.tables and not now.tables[-1].is_left_out:
            now.tables[-1].column += 1
            now.begin_cell(now.tables[-1])

    def widen_cell(self, columns: int) -> None:
        """Say that the open cell takes so many columns."""
        if self._now.cells:
            self._now.cells[-1].width = max(1, columns)

    def end_cell(self) -> None:
        """End the cell."""
        now = self._now
        if now.cells and now.tables and now.cells[-1].table is now.tables[-1]:
            width = now.cells[-1].width
            now.end_cell()
            now.tables[-1].column += width - 1

    def end_row(self) -> None:
        """End the row."""
        now = self._now
        if now.tables and not now.tables[-1].is_left_out:
            self.end_cell()
            now.end_row()
            if len(now.tables) == 1:
                self._flush(within=True)

    def end_table(self) -> None:
        """End the table."""
        if self._now.tables:
            self.end_cell()
            self._now.tables.pop()
            self._flush()

    def begin_aside(self, kind: SegmentKind | None, where: Locator | None = None) -> None:
        """Begin what stands beside the text: a note (one segment), or a box of text (None)."""
        note = None if kind is None else Span(kind, 0, 0, where or Locator())
        self._stack.append(_Composer(note=note))

    def end_aside(self) -> Flow | None:
        """End it, and give it; None if it says nothing."""
        if not self.is_aside:
            return None
        while self._now.tables:
            self.end_table()
        self._now.end_block(SegmentKind.PARAGRAPH)
        flow = self._stack.pop().take_note()
        return flow if flow.spans or flow.after else None

    def follow(self, flow: Flow | None) -> None:
        """Have a piece follow what is being told."""
        if flow is not None:
            self._now.waiting.append(flow)
            self._flush()

    def end(self) -> None:
        """End whatever is open."""
        while self.is_aside:
            self.follow(self.end_aside())
        while self._now.tables:
            self.end_table()
        self.end_block()
        self._write(self._now.take())

    def _flush(self, *, within: bool = False) -> None:
        """Write what is finished; what stands aside waits for the end of a table."""
        now = self._now
        if self.is_aside or not (within or now.is_idle):
            return
        if now.size < _LEAST_CHARS and (within or not now.waiting):
            return
        waiting: list[Flow] = []
        if within:
            waiting, now.waiting = now.waiting, []
        self._write(now.take())
        if within:
            now.waiting = waiting

    def _write(self, flow: Flow) -> None:
        """Write a flow, and what follows it, without going deeper for each."""
        ahead = [flow]
        while ahead:
            one = ahead.pop()
            base, _ = self._out.text(one.text)
            for span in one.spans:
                self._out.segment(
                    Segment(
                        kind=span.kind,
                        start=base + span.start,
                        end=base + span.end,
                        locator=span.where,
                    )
                )
            self._out.close_block()
            ahead += reversed(one.after)
