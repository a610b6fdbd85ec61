"""The digest: the same for the same contents anywhere, another when anything in them changes."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from qantar.model.accession import CaseSettings
from qantar.model.declared import DeclaredSource
from qantar.record.contents import Contents
from qantar.record.database import Connection, opened
from qantar.record.load import digest, write_record
from qantar.record.read import record_digest
from qantar.record.schema import DIGESTED, TABLES

from .material import CONTENTS, EMPTY, KEY

_NOT_DIGESTED = {
    *("accession_entries", "meta", "texts", "passage_order", "linkage", "capture_patterns"),
    *("counts", "count_patterns"),
}


def write(path: Path, contents: Contents, *, key: bytes = KEY, seq: int = 1) -> str:
    return write_record(path, key, contents, software=f"test {seq}", state=str(seq))


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("digest") / "record.db"
    write(path, CONTENTS)
    return path


def columns(connection: Connection, table: str) -> list[tuple[str, int]]:
    """Each column of a table, with its place in the key, 0 for none."""
    return [(row[1], row[5]) for row in connection.execute(f"PRAGMA table_info({table})")]


def tables(connection: Connection) -> set[str]:
    asked = "SELECT name FROM sqlite_master WHERE type = 'table'"
    names = {name for (name,) in connection.execute(asked)}
    # Those of the two indexes of words follow from the others.
    return {name for name in names if not name.startswith(("search", "passages"))}


def test_no_key_path_software_or_journal_enters_it(tmp_path: Path) -> None:
    (tmp_path / "far" / "away").mkdir(parents=True)
    first = write(tmp_path / "a.db", CONTENTS)
    second = write(tmp_path / "far" / "away" / "b.db", CONTENTS, key=b"k" * 32, seq=99)
    assert first == second == record_digest(tmp_path / "a.db", KEY)


def test_it_is_the_hash_of_every_row_under_the_name_of_its_table(tmp_path: Path) -> None:
    """Worked out without the code that it tests: the same on every machine."""
    settled = replace(
        EMPTY,
        settings=CaseSettings(title="Қыс", languages=("kk",)),
        sources=(DeclaredSource(id="b", name="B"), DeclaredSource(id="a", name="A")),
    )
    said = '{"boundaries":null,"invented":null,"languages":["kk"],"span":null,"title":"Қыс","zone":null}'.replace(
        '"', r"\""
    )
    rows = {
        "settings": [f'["case","{said}"]'],
        "sources": ['["a","A","unknown",0]', '["b","B","unknown",0]'],
    }
    by_hand = hashlib.sha256(b"qantar/v1/record\0")
    for table in DIGESTED:
        by_hand.update(table.encode() + b"\0")
        for row in rows.get(table, []):
            line = row.encode()
            by_hand.update(len(line).to_bytes(8, "big") + line)
    assert write(tmp_path / "a.db", settled) == by_hand.hexdigest()


def test_every_table_is_digested_but_those_that_follow_from_others(record: Path) -> None:
    with opened(record, KEY) as connection:
        assert tables(connection) - _NOT_DIGESTED == set(DIGESTED)


def test_the_order_of_each_table_is_that_of_its_key_and_so_leaves_nothing_open(
    record: Path,
) -> None:
    with opened(record, KEY) as connection:
        for table, order in DIGESTED.items():
            keyed = sorted((at, name) for name, at in columns(connection, table) if at)
            assert order == ", ".join(name for _, name in keyed), table


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_rows_were_put_in_does_not_matter(
    record: Path, tmp_path: Path, seed: int
) -> None:
    with opened(record, KEY) as old, opened(tmp_path / "new.db", KEY, write=True) as new:
        new.executescript(TABLES)
        for table in DIGESTED:
            rows = old.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  # our own name
            assert rows, f"{table} holds nothing to put in order"
            random.Random(seed).shuffle(rows)  # noqa: S311  # seeded, and no secret
            marks = ",".join("?" * len(rows[0]))
            new.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608  # our own name
        assert digest(new) == digest(old)


def _cells() -> list[tuple[str, str]]:
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(TABLES)
        return [(t, name) for t in DIGESTED for name, _ in columns(connection, t)]
    finally:
        connection.close()


@pytest.mark.parametrize(("table", "column"), _cells())
def test_it_changes_when_any_cell_does(record: Path, table: str, column: str) -> None:
    with opened(record, KEY, write=True) as connection:
        before = digest(connection)
        connection.execute("BEGIN")
        one = f"rowid = (SELECT min(rowid) FROM {table})"  # noqa: S608  # our own name
        if "WITHOUT ROWID" in _definition(connection, table):
            names = [name for name, at in columns(connection, table) if at]
            first = connection.execute(
                f"SELECT {', '.join(names)} FROM {table} ORDER BY {', '.join(names)} LIMIT 1"  # noqa: S608  # our own names
            ).fetchone()
            one = " AND ".join(
                f"{name} = '{value}'" for name, value in zip(names, first, strict=True)
            )
        changed = f"CASE typeof({column}) WHEN 'integer' THEN {column} + 1000 ELSE coalesce({column}, '') || 'x' END"
        connection.execute(f"UPDATE {table} SET {column} = {changed} WHERE {one}")  # noqa: S608  # our own names
        assert connection.execute("SELECT changes()").fetchone() == (1,)
        after = digest(connection)
        connection.execute("ROLLBACK")
        assert after != before
        assert digest(connection) == before


def _definition(connection: Connection, table: str) -> str:
    asked = "SELECT sql FROM sqlite_master WHERE name = ?"
    (text,) = connection.execute(asked, (table,)).fetchone()
    return str(text)


@pytest.mark.parametrize("table", DIGESTED)
def test_it_changes_when_a_row_is_gone(record: Path, table: str) -> None:
    with opened(record, KEY, write=True) as connection:
        before = digest(connection)
        connection.execute("BEGIN")
        connection.execute(f"DELETE FROM {table}")  # noqa: S608  # our own name
        assert digest(connection) != before
        connection.execute("ROLLBACK")


def test_a_text_that_moves_from_one_cell_to_the_next_is_a_change(record: Path) -> None:
    with opened(record, KEY, write=True) as connection:
        before = digest(connection)
        connection.execute("BEGIN")
        connection.execute("UPDATE claims SET said_by = 'ab', voice = 'c' WHERE ord = 0")
        first = digest(connection)
        connection.execute("UPDATE claims SET said_by = 'a', voice = 'bc' WHERE ord = 0")
        second = digest(connection)
        connection.execute("ROLLBACK")
    assert len({before, first, second}) == 3


@pytest.mark.parametrize("table", sorted(_NOT_DIGESTED))
def test_what_follows_from_other_tables_is_not_digested(record: Path, table: str) -> None:
    with opened(record, KEY, write=True) as connection:
        before = digest(connection)
        connection.execute("BEGIN")
        connection.execute(f"DELETE FROM {table}")  # noqa: S608  # our own name
        assert digest(connection) == before
        connection.execute("ROLLBACK")
