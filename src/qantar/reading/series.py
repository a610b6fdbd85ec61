"""Measured series become claims of outages, with the instrument as the one who says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from qantar.model.claim import Claim, OutageDetail, Passage
from qantar.model.dates import window
from qantar.model.finding import Finding, Severity
from qantar.model.place import Where
from qantar.model.when import Precision, When
from qantar.reading.context import Context
from qantar.reading.outage_rule import HOUR, RULE, Judged, Outage, Point, judge

DAILY_METHODS: Final = frozenset({"traffic", "user-report", None})
"""Methods that follow people's days and nights."""

_MINUTE: Final = 60
_PART_OF_DAY: Final = 6 * HOUR
_NAMED_GAPS: Final = 5
_MOST_OF_A_KIND: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What all claims of one series share. `name` begins their ids; `zone` is for showing."""

    name: str
    source: str
    instrument: str
    region: tuple[Where, ...]
    region_text: str
    network: str
    method: str | None
    zone: str
    passage: Passage
    made_at: When | None = None
    published: When | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the claims of one file share; `region` finds the place of a country."""

    stem: str
    source: str
    zone: str
    passage: Passage
    made_at: When | None
    region: Callable[[str], tuple[Where, ...]]


@dataclass(slots=True)
class Told:
    """What is to be said of the series of one file; after 100 of a kind the rest are counted."""

    context: Context
    findings: list[Finding] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)

    def note(self, code: str, text: str) -> None:
        """Say one thing."""
        self._counts[code] += 1
        if self._counts[code] <= _MOST_OF_A_KIND:
            self.findings.append(self._finding(code, text))

    def close(self) -> None:
        """Say how many more there were."""
        for code, count in sorted(self._counts.items()):
            if count > _MOST_OF_A_KIND:
                text = f"{count - _MOST_OF_A_KIND:,} more findings of this kind are not told."
                self.findings.append(self._finding(code, text))

    def _finding(self, code: str, text: str) -> Finding:
        return Finding(
            code=code,
            text=text,
            severity=Severity.NOTE,
            file=self.context.accession.path,
            original=self.context.original,
            accession=self.context.accession_id,
        )


@dataclass(slots=True)
class SeriesRead:
    """What a series gave: claims, the rows they stand on, and what is to be said of it."""

    claims: list[Claim] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def tell(self, told: Told) -> None:
        """Say of the file what is to be said of the series."""
        for code, text in self.notes:
            told.note(code, text)


def read_series(points: Iterable[Point], origin: Origin) -> SeriesRead:
    """Judge one series, and put what the rule finds into claims."""
    ordered, twice = _in_order(points)
    found = SeriesRead()
    if not ordered:
        return found
    judged = judge(ordered, daily=origin.method in DAILY_METHODS)
    places = {point.row: at for at, point in enumerate(ordered)}
    for number, outage in enumerate(judged.outages, start=1):
        found.claims.append(_claim(outage, number, judged.step or 0, origin))
        found.rows.update(_shown_rows(outage, ordered, places))
    found.notes.extend(_notes(judged, ordered, twice, origin))
    return found


def _in_order(points: Iterable[Point]) -> tuple[list[Point], int]:
    """In order of time; of several values of one instant the first that was measured."""
    by_time: dict[int, Point] = {}
    twice = 0
    for point in points:
        before = by_time.setdefault(point.at, point)
        if before is not point:
            twice += 1
            if before.value is None:
                by_time[point.at] = point
    return sorted(by_time.values(), key=lambda point: point.at), twice


_MOST_ROWS: Final = 500


def _shown_rows(outage: Outage, ordered: list[Point], places: dict[int, int]) -> Iterator[int]:
    """The rows of an outage with one on each side; of a long one, its beginning and its end."""
    first = max(places[outage.first.row] - 1, 0)
    last = min(places[(outage.end or outage.last).row] + 1, len(ordered))
    spread = range(first, last)
    if len(spread) > _MOST_ROWS:
        half = _MOST_ROWS // 2
        yield from (ordered[at].row for at in (*spread[:half], *spread[-half:]))
        return
    yield from (ordered[at].row for at in spread)


def _claim(outage: Outage, number: int, step: int, origin: Origin) -> Claim:
    end = outage.end
    when = window(
        instant_spelt(outage.first.at),
        instant_spelt(end.at) if end else "",
        precision=Precision.SECOND.value,
        zone=origin.zone,
        utc=True,
    )
    sharp = edge_precision(step)
    return Claim(
        id=f"{origin.name}-outage-{number}",
        kind="outage",
        statement=_statement(outage, origin),
        passage=_at(origin.passage, outage.first.row),
        source=origin.source,
        said_by=origin.instrument,
        voice=origin.instrument,
        source_kind="instrument",
        basis="inferred",
        made_at=origin.made_at,
        published=origin.published,
        url=origin.url,
        when=when if isinstance(when, When) else None,
        where=origin.region,
        detail=OutageDetail(
            network=origin.network,
            state=outage.state,
            method=origin.method,
            level=min(outage.level, Decimal(1)),
            start_precision=sharp,
            end_precision=sharp if end else None,
            rule=RULE,
        ),
    )


def _at(passage: Passage, row: int) -> Passage:
    return Passage(
        original=passage.original,
        accession=passage.accession,
        file=passage.file,
        row=row,
        at_row=row,
        sheet=passage.sheet,
    )


def _statement(outage: Outage, origin: Origin) -> str:
    where = f" for {origin.region_text}" if origin.region_text else ""
    begun = "" if outage.seen_before else " or earlier: nothing was measured before"
    until = f"until {instant_shown(outage.end.at)}" if outage.end else "with no end measured"
    share = f"{outage.level * 100:.0f}"
    return (
        f"{origin.instrument}{where}: below half of the usual level from "
        f"{instant_shown(outage.first.at)}{begun}, {until}; half of the values at most {share}% of "
        f"it (rule {RULE}, {outage.values} values)"
    )


def _notes(
    judged: Judged, ordered: list[Point], twice: int, origin: Origin
) -> Iterator[tuple[str, str]]:
    """Codes and texts of what is to be said of a series, once each."""
    about = f"{origin.instrument}{f', {origin.region_text}' if origin.region_text else ''}: "
    if judged.gaps:
        longest = sorted(judged.gaps, key=lambda gap: (gap[0] - gap[1], gap))[:_NAMED_GAPS]
        named = "; ".join(f"{instant_shown(a)} to {instant_shown(b)}" for a, b in sorted(longest))
        more = len(judged.gaps) - len(longest)
        rest = f"; and {more:,} shorter" if more else ""
        text = f"nothing was measured for more than three steps, which is no outage: {named}{rest}."
        yield "measurement-gap", about + text
    if judged.too_coarse:
        text = f"values are {judged.step or 0:,} seconds apart; more than a day cannot be judged."
        yield "not-judged", about + text
    elif judged.unjudged == len(ordered):
        text = "too little was measured before to know a usual level: no outage is looked for."
        yield "not-judged", about + text
    elif judged.unjudged:
        until = instant_shown(ordered[0].at)
        text = (
            f"{judged.unjudged:,} of {len(ordered):,} values (the series begins {until}) have no "
            "usual level to be held against; in them no outage is looked for."
        )
        yield "not-judged", about + text
    if twice:
        text = f"{twice:,} values of instants that have one already; the first ones count."
        yield "duplicate-instant", about + text


def edge_precision(step: int) -> str:
    """How sharp an edge is: no sharper than the values are apart."""
    if step <= _MINUTE:
        return Precision.MINUTE.value
    if step <= HOUR:
        return Precision.HOUR.value
    return Precision.PART_OF_DAY.value if step <= _PART_OF_DAY else Precision.DAY.value


def instant_spelt(at: int) -> str:
    """Spell seconds since 1970 as an instant in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def instant_shown(at: int) -> str:
    """Spell seconds since 1970 for people, to the minute, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
