"""Documents of measurements (IODA, OONI) become claims of outages, as tables of series do.

What IODA itself calls an outage is taken over as its word, without a rule. What OONI
measures of single addresses and applications becomes claims that they were blocked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Final

from qantar.model.claim import Claim, Passage
from qantar.model.dates import read_when
from qantar.model.document import Row
from qantar.model.place import Where
from qantar.model.read_document import Begin, End, Quoted, Sound
from qantar.model.segment import Segment, SegmentKind
from qantar.model.when import When
from qantar.reading.context import Context, RowsRead
from qantar.reading.identifiers import Identifiers, Ids
from qantar.reading.ioda_events import METHODS, event_claim
from qantar.reading.ooni import Probed, block_claims, silences
from qantar.reading.outage_rule import Point
from qantar.reading.series import Around, Origin, Told, read_series
from qantar.reading.wording import quoted

READER: Final = "measurement"
HEADER: Final = ("series", "time", "value")

_NUMBER: Final = re.compile(r"-?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?")
_IODA, _SIGNAL, _EVENT, _MEASUREMENT = "IODA", "signal", "event", "measurement"
_LONGEST_OF_META: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What follows from a file of measurements: the account, and the rows that claims stand on."""

    account: RowsRead
    rows: tuple[Row, ...]


@dataclass(slots=True)
class _Gathering:
    """The claims so far, the rows that they stand on, and what is to be said of the file."""

    context: Context
    identifiers: Identifiers
    told: Told
    claims: list[Claim] = field(default_factory=list)
    own_ids: list[str] = field(default_factory=list)
    alone: Ids = field(default_factory=Ids)
    places: dict[str, tuple[Where, ...]] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    made_at: When | None = None
    series: int = 0
    values: int = 0
    probed: Probed = field(default_factory=Probed)
    unknown: dict[str, int] = field(default_factory=dict)

    def keep(self, claims: Iterable[Claim]) -> None:
        """Keep claims, each under an id that is free."""
        for claim in claims:
            self.claims.append(replace(claim, id=self.identifiers.take(claim.id)))
            self.own_ids.append(self.alone.take(claim.id))

    def note(self, code: str, text: str) -> None:
        """Keep a finding about the file."""
        self.told.note(code, text)

    @property
    def passage(self) -> Passage:
        """The file; each claim says its row."""
        accession = self.context.accession
        return Passage(
            original=self.context.original,
            accession=self.context.accession_id,
            file=accession.path,
            row=1,
            at_row=1,
        )

    @property
    def around(self) -> Around:
        """What the claims of the file share."""
        accession = self.context.accession
        return Around(
            stem=PurePosixPath(accession.path).stem,
            source=accession.source,
            zone=self.context.zone,
            passage=self.passage,
            made_at=self.made_at,
            region=lambda name: _region(name, self),
        )


def measured(records: Iterable[Sound], context: Context, identifiers: Identifiers) -> Measured:
    """Read the documents of one file of measurements."""
    gathering = _Gathering(context, identifiers, Told(context))
    begun: Begin | None = None
    segments: list[Segment] = []
    for record in records:
        if isinstance(record, Begin):
            begun, segments = record, []
            _take_answer(record, gathering)
        elif isinstance(record, Quoted) and record.segment.kind is SegmentKind.ROW:
            segments.append(record.segment)
        elif isinstance(record, End) and begun is not None:
            _take_document(begun, record, segments, gathering)
            segments = []
    _keep_blocks(gathering)
    _say_what_was_not_judged(gathering)
    gathering.told.close()
    count = gathering.values
    return Measured(
        account=RowsRead(
            rows_in=count,
            rows_read=count,
            rows_unreadable=0,
            claims=tuple(gathering.claims),
            own_ids=tuple(gathering.own_ids),
            findings=tuple(gathering.told.findings),
        ),
        rows=tuple(gathering.rows[number] for number in sorted(gathering.rows)),
    )


def _take_answer(begin: Begin, gathering: _Gathering) -> None:
    """When the service answered: it said by then what it says."""
    text = begin.meta.get("measurement.metadata")
    if begin.parent is not None or not isinstance(text, str) or len(text) > _LONGEST_OF_META:
        return
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return
    at = said.get("responseTime") if isinstance(said, dict) else None
    when = read_when(at, zone=gathering.context.zone) if isinstance(at, str) else None
    gathering.made_at = when if isinstance(when, When) else None


def _take_document(begin: Begin, end: End, segments: list[Segment], gathering: _Gathering) -> None:
    meta = {**begin.meta, **end.meta}
    match meta.get("measurement.kind"):
        case kind if kind == _SIGNAL and meta.get("measurement.instrument") == _IODA:
            _take_signal(begin, segments, gathering)
        case kind if kind == _EVENT and meta.get("measurement.instrument") == _IODA:
            columns = str(meta.get("measurement.columns", "")).split("\t")
            _take_events(columns, segments, gathering)
        case kind if kind == _MEASUREMENT:
            gathering.values += 1
            gathering.probed.take(meta, segments, gathering.values)


def _take_signal(begin: Begin, segments: list[Segment], gathering: _Gathering) -> None:
    meta = begin.meta
    source = str(meta.get("measurement.datasource", ""))
    gathering.series += 1
    before = gathering.values
    gathering.values += len(segments)
    if source not in METHODS:
        name = source or "no source named"
        gathering.unknown[name] = gathering.unknown.get(name, 0) + 1
        return
    entity = str(meta.get("measurement.entity", ""))
    name = str(meta.get("measurement.entity_name") or entity)
    points = [
        Point(int(datetime.fromisoformat(one.at).timestamp()), _value(one), before + number)
        for number, one in enumerate(segments, start=1)
        if one.at is not None
    ]
    stem = PurePosixPath(gathering.context.accession.path).stem
    read = read_series(
        points,
        Origin(
            name=f"{stem}-{gathering.series}",
            source=gathering.context.accession.source,
            instrument=f"{_IODA} {source}",
            region=_region(name, gathering),
            region_text=f"{name} ({entity})" if name != entity else entity,
            network="all",
            method=METHODS[source],
            zone=gathering.context.zone,
            passage=gathering.passage,
            made_at=gathering.made_at,
        ),
    )
    gathering.keep(read.claims)
    read.tell(gathering.told)
    for number in read.rows:
        one = segments[number - before - 1]
        values = (begin.member or "", one.at or "", (one.raw or ("",))[0])
        gathering.rows[number] = Row(number=number, line=None, at_row=number, values=values)


def _value(segment: Segment) -> Decimal | None:
    text = segment.raw[0] if segment.raw else ""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _region(name: str, gathering: _Gathering) -> tuple[Where, ...]:
    """The region by its name, resolved where one place of the case has it."""
    if not name:
        return ()
    if name not in gathering.places:
        gathering.places[name] = _resolved(name, gathering)
    return gathering.places[name]


def _resolved(name: str, gathering: _Gathering) -> tuple[Where, ...]:
    gazetteer = gathering.context.gazetteer
    ids = gazetteer.candidates(name)
    if len(ids) == 1:
        place = gazetteer.places[ids[0]]
        return (
            Where(text=name, place=place.id, lat=place.lat, lon=place.lon, reach_m=place.reach_m),
        )
    what = f"may be any of {', '.join(ids)}" if ids else "is in no list of places"
    code = "ambiguous-place" if ids else "unresolved-place"
    gathering.note(code, f"{quoted(name)} {what}. Kept as found, not resolved.")
    return (Where(text=name),)


def _take_events(columns: list[str], segments: list[Segment], gathering: _Gathering) -> None:
    """Take over what IODA itself calls an outage."""
    before = gathering.values
    gathering.values += len(segments)
    for number, one in enumerate(segments, start=before + 1):
        said = dict(zip(columns, one.raw or (), strict=False))
        claim = event_claim(said, one, number, gathering.around)
        if claim is None:
            gathering.unknown["events without a time or a source that is known"] = (
                gathering.unknown.get("events without a time or a source that is known", 0) + 1
            )
            continue
        gathering.keep([claim])
        values = ("IODA outage event", one.at or "", "\t".join(one.raw or ()))
        gathering.rows[number] = Row(number=number, line=None, at_row=number, values=values)


def _say_what_was_not_judged(gathering: _Gathering) -> None:
    for name, count in sorted(gathering.unknown.items()):
        gathering.note(
            "not-judged",
            f"{count:,} of {quoted(name)}: this does not say whether a network was up; no outage "
            "is looked for.",
        )
    for text in silences(gathering.probed):
        gathering.note("not-judged", text)


def _keep_blocks(gathering: _Gathering) -> None:
    for claim, rows in block_claims(gathering.probed, gathering.around):
        gathering.keep([claim])
        gathering.rows.update({row.number: row for row in rows})
