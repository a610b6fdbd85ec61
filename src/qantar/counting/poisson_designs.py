"""What a Newton step multiplies: the design of many models, one for all or one for each.

Few lists have few terms, and the models use most of them: one design for all, with the terms that a
model has not masked out, makes the second derivatives of all fits one product of matrices. Of
many lists a model uses few of many terms: then each fit has a design of its own columns only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from qantar.counting.poisson_models import Terms
from qantar.counting.table import Bools, Floats, Ints


class Design(Protocol):
    """X of B fits, each with K columns."""

    def times(self, coefficients: Floats) -> Floats:
        """Give X b, shape (B, C), of coefficients of shape (B, K)."""
        ...

    def across(self, values: Floats) -> Floats:
        """Give X' v, shape (B, K), of values of shape (B, C)."""
        ...

    def second(self, weights: Floats) -> Floats:
        """Give X' diag(w) X, shape (B, K, K), of weights of shape (B, C)."""
        ...

    def of(self, rows: Bools) -> Design:
        """Keep these fits."""
        ...


@dataclass(frozen=True, eq=False)
class Shared:
    """One design for all fits."""

    terms: Terms

    def times(self, coefficients: Floats) -> Floats:
        """Give X b."""
        return coefficients @ self.terms.design.T

    def across(self, values: Floats) -> Floats:
        """Give X' v."""
        return values @ self.terms.design

    def second(self, weights: Floats) -> Floats:
        """Give X' diag(w) X."""
        size = len(self.terms.masks)
        return (weights @ self.terms.products).reshape(-1, size, size)

    def of(self, rows: Bools) -> Shared:
        """Keep these fits: the design is that of all."""
        del rows
        return self


@dataclass(frozen=True, eq=False)
class Own:
    """A design of its own for each fit: shape (B, C, K)."""

    designs: Floats

    @classmethod
    def gather(cls, terms: Terms, places: Ints) -> Own:
        """Take for each fit the columns at `places`, shape (B, K)."""
        return cls(np.ascontiguousarray(terms.design.T[places].transpose(0, 2, 1)))

    def times(self, coefficients: Floats) -> Floats:
        """Give X b."""
        product: Floats = (self.designs @ coefficients[:, :, None])[:, :, 0]
        return product

    def across(self, values: Floats) -> Floats:
        """Give X' v."""
        product: Floats = (values[:, None, :] @ self.designs)[:, 0, :]
        return product

    def second(self, weights: Floats) -> Floats:
        """Give X' diag(w) X."""
        product: Floats = (self.designs * weights[:, :, None]).transpose(0, 2, 1) @ self.designs
        return product

    def of(self, rows: Bools) -> Own:
        """Keep these fits."""
        return Own(self.designs[rows])
