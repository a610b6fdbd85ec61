"""The derived databases: each under the key of its own purpose, and always replaceable."""

from __future__ import annotations

import ast
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qantar.archive.age_keys import seal
from qantar.archive.case import Case
from qantar.archive.lock import writing
from qantar.errors import CaseKeyError, DiskError, RecordMissingError
from qantar.model.canonical import canonical
from qantar.model.decision import Verdict
from qantar.record.database import opened
from qantar.record.facts import read_facts
from qantar.record.read import read_contents, record_digest
from qantar.record.schema import FORMAT
from qantar.workbench.create import create
from qantar.workbench.current import ensure_current, ensure_sound
from qantar.workbench.decide import decide
from qantar.workbench.fold import FOLD_VERSION
from qantar.workbench.search import search
from qantar.workbench.status import status
from qantar.workbench.stores import (
    RecordState,
    folded_of,
    forget_record,
    fresh_record_of,
    readings_of,
    record_of,
    record_state,
)

from .conftest import NOW, rebuild

SOURCE = Path(__file__).parents[2] / "src" / "qantar"


def test_each_database_opens_with_its_own_key_and_no_other(built: Case) -> None:
    record, readings = record_of(built), readings_of(built)
    keys = {built.shared_key, built.key_for("original-name"), record[1], readings.key}
    assert len(keys) == 4
    for path, own in (record, (readings.path, readings.key)):
        for key in keys - {own}:
            with pytest.raises(CaseKeyError), opened(path, key):
                pass
        with opened(path, own):
            pass


def vouch(case: Case, **said: object) -> None:
    """Seal a watermark for the record as it lies there, by hand; `said` over what is true."""
    facts = read_facts(*record_of(case)) if said.get("format", FORMAT) == FORMAT else None
    mark: dict[str, Any] = {
        "begins": hashlib.sha256(case.record_db.read_bytes()[:4096]).hexdigest(),
        "database": hashlib.sha256(case.record_db.read_bytes()).hexdigest(),
        "size": case.record_db.stat().st_size,
        "digest": facts.digest if facts else "0" * 64,
        "fold": FOLD_VERSION,
        "format": FORMAT,
        "state": facts.state if facts else "0" * 64,
    }
    case.watermark.write_bytes(seal(case.shared_key, "watermark", canonical(mark | said)))


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
    vouch(built, format=0)
    assert status(built).record is RecordState.OUTDATED
    rebuild(built)
    assert record_digest(path, key) == before
    assert status(built).record is RecordState.CURRENT


def state(case: Case) -> RecordState:
    return record_state(case, folded_of(case).state)


def moved_on(case: Case) -> None:
    """One more decision: the record is behind then."""
    decide(case, verdict=Verdict.SPLIT, targets=("e1", "e2"), reason="because", now=NOW)


def test_a_record_is_current_right_after_a_build_and_behind_after_a_decision(built: Case) -> None:
    assert state(built) is RecordState.CURRENT
    moved_on(built)
    assert state(built) is RecordState.OUTDATED
    rebuild(built)
    assert state(built) is RecordState.CURRENT


def test_a_watermark_made_by_hand_as_the_page_of_the_format_says_is_good(built: Case) -> None:
    """Worked out without the code that it tests."""
    vouch(built)
    assert state(built) is RecordState.CURRENT


def flip(path: Path) -> None:
    stored = bytearray(path.read_bytes())
    stored[len(stored) // 2] ^= 1
    path.write_bytes(stored)


def other_case(case: Case) -> Case:
    other = create(case.root.parent / "other", title="Other", now=NOW)
    rebuild(other)
    return other


HARMS: dict[str, Callable[[Case], object]] = {
    "a bit of the record": lambda case: flip(case.record_db),
    "a bit of the watermark": lambda case: flip(case.watermark),
    "no watermark": lambda case: case.watermark.unlink(),
    "an empty record": lambda case: case.record_db.write_bytes(b""),
    "an empty watermark": lambda case: case.watermark.write_bytes(b""),
    "a foreign record": lambda case: shutil.copy(other_case(case).record_db, case.record_db),
    "a foreign watermark": lambda case: shutil.copy(other_case(case).watermark, case.watermark),
    "a foreign pair": lambda case: [
        shutil.copy(path, case.record_db.parent)
        for path in other_case(case).record_db.parent.iterdir()
    ],
    "another version": lambda case: vouch(case, fold=FOLD_VERSION + 1),
    "nonsense under our own seal": lambda case: case.watermark.write_bytes(
        seal(case.shared_key, "watermark", b"{}")
    ),
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_whatever_the_watermark_does_not_vouch_for_is_built_anew_and_said_so(
    built: Case, harm: Callable[[Case], object]
) -> None:
    before = record_digest(*record_of(built))
    assert ensure_current(built, software="test") is None
    harm(built)
    assert state(built) is not RecordState.CURRENT
    assert "built anew" in str(ensure_current(built, software="test"))
    assert record_digest(*record_of(built)) == before
    assert ensure_current(built, software="test") is None


def test_an_earlier_record_put_back_is_told_as_such(built: Case) -> None:
    earlier = built.record_db.read_bytes()
    moved_on(built)
    rebuild(built)
    built.record_db.write_bytes(earlier)
    assert state(built) is RecordState.ROLLED_BACK
    assert status(built).record is RecordState.ROLLED_BACK
    assert "An earlier record" in str(ensure_current(built, software="test"))
    assert state(built) is RecordState.CURRENT


def test_an_earlier_record_with_its_own_watermark_is_behind_the_journal(built: Case) -> None:
    earlier = {path: path.read_bytes() for path in (built.record_db, built.watermark)}
    moved_on(built)
    rebuild(built)
    after = record_digest(*record_of(built))
    for path, data in earlier.items():
        path.write_bytes(data)
    assert state(built) is RecordState.OUTDATED
    assert "behind the journal" in str(ensure_current(built, software="test"))
    assert record_digest(*record_of(built)) == after


def test_one_old_page_put_back_is_damage(built: Case) -> None:
    """Each page is sealed by itself: an old one fits, and the whole does not."""
    earlier = built.record_db.read_bytes()
    moved_on(built)
    rebuild(built)
    later = bytearray(built.record_db.read_bytes())
    size = 4096
    changed = [
        at
        for at in range(size, min(len(later), len(earlier)), size)
        if later[at : at + size] != earlier[at : at + size]
    ]
    for at in (changed[0], changed[-1]):
        mixed = bytearray(later)
        mixed[at : at + size] = earlier[at : at + size]
        built.record_db.write_bytes(mixed)
        assert not state(built).is_sound


def quick_state(case: Case) -> RecordState:
    return record_state(case, folded_of(case).state, whole=False)


def later_with_pages_of(built: Case) -> tuple[bytes, bytes, list[int]]:
    """A record, an earlier one of the same case, and where pages of the two differ."""
    earlier = built.record_db.read_bytes()
    moved_on(built)
    rebuild(built)
    later = built.record_db.read_bytes()
    starts = range(0, min(len(later), len(earlier)), 4096)
    return later, earlier, [at for at in starts if later[at:][:4096] != earlier[at:][:4096]]


def all_pages_are_believed(case: Case) -> bool:
    """Whether SQLCipher takes every page of the record for one that was written into it."""
    try:
        with opened(*record_of(case)) as connection:
            return not connection.execute("PRAGMA cipher_integrity_check").fetchall()
    except CaseKeyError:
        return False


def test_no_page_of_another_record_is_ever_read_as_one_of_this(built: Case) -> None:
    """What a search relies on, which does not hash the file: each page is authenticated.

    The key for that follows from chance in the first page, which the watermark binds.
    """
    later, earlier, differ = later_with_pages_of(built)
    assert len(differ) > 20
    assert differ[0] == 0
    swapped = later[: differ[1]] + later[differ[2] :][:4096] + later[differ[1] + 4096 :]
    built.record_db.write_bytes(swapped)
    with pytest.raises(CaseKeyError):
        read_contents(*record_of(built))
    for at in differ[1::3]:
        built.record_db.write_bytes(later[:at] + earlier[at:][:4096] + later[at + 4096 :])
        assert quick_state(built) is RecordState.CURRENT
        assert not all_pages_are_believed(built), at
    built.record_db.write_bytes(later)
    assert all_pages_are_believed(built)


def test_a_search_looks_at_size_and_first_page_and_at_each_page_that_it_reads(
    built: Case,
) -> None:
    later, earlier, differ = later_with_pages_of(built)
    sound = search(built, "bread", limit=None)
    assert sound.total > 0
    for wrong in (later[:-4096], later + bytes(4096), earlier[:4096] + later[4096:], earlier):
        built.record_db.write_bytes(wrong)
        assert not quick_state(built).is_sound
    heard: list[str] = []
    for at in differ[1:]:
        built.record_db.write_bytes(later[:at] + earlier[at:][:4096] + later[at + 4096 :])
        if search(built, "bread", limit=None, tell=heard.append) != sound:
            pytest.fail(f"page {at // 4096} of another record was believed")
        if heard:
            break
        assert not state(built).is_sound  # `status` and `verify` look at all of it
    assert "built anew" in heard[0]
    assert state(built) is RecordState.CURRENT


def test_a_record_merely_behind_serves_a_decision_and_another_versions_does_not(
    built: Case,
) -> None:
    moved_on(built)
    folded = folded_of(built)
    with writing(built):
        assert ensure_sound(built, folded, software="test") is None
        path, key = record_of(built)
        with opened(path, key, write=True) as connection:
            connection.execute("UPDATE meta SET value = '0' WHERE name = 'format'")
        vouch(built, format=0)
        assert "built anew" in str(ensure_sound(built, folded, software="test"))


def test_what_was_never_built_is_told_as_missing(case: Case) -> None:
    assert status(case).record is RecordState.MISSING
    with pytest.raises(RecordMissingError):
        ensure_current(case, software="test")
    with pytest.raises(RecordMissingError):
        ensure_sound(case, folded_of(case), software="test")


def test_a_build_that_dies_between_record_and_watermark_leaves_nothing_that_is_trusted(
    built: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved_on(built)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", failing_at(built.watermark.parent))
        with pytest.raises(DiskError):
            rebuild(built)
    assert state(built) is RecordState.DAMAGED
    assert "interrupted" in str(ensure_current(built, software="test"))


def failing_at(folder: Path) -> Callable[[int], None]:
    """An fsync that refuses once the folder holds a new record and no watermark."""

    def refuse(_descriptor: int) -> None:
        if not (folder / "watermark").exists() and not (folder / "record.db.new").exists():
            raise OSError(5, "Input/output error")

    return refuse


def test_status_writes_nothing(built: Case) -> None:
    built.watermark.unlink()
    before = {path: path.read_bytes() for path in built.root.rglob("*") if path.is_file()}
    assert status(built).record is RecordState.DAMAGED
    assert {p: p.read_bytes() for p in built.root.rglob("*") if p.is_file()} == before


def test_forgetting_leaves_nothing_derived_and_a_build_brings_it_back(built: Case) -> None:
    before = record_digest(*record_of(built))
    forget_record(built)
    assert not any(built.record_db.parent.iterdir())
    forget_record(built)
    rebuild(built)
    assert record_digest(*record_of(built)) == before
