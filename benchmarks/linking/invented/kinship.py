"""How names are made from names: surnames from stems, fathers' names, and their endings."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from benchmarks.linking.invented.letters import VOWELS

HUSHING = "жшчщц"
IRREGULAR = {
    "Павел": ("Павлович", "Павловна"),
    "Лев": ("Львович", "Львовна"),
    "Петр": ("Петрович", "Петровна"),
    "Яков": ("Яковлевич", "Яковлевна"),
    "Михаил": ("Михайлович", "Михайловна"),
    "Илья": ("Ильич", "Ильинична"),
    "Никита": ("Никитич", "Никитична"),
    "Лука": ("Лукич", "Лукинична"),
    "Данила": ("Данилович", "Даниловна"),
    "Юрий": ("Юрьевич", "Юрьевна"),
}


class Form(StrEnum):
    """What becomes of a surname's stem."""

    OV = "ov"
    UULU = "uulu"
    ZODA = "zoda"
    BARE = "bare"
    LONG_I = "i"
    NOUN = "noun"
    FIXED = "fixed"


class Surname(NamedTuple):
    """A stem in Cyrillic, how it becomes a surname, and the whole in the own Latin, if any."""

    stem: str
    form: Form
    latin: str = ""

    def written(self, *, female: bool) -> str:
        """Write it as Russian does."""
        return _written(self.stem, self.form, female)

    def in_latin(self, *, female: bool) -> str:
        """Write it in the language's own Latin, where it has one."""
        return self.latin + ("a" if female and self.latin and self.form is Form.OV else "")


@lru_cache(maxsize=1 << 16)
def _written(stem: str, form: Form, female: bool) -> str:  # noqa: FBT001  # cached by place
    if form is Form.UULU:
        return f"{stem} {'кызы' if female else 'уулу'}"
    if form is Form.ZODA:
        return f"{stem}зода"
    if form is Form.FIXED:
        return f"{stem[:-2]}ая" if female and stem.endswith("ский") else stem
    if form is Form.BARE:
        return stem
    if form is Form.LONG_I:
        return stem if stem[-1] in VOWELS else f"{stem}и"
    name = _of_noun(stem) if form is Form.NOUN else f"{stem}{'ов' if _hard(stem) else 'ев'}"
    if form is Form.OV and stem[-1] in "йь":
        name = f"{stem[:-1]}ев"
    return f"{name}а" if female else name


def _of_noun(stem: str) -> str:
    if stem[-1] in "ая":
        return f"{stem[:-1]}ин"
    if stem[-1] in "ьй":
        return f"{stem[:-1]}ев"
    if stem[-2:] in ("ок", "ёк", "ек"):
        return f"{stem[:-2]}ков"
    return stem + ("ин" if stem[-1] in "ои" else "ов" if stem[-1] not in "жшчщ" else "ев")


def _hard(stem: str) -> bool:
    return stem[-1] not in VOWELS and stem[-1] not in HUSHING


@lru_cache(maxsize=1 << 16)
def patronymic(father: str, *, female: bool) -> str:
    """Make the Russian patronymic of a father's name."""
    if father in IRREGULAR:
        return IRREGULAR[father][female]
    male = _patronymic(father)
    return f"{male[:-2]}на" if female else male


def _patronymic(father: str) -> str:
    if father.endswith("ий"):
        stem = father[:-2]
        return f"{stem}ьевич" if stem[-1] not in "рк" or stem.endswith("ор") else f"{stem}иевич"
    if father[-1] in "йь":
        return f"{father[:-1]}евич"
    return f"{father}{'ович' if _hard(father) else 'евич'}"


SPOKEN = (("еевич", "еич"), ("ович", "ыч"), ("евич", "ич"), ("еевна", "евна"), ("овна", "на"))


def spoken(name: str) -> str:
    """Shorten a patronymic as people say it ("Иваныч", "Сергевна")."""
    for long, short in SPOKEN:
        if name.endswith(long):
            return name.removesuffix(long) + short
    return name


@lru_cache(maxsize=1 << 16)
def genitive(name: str) -> str:
    """Put a man's given name in the genitive ("Асана", "Андрея")."""
    if name[-1] in "йь":
        return f"{name[:-1]}я"
    if name[-1] in "аое":
        return f"{name[:-1]}ы" if name[-1] == "а" else name
    return name if name[-1] in VOWELS else f"{name}а"
