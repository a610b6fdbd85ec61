"""Whether a log-linear model has a finite estimate of N on these counts, and on which cells.

The likelihood of a Poisson log-linear model has its maximum at finite parameters only where the
sufficient statistics lie inside the cone that the patterns span. Where they lie on a face of it,
the maximum is approached as some parameters go to minus infinity: the expected numbers of the
patterns off that face go to 0, and on the face they are those of the same model over its patterns
alone (the extended maximum likelihood estimate). Which face it is depends on the patterns that
occur, never on how often they do.

The expected number on no list, exp(b(0)), is one number above 0 if the constant is determined by
the patterns on the face: the row (1, 0, ..., 0) is a combination of their rows. Otherwise it
follows the directions in which the maximum is approached. Where b(0) falls in all of them, it is 0
in the limit: nobody is missed (a list that names everybody). Where it rises, or may do either, it
is infinite or any number at the same likelihood, and programs that iterate print a number such
as 2e13.

Sources: Haberman (1974), The Analysis of Frequency Data, appendix B; Fienberg and Rinaldo (2012),
Annals of Statistics 40:996-1023; Chan, Silverman and Vincent (2021), JASA 116:1297-1306, for
lists that do not overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from scipy.optimize import linprog

from qantar.counting.table import Bools, Floats

_ZERO = 1e-7
"""What is left of whole numbers of up to thousands after elimination, where it is 0."""
_HALF = 0.5
"""A slack of the programme is 0 or 1."""


class Missed(Enum):
    """What the counts say, under a model, of the persons on no list."""

    DETERMINED = auto()
    NOBODY = auto()
    ANYTHING = auto()


@dataclass(frozen=True, eq=False)
class Face:
    """The patterns that a model expects at all, and what of the model they determine.

    Attributes:
        cells: shape (C,), patterns with an expected number above 0.
        columns: shape (P,), terms of the model that are independent over these patterns, the
            constant first; the others are combinations of them, or are at minus infinity.
        missed: whether these patterns determine the constant, and so N.
    """

    cells: Bools
    columns: Bools
    missed: Missed


def face_over(design: Floats, columns: Bools, cells: Bools) -> Face:
    """Find out what a model determines over the patterns of a face.

    Args:
        design: shape (C, P), see `poisson_models.Terms`.
        columns: shape (P,), the terms of the model.
        cells: shape (C,), the patterns of the face.
    """
    independent, is_determined = determined(design, columns, cells)
    if is_determined:
        return Face(cells, independent, Missed.DETERMINED)
    return Face(cells, independent, _missed_in_the_limit(design[:, columns], cells))


def determined(design: Floats, columns: Bools, cells: Bools) -> tuple[Bools, bool]:
    """Give independent terms over some patterns, and whether those determine the constant.

    Where they do not, fewer patterns do not either.
    """
    rows = design[cells] * columns
    products = rows.T @ rows
    kept = _independent(products)
    others = products[np.ix_(kept, columns & ~kept)]
    made_of = np.linalg.solve(products[np.ix_(kept, kept)], others)
    # A column that is made of others leaves the constant free if it is made of the constant too.
    is_free = bool((np.abs(made_of[:1]) > _ZERO).any())
    return kept, bool(kept[0]) and not is_free


def _missed_in_the_limit(rows: Floats, face: Bools) -> Missed:
    """Tell where the constant goes, the first column, as all that is off the face falls."""
    highest, lowest = (_constant(rows, face, way) for way in (-1.0, 1.0))
    return Missed.NOBODY if highest < _ZERO and lowest < -_ZERO else Missed.ANYTHING


def _constant(rows: Floats, face: Bools, way: float) -> float:
    """Give the highest (-1) or lowest (1) change of the constant in directions of the limit."""
    terms = rows.shape[1]
    answer = linprog(
        np.concatenate([[way], np.zeros(terms - 1)]),
        A_ub=rows[~face],
        b_ub=np.zeros(int((~face).sum())),
        A_eq=rows[face],
        b_eq=np.zeros(int(face.sum())),
        bounds=[(-1, 1)] * terms,
        method="highs",
    )
    return float(answer.x[0])


def _independent(products: Floats) -> Bools:
    """Take columns from the left, each unless those before it make it up.

    Args:
        products: shape (P, P), whole numbers: of each column with each.
    """
    left = products.copy()
    kept = np.zeros(len(products), dtype=np.bool_)
    for place in range(len(products)):
        if left[place, place] < _ZERO:
            continue
        kept[place] = True
        left = left - np.outer(left[place] / left[place, place], left[place])
    return kept


def facial_cells(design: Floats, columns: Bools, occurs: Bools) -> Bools:
    """Find the patterns whose expected number stays above 0, by one linear programme.

    A direction d in which the likelihood never falls has x·d = 0 for the patterns that occur and
    x·d <= 0 for the others, and the face is where all of these have x·d = 0. With slacks
    0 <= s <= 1 for patterns that do not occur and x·d + s <= 0, the greatest sum of the slacks has
    s = 1 exactly off the face, as directions may be added and made longer.

    Args:
        design: shape (C, P).
        columns: shape (P,), the terms of the model.
        occurs: shape (C,), the patterns with a count above 0.

    Returns:
        Shape (C,): the patterns on the face; all of them where the estimate is finite.
    """
    on, off = design[occurs][:, columns], design[~occurs][:, columns]
    slacks = len(off)
    if not slacks:
        return occurs.copy()
    terms = on.shape[1]
    answer = linprog(
        np.concatenate([np.zeros(terms), -np.ones(slacks)]),
        A_ub=np.hstack([off, np.eye(slacks)]),
        b_ub=np.zeros(slacks),
        A_eq=np.hstack([on, np.zeros((len(on), slacks))]),
        b_eq=np.zeros(len(on)),
        bounds=[(None, None)] * terms + [(0, 1)] * slacks,
        method="highs",
    )
    face = occurs.copy()
    face[~occurs] = answer.x[terms:] < _HALF
    return face
