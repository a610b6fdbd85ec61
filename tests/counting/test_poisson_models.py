"""Hierarchical models: how many there are, and that each is what its name says."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.counting.poisson_models import all_models, members, one_term_more, terms_of


@pytest.mark.parametrize(
    ("lists", "order", "models"),
    [(3, 1, 1), (3, 2, 8), (4, 2, 64), (4, 3, 113), (5, 2, 1024)],
)
def test_there_are_as_many_hierarchical_models_as_rcapture_goes_through(
    lists: int, order: int, models: int
) -> None:
    found = all_models(lists, order)
    assert len(found) == len(np.unique(found, axis=0)) == models


def test_a_term_comes_with_all_terms_within_it() -> None:
    terms = terms_of(4, 3)
    for model in all_models(4, 3):
        present = {mask for mask, has in zip(terms.masks, model, strict=True) if has}
        assert {mask & ~(1 << j) for mask in present for j in members(mask)} <= present


def test_a_model_is_the_closure_of_its_generators_and_is_named_by_them() -> None:
    terms = terms_of(4, 3)
    names = [terms.name(model) for model in all_models(4, 3)]
    assert len(set(names)) == 113
    assert {"[1,2,3,4]", "[123,14,34]", "[12,34]", "[123,124,134,234]"} <= set(names)
    for model in all_models(4, 3):
        assert terms.columns(terms.generators(model)).tolist() == model.tolist()


def test_the_design_has_a_term_where_its_lists_are_in_the_pattern() -> None:
    # terms: constant, 1, 2, 3, 12, 13, 23; patterns 100 010 110 001 101 011 111
    assert terms_of(3, 2).design.tolist() == [
        [1, 1, 0, 0, 0, 0, 0],
        [1, 0, 1, 0, 0, 0, 0],
        [1, 1, 1, 0, 1, 0, 0],
        [1, 0, 0, 1, 0, 0, 0],
        [1, 1, 0, 1, 0, 1, 0],
        [1, 0, 1, 1, 0, 0, 1],
        [1, 1, 1, 1, 1, 1, 1],
    ]


def test_lists_above_nine_are_told_apart_in_a_name() -> None:
    terms = terms_of(12, 2)
    assert terms.name(terms.columns([0b1000_0000_0001])) == "[1.12,2,3,4,5,6,7,8,9,10,11]"


def test_models_with_one_term_more_are_found() -> None:
    models = all_models(4, 3)
    more = one_term_more(models)
    assert sum(not larger for larger in more) == 1  # the one with all terms of three
    for model, larger in zip(models, more, strict=True):
        for place in larger:
            assert models[place].sum() == model.sum() + 1
            assert (models[place] >= model).all()


def test_a_term_of_all_lists_is_refused() -> None:
    with pytest.raises(ValueError, match="terms of 1 to 2 lists"):
        terms_of(3, 3)
    with pytest.raises(ValueError, match="no terms of up to 2"):
        terms_of(3, 2).columns([0b111])
