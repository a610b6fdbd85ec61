"""One row, seen through the accession sheet: each field's text, word, number, time and place.

A value that cannot be read becomes a finding that names its cell and quotes it;
the field is then empty and the row goes on.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from qantar.model.accession import Accession
from qantar.model.column import Column, filled
from qantar.model.date_order import DateOrder
from qantar.model.dates import read_when
from qantar.model.declared import on_earth
from qantar.model.document import Document, Row
from qantar.model.finding import Finding, Severity
from qantar.model.place import Where
from qantar.model.text import exact
from qantar.model.vocabulary import Term
from qantar.model.when import When, WhenProblem
from qantar.reading.context import Context
from qantar.reading.numbers import read_number
from qantar.reading.spans import UTC, Edge, read_span, sharpness
from qantar.reading.times import as_time
from qantar.reading.wording import about, quoted

MOST_REACH_M: Final = 20_040_000
"""Half way round the Earth."""

Point = tuple[Decimal, Decimal]
"""Degrees north and east."""


class Layout:
    """Where each field of the sheet stands in one document's header, worked out once.

    Headers and cells are compared as composed text (NFC), outer space off: й is one
    letter, however a keyboard or a disk stores it.
    """

    def __init__(self, document: Document, accession: Accession) -> None:
        """Match the sheet's columns with the header; what is not there is in `missing`."""
        index = {exact(name): at for at, name in enumerate(document.header)}
        self.header = document.header
        self.columns: dict[str, Column] = {column.field: column for column in accession.columns}
        self.at: dict[str, int] = {}
        self.missing: list[tuple[Column, str]] = []
        self.filled_from: dict[str, dict[str, int]] = {}
        self.values: dict[str, dict[str, str]] = {}
        for column in accession.columns:
            self.values[column.field] = {exact(k.strip()): v for k, v in column.values.items()}
            found: dict[str, int] = {}
            for header in column.headers:
                at = index.get(exact(header.strip()))
                if at is None:
                    self.missing.append((column, header))
                else:
                    found[header] = at
            if found:
                self.at[column.field] = next(iter(found.values()))
            if column.template is not None:
                self.filled_from[column.field] = found

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
        """The cell as found, or "" where the field has no column; a template is filled."""
        at, column = self.layout.at.get(field), self.layout.columns.get(field)
        if at is None or column is None:
            return ""
        found = self.row.values[at]
        if column.template is not None:
            parts = self.layout.filled_from[field]
            found = filled(column.template, {name: self.row.values[i] for name, i in parts.items()})
        if column.part is not None and column.split:
            pieces = found.split(column.split)
            found = pieces[column.part - 1] if column.part <= len(pieces) else ""
        return found

    def text(self, field: str) -> str:
        """The field's text: the mapped value, the constant or the default; outer space off.

        A cell whose text is mapped to "" says nothing, and takes no default either.
        """
        column = self.layout.columns.get(field)
        if column is None:
            return ""
        if column.constant is not None:
            return column.constant
        found = self.raw(field).strip()
        mapped = self._mapped(field, found) if column.values else None
        if mapped is not None:
            return mapped
        return found or (column.default or "")

    def _mapped(self, field: str, found: str) -> str | None:
        values = self.layout.values[field]
        return values.get(exact(found)) if values else None

    def optional(self, field: str) -> str | None:
        """The field's text, or None where there is none."""
        return self.text(field) or None

    def many(self, field: str) -> tuple[str, ...]:
        """The field's values, parted at the column's `split`, none twice.

        The whole cell is mapped if the map has it, else each part on its own; what
        came out of the map is not mapped again.
        """
        column = self.layout.columns.get(field)
        whole = self.text(field)
        if column is None or not column.split or column.part or column.constant is not None:
            return (whole,) if whole else ()
        parts = [part.strip() for part in whole.split(column.split)]
        if self._mapped(field, self.raw(field).strip()) is None:
            mapped = [self._mapped(field, part) for part in parts]
            parts = [part if to is None else to for part, to in zip(parts, mapped, strict=True)]
        return tuple(dict.fromkeys(part for part in parts if part))

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
                f"{quoted(found)} is no word of the vocabulary {vocabulary}; left empty.{hint} "
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
                f"{quoted(found)} is not a number; left empty.",
                field,
                severity=Severity.LOSS,
            )
        return number

    def when(self, field: str, *, zone: str | None = None) -> When | None:
        """The field as an uncertain time in `zone` (default: the accession's, else the case's)."""
        found = self.time_text(field)
        if not found:
            return None
        read = read_when(found, zone=zone or self.zone(field), order=self.order(field))
        if isinstance(read, When):
            return read
        self._unread(read, field)
        return None

    def time_text(self, field: str) -> str:
        """The field's text, to be read as a time: the way that its column says it is written."""
        column = self.layout.columns.get(field)
        return as_time(self.text(field), column.as_) if column else ""

    def span(
        self,
        start: str,
        end: str,
        *,
        precision: str | None = None,
        zone: str | None = None,
        utc: bool = False,
        part: str | None = None,
    ) -> When | None:
        """The window between two fields, sharp to `precision`; open where a field is empty.

        Without `precision` it is as sharp as the start is written. With `utc` the
        cells are instants in UTC. A cell that cannot be read costs that edge only.
        """
        edges = [self._edge(field, zone, utc=utc) for field in (start, end)]
        read = read_span(
            *edges,
            precision=precision,
            shown_in=zone or self.zone(start if self.text(start) else end),
            part=part,
        )
        for problem, field in ((read.start_problem, start), (read.end_problem, end)):
            if problem:
                self._unread(problem, field)
        return read.when

    def sharpness(self, field: str, *, utc: bool = False) -> str | None:
        """How sharp the time in the field is written: a word of the vocabulary precision."""
        return sharpness(self._edge(field, None, utc=utc))

    def _edge(self, field: str, zone: str | None, *, utc: bool) -> Edge:
        in_zone = UTC if utc else zone or self.zone(field)
        return Edge(text=self.time_text(field), zone=in_zone, order=self.order(field))

    def _unread(self, problem: WhenProblem, field: str) -> None:
        said = f"{about(self.text(field), problem.text)}; left empty."
        self.note(problem.code, said, field, severity=Severity.LOSS)

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
        """The places of the field; a name that resolves to none or to several is a finding.

        With one place, the row's own point is the place's; a point without a name
        is a place by itself.
        """
        names = self.many(field)
        point = self.point(lat, lon) if lat and lon else None
        if point and not names:
            text = f"{point[0]}, {point[1]}"
            return (Where(text=text, lat=point[0], lon=point[1], reach_m=self._reach()),)
        if point and len(names) > 1:
            self.note(
                "impossible-place",
                f"one point cannot be that of {len(names)} places; those of the list are used.",
                lat,
            )
            point = None
        return tuple(self._where(name, field, point) for name in names)

    def point(self, lat: str, lon: str) -> Point | None:
        """The point of two fields; None when either is empty or they are no point on Earth."""
        if not (self.text(lat) or self.text(lon)):
            return None
        north, east = self.number(lat), self.number(lon)
        if north is not None and east is not None and on_earth(north, east):
            return north, east
        if (north is None) != (not self.text(lat)) or (east is None) != (not self.text(lon)):
            return None  # the cell that is no number has its finding
        given = f"{quoted(self.text(lat))}, {quoted(self.text(lon))}"
        self.note(
            "impossible-place",
            f"{given} is no point on Earth in degrees; left empty.",
            lat,
            severity=Severity.LOSS,
        )
        return None

    def _where(self, name: str, field: str, point: Point | None) -> Where:
        gazetteer = self.context.gazetteer
        ids = gazetteer.candidates(name)
        if len(ids) == 1:
            entry = gazetteer.places[ids[0]]
            lat, lon = point or (entry.lat, entry.lon)
            reach = (self._reach() if point else None) or entry.reach_m
            return Where(text=name, place=entry.id, lat=lat, lon=lon, reach_m=reach)
        code, what = "unresolved-place", "is in no list of places"
        if ids:
            named = (gazetteer.places[i] for i in ids)
            rivals = ", ".join(f"{entry.name} ({entry.kind}, {entry.id})" for entry in named)
            code, what = "ambiguous-place", f"may be any of: {rivals}"
        self.note(code, f"{quoted(name)} {what}. Kept as found, not resolved.", field)
        lat, lon = point or (None, None)
        return Where(text=name, lat=lat, lon=lon, reach_m=self._reach() if point else None)

    def _reach(self) -> int | None:
        """How far from the row's own point the thing may have been, in metres."""
        reach = self.number("reach")
        if reach is None or 0 < reach <= MOST_REACH_M:
            return None if reach is None else int(reach)
        self.note(
            "impossible-place",
            f"{reach} metres are no distance on Earth from a point; left empty.",
            "reach",
            severity=Severity.LOSS,
        )
        return None

    def note(
        self, code: str, text: str, field: str | None = None, *, severity: Severity = Severity.NOTE
    ) -> None:
        """Keep a finding about this row, once, at the field's cell where it has one."""
        at = self.layout.at.get(field) if field else None
        finding = Finding(
            code=code,
            text=text,
            severity=severity,
            file=self.context.accession.path,
            where=self.row.locator(
                self.layout.header, None if at is None else self.layout.header[at]
            ),
            original=self.context.original,
            accession=self.context.accession_id,
        )
        if finding not in self.findings:
            self.findings.append(finding)
