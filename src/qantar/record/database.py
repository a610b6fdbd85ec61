"""Opening the record: an SQLCipher database under the case's key, replaced whole at each build."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher  # type: ignore[import-untyped]  # it ships no types

from qantar.errors import CaseKeyError, RecordMissingError

Connection = Any  # sqlcipher3 ships no types; it is the standard library's DB-API

_KEY_BYTES = 32


@contextmanager
def opened(path: Path, key: bytes, *, write: bool = False) -> Iterator[Connection]:
    """Open the database at `path` with a raw 32-byte key; close it in any case.

    Raises:
        RecordMissingError: there is none and `write` is false.
        CaseKeyError: the key does not open it, or the file is damaged.
    """
    if not write and not path.exists():
        raise RecordMissingError
    connection = sqlcipher.connect(str(path), isolation_level=None)
    try:
        _unlock(connection, key, path)
        yield connection
    finally:
        connection.close()


def _unlock(connection: Connection, key: bytes, path: Path) -> None:
    if len(key) != _KEY_BYTES:
        message = f"a record key has {_KEY_BYTES} bytes, this one has {len(key)}"
        raise ValueError(message)
    # A wrong key is our error to word; the library's own lines would go to standard error.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    # Sorts and indexes in the making stay in memory: a temporary file would not be encrypted.
    connection.execute("PRAGMA temp_store = MEMORY")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        message = "the key of the case does not open this database, or it is damaged."
        raise CaseKeyError(
            message,
            where=path.name,
            next="Run `qantar build` again: the record is derived and is made anew.",
        ) from error
