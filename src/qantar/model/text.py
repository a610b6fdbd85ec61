"""Folding: what two spellings must share to be found from one another.

Text is stored as found; keys for matching are derived beside it, never instead
of it. People type Kazakh on Russian keyboards, so Kazakh letters fold to the
Russian letters typed in their place.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_RUSSIAN_KEYBOARD = str.maketrans("ёъқңғүұөәһі", "еькнгууоахи")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"\w+")


def exact(text: str) -> str:
    """Compose the text (NFC), so that й typed as two code points is й; nothing else changes."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Fold the text for matching: NFKC, casefold, Kazakh letters to their Russian-keyboard forms.

    Latin diacritics are folded too (`Zhañaözen` is found as `zhanaozen`), but й
    stays й: it is a letter of its own.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_RUSSIAN_KEYBOARD)
    return unicodedata.normalize("NFC", "".join(_without_latin_marks(folded)))


def _without_latin_marks(text: str) -> list[str]:
    """Take off marks of Latin letters, and stress marks; й and ў are letters and keep theirs."""
    kept: list[str] = []
    base = ""
    for char in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(char):
            base = char
        elif "a" <= base <= "z" or len(unicodedata.normalize("NFC", base + char)) > 1:
            continue
        kept.append("i" if char == "ı" else char)
    return kept


def name_key(text: str) -> str:
    """Fold a name for look-up: folded, outer space off, inner space single."""
    return _SPACES.sub(" ", fold(text)).strip()


def words(text: str) -> tuple[str, ...]:
    """Give the folded words of a text, in order."""
    return tuple(_WORD.findall(fold(text)))


def slug(text: str) -> str:
    """Make a file name part: ASCII letters, digits and hyphens; never empty.

    Two texts may share a slug; callers that need one name per text use
    `unique_slugs`.
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:80] or "x"


def unique_slugs(texts: list[str]) -> dict[str, str]:
    """Give each distinct text a slug of its own, stable for the same list in the same order."""
    taken: set[str] = set()
    slugs: dict[str, str] = {}
    for text in texts:
        if text in slugs:
            continue
        wanted = slug(text)
        candidate, count = wanted, 1
        while candidate in taken:
            count += 1
            candidate = f"{wanted}-{count}"
        taken.add(candidate)
        slugs[text] = candidate
    return slugs
