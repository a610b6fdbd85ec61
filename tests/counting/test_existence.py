"""On which patterns a model expects anybody, held against every small direction there is."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qantar.counting.existence import Missed, face_over, facial_cells
from qantar.counting.poisson_models import all_models, terms_of
from qantar.counting.table import Bools, Floats

THREE = terms_of(3, 2)
SUPPORTS = st.sets(st.integers(0, 6), min_size=1).map(
    lambda chosen: np.isin(np.arange(7), list(chosen))
)


@cache
def _directions(terms: int) -> Floats:
    """All changes of the coefficients by -2, -1, 0, 1, 2: the rays of these cones are among them."""
    return np.array(list(product(range(-2, 3), repeat=terms)), dtype=np.float64)


def _face_by_trial(design: Floats, columns: Bools, occurs: Bools) -> Bools:
    """Off the face is what falls in a direction in which nothing rises and what occurs stays."""
    changes = _directions(int(columns.sum())) @ design[:, columns].T
    allowed = (changes <= 0).all(axis=1) & (changes[:, occurs] == 0).all(axis=1)
    fallen: Bools = (changes[allowed] < 0).any(axis=0)
    return ~fallen


def _missed_by_trial(design: Floats, columns: Bools, face: Bools) -> Missed:
    """Whether the constant stays, or only falls, in the directions in which the face stays."""
    directions = _directions(int(columns.sum()))
    changes = directions @ design[:, columns].T
    still = (changes[:, face] == 0).all(axis=1)
    if not directions[still][:, 0].any():
        return Missed.DETERMINED
    constant = directions[still & (changes <= 0).all(axis=1)][:, 0]
    return Missed.NOBODY if constant.min() < 0 and constant.max() <= 0 else Missed.ANYTHING


@given(st.integers(0, 7), SUPPORTS)
@settings(deadline=None, max_examples=150)
def test_the_programme_finds_the_face_that_trying_all_directions_finds(
    model: int, occurs: Bools
) -> None:
    columns = all_models(3, 2)[model]
    face = facial_cells(THREE.design, columns, occurs)
    assert face.tolist() == _face_by_trial(THREE.design, columns, occurs).tolist()
    missed = face_over(THREE.design, columns, face).missed
    assert missed is _missed_by_trial(THREE.design, columns, face)


def test_four_lists_of_which_two_pairs_overlap_determine_n_only_together() -> None:
    """Lists 1 and 2 overlap, 3 and 4 do not: N follows from 1 and 2 where lists are independent."""
    terms = terms_of(4, 2)
    singles = [0b0001, 0b0010, 0b0100, 0b1000]
    independent = terms.columns(singles)
    occurs = np.isin(np.arange(1, 16), [*singles, 0b0011])
    face = facial_cells(terms.design, independent, occurs)
    assert face.all()
    assert face_over(terms.design, independent, face).missed is Missed.DETERMINED
    dependent = terms.columns([0b0011])  # the overlap of 1 and 2 has a term of its own
    face = facial_cells(terms.design, dependent, occurs)
    assert face_over(terms.design, dependent, face).missed is Missed.ANYTHING


def test_lists_that_do_not_overlap_determine_n_under_no_model() -> None:
    occurs = np.array([True, True, False, True, False, False, False])
    for columns in all_models(3, 2):
        face = facial_cells(THREE.design, columns, occurs)
        assert face_over(THREE.design, columns, face).missed is Missed.ANYTHING


def test_a_list_that_names_everybody_leaves_nobody_to_be_missed() -> None:
    """All are on list 3; whatever else depends on what, nobody is on none."""
    occurs = np.array([False, False, False, True, True, True, True])
    for columns in all_models(3, 2):
        face = facial_cells(THREE.design, columns, occurs)
        assert face_over(THREE.design, columns, face).missed is not Missed.DETERMINED
    independent = THREE.columns([])
    face = facial_cells(THREE.design, independent, occurs)
    assert face_over(THREE.design, independent, face).missed is Missed.NOBODY


@pytest.mark.parametrize("lists", [3, 4, 5])
def test_where_every_pattern_occurs_every_model_has_an_estimate(lists: int) -> None:
    terms = terms_of(lists, 2)
    everywhere = np.ones(len(terms.design), dtype=np.bool_)
    for columns in all_models(lists, 2)[:: 1 if lists < 5 else 41]:
        face = face_over(terms.design, columns, facial_cells(terms.design, columns, everywhere))
        assert face.missed is Missed.DETERMINED
        assert face.columns.tolist() == columns.tolist()
