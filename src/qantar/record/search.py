"""Full-text search: literal words, each looked for in every form that the case records.

What a person types is data, never syntax: operators, quotes, wildcards and
brackets mean nothing here. A word is looked for as it stands (composed, NFC) and
folded, then also as the beginning of a longer word, because Kazakh and Russian
words end in cases. A name of a place or of a public speaker is looked for in every
recorded form, so that all spellings of one name find the same, in the same order.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import snowballstemmer

from qantar.model.text import exact, fold
from qantar.record.database import Connection, opened

MOST_WORDS: Final = 32
SHORTEST_STEM: Final = (
    3  # a shorter word is looked for whole: as a beginning it would find everything
)
SHORTEST_SURNAME: Final = 4
SNIPPET_CHARS: Final = 240
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_STEMMERS: Final = {name: snowballstemmer.stemmer(name) for name in ("russian", "english")}
_EXACT_WEIGHT, _FOLDED_WEIGHT = 2.0, 1.0
_RANK_DIGITS: Final = 6  # beyond that, machines may differ

# As the index parts words: letters and digits of any script, and marks that stand over them.
_WORD: Final = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")

Words = tuple[str, ...]
"""Folded words, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A part of what was typed, and the forms it is looked for in, as recorded, in order."""

    typed: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing found: a `claim`, a `place` or a `speaker`.

    `ref` is its id, `text` all that was searched of it, `snippet` the part around
    the first word found; `rank` is lower for a better hit.
    """

    type: str
    ref: str
    text: str
    snippet: str
    rank: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found: the first hits in order, and how many there are in all."""

    terms: tuple[Term, ...]
    hits: tuple[Hit, ...]
    total: int


def search(path: Path, key: bytes, query: str, *, limit: int | None) -> Found:
    """Look for all words of the query; every one of them must be found.

    Args:
        path: the record.
        key: the key that opens it.
        query: as typed; at most the first 32 words count.
        limit: at most so many hits, None for all.

    Returns:
        Hits by rank, then type and id: the same order every time.

    Raises:
        RecordMissingError: there is no record.
        CaseKeyError: the key does not open it, or it is damaged.
    """
    with opened(path, key) as connection:
        terms = terms_of(connection, query)
        if not terms:
            return Found(terms=(), hits=(), total=0)
        rows = _ranked(connection, match_of(terms))
        hits = tuple(_hit(connection, row, terms) for row in rows[:limit])
    return Found(terms=terms, hits=hits, total=len(rows))


def terms_of(connection: Connection, query: str) -> tuple[Term, ...]:
    """Give the parts of a query, each with the forms that the record has of it."""
    typed = [word for word in _WORD.findall(exact(query)) if folded_words(word)]
    return tuple(_Names.of(connection).terms(typed[:MOST_WORDS]))


def match_of(terms: Sequence[Term], *, inflected: bool = False) -> str:
    """Give the condition that every part is found, as the index understands it.

    With `inflected`, a single word is also looked for by its stem, as the beginning of a
    word: "prison" in all its cases, "detained" also in "detaining".
    """
    return " AND ".join(_any_of(term.forms, inflected=inflected) for term in terms)


def folded_words(text: str) -> Words:
    """The folded words of a text, parted as the index parts them."""
    return tuple(_WORD.findall(fold(text)))


@dataclass(frozen=True, slots=True)
class _Names:
    """Every recorded name, by its folded words: all forms of all things that have this one."""

    forms: dict[Words, frozenset[str]]

    @classmethod
    def of(cls, connection: Connection) -> _Names:
        """Read the names of places and speakers."""
        forms: dict[Words, set[str]] = {}
        for group in (*_place_names(connection), *_speaker_names(connection)):
            names = {name: key for name in group if (key := folded_words(name))}
            for key in names.values():
                forms.setdefault(key, set()).update(names)
        return cls({key: frozenset(others) for key, others in forms.items()})

    def terms(self, typed: Sequence[str]) -> Iterator[Term]:
        """Part the words into names, the longest first from the left, and single words."""
        longest = max(map(len, self.forms), default=1)
        at = 0
        while at < len(typed):
            ends = range(min(len(typed), at + longest), at, -1)
            end = next(
                (e for e in ends if folded_words(" ".join(typed[at:e])) in self.forms), at + 1
            )
            part = " ".join(typed[at:end])
            forms = self.forms.get(folded_words(part), (part,))
            yield Term(typed=part, forms=tuple(sorted(forms, key=lambda form: (fold(form), form))))
            at = end


def _place_names(connection: Connection) -> Iterator[tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for place, form in connection.execute(
        "SELECT place, form FROM place_forms ORDER BY place, form"
    ):
        groups.setdefault(place, []).append(form)
    yield from map(tuple, groups.values())


def _speaker_names(connection: Connection) -> Iterator[tuple[str, ...]]:
    """The full names of each speaker; and the surnames that no other speaker has."""
    bodies = connection.execute("SELECT body FROM speakers ORDER BY ord").fetchall()
    everyone = [_names_in(body) for (body,) in bodies]
    yield from everyone
    surnames = [frozenset(filter(None, map(_surname, names))) for names in everyone]
    held = Counter(key for known in surnames for key in {folded_words(name) for name in known})
    for known in surnames:
        yield tuple(name for name in sorted(known) if held[folded_words(name)] == 1)


def _names_in(body: str) -> tuple[str, ...]:
    speaker = json.loads(body)
    return (speaker["name"], *speaker.get("forms", ()))


def _surname(name: str) -> str | None:
    """The last word of a name of several, by which people are mostly called."""
    parts = _WORD.findall(exact(name))
    return parts[-1] if len(parts) > 1 and len(parts[-1]) >= SHORTEST_SURNAME else None


def _any_of(forms: Iterable[str], *, inflected: bool = False) -> str:
    """The condition that one of the forms is found, as it stands or folded, each as a phrase."""
    tests = dict.fromkeys(test for form in forms for test in _tests(form, inflected=inflected))
    return f"({' OR '.join(tests)})"


def _tests(form: str, *, inflected: bool) -> Iterator[str]:
    folded = folded_words(form)
    if inflected and len(folded) == 1:
        stem = _stem(folded[0])
        if len(stem) >= SHORTEST_STEM and folded[0].startswith(stem):
            # All that the other conditions would find begins like this too.
            yield f"folded : {_phrase(stem)} *"
            return
    stem = " *" if len(folded[-1]) >= SHORTEST_STEM else ""
    yield f"exact : {_phrase(exact(form))}"
    yield f"folded : {_phrase(' '.join(folded))}{stem}"


def _stem(folded: str) -> str:
    """Give the part of a word that its endings leave alone.

    Russian stems serve Kazakh words too, typed on either keyboard: what Russian endings
    they seem to have goes, and their own are found because the stem is only a beginning.
    """
    language = "russian" if _CYRILLIC.search(folded) else "english"
    return str(_STEMMERS[language].stemWord(folded))


def _phrase(text: str) -> str:
    """Quote the text so that the index takes it as words and nothing else."""
    return '"' + text.replace("\0", " ").replace('"', '""') + '"'


def _ranked(connection: Connection, match: str) -> list[tuple[float, str, str, int]]:
    weight = f"round(bm25(search, {_EXACT_WEIGHT}, {_FOLDED_WEIGHT}), {_RANK_DIGITS})"
    asked = (
        f"SELECT {weight} AS weight, type, ref, id FROM search "  # noqa: S608  # numbers of ours; words are bound
        "JOIN texts ON texts.id = search.rowid WHERE search MATCH ? ORDER BY weight, type, ref"
    )
    return list(connection.execute(asked, (match,)))


def _hit(connection: Connection, row: tuple[float, str, str, int], terms: Sequence[Term]) -> Hit:
    rank, kind, ref, number = row
    (text,) = connection.execute("SELECT text FROM texts WHERE id = ?", (number,)).fetchone()
    return Hit(type=kind, ref=ref, text=text, snippet=snippet(text, terms), rank=rank)


def snippet(text: str, terms: Sequence[Term]) -> str:
    """Cut a long text around the first word of the query in it."""
    if len(text) <= SNIPPET_CHARS:
        return text
    start = max(0, min(_first(text, terms) - SNIPPET_CHARS // 4, len(text) - SNIPPET_CHARS))
    cut = text[start : start + SNIPPET_CHARS].strip()
    return f"{'…' if start else ''}{cut}{'…' if start + SNIPPET_CHARS < len(text) else ''}"


def _first(text: str, terms: Sequence[Term]) -> int:
    """Where the first word of any form stands; 0 when its spelling is folded out of sight."""
    plain = text.casefold()
    starts = (plain.find(form.casefold().split(" ", 1)[0]) for term in terms for form in term.forms)
    return min((start for start in starts if start >= 0), default=0)
