"""What an adversary with the closed folder would read, and what keeps it from them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from qantar.archive import body, disk, originals, ring, sealing
from qantar.archive.journal import append
from qantar.archive.lock import writing
from qantar.archive.originals import CONSTANT_MTIME, put
from qantar.record import database
from qantar.record.database import Connection
from tests.faults import known_files
from tests.faults.canaries import folder_contents, search
from tests.faults.chance import chance
from tests.faults.day_at_work import canary
from tests.faults.defence import Defence, Switch, nothing
from tests.faults.sealed import NOW, built_case, new_case

_DATA = b"an account of the day " * 400


def known_file(attack: str) -> Callable[[Path], bool]:
    """Guess which of two known files is in a case; succeeds if it is right nearly always."""

    def guess(folder: Path) -> bool:
        tried = known_files.pairs(chance(1), 40)
        known_files.sealed_store(folder, [pair.inside for pair in tried])
        chosen = known_files.ATTACKS[attack]
        return known_files.right_guesses(folder, tried, chosen, chance(2)) > 35

    return guess


def time_of_work(folder: Path) -> bool:
    """Read on the files when somebody worked."""
    case = new_case(folder / "case")
    put(case, BytesIO(_DATA))
    return any(path.stat().st_mtime != CONSTANT_MTIME for path in case.originals.rglob("?" * 64))


def words_in_the_journal(folder: Path) -> bool:
    """Read the closed case."""
    case = new_case(folder / "case")
    append(case, kind="note", body={"text": canary(50)}, at=NOW)
    return bool(search(folder_contents(folder), [canary(50)]).found)


def words_in_the_record(folder: Path) -> bool:
    """Read what was derived of a closed case."""
    case = built_case(folder / "case")
    return b"Sayaqkent Bread Square" in case.record_db.read_bytes()


def keys_of_before(folder: Path) -> bool:
    """Look at the place on the disk where the ring was before something was forgotten."""
    case = new_case(folder / "case")
    put(case, BytesIO(_DATA))
    path = next(case.ring.glob("*.ring"))
    before = path.read_bytes()
    with path.open("rb") as place, writing(case):
        ring.forget(case, list(ring.keys(case))[:1])
        return place.read() == before


@contextmanager
def _plain_database(path: Path, _key: bytes) -> Iterator[Connection]:
    connection = sqlcipher.connect(str(path), isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


class _InTheClear:
    """A cipher that leaves everything as it is."""

    def __init__(self, _key: bytes) -> None:
        pass

    def encrypt(self, _nonce: bytes, data: bytes, _aad: bytes) -> bytes:
        return data + bytes(16)

    def decrypt(self, _nonce: bytes, data: bytes, _aad: bytes) -> bytes:
        return data[:-16]


DEFENCES = (
    Defence(
        name="sizes are padded",
        off=(Switch(of=sealing, name="padme", to=lambda size, **_: size),),
        attack=known_file("size"),
    ),
    Defence(
        name="names are keyed",
        off=(Switch(of=originals, name="keyed", to=lambda _key, data: data),),
        attack=known_file("name"),
    ),
    Defence(
        name="times on files say nothing",
        off=(Switch(of=os, name="utime", to=nothing),),
        attack=time_of_work,
    ),
    Defence(
        name="bodies are sealed",
        off=(Switch(of=body, name="ChaCha20Poly1305", to=_InTheClear),),
        attack=words_in_the_journal,
    ),
    Defence(
        name="the record is encrypted",
        off=(Switch(of=database, name="_connected", to=_plain_database),),
        attack=words_in_the_record,
    ),
    Defence(
        name="old rings are overwritten",
        off=(Switch(of=disk, name="_overwrite", to=nothing),),
        attack=keys_of_before,
    ),
)
