"""By what pairs are scored on Spark, and what is counted of them part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from qantar.linking.evidence import MOST_ODDS, Weights, log_ratios, odds_of, related_share
from qantar.linking.fields import FIELDS, Compared
from qantar.linking.learned import Corrections
from qantar.linking.result import Floats, Ints
from qantar.linking.scoring import Believed, belief_of, believed, kind_of
from qantar.workbench.spark_frames import ints


@dataclass(frozen=True, slots=True)
class Scale:
    """How pairs are scored: weights, how many lists there are, and what answers taught.

    `common` is the line that all pairs have in common (`Corrections.common`).
    """

    weights: Weights
    lists: int
    corrected: Corrections | None = None
    common: Floats | None = None

    def odds(self, found: Compared, kind: Ints) -> Floats:
        """Give natural log odds from the pairs' own evidence, without what answers taught."""
        return odds_of(log_ratios(found, self.weights), self.weights, self.weights.same[kind])

    def said(self, found: Compared, kind: Ints) -> Floats:
        """Give the same as answers correct them."""
        odds = self.odds(found, kind)
        if self.corrected is None:
            return odds
        added = self.corrected.of(found, self.weights, odds, self.common)[0]
        return np.clip(odds + added, -MOST_ODDS, MOST_ODDS)

    def tied(self, found: Compared, kind: Ints) -> Floats:
        """Give those by which rows are divided."""
        odds = self.odds(found, kind)
        if self.corrected is None:
            return odds
        return odds + self.corrected.of(found, self.weights, odds, self.common)[1]


class Counts(NamedTuple):
    """What is believed of some pairs, and how many of them are expected to be relatives."""

    said: Believed
    kin: float

    @classmethod
    def unjoined(cls, found: Compared, kind: Ints, scale: Scale) -> Counts:
        """Count pairs as if persons joined none of them."""
        sums = log_ratios(found, scale.weights)
        odds = odds_of(sums, scale.weights, scale.weights.same[kind])
        belief = belief_of(odds, np.zeros(len(odds), dtype=bool))
        kin = related_share(sums, scale.weights, scale.weights.same[kind]).sum()
        return cls(believed(found, kind, scale.lists**2, belief), float(kin))

    @classmethod
    def joined(cls, found: Compared, kind: Ints, scale: Scale) -> Counts:
        """Count what pairs that persons join count for beside that."""
        odds = scale.odds(found, kind)
        joined = np.ones(len(odds), dtype=bool)
        more = belief_of(odds, joined) - belief_of(odds, ~joined)
        return cls(believed(found, kind, scale.lists**2, more), 0.0)

    def flat(self) -> list[float]:
        """Give the numbers one after the other."""
        levels = (self.said.levels[name] for name in FIELDS)
        return [*np.concatenate((*levels, self.said.expected)).tolist(), self.kin]

    @classmethod
    def sum_of(cls, flats: list[list[float]], lists: int) -> Counts:
        """Add up the counts of all parts."""
        sizes = [len(one.levels) + 1 for one in FIELDS.values()]
        width = sum(sizes) + lists**2 + 1
        total = np.sum([np.zeros(width), *(np.array(one) for one in flats)], axis=0)
        *levels, expected, kin = np.split(total, np.cumsum([*sizes, lists**2]))
        return cls(Believed(dict(zip(FIELDS, levels, strict=True)), expected), float(kin[0]))


def kind_in(batch: pa.Table | pa.RecordBatch, lists: int) -> Ints:
    """Give for each pair the number of its two lists together."""
    return kind_of(ints(batch, "left_list"), ints(batch, "right_list"), lists)
