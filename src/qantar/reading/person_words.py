"""Words of lists of people that are no text: sexes, and what stands for nothing known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from qantar.model.person_row import Sex
from qantar.model.text import fold

# All folded: Kazakh letters as on a Russian keyboard.
_NOTHING: Final = frozenset(
    (
        *("-", "--", "–", "—", ".", "?", "??", "???"),
        *("n/a", "na", "none", "null", "unknown", "unk", "not known"),
        *("нет", "нет данных", "н/д", "нд", "неизвестно", "неизвестен", "неизвестна", "неизв."),
        *("не известно", "не указан", "не указано", "белгисиз", "жок"),
    )
)
_SEXES: Final[Mapping[str, Sex]] = {
    word: sex
    for sex, words in {
        Sex.MALE: "male m man boy м муж муж. мужской мужчина е ер еркек ер-азамат ул er erkek ul",
        Sex.FEMALE: "female f w woman girl ж жен жен. женский женщина а айел киз кыз aiel ayel qyz",
    }.items()
    for word in words.split()
}
_OTHER: Final = frozenset({"other", "другой", "другое", "баска"})


def says_nothing(text: str) -> bool:
    """Whether a cell of a day, an age or a sex stands for "nobody knows"."""
    return fold(text).strip() in _NOTHING


def sex_of(text: str) -> tuple[Sex | None, bool]:
    """Give the sex that a word says, and whether the word is known at all.

    A list that states another sex states something that is not compared.
    """
    word = fold(text).strip()
    return _SEXES.get(word), word in _SEXES or word in _OTHER or word in _NOTHING
