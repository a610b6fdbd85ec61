"""What levels of agreement are worth: how often one person's rows show them, how often others'.

Three explanations of a pair stand against each other: the rows are one person; two who are
related (the same surname and father, another given name: the usual case of brothers, and
the usual false match); or two who are not. Each field adds its part to each; the weights
of a score in bits are what is left. Everything starts from what shipped lists with known
truth show, and moves towards what the lists at hand show.

Source: Fellegi & Sunter (1969) for the weights, Winkler (1988) for learning them without
labels, Newcombe (1959) for the rarity of values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from qantar.linking.fields import FIELDS, Compared
from qantar.linking.result import Floats, Ints
from qantar.linking.word_levels import INITIAL_AGREES, NAMES_AGREE, NAMES_AS_ONE

NAMES: Final = frozenset({"given", "surname", "father"})
MOST_ODDS: Final = 40.0
"""Natural log odds: no score is surer."""
_LEAST: Final = 1e-6
_PLACES: Final = 6
_SHARE_FLOOR: Final = 1e-5


@dataclass(frozen=True, slots=True)
class Weights:
    """By field, how often each level stands in pairs of one person, of relatives, of strangers.

    Arrays begin with level 0, which is 1 everywhere. `same` and `related` are the shares of
    all pairs that are one person or relatives. `as_same` is by field how many relatives show it as
    one person does. `in_family` is by level of the given name how many times as often one person
    shows it where surname and father agree: errors come together, and who writes these
    right seldom writes another given name. `known` is the same by field and level, because it
    matters whether two names that differ are known ones. Fields are not independent: of several
    that agree each further one says less. Natural log odds are the sum of the evidence times
    1 / (1 + `dependence` · (fields - 1)), plus `base` for each field but the first.
    """

    same_levels: Mapping[str, Floats]
    related_levels: Mapping[str, Floats]
    other_levels: Mapping[str, Floats]
    mean_share: Mapping[str, float]
    same: Floats
    related: float
    as_same: Mapping[str, float]
    in_family: Floats
    known: Mapping[str, Floats]
    dependence: float = 0.0
    base: float = 0.0


def within_groups(field: str, counts: Floats, prior: Floats, weight: float) -> Floats:
    """Make counts of levels into shares of each group, drawn towards a prior.

    Levels that are counted as one (`NAMES_AS_ONE`) have one share, each of them.
    """
    shares = np.ones(len(counts))
    one, other = NAMES_AS_ONE
    together = field in NAMES
    if together:
        prior = prior.copy()
        prior[other] = 0.0
    groups = np.array((-1, *FIELDS[field].groups))
    for group in set(FIELDS[field].groups):
        at = groups == group
        drawn = counts[at] + weight * prior[at] / max(prior[at].sum(), _LEAST)
        shares[at] = np.maximum(drawn / max(drawn.sum(), _LEAST), _LEAST)
    if together:
        shares[other] = shares[one]
    return shares


def level_counts(found: Compared, field: str, weights: Floats | None = None) -> Floats:
    """Count the levels of a field, each pair by its weight.

    Two names that differ count as that, whether they are known or not.
    """
    size = len(FIELDS[field].levels) + 1
    levels = found.levels.get(field)
    if levels is None:  # no row says anything of it
        counts = np.zeros(size)
        counts[0] = len(found) if weights is None else weights.sum()
        return counts
    counts = np.bincount(levels, weights=weights, minlength=size).astype(float)
    if field in NAMES:
        one, other = NAMES_AS_ONE
        counts[one] += counts[other]
        counts[other] = 0.0
    return counts


def related_from(
    same: Mapping[str, Floats], other: Mapping[str, Floats], as_same: Mapping[str, float]
) -> dict[str, Floats]:
    """Give how often relatives show each level.

    As one person does where families agree, as strangers do elsewhere.

    Args:
        same: how often one person shows each level, by field.
        other: how often strangers do.
        as_same: by field, which share of relatives is as one person; none where it is left out.
    """
    # Strangers share a day of birth by chance, brothers almost never, unless they are twins.
    birth = other["birth"].copy()
    birth[_levels("birth", "same day", "day and month exchanged", "one part differs")] *= 0.3
    apart = {**other, "birth": birth}
    found = {}
    for field, levels in same.items():
        part = as_same.get(field, 0.0)
        found[field] = part * levels + (1.0 - part) * apart[field]
    given = found["given"].copy()
    # No two brothers are called the same.
    given[_levels("given", "same spelling", "spelt alike", "exchanged with the other name")] *= 0.05
    found["given"] = given
    return found


def _levels(field: str, *names: str) -> list[int]:
    return [FIELDS[field].levels.index(name) + 1 for name in names]


class Sums(NamedTuple):
    """Of each pair the natural log of one person and of relatives against strangers.

    Without the shares `same` and `related`. `told` is how many fields say anything, at least 1.
    """

    same: Floats
    related: Floats
    told: Floats


def log_ratios(found: Compared, weights: Weights) -> Sums:
    """Sum up what all fields say."""
    total_same, total_related = np.zeros(len(found)), np.zeros(len(found))
    for field in found.levels:
        same, related = _ratios(found, weights, field)
        total_same += same
        total_related += related
    return Sums(total_same, total_related, fields_told(found))


class Opened(NamedTuple):
    """The score of one pair and what it is made of, in bits.

    `fields` has what each field adds, for one person against strangers; `family` what is lost
    because two relatives may show the same, at most 0. What `score` has beyond these does not
    come from what the rows say.
    """

    fields: Mapping[str, float]
    family: float
    score: float


class Parts(NamedTuple):
    """The same of several pairs, each as `Opened`, without their scores."""

    fields: dict[str, Floats]
    family: Floats

    def of(self, at: int, odds: float) -> Opened:
        """Open one score, by its place among the pairs and its natural log odds."""
        fields = {name: float(part[at]) for name, part in self.fields.items()}
        return Opened(fields, float(self.family[at]), float(odds / np.log(2.0)))


def parts_of(found: Compared, weights: Weights) -> Parts:
    """Give what the log odds of one person are made of, in bits."""
    scale = (1.0 + weights.dependence * (fields_told(found) - 1.0)) * np.log(2.0)
    fields, related = {}, np.zeros(len(found))
    for name in found.levels:
        same, kin = _ratios(found, weights, name)
        fields[name] = same / scale
        related += kin
    return Parts(fields, -np.logaddexp(0.0, related + np.log(weights.related)) / scale)


def in_one_family(found: Compared) -> np.ndarray:
    """Say of each pair whether both rows have one surname and one father, at least his initial."""
    if not {"surname", "father"} <= found.levels.keys():
        return np.zeros(len(found), dtype=bool)
    surname, father = found.levels["surname"], found.levels["father"]
    agree: np.ndarray = np.isin(surname, NAMES_AGREE) & np.isin(
        father, (*NAMES_AGREE, INITIAL_AGREES)
    )
    return agree


def _ratios(found: Compared, weights: Weights, field: str) -> tuple[Floats, Floats]:
    levels = found.levels[field]
    same = np.log(weights.same_levels[field] / weights.other_levels[field])
    related = np.log(weights.related_levels[field] / weights.other_levels[field])
    if field in weights.known:
        same = same + np.log(weights.known[field])
    for_same, for_related = same[levels], related[levels]
    if field == "given":
        family = in_one_family(found)
        for_same[family] += np.log(weights.in_family)[levels[family]]
    at, rarity = _rarity(found, weights, field)
    for_same[at] += rarity
    for_related[at] += rarity * (related > 0)[levels[at]]
    return for_same, for_related


def _rarity(found: Compared, weights: Weights, field: str) -> tuple[Ints, Floats]:
    """Give which pairs have a common value, and what its rarity adds, in natural log units."""
    share = found.share.get(field)
    if share is None:
        return np.empty(0, dtype=np.int64), np.empty(0)
    is_rare = np.zeros(len(FIELDS[field].levels) + 1, dtype=bool)
    is_rare[list(FIELDS[field].rare)] = True
    at = np.flatnonzero(is_rare[found.levels[field]] & ~np.isnan(share))
    mean = max(weights.mean_share[field], _SHARE_FLOOR)
    common = np.maximum(share[at].astype(np.float64), _SHARE_FLOOR)
    return at, np.clip(np.log(mean / common), -4.0, 4.0)


def probabilities(found: Compared, weights: Weights, prior: Floats) -> Floats:
    """Give for each pair the probability that it is one person, from its own evidence.

    Args:
        found: the pairs.
        weights: what their levels are worth.
        prior: the share of all pairs like this (of these two lists) that are one person.
    """
    return 1.0 / (1.0 + np.exp(-log_odds(found, weights, prior)))


def log_odds(found: Compared, weights: Weights, prior: Floats) -> Floats:
    """Give the same as natural log odds."""
    return odds_of(log_ratios(found, weights), weights, prior)


def odds_of(sums: Sums, weights: Weights, prior: Floats) -> Floats:
    """Give the same of pairs whose evidence is summed up."""
    against = np.logaddexp(0.0, sums.related + np.log(weights.related))
    raw = sums.same + np.log(prior) - against
    beyond = sums.told - 1.0
    odds: Floats = raw / (1.0 + weights.dependence * beyond) + weights.base * beyond
    # Sums end in other last digits on other processors; who is who must not hang on them.
    rounded: Floats = np.round(np.clip(odds, -MOST_ODDS, MOST_ODDS), _PLACES).astype(np.float64)
    return rounded


def related_share(sums: Sums, weights: Weights, prior: Floats) -> Floats:
    """Give for each pair the probability that the rows are of two relatives."""
    scale = 1.0 / (1.0 + weights.dependence * (sums.told - 1.0))
    kin = scale * (sums.related + np.log(weights.related))
    one = scale * (sums.same + np.log(prior))
    share: Floats = np.exp(kin - np.logaddexp(0.0, np.logaddexp(kin, one)))
    return share


def fields_told(found: Compared) -> Floats:
    """Give of each pair how many fields say anything; at least 1."""
    told = np.zeros(len(found), dtype=np.int8)
    for levels in found.levels.values():
        told += levels > 0
    return np.maximum(told, 1).astype(np.float64)
