"""The model with the best BIC, by bounds, is the one that fitting them all finds."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.counting.model_choice import BestOfAll, in_portions
from qantar.counting.poisson_faces import FaceFinder
from qantar.counting.poisson_models import all_models, terms_of
from qantar.counting.stepwise import StepByStep
from qantar.counting.table import Floats
from tests.counting.published import published

TABLES = published()


def _counts(name: str) -> Floats:
    return TABLES[name].table.cells()[1:].astype(np.float64)


@pytest.mark.parametrize(
    ("name", "replicates"),
    [
        ("kosovo_killings_1999", 40),
        ("hiv_rome", 40),
        ("artificial_3_nonexistence", 60),
        ("korea_palembang", 60),
        ("new_orleans_trafficking_5", 3),
        ("uk_modern_slavery_5", 3),
    ],
)
def test_no_model_is_better_than_the_one_chosen_by_bounds(name: str, replicates: int) -> None:
    counts, lists = _counts(name), TABLES[name].lists
    terms = terms_of(lists, min(lists - 1, 3) if lists < 5 else 2)
    models, finder = all_models(lists, terms.order), FaceFinder(terms)
    rng = np.random.default_rng(11)
    drawn = rng.multinomial(int(counts.sum()), counts / counts.sum(), size=replicates)
    tables = drawn.astype(np.float64)
    chosen = BestOfAll(finder, models, counts).choose(tables)
    other = FaceFinder(terms)
    for place, table in enumerate(tables):
        fitted = in_portions(other, np.tile(table, (len(models), 1)), models)
        bic = models.sum(axis=1) * np.log(table.sum()) - 2 * fitted.likelihood
        if not np.isfinite(bic).any():
            assert np.isinf(chosen.unseen[place])
            continue
        best = int(np.argmin(bic))
        same = int(np.flatnonzero((models == chosen.columns[place]).all(axis=1))[0])
        assert bic[same] == pytest.approx(bic[best], abs=1e-5)
        assert chosen.unseen[place] == pytest.approx(fitted.unseen[same], rel=1e-6)


@pytest.mark.parametrize("name", [name for name, one in TABLES.items() if one.lists <= 8])
def test_step_by_step_is_sparsemse(name: str) -> None:
    stored = TABLES[name].reference["SparseMSE_stepwise"]
    counts = _counts(name)
    finder = FaceFinder(terms_of(TABLES[name].lists, 2))
    chosen = StepByStep(finder).choose(counts[None])
    assert counts.sum() + chosen.unseen[0] == pytest.approx(stored["N"], rel=1e-6)
    if "terms" in stored:
        pairs = {frozenset(term.split(":")) for term in stored["terms"].split()}
        ours = {
            frozenset(f"L{j + 1}" for j in range(mask.bit_length()) if mask >> j & 1)
            for mask, has in zip(finder.terms.masks, chosen.columns[0], strict=True)
            if has and mask.bit_count() == 2
        }
        assert ours == pairs


def test_a_table_under_which_no_model_has_an_answer_chooses_none() -> None:
    terms = terms_of(3, 2)
    finder = FaceFinder(terms)
    apart = np.array([50.0, 40.0, 0.0, 30.0, 0.0, 0.0, 0.0])
    for chooser in (BestOfAll(finder, all_models(3, 2), apart), StepByStep(finder)):
        choice = chooser.choose(np.array([apart, apart + 1]))
        assert np.isinf(choice.unseen).tolist() == [True, False]
        assert choice.columns.any(axis=1).tolist() == [False, True]
