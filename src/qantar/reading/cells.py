"""One row, seen through the accession sheet: each field's text, word, number, time and place.

A value that cannot be read becomes a finding that names its cell and quotes it;
the field is then empty and the row goes on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from qantar.model.accession import Accession, Column, on_earth
from qantar.model.date_order import DateOrder
from qantar.model.dates import read_when, window
from qantar.model.document import Document, Row
from qantar.model.finding import Finding, Severity
from qantar.model.place import Where
from qantar.model.vocabulary import Term
from qantar.model.when import When, WhenProblem
from qantar.reading.context import Context

_SHOWN = 120


class Layout:
    """Where each field of the sheet stands in one document's header, worked out once."""

    def __init__(self, document: Document, accession: Accession) -> None:
        """Match the sheet's columns with the header; what is not there is in `missing`."""
        index = {name: at for at, name in enumerate(document.header)}
        self.header = document.header
        self.columns: dict[str, Column] = {column.field: column for column in accession.columns}
        self.at: dict[str, int] = {}
        self.missing: list[Column] = []
        for column in accession.columns:
            if column.header is None:
                continue
            if column.header in index:
                self.at[column.field] = index[column.header]
            else:
                self.missing.append(column)

    def has(self, field: str) -> bool:
        """Whether the sheet gives this field a column that is there, or a constant."""
        column = self.columns.get(field)
        return column is not None and (column.constant is not None or field in self.at)


class Cells:
    """The fields of one row. Findings gather in `findings`, in the order they are met."""

    def __init__(self, row: Row, layout: Layout, context: Context) -> None:
        """Read nothing yet; every accessor reads its own cell."""
        self.row, self.layout, self.context = row, layout, context
        self.findings: list[Finding] = []

    def raw(self, field: str) -> str:
        """The cell as found, or "" where the field has no column."""
        at = self.layout.at.get(field)
        return "" if at is None else self.row.values[at]

    def text(self, field: str) -> str:
        """The field's text: the mapped value, the constant or the default; outer space off."""
        column = self.layout.columns.get(field)
        if column is None:
            return ""
        if column.constant is not None:
            return column.constant
        found = self.raw(field).strip()
        if found in column.values:
            return column.values[found]
        return found or (column.default or "")

    def optional(self, field: str) -> str | None:
        """The field's text, or None where there is none."""
        return self.text(field) or None

    def many(self, field: str) -> tuple[str, ...]:
        """The field's values, parted at the column's `split`; each part is mapped on its own."""
        column = self.layout.columns.get(field)
        if column is None or not column.split or column.constant is not None:
            whole = self.text(field)
            return (whole,) if whole else ()
        parts = (part.strip() for part in self.text(field).split(column.split))
        return tuple(column.values.get(part, part) for part in parts if part)

    def word(self, field: str, vocabulary: str, *, default: str | None = None) -> str | None:
        """The vocabulary word of the field; an unknown word is a finding and counts as absent."""
        term = self.term(field, vocabulary)
        return term.id if term else default

    def term(self, field: str, vocabulary: str) -> Term | None:
        """The vocabulary term of the field, or None when it is empty or unknown."""
        found = self.text(field)
        return self._term(field, vocabulary, found) if found else None

    def terms(self, field: str, vocabulary: str) -> tuple[str, ...]:
        """The vocabulary words of a field that may hold several."""
        found = (self._term(field, vocabulary, part) for part in self.many(field))
        return tuple(term.id for term in found if term)

    def _term(self, field: str, vocabulary: str, found: str) -> Term | None:
        words = self.context.vocabulary(vocabulary)
        term = words.find(found)
        if term is None:
            near = words.nearest(found)
            hint = f' Did you mean "{near}"?' if near else ""
            self.note(
                "unknown-word",
                f'"{_short(found)}" is no word of the vocabulary {vocabulary}; left empty.{hint} '
                "Map it with `values` in the sheet, or declare it under [vocabulary].",
                field,
                severity=Severity.LOSS,
            )
        return term

    def number(self, field: str) -> Decimal | None:
        """The field as a number; digits of any script, marks as the column declares them."""
        found = self.text(field)
        if not found:
            return None
        number = read_number(found, self.layout.columns[field])
        if number is None:
            self.note(
                "not-a-number",
                f'"{_short(found)}" is not a number; left empty.',
                field,
                severity=Severity.LOSS,
            )
        return number

    def when(self, field: str, *, zone: str | None = None) -> When | None:
        """The field as an uncertain time in `zone` (default: the accession's, else the case's)."""
        found = self.text(field)
        if not found:
            return None
        return self._kept(
            read_when(found, zone=zone or self.zone(field), order=self.order(field)), field
        )

    def span(
        self,
        start: str,
        end: str,
        *,
        precision: str,
        zone: str | None = None,
        utc: bool = False,
        part: str | None = None,
    ) -> When | None:
        """The window between two fields, sharp to `precision`; open where a field is empty."""
        found = self.text(start)
        if not found:
            return None
        read = window(
            found,
            self.text(end),
            precision=precision,
            zone=zone or self.zone(start),
            utc=utc,
            part=part,
            order=self.order(start),
        )
        return self._kept(read, start)

    def _kept(self, read: When | WhenProblem, field: str) -> When | None:
        if isinstance(read, When):
            return read
        self.note(read.code, f"{read.text}; left empty.", field, severity=Severity.LOSS)
        return None

    def zone(self, field: str) -> str:
        """The zone of this field's clock times: the column's, the accession's, else the case's."""
        column = self.layout.columns.get(field)
        return (column.zone if column else None) or self.context.accession.zone or self.context.zone

    def order(self, field: str) -> DateOrder:
        """The order of day and month in this field: the column's, else the accession's."""
        column = self.layout.columns.get(field)
        return (column.dates if column else None) or self.context.accession.dates

    def places(
        self, field: str, *, lat: str | None = None, lon: str | None = None
    ) -> tuple[Where, ...]:
        """The places of the field; a name that resolves to none or to several is a finding."""
        names = self.many(field)
        point = self._point(lat, lon) if len(names) == 1 else None
        return tuple(self._where(name, field, point) for name in names)

    def _point(self, lat: str | None, lon: str | None) -> tuple[Decimal, Decimal] | None:
        if lat is None or lon is None or not (self.text(lat) and self.text(lon)):
            return None
        north, east = self.number(lat), self.number(lon)
        if north is None or east is None:
            return None
        if not on_earth(north, east):
            self.note(
                "impossible-place",
                f"{north}, {east} is no point on Earth; left empty.",
                lat,
                severity=Severity.LOSS,
            )
            return None
        return north, east

    def _where(self, name: str, field: str, point: tuple[Decimal, Decimal] | None) -> Where:
        gazetteer = self.context.gazetteer
        ids = gazetteer.candidates(name)
        if len(ids) == 1:
            entry = gazetteer.places[ids[0]]
            lat, lon = point or (entry.lat, entry.lon)
            return Where(text=name, place=entry.id, lat=lat, lon=lon, reach_m=entry.reach_m)
        if ids:
            rivals = ", ".join(
                f"{gazetteer.places[i].name} ({gazetteer.places[i].kind}, {i})" for i in ids
            )
            self.note(
                "ambiguous-place",
                f'"{_short(name)}" may be any of: {rivals}. Kept as found, not resolved.',
                field,
            )
        else:
            self.note(
                "unresolved-place",
                f'"{_short(name)}" is in no list of places. Kept as found, not resolved.',
                field,
            )
        lat, lon = point or (None, None)
        return Where(text=name, lat=lat, lon=lon)

    def note(
        self, code: str, text: str, field: str | None = None, *, severity: Severity = Severity.NOTE
    ) -> None:
        """Keep a finding about this row, at the field's cell where it has one."""
        column = self.layout.columns.get(field) if field else None
        self.findings.append(
            Finding(
                code=code,
                text=text,
                severity=severity,
                file=self.context.accession.path,
                where=self.row.locator(self.layout.header, column.header if column else None),
                original=self.context.original,
                accession=self.context.accession_id,
            )
        )


def read_number(text: str, column: Column) -> Decimal | None:
    """Read a number written with the column's marks; None when it is not one.

    Thousands are parted by the declared mark (any space when none is declared),
    decimals by the declared mark (a point when none is declared).
    """
    thousands, decimal = column.thousands or "", column.decimal or "."
    plain = "".join(_plain_digits(text.strip()))
    for mark in (thousands, " ", "\u00a0", "\u202f"):
        plain = plain.replace(mark, "") if mark else plain
    plain = plain.replace(decimal, ".")
    if not plain or set(plain) - set("0123456789.+-"):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def _plain_digits(text: str) -> Iterable[str]:
    for char in text:
        digit = unicodedata.decimal(char, None)
        yield char if digit is None else str(digit)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
