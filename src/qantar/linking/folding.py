"""Letters of names: scripts, letters that only look right, and one skeleton for all alphabets.

The skeleton is loose: what different habits of spelling make of one name should mostly
come out alike, and what comes out alike need not be one name. It finds candidates; how
near two spellings are is told by the learned model (`spelling.py`).
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’ʼ`´‘”-]+[^\W\d_]+)*['’ʼ`´‘]?")


class Script(StrEnum):
    """The alphabet of a token."""

    CYRILLIC = "cyrillic"
    LATIN = "latin"
    OTHER = "other"


_ALL_CYRILLIC: Final = re.compile("[\u0400-\u052f]+")
_LOOK_LATIN: Final = "aeopcyxiAEBKMHOPCTXYIhs"
_LOOK_CYRILLIC: Final = "аеорсухіАЕВКМНОРСТХУІһѕ"
_TO_CYRILLIC: Final = str.maketrans(
    dict(zip(_LOOK_LATIN, _LOOK_CYRILLIC, strict=True))
    | {"6": "б", "3": "з", "0": "о", "8": "в", "m": "м", "k": "к", "n": "п", "t": "т", "b": "ь"}
)
_TO_LATIN: Final = str.maketrans(
    dict(zip(_LOOK_CYRILLIC, _LOOK_LATIN, strict=True))
    | {"0": "o", "1": "l", "6": "b", "3": "z", "м": "m", "к": "k", "т": "t"}
)


def script_of(token: str) -> Script:
    """Give the script that most letters of a token are of."""
    if _ALL_CYRILLIC.fullmatch(token):
        return Script.CYRILLIC
    if token.isascii() and token.isalpha():
        return Script.LATIN
    cyrillic = sum("\u0400" <= letter <= "\u052f" for letter in token)
    latin = sum(letter.isascii() and letter.isalpha() for letter in token)
    latin += sum(
        "\u00c0" <= letter <= "\u024f" or "\u1e00" <= letter <= "\u1eff" for letter in token
    )
    if not cyrillic and not latin:
        return Script.OTHER
    return Script.CYRILLIC if cyrillic >= latin else Script.LATIN


def repaired(token: str) -> str:
    """Give a token in one script: letters of the other that look like its own become its own."""
    if token.isascii() and token.isalpha():
        return token
    if _ALL_CYRILLIC.fullmatch(token):
        return token
    script = script_of(token)
    if script is Script.CYRILLIC:
        return token.translate(_TO_CYRILLIC)
    if script is Script.LATIN:
        return token.translate(_TO_LATIN)
    return token


_CYRILLIC: Final = {
    **dict(
        zip(
            "абвгғдеёзийкқлмнңоөпрстуұүфхһыіэәҳўқґєї",
            "abvggdeeziikklmnnooprstuuufhhiieahukgei",
            strict=True,
        )
    ),
    "ж": "j",
    "җ": "j",
    "ҷ": "j",
    "ц": "c",
    "ч": "c",
    "ш": "s",
    "щ": "s",
    "ъ": "",
    "ь": "",
    "ю": "u",
    "я": "a",
}
# Those that no decomposition takes apart, or that it would make another sound of.
_MARKED: Final = str.maketrans(
    {"ı": "i", "ł": "l", "đ": "d", "ø": "o", "æ": "a", "œ": "o", "ß": "s", "ə": "a", "þ": "t"}
    | {"ð": "d", "ŋ": "n", "ý": "u", "č": "c", "š": "s", "ž": "j", "ż": "j"}
)
# Longest first; what stands on the right is final.
_GROUPS: Final = (
    *(
        ("shch", "s"),
        ("tsch", "c"),
        ("dzh", "j"),
        ("sch", "s"),
        ("zh", "j"),
        ("dj", "j"),
        ("kh", "h"),
    ),
    *(
        ("gh", "g"),
        ("sh", "s"),
        ("tch", "c"),
        ("ch", "c"),
        ("ts", "c"),
        ("tz", "c"),
        ("cz", "c"),
        ("ph", "f"),
    ),
    *(("th", "t"), ("ck", "k"), ("iya", "a"), ("iia", "a"), ("ya", "a"), ("ia", "a")),
    *(("yu", "u"), ("iu", "u"), ("yo", "e"), ("ye", "e"), ("ie", "e")),
    *(
        ("iy", "i"),
        ("yi", "i"),
        ("ij", "i"),
        ("ff", "v"),
        ("oo", "u"),
        ("ee", "i"),
        ("ou", "u"),
        ("uo", "o"),
    ),
)
_LATIN: Final = str.maketrans({"q": "k", "w": "v", "x": "h", "y": "i", "'": "", "`": ""})
_GROUP: Final = re.compile("|".join(group for group, _ in _GROUPS))
_OF_GROUP: Final = dict(_GROUPS)
_DOUBLE: Final = re.compile(r"(.)\1+")
_APOSTROPHES: Final = re.compile("['’ʼ`´‘”-]")
_VOWELS: Final = re.compile("(?<!^)[aeiou]+")


@lru_cache(maxsize=1_000_000)
def skeleton(token: str) -> str:
    """Fold a token of any alphabet to one loose spelling in a to z.

    "Жұмабек", "Zhumabek", "Jūmabek" and "Жумабек" all give "jumabek". A token of another
    alphabet keeps its letters, without marks and case; "" where there is none.
    """
    low = unicodedata.normalize("NFC", repaired(token)).lower()
    script = script_of(low)
    if script is Script.OTHER:
        # Of another alphabet nothing is known here but its letters: they are compared as they are.
        bare = unicodedata.normalize("NFKD", low.casefold())
        return "".join(letter for letter in bare if letter.isalpha())
    if script is Script.CYRILLIC:
        low = (
            low.replace("дж", "j")
            .replace("ий", "и")
            .replace("ый", "и")
            .replace("кс", "х")
            .replace("ия", "я")
        )
        text = "".join(_CYRILLIC.get(letter, "") for letter in low)
    else:
        plain = _APOSTROPHES.sub("", low).translate(_MARKED)
        if not plain.isascii():
            marks = unicodedata.normalize("NFKD", plain)
            plain = "".join(x for x in marks if not unicodedata.combining(x))
        grouped = _GROUP.sub(lambda found: _OF_GROUP[found[0]], plain)
        text = "".join(x for x in grouped.translate(_LATIN) if x.isascii() and x.isalpha())
        text = text.replace("ks", "h")
    return _DOUBLE.sub(r"\1", text)


@lru_cache(maxsize=1_000_000)
def consonants(folded: str) -> str:
    """Give a skeleton without vowels, but for its first letter: looser still."""
    head = "a" if folded[:1] in "aeiou" else folded[:1]
    return _DOUBLE.sub(r"\1", head + _VOWELS.sub("", folded)[1:]) if folded else ""


def tokens(name: str) -> list[str]:
    """Cut a name into its words, as found: letters, apostrophes and hyphens within."""
    return _WORD.findall(unicodedata.normalize("NFC", name))
