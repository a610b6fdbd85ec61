"""The chain of the latent class model, compiled: what one iteration does.

An iteration is two moves, each of which leaves the posterior of `latent_class` as it is.

The *sweep* is the Gibbs sampler: persons, the uncounted included, are dealt out to classes; the
order of classes, α, the shares and the chances of capture are drawn anew given that. Where the
shares are integrated out, an exchange of the neighbours k and k + 1 has the ratio
(α + C_{k+1}) / (α + C'_{k+1}), with C_k the persons in class k and all later ones. Shares are kept
as logs, because α may be so small that 1 − V_k is below any number that a computer holds.

The *glide* is Hamiltonian: with N and the classes of persons summed out, the likelihood is

    ∏_m p_m^f_m / (1 − p_0)^n,    p_m = Σ_k ν_k ∏_j λ_jk^x_mj (1 − λ_jk)^(1 − x_mj)

It moves the logits of λ and the logs of ν of the larger classes together along its gradient, and
so goes in one step where the sweep, which knows the class of everybody, creeps.

All compiled functions stand in this one file: the compiler's cache notices a change of the file
that it was asked to compile, and not one of another file that this one calls.

Source: Manrique-Vallier (2016) for the model and its Gibbs sampler, Neal (2011) for the other.
"""

# Compiled code has no slices to spare: it is loops. ruff: noqa: C901, PLR0912

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar, cast

import numba
import numpy as np

from qantar.counting.latent_patterns import Patterns
from qantar.counting.table import Floats, Ints

Compiled = TypeVar("Compiled", bound=Callable[..., object])

_NOTHING: Final = 1e-28  # a share below this never gets a person: chance is told apart to 1e-16
_LOG_NOTHING: Final = -64.0
_LEAST: Final = 1e-120  # of a chance of capture, so that its logit is a number
_SMALLEST_LOG_ALPHA: Final = -690.0
_TOO_MANY: Final = 1e15  # beyond, a Poisson number equals its mean to 8 digits
_LEAPS: Final = 16
_WISHED: Final = 0.8  # share of glides that should be accepted
_MOVED_FEWEST, _MOVED_MOST = 2, 6  # classes that a glide moves, at most so many, by chance
_TOO_MANY_TO_DEAL: Final = 1e12
_SOMETIMES: Final = 0.3  # share of sweeps with a move of two classes, which costs as much
_ORDERED: Final = 2  # so many classes can be told apart by their order alone
_SMALL_MEAN: Final = 10.0
_STEPS_APART: Final = 6
_UNLIKELY: Final = 1e-9
_FARTHEST: Final = 300.0  # a log beyond is the way to infinity
_LARGEST_LOGIT: Final = 35.0
_HALF: Final = 0.5
_NEARLY_ALL: Final = 0.9


class Prior(NamedTuple):
    """λ ~ Beta(`named`, `missed`), α ~ Gamma(`shape`, rate `rate`)."""

    named: float
    missed: float
    shape: float
    rate: float


class State(NamedTuple):
    """Where a chain is, changed in place.

    Attributes:
        hit: shape (K, J), the chance of a person of class k to be on list j.
        miss: shape (K, J), 1 − `hit`, kept because a difference would lose its digits.
        share: shape (K,), the log of each class's share of all persons.
        alpha: shape (1,).
    """

    hit: Floats
    miss: Floats
    share: Floats
    alpha: Floats


class Tuning(NamedTuple):
    """How far a glide goes; learned in the warm-up, and fixed after it.

    Attributes:
        mass: shape (K, J + 1), about the curvature by logit of λ_jk, and last by log ν_k.
        step: shape (1,), the length of a leap.
        learned: shape (1,), iterations learned from; below 0, nothing is learned any more.
    """

    mass: Floats
    step: Floats
    learned: Floats


class Draws(NamedTuple):
    """What is kept: `people` is N, `occupied` how many classes hold anybody; both shape (D,)."""

    people: Floats
    occupied: Floats


class Pair(NamedTuple):
    """Room for two classes that may be one: the first and the second part, and both."""

    cell: Floats  # (2, E) share times chance of each pattern
    hit: Floats  # (2, J)
    share: Floats  # (2,)
    both: Floats  # (E,) persons of either
    part: Floats  # (E,) those of them in the first
    chance: Floats  # (E,) of a person to be in the first
    chance_unseen: Floats  # (1,)
    named: Floats  # (3, J) persons on each list: first, second, both
    persons: Floats  # (3,)


class Room(NamedTuple):
    """Room to work in: classes by patterns, by lists, and along each."""

    cell: Floats  # (K, E) share times chance of each pattern
    total: Floats  # (E,)
    rest: Floats  # (E,) what the classes that do not glide add to `total`
    pull: Floats  # (E,)
    passed: Floats  # (E,)
    odds: Floats  # (J,)
    weight: Floats  # (K,) shares, up to a factor
    hidden: Floats  # (K,) weight times the chance of being on no list
    persons: Floats  # (K,)
    dealt: Floats  # (K, E) persons of each pattern
    unseen: Floats  # (K,) persons on no list
    named: Floats  # (K, J) persons of class k on list j
    tails: Floats  # (K + 1,) sums over class k and all later ones
    moving: Ints  # (K,) the classes that glide
    place: Floats  # (K, J + 1)
    slope: Floats  # (K, J + 1)
    speed: Floats  # (K, J + 1)
    hit: Floats  # (K, J)
    pair: Pair


class Chain(NamedTuple):
    """A chain, with what it has learned and the room it works in."""

    state: State
    tuning: Tuning
    room: Room


def compiled(function: Compiled) -> Compiled:
    """Compile what is called by `walk`.

    Nothing is reordered for speed and nothing runs side by side: the same seed gives the same
    numbers. Division by zero gives infinity, as in NumPy. Nothing here makes an array, so that
    no references need counting.
    """
    compiler: Any = numba.njit
    return cast(Compiled, compiler(error_model="numpy", _nrt=False)(function))


def entered(function: Compiled) -> Compiled:
    """Compile what is called from outside, and keep the machine code where it can be kept.

    That is beside this file; where an installation cannot be written to, in the user's own cache
    folder; else it is compiled again in every process.
    """
    compiler: Any = numba.njit
    try:
        return cast(Compiled, compiler(cache=True, error_model="numpy", _nrt=False)(function))
    except RuntimeError:  # the compiler's word for: no folder can be written to
        return compiled(function)


def room_for(classes: int, lists: int, patterns: int) -> Room:
    """Make room for a chain."""
    return Room(
        cell=np.zeros((classes, patterns)),
        total=np.zeros(patterns),
        rest=np.zeros(patterns),
        pull=np.zeros(patterns),
        passed=np.zeros(patterns),
        odds=np.zeros(lists),
        weight=np.zeros(classes),
        hidden=np.zeros(classes),
        persons=np.zeros(classes),
        dealt=np.zeros((classes, patterns)),
        unseen=np.zeros(classes),
        named=np.zeros((classes, lists)),
        tails=np.zeros(classes + 1),
        moving=np.zeros(classes, dtype=np.int64),
        place=np.zeros((classes, lists + 1)),
        slope=np.zeros((classes, lists + 1)),
        speed=np.zeros((classes, lists + 1)),
        hit=np.zeros((classes, lists)),
        pair=Pair(
            cell=np.zeros((2, patterns)),
            hit=np.zeros((2, lists)),
            share=np.zeros(2),
            both=np.zeros(patterns),
            part=np.zeros(patterns),
            chance=np.zeros(patterns),
            chance_unseen=np.zeros(1),
            named=np.zeros((3, lists)),
            persons=np.zeros(3),
        ),
    )


@entered
def walk(
    rng: np.random.Generator,
    patterns: Patterns,
    prior: Prior,
    chain: Chain,
    draws: Draws,
    every: int,
) -> None:
    """Go on from where the chain is, and keep every so many-th N until `draws` is full."""
    state, tuning, room = chain.state, chain.tuning, chain.room
    for one in range(len(draws.people)):
        unseen = 0.0
        for _ in range(every):
            unseen = sweep(rng, patterns, prior, state, room)
            _learn_mass(tuning, room)
            if len(state.share) > 1:
                outcome = glide(rng, patterns, prior, state, tuning, room)
                _learn_step(tuning, outcome)
        draws.people[one] = patterns.observed + unseen
        occupied = 0
        for k in range(len(room.persons)):
            if room.persons[k] > 0:
                occupied += 1
        draws.occupied[one] = occupied


@compiled
def _learn_mass(tuning: Tuning, room: Room) -> None:
    """Take the curvature that the sweep's counts have into the mean of the warm-up."""
    if tuning.learned[0] < 0:
        return
    tuning.learned[0] += 1
    mass = tuning.mass
    part = 1.0 / tuning.learned[0]
    lists = mass.shape[1] - 1
    for k in range(mass.shape[0]):
        persons = room.persons[k]
        for j in range(lists):
            named = room.named[k, j]
            mass[k, j] += part * (named * (persons - named) / max(persons, 1.0) + 0.3 - mass[k, j])
        mass[k, lists] += part * (0.3 * persons + 0.3 - mass[k, lists])


@compiled
def _learn_step(tuning: Tuning, outcome: int) -> None:
    """Lengthen the step after a glide that was accepted, shorten it after one that was not."""
    if tuning.learned[0] < 0 or outcome < 0:
        return
    change = (outcome - _WISHED) * 5.0 / (50.0 + tuning.learned[0])
    tuning.step[0] = min(1.5, max(0.01, tuning.step[0] * math.exp(change)))


# The sweep


@compiled
def sweep(
    rng: np.random.Generator, patterns: Patterns, prior: Prior, state: State, room: Room
) -> float:
    """Draw everything anew, in turn, given the rest; return how many are on no list."""
    seen = _weigh(patterns, state, room)
    unseen = _deal_unseen(rng, patterns.observed, seen, room)
    _deal_observed(rng, patterns, room)
    if len(state.share) > _ORDERED:
        chance = rng.random()
        if chance < 0.5 * _SOMETIMES:
            _split_or_merge(rng, patterns, prior, state.alpha[0], room)
        elif chance < _SOMETIMES:
            _deal_again(rng, patterns, prior, state.alpha[0], room)
    _reorder(rng, state.alpha[0], room)
    if len(state.share) > 1:
        _draw_alpha(rng, prior, state, room)
        _draw_shares(rng, state, room)
    _draw_chances(rng, prior, state, room)
    return unseen


@compiled
def _clear(numbers: Floats) -> None:
    for i in range(len(numbers)):
        numbers[i] = 0.0


@compiled
def _weigh(patterns: Patterns, state: State, room: Room) -> float:
    """Fill in what each class adds to each pattern; return the chance of being on any list."""
    parent, added = patterns.parent, patterns.added
    cell, total, odds = room.cell, room.total, room.odds
    hit, miss = state.hit, state.miss
    _clear(total)
    seen = 0.0
    for k in range(len(state.share)):
        weight = math.exp(state.share[k])
        room.weight[k] = weight
        if weight <= _NOTHING:
            room.hidden[k] = 0.0
            continue
        log_missed = 0.0
        for j in range(len(odds)):
            log_missed += math.log1p(-hit[k, j]) if hit[k, j] < _HALF else math.log(miss[k, j])
            odds[j] = hit[k, j] / miss[k, j]
        hidden = weight * math.exp(log_missed)
        room.hidden[k] = hidden
        seen -= weight * math.expm1(log_missed)
        for e in range(len(parent)):
            above = hidden if parent[e] < 0 else cell[k, parent[e]]
            cell[k, e] = above * odds[added[e]]
            total[e] += cell[k, e]
    return seen


@compiled
def _deal_unseen(rng: np.random.Generator, observed: float, seen: float, room: Room) -> float:
    """Draw the persons on no list, class by class: negative binomial, as Poisson of a gamma."""
    everybody = rng.standard_gamma(observed) / seen
    unseen = 0.0
    for k in range(len(room.persons)):
        mean = everybody * room.hidden[k]
        persons = mean
        if mean < _TOO_MANY:
            persons = _poisson(rng, mean)
        room.persons[k] = persons
        room.unseen[k] = persons
        unseen += persons
    return unseen


@compiled
def _poisson(rng: np.random.Generator, mean: float) -> float:
    """Draw a Poisson number: of a small mean by multiplying, of a large one by PTRS.

    Source: Hörmann (1993), "The transformed rejection method for generating Poisson random
    variables", algorithm PTRS.
    """
    if mean < _SMALL_MEAN:
        number, product, least = -1.0, 1.0, math.exp(-mean)
        while product > least:
            product *= 1.0 - rng.random()
            number += 1.0
        return max(number, 0.0)
    root, log_mean = math.sqrt(mean), math.log(mean)
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    log_inverse_alpha = math.log(1.1239 + 1.1328 / (b - 3.4))
    quick = 0.9277 - 3.6224 / (b - 2.0)
    while True:
        u = rng.random() - 0.5
        v = 1.0 - rng.random()
        us = 0.5 - abs(u)
        if us <= 0.0:
            continue
        number = math.floor((2.0 * a / us + b) * u + mean + 0.43)
        if us >= 0.07 and v <= quick:  # noqa: PLR2004 - the constants of the paper
            return number
        if number < 0.0 or (us < 0.013 and v > us):  # noqa: PLR2004
            continue
        bound = number * log_mean - mean - math.lgamma(number + 1.0)
        if math.log(v) + log_inverse_alpha - math.log(a / (us * us) + b) <= bound:
            return number


@compiled
def _deal_observed(rng: np.random.Generator, patterns: Patterns, room: Room) -> None:
    """Deal the persons of each pattern out to the classes, and count them by list."""
    parent, added, counts = patterns.parent, patterns.added, patterns.counts
    cell, persons, named = room.cell, room.persons, room.named
    for k in range(len(persons)):
        _clear(named[k])
        _clear(room.dealt[k])
    for e in range(len(parent)):
        left = int(counts[e])
        remaining = room.total[e]
        k = 0
        while left > 0:
            if room.weight[k] > _NOTHING:
                part = cell[k, e]
                got = left
                if part < remaining * (1.0 - 1e-15) and k < len(persons) - 1:
                    got = rng.binomial(left, part / remaining)
                remaining -= part
                left -= got
                persons[k] += got
                room.dealt[k, e] = got
                step = e if got > 0 else -1
                while step >= 0:
                    named[k, added[step]] += got
                    step = parent[step]
            k += 1


@compiled
def _reorder(rng: np.random.Generator, alpha: float, room: Room) -> None:
    """Let neighbouring classes change places, their shares integrated out."""
    persons, named, tails = room.persons, room.named, room.tails
    classes = len(persons)
    tails[classes] = 0.0
    for k in range(classes - 1, -1, -1):
        tails[k] = tails[k + 1] + persons[k]
    for _ in range(2):
        for k in range(classes - 2):
            if tails[k] == 0:
                break
            tail = tails[k + 2] + persons[k]
            if rng.random() * (alpha + tail) < alpha + tails[k + 1]:
                persons[k], persons[k + 1] = persons[k + 1], persons[k]
                tails[k + 1] = tail
                for j in range(named.shape[1]):
                    named[k, j], named[k + 1, j] = named[k + 1, j], named[k, j]


@compiled
def _log_alpha_density(log_alpha: float, prior: Prior, room: Room) -> float:
    """Give log p(log α | persons by class), the shares integrated out, up to a constant."""
    classes = len(room.persons)
    alpha = math.exp(log_alpha)
    density = (classes - 1 + prior.shape) * log_alpha - prior.rate * alpha
    density += math.lgamma(alpha + room.persons[classes - 1])
    density -= math.lgamma(1.0 + alpha + room.tails[0])
    for k in range(1, classes - 1):
        density -= math.log(alpha + room.tails[k])
    return density


@compiled
def _draw_alpha(rng: np.random.Generator, prior: Prior, state: State, room: Room) -> None:
    """Draw α by one short and one long step on the log scale."""
    log_alpha = math.log(state.alpha[0])
    density = _log_alpha_density(log_alpha, prior, room)
    for width in (1.0, 4.0):
        proposed = log_alpha + width * rng.standard_normal()
        if proposed > _SMALLEST_LOG_ALPHA:
            other = _log_alpha_density(proposed, prior, room)
            if math.log(1.0 - rng.random()) < other - density:
                log_alpha, density = proposed, other
    state.alpha[0] = math.exp(log_alpha)


@compiled
def _log_gamma_draw(rng: np.random.Generator, shape: float) -> float:
    """Draw the log of a gamma number, whose shape may be as small as it likes."""
    if shape >= 1.0:
        return math.log(rng.standard_gamma(shape))
    return math.log(rng.standard_gamma(shape + 1.0)) + math.log(1.0 - rng.random()) / shape


@compiled
def _draw_shares(rng: np.random.Generator, state: State, room: Room) -> None:
    """Break the stick: V_k ~ Beta(1 + persons, α + persons in later classes), in logs."""
    classes = len(room.persons)
    alpha = state.alpha[0]
    left = 0.0
    for k in range(classes - 1):
        if room.tails[k] == 0:
            log_rest = math.log(1.0 - rng.random()) / alpha
            log_part = math.log(-math.expm1(log_rest)) if log_rest < 0 else -_FARTHEST
        else:
            log_part = _log_gamma_draw(rng, 1.0 + room.persons[k])
            log_rest = _log_gamma_draw(rng, alpha + room.tails[k + 1])
            most = max(log_part, log_rest)
            both = most + math.log1p(math.exp(min(log_part, log_rest) - most))
            log_part -= both
            log_rest -= both
        state.share[k] = left + log_part
        left += log_rest
    state.share[classes - 1] = left


@compiled
def _draw_chances(rng: np.random.Generator, prior: Prior, state: State, room: Room) -> None:
    """Draw λ; that of a class too small to get anybody waits until it is larger."""
    for k in range(len(room.persons)):
        if room.persons[k] == 0 and state.share[k] < _LOG_NOTHING - 1.0:
            continue
        for j in range(room.named.shape[1]):
            named = room.named[k, j]
            yes = rng.standard_gamma(prior.named + named)
            no = rng.standard_gamma(prior.missed + room.persons[k] - named)
            both = yes + no
            state.hit[k, j] = max(yes / both, _LEAST)
            state.miss[k, j] = max(no / both, _LEAST)


# Two classes for one, or one for two


@compiled
def _split_or_merge(
    rng: np.random.Generator, patterns: Patterns, prior: Prior, alpha: float, room: Room
) -> None:
    """Propose two classes in the place of one, or the reverse, with shares and λ integrated out.

    Both ways, a few steps of expectation and maximisation from two patterns drawn at random say
    how the persons of both would be told apart. That depends on who is in both together and on
    nothing else, so that the way back is known: a split deals by it, and a merge is weighed by
    how likely it would have dealt what is there.

    Source: Jain & Neal (2004), with that in the place of their restricted Gibbs scans.
    """
    persons, pair = room.persons, room.pair
    is_split = rng.random() < _HALF
    first, second = _choose_two(rng, persons, is_split)
    if second < 0 or room.unseen[first] + room.unseen[second] > _TOO_MANY_TO_DEAL:
        return
    log_ratio = _propose(rng, patterns, prior, is_split, first, second, room)
    if pair.persons[0] == 0 or pair.persons[1] == 0:
        return
    persons[first], persons[second] = pair.persons[0], pair.persons[1]
    log_ratio += _log_order(alpha, persons)
    persons[first], persons[second] = pair.persons[2], 0.0
    log_ratio += math.log(_count(persons, 0) / (_count(persons, 1) + 1.0))
    log_ratio -= _log_order(alpha, persons)
    accepted = math.log(1.0 - rng.random()) < (log_ratio if is_split else -log_ratio)
    is_two = accepted == is_split
    if is_two:
        persons[first], persons[second] = pair.persons[0], pair.persons[1]
    for j in range(room.named.shape[1]):
        room.named[first, j] = pair.named[0, j] if is_two else pair.named[2, j]
        room.named[second, j] = pair.named[1, j] if is_two else 0.0


@compiled
def _deal_again(
    rng: np.random.Generator, patterns: Patterns, prior: Prior, alpha: float, room: Room
) -> None:
    """Propose to deal the persons of two classes out again, told apart by something else."""
    persons, pair = room.persons, room.pair
    first, second = _choose_two(rng, persons, False)  # noqa: FBT003
    if second < 0 or room.unseen[first] + room.unseen[second] > _TOO_MANY_TO_DEAL:
        return
    unseen = room.unseen[first] + room.unseen[second]
    before = _propose(rng, patterns, prior, False, first, second, room)  # noqa: FBT003
    before += _log_order(alpha, persons)
    chance_unseen = pair.chance_unseen[0]
    unseen_part = _dealt(rng, unseen, chance_unseen)
    log_deal = _log_dealt(unseen, unseen_part, chance_unseen)
    for e in range(len(pair.both)):
        pair.part[e] = _dealt(rng, pair.both[e], pair.chance[e])
        log_deal += _log_dealt(pair.both[e], pair.part[e], pair.chance[e])
    _sum_parts(patterns, unseen, unseen_part, pair)
    if pair.persons[0] == 0 or pair.persons[1] == 0:
        return
    old_first, old_second = persons[first], persons[second]
    persons[first], persons[second] = pair.persons[0], pair.persons[1]
    after = _log_of_two(prior, pair) - log_deal + _log_order(alpha, persons)
    if math.log(1.0 - rng.random()) < after - before:
        for j in range(room.named.shape[1]):
            room.named[first, j] = pair.named[0, j]
            room.named[second, j] = pair.named[1, j]
    else:
        persons[first], persons[second] = old_first, old_second


@compiled
def _count(persons: Floats, holds: int) -> int:
    """Count the classes that hold somebody (`holds` is 1), or nobody (0)."""
    found = 0
    for k in range(len(persons)):
        if (persons[k] > 0) == (holds == 1):
            found += 1
    return found


@compiled
def _choose_two(rng: np.random.Generator, persons: Floats, is_split: bool) -> tuple[int, int]:  # noqa: FBT001
    """Draw a class that holds somebody, and one that does not or another that does; or −1."""
    occupied = _count(persons, 1)
    others = len(persons) - occupied if is_split else occupied - 1
    if others < 1:
        return -1, -1
    first = _nth(persons, int(rng.random() * occupied), -1, 1)
    return first, _nth(persons, int(rng.random() * others), first, 0 if is_split else 1)


@compiled
def _nth(persons: Floats, number: int, besides: int, holds: int) -> int:
    """Find the so many-th class that holds somebody (1), or nobody (0), besides one."""
    found = -1
    for k in range(len(persons)):
        if (persons[k] > 0) == (holds == 1) and k != besides:
            number -= 1
            if number < 0 and found < 0:
                found = k
    return found


@compiled
def _propose(
    rng: np.random.Generator,
    patterns: Patterns,
    prior: Prior,
    is_split: bool,  # noqa: FBT001
    first: int,
    second: int,
    room: Room,
) -> float:
    """Fill in both parts and their sums; return log(lists given two classes / given one / deal)."""
    pair = room.pair
    unseen = room.unseen[first] + room.unseen[second]
    for e in range(len(pair.both)):
        pair.both[e] = room.dealt[first, e] + room.dealt[second, e]
    chance_unseen = _tell_apart(rng, patterns, prior, unseen, pair)
    pair.chance_unseen[0] = chance_unseen
    unseen_part = _dealt(rng, unseen, chance_unseen) if is_split else room.unseen[first]
    log_deal = _log_dealt(unseen, unseen_part, chance_unseen)
    for e in range(len(pair.both)):
        if is_split:
            pair.part[e] = _dealt(rng, pair.both[e], pair.chance[e])
        else:
            pair.part[e] = room.dealt[first, e]
        log_deal += _log_dealt(pair.both[e], pair.part[e], pair.chance[e])
    _sum_parts(patterns, unseen, unseen_part, pair)
    return _log_of_two(prior, pair) - log_deal


@compiled
def _tell_apart(
    rng: np.random.Generator, patterns: Patterns, prior: Prior, unseen: float, pair: Pair
) -> float:
    """Fill in the chance of each pattern's persons to be in the first part; return the unseen's."""
    both, hit = pair.both, pair.hit
    _sum_parts(patterns, unseen, 0.0, pair)
    for side in range(2):
        _begin(rng, patterns, side, pair)
    steps = 1 + int(rng.random() * _STEPS_APART)
    chance_unseen = _expect_parts(patterns, pair)
    for _ in range(steps):
        for e in range(len(both)):
            pair.part[e] = both[e] * pair.chance[e]
        _sum_parts(patterns, unseen, unseen * chance_unseen, pair)
        for side in range(2):
            pair.share[side] = (pair.persons[side] + 1.0) / (pair.persons[2] + 2.0)
            for j in range(hit.shape[1]):
                yes = pair.named[side, j] + prior.named
                no = pair.persons[side] - pair.named[side, j] + prior.missed
                hit[side, j] = yes / (yes + no)
        chance_unseen = _expect_parts(patterns, pair)
    return chance_unseen


@compiled
def _begin(rng: np.random.Generator, patterns: Patterns, side: int, pair: Pair) -> None:
    """Let a part begin halfway between the mean of both and a pattern drawn at random."""
    both = pair.both
    pair.share[side] = _HALF
    for j in range(pair.hit.shape[1]):
        pair.hit[side, j] = _HALF * (pair.named[2, j] + 0.5) / (pair.persons[2] + 1.0)
    number = int(rng.random() * _count(both, 1))
    step = _nth(both, number, -1, 1)
    while step >= 0:
        pair.hit[side, patterns.added[step]] += 0.45
        step = patterns.parent[step]


@compiled
def _expect_parts(patterns: Patterns, pair: Pair) -> float:
    """Fill in the chance to be in the first part, from both parts' shares and λ."""
    cell, hit, parent, added = pair.cell, pair.hit, patterns.parent, patterns.added
    first, second = pair.share[0], pair.share[1]
    for j in range(hit.shape[1]):
        first *= 1.0 - hit[0, j]
        second *= 1.0 - hit[1, j]
    for e in range(len(parent)):
        j = added[e]
        for side in range(2):
            above = (first if side == 0 else second) if parent[e] < 0 else cell[side, parent[e]]
            cell[side, e] = above * hit[side, j] / (1.0 - hit[side, j])
        pair.chance[e] = _between(cell[0, e] / (cell[0, e] + cell[1, e]))
    return _between(first / (first + second))


@compiled
def _between(chance: float) -> float:
    """Keep a chance from being certain, so that its log is a number and the way back is open."""
    return min(max(chance, _UNLIKELY), 1.0 - _UNLIKELY)


@compiled
def _dealt(rng: np.random.Generator, persons: float, chance: float) -> float:
    return float(rng.binomial(int(persons), chance)) if persons > 0 else 0.0


@compiled
def _log_dealt(persons: float, part: float, chance: float) -> float:
    """Give the log of the chance that these persons, told apart, were dealt so."""
    return part * math.log(chance) + (persons - part) * math.log1p(-chance)


@compiled
def _sum_parts(patterns: Patterns, unseen: float, unseen_part: float, pair: Pair) -> None:
    """Sum persons by list over the patterns: of the first part, the second, and both."""
    for side in range(3):
        _clear(pair.named[side])
    pair.persons[0] = unseen_part
    pair.persons[2] = unseen
    for e in range(len(pair.both)):
        if pair.both[e] > 0:
            pair.persons[0] += pair.part[e]
            pair.persons[2] += pair.both[e]
            step = e
            while step >= 0:
                j = patterns.added[step]
                pair.named[0, j] += pair.part[e]
                pair.named[2, j] += pair.both[e]
                step = patterns.parent[step]
    pair.persons[1] = pair.persons[2] - pair.persons[0]
    for j in range(pair.named.shape[1]):
        pair.named[1, j] = pair.named[2, j] - pair.named[0, j]


@compiled
def _log_of_two(prior: Prior, pair: Pair) -> float:
    """Give how much more likely the lists are with λ of its own for each part: the log."""
    found = 0.0
    for j in range(pair.named.shape[1]):
        found -= _log_beta(prior.named, prior.missed)
        for side in range(3):
            yes = prior.named + pair.named[side, j]
            no = prior.missed + pair.persons[side] - pair.named[side, j]
            found += _log_beta(yes, no) * (1.0 if side <= 1 else -1.0)
    return found


@compiled
def _log_beta(first: float, second: float) -> float:
    return math.lgamma(first) + math.lgamma(second) - math.lgamma(first + second)


@compiled
def _log_order(alpha: float, persons: Floats) -> float:
    """Give the log of the probability of these classes in this order, shares integrated out."""
    last = len(persons) - 1
    found = math.lgamma(alpha + persons[last])
    tail = persons[last]
    for k in range(last - 1, -1, -1):
        tail += persons[k]
        found += math.lgamma(1.0 + persons[k])
        if k > 0:
            found -= math.log(alpha + tail)
    return found


# The glide


@compiled
def glide(
    rng: np.random.Generator,
    patterns: Patterns,
    prior: Prior,
    state: State,
    tuning: Tuning,
    room: Room,
) -> int:
    """Propose to go along the gradient; return 1 if accepted, 0 if not, -1 if it left its field.

    Which classes move is decided by their place and by a random threshold of their share. A
    glide after which others would have been chosen is refused: else the way back would differ.
    """
    most = _MOVED_FEWEST + int(rng.random() * (_MOVED_MOST - _MOVED_FEWEST + 1))
    threshold = -8.0 - 12.0 * rng.random()
    step = tuning.step[0] * (0.6 + 0.6 * rng.random())
    moving = _choose(state, room, most, threshold)
    rested = _rest(patterns, state, room, most, threshold)
    alpha = state.alpha[0]
    seen = _gradient(patterns, prior, alpha, moving, rested, room)
    before = _log_density(patterns, prior, alpha, moving, seen, room)
    before -= _push(rng, tuning.mass, moving, room)
    for _ in range(_LEAPS):
        if not _leap(tuning.mass, moving, step, room):
            return -1
        seen = _gradient(patterns, prior, alpha, moving, rested, room)
        _kick(moving, 0.5 * step, room)
    after = _log_density(patterns, prior, alpha, moving, seen, room)
    after -= _energy(tuning.mass, moving, room)
    if not _chooses_the_same(moving, most, threshold, room):
        return -1
    if math.log(1.0 - rng.random()) < after - before:
        _arrive(state, moving, room)
        return 1
    return 0


@compiled
def _choose(state: State, room: Room, most: int, threshold: float) -> int:
    """Note which classes move, and where they stand; return how many."""
    lists = len(room.odds)
    moving = 0
    for k in range(len(state.share)):
        room.place[k, lists] = state.share[k]
        room.weight[k] = math.exp(state.share[k])
        if k < most and state.share[k] > threshold:
            room.moving[moving] = k
            moving += 1
            for j in range(lists):
                room.place[k, j] = math.log(state.hit[k, j] / state.miss[k, j])
    return moving


@compiled
def _rest(patterns: Patterns, state: State, room: Room, most: int, threshold: float) -> float:
    """Sum what the classes that stay add to the patterns; return what to being on any list."""
    parent, added, odds, cell = patterns.parent, patterns.added, room.odds, room.cell
    _clear(room.rest)
    seen = 0.0
    for k in range(len(state.share)):
        if (k < most and state.share[k] > threshold) or room.weight[k] <= _NOTHING:
            continue
        log_missed = 0.0
        for j in range(len(odds)):
            hit, miss = state.hit[k, j], state.miss[k, j]
            log_missed += math.log1p(-hit) if hit < _HALF else math.log(miss)
            odds[j] = hit / miss
        hidden = room.weight[k] * math.exp(log_missed)
        seen -= room.weight[k] * math.expm1(log_missed)
        for e in range(len(parent)):
            above = hidden if parent[e] < 0 else cell[k, parent[e]]
            cell[k, e] = above * odds[added[e]]
            room.rest[e] += cell[k, e]
    return seen


@compiled
def _gradient(
    patterns: Patterns, prior: Prior, alpha: float, moving: int, rested: float, room: Room
) -> float:
    """Fill in the slope of the log density at `place`; return the chance of being on any list.

    By logit of λ_jk it is: persons of the class expected on the list, less λ_jk times persons of
    the class expected in all; by log ν_k: observed persons of the class, less those expected to be
    observed. The priors add theirs, the shares' through the sums over later classes.
    """
    slope, tails, weights, hit = room.slope, room.tails, room.weight, room.hit
    seen = rested + _moved(patterns, moving, room)
    for e in range(len(patterns.counts)):
        room.pull[e] = patterns.counts[e] / room.total[e]
    by_seen = patterns.observed / seen
    classes, lists = hit.shape
    tails[classes] = 0.0
    for k in range(classes - 1, -1, -1):
        tails[k] = tails[k + 1] + weights[k]
    by_tails = (alpha + 1.0) / tails[0]
    k = 0
    for i in range(moving):
        while k < room.moving[i]:
            k += 1
            if k < classes - 1:
                by_tails += 1.0 / tails[k]
        observed = _expect(patterns, k, room)
        persons = observed + by_seen * room.hidden[k] + prior.named + prior.missed
        for j in range(lists):
            slope[k, j] += prior.named - hit[k, j] * persons
        expected = by_seen * (weights[k] - room.hidden[k])
        slope[k, lists] = observed - expected + 1.0 - weights[k] * by_tails
        if k == classes - 1:
            slope[k, lists] += alpha - 1.0
    return seen


@compiled
def _expect(patterns: Patterns, k: int, room: Room) -> float:
    """Fill `slope` in with the persons of a class expected on each list; return those on any."""
    parent, added, passed, slope = patterns.parent, patterns.added, room.passed, room.slope
    for j in range(len(room.odds)):
        slope[k, j] = 0.0
    observed = 0.0
    for e in range(len(parent)):
        passed[e] = room.pull[e] * room.cell[k, e]
    for e in range(len(parent) - 1, -1, -1):  # what a pattern has goes on to all its parents
        here = passed[e]
        slope[k, added[e]] += here
        if parent[e] >= 0:
            passed[parent[e]] += here
        else:
            observed += here
    return observed


@compiled
def _moved(patterns: Patterns, moving: int, room: Room) -> float:
    """Fill in what the moving classes add to the patterns; return what to being on any list."""
    parent, added = patterns.parent, patterns.added
    cell, total, odds, place, hit = room.cell, room.total, room.odds, room.place, room.hit
    lists = len(odds)
    for e in range(len(parent)):
        total[e] = room.rest[e]
    seen = 0.0
    for i in range(moving):
        k = room.moving[i]
        weight = math.exp(place[k, lists])
        missed = 1.0
        for j in range(lists):
            odds[j] = math.exp(place[k, j])
            miss = 1.0 / (1.0 + odds[j])
            missed *= miss
            hit[k, j] = odds[j] * miss
        if missed < _NEARLY_ALL:
            seen += weight * (1.0 - missed)
        else:  # here the difference would lose its digits
            log_missed = 0.0
            for j in range(lists):
                log_missed += math.log1p(-hit[k, j])
            seen -= weight * math.expm1(log_missed)
        room.weight[k] = weight
        room.hidden[k] = weight * missed
        for e in range(len(parent)):
            above = room.hidden[k] if parent[e] < 0 else cell[k, parent[e]]
            cell[k, e] = above * odds[added[e]]
            total[e] += cell[k, e]
    return seen


@compiled
def _log_density(
    patterns: Patterns, prior: Prior, alpha: float, moving: int, seen: float, room: Room
) -> float:
    """Give the log density by logits of λ and logs of ν, up to what does not move.

    That of the shares is α^(K−1) ν_K^(α−1) ∏_{k=2}^{K−1} 1/(ν_k + … + ν_K) on the simplex; by logs
    of shares that are known up to a factor it is divided by (ν_1 + … + ν_K)^(α+1).
    """
    counts, total, tails, place = patterns.counts, room.total, room.tails, room.place
    classes, lists = room.hit.shape
    density = -patterns.observed * math.log(seen) - (alpha + 1.0) * math.log(tails[0])
    for e in range(len(counts)):
        if counts[e] > 0:
            density += counts[e] * math.log(total[e])
    for k in range(1, classes - 1):
        if tails[k] > 0:  # else it holds nothing that moves
            density -= math.log(tails[k])
    for i in range(moving):
        k = room.moving[i]
        density += alpha * place[k, lists] if k == classes - 1 else place[k, lists]
        for j in range(lists):
            density += prior.named * place[k, j]
            density -= (prior.named + prior.missed) * math.log1p(math.exp(place[k, j]))
    return density


@compiled
def _push(rng: np.random.Generator, mass: Floats, moving: int, room: Room) -> float:
    """Draw speeds at random; return their energy."""
    energy = 0.0
    for i in range(moving):
        k = room.moving[i]
        for j in range(mass.shape[1]):
            normal = rng.standard_normal()
            room.speed[k, j] = normal * math.sqrt(mass[k, j])
            energy += 0.5 * normal * normal
    return energy


@compiled
def _energy(mass: Floats, moving: int, room: Room) -> float:
    """Give the energy of the speeds."""
    energy = 0.0
    for i in range(moving):
        k = room.moving[i]
        for j in range(mass.shape[1]):
            energy += 0.5 * room.speed[k, j] * room.speed[k, j] / mass[k, j]
    return energy


@compiled
def _kick(moving: int, time: float, room: Room) -> None:
    """Let the slope change the speeds."""
    for i in range(moving):
        k = room.moving[i]
        for j in range(room.slope.shape[1]):
            room.speed[k, j] += time * room.slope[k, j]


@compiled
def _leap(mass: Floats, moving: int, step: float, room: Room) -> bool:
    """Go half a kick and one step; return whether all numbers stay such as can be held."""
    _kick(moving, 0.5 * step, room)
    holds = True
    last = mass.shape[1] - 1
    for i in range(moving):
        k = room.moving[i]
        for j in range(last + 1):
            room.place[k, j] += step * room.speed[k, j] / mass[k, j]
            if not -_FARTHEST < room.place[k, j] < (_LARGEST_LOGIT if j < last else _FARTHEST):
                holds = False
    return holds


@compiled
def _chooses_the_same(moving: int, most: int, threshold: float, room: Room) -> bool:
    """Whether the same classes would be chosen at the end as at the start."""
    lists = len(room.odds)
    log_total = math.log(room.tails[0])
    i = 0
    for k in range(min(most, len(room.weight))):
        moved = i < moving and room.moving[i] == k
        if moved:
            i += 1
        if (room.place[k, lists] - log_total > threshold) != moved:
            return False
    return True


@compiled
def _arrive(state: State, moving: int, room: Room) -> None:
    """Take the place that was reached as the chain's state."""
    lists = len(room.odds)
    log_total = math.log(room.tails[0])
    for k in range(len(state.share)):
        state.share[k] = room.place[k, lists] - log_total
    for i in range(moving):
        k = room.moving[i]
        for j in range(lists):
            odds = math.exp(room.place[k, j])
            state.hit[k, j] = odds / (1.0 + odds)
            state.miss[k, j] = 1.0 / (1.0 + odds)
