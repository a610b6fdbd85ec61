"""What the names of two rows have in common: role by role, and across roles where those differ.

Each pair of distinct words is measured once, however many rows bear them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from qantar.linking.distinct import distinct
from qantar.linking.name_forms import are_two_names, is_form
from qantar.linking.other_names import by_other_names
from qantar.linking.people_table import NONE, PeopleTable, WordColumn
from qantar.linking.result import Floats, Ints, Places

Levels = np.ndarray
"""One level for each pair, int8."""
Shares = np.ndarray
"""Of each pair the share of rows with the common value, float32; NaN where none is."""
Similar = Callable[[Sequence[str], Ints, Ints, float], Floats]
"""Gives how alike words are, from 0 to 1, by their numbers in a list, pair by pair; what is below
the last argument need not be exact."""


NAME_LEVELS: Final = (
    "same spelling",
    "spelt alike",
    "spelt much alike",
    "short or other form",
    "somewhat alike",
    "different",
    "initial agrees",
    "initial differs",
    "exchanged with the other name",
    "stands as the father's name",
    "another known name",
)
_SAME, _ALIKE, _MUCH, _FORM, _SOME, _OTHER, _INITIAL, _NO_INITIAL, _SWAPPED, _FATHER, _KNOWN = (
    range(1, 12)
)
NAMES_AGREE: Final = (_SAME, _ALIKE, _MUCH, _FORM)
"""Levels at which two whole names may be one."""
NAMES_DIFFER: Final = (_SOME, _OTHER, _KNOWN)
"""Levels at which two whole names are likely two."""
NAMES_ARE_TWO: Final = (_OTHER, _KNOWN)
"""Levels at which no slip of a hand or an ear is likely to have made one of the other."""
NAMES_AS_ONE: Final = (_OTHER, _KNOWN)
"""Levels that lists teach together: whether both names are in a table says nothing of the rows."""
INITIAL_AGREES: Final = _INITIAL
_USUAL_ROWS, _USUAL_SHARE = 3.0, 0.0007
"""Rows, and beside them the share of a list's rows, from which on a name is one that many bear."""
_BEGINNING: Final = 3  # letters that a name cut short keeps
NAME_GROUPS: Final = (0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0)
NAME_RARE: Final = frozenset({_SAME, _ALIKE, _MUCH, _FORM, _SWAPPED, _FATHER})
"""Of a form only where it is by another name: its own name has no share (`other_names.py`)."""

_LETTERS: Final = 1 << 21  # that Unicode has
_SOUNDS: Final = (
    *("cжкқсцч", "dж", "eә", "gжхһ", "hгғ", "iеёюя", "jеёжйюя", "kх", "tцч", "vу", "wу", "yеёюя"),
    "zж",
)
"""A Latin letter, and behind it Cyrillic ones by which the same name may begin, beside those that
one skeleton has for both: of "Zh" and "Ya" an initial has one letter only."""
_ONE_SOUND: Final = np.array([ord(x[0]) * _LETTERS + ord(y) for x in _SOUNDS for y in x[1:]])

ALIKE, MUCH, SOME = 0.92, 0.8, 0.65
"""From which likeness on two spellings are alike, much alike, somewhat alike."""


def name_levels(
    table: PeopleTable, left: Places, right: Places, words: Words
) -> Iterator[tuple[str, Levels, Shares]]:
    """Compare given names, surnames and fathers' names.

    Args:
        table: the rows.
        left: places in it.
        right: places in it, as many.
        words: of the table.

    Yields:
        The field, its levels, and the share of rows with the common value, NaN where none is.
    """
    given, g_share = words.levels(table.given, table.given, left, right)
    surname, s_share = words.levels(table.surname, table.surname, left, right)
    father, f_share = words.levels(table.father, table.father, left, right)
    by_other_names(table, "given", words.levels, left, right, given, g_share)
    by_other_names(table, "surname", words.levels, left, right, surname, s_share)
    by_other_names(table, "father", words.levels, left, right, father, f_share)
    # Exchanged: given name there is surname here, and the other way round.
    other_g, other_s = (np.isin(x, NAMES_DIFFER) for x in (given, surname))
    look = np.flatnonzero(other_g & other_s | (other_g & (surname == 0)) | (other_s & (given == 0)))
    one, one_share = words.levels(table.given, table.surname, left[look], right[look])
    two, two_share = words.levels(table.surname, table.given, left[look], right[look])
    near_one, near_two = ((x >= _SAME) & (x <= _MUCH) for x in (one, two))
    swapped = (near_one & (near_two | (two == 0))) | (near_two & (one == 0))
    at = look[swapped]
    given[at] = surname[at] = _SWAPPED
    g_share[at] = np.where(near_one, one_share, two_share)[swapped]
    s_share[at] = np.where(near_two, two_share, one_share)[swapped]
    s_only = at[~(near_one & near_two)[swapped]]
    given[s_only] = 0
    # A father's name that stands as a surname, where one list has no surnames.
    look = np.flatnonzero((surname == 0) | (surname == _SOME) | (surname == _OTHER))
    for here, there in ((table.surname, table.father), (table.father, table.surname)):
        found, rare = words.levels(here, there, left[look], right[look])
        near = (found == _SAME) | (found == _ALIKE)
        surname[look[near]] = _FATHER
        s_share[look[near]] = rare[near]
    yield "given", given, g_share
    yield "surname", surname, s_share
    yield "father", father, f_share


class Words:
    """Compares the words of a table; each pair of distinct words once."""

    def __init__(self, table: PeopleTable, similar: Similar) -> None:
        """Make the words of a table ready; `similar` tells how alike two are."""
        self._table, self._similar = table, similar
        self._forms = {True: table.tables.given, False: table.tables.surname}
        stems, keys = table.stems, [table.skeletons[key] for key in table.stem_key]
        familiar = [any(key in forms for forms in self._forms.values()) for key in keys]
        self._familiar = np.array(familiar, dtype=bool)
        self._double = np.array(["-" in stem for stem in stems], dtype=bool)
        begun: dict[str, int] = {}
        begins = [begun.setdefault(key[:_BEGINNING], len(begun)) for key in keys]
        self._begins = np.array(begins, dtype=np.int64)
        self._heads = np.array([ord(x[0]) for x in table.skeletons], dtype=np.int64)
        self._firsts = np.array([ord(stem[0]) if stem else 0 for stem in stems], dtype=np.int64)
        # By whether familiar forms count: pairs of words, in order, and their levels.
        empty = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int8)
        self._known = dict.fromkeys((False, True), empty)

    def _may_be_forms(self, a: Ints, b: Ints) -> np.ndarray:
        """Whether it is worth asking: most words have no other form, and few begin alike."""
        may: np.ndarray = self._begins[a] == self._begins[b]
        may |= self._double[a] | self._double[b]
        may |= self._familiar[a] & self._familiar[b]
        return may

    def _may_begin_alike(self, a: Ints, b: Ints) -> np.ndarray:
        """Whether two words in two alphabets may begin with one sound: "Я" and "Y", "Ж" and "Z"."""
        one, two = self._firsts[a], self._firsts[b]
        may: np.ndarray = np.isin(
            np.minimum(one, two) * _LETTERS + np.maximum(one, two), _ONE_SOUND
        )
        return may

    def levels(
        self, here: WordColumn, there: WordColumn, left: Places, right: Places
    ) -> tuple[Levels, Shares]:
        """Compare a role of the left rows with a role of the right rows."""
        a, b = here.word[left], there.word[right]
        told = (a != NONE) & (b != NONE)
        level = np.zeros(len(left), dtype=np.int8)
        ka, kb = here.key[left], there.key[right]
        ia, ib = here.initial[left], there.initial[right]
        same = told & (ka == kb) & ~ia & ~ib
        level[same] = _SAME
        short = told & (ia | ib)
        if short.any():
            agree = self._heads[ka[short]] == self._heads[kb[short]]
            agree |= self._may_begin_alike(a[short], b[short])
            level[short] = np.where(agree, _INITIAL, _NO_INITIAL)
        rest = np.flatnonzero(told & ~same & ~short)
        given = here.has_forms and there.has_forms
        found = self._of_words(a[rest], b[rest], given=given)
        # Two names that many bear ("Ержан", "Ерлан") are two names, not a slip of the hand.
        usual = _USUAL_ROWS / max(1, self._table.rows_in_all) + _USUAL_SHARE
        both = np.minimum(here.share[left[rest]], there.share[right[rest]]) >= usual
        found[both & ((found == _ALIKE) | (found == _MUCH) | (found == _SOME))] = _OTHER
        level[rest] = found
        share = np.full(len(left), np.nan, dtype=np.float32)
        near = np.flatnonzero((level >= _SAME) & (level <= _MUCH))
        share[near] = np.fmax(here.share[left[near]], there.share[right[near]])
        return level, share

    def _of_words(self, a: Ints, b: Ints, *, given: bool) -> Levels:
        count = len(self._table.stems)
        codes = np.minimum(a, b) * count + np.maximum(a, b)
        asked = distinct(codes)
        pairs, levels = self._known[given]
        at = np.searchsorted(pairs, asked)
        fresh = np.ones(len(asked), dtype=bool)
        within = np.flatnonzero(at < len(pairs))
        fresh[within] = pairs[at[within]] != asked[within]
        if fresh.any():
            new = asked[fresh]
            found = self._measure(new // count, new % count, given=given)
            pairs = np.insert(pairs, at[fresh], new)
            levels = np.insert(levels, at[fresh], found)
            self._known[given] = pairs, levels
        told = levels[np.searchsorted(pairs, asked)]
        result: Levels = told[np.searchsorted(asked, codes)]
        return result

    def _measure(self, a: Ints, b: Ints, *, given: bool) -> Levels:
        stems = self._table.stems
        alike = self._similar(stems, a, b, SOME)
        level = np.full(len(a), _OTHER, dtype=np.int8)
        for least, which in ((SOME, _SOME), (MUCH, _MUCH), (ALIKE, _ALIKE)):
            level[alike >= least] = which
        for at in np.flatnonzero((alike < ALIKE) & self._may_be_forms(a, b)):
            one, other = stems[a[at]], stems[b[at]]
            if is_form(one, other, self._forms[given], given=given):
                level[at] = _FORM
            elif given and are_two_names(one, other, self._forms[given]):
                level[at] = _KNOWN
        return level
