"""The chain of the latent class model, compiled: what one iteration does.

An iteration is a sweep and, in some of them by chance, a glide. Either leaves the posterior of
`latent_class` as it is.

The *sweep* is the Gibbs sampler: persons, the uncounted included, are dealt out to classes; the
order of classes, α, the shares and the chances of capture are drawn anew given that. Where the
shares are integrated out, an exchange of the neighbours k and k + 1 has the ratio
(α + C_{k+1}) / (α + C'_{k+1}), with C_k the persons in class k and all later ones. Shares are kept
as logs, because α may be so small that 1 − V_k is below any number that a computer holds.

The *glide* is Hamiltonian: with N and the classes of persons summed out, the likelihood is

    ∏_m p_m^f_m / (1 − p_0)^n,    p_m = Σ_k ν_k ∏_j λ_jk^x_mj (1 − λ_jk)^(1 − x_mj)

It moves the logits of λ and the logs of ν of the larger classes together along its gradient, and
so goes in one step where the sweep, which knows the class of everybody, creeps.

Numbers drawn at random, exponentials and logarithms are our own (`chance`, `portable`), so that
the same seed gives the same numbers on every processor. The compiler's cache notices a change of
this file, and by `edition` one of those two. What a chain holds is stacked into few arrays, one
for each shape, whose rows have names: the compiler takes several times as long over a function
for every ten arrays that are handed to it.

Source: Manrique-Vallier (2016) for the model and its Gibbs sampler, Neal (2011) for the other.
"""

# ruff: noqa: C901 - compiled code has no slices to spare: it is loops

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from qantar.counting import chance, portable
from qantar.counting.chance import (
    Stream,
    binomial_draw,
    gamma_draw,
    log_gamma_draw,
    normal,
    poisson_draw,
    uniform,
)
from qantar.counting.compiling import compiled, edition, entered
from qantar.counting.latent_patterns import Patterns
from qantar.counting.portable import exp, exp_inside, expm1, log, log1p, log_gamma
from qantar.counting.table import Floats, Ints

_NOTHING: Final = 1e-28  # a share below this never gets a person: chance is told apart to 1e-16
_LOG_NOTHING: Final = -64.0
_LEAST: Final = 1e-120  # of a chance of capture, so that its logit is a number
_SMALLEST_LOG_ALPHA: Final = -690.0
_TOO_MANY: Final = 1e15  # beyond, a Poisson number equals its mean to 8 digits
_TOO_MANY_TO_DEAL: Final = 1e9  # so that log-gammas of persons have digits to spare
_LEAPS: Final = 24
_WISHED: Final = 0.8  # share of glides that should be accepted
_MOVED_FEWEST, _MOVED_MOST = 2, 6  # classes that a glide moves, at most so many, by chance
_GLIDES: Final = 0.3  # share of iterations with a glide, which costs as much as two sweeps
_SOMETIMES: Final = 0.15  # share of sweeps with a move of two classes, which costs as much
_ORDERED: Final = 2  # so many classes can be told apart by their order alone
_STEPS_APART: Final = 6
_UNLIKELY: Final = 1e-9
_FARTHEST: Final = 300.0  # a log beyond is the way to infinity
_LARGEST_LOGIT: Final = 35.0
_SMALLEST: Final = 1e-100
_SMALLEST_PRODUCT, _LARGEST_PRODUCT = 1e-5, 1e100
_HALF: Final = 0.5
_NEARLY_ALL: Final = 0.9

# Rows of `numbers`
ALPHA, STEP, LEARNED = range(3)
# Rows of `classes`: the log of the share; the share; sums of persons, or of shares, over later ones
SHARE, _WEIGHT, _TAIL = range(3)
# Rows of `cells`: share times chance of each pattern; persons who were dealt out
_CELL, _DEALT = range(2)
# Rows of `lists`. Last in each row stands what is of the class: its persons in `_NAMED`, the log of
# its share in the others
HIT, MISS, MASS, _NAMED, _ODDS, _CHANCE, _PLACE, _SLOPE, _SPEED, _PACE = range(10)
# Rows of `patterns`: sums of `_CELL`, of all classes and of those that do not glide; what a pattern
# pulls; a column to be summed by list, else zero; and of two classes: the persons of both, of the
# first, and the odds to be in the first
_TOTAL, _REST, _PULL, _PASSED, _BOTH, _PART, _ODDS_FIRST = range(7)
# Rows of `pair`, for the first class, the second, both: as of `lists`, last the share or persons
_PAIR_HIT, _PAIR_NAMED = range(2)


class Prior(NamedTuple):
    """λ ~ Beta(`named`, `missed`), α ~ Gamma(`shape`, rate `rate`)."""

    named: float
    missed: float
    shape: float
    rate: float


class Chain(NamedTuple):
    """Where a chain is, what it has learned and the room it works in; changed in place.

    Attributes:
        numbers: shape (3,): `ALPHA`; `STEP`, the length of a leap; and `LEARNED`, iterations
            that mass and step were learned from; below 0, nothing is learned any more.
        classes: shape (3, K + 1); `SHARE` is the log of each class's share of all persons.
        lists: shape (10, K, J + 1); `HIT` is the chance of a person of class k to be on list j,
            `MISS` is 1 − `HIT`, kept because a difference would lose its digits; `MASS` is about
            the curvature by logit of λ_jk, and last by log ν_k.
        cells: shape (2, K, E).
        patterns: shape (7, E).
        pair: shape (2, 3, J + 1).
        moving: shape (K,), the classes that glide.
    """

    numbers: Floats
    classes: Floats
    lists: Floats
    cells: Floats
    patterns: Floats
    pair: Floats
    moving: Ints


class Draws(NamedTuple):
    """What is kept: `people` is N, `occupied` how many classes hold anybody; both shape (D,)."""

    people: Floats
    occupied: Floats


def chain_for(hit: Floats, share: Floats, alpha: float, patterns: int) -> Chain:
    """Make a chain that starts somewhere: `hit` is (K, J), `share` (K,) the logs of shares."""
    classes, lists = hit.shape
    chain = Chain(
        numbers=np.array([alpha, 0.0, 0.0]),
        classes=np.zeros((3, classes + 1)),
        lists=np.zeros((10, classes, lists + 1)),
        cells=np.zeros((2, classes, patterns)),
        patterns=np.zeros((7, patterns)),
        pair=np.zeros((2, 3, lists + 1)),
        moving=np.zeros(classes, dtype=np.int64),
    )
    chain.classes[SHARE, :classes] = share
    chain.lists[HIT, :, :lists] = hit
    chain.lists[MISS, :, :lists] = 1.0 - hit
    return chain


@compiled
def _learn_mass(numbers: Floats, lists: Floats) -> None:
    """Take the curvature that the sweep's counts have into the mean of the warm-up."""
    numbers[LEARNED] += 1
    part = 1.0 / numbers[LEARNED]
    last = lists.shape[2] - 1
    for k in range(lists.shape[1]):
        persons = lists[_NAMED, k, last]
        for j in range(last):
            named = lists[_NAMED, k, j]
            found = named * (persons - named) / max(persons, 1.0) + 0.3
            lists[MASS, k, j] += part * (found - lists[MASS, k, j])
        lists[MASS, k, last] += part * (0.3 * persons + 0.3 - lists[MASS, k, last])


# Sums over the tree of patterns


@compiled
def _add_class(
    patterns: Patterns, k: int, weight: float, lists: Floats, cells: Floats, sums: Floats, row: int
) -> float:
    """Fill in what a class of these odds adds to each pattern; return what to being on any list."""
    parent, added = patterns.parent, patterns.added
    last = lists.shape[2] - 1
    missed = 1.0
    for j in range(last):
        miss = 1.0 / (1.0 + lists[_ODDS, k, j])
        lists[_CHANCE, k, j] = lists[_ODDS, k, j] * miss
        missed *= miss
    seen = weight * (1.0 - missed)
    if missed > _NEARLY_ALL:  # here the difference would lose its digits
        log_missed = 0.0
        for j in range(last):
            log_missed -= log1p(lists[_ODDS, k, j])
        seen = -weight * expm1(log_missed)
    cells[_CELL, k, 0] = weight * missed
    for e in range(1, len(parent)):
        part = cells[_CELL, k, parent[e]] * lists[_ODDS, k, added[e]]
        cells[_CELL, k, e] = part
        sums[row, e] += part
    return seen


@compiled
def _sum_by_list(patterns: Patterns, columns: Floats, sums: Floats, row: int, k: int) -> None:
    """Sum the column `_PASSED` by list, and last in all; leave zeros in it.

    What a pattern has goes to its list, and on to its parent.
    """
    parent, added = patterns.parent, patterns.added
    for j in range(sums.shape[2]):
        sums[row, k, j] = 0.0
    for e in range(len(parent) - 1, 0, -1):
        here = columns[_PASSED, e]
        columns[_PASSED, e] = 0.0
        sums[row, k, added[e]] += here
        columns[_PASSED, parent[e]] += here
    sums[row, k, sums.shape[2] - 1] = columns[_PASSED, 0]
    columns[_PASSED, 0] = 0.0


# The sweep


@compiled
def _sweep(rng: Stream, patterns: Patterns, prior: Prior, chain: Chain) -> float:
    """Draw everything anew, in turn, given the rest; return how many are on no list."""
    numbers, classes, lists, cells = chain.numbers, chain.classes, chain.lists, chain.cells
    count = lists.shape[1]
    seen = 0.0
    for e in range(cells.shape[2]):
        chain.patterns[_TOTAL, e] = 0.0
    for k in range(count):
        weight = exp(classes[SHARE, k])
        classes[_WEIGHT, k] = weight
        if weight > _NOTHING:
            for j in range(lists.shape[2] - 1):
                lists[_ODDS, k, j] = lists[HIT, k, j] / lists[MISS, k, j]
            seen += _add_class(patterns, k, weight, lists, cells, chain.patterns, _TOTAL)
    unseen = _deal(rng, patterns, seen, classes, cells, chain.patterns)
    for k in range(count):
        for e in range(cells.shape[2]):
            chain.patterns[_PASSED, e] = cells[_DEALT, k, e]
        _sum_by_list(patterns, chain.patterns, lists, _NAMED, k)
    if count > _ORDERED and uniform(rng) < _SOMETIMES:
        _move_two(rng, patterns, prior, chain)
    _reorder(rng, numbers[ALPHA], classes, lists)
    if count > 1:
        _draw_alpha(rng, prior, numbers, classes, lists)
        _draw_shares(rng, numbers[ALPHA], classes, lists)
    _draw_chances(rng, prior, classes, lists)
    return unseen


@compiled
def _deal(
    rng: Stream,
    patterns: Patterns,
    seen: float,
    classes: Floats,
    cells: Floats,
    sums: Floats,
) -> float:
    """Deal persons out to the classes: those on no list, of whom it returns how many, and others.

    Those on no list are negative binomial, drawn as Poisson of a gamma.
    """
    last = cells.shape[1] - 1
    while classes[_WEIGHT, last] <= _NOTHING:
        last -= 1
    everybody = gamma_draw(rng, patterns.observed) / seen
    unseen = 0.0
    for k in range(cells.shape[1]):
        persons = 0.0
        if classes[_WEIGHT, k] > _NOTHING:
            persons = everybody * cells[_CELL, k, 0]
            if persons < _TOO_MANY:
                persons = poisson_draw(rng, persons)
        cells[_DEALT, k, 0] = persons
        unseen += persons
    for e in range(1, cells.shape[2]):
        left = patterns.counts[e]
        remaining = sums[_TOTAL, e]
        for k in range(cells.shape[1]):
            got = 0.0
            if left > 0 and classes[_WEIGHT, k] > _NOTHING:
                part = cells[_CELL, k, e]
                got = left
                if part < remaining * (1.0 - 1e-15) and k < last:
                    got = binomial_draw(rng, left, part / remaining)
                remaining -= part
                left -= got
            cells[_DEALT, k, e] = got
    return unseen


@compiled
def _reorder(rng: Stream, alpha: float, classes: Floats, lists: Floats) -> None:
    """Let neighbouring classes change places, their shares integrated out.

    The last class takes what is left of the stick, and its exchange with the one before has another
    ratio: Γ(1 + c_K) Γ(α + c_{K−1}) / (Γ(1 + c_{K−1}) Γ(α + c_K)), with c_k the persons in class k.
    Without it, a chain in which many are in the last class stays there, with a large α, for
    hundreds of thousands of iterations.
    """
    count, last = lists.shape[1], lists.shape[2] - 1
    classes[_TAIL, count] = 0.0
    for k in range(count - 1, -1, -1):
        classes[_TAIL, k] = classes[_TAIL, k + 1] + lists[_NAMED, k, last]
    for _ in range(2):
        for k in range(count - 1):
            if classes[_TAIL, k] == 0:
                break
            tail = classes[_TAIL, k + 2] + lists[_NAMED, k, last]
            if k < count - 2:
                exchanged = uniform(rng) * (alpha + tail) < alpha + classes[_TAIL, k + 1]
            elif classes[_TAIL, k] > _TOO_MANY_TO_DEAL:
                break
            else:
                ratio = _log_ends(alpha, tail) - _log_ends(alpha, classes[_TAIL, k + 1])
                exchanged = log(1.0 - uniform(rng)) < ratio
            if exchanged:
                classes[_TAIL, k + 1] = tail
                for j in range(last + 1):
                    kept = lists[_NAMED, k, j]
                    lists[_NAMED, k, j] = lists[_NAMED, k + 1, j]
                    lists[_NAMED, k + 1, j] = kept


@compiled
def _log_ends(alpha: float, persons: float) -> float:
    """Give log(Γ(α + persons) / Γ(1 + persons)), as if so many were in the last class."""
    return log_gamma(alpha + persons) - log_gamma(1.0 + persons)


@compiled
def _log_alpha_density(
    log_alpha: float, prior: Prior, classes: Floats, persons_last: float
) -> float:
    """Give log p(log α | persons by class), the shares integrated out, up to a constant."""
    count = classes.shape[1] - 1
    alpha = exp(log_alpha)
    density: float = (count - 1 + prior.shape) * log_alpha - prior.rate * alpha
    density += log_gamma(alpha + persons_last) - log_gamma(1.0 + alpha + classes[_TAIL, 0])
    product = 1.0
    for k in range(1, count - 1):
        product *= alpha + classes[_TAIL, k]
        if not _SMALLEST_PRODUCT < product < _LARGEST_PRODUCT:
            density -= log(product)
            product = 1.0
    return density - log(product)


@compiled
def _draw_alpha(rng: Stream, prior: Prior, numbers: Floats, classes: Floats, lists: Floats) -> None:
    """Draw α by one short and one long step on the log scale."""
    persons_last = lists[_NAMED, lists.shape[1] - 1, lists.shape[2] - 1]
    log_alpha = log(numbers[ALPHA])
    density = _log_alpha_density(log_alpha, prior, classes, persons_last)
    width = 1.0
    for _ in range(2):
        proposed = log_alpha + width * normal(rng)
        if proposed > _SMALLEST_LOG_ALPHA:
            other = _log_alpha_density(proposed, prior, classes, persons_last)
            if log(1.0 - uniform(rng)) < other - density:
                log_alpha, density = proposed, other
        width = 4.0
    numbers[ALPHA] = exp(log_alpha)


@compiled
def _draw_shares(rng: Stream, alpha: float, classes: Floats, lists: Floats) -> None:
    """Break the stick: V_k ~ Beta(1 + persons, α + persons in later classes), in logs."""
    count, last = lists.shape[1], lists.shape[2] - 1
    left = 0.0
    for k in range(count - 1):
        if classes[_TAIL, k] == 0:
            log_rest = log(1.0 - uniform(rng)) / alpha
            log_part = log(-expm1(log_rest)) if log_rest < 0 else -_FARTHEST
        else:
            log_part = log_gamma_draw(rng, 1.0 + lists[_NAMED, k, last])
            log_rest = log_gamma_draw(rng, alpha + classes[_TAIL, k + 1])
            most = max(log_part, log_rest)
            both = most + log1p(exp(min(log_part, log_rest) - most))
            log_part -= both
            log_rest -= both
        classes[SHARE, k] = left + log_part
        left += log_rest
    classes[SHARE, count - 1] = left


@compiled
def _draw_chances(rng: Stream, prior: Prior, classes: Floats, lists: Floats) -> None:
    """Draw λ; that of a class too small to get anybody waits until it is larger."""
    last = lists.shape[2] - 1
    is_flat = prior.named == 1.0 and prior.missed == 1.0
    for k in range(lists.shape[1]):
        persons = lists[_NAMED, k, last]
        if persons == 0 and classes[SHARE, k] < _LOG_NOTHING - 1.0:
            continue
        for j in range(last):
            if persons == 0 and is_flat:
                lists[HIT, k, j] = 1.0 - uniform(rng)
                lists[MISS, k, j] = max(1.0 - lists[HIT, k, j], _LEAST)
                continue
            yes = no = 0.0
            shape = prior.named + lists[_NAMED, k, j]
            for _ in range(2):
                no = yes
                yes = gamma_draw(rng, shape) if shape >= 1.0 else exp(log_gamma_draw(rng, shape))
                shape = prior.missed + persons - lists[_NAMED, k, j]
            lists[HIT, k, j] = max(no / (yes + no), _LEAST)
            lists[MISS, k, j] = max(yes / (yes + no), _LEAST)


# Two classes for one, one for two, or two for two


@compiled
def _move_two(rng: Stream, patterns: Patterns, prior: Prior, chain: Chain) -> None:
    """Propose other classes for the persons of one or of two, with shares and λ integrated out.

    That is two classes in the place of one, or the reverse, or two for two that are told apart by
    something else. In all of them a few steps of expectation and maximisation from two patterns
    drawn at random say how the persons of both would be told apart. That depends on who is in both
    together and on nothing else, so that the way back is known: a split deals by it, and a merge
    is weighed by how likely it would have dealt what is there.

    Source: Jain & Neal (2004), with that in the place of their restricted Gibbs scans.
    """
    lists, cells, columns, pair = chain.lists, chain.cells, chain.patterns, chain.pair
    kind = int(4.0 * uniform(rng))
    is_split, is_merge = kind == 0, kind == 1
    occupied = _count(lists, 1)
    first, second = _choose_two(rng, lists, occupied, is_split)
    if second < 0 or cells[_DEALT, first, 0] + cells[_DEALT, second, 0] > _TOO_MANY_TO_DEAL:
        return
    for e in range(columns.shape[1]):
        columns[_BOTH, e] = cells[_DEALT, first, e] + cells[_DEALT, second, e]
        columns[_PART, e] = cells[_DEALT, first, e]
    _tell_apart(rng, patterns, prior, columns, pair)
    alpha, both = chain.numbers[ALPHA], pair[_PAIR_NAMED, 2, pair.shape[2] - 1]
    if is_merge:
        occupied -= 1
    as_one = _log_order(alpha, lists, first, second, both, 0.0)
    as_one -= log((lists.shape[1] - occupied) / (occupied + 1.0))
    before = as_one
    if not is_split:
        before = _log_of_two(patterns, prior, chain, first, second)
    after = as_one
    if not is_merge:
        for e in range(columns.shape[1]):
            odds = columns[_ODDS_FIRST, e]
            columns[_PART, e] = binomial_draw(rng, columns[_BOTH, e], odds / (1.0 + odds))
        after = _log_of_two(patterns, prior, chain, first, second)
    if log(1.0 - uniform(rng)) < after - before:
        for j in range(lists.shape[2]):
            lists[_NAMED, first, j] = pair[_PAIR_NAMED, 2 if is_merge else 0, j]
            lists[_NAMED, second, j] = 0.0 if is_merge else pair[_PAIR_NAMED, 1, j]


@compiled
def _count(lists: Floats, holds: int) -> int:
    """Count the classes that hold somebody (`holds` is 1), or nobody (0)."""
    found, last = 0, lists.shape[2] - 1
    for k in range(lists.shape[1]):
        if (lists[_NAMED, k, last] > 0) == (holds == 1):
            found += 1
    return found


@compiled
def _choose_two(
    rng: Stream,
    lists: Floats,
    occupied: int,
    is_split: bool,  # noqa: FBT001
) -> tuple[int, int]:
    """Draw a class that holds somebody, and one that does not or another that does; or −1."""
    others = lists.shape[1] - occupied if is_split else occupied - 1
    if others < 1:
        return -1, -1
    number, other = int(uniform(rng) * occupied), int(uniform(rng) * others)
    first = second = -1
    for k in range(lists.shape[1]):
        if lists[_NAMED, k, lists.shape[2] - 1] > 0:
            if number == 0:
                first = k
            number -= 1
    for k in range(lists.shape[1]):
        if (lists[_NAMED, k, lists.shape[2] - 1] > 0) != is_split and k != first:
            if other == 0:
                second = k
            other -= 1
    return first, second


@compiled
def _tell_apart(
    rng: Stream, patterns: Patterns, prior: Prior, columns: Floats, pair: Floats
) -> None:
    """Fill in the odds of each pattern's persons to be in the first part."""
    parent, added = patterns.parent, patterns.added
    last = pair.shape[2] - 1
    for e in range(len(parent)):
        columns[_PASSED, e] = columns[_BOTH, e]
    _sum_by_list(patterns, columns, pair, _PAIR_NAMED, 2)
    both = pair[_PAIR_NAMED, 2, last]
    for side in range(2):
        _begin(rng, patterns, side, columns, pair)
    steps = 1 + int(uniform(rng) * _STEPS_APART)
    for step in range(steps + 1):
        if step > 0:
            for e in range(len(parent)):
                odds = columns[_ODDS_FIRST, e]
                columns[_PASSED, e] = columns[_BOTH, e] * (odds / (1.0 + odds))
            _sum_by_list(patterns, columns, pair, _PAIR_NAMED, 0)
            persons = pair[_PAIR_NAMED, 0, last]
            for j in range(last):
                named = pair[_PAIR_NAMED, 0, j]
                rest = pair[_PAIR_NAMED, 2, j] - named
                pair[_PAIR_HIT, 0, j] = (named + prior.named) / (
                    persons + prior.named + prior.missed
                )
                pair[_PAIR_HIT, 1, j] = (rest + prior.named) / (
                    both - persons + prior.named + prior.missed
                )
            pair[_PAIR_HIT, 0, last] = (persons + 1.0) / (both + 2.0)
            pair[_PAIR_HIT, 1, last] = (both - persons + 1.0) / (both + 2.0)
        start = pair[_PAIR_HIT, 0, last] / pair[_PAIR_HIT, 1, last]
        for j in range(last):
            miss = (1.0 - pair[_PAIR_HIT, 0, j]) / (1.0 - pair[_PAIR_HIT, 1, j])
            start *= miss
            pair[_PAIR_HIT, 2, j] = pair[_PAIR_HIT, 0, j] / pair[_PAIR_HIT, 1, j] / miss
        columns[_ODDS_FIRST, 0] = start
        for e in range(1, len(parent)):
            odds = columns[_ODDS_FIRST, parent[e]] * pair[_PAIR_HIT, 2, added[e]]
            columns[_ODDS_FIRST, e] = min(max(odds, _SMALLEST), 1.0 / _SMALLEST)
        for e in range(len(parent)):  # never a certainty, so that the way back is open
            odds = columns[_ODDS_FIRST, e]
            columns[_ODDS_FIRST, e] = min(max(odds, _UNLIKELY), 1.0 / _UNLIKELY)


@compiled
def _begin(rng: Stream, patterns: Patterns, side: int, columns: Floats, pair: Floats) -> None:
    """Let a part begin halfway between the mean of both and a pattern drawn at random."""
    last = pair.shape[2] - 1
    pair[_PAIR_HIT, side, last] = _HALF
    for j in range(last):
        mean = (pair[_PAIR_NAMED, 2, j] + 0.5) / (pair[_PAIR_NAMED, 2, last] + 1.0)
        pair[_PAIR_HIT, side, j] = _HALF * mean
    found = 0
    for e in range(1, columns.shape[1]):
        if columns[_BOTH, e] > 0:
            found += 1
    number = int(uniform(rng) * found)
    step = 0
    for e in range(1, columns.shape[1]):
        if columns[_BOTH, e] > 0:
            if number == 0:
                step = e
            number -= 1
    while step > 0:
        pair[_PAIR_HIT, side, patterns.added[step]] += 0.45
        step = patterns.parent[step]


@compiled
def _log_of_two(patterns: Patterns, prior: Prior, chain: Chain, first: int, second: int) -> float:
    """Sum persons of both parts; return log(lists given two classes / given one / deal · order)."""
    columns, pair = chain.patterns, chain.pair
    last = pair.shape[2] - 1
    for e in range(columns.shape[1]):
        columns[_PASSED, e] = columns[_PART, e]
    _sum_by_list(patterns, columns, pair, _PAIR_NAMED, 0)
    for j in range(last + 1):
        pair[_PAIR_NAMED, 1, j] = pair[_PAIR_NAMED, 2, j] - pair[_PAIR_NAMED, 0, j]
    one, other = pair[_PAIR_NAMED, 0, last], pair[_PAIR_NAMED, 1, last]
    if one <= 0 or other <= 0:
        return -math.inf
    found: float = _log_order(chain.numbers[ALPHA], chain.lists, first, second, one, other)
    for e in range(columns.shape[1]):
        if columns[_BOTH, e] > 0:
            odds = columns[_ODDS_FIRST, e]
            found += columns[_BOTH, e] * log1p(odds) - columns[_PART, e] * log(odds)
    sign = 1.0
    for side in range(3):
        if side > 1:
            sign = -1.0
        persons = pair[_PAIR_NAMED, side, last]
        found -= sign * last * log_gamma(prior.named + prior.missed + persons)
        for j in range(last):
            named = pair[_PAIR_NAMED, side, j]
            found += sign * log_gamma(prior.named + named)
            found += sign * log_gamma(prior.missed + persons - named)
    constant = log_gamma(prior.named + prior.missed)
    constant -= log_gamma(prior.named) + log_gamma(prior.missed)
    found += last * constant
    return found


@compiled
def _log_order(
    alpha: float, lists: Floats, first: int, second: int, in_first: float, in_second: float
) -> float:
    """Give the log of the probability of classes in this order, shares integrated out.

    That is with so many persons in two of them, and up to what the other ones have in it.
    """
    last, of_all = lists.shape[1] - 1, lists.shape[2] - 1
    found, tail, product = 0.0, 0.0, 1.0
    for k in range(last, -1, -1):
        persons = lists[_NAMED, k, of_all]
        if k in (first, second):
            persons = in_first if k == first else in_second
            found += log_gamma((alpha if k == last else 1.0) + persons)
        tail += persons
        if 0 < k < last:
            product *= alpha + tail
            if not _SMALLEST_PRODUCT < product < _LARGEST_PRODUCT:
                found -= log(product)
                product = 1.0
    return found - log(product)


# The glide


@compiled
def _glide(rng: Stream, patterns: Patterns, prior: Prior, chain: Chain) -> None:
    """Propose to go along the gradient, and learn from whether it was accepted.

    Which classes move is decided by their place and by a random threshold of their share. A
    glide after which others would have been chosen is refused: else the way back would differ.
    From those, and from one that left its field, nothing is learned.
    """
    numbers, classes, lists, cells, columns, moving = (
        chain.numbers,
        chain.classes,
        chain.lists,
        chain.cells,
        chain.patterns,
        chain.moving,
    )
    most = _MOVED_FEWEST + int(uniform(rng) * (_MOVED_MOST - _MOVED_FEWEST + 1))
    threshold = -8.0 - 12.0 * uniform(rng)
    step = numbers[STEP] * (0.6 + 0.6 * uniform(rng))
    moved = _choose(most, threshold, classes, lists, moving)
    rested = _rest(patterns, most, threshold, classes, lists, cells, columns)
    before, energy = 0.0, _push(rng, moved, lists, moving)
    seen = 0.0
    for leap in range(_LEAPS + 1):
        if leap > 0 and not _leap(moved, step if leap > 1 else 0.5 * step, step, lists, moving):
            return
        seen = _slope(patterns, prior, chain, moved, rested)
        if leap == 0:
            before = _log_density(patterns, prior, chain, moved, seen)
    after = _log_density(patterns, prior, chain, moved, seen)
    energy -= _stop(moved, 0.5 * step, lists, moving)
    if not _chooses_the_same(moved, most, threshold, classes, lists, moving):
        return
    accepted = log(1.0 - uniform(rng)) < after - before + energy
    if accepted:
        _arrive(moved, classes, lists, moving)
    if numbers[LEARNED] >= 0:
        change = ((1.0 if accepted else 0.0) - _WISHED) * 5.0 / (50.0 + numbers[LEARNED])
        numbers[STEP] = min(1.5, max(0.01, numbers[STEP] * exp(change)))


@compiled
def _choose(most: int, threshold: float, classes: Floats, lists: Floats, moving: Ints) -> int:
    """Note which classes move, and where they stand; return how many."""
    last = lists.shape[2] - 1
    moved = 0
    for k in range(len(moving)):
        lists[_PLACE, k, last] = classes[SHARE, k]
        classes[_WEIGHT, k] = exp(classes[SHARE, k])
        for j in range(last):
            lists[_ODDS, k, j] = lists[HIT, k, j] / lists[MISS, k, j]
        if k < most and classes[SHARE, k] > threshold:
            moving[moved] = k
            moved += 1
            for j in range(last):
                lists[_PLACE, k, j] = log(lists[_ODDS, k, j])
    return moved


@compiled
def _rest(
    patterns: Patterns,
    most: int,
    threshold: float,
    classes: Floats,
    lists: Floats,
    cells: Floats,
    columns: Floats,
) -> float:
    """Sum what the classes that stay add to the patterns; return what to being on any list."""
    for e in range(columns.shape[1]):
        columns[_REST, e] = 0.0
    seen = 0.0
    for k in range(lists.shape[1]):
        weight = classes[_WEIGHT, k]
        if weight > _NOTHING and not (k < most and classes[SHARE, k] > threshold):
            seen += _add_class(patterns, k, weight, lists, cells, columns, _REST)
    return seen


@compiled
def _slope(patterns: Patterns, prior: Prior, chain: Chain, moved: int, rested: float) -> float:
    """Fill in the slope of the log density at the place; return the chance of being on any list.

    By logit of λ_jk it is: persons of the class expected on the list, less λ_jk times persons of
    the class expected in all; by log ν_k: observed persons of the class, less those expected to be
    observed. The priors add theirs, the shares' through the sums over later classes.
    """
    parent, added, moving = patterns.parent, patterns.added, chain.moving
    classes, lists, cells, columns = chain.classes, chain.lists, chain.cells, chain.patterns
    count, last = lists.shape[1], lists.shape[2] - 1
    for e in range(columns.shape[1]):
        columns[_TOTAL, e] = columns[_REST, e]
    seen = rested
    for i in range(moved):
        k = moving[i]
        weight = exp_inside(lists[_PLACE, k, last])
        classes[_WEIGHT, k] = weight
        for j in range(last):
            lists[_ODDS, k, j] = exp_inside(lists[_PLACE, k, j])
        seen += _add_class(patterns, k, weight, lists, cells, columns, _TOTAL)
    for e in range(1, columns.shape[1]):
        columns[_PULL, e] = patterns.counts[e] / columns[_TOTAL, e]
    tail = 0.0
    for k in range(count - 1, -1, -1):
        tail += classes[_WEIGHT, k]
        classes[_TAIL, k] = tail
    alpha, by_seen = chain.numbers[ALPHA], patterns.observed / seen
    by_tails = (alpha + 1.0) / tail
    before = 0
    for i in range(moved):
        k = moving[i]
        while before < k:
            before += 1
            if before < count - 1:
                by_tails += 1.0 / classes[_TAIL, before]
        for j in range(last):
            lists[_SLOPE, k, j] = prior.named
        for e in range(columns.shape[1] - 1, 0, -1):  # as in `_sum_by_list`
            here = columns[_PASSED, e] + columns[_PULL, e] * cells[_CELL, k, e]
            columns[_PASSED, e] = 0.0
            lists[_SLOPE, k, added[e]] += here
            columns[_PASSED, parent[e]] += here
        observed, hidden, weight = columns[_PASSED, 0], cells[_CELL, k, 0], classes[_WEIGHT, k]
        columns[_PASSED, 0] = 0.0
        persons = observed + by_seen * hidden + prior.named + prior.missed
        for j in range(last):
            lists[_SLOPE, k, j] -= lists[_CHANCE, k, j] * persons
        slope = observed - by_seen * (weight - hidden) - weight * by_tails
        lists[_SLOPE, k, last] = slope + (alpha if k == count - 1 else 1.0)
    return seen


@compiled
def _log_density(patterns: Patterns, prior: Prior, chain: Chain, moved: int, seen: float) -> float:
    """Give the log density by logits of λ and logs of ν, up to what does not move.

    That of the shares is α^(K−1) ν_K^(α−1) ∏_{k=2}^{K−1} 1/(ν_k + … + ν_K) on the simplex; by logs
    of shares that are known up to a factor it is divided by (ν_1 + … + ν_K)^(α+1).
    """
    classes, lists, columns = chain.classes, chain.lists, chain.patterns
    alpha, moving = chain.numbers[ALPHA], chain.moving
    count, last = lists.shape[1], lists.shape[2] - 1
    density: float = -patterns.observed * log(seen) - (alpha + 1.0) * log(classes[_TAIL, 0])
    for e in range(1, columns.shape[1]):
        if patterns.counts[e] > 0:
            density += patterns.counts[e] * log(columns[_TOTAL, e])
    for k in range(1, count - 1):
        if classes[_TAIL, k] > 0:  # else it holds nothing that moves
            density -= log(classes[_TAIL, k])
    for i in range(moved):
        k = moving[i]
        density += (alpha if k == count - 1 else 1.0) * lists[_PLACE, k, last]
        for j in range(last):
            density += prior.named * lists[_PLACE, k, j]
            density -= (prior.named + prior.missed) * log1p(lists[_ODDS, k, j])
    return density


@compiled
def _push(rng: Stream, moved: int, lists: Floats, moving: Ints) -> float:
    """Draw speeds at random; return their energy."""
    energy = 0.0
    for i in range(moved):
        k = moving[i]
        for j in range(lists.shape[2]):
            drawn = normal(rng)
            lists[_SPEED, k, j] = drawn * math.sqrt(lists[MASS, k, j])
            lists[_PACE, k, j] = 1.0 / lists[MASS, k, j]
            energy += 0.5 * drawn * drawn
    return energy


@compiled
def _leap(moved: int, kick: float, step: float, lists: Floats, moving: Ints) -> bool:
    """Let the slope change the speeds and go a step; return whether all numbers can be held."""
    last = lists.shape[2] - 1
    holds = True
    for i in range(moved):
        k = moving[i]
        for j in range(last + 1):
            lists[_SPEED, k, j] += kick * lists[_SLOPE, k, j]
            place = lists[_PLACE, k, j] + step * lists[_SPEED, k, j] * lists[_PACE, k, j]
            lists[_PLACE, k, j] = place
            if not -_FARTHEST < place < (_LARGEST_LOGIT if j < last else _FARTHEST):
                holds = False
    return holds


@compiled
def _stop(moved: int, kick: float, lists: Floats, moving: Ints) -> float:
    """Let the slope change the speeds for the last time; return their energy."""
    energy = 0.0
    for i in range(moved):
        k = moving[i]
        for j in range(lists.shape[2]):
            speed = lists[_SPEED, k, j] + kick * lists[_SLOPE, k, j]
            energy += 0.5 * speed * speed * lists[_PACE, k, j]
    return energy


@compiled
def _chooses_the_same(
    moved: int, most: int, threshold: float, classes: Floats, lists: Floats, moving: Ints
) -> bool:
    """Whether the same classes would be chosen at the end as at the start."""
    last = lists.shape[2] - 1
    log_total = log(classes[_TAIL, 0])
    i = 0
    for k in range(min(most, len(moving))):
        was_chosen = i < moved and moving[i] == k
        if was_chosen:
            i += 1
        if (lists[_PLACE, k, last] - log_total > threshold) != was_chosen:
            return False
    return True


@compiled
def _arrive(moved: int, classes: Floats, lists: Floats, moving: Ints) -> None:
    """Take the place that was reached as the chain's own."""
    last = lists.shape[2] - 1
    log_total = log(classes[_TAIL, 0])
    for k in range(len(moving)):
        classes[SHARE, k] = lists[_PLACE, k, last] - log_total
    for i in range(moved):
        k = moving[i]
        for j in range(last):
            lists[HIT, k, j] = lists[_CHANCE, k, j]
            lists[MISS, k, j] = 1.0 / (1.0 + lists[_ODDS, k, j])


def _entry(made_of: int) -> Callable[..., None]:
    """Make what is called from outside; `made_of` tells the compiler's cache of other files."""

    @entered
    def walk(
        rng: Stream,
        patterns: Patterns,
        prior: Prior,
        chain: Chain,
        draws: Draws,
        every: int,
    ) -> None:
        """Go on from where the chain is, and keep every so many-th N until `draws` is full."""
        classes = len(chain.moving)
        for one in range(len(draws.people)):
            unseen = 0.0
            for _ in range(every):
                unseen = _sweep(rng, patterns, prior, chain)
                if chain.numbers[LEARNED] >= 0:
                    _learn_mass(chain.numbers, chain.lists)
                if classes > 1 and uniform(rng) < _GLIDES:
                    _glide(rng, patterns, prior, chain)
            draws.people[one] = patterns.observed + unseen
            draws.occupied[one] = _count(chain.lists, 1) if made_of >= 0 else 0

    return walk


walk = _entry(edition(chance, portable))
