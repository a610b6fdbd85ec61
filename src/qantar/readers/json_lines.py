"""JSON lines (one object a line) and JSON arrays of objects: tables whose columns are the keys."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from qantar.model.finding import Locator
from qantar.readers.caps import MAX_COLUMNS, MAX_LINE_BYTES
from qantar.readers.entities import CAPTION, OF_LINK, entity_pairs, is_entity, link_captions
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.json_values import (
    DECODER,
    JsonObject,
    JsonValue,
    cell_text,
    without_surrogates,
)
from qantar.readers.table_builder import Place, TableBuilder
from qantar.readers.text_lines import TextLines

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_BEGINNING: Final = 1000
_NO_OBJECT: Final = "another JSON value than an object"
_TOO_DEEP: Final = "nested too deep to be read"


@dataclass(frozen=True, slots=True)
class _Item:
    """One element of the file: its cells, or what is wrong with it and how it begins."""

    line: int
    at_row: int
    cells: list[str] | None = None
    fault: str = ""
    text: str = ""
    code: str = "broken-line"


@dataclass(slots=True)
class _Columns:
    """The keys met so far, in order; lays values under them."""

    log: FindingLog
    names: dict[str, int] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)

    def cells(self, found: JsonObject, line: int) -> list[str]:
        """Lay an object's values under the columns, adding columns for new keys.

        Raises:
            RecursionError: a value is nested too deep.
        """
        return self._laid(((key, cell_text(value)) for key, value in found.pairs), line)

    def entity(self, found: JsonObject, line: int) -> tuple[list[str], list[JsonObject]]:
        """Lay an entity's properties under the columns; gives the entities within it too.

        Raises:
            RecursionError: a value is nested too deep.
        """
        pairs, within = entity_pairs(found)
        cells = self._laid(pairs, line)
        self.captions.setdefault(cells[self.names["id"]], cells[self.names[CAPTION]])
        return cells, within

    def name_links(self, rows: list[list[str]]) -> None:
        """Say beside each property that names entities of the file what these are called."""
        for name, at in [*self.names.items()] if self.captions else ():
            if name in ("id", CAPTION) or len(self.names) >= MAX_COLUMNS:
                continue
            beside = None
            for cells in rows:
                said = link_captions(cells[at], self.captions) if at < len(cells) else None
                if said is not None:
                    beside = self.names.setdefault(name + OF_LINK, len(self.names))
                    cells.extend([""] * (beside + 1 - len(cells)))
                    cells[beside] = said

    def _laid(self, pairs: Iterable[tuple[str, str]], line: int) -> list[str]:
        texts = dict[str, str]()
        for key, text in pairs:
            name = self._free_name(key, texts, line)
            texts[name] = self._whole(text, line)
        cells = [""] * len(self.names)
        for name, text in texts.items():
            index = self.names.setdefault(name, len(self.names))
            if index == len(cells):
                cells.append("")
            cells[index] = text
        return cells

    def _free_name(self, key: str, taken: dict[str, str], line: int) -> str:
        name = plain = self._whole(key, line)
        number = 1
        while name in taken:
            number += 1
            name = f"{plain}#{number}"
        if number > 1:
            self.log.note(
                "duplicate-key",
                f"The key {shown(plain)} stands more than once in the object; the later value is "
                f"in the column {shown(name)}.",
                Locator(line=line),
            )
        return name

    def _whole(self, text: str, line: int) -> str:
        """Text that can be written to a file: halves of characters become U+FFFD."""
        if text.isprintable():
            return text
        whole, halves = without_surrogates(text)
        if halves:
            self.log.loss(
                "invalid-escape",
                f"{counted(halves, 'escape')} in {shown(text)} stand for half a character; "
                "each was replaced by U+FFFD.",
                Locator(line=line),
            )
        return whole


def read_json_lines(lines: TextLines, log: FindingLog) -> tuple[TableBuilder, dict[str, str]]:
    """Read one object a line.

    Args:
        lines: the text's physical lines.
        log: where the reader notes what it meets.

    Returns:
        The table, and the facts found. Columns are the keys in the order they
        were first seen; `at_row` is the physical line. A line that is no object
        is unreadable and the others go on.
    """
    columns = _Columns(log)
    return _table(list(_line_items(lines, columns)), columns, lines)


def read_json_values(lines: TextLines, log: FindingLog) -> tuple[TableBuilder, dict[str, str]]:
    """Read an array of objects, or objects over several lines one after another.

    As `read_json_lines`, but `at_row` is the element's ordinal, since several
    may share a line. After a broken element reading goes on at the next one
    that begins a line as the first one did; without such a line the rest is lost.
    """
    columns = _Columns(log)
    values = _Values("".join(lines), columns)
    return _table(list(values), columns, lines)


def spans_lines(untrusted_start: str) -> bool:
    """Whether a text that begins with `{` is one pretty-printed object rather than JSON lines."""
    first = untrusted_start.lstrip().split("\n", 1)
    return len(first) > 1 and first[0].strip() == "{"


def _line_items(lines: TextLines, columns: _Columns) -> Iterator[_Item]:
    for raw in lines:
        number, text = lines.number, raw.strip(" \t\r\n\ufeff")
        if number in lines.overlong:
            fault = f"a line of {lines.overlong[number]:,} bytes, over the cap {MAX_LINE_BYTES:,}"
            yield _Item(number, number, None, fault, text[:_BEGINNING], "too-large")
        elif text:
            try:
                value = DECODER.decode(text)
            except (ValueError, RecursionError) as error:
                yield _Item(number, number, None, _fault_words(error), text[:_BEGINNING])
            else:
                yield from _items(value, Place(number, number), text, columns)


def _items(value: JsonValue, place: Place, text: str, columns: _Columns) -> Iterator[_Item]:
    """An element as cells, if it is an object; an entity is followed by those within it."""
    line, waiting = place.line or 0, deque([value])
    while waiting:
        cells, fault, one = None, _NO_OBJECT, waiting.popleft()
        if isinstance(one, JsonObject):
            try:
                if is_entity(one):
                    (cells, within), fault = columns.entity(one, line), ""
                    waiting.extend(within)
                else:
                    cells, fault = columns.cells(one, line), ""
            except RecursionError:
                fault = _TOO_DEEP
        yield _Item(line, place.at_row, cells, fault, text[:_BEGINNING] if fault else "")


def _fault_words(error: ValueError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return _TOO_DEEP
    if isinstance(error, json.JSONDecodeError):
        return f"no whole JSON value ({error.msg}, at character {error.pos + 1})"
    return f"no JSON value ({error})"


@dataclass(slots=True)
class _Values:
    """Iterate over JSON values in one text, inside an array or one after another."""

    text: str
    columns: _Columns
    at: int = 0
    _line: int = 1
    _counted_to: int = 0
    _restart: re.Pattern[str] | None = None

    def __iter__(self) -> Iterator[_Item]:
        """Give each element; where the text breaks off, an item that says so."""
        self._skip_space()
        closed = not self.text.startswith("[", self.at)
        self.at += not closed
        number = 0
        while self._skip_space() < len(self.text):
            if self.text[self.at] in ",]":
                closed = closed or self.text[self.at] == "]"
                self.at += 1
                continue
            number += 1
            yield from self._next(number)
        if not closed:
            fault = "an array that is never closed; the file was probably cut"
            yield _Item(self._line_at(self.at), number + 1, None, fault, "", "truncated")

    def _next(self, number: int) -> Iterator[_Item]:
        start, line = self.at, self._line_at(self.at)
        self._restart = self._restart or self._restart_pattern()
        try:
            value, self.at = DECODER.raw_decode(self.text, start)
        except (ValueError, RecursionError) as error:
            found = self._restart.search(self.text, start + 1)
            self.at = found.end() - 1 if found else len(self.text)
            lost = self.text[start : self.at]
            rest = "" if found else f"; the {len(lost):,} characters from there on were not read"
            fault = f"{_fault_words(error)}{rest}"
            yield _Item(line, number, None, fault, lost[:_BEGINNING])
            return
        text = self.text[start : start + _BEGINNING]
        yield from _items(value, Place(number, line), text, self.columns)

    def _skip_space(self) -> int:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def _line_at(self, at: int) -> int:
        self._line += self.text.count("\n", self._counted_to, at)
        self._counted_to = max(at, self._counted_to)
        return self._line

    def _restart_pattern(self) -> re.Pattern[str]:
        """Where a later element begins: at the start of a line, indented as the first one is."""
        before = self.text[self.text.rfind("\n", 0, self.at) + 1 : self.at]
        indent = before if before.isspace() else ""
        return re.compile(r"\n" + re.escape(indent) + r"\{")


def _table(
    items: list[_Item], columns: _Columns, lines: TextLines
) -> tuple[TableBuilder, dict[str, str]]:
    builder = TableBuilder(columns.log)
    columns.name_links([item.cells for item in items if item.cells is not None])
    if items:
        builder.start(list(columns.names), Place(0))
    for item in items:
        _add(item, builder, lines)
    builder.finish()
    lines.report_damage(columns.log)
    return builder, {"blank_rows": str(builder.blank_rows)}


def _add(item: _Item, builder: TableBuilder, lines: TextLines) -> None:
    cut = item.code == "truncated"
    where = Locator(row=None if cut else builder.next_number, line=item.line)
    for line, words in lines.take_damage(item.line, item.line):
        builder.log.loss("encoding-damage", words, replace(where, line=line))
    if item.cells is not None:
        builder.add(item.cells, Place(item.at_row, item.line))
    elif cut:
        builder.log.loss(item.code, f"The file ends in {item.fault}.", where)
    else:
        builder.lose(
            item.code,
            f"The line holds {item.fault}. It begins {shown(item.text)}. It was not read; "
            "mend it in a copy of the file and add that.",
            where,
        )
