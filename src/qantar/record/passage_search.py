"""Finding passages of documents: the newest first, without ranking, whatever their number.

Words mean what they mean in `search.py`, and names are looked for in the same forms.
A count goes on to a limit only: that a word stands in half of a million messages is
not worth waiting for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qantar.record.database import Connection, opened
from qantar.record.schema import PASSAGES_A_PART, passages_part
from qantar.record.search import Term, match_of, snippet, terms_of
from qantar.record.texts import TextPassage, read_passages

MOST_COUNTED: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageHit:
    """A passage that was found; `snippet` is the part around the first word found."""

    passage: TextPassage
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPassages:
    """What was found: the newest hits, and how many there are, up to `MOST_COUNTED`."""

    terms: tuple[Term, ...]
    hits: tuple[PassageHit, ...]
    total: int

    @property
    def is_counted(self) -> bool:
        """Whether `total` is all of them."""
        return self.total < MOST_COUNTED


def search_passages(path: Path, key: bytes, query: str, *, limit: int | None) -> FoundPassages:
    """Look for all words of the query in one passage each, the newest first.

    Args:
        path: the record.
        key: the key that opens it.
        query: as typed.
        limit: at most so many hits, None for all.

    Raises:
        RecordMissingError: there is no record.
        CaseKeyError: the key does not open it, or it is damaged.
    """
    with opened(path, key) as connection:
        terms = terms_of(connection, query)
        if not terms:
            return FoundPassages(terms=(), hits=(), total=0)
        match = match_of(terms, inflected=True)
        most = None if limit is None else max(limit, MOST_COUNTED)
        found = _newest(connection, match, most)
        place = "SELECT accession, document, number FROM passage_order WHERE id = ?"
        newest = [connection.execute(place, (row,)).fetchone() for row in found[:limit]]
        hits = tuple(_hit(one, terms) for one in read_passages(connection, newest))
    return FoundPassages(terms=terms, hits=hits, total=len(found))


def _newest(connection: Connection, match: str, most: int | None) -> list[int]:
    """Give the newest that match, up to so many: part by part, each of which is older."""
    (last,) = connection.execute("SELECT max(id) FROM passage_order").fetchone()
    found: list[int] = []
    for part in range(-(-(last or 0) // PASSAGES_A_PART), 0, -1):
        name = passages_part(part)
        asked = f"SELECT rowid FROM {name} WHERE {name} MATCH ? ORDER BY rowid DESC LIMIT ?"  # noqa: S608
        left = -1 if most is None else most - len(found)
        found.extend(row for (row,) in connection.execute(asked, (match, left)))
        if most is not None and len(found) >= most:
            break
    return found


def _hit(passage: TextPassage, terms: Sequence[Term]) -> PassageHit:
    return PassageHit(passage=passage, snippet=snippet(passage.text, terms))
