"""Pairs of rows worth comparing: a union of rules, each of them loose in another way.

A rule makes a key of a row; rows with the same key are a block, and each two of a
block a candidate. What one rule misses (a misspelt surname, no birth date, two names
exchanged) another finds. A block that is too large says little: it is left to the rules
that say more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from qantar.linking.distinct import distinct
from qantar.linking.folding import consonants
from qantar.linking.people_table import NONE, PeopleTable
from qantar.linking.result import Ints, Places

MOST_IN_BLOCK: Final = 60
"""Rows; what a larger block has in common says little."""
MOST_FOR_EACH_ROW: Final = 6
"""Pairs that a rule may give for each row; of one that gives more the largest blocks are left."""
MANY_ROWS: Final = 100_000
MOST_FOR_EACH_FURTHER: Final = 2
"""The same for each row beyond so many: what agrees by chance grows with the square of the rows,
what is true with the rows, so that the large blocks of long lists say less and less."""
LAST_RESORTS: Final = (
    "surname, loosely, and initial",
    "father, loosely, and initial",
    "initials and year of birth",
)
"""Rules that say so little that most of what they find is two: for rows that say no more."""
_KEYED: Final = ("place", "document", "phone", "email", "address", "postcode", "birth_place")
_YEAR: Final = 365.2425
_MOST_YEARS: Final = 7
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_RULE_BITS: Final = np.uint64(6)


Numbering = Callable[[Sequence[str]], Ints]
"""Gives texts numbers from 0: the same for the same text."""


class Rule(NamedTuple):
    """A rule by name: rows and their keys; a row may stand there several times."""

    name: str
    rows: Ints
    keys: np.ndarray


class Candidates(NamedTuple):
    """Pairs of places in the table, `left < right`, and by how many rules each was found.

    `rules` has a bit for each rule, by `names`.
    """

    left: Places
    right: Places
    rules: np.ndarray
    names: tuple[str, ...]

    def of(self, places: Ints) -> Candidates:
        """Give the pairs at these places."""
        return Candidates(self.left[places], self.right[places], self.rules[places], self.names)


def candidates(table: PeopleTable, *, most: int = MOST_IN_BLOCK) -> Candidates:
    """Find the candidates of a table.

    Args:
        table: the rows.
        most: rows in a block.
    """
    size, budget = np.uint64(max(1, len(table))), most_pairs(len(table))
    found = [np.empty(0, dtype=np.uint64)]
    names = []
    for bit, rule in enumerate(rules_of(table)):
        names.append(rule.name)
        left, right = _pairs(rule, most, budget)
        code = left.astype(np.uint64) * size + right.astype(np.uint64)
        found.append(code << _RULE_BITS | np.uint64(bit))
    # The number of the rule stands behind the pair, so that one sort brings all of a pair together.
    codes = np.concatenate(found)
    del found
    codes.sort()
    marks = np.uint64(1) << (codes & ((np.uint64(1) << _RULE_BITS) - np.uint64(1)))
    codes >>= _RULE_BITS
    new = np.flatnonzero(np.diff(codes, prepend=~codes[:1]))
    joined = np.bitwise_or.reduceat(marks, new) if len(codes) else marks
    codes = codes[new]
    first, other = (part.astype(np.int32) for part in np.divmod(codes, size))
    return Candidates(first, other, joined, tuple(names))


def not_compared(table: PeopleTable, found: Candidates) -> list[Ints]:
    """Find rows that share their whole name with others and were compared with nobody.

    What they have in common, too many have: each rule leaves their block out. Nothing else of them
    agrees with any row.

    Args:
        table: the rows.
        found: the candidates of all rules, before any is dropped.

    Returns:
        The places of such rows, ascending, together by their name; names in order of first rows.
    """
    alone = np.ones(len(table), dtype=bool)
    alone[found.left] = alone[found.right] = False
    words = np.sort(np.stack((table.given.key, table.surname.key, table.father.key)), axis=0).T
    places = np.flatnonzero(words.max(axis=1, initial=NONE) != NONE)
    if not len(places):
        return []
    _, name, rows = np.unique(words[places], axis=0, return_inverse=True, return_counts=True)
    use = (rows[name] > 1) & alone[places]
    left, names = places[use], name[use]
    # One sort, not one look at all rows for each name: a million rows have very many names.
    order = np.argsort(names, kind="stable")
    groups = np.split(left[order], np.flatnonzero(np.diff(names[order])) + 1) if len(left) else []
    return sorted(groups, key=lambda group: int(group[0]))


def most_pairs(rows: int) -> int:
    """Give how many pairs a rule may give."""
    further = max(0, rows - MANY_ROWS)
    return MOST_FOR_EACH_ROW * (rows - further) + MOST_FOR_EACH_FURTHER * further


def numbered_here(texts: Sequence[str]) -> Ints:
    """Number texts as they come."""
    seen: dict[str, int] = {}
    return np.array([seen.setdefault(one, len(seen)) for one in texts], dtype=np.int64)


def rules_of(table: PeopleTable, number: Numbering = numbered_here) -> Iterator[Rule]:
    """Give the rules with the keys of all rows, by each of their names.

    Args:
        table: the rows.
        number: numbers texts; keys of two tables fit each other where it numbers for both.
    """
    wide, owner = table.by_all_names()
    once = table.whole.has_others if table.whole else table.others is not None
    for rule in _rules(wide, number):
        yield _of_rows(rule, owner) if once else rule


def _of_rows(rule: Rule, owner: Ints) -> Rule:
    """Lead entries back to their rows; a row stands under a key once."""
    rows = owner[rule.rows]
    order = np.lexsort((rows, rule.keys))
    rows, keys = rows[order], rule.keys[order]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (rows[1:] != rows[:-1]) | (keys[1:] != keys[:-1])
    return Rule(rule.name, rows[new], keys[new])


def _rules(table: PeopleTable, number: Numbering) -> Iterator[Rule]:
    loose, full = _loose_keys(table, number), number(table.skeletons)
    given, surname, father = table.given, table.surname, table.father
    g, s, f = (_of(loose, one.key, one.initial) for one in (given, surname, father))
    full_g, full_s, full_f = (_of(full, one.key, one.initial) for one in (given, surname, father))
    texts = {name: _of_texts(table, name, number) for name in _KEYED}
    head_g, head_s = _heads(table, given.key), _heads(table, surname.key)
    year = _years(table)
    day = np.where(_is_day(table), table.birth_first, NONE)
    event = np.where(table.event_first == table.event_last, table.event_first, NONE)
    place = texts["place"]
    yield _rule("given and surname", _unordered(full_g, full_s))
    yield _rule("given and surname, loosely", _unordered(g, s))
    yield _rule("given and father", _ordered(g, f))
    yield _rule("surname and father", _ordered(s, f))
    yield _rule(
        "surname as father, and given", np.where(full_f == NONE, _ordered(full_g, full_s), NONE)
    )
    yield _rule("day of birth and given", _ordered(day, head_g))
    yield _rule("day of birth and surname", _ordered(day, head_s))
    yield _rule("day of birth and place", _ordered(day, place))
    yield _spread("surname and year of birth", s, year, table)
    yield _spread("given and year of birth", full_g, year, table, with_=head_s)
    yield _rule("surname, initial and place", _ordered(_ordered(s, head_g), place))
    yield _rule("surname, initial and event", _ordered(_ordered(s, head_g), event))
    yield _rule(
        "surname and initials", _ordered(_ordered(full_s, head_g), _heads(table, father.key))
    )
    yield _rule("given, place and event", _ordered(_ordered(full_g, place), event))
    yield _rule("day of birth", day)
    words = _both(g, s)
    yield words.rule("a name, place and event", place, event)
    yield words.rule(
        "a name, the other's initial, and event", _heads_of_other(head_g, head_s), event
    )
    yield words.rule(
        "a name, the other's initial, and place", _heads_of_other(head_g, head_s), place
    )
    yield words.rule("a name and day of birth", day)
    for field in ("document", "phone", "email", "address"):
        yield _rule(field, texts[field])
    for field in ("postcode", "address", "birth_place"):
        yield words.rule(f"a name and {field}", texts[field])
    heads = _both(head_g, head_s)
    yield heads.rule("an initial and postcode", texts["postcode"])
    yield _rule("postcode and day of birth", _ordered(texts["postcode"], day))
    yield _rule(LAST_RESORTS[0], _ordered(s, head_g))
    yield _rule(LAST_RESORTS[1], _ordered(f, head_g))
    yield _spread(LAST_RESORTS[2], _ordered(head_g, head_s), year, table)


def wider_pairs(table: PeopleTable, *, most: int = 150, for_each_row: int = 12) -> np.ndarray:
    """Find pairs by keys that say far too little for all rows: one name, or initials with a day.

    Args:
        table: the rows.
        most: rows in a block.
        for_each_row: pairs that a rule may give for each row.

    Returns:
        Each pair once, as the place of the first row times the number of rows, plus the other.
    """
    size = np.uint64(len(table))
    found = [np.empty(0, dtype=np.uint64)]
    for rule in _wider_rules(table):
        left, right = _pairs(rule, most, for_each_row * len(table))
        found.append(left.astype(np.uint64) * size + right.astype(np.uint64))
    return distinct(np.concatenate(found))


def _wider_rules(table: PeopleTable) -> Iterator[Rule]:
    wide, owner = table.by_all_names()
    for rule in _wider(wide):
        yield rule if table.others is None else _of_rows(rule, owner)


def _wider(table: PeopleTable) -> Iterator[Rule]:
    loose = _loose_keys(table, numbered_here)
    columns = {"given": table.given, "surname": table.surname, "father": table.father}
    for name, one in columns.items():
        yield _rule(f"{name} alone, loosely", _of(loose, one.key, one.initial))
    heads = _ordered(_heads(table, table.given.key), _heads(table, table.surname.key))
    event = np.where(table.event_first == table.event_last, table.event_first, NONE)
    yield _spread("initials and year of birth", heads, _years(table), table)
    yield _rule("initials and event", _ordered(heads, event))
    yield _rule("initials and place", _ordered(heads, table.texts["place"]))


class _Both(NamedTuple):
    """Two words of each row, as if each row stood there twice."""

    words: np.ndarray
    rows: Ints

    def rule(self, name: str, *others: np.ndarray) -> Rule:
        """Mix each word with further keys of its row; keys of twice the length are by word."""
        keys = self.words
        for other in others:
            keys = _ordered(keys, other if len(other) == len(keys) else np.tile(other, 2))
        keep = keys != NONE
        return Rule(name, self.rows[keep], keys[keep])


def _both(one: np.ndarray, two: np.ndarray) -> _Both:
    return _Both(np.concatenate((one, two)), np.tile(np.arange(len(one)), 2))


def _heads_of_other(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    return np.concatenate((two, one))


def _rule(name: str, keys: np.ndarray) -> Rule:
    rows = np.flatnonzero(keys != NONE)
    return Rule(name, rows, keys[rows])


def _spread(
    name: str,
    keys: np.ndarray,
    year: tuple[Ints, Ints],
    table: PeopleTable,
    with_: Ints | None = None,
) -> Rule:
    """Stand for each year that a birth may be of, and the ones beside it where it is one day."""
    first, last = year
    use = np.flatnonzero((keys != NONE) & (first <= last) & (last - first < _MOST_YEARS))
    parts_rows, parts_keys = [], []
    for step in range(_MOST_YEARS):
        reach = use[first[use] + step <= last[use]]
        code = _ordered(keys[reach], first[reach] + step)
        if with_ is not None:
            code = _ordered(code, with_[reach])
        parts_rows.append(reach)
        parts_keys.append(code)
    rows, codes = np.concatenate(parts_rows), np.concatenate(parts_keys)
    keep = codes != NONE
    return Rule(name, rows[keep], codes[keep])


def _pairs(rule: Rule, most: int, budget: int) -> tuple[Ints, Ints]:
    """Give each two rows of each block that is not too large: the smallest blocks first."""
    order = np.argsort(rule.keys, kind="stable")
    rows, keys = rule.rows[order], rule.keys[order]
    if not len(keys):
        return rows, rows
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    sizes = np.diff(np.concatenate((starts, [len(keys)])))
    lefts, rights = [], []
    for size in blocks_within(*np.unique(sizes, return_counts=True), most, budget):
        at = starts[sizes == size]
        block = rows[at[:, None] + np.arange(size)]
        one, two = np.triu_indices(size, 1)
        a, b = block[:, one].ravel(), block[:, two].ravel()
        keep = a != b
        lefts.append(np.minimum(a, b)[keep])
        rights.append(np.maximum(a, b)[keep])
    if not lefts:
        return rows[:0], rows[:0]
    return np.concatenate(lefts), np.concatenate(rights)


def blocks_within(sizes: Ints, counts: Ints, most: int, budget: int) -> Iterator[int]:
    """Give the sizes of the blocks that a rule may use, the smallest first.

    Args:
        sizes: that there are, in order.
        counts: how many blocks have each.
        most: rows in a block.
        budget: pairs in all blocks.
    """
    for size, count in zip(sizes.tolist(), counts.tolist(), strict=True):
        budget -= count * (size * (size - 1) // 2)
        if size > most or budget < 0:
            return
        if size > 1:
            yield size


def _ordered(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Mix two keys into one; NONE where either is."""
    mixed = (one.astype(np.uint64) * _MIX) ^ (two.astype(np.uint64) + _MIX)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(32))) >> np.uint64(1)
    return np.where((one == NONE) | (two == NONE), NONE, mixed.astype(np.int64))


def _unordered(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    keep = (one != NONE) & (two != NONE)
    return np.where(keep, _ordered(np.minimum(one, two), np.maximum(one, two)), NONE)


def _loose_keys(table: PeopleTable, number: Numbering) -> Ints:
    """Number skeletons by their consonants."""
    return number([consonants(one) for one in table.skeletons])


def _of_texts(table: PeopleTable, name: str, number: Numbering) -> Ints:
    column, numbers = table.texts[name], number(table.values[name].keys)
    return (
        np.where(column == NONE, NONE, numbers[np.maximum(column, 0)]) if len(numbers) else column
    )


def _of(numbers: Ints, keys: Ints, initial: np.ndarray) -> Ints:
    found = np.where(keys == NONE, NONE, numbers[np.maximum(keys, 0)]) if len(numbers) else keys
    return np.where(initial, NONE, found)


def _heads(table: PeopleTable, keys: Ints) -> Ints:
    heads = np.array([ord(one[0]) for one in table.skeletons], dtype=np.int64)
    return np.where(keys == NONE, NONE, heads[np.maximum(keys, 0)]) if len(heads) else keys


def _is_day(table: PeopleTable) -> np.ndarray:
    same: np.ndarray = table.birth_first == table.birth_last
    return same


def _years(table: PeopleTable) -> tuple[Ints, Ints]:
    known = table.birth_first <= table.birth_last
    first = np.where(known, np.floor(table.birth_first / _YEAR), 1).astype(np.int64)
    last = np.where(known, np.floor(table.birth_last / _YEAR), 0).astype(np.int64)
    return first, last
