"""What a table's rows are read against: the case's places, speakers and vocabularies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from qantar.model.accession import Accession
from qantar.model.claim import Claim
from qantar.model.finding import Finding
from qantar.model.name_table import NameForms
from qantar.model.pattern_row import PatternRow
from qantar.model.person_row import PersonRow
from qantar.model.place import Gazetteer, Place
from qantar.model.speaker import Speaker, Speakers
from qantar.model.vocabulary import Vocabulary, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything a row needs besides itself.

    `accession_id` is the case's own short id of the accession, `original` the
    SHA-256 of the file, `zone` the IANA zone for clock times that carry none.
    `vocabularies` holds those that the case extends; the others are as shipped. `span` are
    the first and last day that the case is about, None where nobody said.
    """

    accession: Accession
    accession_id: str
    original: str
    zone: str
    gazetteer: Gazetteer
    speakers: Speakers
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict)
    span: tuple[date, date] | None = None

    def vocabulary(self, name: str) -> Vocabulary:
        """The vocabulary of that name, with the case's own declared terms."""
        return self.vocabularies.get(name) or load(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsRead:
    """What one table gave: `rows_in = rows_read + rows_unreadable`, always.

    `own_ids` are the ids that the claims, in the same order, would have if this table
    alone had been read: no other table can change them.
    """

    rows_in: int
    rows_read: int
    rows_unreadable: int
    claims: tuple[Claim, ...] = ()
    own_ids: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    persons: tuple[PersonRow, ...] = ()
    names: tuple[NameForms, ...] = ()
    patterns: tuple[PatternRow, ...] = ()
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an account that does not add up."""
        if self.rows_in != self.rows_read + self.rows_unreadable:
            account = f"{self.rows_read} read and {self.rows_unreadable} unreadable"
            message = f"{self.rows_in} rows in, but {account}"
            raise ValueError(message)
