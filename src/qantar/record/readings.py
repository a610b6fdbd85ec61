"""Readings: what a reader made of an original, kept so that it is not read again.

A reading is used again only for the same bytes, reader, reader version and
settings. The file is derived: delete it, and the next build reads anew.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qantar.errors import CaseKeyError
from qantar.model.document import Document, Row
from qantar.model.finding import Finding, Locator, Severity
from qantar.record.database import Connection, opened

_SCHEMA = "CREATE TABLE IF NOT EXISTS readings (key TEXT PRIMARY KEY, document BLOB NOT NULL)"


class Readings:
    """Documents by what they were read from; a damaged store is emptied, never trusted."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Use the store at `path`, made at the first write."""
        self.path, self.key = path, key

    def get(self, name: str) -> Document | None:
        """Give the document kept under `name`, or None."""
        if not self.path.exists():
            return None
        asked = "SELECT document FROM readings WHERE key = ?"
        try:
            with opened(self.path, self.key) as connection:
                found = connection.execute(asked, (name,)).fetchone()
            return _document(name, found[0]) if found else None
        except (CaseKeyError, zlib.error, ValueError, KeyError, TypeError):
            # An older page put back is sound by itself, and leads to what it does not name.
            self._empty()
            return None

    def put(self, name: str, document: Document) -> None:
        """Keep the document under `name`, over an earlier one."""
        said = {"name": name} | _plain(document)
        blob = zlib.compress(json.dumps(said, ensure_ascii=False).encode(), 1)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._put(name, blob)
        except CaseKeyError:
            self._empty()
            self._put(name, blob)

    def _put(self, name: str, blob: bytes) -> None:
        with opened(self.path, self.key, write=True) as connection:
            connection.execute(_SCHEMA)
            connection.execute("INSERT OR REPLACE INTO readings VALUES (?, ?)", (name, blob))

    def forget_others(self, names: set[str]) -> None:
        """Drop every document whose name is not among these."""
        if not self.path.exists():
            return
        try:
            with opened(self.path, self.key, write=True) as connection:
                connection.execute(_SCHEMA)
                _drop_others(connection, names)
        except CaseKeyError:
            self._empty()

    def _empty(self) -> None:
        """Begin anew: it holds nothing that cannot be read again from the originals."""
        # A journal left behind would be played into the next database of that name.
        for name in (f"{self.path.name}-journal", self.path.name):
            self.path.with_name(name).unlink(missing_ok=True)


def _drop_others(connection: Connection, names: set[str]) -> None:
    kept = connection.execute("SELECT key FROM readings").fetchall()
    for (name,) in kept:
        if name not in names:
            connection.execute("DELETE FROM readings WHERE key = ?", (name,))


def _plain(document: Document) -> dict[str, Any]:
    rows = [
        [r.number, r.line, r.at_row, r.sheet, list(r.values), list(r.extra)] for r in document.rows
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
        )
        for number, line, at_row, sheet, values, extra in plain["rows"]
    )
    findings = tuple(_finding(found) for found in plain["findings"])
    return Document(
        **{**plain, "header": tuple(plain["header"]), "rows": rows, "findings": findings}
    )


def _finding(plain: dict[str, Any]) -> Finding:
    where = Locator(**plain["where"]) if plain["where"] else None
    return Finding(**{**plain, "where": where, "severity": Severity(plain["severity"])})
