"""Answers over draws of linking: pooled as a mixture, with the share that linking has in it."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from qantar.counting.fit import Fit
from qantar.counting.linked import lists_of_editions, patterns_of_persons
from qantar.counting.pooled import SAMPLE, Answer, alone, pooled
from qantar.counting.table import Floats
from qantar.model.estimate import Caution

from .given import estimate


def fit(*draws: float, converged: bool = True, cautions: tuple[Caution, ...] = ()) -> Fit:
    sample: Floats = np.array(draws)
    point = float(np.median(sample)) if len(sample) else None
    return Fit(
        estimate=estimate("latent_class", point, point, point, converged=converged),
        sample=sample,
        cautions=cautions,
    )


def many(*fits: Fit) -> Answer:
    return pooled(list(enumerate(fits)), level=0.9, seed=3)


def test_one_answer_alone_stays_as_it_is() -> None:
    one = alone(fit(100, 200, 300), seed=1)
    assert one.estimate.estimate == 200
    assert one.sample.shape == (1, SAMPLE)
    assert one.linkage_share is None
    assert set(one.sample.ravel().tolist()) == {100, 200, 300}


def test_the_interval_of_a_mixture_holds_the_spread_between_draws() -> None:
    low, high = np.linspace(100, 110, 101), np.linspace(200, 210, 101)
    got = many(fit(*low), fit(*high))
    assert got.sample.shape == (2, SAMPLE // 2)
    assert got.estimate.low == pytest.approx(101, abs=0.5)
    assert got.estimate.high == pytest.approx(209, abs=0.5)
    assert got.estimate.level == 0.9


def test_the_share_of_linking_by_hand() -> None:
    # Two draws of linking, in each two values of log N at m - 1 and m + 1, m = 5 and m = 6. With
    # all draws the variance within is 1, and that of the means, 5 and 6, is 1/2.
    e = np.e
    got = many(fit(*[e**4, e**6] * 500), fit(*[e**5, e**7] * 500))
    assert got.linkage_share == pytest.approx(0.5 / 1.5, abs=0.01)
    same = many(fit(*[e**4, e**6] * 500), fit(*[e**4, e**6] * 500))
    assert same.linkage_share == pytest.approx(0, abs=0.01)
    sure = many(fit(50.0), fit(80.0))
    assert sure.linkage_share == 1
    assert log(50) < log(80)


def test_an_answer_that_fails_in_one_draw_fails() -> None:
    got = many(fit(100, 200), fit())
    assert (got.estimate.estimate, got.estimate.high, got.sample.size) == (None, None, 0)
    assert got.linkage_share is None
    assert many(fit(1, 2), fit(1, 2, converged=False)).estimate.diagnostics.converged is False
    endless = many(fit(*[10.0] * 9, np.inf), fit(*[10.0] * 9, np.inf))
    assert (endless.estimate.low, endless.estimate.high) == (10, None)
    assert endless.linkage_share is None


def test_what_was_noticed_in_some_draws_says_in_how_many() -> None:
    caution = Caution(code="grid-end", text="It is cut.")
    (some,) = many(fit(1, 2), fit(1, 2, cautions=(caution,))).cautions
    assert (some.code, some.text) == ("grid-end", "In 1 of 2 draws of linking: It is cut.")
    every = many(fit(1, cautions=(caution,)), fit(1, cautions=(caution,)))
    assert every.cautions == (caution,)
    ends = Caution(code="prior-sensitive", text="The ends rest on it.", kind="ends")
    point = Caution(code="prior-sensitive", text="The point does.", kind="point")
    other = many(fit(1, 2, cautions=(ends,)), fit(1, 2, cautions=(point,))).cautions
    assert [(one.text, one.kind) for one in other] == [
        ("In 1 of 2 draws of linking: The ends rest on it.", "ends"),
        ("In 1 of 2 draws of linking: The point does.", "point"),
    ]


# ---------------------------------------------------------------- persons into patterns


def test_persons_are_counted_by_the_lists_that_name_them() -> None:
    # Person 7: on a twice and on b; 8: on b; 9: on a and c.
    lists = np.array([0, 0, 1, 1, 0, 2])
    person = np.array([7, 7, 7, 8, 9, 9])
    table = patterns_of_persons(["a", "b", "c"], lists, person)
    assert dict(zip(table.masks.tolist(), table.counts.tolist(), strict=True)) == {3: 1, 2: 1, 5: 1}


def test_editions_of_one_list_are_one_list() -> None:
    names = ["court (2022-01)", "court (2022-02)", "press (x)", "morgue"]
    assert lists_of_editions(names) == ("court", "court", "press (x)", "morgue")
    # An edition beside the list itself is one of it too.
    assert lists_of_editions(["court", "court (2022-02)"]) == ("court", "court")
