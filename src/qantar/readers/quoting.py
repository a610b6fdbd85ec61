"""Cut physical lines into records by RFC 4180; a stray quote costs one row, not a file.

A quote that is never closed makes everything after it one cell. Whether that
was a cut file or a slip of the typist shows in what follows: lines that have
as many cells as the header are rows, and reading goes on with them.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from typing import Final

from qantar.readers.caps import MAX_FIELD_CHARS

_LOOK_AHEAD: Final = 20


class Fault(Enum):
    """What is wrong with the quoting of a record."""

    SUSPECT = "a quoted cell over several lines that look like rows; it was read as one cell"
    STRAY = "text after a closing quote; the cells were read nevertheless"
    STRAY_LOST = "a quote too many; the line was not read"
    UNCLOSED = "a quote that is never closed; what follows in the file was not read"
    UNCLOSED_LINE = "a quote that is never closed; the lines after it were read"
    TOO_LARGE = "a quoted cell beyond the cap"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its cells, or None if they could not be told apart.

    `line` and `last_line` are its first and last physical line, `quote_line`
    the line of the quote that is at fault, `text` the raw beginning.
    """

    line: int
    last_line: int
    cells: list[str] | None
    fault: Fault | None = None
    quote_line: int | None = None
    text: str = ""


@dataclass(slots=True)
class _Feed:
    """Lines that can be given back; remembers those taken since the record began."""

    source: Iterator[str]
    number: int = 0
    taken: list[str] = field(default_factory=list)
    exhausted: bool = False
    _back: deque[str] = field(default_factory=deque)

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self._back:
            line = self._back.popleft()
        else:
            try:
                line = next(self.source)
            except StopIteration:
                self.exhausted = True
                raise
        self.taken.append(line)
        self.number += 1
        return line

    def give_back(self, lines: list[str]) -> None:
        """Put lines back in front; they must be the last ones taken."""
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)
        del self.taken[len(self.taken) - len(lines) :]


@dataclass(slots=True)
class Records:
    """Iterate over the records of delimited lines.

    `width` is the number of columns, set by the caller once the header is
    known; until then every record is read as well as its first line allows.
    `skipped` counts physical lines that stand before the ones given.
    """

    lines: Iterable[str]
    delimiter: str
    skipped: int = 0
    width: int | None = None
    _feed: _Feed = field(init=False)

    def __post_init__(self) -> None:
        """Start feeding; the csv module's own cap on a field is process-wide and too low."""
        csv.field_size_limit(MAX_FIELD_CHARS)
        self._feed = _Feed(iter(self.lines), self.skipped)

    def __iter__(self) -> Iterator[Record]:
        """Read to the end of the lines."""
        feed = self._feed
        reader = csv.reader(feed, delimiter=self.delimiter, strict=True)
        while True:
            first, feed.taken, feed.exhausted = feed.number + 1, [], False
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield self._mend(first)
            else:
                yield self._checked(first, cells)

    def _checked(self, first: int, cells: list[str]) -> Record:
        """A well-formed record; over several lines, look whether those are rows of their own."""
        taken = self._feed.taken
        if len(taken) == 1 or self.width is None or self.width == 1:
            return Record(first, self._feed.number, cells)
        if len(cells) != self.width and self._rows_follow(taken[1:]):
            return self._one_line(first, Fault.STRAY_LOST)
        inner = [len(row) for row in csv.reader(taken[1:-1], delimiter=self.delimiter)]
        suspect = bool(inner) and set(inner) == {self.width}
        fault = Fault.SUSPECT if suspect else None
        return Record(first, self._feed.number, cells, fault, first, _joined(taken))

    def _mend(self, first: int) -> Record:
        """What to make of a record that breaks the rules of quoting."""
        taken = self._feed.taken
        if self.width is None:
            return self._header(first)
        if sum(map(len, taken)) > MAX_FIELD_CHARS:
            return self._giant(first)
        if self._feed.exhausted:
            return self._unclosed(first)
        cells, closed = self._leniently(taken)
        if closed and (len(taken) == 1 or not self._rows_follow(taken[1:])):
            return Record(first, self._feed.number, cells, Fault.STRAY, first, _joined(taken))
        return self._one_line(first, Fault.STRAY_LOST)

    def _header(self, first: int) -> Record:
        taken = self._feed.taken
        cells, _ = self._leniently(taken[:1])
        self._feed.give_back(taken[1:])
        cells[-1] = cells[-1].rstrip("\r\n")
        return Record(first, first, cells, Fault.STRAY, first, taken[0])

    def _unclosed(self, first: int) -> Record:
        taken = self._feed.taken
        cells, _ = self._leniently(taken)
        in_last_cell = sum(1 for _ in io.StringIO(cells[-1], newline="")) or 1
        before = len(taken) - in_last_cell
        if self._rows_follow(taken[before + 1 :], most=True):
            return self._one_line(first, Fault.UNCLOSED_LINE, extra_lines=before)
        return Record(
            first, self._feed.number, None, Fault.UNCLOSED, first + before, _joined(taken)
        )

    def _giant(self, first: int) -> Record:
        taken = self._feed.taken
        if len(taken) > 1 and self._rows_follow(taken[1 : _LOOK_AHEAD + 1], most=True):
            return self._one_line(first, Fault.UNCLOSED_LINE)
        inside = sum(line.count('"') for line in taken) % 2 == 1
        while inside and (line := next(self._feed, None)) is not None:
            inside = line.count('"') % 2 == 0
            taken.pop()  # counted, not needed: the cell may be most of the file
        fault = Fault.UNCLOSED if inside else Fault.TOO_LARGE
        return Record(first, self._feed.number, None, fault, first, _joined(taken))

    def _one_line(self, first: int, fault: Fault, extra_lines: int = 0) -> Record:
        """Lose the line with the faulty quote and go on reading after it."""
        taken = self._feed.taken
        keep = extra_lines + 1
        text = _joined(taken[:keep])
        self._feed.give_back(taken[keep:])
        return Record(first, self._feed.number, None, fault, first + extra_lines, text)

    def _rows_follow(self, ahead: list[str], *, most: bool = False) -> bool:
        """Whether the coming lines are rows: the first of them, or (`most`) half of them."""
        lines = ahead[:_LOOK_AHEAD]
        more = (
            list(islice(self._feed, _LOOK_AHEAD - len(lines))) if len(ahead) == len(lines) else []
        )
        if more:
            self._feed.give_back(more)
        reader = csv.reader([*lines, *more], delimiter=self.delimiter)
        fits = [len(cells) == self.width for cells in reader if cells]
        return bool(fits) and (fits[0] or (most and 2 * sum(fits) >= len(fits)))

    def _leniently(self, lines: list[str]) -> tuple[list[str], bool]:
        """The first record of the lines, read forgivingly, and whether it takes exactly them."""
        reader = csv.reader([*lines, ""], delimiter=self.delimiter)
        cells = next(reader)
        return cells, reader.line_num == len(lines)


def _joined(lines: list[str]) -> str:
    """The beginning of a record's raw text; enough to quote."""
    return "".join(lines[:3])[:1000]
