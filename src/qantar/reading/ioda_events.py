"""What IODA itself calls an outage becomes a claim: its word, taken over without a rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from qantar.model.claim import Claim, OutageDetail
from qantar.model.dates import window
from qantar.model.segment import Segment
from qantar.model.when import Precision, When
from qantar.reading.series import Around

INSTRUMENT: Final = "IODA"
METHODS: Final = {
    "bgp": "bgp",
    "ping-slash24": "probe",
    "ucsd-nt": "traffic",
    "merit-nt": "traffic",
    "gtr": "traffic",
}
"""How IODA's sources see a network. Others measure something else than whether it is up."""

_SECONDS: Final = re.compile(r"\d{1,12}(?:\.0+)?")
_LAST_SECOND: Final = 253_402_300_799  # of the year 9999


def event_claim(
    said: Mapping[str, str], segment: Segment, number: int, around: Around
) -> Claim | None:
    """Take one event over; None where it has no time, or no source that is known.

    Args:
        said: its values by column.
        segment: its row.
        number: of the row in the file.
        around: what all claims of the file share.
    """
    source = said.get("datasource", "")
    end = _end(said)
    if segment.at is None or source not in METHODS:
        return None
    name = said.get("location_name") or said.get("entity/name") or said.get("location") or ""
    until = datetime.fromtimestamp(end, tz=UTC).isoformat() if end else ""
    when = window(
        segment.at,
        until,
        precision=Precision.SECOND.value,
        zone=around.zone,
        utc=True,
    )
    where = f" for {name}" if name else ""
    ended = f" until {until}" if until else ", with no end given"
    return Claim(
        id=f"{around.stem}-event-{number}",
        kind="outage",
        statement=f"IODA names an outage seen by {source}{where} from {segment.at}{ended} "
        f"(score {said.get('score', 'not given')})",
        passage=replace(around.passage, row=number, at_row=number),
        source=around.source,
        said_by=f"{INSTRUMENT} {source}",
        voice=f"{INSTRUMENT} {source}",
        source_kind="instrument",
        basis="inferred",
        made_at=around.made_at,
        when=when if isinstance(when, When) else None,
        where=around.region(name),
        detail=OutageDetail(
            network="all",
            state="degraded",  # IODA gives a score, and no share that could mean "down"
            method=METHODS[source],
            start_precision=Precision.MINUTE.value,
            end_precision=Precision.MINUTE.value if until else None,
        ),
    )


def _end(said: Mapping[str, str]) -> int | None:
    """When an event ended, in seconds since 1970."""
    until, start, duration = (said.get(key, "") for key in ("until", "start", "duration"))
    end: int | None = None
    if _SECONDS.fullmatch(until):
        end = int(float(until))
    elif _SECONDS.fullmatch(start) and _SECONDS.fullmatch(duration):
        end = int(float(start)) + int(float(duration))
    return end if end is not None and end <= _LAST_SECOND else None
