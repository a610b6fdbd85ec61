"""Whether a log-linear model has a finite estimate of N on these counts, and on which cells.

The likelihood of a Poisson log-linear model has its maximum at finite parameters only where the
sufficient statistics lie inside the cone that the patterns span. Where they lie on a face of it,
the maximum is approached as some parameters go to minus infinity: the expected numbers of the
patterns off that face go to 0, and on the face they are those of the same model over its patterns
alone (the extended maximum likelihood estimate). Which face it is depends on the patterns that
occur, never on how often they do.

The expected number on no list, exp(b(0)), is then finite and one number only if the constant is
determined by the patterns on the face: the row (1, 0, ..., 0) is a combination of their rows.
Otherwise it may be anything from 0 to infinity at the same likelihood, and programs that iterate
print a number such as 2e13.

Sources: Haberman (1974), The Analysis of Frequency Data, appendix B; Fienberg and Rinaldo (2012),
Annals of Statistics 40:996-1023; Chan, Silverman and Vincent (2021), JASA 116:1297-1306, for
lists that do not overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from qantar.counting.table import Bools, Floats

_HALF = 0.5
"""A slack of the programme is 0 or 1."""


@dataclass(frozen=True, eq=False)
class Face:
    """The patterns that a model expects at all, and what of the model they determine.

    Attributes:
        cells: shape (C,), patterns with an expected number above 0.
        columns: shape (P,), terms of the model that are independent over these patterns, the
            constant first; the others are combinations of them, or are at minus infinity.
        is_estimable: whether these patterns determine the constant, and so N.
    """

    cells: Bools
    columns: Bools
    is_estimable: bool


def face_over(design: Floats, columns: Bools, cells: Bools) -> Face:
    """Find out what a model determines over some patterns.

    Args:
        design: shape (C, P), see `poisson_models.Terms`.
        columns: shape (P,), the terms of the model.
        cells: shape (C,), the patterns.
    """
    kept = _independent(design[cells] * columns)
    constant = np.zeros((1, design.shape[1]))
    constant[0, 0] = 1.0
    rows = np.vstack([design[cells], constant]) * columns
    rank = int(np.linalg.matrix_rank(rows)) if columns.any() else 0
    return Face(cells, kept, is_estimable=bool(kept[0]) and rank == int(kept.sum()))


def _independent(rows: Floats) -> Bools:
    """Take columns from the left, each unless those before it make it up (Gauss, by columns)."""
    left = rows.copy()
    kept = np.zeros(rows.shape[1], dtype=np.bool_)
    for place in range(rows.shape[1]):
        column = left[:, place]
        pivot = int(np.argmax(np.abs(column))) if len(column) else 0
        if not len(column) or abs(column[pivot]) < 1e-9:  # noqa: PLR2004  # entries are small fractions
            continue
        kept[place] = True
        left = left - np.outer(column / column[pivot], left[pivot])
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
