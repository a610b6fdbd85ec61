"""A posterior held at nodes is the one summed over all whole numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from qantar.counting.log_gamma import rising
from qantar.counting.posterior import FARTHEST, adapted, whole
from qantar.counting.table import Floats, Ints

CHANCES = np.array([0.001, 0.025, 0.25, 0.5, 0.75, 0.975, 0.999])


@settings(max_examples=20, deadline=None)
@given(
    centre=st.floats(0, 20_000),
    width=st.floats(0.5, 2_000),
    second=st.floats(0, 1),
    far=st.booleans(),
)
def test_nodes_tell_what_a_sum_over_all_tells(
    centre: float, width: float, second: float, *, far: bool
) -> None:
    other = centre / 3 + (20_000 if far else 0)
    width = max(width, 0.05 * max(centre, other))  # of 2,000 persons no peak is narrower

    def log_mass(unseen: Ints) -> Floats:
        near = -((unseen - centre) ** 2) / (2 * width**2)
        away = -((unseen - other) ** 2) / (2 * (width / 2) ** 2) + np.log(second + 1e-12)
        logs: Floats = np.logaddexp(near, away)
        return logs

    full = whole(log_mass, end=70_000, scale=2_000)
    found = adapted(log_mass, scale=2_000, beyond=1e-9, tolerance=1e-9)
    assert full.masses.sum() == pytest.approx(1)
    low, high = full.quantiles(CHANCES - 1e-7), full.quantiles(CHANCES + 1e-7)
    got = found.quantiles(CHANCES)
    assert ((low <= got) & (got <= high)).all()
    assert found.mean == pytest.approx(full.mean, rel=1e-6, abs=1e-3)


def test_a_heavy_tail_is_followed_to_where_nothing_is_left() -> None:
    # p(N) of N + 1 to the power of -2: beyond X lies about 1 / (1.645 X), so 1e-6 at 608,000.
    found = adapted(lambda n: -2 * np.log(n + 1.0), scale=1, beyond=1e-6, tolerance=1e-8)
    assert found.beyond <= 1e-6
    assert found.nodes[-1] > 600_000
    sums = np.cumsum(1 / np.arange(1.0, 3_000_001) ** 2) / (np.pi**2 / 6)
    assert found.quantiles(CHANCES).tolist() == np.searchsorted(sums, CHANCES).tolist()


def test_far_out_in_a_heavy_tail_nothing_is_lost_between_nodes() -> None:
    # p(N) of N + 1 to the power of -1.5: above X lie 2 / sqrt(X) of 2.612 in all, X from 10^6 on.
    found = adapted(lambda n: -1.5 * np.log(n + 1.0), scale=1, beyond=1e-6, tolerance=1e-8)
    assert found.nodes[-1] > 10**11
    for far in (10**6, 10**8, 10**10):
        above = 2 / np.sqrt(far) / 2.6123753
        place = found.quantiles(np.array([1 - above]))[0]
        # What lies beyond the last node is cut off, and is some of what is above.
        assert place == pytest.approx(far * (above / (above + found.beyond)) ** 2, rel=2e-3)


def test_a_tail_that_never_ends_is_seen_to_reach_beyond() -> None:
    found = adapted(lambda n: -np.log(n + 1.0), scale=1, beyond=1e-6, tolerance=1e-3)
    assert found.nodes[-1] == FARTHEST
    assert found.beyond > 0.5


def test_a_cut_far_away_is_the_same_though_not_every_whole_number_is_looked_at() -> None:
    def log_mass(unseen: Ints) -> Floats:
        logs: Floats = -1.5 * np.log(unseen + 5_000.0)
        return logs

    found = whole(log_mass, end=1_000_000, scale=5_000)
    sums = np.cumsum(np.exp(log_mass(np.arange(1_000_001))))
    assert len(found.nodes) < 200_000
    assert found.nodes[-1] == 1_000_000
    expected = np.searchsorted(sums / sums[-1], CHANCES)
    assert found.quantiles(CHANCES) == pytest.approx(expected, abs=1)


def test_quantiles_of_few_whole_numbers_are_those_worked_by_hand() -> None:
    # 0, 1, 2 with 1/2, 1/4, 1/4
    found = whole(lambda n: np.log(np.array([2.0, 1.0, 1.0])[n]), end=2, scale=5)
    assert found.quantiles(np.array([0.1, 0.5, 0.51, 0.75, 0.76, 1.0])).tolist() == [
        0,
        0,
        1,
        1,
        2,
        2,
    ]
    assert found.mean == pytest.approx(0.75)


@given(x=st.floats(0.01, 1e6), steps=st.floats(0, 1e6))
def test_log_gamma_rises_as_it_does(x: float, steps: float) -> None:
    direct = gammaln(x + steps) - gammaln(x)
    scale = abs(gammaln(x + steps)) + abs(gammaln(x)) + 1
    assert rising(np.array([x]), steps)[0] == pytest.approx(direct, abs=1e-14 * scale + 1e-12)


def test_log_gamma_of_thousands_of_billions_keeps_its_digits() -> None:
    # Γ(x + 2) / Γ(x) = x (x + 1)
    x = 4e15
    assert rising(np.array([x]), 2.0)[0] == pytest.approx(np.log(x) + np.log(x + 1), rel=1e-15)
