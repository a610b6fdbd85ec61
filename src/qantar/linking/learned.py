"""What reviewed pairs teach: the scores, moved a little towards what people said.

The shipped score of a pair is corrected by a straight line in the score itself (which makes
it calibrated) and by how much each field counts. All corrections are drawn towards none:
ten answers move little, three hundred as far as they must.

Pairs that are asked are not like all others. Most are chosen because score and persons
disagree about them, and a pair of that score is elsewhere less often wrong. Learned from
as they are, they would bend the line for all. Therefore two steps:

1. The answers teach a richer model, which knows besides the score why a pair was chosen. It
   begins with what all rows of the two persons say together (`support.py`), as far as pairs
   were chosen: where all were drawn at random it begins with the score. And it knows whether the
   persons join the pair, whether the others speak against or for it, and how many rows hang on
   it. Given these, a pair that was chosen is like one that was not, as far
   as the model is right, and every answer counts; those drawn at random in full, the others
   for a third.
2. That model says of all pairs what is to be expected, and the corrections are the line that
   comes nearest to that over all pairs. The average over all takes the choice out again; the
   score remains that of the pair's own evidence.

A pair that nobody asked about, and somebody decided by their own knowledge, may have been chosen
by what the rows do not show. Such answers have a base of their own in the richer model, which is
thrown away; they teach mostly how the fields count against each other.

What was learned is itself in doubt: three hundred answers fix a base to a quarter of a natural log
unit. How far all scores may be off together is kept beside the corrections (`Unsure`), and each
draw of the persons takes another possible correction.

Source: Robins (1986) for averaging a model of the chosen over all (standardisation), Platt (1999)
for the line, Hoerl & Kennard (1970) for drawing towards a value; Laplace's approximation and the
delta method for what is left in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from qantar.linking.decided import Decided
from qantar.linking.evidence import Weights, parts_of
from qantar.linking.fields import Compared
from qantar.linking.pair_places import PairPlaces
from qantar.linking.result import Floats, Ints, Origin, Verdict

_SHARP: Final = 8.0
"""Natural log odds beyond which a score counts as no surer."""
_GONE, _FULL = -8.0, -3.0
"""Below the first nothing is corrected, above the second all: pairs that are plainly two are
hundreds for each one that is asked, and a line learned elsewhere would raise them all."""
_BESIDE: Final = 1.0
"""Natural log odds by which the other rows of two persons must speak to count as speaking."""
_BASE: Final = 2.0
_SLOPE: Final = 300.0
_FIELD: Final = 60.0
_WHY: Final = (2.0, 2.0, 2.0, 2.0)
_BY_HAND: Final = 1.0
"""Inverse variances: how far from none each correction is thought to be before anybody answers."""
_CHOSEN_COUNTS: Final = 0.33
"""What an answer counts for that was not drawn at random: the model of why it was chosen is not
the whole truth, and in long lists the chosen ones are the very strangest."""
_USUALLY_CHOSEN: Final = 0.75
"""The share of answers from which on this model begins with all that the other rows say; of fewer
chosen ones, with so much less. What nobody chose needs none of it taken out."""
_FEW: Final = 20.0
"""So many answers drawn at random make the richer model count for half of what it says; a handful,
most of which are plainly two, for next to nothing."""
_LINE: Final = (1e-3, 1e-3)
_LINE_FIELD: Final = 1.0
_EASE: Final = 1e-9
_STEPS: Final = 50
_STILL: Final = 1e-9
KIN: Final = "relatives"
"""The part of a score that speaks for relatives, beside those of the fields."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """How far the scores of all pairs may be off together, after what was learned.

    `place` are pairs by their places, `known` has a row for each (float32): what the corrections
    are multiplied by. `root` times its transpose is the covariance of the corrections.
    """

    place: Ints
    known: np.ndarray
    root: Floats

    def shift(self, rng: np.random.Generator, pairs: int) -> Floats:
        """Draw what may have to be added to the natural log odds of so many first pairs."""
        off = self.root @ rng.standard_normal(self.root.shape[1])
        here = np.searchsorted(self.place, pairs)
        added = np.zeros(pairs)
        added[self.place[:here]] = self.known[:here] @ off.astype(np.float32)
        return added


@dataclass(frozen=True, slots=True)
class Corrections:
    """What is added to natural log odds: `base`, and shares of the score and of its parts."""

    base: float
    slope: float
    fields: Mapping[str, float]
    unsure: Unsure | None = field(default=None, repr=False, compare=False)

    def of(
        self, found: Compared, weights: Weights, odds: Floats, common: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Give what is added to each pair, and what to each beside all pairs of its score.

        Rows are divided by the second alone: what a division asks of a sum before it joins was set
        on the shipped scale, and a line that moves all scores would move that as well.

        Args:
            found: the pairs, all of them or a part.
            weights: by which they are scored.
            odds: their natural log odds.
            common: the line that all pairs have in common, where these are a part.
        """
        both = self.common(found, weights, odds) if common is None else common
        total, beside = np.zeros(len(odds)), np.zeros(len(odds))
        near, line, moved = self._near(found, weights, odds)
        fade = _fade(odds[near])
        total[near] = fade * (line @ (self.base, self.slope) + moved)
        beside[near] = fade * (moved - line @ both)
        return total, beside

    def common(self, found: Compared, weights: Weights, odds: Floats) -> Floats:
        """Give the line in the score by which the fields move all pairs, as base and slope."""
        near, line, moved = self._near(found, weights, odds)
        said = 1.0 / (1.0 + np.exp(-odds[near]))
        doubted = line * (_fade(odds[near]) * said * (1.0 - said))[:, None]
        shared = np.linalg.solve(doubted.T @ line + _EASE * np.eye(2), doubted.T @ moved)
        return shared.astype(np.float64)

    def _near(self, found: Compared, weights: Weights, odds: Floats) -> tuple[Ints, Floats, Floats]:
        """Give the pairs that are corrected, their line, and by what the fields move each."""
        near = np.flatnonzero(odds > _GONE)
        parts = pulls(found.of(near), weights)
        moved = sum((self.fields[name] * part for name, part in parts.items()), np.zeros(len(near)))
        return near, np.column_stack((np.ones(len(near)), _score(odds[near]))), moved

    def share(self, field: str) -> float:
        """Give by what the shown part of a field is multiplied; of a part that is none, as all."""
        return 1.0 + self.slope + self.fields.get(field, 0.0)


@dataclass(frozen=True, slots=True)
class Labels:
    """Answers: pairs by their places among the candidates, what was said, how they were chosen.

    `audit` is true where the pair was drawn at random, `by_hand` where nobody asked and somebody
    decided all the same.
    """

    place: Ints
    same: np.ndarray
    audit: np.ndarray
    by_hand: np.ndarray

    def __len__(self) -> int:
        """How many."""
        return len(self.place)


def labels_from(told: Decided, pairs: PairPlaces) -> Labels:
    """Give what decisions teach: nothing where they contradict each other or are unsure.

    Args:
        told: the decisions.
        pairs: the candidates.
    """
    contradicted = told.contradicted
    use = [
        (place, one)
        for pair, one in sorted(told.verdicts.items())
        if one.verdict is not Verdict.UNSURE and pair not in contradicted
        if (place := pairs.get(pair)) is not None
    ]
    return Labels(
        np.array([place for place, _ in use], dtype=np.int64),
        np.array([one.verdict is Verdict.SAME for _, one in use], dtype=bool),
        np.array([one.origin is Origin.AUDIT for _, one in use], dtype=bool),
        np.array([one.origin is None for _, one in use], dtype=bool),
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """All candidates: their comparison, shipped log odds, and how the persons take them.

    `joined` is whether the division without any answer joins them, `support` what holds the
    rows together in it, or would join their persons, in natural log odds, and `rows` how many
    pairs of rows that joins or parts.
    """

    found: Compared
    weights: Weights
    odds: Floats
    joined: np.ndarray
    support: Floats
    rows: Ints


def pulls(found: Compared, weights: Weights) -> dict[str, Floats]:
    """Give the parts of the scores in natural log odds, by field, and what relatives take off."""
    parts = parts_of(found, weights)
    return {name: part * np.log(2.0) for name, part in {**parts.fields, KIN: parts.family}.items()}


def corrections(labels: Labels, shown: Shown) -> Corrections | None:
    """Learn from answers.

    Returns:
        None where nobody answered.
    """
    if not len(labels):
        return None
    near = np.union1d(np.flatnonzero(shown.odds > _GONE), labels.place)
    parts = pulls(shown.found.of(near), shown.weights)
    odds = shown.odds[near]
    line = _fade(odds)[:, None] * np.column_stack(
        (np.ones(len(near)), _score(odds), *parts.values())
    )
    fade = _fade(odds)
    beside = fade * (_score(shown.support[near]) - _score(odds))
    chosen = min(1.0, float((~labels.audit).mean()) / _USUALLY_CHOSEN)
    why = fade[:, None] * np.column_stack(
        (
            shown.joined[near] - 0.5,
            beside < -_BESIDE,
            beside > _BESIDE,
            np.log(shown.rows[near]),
        )
    )
    known = np.column_stack((line, why))
    expected, covariance = _expected(labels, near, odds, chosen * beside, known)
    drawn = np.array((*_LINE, *(_LINE_FIELD for _ in parts)))
    fitted = _fitted(line, expected, odds, drawn, np.ones(len(near)))
    bend = _bend(line, odds + line @ fitted, drawn, np.ones(len(near)))
    doubted = (expected * (1.0 - expected))[:, None]
    moves = np.linalg.solve(bend, line.T @ (doubted * known))
    unsure = Unsure(near, line.astype(np.float32), moves @ np.linalg.cholesky(covariance))
    base, slope, *fields = fitted.tolist()
    return Corrections(base, slope, dict(zip(parts, fields, strict=True)), unsure)


def _score(odds: Floats) -> Floats:
    return np.clip(odds, -_SHARP, _SHARP)


def _fade(odds: Floats) -> Floats:
    share: Floats = np.clip((odds - _GONE) / (_FULL - _GONE), 0.0, 1.0)
    return share


def _expected(
    labels: Labels, near: Ints, odds: Floats, beside: Floats, known: Floats
) -> tuple[Floats, Floats]:
    """Give for each pair how likely it is one person, by the model that knows who was chosen.

    Beside it stands the covariance of what is known of pairs, as far as it is believed.

    Args:
        labels: the answers.
        near: the places of the pairs.
        odds: their shipped scores.
        beside: what the other rows of their persons say, as far as answers were chosen.
        known: of each pair the line, and behind it what pairs are chosen by.
    """
    at = np.searchsorted(near, labels.place)
    fields = (_FIELD for _ in range(known.shape[1] - len(_WHY) - 2))
    drawn = np.array((_BASE, _SLOPE, *fields, *_WHY, _BY_HAND))
    answered = np.column_stack((known[at], labels.by_hand.astype(float)))
    count = np.where(labels.audit, 1.0, _CHOSEN_COUNTS)
    before = (odds + beside)[at]
    slopes = _fitted(answered, labels.same.astype(float), before, drawn, count)
    covariance = np.linalg.inv(_bend(answered, before + answered @ slopes, drawn, count))
    trust = count.sum() ** 2 / (count.sum() ** 2 + _FEW**2)
    expected: Floats = 1.0 / (1.0 + np.exp(-(odds + trust * (beside + known @ slopes[:-1]))))
    return expected, trust**2 * covariance[:-1, :-1]


def _bend(known: Floats, line: Floats, drawn: Floats, count: Floats) -> Floats:
    """Give how sharply a fit's worth falls off around it: minus its second derivatives."""
    said = 1.0 / (1.0 + np.exp(-line))
    bend: Floats = (known * (count * said * (1.0 - said))[:, None]).T @ known + np.diag(drawn)
    return bend


def _fitted(known: Floats, same: Floats, odds: Floats, drawn: Floats, count: Floats) -> Floats:
    """Fit a logistic line beside given log odds, each slope drawn towards 0 (Newton's steps).

    Args:
        known: one row a pair.
        same: of each whether it is one person, or how likely that is.
        odds: of each what stands before.
        drawn: inverse variances of the slopes.
        count: what each counts for.
    """
    slopes = np.zeros(known.shape[1])
    best = _worth(known, same, odds, drawn, count, slopes)
    for _ in range(_STEPS):
        said = 1.0 / (1.0 + np.exp(-(odds + known @ slopes)))
        rise = known.T @ (count * (same - said)) - drawn * slopes
        step = np.linalg.solve(_bend(known, odds + known @ slopes, drawn, count), rise)
        # Half as far while that is worse: far from the top a full step may overshoot.
        while (worth := _worth(known, same, odds, drawn, count, slopes + step)) < best:
            step = step / 2.0
            if np.abs(step).max() < _STILL:
                return slopes
        slopes, best = slopes + step, worth
        if np.abs(step).max() < _STILL:
            break
    return slopes


def _worth(  # what a fit is made of
    known: Floats, same: Floats, odds: Floats, drawn: Floats, count: Floats, slopes: Floats
) -> float:
    line = odds + known @ slopes
    likely = (count * (same * line - np.logaddexp(0.0, line))).sum()
    return float(likely - 0.5 * (drawn * slopes * slopes).sum())
