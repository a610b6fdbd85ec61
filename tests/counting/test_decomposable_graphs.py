"""Averaging over graphs: dga's figures, hand-worked likelihoods, the grid, and what is refused."""

from __future__ import annotations

import re
from itertools import permutations

import numpy as np
import pytest
from scipy.special import gammaln

from qantar.counting import cautions
from qantar.counting.chordal import every, written
from qantar.counting.decomposable_graphs import Averaged, Grid, averaged, estimate
from qantar.counting.fit import Fit
from qantar.counting.graph_average import Graphs
from qantar.counting.graph_search import search
from qantar.counting.posterior import adapted, whole
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Refusal
from tests.counting.made import expected
from tests.counting.published import published

OF_DGA = [name for name, one in published().items() if "lo95" in one.reference["dga"]]


def fitted(table: CaptureTable, *, grid: Grid = "adaptive", end: int | None = None) -> Fit:
    answer = estimate(table, grid=grid, end=end)
    assert isinstance(answer, Fit)
    return answer


def ends(fit: Fit) -> tuple[float | None, ...]:
    return fit.estimate.low, fit.estimate.median, fit.estimate.high


def codes(fit: Fit) -> set[str]:
    return {one.code for one in fit.cautions}


def spread(table: CaptureTable) -> Averaged:
    answer = averaged(table)
    assert isinstance(answer, Averaged)
    return answer


@pytest.mark.parametrize("name", OF_DGA)
def test_equals_dga_to_the_unit_on_its_grid(name: str) -> None:
    one = published()[name]
    stored = one.reference["dga"]
    last = re.search(r"Nmissing=0:(\d+)", stored["settings"])
    assert last
    fit = fitted(one.table, grid="dga", end=int(last[1]))
    assert ends(fit) == (stored["lo95"], stored["N_median"], stored["hi95"])
    assert fit.estimate.mean == pytest.approx(stored["N_mean"], rel=1e-6)
    found = fit.estimate.diagnostics
    # Graphs below 1e-14 of the whole are left out, which shows in the last point where it is less.
    assert found.grid_end_mass == pytest.approx(
        stored["posterior_at_upper_end"], rel=1e-2, abs=1e-18
    )


def test_there_are_thirteen_such_tables() -> None:
    assert len(OF_DGA) == 13


@pytest.mark.parametrize("name", ["kosovo_killings_1999", "hiv_rome", "congenital_anomaly_mass"])
def test_the_graphs_that_weigh_most_are_those_of_dga(name: str) -> None:
    one = published()[name]
    stored = one.reference["dga"]
    answer = averaged(one.table, grid="dga")
    assert isinstance(answer, Averaged)
    top = np.argsort(-answer.probabilities)[:3]
    names = [written(answer.graphs.neighbours[graph].tolist()) for graph in top]
    assert [sorted(found) for found in names] == [sorted(graph) for graph in stored["top_graphs"]]
    assert answer.probabilities[top] == pytest.approx(
        np.array(stored["top_graph_weights"]), rel=1e-3
    )


def test_the_likelihood_of_each_graph_of_three_lists_is_that_worked_by_hand() -> None:
    """Gamma functions as they stand, for a table of 3 lists and 7 unseen, by the cliques."""
    table = CaptureTable.of_masks(list("abc"), [(1, 5), (2, 4), (3, 2), (4, 6), (5, 1), (7, 3)])
    delta, unseen = 1 / 8, 7
    cells = table.cells().astype(float)
    cells[0] = unseen

    def of(*lists: int) -> float:
        share, sums = delta * 2 ** (3 - len(lists)), np.zeros([2] * len(lists))
        for mask, count in enumerate(cells):
            sums[tuple(mask >> j & 1 for j in lists)] += count
        each = gammaln(sums + share) - gammaln(share)
        return float(each.sum() + gammaln(1.0) - gammaln(cells.sum() + 1.0))

    shared = gammaln(cells.sum() + 1) - gammaln(unseen + 1) - np.log(cells.sum())
    hand = {
        "[1][2][3]": of(0) + of(1) + of(2),
        "[12][3]": of(0, 1) + of(2),
        "[13][2]": of(0, 2) + of(1),
        "[1][23]": of(0) + of(1, 2),
        "[12][13]": of(0, 1) + of(0, 2) - of(0),
        "[12][23]": of(0, 1) + of(1, 2) - of(1),
        "[13][23]": of(0, 2) + of(1, 2) - of(2),
        "[123]": of(0, 1, 2),
    }
    graphs = every(3)
    for graph in graphs:
        one = Graphs.of(table, graph[None, :], delta)
        found = one.log_mass(np.array([unseen]))[0]
        assert found == pytest.approx(hand[written(graph.tolist())] + shared, abs=1e-10)
    together = Graphs.of(table, graphs, delta).log_mass(np.array([unseen]))[0]
    assert together == pytest.approx(np.logaddexp.reduce(list(hand.values())) + shared, abs=1e-10)


def test_what_informs_a_graph_is_never_negative_and_nothing_where_all_lists_are_joined() -> None:
    table = published()["uk_modern_slavery_5"].table
    graphs = every(5)
    informed = Graphs.of(table, graphs, 1 / 32).informed()
    edges = (graphs > 0).sum()
    assert edges
    assert informed.min() == 0
    complete = (graphs == [31 - (1 << j) for j in range(5)]).all(axis=1)
    alone = (graphs == 0).all(axis=1)
    assert informed[complete].tolist() == [0]
    assert informed[alone].tolist() == [int(table.sizes.sum()) - table.observed]


def test_the_grid_of_dga_ends_at_thirty_thousand_or_ten_times_the_observed() -> None:
    table = published()["korea_palembang"].table
    assert ends(fitted(table, grid="dga")) == ends(fitted(table, grid="dga", end=30_000))
    kosovo = published()["kosovo_killings_1999"].table
    stored = published()["kosovo_killings_1999"].reference["dga"]["posterior_at_upper_end"]
    found = fitted(kosovo, grid="dga").estimate.diagnostics.grid_end_mass
    assert found == pytest.approx(stored, rel=1e-5)  # which is at 44,000


@pytest.mark.parametrize("name", ["uk_modern_slavery_5", "sudan_khartoum_all_cause_d3o3"])
def test_where_the_grid_of_dga_cuts_the_posterior_it_is_said_and_the_adaptive_one_does_not(
    name: str,
) -> None:
    table = published()[name].table
    cut, free = fitted(table, grid="dga"), fitted(table)
    assert cautions.GRID_END in codes(cut)
    assert cautions.GRID_END not in codes(free)
    assert free.estimate.high is not None
    assert cut.estimate.high is not None
    assert free.estimate.high > 1.05 * cut.estimate.high
    assert free.estimate.diagnostics.grid_end_mass is not None
    assert free.estimate.diagnostics.grid_end_mass < 1e-6


@pytest.mark.parametrize("name", ["kosovo_killings_1999", "hiv_rome", "spina_bifida_ny"])
def test_where_it_cuts_nothing_both_grids_tell_the_same(name: str) -> None:
    table = published()[name].table
    cut, free = fitted(table, grid="dga"), fitted(table)
    assert ends(cut) == ends(free)
    assert not codes(cut)


def test_the_adaptive_grid_equals_a_sum_far_beyond_it() -> None:
    table = published()["korea_palembang"].table
    graphs = Graphs.of(table, every(3), 1 / 8)
    full = whole(graphs.log_mass, end=300_000, scale=table.observed)
    found = adapted(graphs.log_mass, scale=table.observed, beyond=1e-6, tolerance=1e-6)
    chances = np.array([0.01, 0.025, 0.5, 0.9, 0.95, 0.975])
    assert found.quantiles(chances) == pytest.approx(full.quantiles(chances), abs=1)


def test_a_tail_without_a_mean_gets_none() -> None:
    # The graph of all edges falls with N to the power of -1.875 only.
    fit = fitted(published()["hepatitis_a_taiwan"].table)
    assert fit.estimate.mean is None
    assert fit.estimate.high is not None
    assert cautions.PRIOR_SENSITIVE in codes(fit)


def test_an_end_that_graphs_without_information_can_reach_is_said_to_rest_on_the_prior() -> None:
    # Joining all lists has 4 % in Khartoum, more than the 2.5 % below the lower end, which is
    # therefore near the 2,664 observed; in Kosovo it has one in a million.
    khartoum = published()["sudan_khartoum_all_cause_d3o3"].table
    answer = spread(khartoum)
    assert 0.025 < answer.uninformed < 0.05
    fit = fitted(khartoum)
    assert fit.estimate.low is not None
    assert fit.estimate.low < 2800
    assert cautions.PRIOR_SENSITIVE in codes(fit)
    kosovo = published()["kosovo_killings_1999"].table
    assert spread(kosovo).uninformed < 1e-5
    assert cautions.PRIOR_SENSITIVE not in codes(fitted(kosovo))


def test_six_lists_are_exact_and_the_search_finds_the_same() -> None:
    table = published()["uk_modern_slavery_6"].table
    exact = spread(table)
    assert exact.found.models == 18154
    found = search(table, delta=2.0**-6, seed=5)
    assert found.agree
    posterior = adapted(found.graphs.log_mass, scale=table.observed, beyond=1e-6, tolerance=1e-6)
    chances = np.array([0.025, 0.5, 0.975])
    assert posterior.quantiles(chances) == pytest.approx(
        exact.posterior.quantiles(chances), rel=0.01
    )
    pairs = found.graphs.pairs(found.graphs.probabilities(posterior))
    assert pairs == pytest.approx(exact.pairs, abs=0.02)


def test_a_search_by_its_visits_tells_the_same_where_graphs_are_many() -> None:
    table = published()["snowshoe_hare"].table
    exact = spread(table)
    found = search(table, delta=2.0**-6, seed=5)
    assert found.agree
    assert found.covered < 0.99  # so the visits are the sample
    posterior = adapted(found.graphs.log_mass, scale=table.observed, beyond=1e-6, tolerance=1e-6)
    chances = np.array([0.025, 0.5, 0.975])
    assert posterior.quantiles(chances) == pytest.approx(exact.posterior.quantiles(chances), abs=1)
    pairs = found.graphs.pairs(found.graphs.probabilities(posterior))
    assert pairs == pytest.approx(exact.pairs, abs=0.05)


def test_eight_lists_are_searched_and_the_dependent_two_are_found() -> None:
    table = expected(3000, [0.2, 0.15, 0.1, 0.2, 0.15, 0.1, 0.12, 0.18], ratio=5)
    answer = spread(table)
    assert answer.found.converged
    assert answer.found.chains == 2
    assert answer.pairs[0, 1] > 0.99
    low, high = answer.posterior.quantiles(np.array([0.025, 0.975])) + table.observed
    assert low < 3000 < high
    again = spread(table)
    assert (answer.probabilities == again.probabilities).all()


def test_two_lists_that_depend_on_each_other_are_seen_to_and_the_number_is_right() -> None:
    answer = spread(expected(1000, [0.25, 0.17, 0.3, 0.2], ratio=4))
    assert answer.lists == ("l0", "l1", "l2", "l3")
    assert answer.pairs[0, 1] > 0.99
    assert np.abs(answer.pairs - answer.pairs.T).max() < 1e-12
    assert answer.pairs[2, 3] < 0.2
    assert np.diagonal(answer.pairs).tolist() == [0] * 4
    fit = fitted(expected(1000, [0.25, 0.17, 0.3, 0.2], ratio=4))
    assert fit.estimate.low is not None
    assert fit.estimate.high is not None
    assert fit.estimate.low < 1000 < fit.estimate.high


def test_three_millions_are_no_matter() -> None:
    fit = fitted(expected(3e6, [0.1, 0.12, 0.15, 0.08], ratio=3))
    assert fit.estimate.median == pytest.approx(3e6, rel=2e-3)
    assert fit.estimate.high is not None
    assert fit.estimate.high < 3.05e6


def test_the_order_of_lists_moves_nothing() -> None:
    table = published()["korea_palembang"].table
    found = {ends(fitted(table.of_lists(order))) for order in permutations(table.lists)}
    assert len(found) == 1
    kosovo = published()["kosovo_killings_1999"].table
    assert ends(fitted(kosovo.of_lists(kosovo.lists[::-1]))) == ends(fitted(kosovo))


def test_a_list_that_names_nobody_moves_nothing() -> None:
    table = published()["korea_palembang"].table
    fit = fitted(CaptureTable((*table.lists, "empty"), table.masks, table.counts))
    assert fit.estimate == fitted(table).estimate
    assert cautions.EMPTY_LIST in codes(fit)


def test_no_overlap_gets_no_number() -> None:
    answer = estimate(CaptureTable.of_masks(list("abc"), [(1, 50), (2, 40), (4, 30)]))
    assert isinstance(answer, Refusal)
    assert answer.code == cautions.NOT_ESTIMABLE


def test_a_prior_so_thin_that_the_tail_never_ends_gets_no_number() -> None:
    # Nobody can tell lists apart from each other that name the same persons: all are joined.
    cells = [(1, 100), (2, 100), (4, 100), (3, 5), (5, 5), (6, 5), (7, 60)]
    table = CaptureTable.of_masks(list("abc"), cells)
    narrow, wide = estimate(table, delta=0.01), estimate(table, delta=0.01, level=0.99)
    assert isinstance(narrow, Fit)
    assert codes(narrow) == {cautions.GRID_END, cautions.PRIOR_SENSITIVE}
    assert isinstance(wide, Refusal)
    assert wide.code == cautions.NOT_ESTIMABLE
    with pytest.raises(ValueError, match="delta"):
        estimate(published()["hepatitis_a_taiwan"].table, delta=0)


def test_one_list_and_nobody_are_refused() -> None:
    one = estimate(CaptureTable.of(["a"], [((1,), 96)]))
    none = estimate(CaptureTable.of(["a", "b"], []))
    assert isinstance(one, Refusal)
    assert isinstance(none, Refusal)
    assert (one.code, none.code) == (cautions.FEW_LISTS, cautions.NOT_ESTIMABLE)


def test_the_sample_is_the_posterior() -> None:
    fit = fitted(published()["hiv_rome"].table)
    found = np.quantile(fit.sample, [0.025, 0.5, 0.975])
    assert ends(fit) == pytest.approx(tuple(found), rel=2e-3)


def test_where_all_lists_depend_on_each_other_its_answer_is_not_to_be_used() -> None:
    """Shares of the 15 cells that no graph but that of all edges fits; it then says “nobody”."""
    shares = (20, 20, 4, 5, 4, 3, 4, 15, 4, 12, 2, 2, 2, 2, 1)
    table = CaptureTable.of_masks("abcd", [(mask, 10_000 * n) for mask, n in enumerate(shares, 1)])
    found = estimate(table)
    assert isinstance(found, Fit)
    assert found.estimate.median is not None
    assert found.estimate.median < 1.001 * table.observed
    assert found.estimate.diagnostics.uninformed == pytest.approx(1.0)
    assert not found.estimate.is_usable
    assert ["not used" in one.text for one in found.cautions] == [True]
