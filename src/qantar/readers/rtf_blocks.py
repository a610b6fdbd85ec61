"""The paragraphs, tables, changes and asides of an RTF, told to a story as its words ask for them.

A paragraph, a row or a cell begins with the first letter in it: RTF only says where they end.

Source: RTF Specification 1.9.1, "Paragraph text", "Table definitions", "Track changes".
"""

from __future__ import annotations

from typing import Final

from qantar.model.finding import Locator
from qantar.model.segment import SegmentKind
from qantar.readers.rtf_said import Said
from qantar.readers.rtf_state import Groups, Place, Row, State
from qantar.readers.rtf_words import ASIDES, packed_date
from qantar.readers.story import MAX_TABLE_DEPTH, Story
from qantar.readers.story_composer import Flow, moved

_LAST_OUTLINE: Final = 8


class Blocks:
    """Begins and ends them, in the document and in what stands aside of it.

    Attributes:
        page_parts: headers and footers that have ended.
    """

    def __init__(self, story: Story, said: Said, groups: Groups) -> None:
        """Tell of them to `story`; `groups` and `said` are read as they stand."""
        self._story, self._said, self._groups = story, said, groups
        self._places = [Place()]
        self.page_parts: list[Flow] = []

    @property
    def _state(self) -> State:
        return self._groups.now

    def begin_letters(self) -> None:
        """Begin what the next letters stand in, and the change that they are part of."""
        self._begin_paragraph()
        self._turn_change()

    def end(self) -> None:
        """End all that is open."""
        self._end_paragraph()
        self._to_depth(0)

    def _turn_change(self) -> None:
        """Begin or end a change, where letters begin or cease to be changed."""
        state, place = self._state, self._place
        wanted: tuple[SegmentKind, str | None, str | None] | None = None
        if state.deleted:
            who = self._said.author(state.delete_author or state.insert_author)
            when = packed_date(state.delete_date or state.insert_date)
            wanted = (SegmentKind.DELETED, who, when)
        elif state.inserted:
            who = self._said.author(state.insert_author)
            wanted = (SegmentKind.INSERTED, who, packed_date(state.insert_date))
        if wanted == place.change:
            return
        if place.change is not None:
            self._story.end_change()
        if wanted is not None:
            self._story.begin_change(wanted[0], author=wanted[1], date=wanted[2])
        place.change = wanted

    @property
    def _place(self) -> Place:
        return self._places[-1]

    def _begin_paragraph(self) -> None:
        if self._place.in_block:
            return
        self._to_depth(self._state.tables)
        self._begin_cells()
        self._place.in_block = True
        self._story.begin_block(counted=not self._groups.is_note)

    def _end_paragraph(self) -> None:
        if not self._place.in_block:
            return
        if self._place.change is not None:
            self._story.end_change()
            self._place.change = None
        self._place.in_block = False
        level = self._state.level
        if level is None:
            level = self._said.level(self._state.style)
        if level is not None and level <= _LAST_OUTLINE:
            self._story.end_block(SegmentKind.HEADING)
        else:
            is_item = self._state.is_item
            self._story.end_block(SegmentKind.LIST_ITEM if is_item else SegmentKind.PARAGRAPH)

    def paragraph(self) -> None:
        """End a paragraph, which may be empty."""
        if self._state.into:
            return
        self._begin_paragraph()
        self._end_paragraph()

    def _to_depth(self, depth: int) -> None:
        rows = self._place.rows
        while len(rows) > depth:
            self._end_paragraph()
            self._story.end_table()
            rows.pop()
        while len(rows) < depth:
            self._begin_cells()
            self._story.begin_table()
            rows.append(Row())

    def _begin_cells(self) -> None:
        """Begin a row and a cell in the innermost table, unless they have begun."""
        if not self._place.rows:
            return
        row = self._place.rows[-1]
        if not row.has_row:
            self._story.begin_row()
        if not row.has_cell:
            self._story.begin_cell()
        row.has_row = row.has_cell = True

    def end_cell(self) -> None:
        """End a cell of the outermost table."""
        self._end_cell(1)

    def end_nested_cell(self) -> None:
        """End a cell of a table within a cell."""
        self._end_cell(max(2, self._state.tables))

    def end_row(self) -> None:
        """End a row of the outermost table."""
        self._end_row(1)

    def end_nested_row(self) -> None:
        """End a row of the innermost table within a cell."""
        self._end_row(max(2, len(self._place.rows)))

    def _end_cell(self, depth: int) -> None:
        if self._state.into:
            return
        self._end_paragraph()
        self._to_depth(min(depth, MAX_TABLE_DEPTH))
        self._begin_cells()
        self._story.end_cell()
        self._place.rows[-1].has_cell = False

    def _end_row(self, depth: int) -> None:
        rows = self._place.rows
        if self._state.into or len(rows) < depth:
            return
        self._end_paragraph()
        self._to_depth(depth)
        if rows[-1].has_row:
            self._story.end_row()
        rows[-1].has_row = rows[-1].has_cell = False

    # What stands aside

    def begin_aside(self, word: str) -> None:
        """Begin what the destination `word` holds, where the group says that it is one."""
        if word in {"footnote", "annotation"}:
            self._begin_paragraph()
        where = Locator(part=word) if word.startswith(("header", "footer")) else Locator()
        if word == "annotation":
            where = Locator(author=self._said.annotator(), comment=self._said.next_comment())
        self._state.aside, self._state.into = word, ""
        self._state.new_paragraph()
        self._state.plain()
        self._places.append(Place())
        self._story.begin_aside(ASIDES[word], where)

    def end_aside(self, word: str) -> None:
        """End it, and put it where it belongs."""
        self._end_paragraph()
        self._to_depth(0)
        self._places.pop()
        flow = self._story.end_aside()
        date = self._said.annotation_date() if word == "annotation" else None
        if flow is None:
            return
        if date and flow.spans:
            flow.spans[0].where = moved(flow.spans[0].where, date=date)
        if word.startswith(("header", "footer")):
            self.page_parts.append(flow)
            return
        if ASIDES[word] is not None:
            flow.place(paragraph=self._story.where.paragraph)
        self._story.follow(flow)
