"""How many there were, when some lists may depend on others and nobody knows which.

Every decomposable graph is a way in which lists depend: joined ones may, others are independent
given those between. The answer averages over all graphs, each with the weight that the data give
it, so that the interval contains the doubt about which is right. It holds where dependence is
between lists (they share sources, or shut each other out). Where it comes from people, who
are hard to find for all lists alike, no graph but that of all edges fits, and the interval
is too short and lies too low. Graphs that join all lists that overlap say nothing about who is
on none; where they weigh much, the upper end comes from the prior, and a caution says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from qantar.counting.cautions import (
    GRID_END,
    NOT_CONVERGED,
    NOT_ESTIMABLE,
    PRIOR_SENSITIVE,
)
from qantar.counting.chordal import MOST_ENUMERATED, every
from qantar.counting.digits import figure
from qantar.counting.fit import Fit
from qantar.counting.graph_average import Graphs
from qantar.counting.graph_search import search
from qantar.counting.posterior import Posterior, adapted, whole
from qantar.counting.posterior_fit import blank, posterior_fit
from qantar.counting.table import CaptureTable, Floats
from qantar.counting.usable import too_little, without_empty_lists
from qantar.model.estimate import MOST_UNINFORMED, Caution, Diagnostics, Refusal

METHOD: Final = "decomposable_graphs"

CONDITIONS: Final = (
    "All lists cover the same place, time and kind of person.",
    "Lists may depend on each other, but not all at once: at least two are independent of each "
    "other, given those that both depend on. Which ones, the data decide.",
    "Apart from that, on each list everybody had the same chance of being named. People who are "
    "hard to find for all lists alike make the number too low.",
    "Nobody is counted twice, and no two records of one person were left apart.",
)

Grid = Literal["adaptive", "dga"]

_BEYOND: Final = 1e-6
_TOLERANCE: Final = 1e-6
_CUT: Final = 1e-4
"""Mass beyond the end of a fixed grid, from which it moves the interval."""
_DGA_LEAST: Final = 30_000
_DGA_TIMES: Final = 10


@dataclass(frozen=True, eq=False, kw_only=True)
class Averaged:
    """What the average over graphs is made of.

    Attributes:
        lists: the names of the J lists that name somebody.
        posterior: of the persons on no list.
        graphs: those that count, and `probabilities`, shape (G,), what each counts for.
        pairs: shape (J, J), the probability that two lists depend on each other directly; 0
            on the diagonal.
        uninformed: the probability of the graphs under which the data say nothing about who
            is on no list.
        found: how it was computed.
        cautions: what was noticed on the way.
    """

    lists: tuple[str, ...]
    posterior: Posterior
    graphs: Graphs
    probabilities: Floats
    pairs: Floats
    uninformed: float
    found: Diagnostics
    cautions: tuple[Caution, ...]


def estimate(
    table: CaptureTable,
    *,
    level: float = 0.95,
    seed: int = 0,
    delta: float | None = None,
    grid: Grid = "adaptive",
    end: int | None = None,
) -> Fit | Refusal:
    """Average over decomposable graphs with a hyper-Dirichlet prior.

    For a graph with cliques C and separators S, n₀ persons on no list and N = n + n₀,

        log p(Y, n₀ | G) = log(N! / n₀!) + Σ_C l(C) − Σ_S l(S) − log N + constant

    with l as in `graph_terms`. Before the data all graphs are equally probable, and p(N) ∝ 1/N.
    Up to 6 lists every chordal graph is looked at (2, 8, 61, 822, 18,154); with more, those
    found by two walks that begin far apart and must agree (`graph_search`).

    Args:
        table: the capture patterns; lists that name nobody are left out.
        level: of the interval.
        seed: of the sample, and of the walks where there are more than 6 lists.
        delta: prior persons in each of the 2^J cells; 2^-J where none is given, so one in all.
        grid: `adaptive` follows the posterior until less than 1e-6 lies beyond. `dga` looks at
            every whole number of n₀ from 0 to max(30,000, 10·n) and cuts it there, as the R
            package of that name is used; a caution says where the cut moves the interval.
        end: the last n₀ of the grid `dga`, where it shall be another.

    Returns:
        Persons. Refused with `few-lists` or `not-estimable` where there is one list or nobody,
        where no two lists share anybody (every graph then fits alike, whatever N is), and where the
        tail never ends, which a very small δ brings about.

    Raises:
        ValueError: `delta` is not above 0, or `end` is below 1.

    Source: Madigan and York (1997); Dawid and Lauritzen (1993) for the prior; Johndrow,
    Lum and Ball's dga for the settings.
    """
    found = averaged(table, level=level, seed=seed, delta=delta, grid=grid, end=end)
    if isinstance(found, Refusal):
        return found
    return posterior_fit(
        found.posterior,
        observed=table.observed,
        about=blank(METHOD, level, CONDITIONS, found.found),
        cautions=found.cautions,
        seed=seed,
        is_cut=grid == "dga",
    )


def averaged(
    table: CaptureTable,
    *,
    level: float = 0.95,
    seed: int = 0,
    delta: float | None = None,
    grid: Grid = "adaptive",
    end: int | None = None,
) -> Averaged | Refusal:
    """Give what `estimate` reads its answer from: arguments, refusals and errors are the same."""
    used, cautions = without_empty_lists(table)
    refused = too_little(used, METHOD) or _without_overlap(used)
    if refused:
        return refused
    prior = 2.0 ** -len(used.lists) if delta is None else delta
    last = max(_DGA_LEAST, _DGA_TIMES * used.observed) if end is None else end
    if prior <= 0 or last < 1:
        message = f"delta must be above 0 and end at least 1: {prior}, {last}"
        raise ValueError(message)
    graphs, walked, noted = _graphs(used, prior, seed)
    posterior = _posterior(graphs, grid, last)
    tail = (1 - level) / 2
    if grid == "adaptive" and posterior.beyond > tail:
        return _endless(prior)
    probabilities = graphs.probabilities(posterior)
    uninformed = figure(float(probabilities[graphs.informed() == 0].sum()))
    return Averaged(
        lists=used.lists,
        posterior=posterior,
        graphs=graphs,
        probabilities=probabilities,
        pairs=graphs.pairs(probabilities),
        uninformed=uninformed,
        found=Diagnostics(
            converged=walked.converged,
            chains=walked.chains,
            models=walked.models,
            grid_end_mass=figure(posterior.end if grid == "dga" else posterior.beyond),
            uninformed=uninformed,
        ),
        cautions=(*cautions, *noted, *_cut(posterior, grid), *_prior_speaks(uninformed, tail)),
    )


def _graphs(
    table: CaptureTable, delta: float, seed: int
) -> tuple[Graphs, Diagnostics, tuple[Caution, ...]]:
    """Give the graphs to average, and how they were found."""
    if len(table.lists) <= MOST_ENUMERATED:
        graphs = Graphs.of(table, every(len(table.lists)), delta)
        return graphs.probable(), Diagnostics(converged=True, models=len(graphs.logs)), ()
    found = search(table, delta=delta, seed=seed)
    walked = Diagnostics(converged=found.agree, chains=2, models=found.looked_at)
    if found.agree:
        return found.graphs.probable(), walked, ()
    text = (
        f"Of {found.looked_at:,} graphs looked at, two walks disagree about {found.apart:.0%} of "
        "the posterior: the number is not to be used. Fewer lists may help: join those of one "
        "origin, or leave out those that name few."
    )
    return found.graphs.probable(), walked, (Caution(code=NOT_CONVERGED, text=text, kind=METHOD),)


def _posterior(graphs: Graphs, grid: Grid, end: int) -> Posterior:
    if grid == "dga":
        return whole(graphs.log_mass, end=end, scale=graphs.observed)
    return adapted(graphs.log_mass, scale=graphs.observed, beyond=_BEYOND, tolerance=_TOLERANCE)


def _without_overlap(table: CaptureTable) -> Refusal | None:
    if int(table.sizes.sum()) > table.observed:
        return None
    text = (
        f"{METHOD}: no two lists share anybody. Whether ten or ten thousand were missed, the lists "
        "would look the same, so no number is given. Check how they were linked, and whether "
        "they cover the same people."
    )
    return Refusal(code=NOT_ESTIMABLE, text=text)


def _endless(delta: float) -> Refusal:
    text = (
        f"{METHOD}: with {delta:.3g} prior persons a cell, the posterior has no upper end. Use a "
        "larger delta, or more lists that overlap."
    )
    return Refusal(code=NOT_ESTIMABLE, text=text)


def _cut(posterior: Posterior, grid: Grid) -> tuple[Caution, ...]:
    if posterior.beyond <= (_CUT if grid == "dga" else _BEYOND):
        return ()
    last = int(posterior.nodes[-1]) + posterior.scale
    share = f"about {min(posterior.beyond, 1):.2g}" if posterior.beyond < 1 else "most"
    text = (
        f"The grid ends at {last:,} persons, and {share} of the posterior lies beyond: the upper "
        "end is where the grid was cut, not where the data end. Use the adaptive grid."
        if grid == "dga"
        else f"Beyond {last:,} persons there is still {share} of the posterior."
    )
    return (Caution(code=GRID_END, text=text, kind=f"{METHOD}: {grid}"),)


def _prior_speaks(uninformed: float, tail: float) -> tuple[Caution, ...]:
    """Say so where an end of the interval is in the hands of graphs that the data do not inform."""
    if uninformed <= tail:
        return ()
    assumed = uninformed > MOST_UNINFORMED
    what = (
        "the number is what was assumed before seeing them: it is not used."
        if assumed
        else "the interval rests on what was assumed before seeing them."
    )
    text = (
        f"{METHOD}: {uninformed:.0%} of the probability is with models in which all lists that "
        "overlap depend on each other. The lists then say nothing about how many were missed, and "
        f"{what}"
    )
    return (
        Caution(
            code=PRIOR_SENSITIVE, text=text, kind=f"{METHOD}: {'point' if assumed else 'ends'}"
        ),
    )
