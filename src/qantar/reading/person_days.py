"""Days in the rows of a list of people: each distinct text of a field is read once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from qantar.model.dates import read_when
from qantar.model.finding import Severity
from qantar.model.person_row import DaySpan
from qantar.model.when import When
from qantar.reading.births import Unread
from qantar.reading.cells import Cells
from qantar.reading.context import Context
from qantar.reading.days import NO_CENTURY, days_within, is_short_date, with_century
from qantar.reading.person_words import says_nothing
from qantar.reading.wording import about, quoted


class _Read(NamedTuple):
    """A cell of a day as read; `short` where its year had two digits."""

    days: DaySpan | None = None
    unread: Unread | None = None
    short: bool = False


class DayReader:
    """Reads the days of one table.

    Attributes:
        short: how many dates had a year of two digits.
    """

    def __init__(
        self, context: Context, limits: DaySpan | None, cell: Callable[[str], str]
    ) -> None:
        """Prepare a reader.

        Args:
            context: what the table is read against.
            limits: the days between which what happened lies, as far as anybody said.
            cell: names the field in whose column a field stands.
        """
        self._context, self._limits, self._cell = context, limits, cell
        self._found: dict[tuple[str, str], _Read] = {}
        self.short = 0

    def read(self, cells: Cells, field: str, text: str | None) -> DaySpan | None:
        """Give the days that a text says; None, with a finding, where it says none."""
        if not text or says_nothing(text):
            return None
        found = self._found.get((field, text))
        if found is None:
            found = self._found[field, text] = self._days(cells, self._cell(field), text)
        if found.unread is not None:
            said = f"{about(text, found.unread.text)}; left empty."
            cells.note(found.unread.code, said, self._cell(field), severity=Severity.LOSS)
        self.short += found.short
        return found.days

    def _days(self, cells: Cells, field: str, text: str) -> _Read:
        whole, short = text, False
        order = cells.order(field)
        if is_short_date(text, order) and not text.isdigit():
            if self._limits is None:
                return _Read(unread=Unread("unparsed-date", f"{quoted(text)} has {NO_CENTURY}"))
            latest = date.fromordinal(self._limits.last).year
            whole, short = with_century(text, latest), True
        read = read_when(whole, zone=cells.zone(field), order=order, span=self._context.span)
        if not isinstance(read, When):
            return _Read(unread=Unread(read.code, read.text))
        days = days_within(read, self._limits)
        if days is None:
            text = f"{quoted(text)} is open on one side, and the case has no span that ends it"
            return _Read(unread=Unread("unparsed-date", text))
        return _Read(days, short=short)
