"""The birth of a person's row, from whichever of its fields says most of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from qantar.model.column import Column
from qantar.model.finding import Severity
from qantar.model.person_row import DaySpan
from qantar.reading.births import OLDEST, Age, Birth, Reading, born_between, read_birth
from qantar.reading.cells import Cells
from qantar.reading.person_words import says_nothing
from qantar.reading.wording import about, quoted

BIRTHS: Final[tuple[str, ...]] = ("birth_date", "born", "birth_year", "age")
"""The sharpest first: the first that says days holds, and an age only where none does."""

_BARE: Final[Mapping[str, Reading]] = {"birth_year": Reading.YEAR, "age": Reading.AGE}
_BARE_AS: Final = {"date-or-age": Reading.AGE, "year-or-date": Reading.YEAR}
_DAYS_A_YEAR: Final = 366


class BirthReader:
    """Reads the births of one table; each distinct text is read once.

    Attributes:
        short: how many dates had a year of two digits.
    """

    def __init__(
        self, columns: Mapping[str, Column], filled: set[str], cell: Callable[[str], str]
    ) -> None:
        """Prepare for these columns; `cell` names the field in whose column a field stands."""
        self._fields = [field for field in BIRTHS if field in filled]
        self._bare = {field: _bare(field, columns.get(field)) for field in self._fields}
        self._cell = cell
        self._births: dict[tuple[str, str, int | None], Birth] = {}
        self._ages: dict[tuple[Age, DaySpan], DaySpan] = {}
        self.short = 0

    def read(self, cells: Cells, texts: Mapping[str, str], at: DaySpan | None) -> DaySpan | None:
        """Give the first of the fields that says days of birth, else what an age leaves open.

        Args:
            cells: the row; it is told what could not be read.
            texts: what its fields say.
            at: the days on one of which it happened to the person, as far as anybody said.
        """
        aged: tuple[str, Age] | None = None
        known: DaySpan | None = None
        for field in self._fields:
            text = texts.get(field)
            if not text or says_nothing(text):
                continue
            found = self._read_birth(cells, field, text, at)
            if found.unread is not None:
                said = f"{about(text, found.unread.text)}; left empty."
                cells.note(found.unread.code, said, self._cell(field), severity=Severity.LOSS)
            if found.age is not None and aged is None:
                aged = field, found.age
            if found.days is not None and known is None and self._can_be(cells, field, found, at):
                known = found.days
                self.short += found.short
        if known is not None or aged is None:
            return known
        return self._born_at(cells, *aged, at)

    def _read_birth(self, cells: Cells, field: str, text: str, at: DaySpan | None) -> Birth:
        latest = date.fromordinal(at.last).year if at else None
        key = field, text, latest
        found = self._births.get(key)
        if found is None:
            column = self._cell(field)
            found = self._births[key] = read_birth(
                text,
                bare=self._bare[field],
                order=cells.order(column),
                zone=cells.zone(column),
                latest_year=latest,
            )
        return found

    def _born_at(self, cells: Cells, field: str, age: Age, at: DaySpan | None) -> DaySpan | None:
        if at is None:
            text = (
                f"{quoted(cells.text(self._cell(field)))} is an age, and nothing says when: "
                "no day in the row, no `edition` of the list, no `span` of the case; left empty."
            )
            cells.note("undated-age", text, self._cell(field), severity=Severity.LOSS)
            return None
        key = age, at
        found = self._ages.get(key)
        if found is None:
            found = self._ages[key] = born_between(age, at)
        return found

    def _can_be(self, cells: Cells, field: str, found: Birth, at: DaySpan | None) -> bool:
        """Whether somebody born so can have been alive when it happened."""
        days = found.days
        if days is None or at is None:
            return True
        if days.first <= at.last and days.last >= at.first - OLDEST * _DAYS_A_YEAR:
            return True
        when = "after it happened" if days.first > at.last else f"more than {OLDEST} years before"
        text = f"{quoted(cells.text(self._cell(field)))} is a birth {when}; left empty."
        cells.note("impossible-birth", text, self._cell(field), severity=Severity.LOSS)
        return False


def _bare(field: str, column: Column | None) -> Reading:
    """What a bare number in the column is."""
    said = column.as_[0] if column and column.as_ else ""
    return _BARE_AS.get(said) or _BARE.get(field, Reading.NEITHER)
