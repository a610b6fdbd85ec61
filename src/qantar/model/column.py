"""How a sheet fills a field from a table's columns, and which rows of a table it means."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from qantar.model.date_order import DateOrder
from qantar.model.recorded import Recorded
from qantar.model.zones import zone as load_zone

BIRTH_READINGS: Final = ("date-or-age", "year-or-date")
TIME_READINGS: Final = ("day", "unix-seconds", "unix-milliseconds")
DATE_READINGS: Final = (*BIRTH_READINGS, *TIME_READINGS)
"""Ways to read a cell of births; ways to read a cell of days and times."""

_IN_BRACES: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Recorded):
    """How one field of a row is filled: from a column, from a `template`, or by a `constant`.

    `header` is the column's. A `template` is a text with headers in braces, as in
    "{Date} {Time}". `values` leads from a cell's text (outer space off) to a vocabulary
    word, "" for none. `as_` names how a cell is read: one of `DATE_READINGS`, or the
    fields that its parts fill, in order. `split` parts a cell that holds several values;
    with `part`, counted from 1, only that one is taken. `default` stands in for an empty
    cell. That the file lacks an `optional` column is not told. `dates`, `zone`, `decimal`
    and `thousands` are None where the accession's, or the plain form, applies. `line` is
    where the sheet says it.

    Raises:
        ValueError: not exactly one of `header`, `template` and `constant` is given, or there
            is no such zone, mark or part.
    """

    field: str
    header: str | None = None
    constant: str | None = None
    template: str | None = None
    values: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)
    as_: tuple[str, ...] = ()
    dates: DateOrder | None = None
    zone: str | None = None
    split: str | None = None
    part: int | None = None
    default: str | None = None
    optional: bool = False
    decimal: str | None = None
    thousands: str | None = None
    line: int | None = None

    decoders: ClassVar = {"values": dict, "as": tuple, "dates": DateOrder}

    def __post_init__(self) -> None:
        """Refuse a column that comes from nowhere, or from two places, or cannot be read."""
        given = [self.header, self.constant, self.template]
        if len([one for one in given if one is not None]) != 1:
            message = f"{self.field} needs either a column, a template or a constant"
            raise ValueError(message)
        if self.template is not None and not template_headers(self.template):
            message = f"{self.field} has a template that names no column"
            raise ValueError(message)
        if self.zone is not None:
            load_zone(self.zone)
        if not all(_is_mark(mark) for mark in (self.decimal, self.thousands) if mark is not None):
            message = f"{self.field} has a mark that parts no numbers"
            raise ValueError(message)
        if self.split == "":
            message = f"{self.field} is parted at nothing"
            raise ValueError(message)
        if self.part is not None and (self.part < 1 or self.split is None):
            message = f"{self.field} takes a part of what is not parted"
            raise ValueError(message)

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers of all columns that the field is filled from."""
        if self.template is not None:
            return template_headers(self.template)
        return () if self.header is None else (self.header,)


def template_headers(template: str) -> tuple[str, ...]:
    """The headers that stand in a template's braces, none twice; () where it is no template."""
    rest = _IN_BRACES.sub("", template)
    found = _IN_BRACES.findall(template)
    if "{" in rest or "}" in rest or not all(name.strip() for name in found):
        return ()
    return tuple(dict.fromkeys(name.strip() for name in found))


def filled(template: str, cells: Mapping[str, str]) -> str:
    """Fill a template from cells by their headers; "" where all of them are empty.

    What stands between two columns is written only between two that say something; what
    stands before the first and after the last, always.
    """
    *pieces, tail = _IN_BRACES.split(template)
    texts = [cells.get(header.strip(), "").strip() for header in pieces[1::2]]
    if not any(texts):
        return ""
    written = pieces[0]
    for at, (before, text) in enumerate(zip(pieces[::2], texts, strict=True)):
        if text:
            written += (before if at and any(texts[:at]) else "") + text
    return written + tail


def _is_mark(text: str) -> bool:
    return len(text) == 1 and not text.isalnum() and text not in "+-"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChoice(Recorded):
    """Which rows of a table are meant: those with one of `values` in the column `header`.

    Raises:
        ValueError: there is no value, or one is there twice.
    """

    header: str
    values: tuple[str, ...]

    decoders: ClassVar = {"values": tuple}

    def __post_init__(self) -> None:
        """Refuse a choice that chooses nothing."""
        if not self.header or not self.values or len(set(self.values)) < len(self.values):
            message = f"{self.header!r} chooses no rows, or some twice"
            raise ValueError(message)
