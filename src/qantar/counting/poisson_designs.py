"""What a Newton step multiplies: the design of many models, one for all or one for each.

Few lists have few terms, and the models use most of them: one design for all, with the terms that a
model has not masked out, makes the second derivatives of all fits one product of matrices. Of
many lists that product would be large, and a model uses few of many terms: then each fit has a
design of its own columns only, and sums over lists take the place of products.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    """A design of its own for each fit, never written down: the masks of its terms, shape (B, K).

    A pattern has a term where it has all lists of the term. So X b are sums over the masks within
    each pattern, X' v sums over the patterns around each mask, and X' diag(w) X, at two terms, the
    latter sum of w at their union. Either sum takes J additions a pattern for all masks at once
    (Yates' algorithm), where products of matrices take as many as there are terms squared.
    """

    masks: Ints
    lists: int

    @classmethod
    def gather(cls, terms: Terms, places: Ints) -> Own:
        """Take for each fit the columns at `places`, shape (B, K), each once."""
        return cls(np.array(terms.masks)[places], terms.lists)

    def times(self, coefficients: Floats) -> Floats:
        """Give X b."""
        sums = np.zeros((len(coefficients), 1 << self.lists))
        np.put_along_axis(sums, self.masks, coefficients, axis=1)
        for halves in self._halves(sums):
            halves[:, :, 1] += halves[:, :, 0]
        return sums[:, 1:]

    def across(self, values: Floats) -> Floats:
        """Give X' v."""
        return np.take_along_axis(self._around(values), self.masks, axis=1)

    def second(self, weights: Floats) -> Floats:
        """Give X' diag(w) X."""
        unions = self.masks[:, :, None] | self.masks[:, None, :]
        found = np.take_along_axis(self._around(weights), unions.reshape(len(weights), -1), axis=1)
        return found.reshape(unions.shape)

    def of(self, rows: Bools) -> Own:
        """Keep these fits."""
        return Own(self.masks[rows], self.lists)

    def _around(self, values: Floats) -> Floats:
        """Give for every mask the sum over the patterns that have all its lists."""
        sums = np.zeros((len(values), 1 << self.lists))
        sums[:, 1:] = values
        for halves in self._halves(sums):
            halves[:, :, 0] += halves[:, :, 1]
        return sums

    def _halves(self, sums: Floats) -> Iterator[Floats]:
        """Give views of all masks without a list and with it, shape (B, ., 2, .), for each list."""
        for j in range(self.lists):
            yield sums.reshape(len(sums), -1, 2, 1 << j)
