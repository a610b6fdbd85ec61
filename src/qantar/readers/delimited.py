"""CSV, TSV and their kin: comma, semicolon, tab or bar between cells, quoting as in RFC 4180."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Final

from qantar.model.document import Row
from qantar.model.finding import Locator
from qantar.model.table_settings import TableSettings
from qantar.readers.caps import MAX_FIELD_CHARS, MAX_LINE_BYTES
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.quoting import Fault, Record, Records
from qantar.readers.table_builder import Place, TableBuilder, letters
from qantar.readers.text_lines import TextLines

DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE_LINES: Final = 200
_SAMPLE_CHARS: Final = 256 * 1024
# Spreadsheet programs obey such a first line and do not show it as a row.
_OVERLONG_LINE: Final = (
    "A line of {:,} bytes; the cap is {:,}. Its row was not read; split the line in a copy."
)
_SEPARATOR_LINE: Final = re.compile(r'\s*"?sep=(.)"?\s*\Z', re.IGNORECASE)


def read_delimited(
    lines: TextLines, settings: TableSettings, log: FindingLog
) -> tuple[TableBuilder, dict[str, str]]:
    """Read a delimited text into a table.

    Args:
        lines: the text's physical lines.
        settings: delimiter and header row, where the sheet gives them.
        log: where the reader notes what it meets.

    Returns:
        The table (its `started` is False when there was no header), and the
        facts found: delimiter, blank rows.
    """
    sample, rest, declared = _sampled(iter(lines))
    delimiter = settings.delimiter or declared or detect_delimiter(sample, settings.header_row)
    builder = TableBuilder(log)
    records = Records(rest, delimiter, skipped=1 if declared else 0)
    reading = _Reading(lines, builder, records, settings.header_row)
    reading.run()
    lines.report_damage(log)
    meta = {"delimiter": delimiter, "blank_rows": str(builder.blank_rows)}
    return builder, meta


def detect_delimiter(sample: list[str], header_row: int = 1) -> str:
    """The delimiter that cuts the header and gives most rows one and the same number of cells.

    A header that no delimiter cuts makes a table of one column; then it is a
    delimiter that no sampled line holds, so that prose with commas stays whole.
    """
    lines = [line for line in sample[max(header_row, 1) - 1 :] if line.strip()]
    scores = {delimiter: _consistency(lines, delimiter) for delimiter in DELIMITERS}
    cutting = [delimiter for delimiter in DELIMITERS if scores[delimiter][1] > 1]
    if cutting:
        return max(cutting, key=lambda delimiter: scores[delimiter])
    absent = (each for each in DELIMITERS if not any(each in line for line in lines))
    return next(absent, DELIMITERS[0])


def _consistency(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Share of records with the commonest width, and the width of the first record.

    A record with half a pair of quotes in a cell, cut by the wrong delimiter, counts as unlike.
    """
    csv.field_size_limit(MAX_FIELD_CHARS)
    records = [cells for cells in csv.reader(lines, delimiter=delimiter) if cells]
    if not records:
        return 0.0, 0
    whole = [len(cells) for cells in records if not any(cell.count('"') % 2 for cell in cells)]
    alike = max((whole.count(width) for width in set(whole)), default=0)
    return alike / len(records), len(records[0])


def _sampled(lines: Iterator[str]) -> tuple[list[str], Iterator[str], str | None]:
    """A sample of the first lines, all lines to read, and a delimiter that line 1 declares."""
    sample: list[str] = []
    size = 0
    for line in islice(lines, _SAMPLE_LINES):
        sample.append(line)
        size += len(line)
        if size > _SAMPLE_CHARS:
            break
    declared = _SEPARATOR_LINE.match(sample[0]) if sample else None
    if declared:
        sample = sample[1:]
    return sample, chain(sample, lines), declared.group(1) if declared else None


@dataclass(slots=True)
class _Reading:
    """Turn records into a header and rows; `at_row` is the row a spreadsheet program would show."""

    lines: TextLines
    builder: TableBuilder
    records: Records
    header_row: int
    at_row: int = 0

    def run(self) -> None:
        for record in self.records:
            self.at_row += 1
            if self.builder.started:
                self._data(record)
            elif record.cells and any(map(str.strip, record.cells)):
                self._before_data(record, record.cells)
        self.builder.finish()

    def _before_data(self, record: Record, cells: list[str]) -> None:
        where = Locator(line=record.line)
        if record.fault and self.header_row:
            self._note_stray(record, where)
        if not self.header_row:
            self.builder.start(letters(len(cells)), Place(0, record.line))
            self.records.width = len(self.builder.header)
            self._data(record)
            return
        if self.at_row < self.header_row:
            self.builder.above_header(cells, where)
            return
        self.builder.moved_header(self.header_row, self.at_row, where)
        self.builder.start(cells, Place(self.at_row, record.line))
        self.records.width = len(self.builder.header)

    def _data(self, record: Record) -> None:
        row = None
        if overlong := self._overlong(record):
            self._lose(record, "too-large", _OVERLONG_LINE.format(overlong, MAX_LINE_BYTES))
        elif record.cells is None:
            self._lose(record, *_lost_words(record))
        else:
            place = Place(self.at_row, record.line)
            row = self.builder.add(record.cells, place, padded=False)
            if record.fault and row:
                self._note_stray(record, row.locator(self.builder.header))
        if self.lines.damage:
            self._report_damage(record, row)

    def _overlong(self, record: Record) -> int:
        """Bytes of the longest line over the cap in a record; 0 if there is none."""
        sizes = self.lines.overlong.items()
        return max((size for n, size in sizes if record.line <= n <= record.last_line), default=0)

    def _lose(self, record: Record, code: str, text: str) -> None:
        where = Locator(row=self.builder.next_number, line=record.line)
        self.builder.lose(code, f"{text} It begins {shown(record.text)}.", where)

    def _note_stray(self, record: Record, where: Locator) -> None:
        if record.fault is Fault.SUSPECT:
            text = (
                f"A quoted cell goes over lines {record.line} to {record.last_line}, and the lines "
                f"inside look like rows of their own: {shown(record.text)}. It was read as one "
                "cell, as its quotes say. If a quote is a slip, mend it in a copy and add that."
            )
        else:
            text = (
                f"Text stands after a closing quote: {shown(record.text)}. The row was read as "
                "well as it allows; inside a quoted cell, write a quote twice."
            )
        self.builder.log.note("stray-quote", text, where)

    def _report_damage(self, record: Record, row: Row | None) -> None:
        header = self.builder.header
        for line, words in self.lines.take_damage(record.line, record.last_line):
            where = Locator(line=line)
            if row:
                hit = next(
                    (c for c, v in zip(header, row.values, strict=True) if "\ufffd" in v), None
                )
                where = replace(row.locator(header, hit), line=line)
            self.builder.log.loss("encoding-damage", words, where)


def _lost_words(record: Record) -> tuple[str, str]:
    """Code and words for a record whose cells could not be told apart."""
    spanned = record.last_line - record.line + 1
    lines = f"line {record.line}" if spanned == 1 else f"lines {record.line} to {record.last_line}"
    if record.fault is Fault.UNCLOSED:
        return "truncated", (
            f"The quote that opens in line {record.quote_line} is never closed: {lines}, to the "
            f"end of the file ({counted(spanned, 'line')}), could not be read. The rows before are "
            "kept. The file was probably cut; get a whole copy."
        )
    if record.fault is Fault.UNCLOSED_LINE:
        return "truncated", (
            f"The quote that opens in line {record.quote_line} is never closed. What follows reads "
            f"as rows and was read as rows; {lines} could not be read."
        )
    if record.fault is Fault.TOO_LARGE:
        return "too-large", (
            f"A quoted cell of more than {MAX_FIELD_CHARS:,} characters: the row in {lines} was "
            "not read."
        )
    return "stray-quote", (
        f"A quote too many: {lines} could not be cut into cells. The lines after were read. "
        "Inside a quoted cell, write a quote twice."
    )
