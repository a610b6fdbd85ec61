"""Opening the record: an SQLCipher database under the case's key, replaced whole at each build."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from qantar.errors import (
    CaseKeyError,
    CaseLockedError,
    DiskError,
    RecordFormatError,
    RecordMissingError,
)
from qantar.record.schema import FORMAT

Connection = Any  # sqlcipher3 ships no types; it is the standard library's DB-API

_KEY_BYTES = 32
_FILE_MODE = 0o600
# What SQLite says when the disk refuses; it has no better name for it here.
_REFUSALS = ("unable to open", "disk is full", "disk I/O", "readonly database")


@contextmanager
def opened(path: Path, key: bytes, *, write: bool = False) -> Iterator[Connection]:
    """Open the database at `path` with a raw 32-byte key; close it in any case.

    Damage shows when a page is read, so what is done with the connection may raise
    these too.

    Raises:
        RecordMissingError: there is none and `write` is false.
        CaseKeyError: the key does not open it, or the file is damaged or empty.
        RecordFormatError: another version of Qantar wrote it.
        CaseLockedError: another process writes to it.
        DiskError: the disk refuses.
    """
    if len(key) != _KEY_BYTES:
        message = f"a record key has {_KEY_BYTES} bytes, this one has {len(key)}"
        raise ValueError(message)
    if not write and not path.exists():
        raise RecordMissingError
    if write:
        _make(path)
    with refusals(path, key), _connected(path, key) as connection:
        if not write:
            _check(connection, path)
        yield connection


def _make(path: Path) -> None:
    """Make the file for its owner only; SQLite would let everyone read it."""
    try:
        path.touch(mode=_FILE_MODE, exist_ok=True)
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from error


@contextmanager
def _connected(path: Path, key: bytes) -> Iterator[Connection]:
    connection = sqlcipher.connect(str(path), isolation_level=None)
    try:
        # SQLCipher would report damage on standard error by itself; it is raised instead.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        # Sorts and indexes in the making stay in memory: a temporary file would not be encrypted.
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection
    finally:
        connection.close()


@contextmanager
def refusals(path: Path, key: bytes) -> Iterator[None]:
    """Tell damage, a busy file and a full disk from a mistake of ours, as `opened` does."""
    try:
        yield
    except sqlcipher.OperationalError as error:
        if "is locked" in str(error):
            message = "another process is writing to it."
            raise CaseLockedError(message, where=path.name, next="Try again later.") from error
        if any(words in str(error) for words in _REFUSALS):
            raise _refused(path, str(error)) from error
        raise
    except sqlcipher.DatabaseError as error:
        if type(error) is not sqlcipher.DatabaseError:
            raise  # a constraint or a wrong statement: a defect, and no damage
        raise _damaged(path) from error
    except MemoryError as error:
        # So SQLCipher says that a page it was about to write over is damaged.
        if _is_sound(path, key):
            raise
        raise _damaged(path) from error


def _refused(path: Path, said: str) -> DiskError:
    hint = "Check that the disk has room and that the folder may be written to."
    return DiskError(f"{said}.", where=str(path), next=hint)


def _is_sound(path: Path, key: bytes) -> bool:
    """Whether every page is what was written under the key."""
    with _connected(path, key) as connection:
        return not connection.execute("PRAGMA cipher_integrity_check").fetchall()


def _check(connection: Connection, path: Path) -> None:
    """Refuse a file without tables, and a record whose tables are another version's."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not tables:
        raise _damaged(path)
    if "meta" in tables:
        found = connection.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
        if found != (str(FORMAT),):
            raise RecordFormatError(found=found[0] if found else None, known=FORMAT)


def _damaged(path: Path) -> CaseKeyError:
    message = "the key of the case does not open this database, or it is damaged."
    hint = "Run `qantar build` again: the record is derived and is made anew."
    return CaseKeyError(message, where=path.name, next=hint)
