"""What IODA and OONI give: series of values, events and alerts, measurements; as rows, as found.

Nothing is computed but the instant of each value of a series: `from` plus so many times
`step`, in seconds since 1970. A value that is missing is the word `null`, as in the file:
no measurement is not a measurement of nothing.

Source: IODA's API v2 (signals, outage events and alerts); OONI's data format df-000.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from qantar.model.read_document import MetaValue
from qantar.readers.caps import MAX_NAME_CHARS
from qantar.readers.chat_writer import clock_time, instant
from qantar.readers.json_values import JsonObject, JsonValue, compact, without_surrogates

IODA, OONI = "IODA", "OONI"
MAX_FIELDS: Final = 2_000
_MOST_OF_A_LIST: Final = 100
_LONGEST_LIST: Final = 10_000
_DEPTH: Final = 4
_NAMED: Final = 20
_WHOLE: Final = re.compile(r"\d{1,12}")
_STEP: Final = re.compile(r"[1-9]\d{0,8}")
_OONI_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|\+00:00)?")
_NOWHERE: Final = frozenset({None, "127.0.0.1", "::1", "[scrubbed]"})


class Kind(StrEnum):
    """What an element is."""

    SIGNAL = "signal"
    EVENT = "event"
    ALERT = "alert"
    MEASUREMENT = "measurement"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Row:
    """Values as found, and the instant that they are of, in UTC; None where none is given."""

    values: tuple[str, ...]
    at: str | None


def kind_of(one: dict[str, JsonValue]) -> Kind:
    """Tell what an element is by its keys."""
    if "measurement_start_time" in one:
        return Kind.MEASUREMENT
    if isinstance(one.get("values"), list) and "from" in one:
        return Kind.SIGNAL
    somewhere = "location" in one or "entity" in one or "entityCode" in one
    if somewhere and "score" in one and ("start" in one or "from" in one):
        return Kind.EVENT
    return Kind.ALERT if somewhere and "time" in one and "level" in one else Kind.OTHER


def fields_of(one: JsonObject) -> dict[str, JsonValue]:
    """Give an object's fields; of a key that is given twice the first."""
    return dict(reversed(one.pairs))


def text_of(value: JsonValue) -> str:
    """Spell a value as it stands in the file: text without its quotes, `null`, lists as JSON."""
    if value is None:
        return "null"
    return _whole(str(value) if isinstance(value, str) else compact(value))


def spelled(value: JsonValue) -> tuple[str, ...]:
    """Spell each value of a list, or the one value."""
    if isinstance(value, list) and value:
        return tuple(text_of(inner) for inner in value)
    return (text_of(value),)


def time_of(kind: Kind, one: dict[str, JsonValue]) -> str | None:
    """The instant that an event begins at, or an alert is of."""
    if kind is Kind.EVENT:
        return unix_time(one.get("start") or one.get("from"))
    return unix_time(one.get("time")) if kind is Kind.ALERT else None


def unix_time(value: JsonValue) -> str | None:
    """Spell seconds since 1970 as an instant in UTC."""
    if not isinstance(value, str) or not _WHOLE.fullmatch(value):
        return None
    return instant(int(value))


def ooni_time(value: JsonValue) -> str | None:
    """Spell a time of OONI, which is in UTC by its specification, as an instant."""
    found = _OONI_TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    day, clock = found.groups()
    checked = clock_time(f"{day}T{clock}")
    return f"{checked}+00:00" if checked else None


def entity_of(one: dict[str, JsonValue]) -> tuple[str | None, str | None]:
    """Give what is measured, as in `country/KZ`, and its name."""
    inner = one.get("entity")
    if isinstance(inner, JsonObject):
        said = fields_of(inner)
        return _joined(said.get("type"), said.get("code")), plain(said.get("name"))
    if "location" in one:
        return plain(one["location"]), plain(one.get("location_name"))
    return _joined(one.get("entityType"), one.get("entityCode")), plain(one.get("entityName"))


def signal_meta(one: dict[str, JsonValue]) -> dict[str, MetaValue]:
    """What a series says of itself."""
    entity, name = entity_of(one)
    said: dict[str, str | None] = {
        "measurement.instrument": IODA,
        "measurement.kind": Kind.SIGNAL.value,
        "measurement.entity": entity,
        "measurement.entity_name": name,
        "measurement.entity_id": plain(one.get("entityFqid")),
        "measurement.datasource": plain(one.get("datasource")),
        "measurement.subtype": plain(one.get("subtype")),
        "measurement.from": unix_time(one.get("from")),
        "measurement.until": unix_time(one.get("until")),
        "measurement.step_seconds": plain(step_of(one)),
        "measurement.columns": "value",
    }
    return {name: value for name, value in said.items() if value}


def step_of(one: dict[str, JsonValue]) -> JsonValue:
    """The seconds from one value to the next; those between measurements where none are given."""
    return one.get("step") if one.get("step") is not None else one.get("nativeStep")


def signal_rows(one: dict[str, JsonValue]) -> Iterator[Row]:
    """Give each value of a series with its instant."""
    values, start, step = one.get("values"), one.get("from"), step_of(one)
    timed = is_timed(one)
    first, seconds = (int(str(start)), int(str(step))) if timed else (0, 0)
    for number, value in enumerate(values if isinstance(values, list) else ()):
        yield Row((text_of(value),), instant(first + number * seconds) if timed else None)


def is_timed(one: dict[str, JsonValue]) -> bool:
    """Whether a series says when it begins, and how far its values are apart."""
    start, step = one.get("from"), step_of(one)
    return (
        isinstance(start, str)
        and isinstance(step, str)
        and bool(_WHOLE.fullmatch(start) and _STEP.fullmatch(step))
    )


def ooni_meta(one: dict[str, JsonValue]) -> dict[str, MetaValue]:
    """What a measurement says of itself; the address of the probe, where it is one, apart."""
    country, network = plain(one.get("probe_cc")), plain(one.get("probe_asn"))
    said: dict[str, str | None] = {
        "measurement.instrument": OONI,
        "measurement.kind": Kind.MEASUREMENT.value,
        "measurement.entity": f"country/{country}" if country else None,
        "measurement.network": network,
        "measurement.network_name": plain(one.get("probe_network_name")),
        "measurement.datasource": plain(one.get("test_name")),
        "measurement.input": plain(one.get("input")),
        "measurement.report_id": plain(one.get("report_id")),
        "measurement.uid": plain(one.get("measurement_uid")),
        "measurement.at": ooni_time(one.get("measurement_start_time")),
        "measurement.columns": "name\tvalue",
        "protected.probe_ip": probe_address(one),
    }
    return {name: value for name, value in said.items() if value}


def probe_address(one: dict[str, JsonValue]) -> str | None:
    """The address of the probe; None where it was taken out, as OONI's own programs do."""
    address = plain(one.get("probe_ip"))
    return None if address in _NOWHERE else address


def ooni_member(one: dict[str, JsonValue]) -> str | None:
    """Name a measurement: by its own id, else by its report and what was tested."""
    if uid := plain(one.get("measurement_uid")):
        return uid
    parts = (plain(one.get("report_id")), plain(one.get("input")))
    return " ".join(part for part in parts if part)[:MAX_NAME_CHARS] or None


@dataclass(slots=True)
class LeftOut:
    """What of an element was not opened: the first names, and how many there are."""

    names: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, name: str) -> None:
        """Name one."""
        self.count += 1
        if len(self.names) < _NAMED:
            self.names.append(name[:MAX_NAME_CHARS])


def flat(
    one: JsonObject, left_out: LeftOut, *, whole_lists: bool = False
) -> Iterator[tuple[str, JsonValue]]:
    """Give an object's values by full name, those of objects within it too.

    Long lists, and what is nested further, go to `left_out`: a request's body is no
    result. At most 2,000 are given. `whole_lists` are given up to 10,000 characters.
    """
    stack = [_parts("", one, 1)]
    given = 0
    while stack:
        name, value, depth = next(stack[-1], ("", None, 0))
        if not depth:
            stack.pop()
        elif len(name) > MAX_NAME_CHARS or given >= MAX_FIELDS:
            left_out.add(name)
        elif isinstance(value, JsonObject) and value.pairs and depth < _DEPTH:
            stack.append(_parts(f"{name}/", value, depth + 1))
        elif _is_short(value) or (whole_lists and len(compact(value)) <= _LONGEST_LIST):
            given += 1
            yield name, value
        else:
            left_out.add(name)


def _parts(above: str, one: JsonObject, depth: int) -> Iterator[tuple[str, JsonValue, int]]:
    for key, value in one.pairs:
        yield f"{above}{_whole(key)}", value, depth


def _is_short(value: JsonValue) -> bool:
    if isinstance(value, JsonObject):
        return not value.pairs
    if isinstance(value, list):
        return len(value) <= _MOST_OF_A_LIST and not any(
            isinstance(inner, JsonObject | list) for inner in value
        )
    return True


def plain(value: JsonValue) -> str | None:
    """A short text or number; None for anything else."""
    if isinstance(value, str) and value and len(value) <= MAX_NAME_CHARS:
        return _whole(str(value))
    return None


def _whole(text: str) -> str:
    """Replace halves of characters, which nothing can be written with; told by `halves_in`."""
    return text if text.isprintable() else without_surrogates(text)[0]


def halves_in(one: JsonObject) -> int:
    """Count the halves of characters in an element."""
    return without_surrogates(compact(one))[1]


def _joined(kind: JsonValue, code: JsonValue) -> str | None:
    both = (plain(kind), plain(code))
    return "/".join(part for part in both if part) or None
