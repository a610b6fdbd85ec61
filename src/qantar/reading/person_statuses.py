"""What a row of a list says became of somebody: each statement with its day and its words.

The list's own words stay; beside them stands a word of the vocabulary person-status where one
is meant. Nothing is guessed: a word that no vocabulary knows has no term, and of several statuses
in one cell nobody knows which of them the day beside it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from qantar.model.person_row import RowStatus
from qantar.model.text import exact, fold
from qantar.model.vocabulary import Term, Vocabulary
from qantar.reading.cells import Cells, Layout
from qantar.reading.context import Context
from qantar.reading.person_days import DayReader
from qantar.reading.person_words import says_nothing
from qantar.reading.wording import quoted

VOCABULARY: Final = "person-status"
STATUS: Final = "status"
STATUS_DATE: Final = "status_date"
DATED: Final[Mapping[str, str]] = {
    "detained_on": "detained",
    "released_on": "released",
    "charged_on": "charged",
    "sentenced_on": "sentenced",
    "missing_since": "missing",
    "admitted_on": "hospitalised",
    "died_on": "died",
}
"""Fields that state a status by their day: a list with a column "released on" says who was."""

_DEATHS: Final = frozenset({"died", "killed"})


class StatusReader:
    """Reads the statuses of one table; an unknown word is told once, where it first stands."""

    def __init__(self, layout: Layout, context: Context, days: DayReader) -> None:
        """Prepare for these columns; `days` reads the table's days."""
        self._layout, self._days = layout, days
        self._words = context.vocabulary(VOCABULARY)
        self._folded = _folded(self._words)
        self._dated = [field for field in DATED if layout.has(field)]
        self._unknown: set[str] = set()

    def read(self, cells: Cells, texts: Mapping[str, str]) -> tuple[RowStatus, ...]:
        """Give all that the row states, in the order of its fields.

        The day of the row's event dates no status: nothing says which event that is, and who was
        detained on it may have died, or been let go, on another.

        Args:
            cells: the row; it is told what could not be read.
            texts: what its fields say.
        """
        by_term = dict(self._by_day(cells, texts))
        stated = list(self._said(cells))
        day = self._days.read(cells, STATUS_DATE, texts.get(STATUS_DATE))
        found = []
        for words, term in stated:
            dated = by_term.pop(_dated_as(term, by_term), None)
            alone = day if len(stated) == 1 else None
            found.append(RowStatus(words=words, term=term, days=dated.days if dated else alone))
        return (*found, *by_term.values())

    def _by_day(self, cells: Cells, texts: Mapping[str, str]) -> Iterator[tuple[str, RowStatus]]:
        for field in self._dated:
            days = self._days.read(cells, field, texts.get(field))
            if days is not None:
                term = DATED[field]
                yield term, RowStatus(words=texts[field], term=term, days=days)

    def _said(self, cells: Cells) -> Iterator[tuple[str, str | None]]:
        """The words of each status as found, and the term that they mean."""
        if not self._layout.has(STATUS):
            return
        meant = tuple(one for one in cells.many(STATUS) if not says_nothing(one))
        found = _as_found(cells, meant)
        for words, mapped in zip(found, meant, strict=True):
            term = self._words.find(mapped) or self._folded.get(fold(mapped))
            if term is None and mapped not in self._unknown:
                self._unknown.add(mapped)
                said = (
                    f"{quoted(mapped)} is no word of the vocabulary {VOCABULARY}; kept as found, "
                    "here and wherever it stands again. Map it with `values` in the sheet."
                )
                cells.note("unknown-word", said, STATUS)
            yield words, term.id if term else None


def _folded(words: Vocabulary) -> dict[str, Term]:
    """Terms by their labels and aliases as lists type them: also on a Russian keyboard."""
    found: dict[str, Term] = {}
    for term in words.terms.values():
        for word in (*term.aliases, *term.labels.values()):
            found.setdefault(fold(word), term)
    return found


def _dated_as(term: str | None, by_term: Mapping[str, RowStatus]) -> str:
    """The field's term by which a status has its day: whoever was killed died on that day."""
    if term in _DEATHS:
        return next((one for one in by_term if one in _DEATHS), "")
    return term or ""


def _as_found(cells: Cells, meant: tuple[str, ...]) -> tuple[str, ...]:
    """The cell's own words for what the sheet's map made of them: its part, else all of it."""
    column, values = cells.layout.columns[STATUS], cells.layout.values[STATUS]
    whole = cells.raw(STATUS).strip()
    if column.constant is not None or not whole:
        return meant
    parts = [part.strip() for part in whole.split(column.split)] if column.split else [whole]
    by_meaning = {values.get(exact(part), part): part for part in reversed(parts)}
    return tuple(by_meaning.get(one, whole) for one in meant)
