"""The derived databases: each under the key of its own purpose, and always replaceable."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.errors import CaseKeyError
from qantar.record.database import opened
from qantar.record.read import read_contents, record_digest
from qantar.workbench.status import RecordState, status
from qantar.workbench.stores import fresh_record_of, readings_of, record_of

from .conftest import rebuild

SOURCE = Path(__file__).parents[2] / "src" / "qantar"


def test_each_database_opens_with_its_own_key_and_no_other(built: Case) -> None:
    record, readings = record_of(built), readings_of(built)
    keys = {built.key, built.key_for("original-name"), record[1], readings.key}
    assert len(keys) == 4
    for path, own in (record, (readings.path, readings.key)):
        for key in keys - {own}:
            with pytest.raises(CaseKeyError), opened(path, key):
                pass
        with opened(path, own):
            pass


def test_the_paths_are_those_of_the_page_of_formats(built: Case) -> None:
    assert record_of(built)[0] == built.root / "record" / "record.db"
    assert readings_of(built).path == built.root / "record" / "readings.db"


def test_a_record_in_the_making_has_the_records_key_and_a_place_beside_it(case: Case) -> None:
    path, key = fresh_record_of(case)
    assert (path.parent, key) == (record_of(case)[0].parent, record_of(case)[1])
    path.write_bytes(b"left by a build that was interrupted")
    assert fresh_record_of(case) == (path, key)
    assert not path.exists()


def test_nobody_else_names_a_database_or_takes_the_cases_key() -> None:
    """Outside `stores.py` no path can be paired with the wrong key."""
    named = {
        (path.relative_to(SOURCE).as_posix(), node.attr)
        for folder in ("workbench", "cli", "dossier")
        for path in (SOURCE / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"key_for", "readings_db"}
    }
    assert named == {("workbench/stores.py", "key_for"), ("workbench/stores.py", "readings_db")}
    raw = [
        path.name
        for path in (SOURCE / "workbench").glob("*.py")
        if "case.key," in (text := path.read_text(encoding="utf-8")) or "case.key)" in text
    ]
    assert raw == []


@pytest.mark.parametrize("name", ["record.db", "readings.db"])
@pytest.mark.parametrize(
    "left", [b"", b"not a database at all", None], ids=["empty", "wrong", "gone"]
)
def test_a_build_makes_damaged_databases_anew(built: Case, name: str, left: bytes | None) -> None:
    before = record_digest(*record_of(built))
    contents = read_contents(*record_of(built))
    path = built.root / "record" / name
    if left is None:
        path.unlink()
    else:
        path.write_bytes(left)
    rebuild(built)
    assert record_digest(*record_of(built)) == before
    assert read_contents(*record_of(built)) == contents


def test_a_build_needs_nothing_of_the_record_folder(built: Case) -> None:
    before = record_digest(*record_of(built))
    for path in (built.root / "record").iterdir():
        path.unlink()
    (built.root / "record").rmdir()
    rebuild(built)
    assert record_digest(*record_of(built)) == before


def test_a_record_of_another_format_is_outdated_and_a_build_replaces_it(built: Case) -> None:
    path, key = record_of(built)
    before = record_digest(path, key)
    with opened(path, key, write=True) as connection:
        connection.execute("UPDATE meta SET value = '0' WHERE name = 'format'")
    assert status(built).record is RecordState.OUTDATED
    rebuild(built)
    assert record_digest(path, key) == before
    assert status(built).record is RecordState.CURRENT
