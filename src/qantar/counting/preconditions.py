"""Whether a table can be estimated from at all, before any estimator sees it.

Estimates live on persons whom several lists name, and on lists that came about apart from each
other. Where these are missing an estimator still gives a number: its prior, or the end of its
grid. The rules, with their reasons, are in docs/counting.md; each has a code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, TypeAlias

from qantar.counting.cautions import (
    CONTAINED_LIST,
    COPIED_LIST,
    EMPTY_LIST,
    FEW_LISTS,
    NO_OVERLAP,
    SPARSE_LIST,
    TINY_OVERLAP,
)
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Caution, Refusal

LEAST_LISTS: Final = 3
"""Two lists cannot show whether they depend on each other; three can, in part."""

LEAST_TWICE: Final = 5
"""Persons on two lists or more. With four, one missed match moves the answer by a quarter, and the
ends of an interval are a factor of nine apart before anything else is in doubt (Poisson)."""

FEW_TWICE: Final = 20
"""With fewer, one missed match moves the answer by more than 5 %, and the ends are a factor of
two and a half apart."""

LEAST_ON_LIST: Final = 5
"""Persons on a list that says something by itself."""

COPY_SHARE: Final = 0.9
"""Of the persons on one of two lists, those on both: above it one may be a copy."""

_COPY_BY_CHANCE: Final = 0.75
"""That share as it would be by chance: above it high coverage explains what looks like a copy."""

_CONTAINED_BY_CHANCE: Final = 0.01


Groups: TypeAlias = tuple[tuple[str, ...], ...]
"""For each list that is used, the given lists that it is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usable:
    """What is left to estimate from, or why nothing is.

    `table` has no empty list, and lists that are one another's copies are one list of it, as
    `groups` says. It holds the same persons as the table that was given.
    """

    table: CaptureTable
    groups: Groups
    cautions: tuple[Caution, ...] = ()
    refused: Refusal | None = None


def usable(table: CaptureTable, *, copied: Sequence[tuple[str, str]] = ()) -> Usable:
    """Look at a table before it is estimated from.

    Args:
        table: as given.
        copied: pairs of lists that are known to share their material: (copy, original). They
            are counted as one list. Names that are no list of the table are passed over.

    Returns:
        The table to use, cautions, and a refusal where nothing can be said.
    """
    sizes = dict(zip(table.lists, table.sizes.tolist(), strict=True))
    cautions = [
        Caution(
            code=EMPTY_LIST,
            text=f'The list "{name}" names nobody here; it was left out.',
            kind=name,
        )
        for name, size in sizes.items()
        if not size
    ]
    groups: Groups = tuple((name,) for name, size in sizes.items() if size)
    for copy, original in copied:
        before = groups
        groups = _as_one(groups, copy, original)
        if groups != before:
            text = f'"{copy}" is known to take from "{original}": both were counted as one list.'
            cautions.append(Caution(code=COPIED_LIST, text=text, kind=f"{copy} of {original}"))
    while found := _alike(joined(table, groups)):
        groups = _as_one(groups, *(_given(groups, name) for name in found[:2]))
        cautions.append(found[2])
    used = joined(table, groups)
    refused = _refusal(used)
    if refused is None:
        cautions += [*_sparse(used), *_parts_told(used, groups), *_small_overlaps(used)]
    return Usable(table=used, groups=groups, cautions=tuple(cautions), refused=refused)


# ---------------------------------------------------------------- lists that are one


def joined(table: CaptureTable, groups: Groups) -> CaptureTable:
    """Make one list of each group: a person on any of them is on it."""
    bits = [sum(1 << table.lists.index(name) for name in group) for group in groups]
    sums: dict[int, int] = {}
    for mask, count in zip(table.masks.tolist(), table.counts.tolist(), strict=True):
        kept = sum(1 << k for k, one in enumerate(bits) if mask & one)
        sums[kept] = sums.get(kept, 0) + count
    return CaptureTable.of_masks(_names(groups), sums.items())


def _names(groups: Groups) -> list[str]:
    """Name each group by its lists, and no two alike, whatever lists are called."""
    names = [" + ".join(group) for group in groups]
    for at, group in enumerate(groups):
        while len(group) > 1 and names.count(names[at]) > 1:
            names[at] += " (joined)"
    return names


def _given(groups: Groups, name: str) -> str:
    """Give one given list of the group of that name."""
    return groups[_names(groups).index(name)][0]


def _as_one(groups: Groups, one: str, other: str) -> Groups:
    """Join the groups that hold two lists, in the place of the first; unless it is one already."""
    hit = [group for group in groups if one in group or other in group]
    if len(hit) < 2 or one == other:  # noqa: PLR2004  # two groups, two lists
        return groups
    whole = tuple(name for group in hit for name in group)
    return tuple(whole if group is hit[0] else group for group in groups if group is not hit[1])


def _alike(table: CaptureTable) -> tuple[str, str, Caution] | None:
    """Find two lists of which one looks like a copy of the other."""
    for a, b in combinations(range(len(table.lists)), 2):
        if _is_copy(table, a, b):
            one, other = table.lists[a], table.lists[b]
            both, either = _both_and_either(table, a, b)
            text = (
                f'"{one}" and "{other}" name almost the same persons ({both:,} of {either:,}), as '
                "a list and its copy do: they were counted as one list."
            )
            return one, other, Caution(code=COPIED_LIST, text=text, kind=f"{one}, {other}")
    return None


def _both_and_either(table: CaptureTable, a: int, b: int) -> tuple[int, int]:
    both = int(table.overlaps[a, b])
    return both, int(table.sizes[a] + table.sizes[b]) - both


def _is_copy(table: CaptureTable, a: int, b: int) -> bool:
    both, either = _both_and_either(table, a, b)
    if both < LEAST_ON_LIST or both < COPY_SHARE * either:
        return False
    if both == either:
        return True
    first, second = _coverage(table, a, b), _coverage(table, b, a)
    return first * second < _COPY_BY_CHANCE * (first + second - first * second)


def _is_part(table: CaptureTable, a: int, b: int) -> bool:
    size = int(table.sizes[a])
    if size < LEAST_ON_LIST or int(table.overlaps[a, b]) < size:
        return False
    return _coverage(table, b, a) ** size < _CONTAINED_BY_CHANCE


def _coverage(table: CaptureTable, of: int, apart_from: int) -> float:
    """Share of the persons of third lists that the list `of` names too; half where there is none.

    It is what a list would cover of another by chance if both were made independently.
    """
    others = table.marks.copy()
    others[:, [of, apart_from]] = False
    third = others.any(axis=1)
    there = float(table.counts[third].sum())
    hit = float(table.counts[third & table.marks[:, of]].sum())
    return (hit + 0.5) / (there + 1)


# ---------------------------------------------------------------- refusals


def _refusal(table: CaptureTable) -> Refusal | None:
    if len(table.lists) < LEAST_LISTS:
        return _few_lists(table)
    return _no_overlap(table) or _tiny_overlap(table) or _holds_all(table) or _all_parts(table)


def _few_lists(table: CaptureTable) -> Refusal:
    there = " and ".join(f'"{name}"' for name in table.lists) or "none"
    text = (
        f"Not estimable: at least {LEAST_LISTS} lists that came about apart from each other are "
        f"needed, and there {'is' if len(table.lists) == 1 else 'are'} {len(table.lists)} "
        f"({there}). Fewer cannot show whether being on one made being on another likelier. Add a "
        "list that was made by others."
    )
    return Refusal(code=FEW_LISTS, text=text)


def _no_overlap(table: CaptureTable) -> Refusal | None:
    """Refuse where fewer than three lists hang together by persons that they share."""
    together = max((group for group in _groups(table)), key=len)
    if len(together) >= LEAST_LISTS:
        return None
    if len(together) == 1:
        text = (
            "Not estimable: nobody is on two lists. What lists have in common is all that "
            "counting the uncounted rests on; without it any number of persons fits. Check how "
            "the lists were linked, and whether they are of one place and time."
        )
    else:
        apart = ", ".join(f'"{n}"' for j, n in enumerate(table.lists) if j not in together)
        text = (
            f"Not estimable: only two lists share persons; {apart} shares nobody with them. Three "
            "lists that hang together are needed. Check how the lists were linked, or add one."
        )
    return Refusal(code=NO_OVERLAP, text=text)


def _groups(table: CaptureTable) -> list[set[int]]:
    groups: list[set[int]] = []
    shared = table.overlaps > 0
    for j in range(len(table.lists)):
        near = {k for k in range(len(table.lists)) if shared[j, k]} | {j}
        touching = [group for group in groups if group & near]
        groups = [group for group in groups if not group & near] + [near.union(*touching)]
    return groups


def _tiny_overlap(table: CaptureTable) -> Refusal | None:
    twice = table.observed - int(table.frequencies[0])
    if twice >= LEAST_TWICE:
        return None
    text = (
        f"Not estimable: only {twice} of {table.observed:,} persons are on more than one list. A "
        f"single match missed or made wrongly would move the answer by {1 / twice:.0%}. Count by "
        "fewer strata or none, or add a list."
    )
    return Refusal(code=TINY_OVERLAP, text=text)


def _holds_all(table: CaptureTable) -> Refusal | None:
    for name, size in zip(table.lists, table.sizes.tolist(), strict=True):
        if size == table.observed:
            text = (
                f'Not estimable: "{name}" names every person whom the other lists name. Either it '
                f"is complete, and {size:,} is the answer, or it was made from the others, and "
                "says nothing of whom they leave out; the counts cannot tell which. Ask how it was "
                "made; if from the others, count without it."
            )
            return Refusal(code=CONTAINED_LIST, text=text)
    return None


def _all_parts(table: CaptureTable) -> Refusal | None:
    """Refuse where fewer than three lists are no part of another."""
    parts = dict(_contained(table))
    if len(table.lists) - len(parts) >= LEAST_LISTS:
        return None
    said = "; ".join(f'"{one}" lies wholly within "{other}"' for one, other in parts.items())
    text = (
        f"Not estimable: {said}, far more than by chance. A part of a list tells nothing that the "
        f"list does not, and fewer than {LEAST_LISTS} are left that could. Add a list that was "
        "made by others."
    )
    return Refusal(code=CONTAINED_LIST, text=text)


# ---------------------------------------------------------------- cautions


def _sparse(table: CaptureTable) -> Iterator[Caution]:
    for name, size in zip(table.lists, table.sizes.tolist(), strict=True):
        if size < LEAST_ON_LIST:
            text = f'The list "{name}" names only {size} here: it says little by itself.'
            yield Caution(code=SPARSE_LIST, text=text, kind=name)


def _parts_told(table: CaptureTable, groups: Groups) -> Iterator[Caution]:
    for one, other in _contained(table):
        said = f"{_given(groups, one)}={_given(groups, other)}"
        text = (
            f'Every person on "{one}" is on "{other}" too, far more than by chance: it looks like '
            "a part of it. If it was taken from it, count both as one list "
            f'(--copied "{said}").'
        )
        yield Caution(code=CONTAINED_LIST, text=text, kind=f"{one} in {other}")


def _contained(table: CaptureTable) -> Iterator[tuple[str, str]]:
    """Give each list that lies within another beyond chance, and the first that it lies in."""
    for a, one in enumerate(table.lists):
        for b, other in enumerate(table.lists):
            if a != b and _is_part(table, a, b):
                yield one, other
                break


def _small_overlaps(table: CaptureTable) -> Iterator[Caution]:
    twice = table.observed - int(table.frequencies[0])
    if twice < FEW_TWICE:
        text = (
            f"Only {twice} of {table.observed:,} persons are on more than one list: one match "
            f"missed or made wrongly moves the answer by {1 / twice:.0%}."
        )
        yield Caution(code=TINY_OVERLAP, text=text)
    apart = [
        f'"{table.lists[a]}" and "{table.lists[b]}"'
        for a, b in combinations(range(len(table.lists)), 2)
        if not table.overlaps[a, b]
    ]
    if apart:
        text = (
            f"Nobody is both on {'; nor on '.join(apart)}. Where two lists exclude each other (the "
            "detained, the dead) an estimate comes out too high."
        )
        yield Caution(code=NO_OVERLAP, text=text, kind="; ".join(apart))
