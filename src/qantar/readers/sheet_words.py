"""How faults of a sheet are worded: for someone who is no programmer, at the place it happened."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date, time

from qantar.readers.sheet_lines import KeyPath

_SHOWN = 60
_NEAR = 0.7  # below this share of common letters a suggestion misleads


def quoted(text: str) -> str:
    """Quote text of the sheet for a message: short, on one line, nothing invisible."""
    cut = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    visible = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in cut)
    return f'"{visible}"'


def shown(value: object) -> str:
    """Show a value of the sheet as it would be written there; say what it is if it is long."""
    match value:
        case str():
            return quoted(value)
        case bool():
            return "true" if value else "false"
        case date() | time():
            return value.isoformat()
        case dict():
            return "a table"
        case list():
            return "a list"
        case _:
            return quoted(str(value)).strip('"')


def listed(words: Iterable[str]) -> str:
    """Name all words, in order."""
    return ", ".join(words)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Name the known word that this one may be a slip of, as the end of a sentence; else ""."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    near = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=_NEAR)
    return f'; did you mean "{by_folded[near[0]]}"?' if near else ""


def near_and_known(word: str, known: Iterable[str]) -> str:
    """Name the nearest known word, if one is near, and all of them, as the end of a sentence."""
    words = tuple(known)
    near = did_you_mean(word, words)
    return f"{near} Known are {listed(words)}" if near else f"; known are {listed(words)}"


def near_or_known(word: str, known: Iterable[str]) -> str:
    """Name the nearest known word, else all of them, as the end of a sentence."""
    words = tuple(known)
    return did_you_mean(word, words) or f"; known here are {listed(words)}"


def none_of(word: str, known: Iterable[str]) -> str:
    """Say that a word is none of those that may stand here."""
    words = tuple(known)
    return f"{quoted(word)} is none of {listed(words)}{did_you_mean(word, words)}"


def in_words(path: KeyPath) -> str:
    """Write a key path for a reader: `accession 2 › columns › sex`."""
    parts: list[str] = []
    for part in path:
        if isinstance(part, int) and parts:
            parts[-1] += f" {part + 1}"
        else:
            parts.append(quoted(str(part))[1:-1])
    return " › ".join(parts)
