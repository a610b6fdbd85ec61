"""Names in another alphabet by a published scheme, or by the habits that compete with it.

The schemes are files in `tables/`, each with its source. A letter has one spelling by
its rule, and may have others that people use for it all the same.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

SCHEMES = (
    *("bgn_russian", "icao_9303", "gost_7_79_b", "gost_52535", "press_habits"),
    *("bgn_kazakh", "kazakh_passport", "kazakh_latin_2017", "kazakh_latin_2018"),
    *("kazakh_latin_2021", "kazakh_in_russian"),
)
_SOFT_BEFORE = frozenset("аеёиоуыэюяьъәөұүі")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One way to write Cyrillic names; the first spelling of each letter is the rule.

    `opening` is for a letter at a start, after a vowel, ь or ъ; `ending` for letters at an end.
    """

    name: str
    source: str
    letters: Mapping[str, Sequence[str]]
    opening: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ending: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def write(
        self, token: str, choose: Callable[[Sequence[str]], str] = lambda ways: ways[0]
    ) -> str:
        """Write a lower-case Cyrillic token; `choose` picks among a letter's spellings."""
        for ending, ways in sorted(self.ending.items(), key=lambda item: -len(item[0])):
            if token.endswith(ending) and len(token) > len(ending):
                return self._plain(token[: -len(ending)], choose) + choose(ways)
        return self._plain(token, choose)

    def _plain(self, token: str, choose: Callable[[Sequence[str]], str]) -> str:
        written, before = [], ""
        for letter in token:
            ways: Sequence[str] | None = None
            if not before or before in _SOFT_BEFORE:
                ways = self.opening.get(letter)
            written.append(choose(ways or self.letters.get(letter, (letter,))))
            before = letter
        return "".join(written)


def correspondences() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Give what the schemes say of which letters stand for which.

    Returns:
        Latin spellings with the Cyrillic letters that they stand for; and pairs of Latin
        spellings that stand for the same letters.
    """
    spelled: dict[str, set[str]] = {}
    for name in SCHEMES:
        table = scheme(name)
        for part in (table.letters, table.opening, table.ending):
            for letters, ways in part.items():
                spelled.setdefault(letters, set()).update(way for way in ways if way)
    across = sorted((way, letters) for letters, ways in spelled.items() for way in ways)
    within = sorted({(a, b) for ways in spelled.values() for a in ways for b in ways if a != b})
    return across, within


@cache
def scheme(name: str) -> Scheme:
    """Give the shipped scheme `name`, one of `SCHEMES`."""
    text = resources.files("qantar.linking").joinpath("tables", f"{name}.toml").read_text("utf-8")
    return parse_scheme(text)


def parse_scheme(text: str) -> Scheme:
    """Read a scheme from TOML."""
    table = tomllib.loads(text)
    parts = {
        part: {
            letter: tuple(ways) if isinstance(ways, list) else (str(ways),)
            for letter, ways in table.get(part, {}).items()
        }
        for part in ("letters", "opening", "ending")
    }
    return Scheme(name=str(table["name"]), source=str(table["source"]), **parts)
