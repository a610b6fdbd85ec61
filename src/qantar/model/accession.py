"""An accession: what an accession sheet says about material taken in.

The records are written to the case's journal. `to_record` gives a dictionary
that is safe in canonical JSON (ASCII keys, no floats, lists for tuples), and
`from_record` gives back an equal record: nothing of a sheet is lost on the way.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Final

from qantar.model.column import Column, RowChoice
from qantar.model.counting_asked import Counting
from qantar.model.date_order import DateOrder
from qantar.model.declared import DeclaredPlace, DeclaredSource, DeclaredTerm
from qantar.model.person_row import NameOrder
from qantar.model.recorded import Recorded, each
from qantar.model.relative import path_refusal
from qantar.model.table_settings import TableSettings
from qantar.model.zones import zone as load_zone

UNKNOWN_SOURCE = "unknown"
MOST_SPAN_DAYS: Final = 40 * 366
"""Days of the span of a case: a dossier says something of each."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Holds(StrEnum):
    """What the rows of a table are. A file that holds none of these is a document to read.

    Messages are rows of a table too, but what is read of them is a document: a chat. Of a
    series, rows together make claims, not each row by itself. Patterns are numbers of persons by
    the lists that name them.
    """

    PERSONS = "persons"
    STATEMENTS = "statements"
    EVENTS = "events"
    OUTAGES = "outages"
    DEMANDS = "demands"
    FRAMINGS = "framings"
    PLACES = "places"
    SPEAKERS = "speakers"
    NAMES = "names"
    MESSAGES = "messages"
    SERIES = "series"
    PATTERNS = "patterns"


class Consent(StrEnum):
    """Under which consent material was taken in; only `PUBLIC` is published by default."""

    PUBLIC = "public"
    GIVEN = "given"
    RESTRICTED = "restricted"
    UNKNOWN = "unknown"


class HiddenRows(StrEnum):
    """What becomes of rows that a workbook hides, and of all that is read of them.

    They are always in the case; `PUBLISH` lets them leave like the others.
    """

    KEEP = "keep"
    PUBLISH = "publish"


class Duplicates(StrEnum):
    """Whether one list may name a person twice; `NONE` guarantees one row a person."""

    POSSIBLE = "possible"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSettings(Recorded):
    """What the sheet says of the case as a whole.

    `zone` is the IANA zone of clock times that carry none; `span` two ISO dates
    parted by "/", both included; `boundaries` a GeoJSON file, relative to the sheet.
    `invented` is true where all of the case was made up, as an example or for practice;
    None says nothing, so that a later sheet that forgets the word leaves the mark.

    Raises:
        ValueError: there is no such zone or span.
    """

    title: str | None = None
    languages: tuple[str, ...] = ()
    zone: str | None = None
    span: str | None = None
    boundaries: str | None = None
    invented: bool | None = None

    decoders: ClassVar = {"languages": tuple}

    def __post_init__(self) -> None:
        """Refuse what nothing could be worked out with."""
        if self.zone is not None:
            load_zone(self.zone)
        if self.span is not None:
            read_span(self.span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquired(Recorded):
    """How the material was come by; `on` is the day, "YYYY-MM-DD".

    Raises:
        ValueError: `on` is no day.
    """

    by: str | None = None
    on: str | None = None
    how: str | None = None
    from_: str | None = None

    def __post_init__(self) -> None:
        """Refuse a day that is none."""
        if self.on is not None:
            read_day(self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accession(Recorded):
    """One `[[accession]]` of a sheet: a file, where it came from, and how it is read.

    `path` is relative to the sheet, parted by "/". `source` is the id of a
    declared source, or `UNKNOWN_SOURCE`. What is None is detected (`reader`,
    `encoding`, `delimiter`, `language`), means all (`worksheet`), or falls to the
    case (`zone`). `list` None means the file's stem (`list_name`). `only` None means
    every row. Without `republish` nothing of the file is ever published, whatever its
    consent. `form` is the path of the form by which submissions were filled in. `line`
    is where the sheet says it.

    Raises:
        ValueError: the path may not be followed, columns are given without `holds`, or
            no table could be read as it says.
    """

    path: str
    source: str = UNKNOWN_SOURCE
    acquired: Acquired | None = None
    consent: Consent = Consent.UNKNOWN
    title: str | None = None
    note: str | None = None
    reader: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    worksheet: str | None = None
    header_row: int = 1
    holds: Holds | None = None
    list: str | None = None
    edition: str | None = None
    dates: DateOrder = DateOrder.ISO
    zone: str | None = None
    name_order: NameOrder = NameOrder.ANY
    language: str | None = None
    duplicates: Duplicates = Duplicates.POSSIBLE
    columns: tuple[Column, ...] = ()
    only: RowChoice | None = None
    hidden_rows: HiddenRows = HiddenRows.KEEP
    republish: bool = True
    form: str | None = None
    line: int = 1

    decoders: ClassVar = {
        "acquired": Acquired.from_record,
        "consent": Consent,
        "holds": Holds,
        "dates": DateOrder,
        "name_order": NameOrder,
        "duplicates": Duplicates,
        "hidden_rows": HiddenRows,
        "columns": each(Column),
        "only": RowChoice.from_record,
    }

    def __post_init__(self) -> None:
        """Refuse what no sheet that was accepted can say."""
        for path in (self.path, self.form or self.path):
            if refusal := path_refusal(path):
                message = f'"{path}" {refusal}'
                raise ValueError(message)
        if self.columns and self.holds is None:
            message = f"{self.path} has columns, but does not say what its rows are"
            raise ValueError(message)
        if self.zone is not None:
            load_zone(self.zone)
        self.table_settings  # noqa: B018  # it refuses what no table could be read with

    @property
    def headers(self) -> frozenset[str]:
        """The headers of all columns that the sheet gives a meaning."""
        return frozenset(header for column in self.columns for header in column.headers)

    @property
    def table_settings(self) -> TableSettings:
        """How its table is read."""
        return TableSettings(
            encoding=self.encoding,
            delimiter=self.delimiter,
            worksheet=self.worksheet,
            header_row=self.header_row,
        )

    @property
    def list_name(self) -> str:
        """The name of a list of persons: as given, else the file's name without its ending."""
        name = self.path.rsplit("/", 1)[-1]
        return self.list or name.rsplit(".", 1)[0] or name


def read_day(text: str) -> date:
    """Read a day that is written YYYY-MM-DD.

    Raises:
        ValueError: it is none.
    """
    if not _DAY.fullmatch(text):
        message = f"{text!r} is no day"
        raise ValueError(message)
    return date.fromisoformat(text)


def read_span(text: str) -> tuple[date, date]:
    """Read two days that are parted by "/".

    Raises:
        ValueError: they are none, the wrong way round, or too far apart.
    """
    first, _, last = text.partition("/")
    days = read_day(first), read_day(last)
    if not 0 <= (days[1] - days[0]).days < MOST_SPAN_DAYS:
        message = f"{text!r} is no span of a case"
        raise ValueError(message)
    return days


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Recorded):
    """A whole accession sheet, in the order of its lines. `name` and `text` are the file's."""

    name: str
    text: str
    case: CaseSettings = dataclasses.field(default_factory=CaseSettings)
    sources: tuple[DeclaredSource, ...] = ()
    accessions: tuple[Accession, ...] = ()
    places: tuple[DeclaredPlace, ...] = ()
    vocabulary: tuple[DeclaredTerm, ...] = ()
    countings: tuple[Counting, ...] = ()

    decoders: ClassVar = {
        "case": CaseSettings.from_record,
        "sources": each(DeclaredSource),
        "accessions": each(Accession),
        "places": each(DeclaredPlace),
        "vocabulary": each(DeclaredTerm),
        "countings": each(Counting),
    }
