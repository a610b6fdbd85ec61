"""What decisions teach, where rows are linked on Spark: learned on the driver.

The pairs come there in columns, some hundred bytes each: what is learned must weigh all of them, by
what the persons say. Without decisions nothing is collected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from qantar.linking.clusters import Dropped, Ties
from qantar.linking.decided import Decided, Pair
from qantar.linking.fields import Compared
from qantar.linking.learned import Shown, corrections, labels_from
from qantar.linking.pair_places import PairPlaces
from qantar.linking.result import Floats, Ints
from qantar.linking.scoring import names_of
from qantar.linking.support import Support
from qantar.workbench.spark_frames import ints, values
from qantar.workbench.spark_knots import Bound, Division
from qantar.workbench.spark_pairs import compared_on
from qantar.workbench.spark_rows import ReadyRows
from qantar.workbench.spark_scale import Scale, kind_in
from qantar.workbench.spark_scores import SparkPairs

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True, slots=True)
class Taught:
    """The scale as decisions correct it, and the pairs that no rule found and somebody decided.

    `further` has the columns of pairs; None where there is no such pair.
    """

    scale: Scale
    further: pa.Table | None


def taught(
    rows: ReadyRows, pairs: SparkPairs, told: Decided, twice: Floats, *, at_once: int
) -> Taught:
    """Learn from decisions.

    Args:
        rows: all rows.
        pairs: the candidates, scored.
        told: the decisions.
        twice: by list, what two of its rows in one person weigh.
        at_once: how many pairs are compared at once, about.
    """
    if not told.verdicts:
        return Taught(pairs.scale, None)
    kept = pairs.kept.toArrow().sort_by([("left", "ascending"), ("right", "ascending")])
    found, scale = pairs.columns.read(kept), pairs.scale
    places = PairPlaces(found.left, found.right)
    further = _further(rows, [one for one in sorted(told.verdicts) if one not in places], at_once)
    labels = labels_from(told, places)
    if not len(labels):
        return Taught(scale, further)
    kind = kind_in(kept, scale.lists)
    shown = _shown(rows, pairs, found, kind, twice, names_of(found, values(kept, "short")))
    learned = corrections(labels, shown)
    if learned is None:
        return Taught(scale, further)
    every, odds = found, shown.odds
    if further is not None:
        beside = pairs.columns.read(further)
        every = found.followed_by(beside)
        odds = np.concatenate((odds, scale.odds(beside, kind_in(further, scale.lists))))
    common = learned.common(every, scale.weights, odds)
    # What is left in doubt has a row for each pair: only draws need it, and it does not travel.
    sent = replace(learned, unsure=None)
    return Taught(replace(scale, corrected=sent, common=common), further)


def _shown(
    rows: ReadyRows,
    pairs: SparkPairs,
    found: Compared,
    kind: Ints,
    twice: Floats,
    names: np.ndarray,
) -> Shown:
    scale = pairs.scale
    division = Division(
        pairs.kept, pairs.dropped, pairs.count, pairs.columns, scale, twice, Bound()
    )
    told = division.persons().toArrow()
    person = np.arange(rows.whole.rows)
    person[ints(told, "place")] = ints(told, "person")
    sizes = list(rows.whole.rows_of.values())
    list_of = np.repeat(np.arange(len(sizes)), sizes)
    odds = scale.odds(found, kind)
    dropped = _dropped(pairs.dropped)
    ties = Ties(found.left, found.right, odds, list_of, twice, dropped=dropped, names=names)
    support = Support(ties, person)
    return Shown(found, scale.weights, odds, support.joined, support.of_ties, support.rows_of_ties)


def _dropped(dropped: DataFrame | None) -> Dropped | None:
    if dropped is None:
        return None
    told = dropped.select("left", "right", "first").toArrow()
    told = told.sort_by([("left", "ascending"), ("right", "ascending")])
    return Dropped(
        ints(told, "left"), ints(told, "right"), values(told, "first").astype(np.float32)
    )


def _further(rows: ReadyRows, pairs: Sequence[Pair], at_once: int) -> pa.Table | None:
    """Compare pairs that no rule found."""
    if not pairs:
        return None
    asked = rows.frame.sparkSession.createDataFrame(list(pairs), "left long, right long")
    told = compared_on(rows, asked, len(pairs), first=None, at_once=at_once).toArrow()
    return told.sort_by([("left", "ascending"), ("right", "ascending")])
