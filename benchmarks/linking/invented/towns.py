"""The towns of the land, with what each is called, and by whom."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

RUSSIAN, ENGLISH, TURKISH = 0, 1, 2


class Town(NamedTuple):
    """A town; each name but the villages' in Russian, English and Turkish."""

    weight: int
    name: tuple[str, str, str]
    old: tuple[str, str, str]
    region: tuple[str, str, str]
    villages: tuple[str, ...]


@lru_cache(maxsize=1)
def towns() -> tuple[Town, ...]:
    """Give all of them, in the order of the file."""
    text = files(__package__).joinpath("towns.toml").read_text(encoding="utf-8")
    return tuple(
        Town(
            town[0], _three(town[1:4]), _three(town[4:7]), _three(region["names"]), _words(town[7])
        )
        for region in tomllib.loads(text)["region"]
        for town in region["towns"]
    )


def _three(names: list[str]) -> tuple[str, str, str]:
    russian, english, turkish = names
    return russian, english, turkish


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))
