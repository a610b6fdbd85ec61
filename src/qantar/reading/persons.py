"""Rows of lists of people: every row becomes a person's row, whatever of it cannot be read.

Texts stay as found. Births, ages and days become spans of days. What cannot be read, or
cannot be, is left out and told with its cell; the row stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypedDict

from qantar.model.accession import Accession
from qantar.model.column import DATE_READINGS, Column
from qantar.model.dates import read_when
from qantar.model.document import Document
from qantar.model.finding import Finding, Severity
from qantar.model.person_row import MOST_ALIASES, DaySpan, PersonRow, RowStatus, Sex
from qantar.model.when import When
from qantar.reading.capped import CappedFindings
from qantar.reading.cells import Cells, Layout
from qantar.reading.common import voice
from qantar.reading.context import Context, RowsRead
from qantar.reading.days import days_within
from qantar.reading.name_parts import parted
from qantar.reading.person_births import BirthReader
from qantar.reading.person_days import DayReader
from qantar.reading.person_statuses import StatusReader
from qantar.reading.person_words import sex_of
from qantar.reading.wording import quoted

_NAMES: Final = ("name", "surname", "given", "patronymic")
_AS_ONE: Final = "; "
_WORDS: Final = re.compile(r"[^\W\d_]+")
_IN_BRACKETS: Final = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
_OTHER_LETTERS: Final = re.compile(r"[^\W\d_\u0000-\u024f\u02b0-\u02ff\u0400-\u052f\u1e00-\u1eff]")
"""Letters that are neither Latin nor Cyrillic, nor marks beside these."""


class _Facts(TypedDict, total=False):
    """What is read of a row beside its names and plain texts."""

    birth: DaySpan | None
    event: DaySpan | None
    sex: Sex | None
    statuses: tuple[RowStatus, ...]
    published: DaySpan | None


def read_persons(document: Document, context: Context) -> RowsRead:
    """Read every row of a list of people; all are kept, those that name nobody too.

    Rows that the table reader itself could not read count as unreadable.
    """
    reader = _PersonReader(Layout(document, context.accession), context)
    rows = tuple(reader.row(Cells(row, reader.layout, context)) for row in document.rows)
    return RowsRead(
        rows_in=len(rows) + document.unreadable,
        rows_read=len(rows),
        rows_unreadable=document.unreadable,
        persons=rows,
        findings=(*reader.of_the_table(len(rows)), *reader.findings.all()),
    )


def span_of_edition(edition: str | None, zone: str) -> DaySpan | None:
    """The days of an edition that is named by its date, as "2022-02"; None for other names."""
    read = read_when(edition, zone=zone) if edition else None
    return days_within(read, None) if isinstance(read, When) else None


class _PersonReader:
    """Reads the rows of one table; each distinct text is read once.

    `limits` are the days between which what happened to people lies as far as the sheet says:
    the case's span, else the list's edition.
    """

    def __init__(self, layout: Layout, context: Context) -> None:
        self.layout, self.context = layout, context
        self.findings = CappedFindings()
        accession = context.accession
        self._list, self._order = accession.list_name, accession.name_order
        self._limits = _limits(accession, context)
        columns = layout.columns
        self._parted = {f: c.as_ for f, c in columns.items() if _is_parted(c)}
        filled = {*columns, *(part for parts in self._parted.values() for part in parts)}
        self._from = {p: f for f, parts in self._parted.items() for p in parts if p not in columns}
        self._births = BirthReader(columns, filled, self._cell)
        self._days = DayReader(context, self._limits, self._cell)
        self._statuses = StatusReader(layout, context, self._days)
        self._is_named = any(layout.has(self._from.get(f, f)) for f in (*_NAMES, "alias"))
        self._ids: set[str] = set()
        self._in_other_letters: list[int] = []

    def of_the_table(self, rows: int) -> Iterator[Finding]:
        """What is to be said once of the whole table."""
        if rows and not self._is_named:
            yield self._told(
                "no-name",
                "there is no column to read a name from; each row stands for one person by itself.",
                Severity.LOSS,
            )
        short = self._days.short + self._births.short
        if short:
            yield self._told(
                "two-digit-year",
                f"{short:,} {'date has' if short == 1 else 'dates have'} a year of two "
                "digits; each was read as the last year that is not after what happened.",
                Severity.NOTE,
            )

        other = self._in_other_letters
        if other:
            which = "row has its name" if len(other) == 1 else "rows have their names"
            yield self._told(
                "other-alphabet",
                f"{len(other):,} {which} in letters that are neither Cyrillic nor Latin, the first "
                f"in row {other[0]:,}; they are compared with names in the same letters alone.",
                Severity.NOTE,
            )

    def row(self, cells: Cells) -> PersonRow:
        """Read one row."""
        texts = self._texts(cells)
        aliases = cells.many("alias")
        facts = self._facts(cells, texts)
        self._look_at_name(cells, (*(texts.get(f, "") for f in _NAMES), *aliases))
        if len(aliases) > MOST_ALIASES:
            text = (
                f"the row has {len(aliases):,} other names; all are kept, and the first "
                f"{MOST_ALIASES} are compared."
            )
            cells.note("many-aliases", text, "alias", severity=Severity.LOSS)
        self._look_at_id(cells, texts.get("id"))
        for finding in cells.findings:
            self.findings.add(finding)
        said = texts.get
        return PersonRow(
            list=self._list,
            row=cells.row.number,
            name_order=self._order,
            aliases=aliases,
            id=said("id"),
            name=said("name"),
            given=said("given"),
            surname=said("surname"),
            patronymic=said("patronymic"),
            place=said("place"),
            birth_place=said("birth_place"),
            status=said("status"),
            document_number=said("document_number"),
            phone=said("phone"),
            address=said("address"),
            postcode=said("postcode"),
            email=said("email"),
            occupation=said("occupation"),
            note=said("note"),
            said_by=said("said_by"),
            body=voice(cells, said("said_by")),
            **facts,
        )

    def _texts(self, cells: Cells) -> dict[str, str]:
        """The text of each field that has one; a column of its own goes before another's part."""
        texts: dict[str, str] = {}
        for field, fields in self._parted.items():
            texts.update(zip(fields, parted(cells.text(field), len(fields)), strict=False))
        for field, column in self.layout.columns.items():
            if field in self._parted or field == "alias":
                continue
            found = cells.time_text(field) if column.as_ else cells.text(field)
            if column.split and not column.part:
                found = _AS_ONE.join(cells.many(field))
            if found:
                texts[field] = found
        return texts

    def _facts(self, cells: Cells, texts: Mapping[str, str]) -> _Facts:
        facts = _Facts()
        if event := self._days.read(cells, "event_date", texts.get("event_date")):
            facts["event"] = event
        if statuses := self._statuses.read(cells, texts):
            facts["statuses"] = statuses
        if published := self._days.read(cells, "published", texts.get("published")):
            facts["published"] = published
        if said := texts.get("sex"):
            facts["sex"] = self._sex(cells, said)
        birth = self._births.read(cells, texts, event or self._limits)
        if birth is not None:
            facts["birth"] = birth
        return facts

    def _sex(self, cells: Cells, text: str) -> Sex | None:
        sex, is_known = sex_of(text)
        if not is_known:
            said = (
                f"{quoted(text)} is no word for a sex that is known here; left empty. Map it with "
                "`values` in the sheet."
            )
            cells.note("unknown-word", said, self._cell("sex"), severity=Severity.LOSS)
        return sex

    def _look_at_name(self, cells: Cells, names: tuple[str, ...]) -> None:
        """Tell of a name by which nobody, or hardly anybody, can be found."""
        if not self._is_named:
            return
        if not names_somebody(names):
            text = "the row names nobody; it stands for one person by itself."
            cells.note("no-name", text, self._cell("name"))
        elif _are_initials(names):
            text = "the name is initials alone: it says little of who is meant."
            cells.note("only-initials", text, self._cell("name"))
        if any(map(_OTHER_LETTERS.search, names)):
            self._in_other_letters.append(cells.row.number)

    def _look_at_id(self, cells: Cells, own: str | None) -> None:
        if own is None:
            return
        if own in self._ids:
            text = (
                f"the id {quoted(own)} stands in this list already; the row is told by its number."
            )
            cells.note("duplicate-id", text, "id")
        self._ids.add(own)

    def _cell(self, field: str) -> str:
        """The field in whose column this one stands."""
        return self._from.get(field, field)

    def _told(self, code: str, text: str, severity: Severity) -> Finding:
        return Finding(
            code=code,
            text=text,
            severity=severity,
            file=self.context.accession.path,
            original=self.context.original,
            accession=self.context.accession_id,
        )


def _limits(accession: Accession, context: Context) -> DaySpan | None:
    if context.span is not None:
        return DaySpan.of(*context.span)
    return span_of_edition(accession.edition, accession.zone or context.zone)


def _is_parted(column: Column) -> bool:
    return bool(column.as_) and column.as_[0] not in DATE_READINGS


def _are_initials(names: Iterable[str]) -> bool:
    """Whether names have words of one letter only, in an alphabet that has capitals."""
    words = [word for name in names for word in _WORDS.findall(_IN_BRACKETS.sub("", name))]
    return all(len(word) == 1 and word.upper() != word.lower() for word in words)


def names_somebody(names: Iterable[str]) -> bool:
    """Whether any of these texts has a letter outside of brackets: "(unknown)" is no name."""
    return any(char.isalpha() for name in names for char in _IN_BRACKETS.sub("", name))
