"""Hierarchical log-linear models of capture patterns: their terms, their names, all there are.

A model says how the expected number of persons with the pattern x depends on it:

    log m(x) = sum over the terms T of b(T), for those T whose lists are all in x

A term is written as a mask like a pattern: 0 is the constant, one list a main effect, two lists
a dependence between them, and so on. *Hierarchical* means that a term comes with all terms within
it; here, too, every list has its main effect. The pattern of zeros is not observed: its expected
number is exp(b(0)), and N is the observed persons and that.

Source: Fienberg (1972), Biometrika 59:591-603; Bishop, Fienberg and Holland (1975), chapter 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations

import numpy as np

from qantar.counting.table import Bools, Floats, Ints

_DIGITS = 9
"""Up to so many lists a term is written by its digits alone."""


@dataclass(frozen=True, eq=False)
class Terms:
    """All terms of up to `order` lists, and what each adds to each observable pattern.

    Attributes:
        lists: how many lists there are, J.
        order: most lists in one term, from 1 to J - 1.
        masks: the P terms, the constant first, then by number of lists.
        design: shape (C, P), C = 2**J - 1: 1 where the term is within the pattern; the row c is the
            pattern c + 1.
    """

    lists: int
    order: int
    masks: tuple[int, ...]
    design: Floats

    @cached_property
    def products(self) -> Floats:
        """Shape (C, P * P): each row of `design` times itself, for second derivatives."""
        return (self.design[:, :, None] * self.design[:, None, :]).reshape(len(self.design), -1)

    @cached_property
    def nested(self) -> Ints:
        """Shape (K, 2): places of terms, the second with all lists of the first and one more."""
        at = {mask: place for place, mask in enumerate(self.masks)}
        pairs = [(at[wider & ~(1 << j)], at[wider]) for wider in self.masks for j in members(wider)]
        return np.array(pairs, dtype=np.int64)

    @cached_property
    def between(self) -> Floats:
        """Shape (K, C): whether a pattern has the first term of a nested pair, not the second."""
        first, second = self.nested.T
        return np.ascontiguousarray((self.design[:, first] - self.design[:, second]).T)

    def columns(self, generators: Iterable[int]) -> Bools:
        """Shape (P,): the terms of the smallest hierarchical model that has these.

        Raises:
            ValueError: a generator has more than `order` lists, or lists that there are not.
        """
        tops = tuple(generators)
        unknown = [top for top in tops if top not in self.masks]
        if unknown:
            message = f"no terms of up to {self.order} of {self.lists} lists: {unknown}"
            raise ValueError(message)
        return np.array(
            [mask.bit_count() <= 1 or any(mask & t == mask for t in tops) for mask in self.masks]
        )

    def generators(self, columns: Bools) -> tuple[int, ...]:
        """Give the terms of a model that lie within no other, the largest first."""
        present = [mask for mask, has in zip(self.masks, columns, strict=True) if has]
        tops = [t for t in present if not any(t != o and t & o == t for o in present)]
        return tuple(sorted(tops, key=lambda top: (-top.bit_count(), members(top))))

    def name(self, columns: Bools) -> str:
        """Write a model as Rcapture does, lists counted from 1: `[123,14,34]`."""
        mark = "" if self.lists <= _DIGITS else "."
        tops = (mark.join(str(j + 1) for j in members(top)) for top in self.generators(columns))
        return f"[{','.join(tops)}]"


def members(mask: int) -> tuple[int, ...]:
    """Give the places of the lists in a mask, ascending."""
    return tuple(j for j in range(mask.bit_length()) if mask >> j & 1)


@cache
def terms_of(lists: int, order: int) -> Terms:
    """Give the terms of up to `order` of `lists` lists.

    Raises:
        ValueError: `order` is not from 1 to `lists` - 1. The term of all lists is never one: what
            is observed says nothing of it.
    """
    if not 1 <= order < lists:
        message = f"terms of 1 to {lists - 1} lists, not of {order}"
        raise ValueError(message)
    masks = tuple(
        sum(1 << j for j in chosen)
        for size in range(order + 1)
        for chosen in combinations(range(lists), size)
    )
    patterns = np.arange(1, 1 << lists)[:, None]
    columns = np.array(masks)[None, :]
    design = ((patterns & columns) == columns).astype(np.float64)
    return Terms(lists, order, masks, design)


@cache
def all_models(lists: int, order: int) -> Bools:
    """Shape (M, P): every hierarchical model of terms of up to `order` lists.

    With all orders there are 8 for 3 lists and 113 for 4; with pairs alone 1,024 for 5 and 32,768
    for 6.
    """
    terms = terms_of(lists, order)
    higher = [place for place, mask in enumerate(terms.masks) if mask.bit_count() > 1]
    found: list[list[bool]] = [[mask.bit_count() <= 1 for mask in terms.masks]]
    for place in higher:  # by size: what a term needs is decided before it
        needs = _needs(terms.masks, place)
        found += [_with(model, place) for model in found if all(model[need] for need in needs)]
    return np.array(found)


def _needs(masks: Sequence[int], place: int) -> list[int]:
    """Give the places of the terms that have one list less."""
    mask = masks[place]
    return [masks.index(mask & ~(1 << j)) for j in members(mask)]


def _with(model: list[bool], place: int) -> list[bool]:
    return [*model[:place], True, *model[place + 1 :]]


def one_term_more(models: Bools) -> list[list[int]]:
    """Give, for each model, the places of those that have one term more and all of its own."""
    places = {model.tobytes(): place for place, model in enumerate(models)}
    more: list[list[int]] = []
    for model in models:
        larger = []
        for column in np.flatnonzero(~model):
            wider = model.copy()
            wider[column] = True
            found = places.get(wider.tobytes())
            if found is not None:
                larger.append(found)
        more.append(larger)
    return more
