"""When a measured series says that a network was down: the rule `series/1`.

The rule is meant to be checked by hand; `docs/weighing.md` works an example.

1. The *level of an hour* (UTC) is the median of the values measured in it that are not low.
2. The *usual level* for a value is the median of the levels of hours in the seven days
   before: of the same hour of the day where the method follows people's days (traffic), of
   at least two days; of all hours otherwise (routing, probing), of at least three. While
   values stay low it is looked for before the first of them.
3. A value is *low* below half of the usual level.
4. An *outage* is two low values or more, one after another, that span at least thirty
   minutes. It begins at the first low value and ends at the first that is not.
5. What was not measured says nothing. Between low values, at most three steps without a
   value are passed over; after more, the outage has no stated end.
6. It is `down` where the median share of the usual level is below a fifth, else `degraded`.

Shares are fractions of integers and decimals, so that every machine gives the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from itertools import pairwise
from statistics import median
from typing import Final

RULE: Final = "series/1"
HOUR: Final = 3600
DAY: Final = 24 * HOUR
LOOKED_BACK: Final = 7 * 24
LEAST_DAYS: Final = 2
LEAST_HOURS: Final = 3
LOW: Final = Decimal("0.5")
DOWN: Final = Decimal("0.2")
LEAST_VALUES: Final = 2
LEAST_SECONDS: Final = 1800
STEPS_PASSED_OVER: Final = 3
_HUNDREDTH: Final = Decimal("0.01")
_EXACT: Final = Context(prec=28, rounding=ROUND_HALF_EVEN)
_MOST_SHARE: Final = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Point:
    """One value: its instant in seconds since 1970, its row, and None where none was measured."""

    at: int
    value: Decimal | None
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """What the rule found. `first` and `last` are low values, `end` the first that is not.

    `end` None: no value tells when it ended. `level` is the median share of the usual
    level, `lowest` the lowest. `seen_before` is the value before it, None after a gap.
    """

    first: Point
    last: Point
    end: Point | None
    seen_before: Point | None
    level: Decimal
    lowest: Decimal
    values: int

    @property
    def state(self) -> str:
        """A word of the vocabulary outage-state."""
        return "down" if self.level < DOWN else "degraded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All that the rule says of a series.

    `step` is the commonest distance between values in seconds, None of fewer than two.
    `gaps` are stretches without a value longer than three steps, (from, to); `unjudged`
    counts values that have no usual level.
    """

    step: int | None
    outages: tuple[Outage, ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()
    unjudged: int = 0
    too_coarse: bool = False


def judge(points: Sequence[Point], *, daily: bool) -> Judged:
    """Apply the rule.

    Args:
        points: in order of their instants, none twice.
        daily: whether the method follows people's days, so that nights are compared with
            nights.
    """
    step = step_of(points)
    if step is None:
        return Judged(step=None, unjudged=len(points))
    if step > DAY:
        return Judged(step=step, unjudged=len(points), too_coarse=True)
    run = _Run(step, daily=daily)
    for point in points:
        if point.value is not None:
            run.take(point, point.value)
    run.close(None)
    return Judged(
        step=step,
        outages=tuple(run.outages),
        gaps=tuple(_gaps(points, step)),
        unjudged=run.unjudged,
    )


def step_of(points: Sequence[Point]) -> int | None:
    """The commonest distance between neighbours in seconds; of equally common ones the least."""
    found = Counter(later.at - earlier.at for earlier, later in pairwise(points))
    return min(found, key=lambda step: (-found[step], step)) if found else None


def _gaps(points: Sequence[Point], step: int) -> Iterator[tuple[int, int]]:
    measured = [point.at for point in points if point.value is not None]
    edges = [points[0].at, *measured, points[-1].at]
    for earlier, later in pairwise(edges):
        if later - earlier > STEPS_PASSED_OVER * step + step:
            yield earlier, later


@dataclass(slots=True)
class _Run:
    """The levels so far, and the low values that are waiting to be an outage."""

    step: int
    daily: bool
    outages: list[Outage] = field(default_factory=list)
    unjudged: int = 0
    _values: dict[int, list[Decimal]] = field(default_factory=dict)
    _levels: dict[int, Decimal] = field(default_factory=dict)
    _usual: dict[tuple[int, int], Decimal | None] = field(default_factory=dict)
    _low: list[tuple[Point, Decimal]] = field(default_factory=list)
    _before: Point | None = None
    _seen_before: Point | None = None

    def take(self, point: Point, value: Decimal) -> None:
        """Take the next value."""
        before = self._before
        gap = before is not None and point.at - before.at > (STEPS_PASSED_OVER + 1) * self.step
        if gap:
            self.close(None)
        hour = point.at // HOUR
        since = self._low[0][0].at // HOUR if self._low else hour
        usual = self._usual_level(hour, since)
        if usual is None:
            self.unjudged += 1
            if self._low:
                return  # nobody can say whether it is low: as if it had not been measured
        share = _share(value, usual) if usual else None
        if share is not None and share < LOW:
            if not self._low:
                self._seen_before = None if gap else before
            self._low.append((point, share))
        else:
            self.close(point)
            self._values.setdefault(hour, []).append(value)
        self._before = point

    def close(self, end: Point | None) -> None:
        """End the run of low values: an outage, or too short to be one."""
        low, self._low = self._low, []
        if len(low) < LEAST_VALUES:
            return
        first, last = low[0][0], low[-1][0]
        until = end.at if end else last.at + self.step
        if until - first.at < LEAST_SECONDS:
            return
        shares = [share for _, share in low]
        self.outages.append(
            Outage(
                first=first,
                last=last,
                end=end,
                seen_before=self._seen_before,
                level=_rounded(median(shares)),
                lowest=_rounded(min(shares)),
                values=len(low),
            )
        )

    def _usual_level(self, hour: int, since: int) -> Decimal | None:
        """The usual level for an hour, from the hours before `since`; None if too few are known."""
        key = (hour % 24 if self.daily else 0, since)
        if key not in self._usual:
            hours = range(since - LOOKED_BACK, since)
            if self.daily:
                hours = range(since - 1 - (since - 1 - hour) % 24, since - LOOKED_BACK - 1, -24)
            levels = [self._level(one) for one in hours if one in self._values]
            least = LEAST_DAYS if self.daily else LEAST_HOURS
            usual = median(levels) if len(levels) >= least else None
            self._usual[key] = usual if usual is not None and usual > 0 else None
        return self._usual[key]

    def _level(self, hour: int) -> Decimal:
        """The level of an hour that is over."""
        if hour not in self._levels:
            self._levels[hour] = median(self._values[hour])
        return self._levels[hour]


def _share(value: Decimal, usual: Decimal) -> Decimal:
    return min(_EXACT.divide(max(value, Decimal(0)), usual), _MOST_SHARE)


def _rounded(share: Decimal) -> Decimal:
    return share.quantize(_HUNDREDTH, rounding=ROUND_HALF_EVEN)
