"""Writing a record: one transaction into a new file, which then replaces the old one whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from qantar.model.protected import open_facts
from qantar.model.text import exact, fold, name_key
from qantar.record.codec import CLAIMS, FINDINGS, PATTERN_ROWS, PERSON_ROWS, PLACES, SPEAKERS, plain
from qantar.record.contents import Contents
from qantar.record.counts import count_tables
from qantar.record.database import Connection, opened
from qantar.record.persons import PeopleTold, linkage_tables
from qantar.record.protected import insert_protected
from qantar.record.schema import DIGESTED, FORMAT, INDEXES, TABLES, index_of_words
from qantar.record.statuses import status_rows
from qantar.record.texts import index_passages, insert_texts

Values = tuple[object, ...]
_DIGEST_TAG = b"qantar/v1/record\0"


def write_record(
    path: Path,
    key: bytes,
    contents: Contents,
    *,
    software: str,
    state: str,
    libraries: Mapping[str, str | None] = MappingProxyType({}),
    people_before: PeopleTold | None = None,
) -> str:
    """Write the contents to a new database at `path`, and give its digest.

    `state` names the set of journal entries that the contents follow from; `libraries`
    are those that its documents were read and its lists linked with, None where one was
    missing. `people_before` is what an earlier record told of lists and persons, for `status`
    to say what changed. None of these enters the digest.

    The file must not exist; the caller puts it in place of the old one. Nothing
    is synced here but by closing: the file is derived and is renamed only when whole.
    """
    with opened(path, key, write=True) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(TABLES)
        connection.execute("BEGIN")
        for table, rows in _tables(contents):
            _insert(connection, table, rows)
        insert_texts(connection, contents.texts)
        for document in contents.documents:
            insert_protected(connection, document.accession, 1, dict(document.meta))
        _insert_search(connection, contents)
        found = digest(connection)
        meta = (
            ("format", str(FORMAT)),
            ("software", software),
            ("record_digest", found),
            ("state", state),
            ("libraries", plain(dict(libraries))),
            ("people", _told(contents.linkage.told if contents.linkage else None)),
            ("people_before", _told(people_before)),
        )
        _insert(connection, "meta", meta)
        connection.execute("COMMIT")
        connection.executescript(INDEXES)
    return found


def _told(people: PeopleTold | None) -> str:
    return json.dumps(people and people.to_json(), ensure_ascii=False)


def _insert(connection: Connection, table: str, rows: Iterable[Values]) -> None:
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        return
    marks = ",".join("?" * len(first))
    statement = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608  # our own table names
    connection.execute(statement, first)
    connection.executemany(statement, iterator)


def _tables(contents: Contents) -> Iterator[tuple[str, Iterable[Values]]]:
    yield "settings", [("case", plain(contents.settings.to_record()))]
    yield "sources", ((s.id, s.name, s.kind.value, int(s.protected)) for s in contents.sources)
    yield "accessions", _accessions(contents)
    yield "accession_entries", ((a.id, a.entry) for a in contents.accessions)
    yield "documents", _documents(contents)
    yield "rows", _rows(contents)
    yield (
        "person_rows",
        (
            (accession, p.row, p.list, PERSON_ROWS.encode(p))
            for accession, rows in contents.persons.items()
            for p in rows
        ),
    )
    yield from linkage_tables(contents.linkage)
    yield "person_statuses", status_rows(contents.statuses)
    yield (
        "pattern_rows",
        (
            (accession, p.row, p.count, PATTERN_ROWS.encode(p))
            for accession, rows in contents.patterns.items()
            for p in rows
        ),
    )
    yield from count_tables(contents.counts)
    yield "claims", _claims(contents)
    yield (
        "claim_places",
        (
            (claim.id, n, where.text, where.place)
            for claim in contents.claims
            for n, where in enumerate(claim.where)
        ),
    )
    yield (
        "places",
        (
            (p.id, n, p.name, p.kind, p.parent, PLACES.encode(p))
            for n, p in enumerate(contents.places)
        ),
    )
    yield (
        "place_forms",
        sorted({(name_key(form), p.id, form) for p in contents.places for form in p.forms}),
    )
    yield (
        "speakers",
        ((s.id, n, s.name, SPEAKERS.encode(s)) for n, s in enumerate(contents.speakers)),
    )
    yield (
        "name_forms",
        (
            (one.accession, one.row, n, one.kind.value, one.name, plain(list(one.forms)))
            for n, one in enumerate(contents.names)
        ),
    )
    yield (
        "findings",
        (
            (n, f.code, f.severity.value, f.file, f.accession, f.text, FINDINGS.encode(f))
            for n, f in enumerate(contents.findings)
        ),
    )
    yield "events", ((e.id, n, int(e.confirmed)) for n, e in enumerate(contents.events))
    yield "event_claims", ((e.id, n, c.id) for e in contents.events for n, c in enumerate(e.claims))
    yield (
        "figures",
        (
            (
                f.key,
                f.measure,
                f.population,
                f.state.value,
                f.agreed_by,
                f.claims,
                f.voices,
                f.standing,
            )
            for f in contents.figures
        ),
    )
    yield (
        "figure_points",
        (
            (f.key, n, p.utterance.shown.id, p.utterance.voice, p.fate.value, p.replaced_by)
            for f in contents.figures
            for n, p in enumerate(f.points)
        ),
    )
    yield (
        "decisions",
        (
            (
                d.id,
                d.seq,
                d.entry,
                d.device,
                d.at.isoformat(),
                d.verdict.value,
                plain(list(d.targets)),
                d.reason,
            )
            for d in contents.decisions
        ),
    )


def _accessions(contents: Contents) -> Iterator[Values]:
    for n, a in enumerate(contents.accessions):
        one = a.accession
        holds = one.holds.value if one.holds else None
        body = plain(one.to_record())
        yield (
            a.id,
            n,
            a.original,
            a.size,
            one.path,
            one.source,
            a.consent,
            holds,
            int(a.in_use),
            body,
        )


def _documents(contents: Contents) -> Iterator[Values]:
    for d in contents.documents:
        meta = plain([[name, value] for name, value in open_facts(dict(d.meta)).items()])
        yield (
            d.accession,
            d.original,
            d.reader,
            d.media_type,
            d.encoding,
            plain(list(d.header)),
            meta,
        )


def _rows(contents: Contents) -> Iterator[Values]:
    for d in contents.documents:
        for r in d.rows:
            yield (
                d.accession,
                r.number,
                r.sheet,
                r.line,
                r.at_row,
                plain(list(r.values)),
                plain(list(r.extra)),
                int(r.hidden),
            )


def _claims(contents: Contents) -> Iterator[Values]:
    for n, c in enumerate(contents.claims):
        yield (
            c.id, n, contents.own_ids[c.id], c.kind, c.passage.accession, c.passage.row, c.source,
            c.statement, c.said_by, c.voice, c.outlet, c.basis, c.stance, c.evidence,
            c.figure_key, c.repeats, CLAIMS.encode(c),
        )  # fmt: skip


def _insert_search(connection: Connection, contents: Contents) -> None:
    """Fill the search index: what a person may remember of a claim, a place, a speaker."""
    texts = list(enumerate(_texts(contents), start=1))
    _insert(connection, "texts", ((n, kind, ref, text) for n, (kind, ref, text) in texts))
    connection.execute(index_of_words("search"))
    connection.executemany(
        "INSERT INTO search (rowid, exact, folded) VALUES (?, ?, ?)",
        ((n, exact(text), fold(text)) for n, (_, _, text) in texts),
    )
    index_passages(connection)


def _texts(contents: Contents) -> Iterator[tuple[str, str, str]]:
    shown = {place.id: place.name for place in contents.places}
    for claim in contents.claims:
        named = (where.text for where in claim.where)
        resolved = (shown.get(where.place or "", "") for where in claim.where)
        parts = (
            claim.statement,
            claim.said_by,
            claim.voice,
            claim.outlet,
            *named,
            *resolved,
            claim.id,
        )
        yield "claim", claim.id, " · ".join(dict.fromkeys(part for part in parts if part))
    for place in contents.places:
        yield "place", place.id, " · ".join(place.forms)
    for speaker in contents.speakers:
        known = (speaker.name, *speaker.forms, speaker.role)
        yield "speaker", speaker.id, " · ".join(dict.fromkeys(filter(None, known)))


def digest(connection: Connection) -> str:
    """Hash every row of every digested table, in the order of its key.

    The same contents give the same digest on every machine: no clock, no path,
    no order of insertion enters it.
    """
    running = hashlib.sha256(_DIGEST_TAG)
    for table, order in DIGESTED.items():
        running.update(f"{table}\0".encode())
        asked = f"SELECT * FROM {table} ORDER BY {order}"  # noqa: S608  # our own names
        for row in connection.execute(asked):
            line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode(
                "utf-8", "surrogatepass"
            )
            running.update(len(line).to_bytes(8, "big") + line)
    return running.hexdigest()
