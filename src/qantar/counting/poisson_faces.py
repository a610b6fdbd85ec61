"""Log-linear fits of sparse tables: each over the patterns that its model expects at all.

A term of which no person has all lists goes to minus infinity, and every pattern that has it
holds nobody: such patterns and terms are taken out before fitting, as Chan, Silverman and Vincent
(2021, JASA 116:1297-1306) do for pairs of lists. So are patterns that have a term, but not a wider
one that all its persons have (a list within another). What is left is fitted (`poisson_fit`); where
the fit does not show that its expected numbers are above 0, the linear programme of `existence`
says on which patterns they are, and the fit is made over those.

Where it is 0 in the limit, nobody is missed. Where it is not determined there is no number:
`unseen` is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from qantar.counting.existence import Face, Missed, determined, face_over, facial_cells
from qantar.counting.poisson_fit import Fits, fit_all
from qantar.counting.poisson_models import Terms
from qantar.counting.table import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class Fitted:
    """B fits, one a row.

    Attributes:
        unseen: shape (B,), the expected number of persons on no list; 0 where it is that in the
            limit, NaN where the counts do not determine it, or where the fit was given up.
        likelihood: shape (B,), the log-likelihood without the logarithms of y!; minus infinity
            where `unseen` is NaN.
        bound: shape (B,), what the likelihood of the model can be at most, infinity if not known.
        coefficients: shape (B, P); NaN where a term is at minus infinity or makes no difference.
        expected: shape (B, C), the expected persons of each pattern; 0 off the face.
    """

    unseen: Floats
    likelihood: Floats
    bound: Floats
    coefficients: Floats
    expected: Floats


@dataclass(frozen=True, eq=False)
class FaceFinder:
    """Faces by model and table, each worked out once."""

    terms: Terms
    faces: dict[bytes, Face] = field(default_factory=dict)
    without: dict[bytes, tuple[Bools, bool]] = field(default_factory=dict)
    programmes: dict[bytes, Bools] = field(default_factory=dict)

    def determined(self, columns: Bools, cells: Bools) -> tuple[Bools, bool]:
        """Give independent terms over these patterns, and whether those may determine N."""
        key = columns.tobytes() + cells.tobytes()
        if key not in self.without:
            self.without[key] = determined(self.terms.design, columns, cells)
        return self.without[key]

    def exact(self, columns: Bools, occurs: Bools) -> Face:
        """Give the face of a model for a table in which these patterns occur."""
        key = columns.tobytes() + occurs.tobytes()
        if key not in self.programmes:
            self.programmes[key] = facial_cells(self.terms.design, columns, occurs)
        cells = self.programmes[key]
        key = columns.tobytes() + cells.tobytes()
        if key not in self.faces:
            self.faces[key] = face_over(self.terms.design, columns, cells)
        return self.faces[key]

    def fit(
        self,
        counts: Floats,
        columns: Bools,
        *,
        start: Floats | None = None,
        needed: Floats | None = None,
        factors: Floats | None = None,
    ) -> Fitted:
        """Fit B models, each to its own table.

        Args:
            counts: shape (B, C), the tables.
            columns: shape (B, P), the terms of each model; linearly independent over all patterns.
            start: shape (B, P), coefficients to start from, NaN where none are known.
            needed: shape (B,), a fit that cannot reach this log-likelihood is given up.
            factors: shape (B, C), known factors of the expected numbers, above 0.
        """
        known = np.ones_like(counts) if factors is None else factors
        cells, active, may = self._without_empty(counts, columns)
        fits = fit_all(
            self.terms,
            counts[may],
            (cells * known)[may],
            active[may],
            start=None if start is None else start[may],
            needed=None if needed is None else needed[may],
        )
        fitted = _spread(fits, may, active)
        doubtful = ~may
        doubtful[np.flatnonzero(may)[fits.is_reached & ~fits.is_shown]] = True
        self._settle(fitted, np.flatnonzero(doubtful), counts, columns, known)
        return fitted

    def greatest(self, counts: Floats, columns: Bools) -> float:
        """Give the greatest log-likelihood of a model for one table, also where N is undetermined.

        Args:
            counts: shape (C,).
            columns: shape (P,).
        """
        face = self.exact(columns, counts > 0)
        fits = fit_all(
            self.terms, counts[None], face.cells[None].astype(np.float64), face.columns[None]
        )
        return float(fits.likelihood[0])

    def _without_empty(self, counts: Floats, columns: Bools) -> tuple[Bools, Bools, Bools]:
        """Take out what nobody has: the patterns left, the terms left, whether they may do."""
        terms = self.terms
        persons = counts @ terms.design
        empty = columns & (persons == 0)
        first, second = terms.nested.T
        all_have_more = columns[:, second] & (persons[:, first] == persons[:, second])
        off = empty.astype(np.float64) @ terms.design.T
        off += all_have_more.astype(np.float64) @ terms.between
        cells, active = off == 0, columns & ~empty
        may = np.ones(len(counts), dtype=np.bool_)
        some = np.flatnonzero(~np.logical_and.reduce(cells, axis=1))
        for rows in _alike(np.hstack([active[some], cells[some]])):
            chosen = some[rows]
            active[chosen], may[chosen] = self.determined(active[chosen[0]], cells[chosen[0]])
        return cells, active, may

    def _settle(
        self, fitted: Fitted, doubtful: Ints, counts: Floats, columns: Bools, known: Floats
    ) -> None:
        """Fit over their faces what was not shown to have a maximum; mends `fitted`."""
        faces = [self.exact(columns[row], counts[row] > 0) for row in doubtful]
        fitted.unseen[doubtful], fitted.likelihood[doubtful] = np.nan, -np.inf
        answered = [place for place, f in enumerate(faces) if f.missed is not Missed.ANYTHING]
        if not answered:
            return
        rows = doubtful[answered]
        cells = np.array([faces[place].cells for place in answered])
        active = np.array([faces[place].columns for place in answered])
        nobody = np.array([faces[place].missed is Missed.NOBODY for place in answered])
        again = fit_all(self.terms, counts[rows], cells * known[rows], active)
        part = _spread(again, np.ones(len(rows), dtype=np.bool_), active)
        fitted.unseen[rows] = np.where(nobody, 0.0, part.unseen)
        fitted.likelihood[rows], fitted.expected[rows] = part.likelihood, part.expected
        fitted.coefficients[rows] = part.coefficients


def _spread(fits: Fits, fitted: Bools, active: Bools) -> Fitted:
    """Put fits back to the rows that they are of."""
    rows = len(fitted)
    unseen, likelihood = np.full(rows, np.nan), np.full(rows, -np.inf)
    bound, coefficients = np.full(rows, np.inf), np.full(active.shape, np.nan)
    with np.errstate(over="ignore"):  # on the brink of not being determined: infinitely many
        unseen[fitted] = np.where(fits.is_reached, np.exp(fits.coefficients[:, 0]), np.nan)
    likelihood[fitted] = np.where(fits.is_reached, fits.likelihood, -np.inf)
    bound[fitted] = fits.bound
    coefficients[fitted] = np.where(active[fitted], fits.coefficients, np.nan)
    expected = np.zeros((rows, fits.expected.shape[1]))
    expected[fitted] = fits.expected
    return Fitted(unseen, likelihood, bound, coefficients, expected)


def _alike(rows: Bools) -> list[Ints]:
    """Give the places of equal rows, together."""
    if not len(rows):
        return []
    packed = np.packbits(rows, axis=1)
    keys = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, inverse = np.unique(keys, return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    ends = np.cumsum(np.bincount(inverse))[:-1]
    return [part.astype(np.int64) for part in np.split(order, ends)]
