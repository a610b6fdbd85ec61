"""Two whole names against each other, with the reasons: which word answers which, and how alike.

For names alone, without anything else of the rows: words are paired so that the pairs are as
alike as they can be, whatever their order. One pair that differs weighs more than many that
agree; a word that only one name has (a patronymic, a second name) weighs little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np

from qantar.linking.folding import Script, script_of, skeleton
from qantar.linking.likeness import likeness
from qantar.linking.name_forms import as_given, is_form, shipped_forms
from qantar.linking.name_parts import Part, Role
from qantar.linking.name_roles import parts_in

_INITIAL: Final = 0.9
_FORM: Final = 0.88
_EXTRA: Final = 0.97
"""What a word that only one of two names has leaves of their likeness."""
_ALONE: Final = 0.8
"""The same where only one word of a name is answered at all."""
_OTHER_HEAD: Final = 0.8
"""The same where two words begin with another sound: "Серік" and "Берік" are two names."""
_MOST_WORDS: Final = 9
_NOTHING: Final = 0.0


class WordPair(NamedTuple):
    """A word of each name; None on the side that has none. `alike` is from 0 to 1."""

    left: str | None
    right: str | None
    alike: float
    words: str


class NameComparison(NamedTuple):
    """How alike two names are, from 0 to 1, and the words that say so."""

    alike: float
    pairs: tuple[WordPair, ...]


def compare_names(a: str, b: str) -> NameComparison:
    """Compare two names, in any alphabets and orders.

    Args:
        a: a whole name, as found.
        b: another.

    Returns:
        How alike they are (1 for the same words in whatever spelling), and word by word why.
        Names without letters are not alike.
    """
    one, two = _words(a), _words(b)
    if not one or not two:
        return NameComparison(_NOTHING, ())
    if len(one) > len(two):
        found = compare_names(b, a)
        turned = (WordPair(p.right, p.left, p.alike, p.words) for p in found.pairs)
        return NameComparison(found.alike, tuple(turned))
    table = _table(one, two)
    chosen = _best(table)
    pairs = [
        WordPair(part.text, two[at].text, float(table[n, at]), _told(part, two[at], table[n, at]))
        for n, (part, at) in enumerate(zip(one, chosen, strict=True))
    ]
    extra = [part for at, part in enumerate(two) if at not in chosen]
    pairs += [WordPair(None, part.text, _NOTHING, "only here") for part in extra]
    answered = np.array([pair.alike for pair in pairs[: len(one)]])
    lengths = np.array([max(2, len(part.skeleton)) for part in one], dtype=float)
    mean = float((answered * lengths).sum() / lengths.sum())
    alike = mean * float(answered.min()) * _EXTRA ** len(extra)
    if len(one) == 1 and extra:
        alike *= _ALONE
    return NameComparison(round(alike, 4), tuple(pairs))


def _words(name: str) -> list[Part]:
    """Give the words of a name; those said twice once."""
    seen: dict[str, Part] = {}
    for part in parts_in(name, most=_MOST_WORDS):
        seen.setdefault(skeleton(part.text) or part.text.casefold(), part)
    return list(seen.values())


def _table(one: Sequence[Part], two: Sequence[Part]) -> np.ndarray:
    """Give how alike each word of one name is to each of the other."""
    pairs = [(a, b) for a in one for b in two]
    texts = [tuple(sorted((a.text.lower(), b.text.lower()))) for a, b in pairs]
    spelt = likeness([a for a, _ in texts], [b for _, b in texts])
    known = (_known(a, b, float(alike)) for (a, b), alike in zip(pairs, spelt, strict=True))
    return np.array(list(known)).reshape(len(one), len(two))


def _known(a: Part, b: Part, spelt: float) -> float:
    if a.initial or b.initial:
        return _INITIAL if a.text[:1].casefold() == b.text[:1].casefold() or _heads(a, b) else 0.0
    if (script_of(a.text) is Script.OTHER) != (script_of(b.text) is Script.OTHER):
        return _NOTHING  # nothing is known of how one is written in the other
    if a.form is b.form is Role.PATRONYMIC and a.skeleton == b.skeleton:
        return 1.0
    if is_form(as_given(a).stem, as_given(b).stem, shipped_forms(), given=True):
        return max(_FORM, spelt)
    return spelt if _heads(a, b) else _OTHER_HEAD * spelt


def _heads(a: Part, b: Part) -> bool:
    return bool(a.skeleton) and a.skeleton[:1] == b.skeleton[:1]


def _best(table: np.ndarray) -> list[int]:
    """Choose for each row another column so that the sum is largest."""
    rows, columns = table.shape

    @cache
    def best(row: int, taken: int) -> tuple[float, tuple[int, ...]]:
        if row == rows:
            return 0.0, ()
        return max(_options(row, taken))

    def _options(row: int, taken: int) -> Iterator[tuple[float, tuple[int, ...]]]:
        for column in range(columns):
            if not taken >> column & 1:
                rest, chosen = best(row + 1, taken | 1 << column)
                yield table[row, column] + rest, (column, *chosen)

    return list(best(0, 0)[1])


_LIKE: Final = ((0.97, "the same"), (0.88, "spelt alike"), (0.7, "somewhat alike"))


def _told(a: Part, b: Part, alike: float) -> str:
    if (a.initial or b.initial) and alike > 0:
        return "initial agrees"
    return next((words for least, words in _LIKE if alike >= least), "different")
