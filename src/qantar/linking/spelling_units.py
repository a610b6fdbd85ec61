"""What letters stand for: units learned from pairs that are one name.

Expectation maximisation over all ways to cut each pair gives each unit the probability
with which names contain it; divided by chance, that is its factor. What the tables of
schemes tell counts as seen some times already.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from qantar.linking.letter_counts import Examples, Tables, add_expected, blank, both_ways
from qantar.linking.letter_groups import (
    ALONE,
    FREQUENT,
    LONGEST_GROUP,
    MATCHES,
    PLACES,
    SWAP,
    TABLES,
    GroupNumbers,
    Reals,
)
from qantar.linking.letters import CYRILLIC, LETTERS, OTHER, letters_of, plain_letters
from qantar.linking.spelling_pairs import Pair
from qantar.linking.transliterate import correspondences

LATE_ROUNDS, LONG_AT_FIRST = 3, 1e-6
"""Long groups come in for the last rounds, each unit with this probability at first."""
TOLD, TOLD_AT_FIRST = 12.0, 1e-3
"""Times that a unit of a scheme counts as seen, and its probability at first."""
GROUPED = [shape for shape in MATCHES if shape != (1, 1)]
UNLIKE = 0.03
"""Factor of two letters never seen to stand for each other: what noise leaves of chance."""

SAME_LETTER, SAME_BASE = 8.0, 3.0
"""Least factor of a letter for itself, and for itself with a mark, before learning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the training does; written into the file of weights.

    `units_from` is about how many pairs the units are learned from: they need fewer than the
    rest. `wrong_same` and `wrong_different` are the shares of pairs whose label is taken to be
    wrong.
    """

    rounds: int = 7
    units_from: int = 60_000
    passes: int = 3
    least_group: int = 30
    least_unit: float = 6.0
    rate: float = 0.02
    pull: float = 2e-5
    wrong_same: float = 0.03
    wrong_different: float = 0.01
    batch: int = 1024
    seed: int = 1


def frequent_groups(pairs: Sequence[Pair], least: int) -> list[str]:
    """Give the groups of two to four letters that stand in at least `least` tokens' places."""
    found: Counter[str] = Counter()
    for pair in pairs:
        for token in map(letters_of, pair):
            for length in range(2, 5):
                found.update(token[i : i + length] for i in range(len(token) - length + 1))
    asked = {2: least, 3: 2 * least, 4: 2 * least}
    frequent = {
        group
        for group, times in found.items()
        if times >= asked[len(group)]
        and not set(group) & set(OTHER)
        and not (len(group) > FREQUENT and set(group) & set(CYRILLIC))
    }
    return sorted(frequent.union(*(unit for unit in told_units())) - set(LETTERS))


def told_units() -> list[Pair]:
    """Give the units that the schemes tell of, the longer group first; several letters for one."""
    across, within = correspondences()
    pairs = [(plain_letters(a), plain_letters(b)) for a, b in (*across, *within)]
    told = {(a, b) if len(a) >= len(b) else (b, a) for a, b in pairs}
    return sorted((a, b) for a, b in told if len(b) == 1 < len(a) <= LONGEST_GROUP)


def _told(numbers: GroupNumbers) -> Tables:
    """Count the units that the schemes tell of, in the form of counts of units."""
    counts = blank(numbers)
    for group, letter in told_units():
        i, j = numbers.by_length[len(group) - 1][group], numbers.by_length[0][letter]
        counts[len(group), 1][i, j] = counts[1, len(group)][j, i] = TOLD
    return counts


def chances(numbers: GroupNumbers, pairs: Sequence[Pair]) -> list[Reals]:
    """Give how likely each group is by chance: the product of its letters' shares."""
    seen: Counter[str] = Counter()
    for pair in pairs:
        for token in map(letters_of, pair):
            seen.update(token)
    cyrillic = set(CYRILLIC)
    whole = {True: 1.0, False: 1.0}
    for letter, count in seen.items():
        whole[letter in cyrillic] += count
    share = {
        letter: (seen[letter] + 20.0) / whole[letter in cyrillic] for letter in numbers.members[0]
    }
    return [
        np.array([float(np.prod([share[x] for x in group])) for group in members] + [1.0])
        for members in numbers.members
    ]


def learn_units(
    numbers: GroupNumbers, pairs: Sequence[Pair], settings: Settings, report: Callable[[str], None]
) -> Tables:
    """Learn by expectation maximisation what stands for what; give the factors."""
    examples = Examples(numbers, pairs, settings.batch)
    null = chances(numbers, pairs)
    factors = blank(numbers, fill=1e-5)
    for shape, start in (((1, 1), 1e-3), (ALONE, 1e-3), ((2, 1), 1e-4), ((1, 2), 1e-4)):
        factors[shape][factors[shape] > 0] = start
    told = _told(numbers)
    factors = _short_only(numbers, factors)
    for shape in GROUPED:
        factors[shape][told[shape] > 0] = TOLD_AT_FIRST
    for turn in range(settings.rounds):
        if turn == settings.rounds - LATE_ROUNDS:
            factors = _with_long(numbers, factors)
        counts = blank(numbers)
        for batch in examples.batches():
            add_expected(
                examples.lattice(batch, factors), lambda total: (total > 0).astype(float), counts
            )
        counts = both_ways(counts)
        for shape in GROUPED:
            counts[shape] += told[shape]
        whole = sum(float(counts[shape].sum()) for shape in TABLES) / 2
        last = turn == settings.rounds - 1
        factors = _estimate(numbers, counts, whole, null if last else None, settings)
        report(f"round {turn + 1}: {whole / len(pairs):.3f} units a pair")
    return factors


def _short_only(numbers: GroupNumbers, factors: Tables) -> Tables:
    """Leave out units of groups of more than two letters."""
    empty = blank(numbers)
    return {shape: empty[shape] if max(shape) > FREQUENT else factors[shape] for shape in TABLES}


def _with_long(numbers: GroupNumbers, factors: Tables) -> Tables:
    """Let groups of three and four Latin letters stand for a Cyrillic letter.

    Late, when the short units are known: else endings that many names share would come to
    stand, whole, for one of their letters.
    """
    grown = dict(factors)
    cyrillic = np.array([letter in CYRILLIC for letter in numbers.members[0]] + [False])
    for shape in MATCHES:
        if max(shape) > FREQUENT:
            single = cyrillic[None, :] if shape[0] > 1 else cyrillic[:, None]
            at_first = blank(numbers, fill=LONG_AT_FIRST)[shape] * single
            grown[shape] = np.maximum(factors[shape], at_first)
    return grown


def _estimate(
    numbers: GroupNumbers,
    counts: Tables,
    whole: float,
    null: list[Reals] | None,
    settings: Settings,
) -> Tables:
    """Give probabilities of units from counts, or, with `null`, factors against chance."""
    factors = blank(numbers, fill=1.0)
    for shape in TABLES:
        k, m = shape
        seen = counts[shape]
        if shape in GROUPED:
            seen = np.where(seen > settings.least_unit, seen - settings.least_unit / 2, 0.0)
        elif null is None:
            seen = seen + (0.5 if shape == ALONE else 0.02)
        else:
            seen = np.maximum(seen - 0.3, 0.0)
        factors[shape] *= seen / whole
        if null is None:
            continue
        if shape == ALONE:
            chance = np.tile(null[0], PLACES)
            factors[shape] = blank(numbers, fill=1.0)[shape] * (factors[shape] / chance + 0.005)
        elif shape == SWAP:
            factors[shape][:] = 1.0
        else:
            factors[shape] /= null[k - 1][:, None] * null[m - 1][None, :]
    if null is not None:
        factors[1, 1] = np.maximum(factors[1, 1] + UNLIKE, _at_least(numbers))
    return factors


def _at_least(numbers: GroupNumbers) -> Reals:
    """Give the least factor of two single letters: more where one is the other with a mark."""
    plain = [unicodedata.normalize("NFKD", letter)[0] for letter in LETTERS]
    least = blank(numbers)[1, 1]
    for i, first in enumerate(plain):
        for j, second in enumerate(plain):
            least[i, j] = SAME_LETTER if i == j else SAME_BASE if first == second else 0.0
    return least


def kept(numbers: GroupNumbers, factors: Tables) -> tuple[GroupNumbers, Tables]:
    """Leave out the groups that stand for nothing; the tables become small."""
    used = [
        group
        for length in range(2, LONGEST_GROUP + 1)
        for group, units in zip(numbers.members[length - 1], factors[length, 1], strict=False)
        if units.any()
    ]
    fewer = GroupNumbers(used)
    chosen = [
        [*(known[group] for group in members), -1]
        for known, members in zip(numbers.by_length, fewer.members, strict=True)
    ]
    smaller = dict(factors)
    for k, m in MATCHES:
        smaller[k, m] = factors[k, m][np.ix_(chosen[k - 1], chosen[m - 1])]
    return fewer, smaller
