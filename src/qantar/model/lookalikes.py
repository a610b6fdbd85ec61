"""Names that look like another than they are: letters of two scripts in a word, twins by sight.

A Latin i within a Cyrillic name cannot be seen, makes another name of it for every
search, and lets one person speak under what looks like another's name. Such names are
told and kept apart: nothing here ever makes one name of two.

Source: Unicode Technical Standard 39, "Unicode Security Mechanisms", for what is mixed
and for which letters look alike. Of its table only Latin, Cyrillic and Greek letters that
are the same in most typefaces are here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

MOST_NAMES: Final = 10_000
"""Of one file; beyond them no new ones are looked at."""
_TOLD: Final = 100
_SCRIPTS: Final = ("LATIN", "CYRILLIC", "GREEK")
_WORD: Final = re.compile(r"[^\W\d_]+")
_UNSEEN: Final = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_AS_LATIN: Final = str.maketrans(
    # Cyrillic small, Cyrillic capital, Greek small, Greek capital
    "аеорсухіјѕһԛԝӏ" + "АВЕКМНОРСТУХІЈЅҮԚԜ" + "οα" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijshqwl" + "ABEKMHOPCTYXIJSYQW" + "oa" + "ABEZHIKMNOPTYX",
)


def mixed_word(text: str) -> str | None:
    """Give the first word of a text that has letters of two scripts; None where there is none."""
    if text.isascii():
        return None
    for word in _WORD.findall(text):
        if not word.isascii() and len({script for one in word if (script := _script(one))}) > 1:
            return str(word)
    return None


def likeness(text: str) -> str:
    """Spell a text as what it looks like: the same for two texts that no eye tells apart."""
    seen = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    return unicodedata.normalize("NFC", seen.translate(_AS_LATIN))


@dataclass(slots=True)
class Lookalikes:
    """The names of one file so far. Each is looked at once, when it is first met."""

    _seen: set[str] = field(default_factory=set)
    _by_likeness: dict[str, str] = field(default_factory=dict)
    _told: int = 0

    def look_at(self, name: str) -> str | None:
        """Say what deceives the eye about a name; None of most names, and of any seen before."""
        if name in self._seen or len(self._seen) >= MOST_NAMES:
            return None
        self._seen.add(name)
        other = self._by_likeness.setdefault(likeness(name), name)
        word = mixed_word(name)
        if (other == name and word is None) or self._told >= _TOLD:
            return None
        self._told += 1
        said = []
        if word is not None:
            said.append(f"has letters of two scripts in one word: {_spelt(word)}")
        if other != name:
            said.append(f"looks the same as another of this file, which is spelt {_spelt(other)}")
        return " and ".join(said) + ". It is kept as found, and no other name is taken for it."


def _script(letter: str) -> str | None:
    name = unicodedata.name(letter, "")
    return next((one for one in _SCRIPTS if name.startswith(one)), None)


def _spelt(text: str) -> str:
    """Name the letters of a text one by one, those alike in a row together."""
    parts: list[tuple[str, str]] = []
    for one in text[:60]:
        kind = _script(one) or ("" if one.isprintable() else f"U+{ord(one):04X}")
        shown = one if one.isprintable() else ""
        if parts and parts[-1][0] == kind:
            parts[-1] = (kind, parts[-1][1] + shown)
        else:
            parts.append((kind, shown))
    return " ".join(f"{shown!r} {kind.title()}".strip() if kind else shown for kind, shown in parts)
