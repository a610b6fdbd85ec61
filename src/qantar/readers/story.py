"""Text with blocks, tables, changes and notes, put together as a word processor's file gives it.

A reader says what begins and ends; out come the canonical text and its segments. Rules:
a line feed ends each paragraph and each row, a tab each cell but the last of its row.
A cell of one paragraph is one segment; one of several has them within. What stands aside
(notes, comments, text boxes) follows the paragraph or the table that it belongs to.
"""

from __future__ import annotations

from typing import Final

from qantar.model.finding import Locator
from qantar.model.segment import Segment, SegmentKind
from qantar.readers.answer import DocumentWriter
from qantar.readers.story_composer import Composer, Flow, Span, Table, moved

MAX_TABLE_DEPTH: Final = 32
"""Tables within tables; what lies deeper is text of the cell around it."""


_HIDDEN: Final = "hidden"
_LEAST_CHARS: Final = 16 * 1024
"""So much is collected before it is written, unless something has to follow."""


class TooLongError(Exception):
    """The text has more characters than a document may have."""


class Story:
    """Writes a document as it is told what begins and ends.

    What was begun and not ended is ended with what is around it, so that damaged files
    give what they have.
    """

    def __init__(self, out: DocumentWriter, *, most: int) -> None:
        """Write to `out`, up to `most` characters."""
        self._out, self._most = out, most
        self._said = 0
        self._stack = [Composer()]
        self.paragraphs = 0
        self.tables = 0
        self.too_deep = 0

    @property
    def _now(self) -> Composer:
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

    def say(self, text: str, *, hidden: bool = False) -> None:
        """Add to the open block; `hidden` text is set not to be shown.

        Raises:
            TooLongError: the document has too many characters.
        """
        self._said += len(text)
        if self._said > self._most:
            raise TooLongError
        if hidden:
            self._now.begin_change(SegmentKind.HIDDEN, self.where, _HIDDEN)
        self._now.say(text)
        if hidden:
            self._now.end_change(_HIDDEN)

    def begin_block(self, *, counted: bool = True) -> None:
        """Begin a paragraph, heading or list item; `counted` is false for those of notes."""
        self.paragraphs += counted
        cells = self._now.cells
        number = self.paragraphs if counted else None
        where = Locator(paragraph=number)
        if cells:
            at = cells[-1].table
            where = Locator(paragraph=number, table=at.number, row=at.row, column=at.column)
        self._now.begin_block(where)

    def end_block(self, kind: SegmentKind = SegmentKind.PARAGRAPH) -> None:
        """End it, and say what it was."""
        self._now.end_block(kind)
        self._flush()

    def begin_change(
        self, kind: SegmentKind, *, author: str | None, date: str | None, key: str = ""
    ) -> None:
        """Begin text that was inserted or deleted; `key` names the change, to end it by."""
        self._now.begin_change(kind, moved(self.where, author=author, date=date), key)

    def end_change(self, *, key: str = "") -> None:
        """End the change of this name that began last, if there is one."""
        self._now.end_change(key)

    def begin_table(self) -> None:
        """Begin a table; within a cell it is one of its own."""
        now = self._now
        if now.block is not None:
            now.end_block(SegmentKind.PARAGRAPH)
        deep = len(now.tables) >= MAX_TABLE_DEPTH
        self.too_deep += deep
        if not deep:
            self.tables += 1
        now.tables.append(Table(self.tables, is_left_out=deep))

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
        self._stack.append(Composer(note=note))

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
