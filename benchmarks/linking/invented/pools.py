"""The names of each people of the land, with how often each is given."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Any, Generic, NamedTuple, TypeVar

from benchmarks.linking.invented.kinship import Form, Surname
from benchmarks.linking.invented.letters import VOWELS, russian

T = TypeVar("T")
LATIN = {"uz": "uzbek", "tr": "turkish"}
FORMS: Mapping[str, tuple[tuple[Form, int], ...]] = {
    "kg": ((Form.OV, 72), (Form.UULU, 28)),
    "tj": ((Form.OV, 60), (Form.ZODA, 28), (Form.LONG_I, 12)),
    "kz": ((Form.OV, 85), (Form.BARE, 15)),
    "uz": ((Form.OV, 100),),
    "ch": ((Form.OV, 100),),
    "ru": ((Form.NOUN, 100),),
    "ua": ((Form.FIXED, 100),),
    "by": ((Form.FIXED, 100),),
    "tr": ((Form.FIXED, 100),),
}


class Given(NamedTuple):
    """A given name as Russian writes it, and in the own language where that differs."""

    russian: str
    own: str = ""


class Pool(Generic[T]):
    """Things drawn by how common they are: the n-th as 1 / (n + `flat`) ** `steep`."""

    def __init__(self, things: Sequence[T], *, steep: float, flat: float) -> None:
        """Weigh the things by their order."""
        self.things = things
        self._weights = list(accumulate((at + flat) ** -steep for at in range(len(things))))

    def draw(self, chance: Random) -> T:
        """Draw one."""
        return chance.choices(self.things, cum_weights=self._weights)[0]


class People(NamedTuple):
    """One of the peoples: its share of the land, and its names."""

    key: str
    share: int
    male: Pool[Given]
    female: Pool[Given]
    surnames: Pool[Surname]


@lru_cache(maxsize=1)
def peoples() -> tuple[People, ...]:
    """Give all of them, in the order of the file."""
    table = _table()
    return tuple(
        _people(key, names, table["endings"]) for key, names in table.items() if "share" in names
    )


@lru_cache(maxsize=1)
def nicknames() -> tuple[str, ...]:
    """Give what people are called beside their names."""
    return tuple(_table()["nicknames"]["words"].split())


@lru_cache(maxsize=1)
def short_names() -> Mapping[str, tuple[str, ...]]:
    """Give for a given name what those near a person say instead."""
    pairs = (one.split("=") for one in _table()["short"]["pairs"].split())
    return {name: tuple(short.split(",")) for name, short in pairs}


def _table() -> Mapping[str, Any]:
    text = files(__package__).joinpath("names.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _people(key: str, names: Mapping[str, Any], endings: Mapping[str, Sequence[str]]) -> People:
    latin = LATIN.get(key, "")
    male = [_given(one, latin) for one in names["male"].split()]
    female = [_given(one, latin) for one in names["female"].split()]
    # what is common is common by chance, not by the alphabet; the order is fixed by the key
    order = Random(key)  # noqa: S311  # invented people
    surnames = _surnames(key, names, male, endings.get(key, ()), order)
    for things in (male, female, surnames):
        order.shuffle(things)
    return People(
        key,
        names["share"],
        Pool(male, steep=0.8, flat=5),
        Pool(female, steep=0.8, flat=5),
        Pool(surnames, steep=0.7, flat=10),
    )


def _given(text: str, latin: str) -> Given:
    if latin:
        return Given(russian(text, latin), text)
    name, _, own = text.partition("=")
    return Given(name, own)


def _surnames(
    key: str,
    names: Mapping[str, Any],
    male: Sequence[Given],
    endings: Sequence[str],
    order: Random,
) -> list[Surname]:
    stems = names["stems"].split()
    if endings:
        return [Surname(_ended(one, end), Form.FIXED) for one in stems for end in _some(endings)]
    if key == "ru":
        return [Surname(one.capitalize(), Form.NOUN) for one in stems]
    if key != "tr":
        stems += [one.own or one.russian for one in male if "-" not in one.russian]
    made = [
        a + b
        for a in names["first"].split()
        for b in names["second"].split()
        if a.lower() not in (b, b[:-1])
    ]
    order.shuffle(made)
    latin = LATIN.get(key, "")
    every = dict.fromkeys(stems + made[: 2 * len(stems)])
    return [_formed(stem, key, latin, order) for stem in every]


def _formed(stem: str, key: str, latin: str, order: Random) -> Surname:
    kinds, weights = zip(*FORMS[key], strict=True)
    form: Form = order.choices(kinds, weights)[0]
    if not latin:
        return Surname(stem, form)
    own = stem if form is Form.FIXED else stem + ("yev" if stem[-1].lower() in VOWELS else "ov")
    return Surname(russian(stem, latin), form, own)


def _some(endings: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(endings))


def _ended(stem: str, ending: str) -> str:
    """Join a stem and an ending: soft signs go before a vowel, two vowels do not meet."""
    if ending[0] in "уюи" and stem[-1] in "ь":
        stem = stem[:-1]
    if stem[-1] == "ь" and ending[0] == "е":
        stem = stem[:-1]
    return stem + (ending[1:] if ending[0] in "ео" and stem[-1] in VOWELS else ending)
