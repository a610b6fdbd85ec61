"""The letters that a name token comes down to, before its spelling is compared.

Case, composition and punctuation are gone; the alphabet stays: nothing is transcribed here.
"""

from __future__ import annotations

import unicodedata

LATIN = "abcdefghijklmnopqrstuvwxyz" + "äáǵğıńñóöşūúüýŋéíāōčšžćçøåæłðþəăėëșțńīśřżęąćěôïèâœŭ"
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяё" + "әғқңөұүһі" + "їєўјћђљњџ"
DIGITS = "0123456789"
APOSTROPHE = "'"
OTHER_KINDS = 31
"""Letters of no alphabet known here fall into this many kinds, alike by code point alone."""
OTHER = "".join(chr(0xE000 + kind) for kind in range(OTHER_KINDS))
LETTERS = "".join(dict.fromkeys(LATIN + CYRILLIC + APOSTROPHE + DIGITS + OTHER))

_KNOWN = frozenset(LETTERS) - frozenset(OTHER)
_APOSTROPHES = frozenset("'’‘ʼʻʹʺ`´′ʾʿ″”“\"")
_ALIKE = {
    "ґ": "г",
    "ѓ": "г",
    "ќ": "к",
    "җ": "ж",
    "ӣ": "и",
    "ӯ": "у",
    "ҳ": "х",
    "ҷ": "ч",
    "đ": "d",
    "ħ": "h",
}
LONGEST = 48
"""Letters of a token that are looked at; longer ones are no names."""


class _Plain(dict[int, str]):
    """What each character comes down to, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        """Give the letters that stand for the character `code`; may be none."""
        letter = chr(code)
        if letter in _KNOWN:
            plain = letter
        elif letter in _APOSTROPHES:
            plain = APOSTROPHE
        else:
            plain = _plainer(letter)
        self[code] = plain
        return plain


_PLAIN = _Plain()


def letters_of(token: str) -> str:
    """Give the letters of `token` that a spelling is judged by, at most `LONGEST`."""
    return plain_letters(token)[:LONGEST].strip(APOSTROPHE)


def plain_letters(text: str) -> str:
    """Give the letters of part of a token, apostrophes at its ends included."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return unicodedata.normalize("NFC", text.casefold()).translate(_PLAIN)


def _plainer(letter: str) -> str:
    """Give what a rare letter stands for: itself without its marks, or one of the other kinds."""
    if letter in _ALIKE:
        return _ALIKE[letter]
    base = "".join(part for part in unicodedata.normalize("NFKD", letter) if part in _KNOWN)
    if base:
        return base
    return OTHER[ord(letter) % OTHER_KINDS] if unicodedata.category(letter)[0] in "LN" else ""
