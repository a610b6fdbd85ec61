"""How names go from one alphabet to another, by whose habit, and what stands on which key."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

VOWELS = frozenset("аеёиоуыэюяaeiouyıöüäāī")
IOTATED = {"йа": "я", "йо": "ё", "йу": "ю", "йе": "е", "йю": "ю", "йё": "ё"}


def pairs(text: str) -> dict[str, str]:
    """Part "from>to" pairs; nothing behind the sign leaves it out."""
    parts = (one.partition(">") for one in text.split())
    return {before: after for before, _, after in parts}


TO_RUSSIAN = {
    "turkish": pairs(
        "a>а b>б c>дж ç>ч d>д e>е f>ф g>г ğ>г h>х ı>ы i>и j>ж k>к l>л m>м n>н o>о ö>ё p>п "
        "r>р s>с ş>ш t>т u>у ü>ю v>в y>й z>з"
    ),
    "uzbek": pairs(
        "o‘>у g‘>г sh>ш ch>ч ng>нг a>а b>б d>д e>е f>ф g>г h>х i>и j>ж k>к l>л m>м n>н "
        "o>о p>п q>к r>р s>с t>т u>у v>в x>х y>й z>з ’>ъ"
    ),
}
"""Of each Latin; two letters that are one sound stand first."""

_COMMON = pairs(
    "а>a б>b в>v г>g д>d е>e ё>e з>z и>i к>k л>l м>m н>n о>o п>p р>r с>s т>t у>u ф>f "
    "ч>ch ш>sh щ>shch ъ> ь>"
)
ENGLISH = _COMMON | pairs("э>e ц>ts")
TURKISH = _COMMON | pairs("ё>yo ж>j й>y х>h ц>ts ч>ç ш>ş щ>şç ы>ı э>e ю>yu я>ya")


class Hand(NamedTuple):
    """One person's habits of writing Cyrillic names in English."""

    zh: str
    kh: str
    y: str
    short_i: str
    glide: str
    initial_e: str
    final_iy: str


HANDS = (
    Hand("zh", "kh", "y", "y", "y", "e", "y"),
    Hand("zh", "kh", "y", "i", "i", "e", "iy"),
    Hand("j", "h", "y", "y", "y", "e", "y"),
    Hand("j", "kh", "i", "i", "y", "e", "i"),
    Hand("zh", "h", "y", "y", "y", "ye", "iy"),
    Hand("j", "h", "i", "y", "i", "e", "i"),
)

KEYS = dict(
    zip("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`", strict=True)
)
SHIFTED = dict(zip("[];',.`", '{}:"<>~', strict=True))
_ROWS = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "qwertyuiop", "asdfghjkl", "zxcvbnm")
BESIDE = {
    letter: "".join(row[max(at - 1, 0) : at] + row[at + 1 : at + 2])
    for row in _ROWS
    for at, letter in enumerate(row)
}
"""For each letter those on the keys beside it."""


@lru_cache(maxsize=1 << 16)
def russian(word: str, latin: str) -> str:
    """Write a word of Turkish or Uzbek as Russian does."""
    text = word.replace("İ", "i").replace("I", "ı").lower()
    for sound, letter in TO_RUSSIAN[latin].items():
        text = text.replace(sound, letter)
    for pair, letter in IOTATED.items():
        text = text.replace(pair, letter)
    return titled("-".join(f"э{one[1:]}" if one[:1] == "е" else one for one in text.split("-")))


@lru_cache(maxsize=1 << 17)
def english(word: str, hand: Hand) -> str:
    """Write a Cyrillic word in English, by one person's habits."""
    parts = {
        "ж": hand.zh,
        "х": hand.kh,
        "ы": hand.y,
        "й": hand.short_i,
        "ю": f"{hand.glide}u",
        "я": f"{hand.glide}a",
    }
    low = word.lower()
    end = next((one for one in ("ий", "ый") if low.endswith(one)), "")
    stem = low.removesuffix(end)
    text = "".join(
        hand.initial_e
        if letter == "е" and (at == 0 or stem[at - 1] in VOWELS)
        else parts.get(letter) or ENGLISH.get(letter, letter)
        for at, letter in enumerate(stem)
    )
    return titled(text + (hand.final_iy if end else ""))


@lru_cache(maxsize=1 << 17)
def turkish(word: str) -> str:
    """Write a Cyrillic word as Turkish does."""
    text = word.lower().replace("дж", "c")
    return titled("".join(TURKISH.get(letter, letter) for letter in text), turkish=True)


PLAIN = str.maketrans("çğıöşüâîÇĞİÖŞÜ", "cgiosuaiCGIOSU")


def plain(word: str, apostrophe: str) -> str:
    """Leave out the marks of Turkish and Uzbek letters; `apostrophe` stands for the Uzbek one."""
    return word.translate(PLAIN).replace("‘", apostrophe).replace("’", apostrophe)


def titled(text: str, *, turkish: bool = False) -> str:
    """Begin each part of a double name with a capital."""
    parts = []
    for part in text.split("-"):
        first = "İ" if turkish and part[:1] == "i" else part[:1].upper()
        parts.append(first + part[1:])
    return "-".join(parts)


def wrong_layout(text: str) -> str:
    """Give what comes out where the keyboard stood on Latin."""
    out = []
    for letter in text:
        key = KEYS.get(letter.lower(), letter)
        out.append(SHIFTED.get(key, key.upper()) if letter.isupper() else key)
    return "".join(out)
