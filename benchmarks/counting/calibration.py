"""How often an interval holds the truth, and how wide it is, where the truth is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Final

import numpy as np

from benchmarks.counting.answer import Answer
from benchmarks.counting.designs import Design, designs, fresh, stored
from benchmarks.counting.estimators import LCMCR, together
from benchmarks.counting.mapping import mapping
from qantar.counting.table import CaptureTable

_HEADER: Final = (
    "design",
    "people",
    "tables",
    "estimator",
    "cover",
    "below / above",
    "point",
    "width",
    "refused",
    "cautions",
    "stored peers: cover, width",
)
_PEERS: Final = {"LCMCR": "LCMCR", "dga": "dga", "closedpMS": "best BIC", "exact_K1": "exact"}


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What one estimator made of the tables of one design."""

    people: int
    answers: Sequence[Answer]

    @property
    def given(self) -> Sequence[tuple[float, float]]:
        """The intervals that there are."""
        pairs = ((one.low, one.high) for one in self.answers)
        return [(low, high) for low, high in pairs if low is not None and high is not None]

    @property
    def coverage(self) -> float:
        """The share of tables whose interval holds the truth; a refusal does not."""
        return sum(one.holds(self.people) for one in self.answers) / len(self.answers)

    @property
    def below(self) -> float:
        """The share of tables whose interval lies below the truth."""
        return sum(high < self.people for _, high in self.given) / len(self.answers)

    @property
    def above(self) -> float:
        """The share of tables whose interval lies above the truth."""
        return sum(low > self.people for low, _ in self.given) / len(self.answers)

    @property
    def width(self) -> float:
        """The median width of the intervals that there are, in persons; nan where there is none."""
        return median([high - low for low, high in self.given] or [float("nan")])

    @property
    def point(self) -> float:
        """The median of the points that there are."""
        points = [one.point for one in self.answers if one.point is not None]
        return median(points or [float("nan")])

    def ratios(self, widths: Sequence[float]) -> Sequence[float]:
        """Give the width of each interval that there is, over that of another's same table."""
        return [
            (one.high - one.low) / width
            for one, width in zip(self.answers, widths, strict=False)
            if one.low is not None and one.high is not None and width
        ]

    def counts(self) -> tuple[Counter[str], Counter[str]]:
        """Give how often which refusal and which caution was given."""
        refused = Counter(one.refused for one in self.answers if one.refused)
        return refused, Counter(code for one in self.answers for code in one.cautions)


def lines(
    names: Sequence[str],
    methods: Sequence[str],
    *,
    seed: int,
    anew: int | None,
    count: int,
    workers: int,
) -> Iterator[str]:
    """Give the rows of the table, as they come.

    Args:
        names: beginnings of names of designs; all where there are none.
        methods: names of estimators.
        seed: the table with the number r is estimated with the seed `seed` + r.
        anew: the seed of fresh tables; None for those stored, and fresh ones of our own designs.
        count: tables of each design.
        workers: processes; with one, everything runs in this.
    """
    yield f"| {' | '.join(_HEADER)} |"
    yield f"|{'---|' * len(_HEADER)}"
    with mapping(workers) as mapped:
        for design in designs():
            if names and not any(design.name.startswith(asked) for asked in names):
                continue
            tables = _tables(design, anew, count)
            run = partial(_run, methods, seed)
            by_table = list(mapped(run, enumerate(tables)))
            answered = dict(zip(methods, zip(*by_table, strict=True), strict=True))
            beside = _widths(design, anew, len(tables), answered.get(LCMCR))
            for method, answers in answered.items():
                got = Calibration(people=design.people, answers=answers)
                yield line(design, method, got, beside)


def _tables(design: Design, anew: int | None, count: int) -> list[CaptureTable]:
    if anew is None and design.peers:
        return [table for table, _ in stored(design.name)[:count]]
    return list(fresh(design, count, anew or 0))


def _widths(
    design: Design, anew: int | None, count: int, run: Sequence[Answer] | None
) -> Sequence[float]:
    """Give the widths of LCMCR's intervals of the same tables: as run here, or as stored."""
    if run is not None:
        return [one.width for one in run]
    if anew is not None or not design.peers:
        return ()
    intervals = [made["LCMCR"] for _, made in stored(design.name)[:count]]
    return [high - low for low, _, high, _ in intervals]


def _run(
    methods: Sequence[str], seed: int, numbered: tuple[int, CaptureTable]
) -> tuple[Answer, ...]:
    number, table = numbered
    return together(methods, table, seed + number)


def line(design: Design, method: str, got: Calibration, beside: Sequence[float] = ()) -> str:
    """Word one row.

    Args:
        design: what the tables were drawn from.
        method: the estimator's name.
        got: its answers.
        beside: the width of LCMCR's interval of each table, where it is stored or was run.
    """
    refused, cautions = got.counts()
    peers = [
        f"{said} {design.peers[peer]['coverage']:.2f}, {design.peers[peer]['width']:,.0f}"
        for peer, said in _PEERS.items()
        if peer in design.peers
    ]
    ratios = got.ratios(beside)
    if len(ratios):
        low, middle, high = np.quantile(ratios, (0.05, 0.5, 0.95)).tolist()
        peers.append(f"width / LCMCR's of the same table {middle:.2f} ({low:.2f} to {high:.2f})")
    cells = (
        design.name,
        f"{design.people:,}",
        f"{len(got.answers)}",
        method,
        f"{got.coverage:.2f}",
        f"{got.below:.2f} / {got.above:.2f}",
        f"{got.point:,.0f}",
        f"{got.width:,.0f}",
        ", ".join(f"{code} {number}" for code, number in sorted(refused.items())) or "0",
        ", ".join(f"{code} {number}" for code, number in sorted(cautions.items())),
        "; ".join(peers),
    )
    return f"| {' | '.join(cells)} |"
