"""Reading a record back: the contents that were written, and the few facts that `status` shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from qantar.errors import CaseKeyError, RecordFormatError, RecordMissingError
from qantar.model.accession import Accession, CaseSettings
from qantar.model.claim import Claim
from qantar.model.decision import Decision, Verdict
from qantar.model.declared import DeclaredSource, SourceKind
from qantar.model.document import Row
from qantar.model.name_table import NameForms, NameKind
from qantar.model.pattern_row import PatternRow
from qantar.model.person_row import PersonRow
from qantar.model.place import Place
from qantar.record.codec import CLAIMS, FINDINGS, PATTERN_ROWS, PERSON_ROWS, PLACES, SPEAKERS
from qantar.record.contents import AccessionRecord, Contents, DocumentRecord
from qantar.record.database import Connection, opened
from qantar.weighing.events import Happening


def read_contents(path: Path, key: bytes) -> Contents:
    """Read everything back but texts (`texts.py`), all about persons, countings, and figures.

    Rows of persons are many and few readers want them: `read_person_rows` gives them,
    `persons.read_linkage` who is who, `statuses.read_statuses` what became of them, and
    `counts.read_counts` what the countings came to.
    Every reader weighs figures itself: they depend on what may be shown and as of which
    day; the stored ones are those of the whole case and serve queries only.

    Raises:
        RecordMissingError: there is no record.
        CaseKeyError: the key does not open it, or it is damaged.
        RecordFormatError: another version of Qantar wrote it.
    """
    with opened(path, key) as connection:
        claims = tuple(
            CLAIMS.decode(body)
            for (body,) in connection.execute("SELECT body FROM claims ORDER BY ord")
        )
        return Contents(
            settings=_settings(connection),
            sources=tuple(_sources(connection)),
            accessions=tuple(_accessions(connection)),
            documents=tuple(_documents(connection)),
            claims=claims,
            places=tuple(
                PLACES.decode(b)
                for (b,) in connection.execute("SELECT body FROM places ORDER BY ord")
            ),
            speakers=tuple(
                SPEAKERS.decode(b)
                for (b,) in connection.execute("SELECT body FROM speakers ORDER BY ord")
            ),
            names=tuple(_names(connection)),
            patterns=_patterns(connection),
            findings=tuple(
                FINDINGS.decode(b)
                for (b,) in connection.execute("SELECT body FROM findings ORDER BY ord")
            ),
            events=tuple(_events(connection, claims)),
            figures=(),
            decisions=tuple(_decisions(connection)),
            own_ids=dict(connection.execute("SELECT id, own_id FROM claims").fetchall()),
        )


def read_person_rows(path: Path, key: bytes) -> Iterator[tuple[str, PersonRow]]:
    """Read the rows of lists of people one by one, each with its accession, in their order.

    Raises:
        RecordMissingError, CaseKeyError, RecordFormatError: as `read_contents`.
    """
    asked = """SELECT accession, person_rows.body
        FROM person_rows JOIN accessions ON accession = id ORDER BY ord, row"""
    with opened(path, key) as connection:
        for accession, body in connection.execute(asked):
            yield accession, PERSON_ROWS.decode(body)


def record_digest(path: Path, key: bytes) -> str | None:
    """The digest the record was written with, or None where there is none that can be read.

    A damaged record counts as none: a build that asked for it makes it anew.
    """
    try:
        with opened(path, key) as connection:
            asked = "SELECT value FROM meta WHERE name = 'record_digest'"
            found = connection.execute(asked).fetchone()
    except (RecordMissingError, CaseKeyError, RecordFormatError):
        return None
    return str(found[0]) if found else None


def _names(connection: Connection) -> Iterator[NameForms]:
    asked = "SELECT kind, name, forms, accession, row FROM name_forms ORDER BY ord"
    for kind, name, forms, accession, row in connection.execute(asked):
        yield NameForms(
            kind=NameKind(kind),
            name=name,
            forms=tuple(json.loads(forms)),
            accession=accession,
            row=row,
        )


def _patterns(connection: Connection) -> dict[str, tuple[PatternRow, ...]]:
    asked = """SELECT accession, pattern_rows.body
        FROM pattern_rows JOIN accessions ON accession = id ORDER BY ord, row"""
    found: dict[str, list[PatternRow]] = {}
    for accession, body in connection.execute(asked):
        found.setdefault(accession, []).append(PATTERN_ROWS.decode(body))
    return {accession: tuple(rows) for accession, rows in found.items()}


def read_same_names(path: Path, key: bytes) -> tuple[tuple[NameForms, ...], tuple[Place, ...]]:
    """Read by what names and places are compared beyond their spelling: names, and places.

    Raises:
        RecordMissingError, CaseKeyError, RecordFormatError: as `read_contents`.
    """
    with opened(path, key) as connection:
        bodies = connection.execute("SELECT body FROM places ORDER BY ord")
        return tuple(_names(connection)), tuple(PLACES.decode(b) for (b,) in bodies)


def _settings(connection: Connection) -> CaseSettings:
    (body,) = connection.execute("SELECT body FROM settings WHERE name = 'case'").fetchone()
    return CaseSettings.from_record(json.loads(body))


def _sources(connection: Connection) -> Iterator[DeclaredSource]:
    for name, shown, kind, protected in connection.execute(
        "SELECT id, name, kind, protected FROM sources ORDER BY rowid"
    ):
        yield DeclaredSource(id=name, name=shown, kind=SourceKind(kind), protected=bool(protected))


def _accessions(connection: Connection) -> Iterator[AccessionRecord]:
    asked = """SELECT id, entry, original, size, consent, in_use, body
        FROM accessions JOIN accession_entries ON accession = id ORDER BY ord"""
    for name, entry, original, size, consent, in_use, body in connection.execute(asked):
        yield AccessionRecord(
            id=name,
            entry=entry,
            original=original,
            size=size,
            consent=consent,
            in_use=bool(in_use),
            accession=Accession.from_record(json.loads(body)),
        )


def _documents(connection: Connection) -> Iterator[DocumentRecord]:
    asked = """SELECT accession, original, reader, media_type, encoding, header, meta
        FROM documents ORDER BY rowid"""
    for accession, original, reader, media_type, encoding, header, meta in connection.execute(
        asked
    ).fetchall():
        yield DocumentRecord(
            accession=accession,
            original=original,
            reader=reader,
            media_type=media_type,
            encoding=encoding,
            header=tuple(json.loads(header)),
            rows=tuple(_rows(connection, accession)),
            meta=tuple((name, value) for name, value in json.loads(meta)),
        )


def _rows(connection: Connection, accession: str) -> Iterator[Row]:
    asked = """SELECT number, sheet, line, at_row, cells, extra, hidden
        FROM rows WHERE accession = ? ORDER BY number"""
    for number, sheet, line, at_row, cells, extra, hidden in connection.execute(
        asked, (accession,)
    ):
        yield Row(
            number=number,
            sheet=sheet,
            line=line,
            at_row=at_row,
            values=tuple(json.loads(cells)),
            extra=tuple(json.loads(extra)),
            hidden=bool(hidden),
        )


def _events(connection: Connection, claims: tuple[Claim, ...]) -> Iterator[Happening]:
    by_id = {claim.id: claim for claim in claims}
    members: dict[str, list[Claim]] = {}
    for event, claim in connection.execute(
        "SELECT event, claim FROM event_claims ORDER BY event, ord"
    ):
        members.setdefault(event, []).append(by_id[claim])
    for name, confirmed in connection.execute("SELECT id, confirmed FROM events ORDER BY ord"):
        yield Happening(id=name, claims=tuple(members[name]), confirmed=bool(confirmed))


def _decisions(connection: Connection) -> Iterator[Decision]:
    asked = """SELECT id, seq, entry, device, at, verdict, targets, reason
        FROM decisions ORDER BY seq"""
    for name, seq, entry, device, at, verdict, targets, reason in connection.execute(asked):
        yield Decision(
            id=name,
            seq=seq,
            entry=entry,
            device=device,
            at=datetime.fromisoformat(at),
            verdict=Verdict(verdict),
            targets=tuple(json.loads(targets)),
            reason=reason,
        )
