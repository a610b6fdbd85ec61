"""The pairs that the spelling model learns from: one name spelled twice, and two names.

Three kinds: English and Russian spellings of names from Wikidata; spellings of the same
names, and of Kazakh ones, made from the tables of schemes; and slips of hand and scan.
Pairs of two names begin with the same two letters and are about as long: anything tells
strangers apart, what matters is to tell neighbours apart.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import resources
from random import Random
from typing import TypeAlias

from rapidfuzz.distance import JaroWinkler

from qantar.linking.letters import letters_of
from qantar.linking.transliterate import Scheme, scheme

Pair: TypeAlias = tuple[str, str]

RUSSIAN = ("bgn_russian", "icao_9303", "gost_7_79_b", "gost_52535", *["press_habits"] * 6)
KAZAKH = (
    *("bgn_kazakh", "icao_9303", "kazakh_passport", "kazakh_passport", "kazakh_latin_2017"),
    *(
        "kazakh_latin_2018",
        "kazakh_latin_2021",
        "kazakh_latin_2021",
        "press_habits",
        "press_habits",
    ),
)
NEIGHBOURS = 30
SHORTEST_WITH_A_SLIP = 3
AT_ITS_FIRST_LETTER = 0.15
OF_WORDS = 0.6
"""Share of Kazakh names made of words; the others are made of sounds."""
AS_IT_IS, RUSSIFIED, RUSSIFIED_ONLY = 0.3, 0.4, 0.5
"""Shares of names left in their alphabet; of the rest, of those spelled by way of Russian first,
and of these, of those left in it."""
ENDINGS = ("ий", "ый", "ой", "ей", "ай", "ия", "ья", "ов", "ев", "ова", "ева", "ин", "ина", "ич")
"""Endings of names of the region: half of the Russian names have one of them."""
AGAINST_ITSELF = 0.7
"""Share of slips seen against the same spelling without the slip."""
_LOOK_ALIKE = {
    "о": "0с",
    "з": "3э",
    "б": "6в",
    "ш": "щи",
    "и": "нй",
    "н": "пи",
    "л": "дп",
    "ц": "щу",
    "е": "сё",
    "ы": "ьн",
    "к": "н",
    "г": "т",
    "м": "т",
    "ж": "х",
    "в": "ь",
    "ь": "ъ",
    "ә": "а",
    "ғ": "г",
    "қ": "к",
    "ң": "н",
    "ө": "о",
    "ұ": "ү",
    "ү": "ұ",
    "і": "1",
    "o": "0c",
    "l": "1i",
    "i": "l1",
    "e": "c",
    "m": "n",
    "n": "mu",
    "u": "v",
    "v": "u",
    "a": "o",
    "g": "q",
    "q": "g",
    "h": "bn",
    "s": "5",
    "b": "6h",
    "z": "2",
    "t": "f",
    "f": "t",
    "k": "h",
    "r": "n",
}


_TORN = {"m": "rn", "w": "vv", "d": "cl", "h": "li", "u": "ii", "n": "ri", "k": "lc", "b": "lo"} | {
    "ы": "ьі",
    "ю": "іо",
    "м": "лл",
    "ж": "эк",
    "ш": "ін",
    "и": "іі",
    "ф": "qр",
    "н": "іі",
}
SLIPS = ("lost", "doubled", "misread", "swapped", "torn", "other")


@dataclass(slots=True)
class Material:
    """Pairs of one name, and pairs of two."""

    same: list[Pair] = field(default_factory=list)
    different: list[Pair] = field(default_factory=list)


def read_table(text: str) -> list[Pair]:
    """Read lines of `name TAB letters of its Russian spelling, spaced TAB count`."""
    pairs = []
    for line in text.splitlines():
        english, russian, *_ = line.split("\t")
        pairs.append((english, russian.replace(" ", "")))
    return pairs


def neighbours(
    pairs: Sequence[Pair], chance: Random, sample: int | None = None
) -> list[tuple[Pair, Pair | None]]:
    """Give pairs, each with its nearest neighbour where it has one.

    A neighbour is another name, in both spellings, that begins with the same two letters and
    is longer or shorter by one at most: the nearest of 30 by Jaro-Winkler on the left.

    Args:
        pairs: two spellings of one name each.
        chance: seeded.
        sample: how many pairs to look at; all when not given.
    """
    alike: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        alike[pair[0][:2]].append(pair)
    chosen = list(pairs) if sample is None else chance.sample(list(pairs), min(sample, len(pairs)))
    return [(pair, _nearest(pair, alike[pair[0][:2]], chance)) for pair in chosen]


def one_and_two(
    pairs: Sequence[Pair], chance: Random, sample: int | None = None
) -> tuple[list[Pair], list[Pair]]:
    """Give pairs of one name, and each one's left beside its neighbour's right."""
    found = neighbours(pairs, chance, sample)
    return [pair for pair, _ in found], [(pair[0], near[1]) for pair, near in found if near]


def _nearest(pair: Pair, pool: Sequence[Pair], chance: Random) -> Pair | None:
    left, right = pair
    some = pool if len(pool) <= 3 * NEIGHBOURS else chance.sample(pool, 3 * NEIGHBOURS)
    near = [
        other
        for other in some
        if abs(len(other[0]) - len(left)) <= 1 and other[0] != left and other[1] != right
    ][:NEIGHBOURS]
    return max(near, key=lambda other: JaroWinkler.similarity(left, other[0]), default=None)


def slip(token: str, chance: Random) -> str:
    """Give `token` with one slip: a letter lost, doubled, misread or swapped."""
    if len(token) < SHORTEST_WITH_A_SLIP:
        return token
    at = 0 if chance.random() < AT_ITS_FIRST_LETTER else chance.randrange(1, len(token))
    kind = chance.choices(SLIPS, (3, 2, 4, 2, 2, 1))[0]
    letter, cut = token[at], 1
    match kind:
        case "lost":
            instead = ""
        case "doubled":
            instead = letter + letter
        case "swapped" if at + 1 < len(token):
            instead, cut = token[at + 1] + letter, 2
        case "misread" if letter in _LOOK_ALIKE:
            instead = chance.choice(_LOOK_ALIKE[letter])
        case "torn" if letter in _TORN:
            instead = _TORN[letter]
        case _:
            instead = chance.choice(token)
    return token[:at] + instead + token[at + cut :]


class KazakhNames:
    """Kazakh names made of common words and of sounds in harmony."""

    def __init__(self) -> None:
        """Read the parts from their table."""
        text = resources.files("qantar.linking").joinpath("tables", "kazakh_name_parts.toml")
        self._parts = tomllib.loads(text.read_text("utf-8"))

    def make(self, chance: Random) -> str:
        """Make one name, in Kazakh Cyrillic."""
        if chance.random() < OF_WORDS:
            name = chance.choice(self._parts["first"]) + chance.choice(self._parts["second"])
        else:
            vowels = self._parts["sounds"][chance.choice(("back", "front"))]
            name = "".join(self._syllable(vowels, chance) for _ in range(chance.choice((2, 2, 3))))
        return str(name) + str(chance.choice(self._parts["endings"]))

    def _syllable(self, vowels: Sequence[str], chance: Random) -> str:
        sounds = self._parts["sounds"]
        opening, closing = chance.choice(sounds["opening"]), chance.choice(sounds["closing"])
        return f"{opening}{chance.choice(vowels)}{closing}"


def material(table: Sequence[Pair], seed: int, *, made: float = 0.5) -> Material:
    """Give what the model learns from, for a table of English and Russian spellings.

    `made` is how many made pairs of each kind there are for one of the table.
    """
    chance = Random(seed)  # noqa: S311  # a seeded choice of examples, no secret
    count = int(len(table) * made)
    found = Material()
    found.same, found.different = one_and_two(table, chance)
    _english_variants(table, found, chance)
    russian = sorted({pair[1] for pair in table})
    slavic = [token for token in russian if token.endswith(ENDINGS)]
    _schemes(slavic, RUSSIAN, found, chance, count // 2)
    _schemes(russian, RUSSIAN, found, chance, count // 2)
    names = KazakhNames()
    kazakh = sorted({names.make(chance) for _ in range(2 * count)})
    _schemes(kazakh, KAZAKH, found, chance, 2 * count)
    _slips(table, found, chance, count)
    everything = [token for pair in found.same for token in pair]
    found.different.extend(
        (chance.choice(everything), chance.choice(everything)) for _ in range(count)
    )
    return found


def _english_variants(table: Sequence[Pair], found: Material, chance: Random) -> None:
    """Add English spellings of one Russian name, and Russian ones of one bare English name."""
    for key, value in ((1, 0), (0, 1)):
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for pair in table:
            groups[_bare(pair[key])].append(pair[value])
        for group in groups.values():
            if len(set(group)) > 1:
                first, second = chance.sample(sorted(set(group)), 2)
                found.same.append((first, second))


def _bare(token: str) -> str:
    """Give a token without marks on its letters, except on и and е."""
    if any("а" <= letter <= "я" for letter in token):
        return token
    return "".join(x for x in unicodedata.normalize("NFKD", token) if x.isalpha())


def _schemes(
    tokens: Sequence[str], schemes: Sequence[str], found: Material, chance: Random, count: int
) -> None:
    """Spell names by two of the schemes, or leave them as they are; also two near names."""
    choose: Callable[[Sequence[str]], str] = chance.choice
    known: list[Scheme] = [scheme(name) for name in schemes]
    in_russian = scheme("kazakh_in_russian")

    def spell(token: str) -> str:
        if chance.random() < AS_IT_IS:
            return token
        if schemes is KAZAKH and chance.random() < RUSSIFIED:
            token = in_russian.write(token, choose)
            if chance.random() < RUSSIFIED_ONLY:
                return token
        return chance.choice(known).write(token, choose)

    plain = [(token, in_russian.write(token)) for token in tokens]
    for (token, _), near in neighbours(plain, chance, count):
        found.same.append((spell(token), spell(token)))
        if near is not None:
            found.different.append((spell(token), spell(near[0])))


def _slips(table: Sequence[Pair], found: Material, chance: Random, count: int) -> None:
    """Names with a slip against the name in the same or the other alphabet; near names too."""
    for pair, near in neighbours(table, chance, count):
        side = chance.randrange(2)
        wrong = slip(letters_of(pair[side]), chance)
        against = pair[side] if chance.random() < AGAINST_ITSELF else pair[1 - side]
        found.same.append((wrong, against))
        if near is not None:
            found.different.extend(zip(pair, near, strict=True))
