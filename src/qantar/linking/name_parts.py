"""Parts of names by their form: patronymics and the fathers they name, roots of surnames, initials.

All of it is told by endings, in the letters in which the name stands; nothing is looked
up. A patronymic is led back to the father's name, so that "Серікұлы", "Серикович" and a
bare "Серік" can be held against each other; a surname to its root, so that "Жұмабай",
"Жумабаев" and "Zhumabayeva" can.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from qantar.linking.folding import repaired, skeleton


class Role(StrEnum):
    """What a word of a name is."""

    GIVEN = "given"
    SURNAME = "surname"
    PATRONYMIC = "patronymic"
    INITIAL = "initial"
    UNKNOWN = "unknown"


class Part(NamedTuple):
    """A word of a name: `text` as found, `stem` what is compared, and its loose skeleton.

    Of a patronymic the stem is the father's name, of a surname its root. `form` is what its
    ending says; `initial` is true where only the first letter or two stand for it.
    """

    text: str
    stem: str
    skeleton: str
    form: Role
    initial: bool = False


_FATHER: Final = re.compile(
    "(?:(?:ов|ев|ёв|йов|ьев)ич|(?:ов|ев|ёв|ьев)на|инична|ична|ич|(?:ұ|у|ү)лы|у?улу|(?:қ|к)ызы|(?:қ|к)изи|"
    "о(?:г|ғ)л(?:ы|у|и)|(?:ў|у)(?:ғ|г)ли|"
    "(?:ov|ev|yev|iev)(?:ich|ych|ic|itch)|(?:ov|ev|yev|iev)na|(?:inichna|ichna)|ich|"
    "(?:u|ū|ú|uu|ü)(?:ly|li|lı|lu)|(?:k|q)(?:y|i|ı)z(?:y|i|ı)|o(?:g|gh|ğ)l(?:y|i|u|ı)|o['‘’ʻ`]?g['‘’ʻ`]?li)"
    "[`´'’]*$"
)
_FATHER_ALONE: Final = re.compile(
    "(?:(?:ұ|у|ү)лы|у?улу|(?:қ|к)ызы|(?:қ|к)изи|о(?:г|ғ)л(?:ы|у|и)|(?:ў|у)(?:ғ|г)ли|"
    "(?:u|ū|ú|uu|ü)(?:ly|li|lı|lu)|(?:k|q)(?:y|i|ı)z(?:y|i|ı)|o(?:g|gh|ğ)l(?:y|i|u|ı)|o['‘’ʻ`]g['‘’ʻ`]li)$"
)
_SURNAME: Final = re.compile(
    "(?:(?:ов|ев|ёв|ин|ын)а?|(?:ск|цк)(?:ий|ая|ой|а)|тегі|теги|"
    "(?:ov|ev|yev|iev|off|eff|yeff|in|yn)a?|(?:sk|tsk|ck)(?:iy|y|yi|i|aya|aia|aja)|enko|енко|зода|zoda|zade|заде|чук|chuk|shvili|швили)"
    "[`´'’]*$"
)
_TAIL: Final = re.compile("[аеёиоуыэюяәөұүійьъaeiouyäöüūıáóúýâ`´'’]+$")
_LEAST: Final = 3
_INITIALS: Final = re.compile(r"[^\W\d_]{1,2}")


@lru_cache(maxsize=1_000_000)
def part_of(text: str) -> Part:
    """Tell a word of a name by its form."""
    low = repaired(text).lower()
    father = _FATHER.search(low)
    if father and father.start() >= _LEAST - 1:
        stem = low[: father.start()]
        return Part(text, stem, _root(stem), Role.PATRONYMIC)
    surname = _SURNAME.search(low)
    if surname and surname.start() >= _LEAST:
        stem = low[: surname.start()]
        return Part(text, stem, _root(stem), Role.SURNAME)
    return Part(text, low, _root(low), Role.UNKNOWN)


def whole_word(part: Part) -> Part:
    """Give a word that ends as surnames do as one that is none: "Марина" is no root with an end."""
    if part.form is not Role.SURNAME or part.initial:
        return part
    low = repaired(part.text).lower()
    return part._replace(stem=low, skeleton=_root(low))


def father_of(text: str, name: str) -> Part:
    """Make a part of "сын Петра": what stands for a patronymic is the father's name, inflected."""
    low = repaired(name).lower()
    return Part(text, low, _root(low), Role.PATRONYMIC)


def initial_of(text: str) -> Part:
    """Make a part of what stands for a whole word: its first letter."""
    low = repaired(text).lower()
    return Part(text, low, skeleton(low)[:1], Role.INITIAL, initial=True)


@lru_cache(maxsize=1_000_000)
def is_mark_of_father(text: str) -> bool:
    """Whether a word is only the ending of a patronymic that was written apart ("ұлы")."""
    return bool(_FATHER_ALONE.fullmatch(repaired(text).lower()))


def _root(stem: str) -> str:
    """Give the skeleton of a stem without what its endings leave open: vowels at its end."""
    short = _TAIL.sub("", stem)
    return skeleton(short if len(short) >= _LEAST - 1 else stem)
