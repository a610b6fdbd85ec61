"""A few facts of a record, read without reading it whole: for `status`, `decide` and `search`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from qantar.model.accession import Holds
from qantar.model.claim import Claim
from qantar.model.document import HIDDEN_ROWS, column_letters, hidden_columns
from qantar.model.finding import Severity
from qantar.record.codec import CLAIMS, FINDINGS
from qantar.record.counts import CountTold, read_told
from qantar.record.database import Connection, opened
from qantar.record.persons import PeopleTold, told_people

_AT_ONCE = 500  # names bound in one question; the database takes at least 999


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCount:
    """Findings of one code and severity."""

    code: str
    severity: Severity
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the record says of itself.

    `state` names the set of entries that it follows from; `libraries` are the versions of
    those that its documents were read and its lists linked with, None where one was missing.
    `people` tells the lists of people with their rows and the number of persons, and
    `people_before` what the last record with other contents told; None where there is none.
    `counts` are the countings that the case asks for.
    """

    digest: str
    software: str
    state: str
    claims: dict[str, int]
    events: int
    figures: int
    findings: tuple[FindingCount, ...]
    libraries: dict[str, str | None]
    people: PeopleTold | None = None
    people_before: PeopleTold | None = None
    counts: tuple[CountTold, ...] = ()


def read_facts(path: Path, key: bytes) -> Facts:
    """Read them.

    Raises:
        RecordMissingError: there is no record.
        CaseKeyError: the key does not open it, or it is damaged.
    """
    with opened(path, key) as connection:
        meta = dict(connection.execute("SELECT name, value FROM meta"))
        kinds = connection.execute("SELECT kind, count(*) FROM claims GROUP BY kind ORDER BY kind")
        return Facts(
            digest=meta["record_digest"],
            software=meta["software"],
            state=meta["state"],
            claims=dict(kinds.fetchall()),
            events=_count(connection, "SELECT count(*) FROM events"),
            figures=_count(connection, "SELECT count(*) FROM figures"),
            findings=tuple(_findings(connection)),
            libraries=json.loads(meta.get("libraries", "{}")),
            people=told_people(json.loads(meta.get("people", "null"))),
            people_before=told_people(json.loads(meta.get("people_before", "null"))),
            counts=tuple(read_told(connection)),
        )


class KnownClaim(NamedTuple):
    """What a decision needs to know of a claim: its kind, and what never changes of its name.

    `entry` is the full id of its accession's entry, `own_id` its id within the
    accession alone.
    """

    kind: str
    entry: str
    own_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The ids that a decision can name, as this record shows them.

    `accessions` leads from an accession's id to that of its entry, `claims` from a
    claim's id to what it is, `events` from an event's to its claims, in order;
    `figures` are the keys of figures.
    """

    accessions: dict[str, str]
    claims: dict[str, KnownClaim]
    events: dict[str, tuple[str, ...]]
    figures: frozenset[str]


def read_known(path: Path, key: bytes) -> Known:
    """Read every id that a decision can name.

    Raises:
        RecordMissingError: there is no record.
        CaseKeyError: the key does not open it, or it is damaged.
    """
    with opened(path, key) as connection:
        members: dict[str, tuple[str, ...]] = {}
        asked = "SELECT event, claim FROM event_claims ORDER BY event, ord"
        for event, claim in connection.execute(asked):
            members[event] = (*members.get(event, ()), claim)
        asked = "SELECT accession, entry FROM accession_entries ORDER BY accession"
        accessions = dict(connection.execute(asked).fetchall())
        asked = "SELECT id, kind, accession, own_id FROM claims ORDER BY ord"
        return Known(
            accessions=accessions,
            claims={
                name: KnownClaim(kind, accessions[accession], own_id)
                for name, kind, accession, own_id in connection.execute(asked)
            },
            events=members,
            figures=frozenset(key for (key,) in connection.execute("SELECT key FROM figures")),
        )


def read_claims(path: Path, key: bytes, ids: Iterable[str]) -> dict[str, Claim]:
    """Read these claims, by id; ids that the record does not hold are not in the result.

    Raises:
        RecordMissingError: there is no record.
        CaseKeyError: the key does not open it, or it is damaged.
    """
    wanted = tuple(dict.fromkeys(ids))
    with opened(path, key) as connection:
        found: dict[str, Claim] = {}
        for at in range(0, len(wanted), _AT_ONCE):
            some = wanted[at : at + _AT_ONCE]
            marks = ",".join("?" * len(some))
            asked = f"SELECT id, body FROM claims WHERE id IN ({marks})"  # noqa: S608  # only marks; ids are bound
            found.update(
                (name, CLAIMS.decode(body)) for name, body in connection.execute(asked, some)
            )
    return found


def has_person_row(path: Path, key: bytes, accession: str, row: int) -> bool:
    """Whether the record has this row of a list of people.

    Raises:
        RecordMissingError, CaseKeyError, RecordFormatError: as `opened`.
    """
    with opened(path, key) as connection:
        asked = "SELECT 1 FROM person_rows WHERE accession = ? AND row = ?"
        return connection.execute(asked, (accession, row)).fetchone() is not None


def read_files(path: Path, key: bytes, accessions: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Give the file and the id of the source of accessions, by accession id.

    Raises:
        RecordMissingError, CaseKeyError, RecordFormatError: as `opened`.
    """
    asked = "SELECT file, source FROM accessions WHERE id = ?"
    with opened(path, key) as connection:
        rows = ((one, connection.execute(asked, (one,)).fetchone()) for one in accessions)
        return {one: (row[0], row[1]) for one, row in rows if row}


def read_originals_with(path: Path, key: bytes, code: str) -> frozenset[str]:
    """Give the originals that a finding of this code is about.

    Raises:
        RecordMissingError, CaseKeyError, RecordFormatError: as `opened`.
    """
    with opened(path, key) as connection:
        asked = "SELECT body FROM findings WHERE code = ?"
        found = (FINDINGS.decode(body).original for (body,) in connection.execute(asked, (code,)))
        return frozenset(one for one in found if one)


class HiddenPart(NamedTuple):
    """What one accession hides: rows, claims that stand in them, columns by their letters.

    `text` tells whether passages of its documents are hidden.
    """

    rows: int
    claims: int
    columns: dict[str, str]
    text: bool


def read_hidden(path: Path, key: bytes, accessions: Iterable[str]) -> dict[str, HiddenPart]:
    """Give what accessions hide; `columns` leads from letters to headers.

    Raises:
        RecordMissingError, CaseKeyError, RecordFormatError: as `opened`.
    """
    with opened(path, key) as connection:
        found = ((one, _hidden_part(connection, one)) for one in accessions)
        return {one: part for one, part in found if any(part)}


def _hidden_part(connection: Connection, accession: str) -> HiddenPart:
    of = (accession,)
    asked = "SELECT count(*) FROM rows WHERE accession = ? AND hidden"
    (rows,) = connection.execute(asked, of).fetchone()
    asked = """SELECT count(*) FROM claims c JOIN rows r ON r.accession = c.accession
        AND r.number = c.row WHERE c.accession = ? AND r.hidden"""
    (claims,) = connection.execute(asked, of).fetchone() if rows else (0,)
    asked = """SELECT d.header, d.meta, a.holds FROM documents d
        JOIN accessions a ON a.id = d.accession WHERE d.accession = ?"""
    header, meta, holds = connection.execute(asked, of).fetchone() or ("[]", "[]", None)
    names, said = json.loads(header), dict(json.loads(meta))
    if holds == Holds.SERIES:  # of which the record has the rows of outages alone
        rows = int(said.get(HIDDEN_ROWS, rows))
    hidden = sorted(hidden_columns(said))
    columns = {column_letters(n): names[n] if n < len(names) else "" for n in hidden}
    asked = "SELECT 1 FROM segments WHERE accession = ? AND kind = 'hidden' LIMIT 1"
    return HiddenPart(rows, claims, columns, connection.execute(asked, of).fetchone() is not None)


def _count(connection: Connection, asked: str) -> int:
    (number,) = connection.execute(asked).fetchone()
    return int(number)


def _findings(connection: Connection) -> Iterator[FindingCount]:
    asked = "SELECT code, severity, count(*) FROM findings GROUP BY 1, 2 ORDER BY 1, 2"
    for code, severity, count in connection.execute(asked):
        yield FindingCount(code=code, severity=Severity(severity), count=count)
