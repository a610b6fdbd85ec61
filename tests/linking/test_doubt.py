"""Draws from doubt: what they may change, and what not."""

from __future__ import annotations

import numpy as np

from qantar.linking.candidates import LAST_RESORTS, Candidates
from qantar.linking.clusters import Clustering, Ties
from qantar.linking.doubt import Missed, drawn_missing, draws, interval, missed_by_rules
from qantar.linking.result import Interval

LISTS = 7
SURE = 40.0


def ties() -> Ties:
    """Give 400 rows of seven lists; each two of them are surely one person, on two lists."""
    number = np.arange(200)
    one = number % LISTS
    other = (one + 1 + number // LISTS % (LISTS - 1)) % LISTS
    list_of = np.column_stack((one, other)).ravel()
    left = np.arange(0, 400, 2)
    return Ties(left, left + 1, np.full(len(left), SURE), list_of, np.full(LISTS, -1e5))


def test_what_rules_missed_joins_persons_and_parts_none() -> None:
    """Else a row would leave those that everything speaks for."""
    known = ties()
    missed = Missed(np.full(LISTS * LISTS, 0.4))
    rng = np.random.default_rng(3)
    for one in draws(known, Clustering(known), missed, count=20, rng=rng):
        assert (one[known.left] == one[known.right]).all()
        assert np.array_equal(one[one], one)  # each bears the mark of one of its own rows
        assert len(np.unique(one)) < 200
        for person in np.unique(one):
            lists = known.list_of[one == person]
            assert len(set(lists)) == len(lists)


def test_nothing_doubtful_is_drawn_alike_each_time() -> None:
    known = ties()
    nothing = Missed(np.zeros(LISTS * LISTS))
    rng = np.random.default_rng(3)
    for one in draws(known, Clustering(known), nothing, count=5, rng=rng):
        assert np.array_equal(one, Clustering(known).again(known))


def test_a_pair_by_itself_is_joined_as_often_as_its_probability_says() -> None:
    """2,000 draws of a pair at natural log odds 1: 0.731, give or take three standard errors."""
    pair = Ties(np.array([0]), np.array([1]), np.array([1.0]), np.array([0, 1]), np.zeros(2))
    nothing = Missed(np.zeros(4))
    rng = np.random.default_rng(5)
    every = draws(pair, Clustering(pair), nothing, count=2000, rng=rng, wobble=(0.0, 0.0))
    joined = sum(int(one[0] == one[1]) for one in every) / 2000
    assert abs(joined - 1 / (1 + np.exp(-1))) < 0.03


def test_an_interval_holds_its_point() -> None:
    assert interval(12, np.arange(1, 11)) == Interval(12, 1, 12, 0.95)
    assert interval(5, np.array([])) == Interval(5, 5, 5, 0.95)


def doubtful(pairs: int) -> Ties:
    """Give pairs of rows, a third each of lists 0-1, 0-2 and 1-2, that may as well be one as two."""
    which = np.arange(pairs) % 3
    list_of = np.column_stack((np.where(which == 2, 1, 0), np.where(which == 0, 1, 2))).ravel()
    left = np.arange(0, 2 * pairs, 2)
    return Ties(left, left + 1, np.zeros(pairs), list_of, np.zeros(3))


def test_two_lists_are_doubted_by_themselves_and_all_together_no_more_for_it() -> None:
    """Of 900 pairs chance alone moves a third's joined pairs by 8.7, and all 900's by 15."""
    known = doubtful(900)
    rng = np.random.default_rng(5)
    every = draws(
        known, Clustering(known), Missed(np.zeros(9)), count=200, rng=rng, wobble=(0.0, 0.0)
    )
    which = np.arange(900) % 3
    joined = np.array([one[known.left] == one[known.right] for one in every])
    of_kind = np.array([joined[:, which == kind].sum(axis=1) for kind in range(3)])
    assert (of_kind.std(axis=1) > 3 * np.sqrt(300 / 4)).all()
    assert of_kind.sum(axis=0).std() < 2 * np.sqrt(900 / 4)
    assert abs(of_kind.sum(axis=0).mean() - 450) < 15


def test_what_two_lists_miss_is_drawn_by_itself_and_no_more_in_all() -> None:
    """A tenth of the true pairs is missed: 2,000 of each two lists were found, 222 were not."""
    has = np.ones((2000, 3), dtype=bool)
    rng = np.random.default_rng(5)
    known = Missed(np.full(9, 0.1), 0.0)
    drawn = np.array([drawn_missing(has, known, 3, rng) for _ in range(300)])
    above = drawn[:, *np.triu_indices(3, 1)]
    assert np.allclose(above.sum(axis=1), 3 * 2000 / 9)
    assert above.std() > 60


def found_by(resorts: int) -> tuple[Candidates, np.ndarray]:
    """Give 400 pairs that two rules found or one of them, and others that a last resort found."""
    names = ("given and surname", "day of birth and given", *LAST_RESORTS)
    rules = np.array([1, 2, 3, 3] * 100 + [4] * resorts, dtype=np.uint64)
    places = np.arange(len(rules), dtype=np.int32)
    return Candidates(places, places + len(rules), rules, names), np.ones(len(rules))


def test_what_last_resorts_found_is_missed_no_more_but_never_more_than_half_of_it() -> None:
    """20 found of 400 are 20 missed less; a thousand leave half, for chance finds pairs as well."""
    shares = []
    for resorts in (0, 20, 1000):
        pairs, belief = found_by(resorts)
        kind = np.zeros(len(belief), dtype=np.int64)
        shares.append(float(missed_by_rules(pairs, kind, belief, 1).share[0]))
    odds = [share / (1 - share) for share in shares]
    assert odds[0] > odds[1] > odds[2]
    assert np.isclose(odds[1], odds[0] - 20 / 400)
    assert np.isclose(odds[2], odds[0] / 2)
