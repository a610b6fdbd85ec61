"""A time as a JSON-safe record, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime

from qantar.model.when import Bound, Precision, Qualifier, When, YearFrom


def to_record(when: When) -> dict[str, str | None]:
    """Give the time as a JSON-safe dictionary of every field, instants as ISO text in UTC."""
    return {entry.name: _plain(getattr(when, entry.name)) for entry in fields(When)}


def from_record(record: Mapping[str, str | None]) -> When:
    """Read what `to_record` wrote; what is absent or None takes its default.

    Raises:
        ValueError: a field or a value is none that this version writes, or the time is
            none that can be.
    """
    known = {entry.name for entry in fields(When)}
    if stray := sorted(set(record) - known):
        message = f"a time has no field {', '.join(stray)}"
        raise ValueError(message)
    return When(
        text=_required(record, "text"),
        earliest=_instant(record.get("earliest")),
        latest=_instant(record.get("latest")),
        precision=Precision(_required(record, "precision")),
        zone=_required(record, "zone"),
        part=record.get("part"),
        qualifier=Qualifier(record.get("qualifier") or Qualifier.EXACT),
        bound=Bound(record.get("bound") or Bound.NONE),
        year_from=YearFrom(record.get("year_from") or YearFrom.TEXT),
        edtf=record.get("edtf") or "",
    )


def _required(record: Mapping[str, str | None], name: str) -> str:
    value = record.get(name)
    if value is None:
        message = f"a time has a {name}"
        raise ValueError(message)
    return value


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _plain(value: datetime | str | None) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    return None if value is None else str(value)
