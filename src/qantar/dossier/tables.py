"""Pieces of the published tables: what a row says of time, amount, speaker and origin.

A row is a dictionary for JSON. In CSV an object becomes a column for each of its
parts (`when_text`, `when_edtf`, …), and a list one cell, its items parted by "; ".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from qantar.model.claim import Claim
from qantar.model.quantity import Quantity
from qantar.model.when import When, display

Row = dict[str, Any]
"""Texts, numbers, truth values, None, lists of texts, and objects of these, by column."""

TIME = ("text", "edtf", "earliest", "latest", "precision", "zone")
AMOUNT = ("text", "lower", "upper", "unit")
LOCATOR = ("file", "sheet", "row", "line", "original")
OBJECTS = {
    "made_at": TIME,
    "published": TIME,
    "when": TIME,
    "as_of": TIME,
    "amount": AMOUNT,
    "locator": LOCATOR,
}
"""The columns that hold an object, with its parts."""

SPEAKER = (
    "said_by",
    "role",
    "voice",
    "source_kind",
    "basis",
    "stance",
    "outlet",
    "made_at",
    "published",
    "evidence",
    "has_source",
)
PLACES = ("places", "place_ids")
ORIGIN = ("source", "locator", "url", "page")


def headers(columns: Iterable[str], lists: Iterable[str] = ()) -> tuple[str, ...]:
    """Name the columns that a table has in CSV; those of `lists` hold many objects in one cell."""
    named: list[str] = []
    for column in columns:
        of = () if column in lists else OBJECTS.get(column, ())
        named.extend([f"{column}_{part}" for part in of] or [column])
    return tuple(named)


def time(when: When | None) -> Row | None:
    """An uncertain time: as shown, as EDTF, and its window in UTC."""
    if when is None:
        return None
    return {
        "text": display(when),
        "edtf": when.edtf or None,
        "earliest": instant(when.earliest),
        "latest": instant(when.latest),
        "precision": str(when.precision),
        "zone": when.zone,
    }


def instant(moment: datetime | None) -> str | None:
    """An instant in UTC, as ISO 8601."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def amount(quantity: Quantity | None) -> Row | None:
    """An amount: as stated, its bounds, and what it counts."""
    if quantity is None:
        return None
    return {
        "text": quantity.text or None,
        "lower": number(quantity.lower),
        "upper": number(quantity.upper),
        "unit": quantity.unit or None,
    }


def number(value: Decimal | None) -> int | float | None:
    """A whole number as such, any other as a decimal fraction."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def speaker(claim: Claim) -> Row:
    """Who said it, where it was read, and how that was seen."""
    return {
        "said_by": claim.said_by,
        "role": claim.role,
        "voice": claim.voice,
        "source_kind": claim.source_kind,
        "basis": claim.basis,
        "stance": claim.stance,
        "outlet": claim.outlet,
        "made_at": time(claim.made_at),
        "published": time(claim.published),
        "evidence": claim.evidence,
        "has_source": claim.is_sourced,
    }


def places(claim: Claim) -> Row:
    """The places a claim is about: names as found, and the entries they lead to."""
    return {
        "places": [where.text for where in claim.where],
        "place_ids": [where.place for where in claim.where if where.place],
    }


def origin(claim: Claim, page: str) -> Row:
    """Where a claim was taken from, and where it stands in the dossier."""
    return {
        "source": claim.source,
        "locator": locator(claim),
        "url": claim.url,
        "page": page,
    }


def origins(claims: Iterable[Claim], page: str) -> Row:
    """The same for something that several claims make: lists, each in the claims' order."""
    listed = list(claims)
    return {
        "source": list(dict.fromkeys(claim.source for claim in listed)),
        "locator": [locator(claim) for claim in listed],
        "url": list(dict.fromkeys(claim.url for claim in listed if claim.url)),
        "page": page,
    }


def locator(claim: Claim) -> Row:
    """The file, worksheet, row, line and SHA-256 of the passage."""
    passage = claim.passage
    return {
        "file": passage.file,
        "sheet": passage.sheet,
        "row": passage.row,
        "line": passage.line,
        "original": passage.original,
    }


def flat(row: Mapping[str, Any]) -> Row:
    """Give the row as CSV has it: objects opened, an absent one left out, lists as one text."""
    opened: Row = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            opened.update({f"{name}_{part}": _cell(one) for part, one in value.items()})
        elif value is not None or name not in OBJECTS:
            opened[name] = _cell(value)
    return opened


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(_cell(one) for one in value)
    if isinstance(value, Mapping):  # in a list: where one of several claims stands
        return f"{value['file']}, row {value['row']}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
