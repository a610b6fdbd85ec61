"""Opening a record: the right key or nothing, damage told as damage, and never a stray line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from qantar.errors import (
    CaseKeyError,
    CaseLockedError,
    DiskError,
    RecordFormatError,
    RecordMissingError,
)
from qantar.record.database import Connection, opened
from qantar.record.facts import read_facts
from qantar.record.load import write_record
from qantar.record.read import read_contents, record_digest
from qantar.record.schema import FORMAT

from .material import CONTENTS, KEY

Harm = Callable[[bytearray], bytes]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.db"
    write_record(path, KEY, CONTENTS, software="test", state="")
    return path


def run(path: Path, *statements: str, kept: list[Connection] | None = None) -> None:
    """Open the database for writing and run these; `kept` takes the connection."""
    with opened(path, KEY, write=True) as connection:
        if kept is not None:
            kept.append(connection)
        for statement in statements:
            connection.execute(statement)


def flipped(share: float) -> Harm:
    """Flip one bit at that share of the file."""

    def harm(stored: bytearray) -> bytes:
        stored[int(len(stored) * share)] ^= 1
        return bytes(stored)

    return harm


HARMS: dict[str, Harm] = {
    "first byte": flipped(0),
    "a quarter in": flipped(0.25),
    "in the middle": flipped(0.597),  # a page of what is read with everything
    "last byte": flipped(0.999999),
    "cut in half": lambda stored: bytes(stored[: len(stored) // 2]),
    "cut within a page": lambda stored: bytes(stored[:100]),
    "emptied": lambda _: b"",
    "another file": lambda _: b"SQLite format 3\0" + bytes(8000),
    "only zeros": lambda stored: bytes(len(stored)),
}


def test_no_record_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(RecordMissingError, match="qantar build"), opened(tmp_path / "no.db", KEY):
        pass
    assert not (tmp_path / "no.db").exists()
    assert record_digest(tmp_path / "no.db", KEY) is None


def test_another_key_opens_nothing(record: Path) -> None:
    with pytest.raises(CaseKeyError, match="does not open"), opened(record, b"\0" * 32):
        pass
    with pytest.raises(ValueError, match="32 bytes, this one has 31"), opened(record, b"\0" * 31):
        pass


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_damage_is_told_as_damage_and_never_taken_for_content(
    record: Path, harm: Harm, capfd: pytest.CaptureFixture[str]
) -> None:
    sound = read_contents(record, KEY)
    record.write_bytes(harm(bytearray(record.read_bytes())))
    found = None  # else the damage lies in a page that only a search would read
    with suppress(CaseKeyError):
        found = read_contents(record, KEY)
    assert found in (None, sound)
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")


@pytest.mark.parametrize("name", ["first byte", "in the middle", "cut in half", "only zeros"])
def test_most_damage_is_told(record: Path, name: str) -> None:
    record.write_bytes(HARMS[name](bytearray(record.read_bytes())))
    with pytest.raises(CaseKeyError, match=r"record\.db: .* damaged\. Run `qantar build`"):
        read_contents(record, KEY)


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_damaged_record_never_stands_in_the_way_of_a_build(record: Path, harm: Harm) -> None:
    sound = record_digest(record, KEY)
    record.write_bytes(harm(bytearray(record.read_bytes())))
    assert record_digest(record, KEY) in {None, sound}


def test_a_record_of_another_format_is_not_read(record: Path) -> None:
    with opened(record, KEY, write=True) as connection:
        connection.execute("UPDATE meta SET value = '999' WHERE name = 'format'")
    for read in (read_contents, read_facts):
        with pytest.raises(
            RecordFormatError, match=f"format 999; this Qantar knows format {FORMAT}"
        ):
            read(record, KEY)
    assert record_digest(record, KEY) is None


def test_a_busy_record_is_told_as_locked(record: Path) -> None:
    with opened(record, KEY, write=True) as first:
        first.execute("BEGIN IMMEDIATE")
        with pytest.raises(CaseLockedError, match="another process is writing"):
            run(record, "PRAGMA busy_timeout = 1", "BEGIN IMMEDIATE")


def test_a_disk_that_refuses_is_told_as_such(tmp_path: Path) -> None:
    with (
        pytest.raises(DiskError, match="No such file or directory"),
        opened(tmp_path / "no" / "folder.db", KEY, write=True),
    ):
        pass


def test_a_folder_in_its_place_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="unable to open"):
        read_contents(tmp_path, KEY)


def test_only_its_owner_may_read_it(record: Path) -> None:
    assert record.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_is_told_as_such(record: Path) -> None:
    more = "CREATE TABLE more AS SELECT hex(randomblob(1000000)) AS x"
    with pytest.raises(DiskError, match="full"):
        run(record, "PRAGMA max_page_count = 1", more)


def test_a_mistake_of_ours_is_not_taken_for_damage(record: Path) -> None:
    with pytest.raises(sqlcipher.IntegrityError):
        run(record, "INSERT INTO sources VALUES ('s1', 'x', 'ngo', 0)")
    with pytest.raises(sqlcipher.OperationalError, match="no such table"):
        run(record, "SELECT * FROM no_table")


def test_the_file_is_closed_also_when_something_goes_wrong(record: Path) -> None:
    kept: list[Connection] = []
    with pytest.raises(sqlcipher.OperationalError):
        run(record, "SELECT * FROM no_table", kept=kept)
    with pytest.raises(sqlcipher.ProgrammingError, match="closed"):
        kept[0].execute("SELECT 1")
