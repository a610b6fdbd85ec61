"""A counting made by hand, with everything that a page or a table may show of one."""

from __future__ import annotations

from dataclasses import replace

from qantar.dossier.counts import ShownCounting, ShownCounts, ShownPart
from qantar.dossier.people import Overlap
from qantar.model.counted import (
    Comparison,
    Counted,
    Density,
    Dependence,
    Headline,
    Predicted,
    Sensitivity,
    UnderPrior,
    Without,
)
from qantar.model.counting_asked import Counting
from qantar.model.estimate import Caution, Diagnostics, Estimate, Interval, Refusal

ASKED = Counting(
    id="killed",
    population="persons killed",
    where="in Sayaqkent",
    lists=("court", "press", "hospital"),
    status=("killed",),
    strata=("sex",),
)
LATENT = Estimate(
    method="latent_class",
    estimate=912.0,
    low=701.0,
    high=1433.0,
    level=0.95,
    interval=Interval.EQUAL_TAILED,
    conditions=("Nobody is counted twice.", "Everybody could have been listed."),
)
GRAPHS = replace(LATENT, method="decomposable_graphs", diagnostics=Diagnostics(converged=False))
CHAO = replace(LATENT, method="chao", estimate=801.0, low=650.0, high=None)
SENTENCE = "Counted: 378 different persons. The 95% interval runs from 701 to 1,433."
COUNTED = Counted(
    observed=378,
    lists=ASKED.lists,
    patterns=((1, 200), (2, 150), (7, 28)),
    estimates=(LATENT, GRAPHS, CHAO),
    headline=Headline(
        estimate=912.0,
        low=701.0,
        high=1433.0,
        level=0.95,
        method="latent_class",
        rule="it converged",
        linkage_share=0.25,
        sentence=SENTENCE,
    ),
    cautions=(Caution(code="heterogeneity", text="Some are found more easily."),),
    refused=None,
    seed=0,
    sensitivity=Sensitivity(
        without=(Without(list="press", method="latent_class", estimate=None, low=None, high=None),),
        priors=(
            UnderPrior(
                prior="fewer classes", method="latent_class", estimate=900.0, low=700.0, high=1400.0
            ),
        ),
        dependence=(
            Dependence(
                lists=("court", "press"), down=None, up=2.345, now=1.126, estimate=950.0
            ),
        ),
        predicted=(
            Predicted(
                list="court", size=228, seen=28, method="latent_class",
                estimate=240.0, low=180.0, high=390.0,
            ),
        ),
    ),
    densities=(
        Density(method="latent_class", points=(701.0, 912.0, 1433.0), heights=(1e-4, 2e-3, 1e-4)),
        Density(
            method="decomposable_graphs", points=(701.0, 912.0, 1433.0), heights=(1e-4, 2e-3, 1e-4)
        ),
    ),
    sentence=SENTENCE,
)  # fmt: skip
REFUSED = replace(
    COUNTED,
    headline=None,
    estimates=(),
    sensitivity=Sensitivity(),
    densities=(),
    refused=Refusal(code="tiny-overlap", text="Only 3 persons are on more than one list."),
)
CELLS = (
    Overlap(on=(True, False, False), persons=200, low=190, high=205),
    Overlap(on=(False, True, False), persons=150, low=149, high=150),
    Overlap(on=(True, True, True), persons=28, low=28, high=30),
)
COUNTING = ShownCounting(
    counting=ASKED,
    lists=ASKED.lists,
    sources=("collectors",),
    accessions=("a1",),
    whole=ShownPart(observed=378, overlaps=CELLS, counted=COUNTED),
    parts=(
        ShownPart(stratum=(("sex", "female"),), observed=300, overlaps=CELLS[:1], counted=COUNTED),
        ShownPart(stratum=(("sex", ""),), observed=78, overlaps=CELLS[2:], counted=REFUSED),
    ),
    comparisons=(Comparison(more=(("sex", "female"),), fewer=(("sex", ""),), probability=0.874),),
    sizes=(228, 178, 28),
    draws=100,
    run="0123456789abcdef",
)
COUNTS = ShownCounts(countings=(COUNTING,), left_out=2)
