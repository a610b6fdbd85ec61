"""Readings: what a reader made of an original, kept so that it is not read again.

A reading is used again only for the same bytes, reader, reader version and
settings. Estimates are kept beside them, each by all that it follows from. The file
is derived: delete it, and the next build reads and estimates anew.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from qantar.errors import CaseKeyError
from qantar.model.document import Document, Row
from qantar.model.finding import Finding, Locator, Severity
from qantar.model.read_document import Begin, End, Noted, Quoted, Sound, Text
from qantar.record.database import Connection, opened, refusals

_SCHEMA = """
CREATE TABLE IF NOT EXISTS readings (key TEXT PRIMARY KEY, document BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS streams (key TEXT PRIMARY KEY, pieces INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS pieces (
    key TEXT NOT NULL, n INTEGER NOT NULL, piece BLOB NOT NULL, PRIMARY KEY (key, n)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS estimates (key TEXT PRIMARY KEY, body BLOB NOT NULL);
"""
_PIECE_RECORDS = 2048
_MOST_ESTIMATES = 500
_SECONDS_AT_RISK = 0.5
_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(tuple[str, int, list[Begin | Text | Quoted | Noted | End]]).decode
_DAMAGE = (CaseKeyError, zlib.error, ValueError, KeyError, TypeError)


class Readings:
    """Documents by what they were read from; a damaged store is emptied, never trusted."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Use the store at `path`, made at the first write."""
        self.path, self.key = path, key
        self._held = ExitStack()
        self._connection: Connection | None = None
        self._are_together = False
        self._committed = 0.0

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep the store open for all that is done in the `with` block, and commit now and then.

        Forcing each reading to the disk by itself takes longer than reading a small file. A kill
        or a power cut loses the readings of the last half second, which are then read anew.
        """
        if self._are_together:
            yield
            return
        self._are_together = True
        try:
            yield
        finally:
            try:
                self._commit()
            finally:
                self._are_together = False
                self._let_go()

    def get(self, name: str) -> Document | None:
        """Give the document kept under `name`, or None."""
        if not self.path.exists():
            return None
        asked = "SELECT document FROM readings WHERE key = ?"
        try:
            with self._opened() as connection:
                found = connection.execute(asked, (name,)).fetchone()
            return _document(name, found[0]) if found else None
        except _DAMAGE:
            # An older page put back is sound by itself, and leads to what it does not name.
            self._empty()
            return None

    def put(self, name: str, document: Document) -> None:
        """Keep the document under `name`, over an earlier one."""
        said = {"name": name} | _plain(document)
        blob = zlib.compress(json.dumps(said, ensure_ascii=False).encode(), 1)
        try:
            self._put(name, blob)
        except CaseKeyError:
            self._empty()
            self._put(name, blob)

    def _put(self, name: str, blob: bytes) -> None:
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO readings VALUES (?, ?)", (name, blob))

    def keep(self, name: str, records: Iterable[Sound]) -> None:
        """Keep a stream of records under `name`, over an earlier one, piece by piece."""
        if self.path.exists() and not self._opens():
            self._empty()
        with self._writing() as connection:
            connection.execute("DELETE FROM pieces WHERE key = ?", (name,))
            number = -1
            for number, batch in enumerate(_batched(records)):
                piece = zlib.compress(_ENCODE((name, number, batch)), 1)
                connection.execute("INSERT INTO pieces VALUES (?, ?, ?)", (name, number, piece))
            connection.execute("INSERT OR REPLACE INTO streams VALUES (?, ?)", (name, number + 1))

    def has(self, name: str) -> bool:
        """Whether a stream is kept under `name`."""
        if not self.path.exists():
            return False
        asked = "SELECT pieces FROM streams WHERE key = ?"
        try:
            with self._opened(write=True) as connection:
                return connection.execute(asked, (name,)).fetchone() is not None
        except _DAMAGE:
            self._empty()
            return False

    def records(self, name: str) -> Iterator[Sound]:
        """Give the stream that is kept under `name`.

        Raises:
            CaseKeyError: it is damaged; the store was emptied, and the next build reads anew.
            KeyError: nothing is kept under this name.
        """
        try:
            with self._opened() as connection:
                asked = "SELECT pieces FROM streams WHERE key = ?"
                found = connection.execute(asked, (name,)).fetchone()
                if found is None:
                    raise KeyError(name)
                for number in range(found[0]):
                    asked = "SELECT piece FROM pieces WHERE key = ? AND n = ?"
                    (piece,) = connection.execute(asked, (name, number)).fetchone() or (b"",)
                    yield from _batch(name, number, piece)
        except (zlib.error, ValueError, TypeError) as error:
            self._empty()
            message = "what was read before is damaged, and was thrown away."
            hint = "Run the command again: it reads the originals anew."
            raise CaseKeyError(message, where=self.path.name, next=hint) from error

    def estimate(self, name: str) -> str | None:
        """Give the estimate kept under `name`, as text, or None."""
        if not self.path.exists():
            return None
        asked = "SELECT body FROM estimates WHERE key = ?"
        try:
            with self._opened(write=True) as connection:
                found = connection.execute(asked, (name,)).fetchone()
            if found is None:
                return None
            of, text = json.loads(zlib.decompress(found[0]))
        except _DAMAGE:
            self._empty()
            return None
        return str(text) if of == name else None

    def keep_estimate(self, name: str, text: str) -> None:
        """Keep an estimate under `name`; of many, the newest."""
        blob = zlib.compress(json.dumps([name, text], ensure_ascii=False).encode(), 1)
        if self.path.exists() and not self._opens():
            self._empty()
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO estimates VALUES (?, ?)", (name, blob))
            connection.execute(
                "DELETE FROM estimates WHERE rowid <= (SELECT max(rowid) FROM estimates) - ?",
                (_MOST_ESTIMATES,),
            )

    def forget_others(self, names: set[str]) -> None:
        """Drop every document whose name is not among these."""
        if not self.path.exists():
            return
        try:
            with self._writing() as connection:
                _drop_others(connection, names)
            self._commit()
        except CaseKeyError:
            self._empty()

    @contextmanager
    def _opened(self, *, write: bool = False) -> Iterator[Connection]:
        """Give the connection that is held, or one for this alone."""
        if not self._are_together:
            with opened(self.path, self.key, write=write) as connection:
                if write:
                    connection.executescript(_SCHEMA)
                yield connection
            return
        with refusals(self.path, self.key):
            if self._connection is None:
                held = self._held.enter_context(opened(self.path, self.key, write=True))
                held.executescript(_SCHEMA)
                self._connection, self._committed = held, time.monotonic()
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Write one reading, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._opened(write=True) as connection:
            if not connection.in_transaction:
                connection.execute("BEGIN IMMEDIATE")
            connection.execute("SAVEPOINT reading")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:  # a full disk has ended it by itself
                    connection.execute("ROLLBACK TO reading")
                raise
            connection.execute("RELEASE reading")
            if not self._are_together:
                connection.execute("COMMIT")
        if time.monotonic() - self._committed > _SECONDS_AT_RISK:
            self._commit()

    def _commit(self) -> None:
        """Force what is held to the disk."""
        connection = self._connection
        if connection is not None and connection.in_transaction:
            with refusals(self.path, self.key):
                connection.execute("COMMIT")
            self._committed = time.monotonic()

    def _opens(self) -> bool:
        try:
            with self._opened():
                return True
        except _DAMAGE:
            return False

    def _let_go(self) -> None:
        self._connection = None
        self._held.close()

    def _empty(self) -> None:
        """Begin anew: it holds nothing that cannot be read again from the originals."""
        self._let_go()
        # A journal left behind would be played into the next database of that name.
        for name in (f"{self.path.name}-journal", self.path.name):
            self.path.with_name(name).unlink(missing_ok=True)


def _drop_others(connection: Connection, names: set[str]) -> None:
    for table in ("readings", "streams", "pieces"):
        kept = connection.execute(f"SELECT DISTINCT key FROM {table}").fetchall()  # noqa: S608
        for (name,) in kept:
            if name not in names:
                connection.execute(f"DELETE FROM {table} WHERE key = ?", (name,))  # noqa: S608


def _batched(records: Iterable[Sound]) -> Iterator[list[Sound]]:
    iterator = iter(records)
    while batch := list(islice(iterator, _PIECE_RECORDS)):
        yield batch


def _batch(name: str, number: int, piece: bytes) -> list[Begin | Text | Quoted | Noted | End]:
    """Open a piece.

    Raises:
        ValueError: it is another one's: an older page was put back.
    """
    of, at, batch = _DECODE(zlib.decompress(piece))
    if (of, at) != (name, number):
        message = "the store gave another piece than it was asked for"
        raise ValueError(message)
    return batch


def _plain(document: Document) -> dict[str, Any]:
    rows = [
        [r.number, r.line, r.at_row, r.sheet, list(r.values), list(r.extra), r.hidden]
        for r in document.rows
    ]
    return {
        "reader": document.reader,
        "version": document.version,
        "sha256": document.sha256,
        "media_type": document.media_type,
        "encoding": document.encoding,
        "header": list(document.header),
        "rows": rows,
        "unreadable": document.unreadable,
        "findings": [asdict(finding) for finding in document.findings],
        "meta": document.meta,
    }


def _document(name: str, blob: bytes) -> Document:
    """Read a document back.

    Raises:
        ValueError: it was kept under another name.
    """
    plain: dict[str, Any] = json.loads(zlib.decompress(blob))
    if plain.pop("name") != name:
        message = "the store gave another reading than it was asked for"
        raise ValueError(message)
    rows = tuple(
        Row(
            number=number,
            line=line,
            at_row=at_row,
            sheet=sheet,
            values=tuple(values),
            extra=tuple(extra),
            hidden=hidden,
        )
        for number, line, at_row, sheet, values, extra, hidden in plain["rows"]
    )
    findings = tuple(_finding(found) for found in plain["findings"])
    return Document(
        **{**plain, "header": tuple(plain["header"]), "rows": rows, "findings": findings}
    )


def _finding(plain: dict[str, Any]) -> Finding:
    where = Locator(**plain["where"]) if plain["where"] else None
    return Finding(**{**plain, "where": where, "severity": Severity(plain["severity"])})
