"""The protected part of a record: facts of devices, networks and people, in a table of their own.

No index of words covers them. They are looked through only when somebody asks for them, to
find which files came from one device or one network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qantar.model.protected import protected_facts
from qantar.model.read_document import MetaValue
from qantar.model.text import fold
from qantar.record.codec import plain
from qantar.record.database import Connection, opened


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedFact:
    """One fact, and the document it was found in; `document` counts within its accession."""

    accession: str
    document: int
    member: str | None
    name: str
    value: str


def insert_protected(
    connection: Connection, accession: str, document: int, facts: Mapping[str, MetaValue]
) -> None:
    """Write those facts of a document that are protected."""
    connection.executemany(
        "INSERT INTO protected_facts VALUES (?, ?, ?, ?)",
        (
            (accession, document, name, value if isinstance(value, str) else plain(value))
            for name, value in sorted(protected_facts(facts).items())
        ),
    )


def search_protected(path: Path, key: bytes, query: str) -> tuple[ProtectedFact, ...]:
    """Give the protected facts whose name or value holds all words of the query, each as it is.

    Raises:
        RecordMissingError: there is no record.
        CaseKeyError: the key does not open it, or it is damaged.
    """
    words = fold(query).split()
    asked = """SELECT p.accession, p.document, d.member, p.name, p.value FROM protected_facts p
        LEFT JOIN read_documents d ON d.accession = p.accession AND d.document = p.document
        JOIN accessions a ON a.id = p.accession
        ORDER BY a.ord, p.document, p.name"""
    with opened(path, key) as connection:
        rows = connection.execute(asked).fetchall()
    return tuple(
        ProtectedFact(accession=accession, document=document, member=member, name=name, value=value)
        for accession, document, member, name, value in rows
        if words and _holds(f"{name} {value}", words)
    )


def _holds(text: str, words: list[str]) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)
