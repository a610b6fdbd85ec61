"""Clock times of a document become instants, where somebody says in which zone they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import msgspec

from qantar.model.finding import Severity
from qantar.model.read_document import End, Noted, Quoted, Sound
from qantar.model.zones import occurrences
from qantar.model.zones import zone as load_zone

_A_CLOCK: Final = "T"


def with_zone(answer: Iterator[Sound], name: str) -> Iterator[Sound]:
    """Turn each clock time without a zone into the instant at which clocks in `name` show it.

    A time that came twice, because clocks were put back over it, has its second instant in
    `at_other`; one that never came stays as it is. Both are told at the end of the document,
    and that nobody knows the zone (`no-zone`) is told no longer. Days without a clock time,
    and ambiguous readings, stay.

    Raises:
        UnknownZoneError: there is no such zone.
    """
    load_zone(name)
    twice = never = timed = unsure = 0
    for record in answer:
        if isinstance(record, Noted) and record.code == "no-zone" and (timed or unsure):
            continue  # somebody said which
        if isinstance(record, Quoted) and (at := record.segment.at):
            segment = record.segment
            unsure += segment.at_zone is None and segment.at_other is not None
            if segment.at_zone is None and segment.at_other is None and _A_CLOCK in at:
                shown = instants(at, name)
                never += not shown
                twice += len(shown) > 1
                timed += len(shown) > 0
                if shown:
                    other = shown[1] if len(shown) > 1 else None
                    changed = msgspec.structs.replace(
                        segment, at=shown[0], at_zone=name, at_other=other
                    )
                    record = Quoted(changed, record.text)  # noqa: PLW2901  # the same, timed
        elif isinstance(record, End):
            yield from _told(name, twice, never)
            twice = never = timed = unsure = 0
        yield record


@lru_cache(maxsize=4096)
def instants(at: str, name: str) -> tuple[str, ...]:
    """The instants of a clock time, in UTC: one, two, or none."""
    try:
        local = datetime.fromisoformat(at)
        found = occurrences(local, load_zone(name)) if local.tzinfo is None else None
    except (ValueError, OverflowError):
        return ()
    seconds = at.count(":") > 1
    unit = "seconds" if seconds else "minutes"
    spelled = (one.astimezone(UTC).isoformat(timespec=unit) for one in found or ())
    return tuple(dict.fromkeys(spelled))


def _told(name: str, twice: int, never: int) -> Iterator[Noted]:
    if twice:
        yield Noted(
            code="ambiguous-date",
            text=f"{twice:,} clock times came twice in {name}, where clocks were put back: both "
            "instants are given.",
            severity=Severity.NOTE,
        )
    if never:
        yield Noted(
            code="impossible-date",
            text=f"{never:,} clock times never came in {name}: they are given as written.",
            severity=Severity.NOTE,
        )
