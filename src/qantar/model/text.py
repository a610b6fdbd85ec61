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
# Soft hyphens, zero-width spaces and joiners, marks of direction: nobody sees or types them.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
_LATIN_MARKS = re.compile("(?<=[a-z])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff]+")
# Reference works mark the stressed vowel of a Russian name; й and ў are letters and keep theirs.
_STRESS = re.compile("(?<=[аеиоуыэюя])[\u0300\u0301]")
_LOOK_ALIKE = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("ʹʻʼʽ‘’‛", "'"))
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"\w+")
_PART_OF_KEY = re.compile(r"[^\W_]+")
_LONGEST_SLUG = 80


def exact(text: str) -> str:
    """Compose the text (NFC), so that й typed as two code points is й; nothing else changes."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Fold the text for matching: NFKC, casefold, Kazakh letters to their Russian-keyboard forms.

    Marks over Latin letters (`Zhañaözen` is found as `zhanaozen`), stress marks
    over Russian vowels and characters that show nothing are taken off. й stays й:
    it is a letter of its own. Folding a folded text changes nothing.
    """
    if text.isascii():
        return text.lower()
    before, after = text, _fold_once(text)
    while after != before:
        before, after = after, _fold_once(after)
    return after


def _fold_once(text: str) -> str:
    """One round; a mark that falls away may bring the next one to its letter."""
    seen = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    # Casefolding may undo what was composed (a capital with a mark), so compose once more.
    cased = unicodedata.normalize("NFKC", seen.casefold()).translate(_RUSSIAN_KEYBOARD)
    parted = unicodedata.normalize("NFD", cased).replace("ı", "i")
    return unicodedata.normalize("NFC", _STRESS.sub("", _LATIN_MARKS.sub("", parted)))


def name_key(text: str) -> str:
    """Fold a name for look-up: folded, dashes and apostrophes alike, spaces single."""
    return _SPACES.sub(" ", fold(text).translate(_LOOK_ALIKE)).strip()


def words(text: str) -> tuple[str, ...]:
    """Give the folded words of a text, in order."""
    return tuple(_WORD.findall(fold(text)))


def hyphenated(text: str) -> str:
    """Make a key of the folded words of a text, in any script; never empty for a text that is not.

    Unlike a `slug` it keeps Cyrillic letters, so that different texts get different keys.
    """
    return "-".join(_PART_OF_KEY.findall(fold(text))) or fold(text)


def slug(text: str) -> str:
    """Make a file name part: ASCII letters, digits and hyphens; never empty.

    Two texts may share a slug; callers that need one name per text use
    `unique_slugs`.
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    parts = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")
    return parts[:_LONGEST_SLUG].rstrip("-") or "x"


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
