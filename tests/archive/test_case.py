"""Making and opening a case."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from qantar.archive.case import Case, create_case, open_case
from qantar.archive.journal import append, head, read
from qantar.archive.originals import put
from qantar.errors import (
    CaseKeyError,
    JournalBrokenError,
    NewerFormatError,
    NotACaseError,
    NotCanonicalError,
    OutputExistsError,
)

NewCase = Callable[[Path], Case]
_AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


def test_a_case_opens_as_it_was_made(case: Case) -> None:
    assert open_case(case.root) == case
    assert (case.id, case.title, case.open) == ("0f" * 16, "Sayaqkent", True)
    assert list(read(case)) == []
    assert head(case) == (0, "")


def test_opening_through_a_link_or_a_relative_path_is_the_same_case(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(case.root)
    monkeypatch.chdir(tmp_path)
    assert open_case(Path("link")) == open_case(Path("case")) == case


def test_a_case_has_the_layout_that_the_formats_page_describes(case: Case) -> None:
    found = {str(path.relative_to(case.root)) for path in case.root.rglob("*")}
    assert found == {
        *("CASE", "keys", "keys/open.key", "keys/device.id", "originals", "journal", "inbox"),
        *("record", "releases", f"journal/{case.device}", f"journal/{case.device}/head"),
    }
    assert (case.root / "keys" / "open.key").read_text() == case.key.hex() + "\n"
    assert json.loads((case.root / "CASE").read_text())["open"] is True


def test_folders_and_files_are_for_their_owner_only(tmp_path: Path, new_case: NewCase) -> None:
    before = os.umask(0)
    try:
        case = new_case(tmp_path / "case")
        put(case, BytesIO(b"evidence"))
        append(case, kind="note", body={}, at=_AT)
    finally:
        os.umask(before)
    modes = {path: path.stat().st_mode & 0o777 for path in (case.root, *case.root.rglob("*"))}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


def test_an_empty_folder_becomes_the_case_and_missing_parents_are_made(
    tmp_path: Path, new_case: NewCase
) -> None:
    (tmp_path / "empty").mkdir(mode=0o755)
    assert new_case(tmp_path / "empty").root.stat().st_mode & 0o777 == 0o700
    assert open_case(new_case(tmp_path / "a" / "b").root).id == "0f" * 16


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, new_case: NewCase) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputExistsError) as told:
        new_case(tmp_path)
    assert told.value.exit_code == 42
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(OutputExistsError):
        new_case(tmp_path / "mine.txt")


def test_a_case_is_never_made_over_another(case: Case, new_case: NewCase) -> None:
    with pytest.raises(OutputExistsError):
        new_case(case.root)
    assert open_case(case.root) == case


def test_a_title_that_is_no_text_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(NotCanonicalError):
        create_case(tmp_path / "case", title="\ud800", case_id="0f" * 16, random_bytes=bytes)
    assert not (tmp_path / "case").exists()


def test_two_cases_share_no_key_and_no_device(tmp_path: Path) -> None:
    one, other = (
        create_case(tmp_path / name, title=None, case_id=name * 32, random_bytes=os.urandom)
        for name in "ab"
    )
    assert one.key != other.key
    assert one.device != other.device
    assert one.key.hex() not in repr(one)


def test_each_purpose_has_its_own_key(case: Case) -> None:
    keys = {case.key, *(case.key_for(what) for what in ("original-name", "record", "readings"))}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}


@pytest.mark.parametrize("case_id", ["", "0F" * 16, "0f" * 15, "../x", "0f" * 16 + "\n"])
def test_a_case_id_is_32_hex_digits(tmp_path: Path, case_id: str) -> None:
    with pytest.raises(ValueError, match="32 lower-case hex"):
        create_case(tmp_path / "c", title=None, case_id=case_id, random_bytes=bytes)


def test_a_folder_that_is_no_case_says_so(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(NotACaseError, match="qantar init") as told:
            open_case(path)
        assert told.value.exit_code == 10


def test_a_half_made_case_is_no_case(case: Case) -> None:
    (case.root / "CASE").unlink()
    with pytest.raises(NotACaseError):
        open_case(case.root)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\x00" * 80,
        b"[]\n",
        b'{"format":-1}\n',
        b'{"format":false}\n',
        b'{"format":0}\n',
        b'{"case":"x","format":0,"key_check":"","open":false,"title":null}\n',
        b'{"case":"x","format":0,"key_check":"","open":true,"title":1}\n',
    ],
)
def test_a_damaged_description_is_told_from_a_folder_that_is_no_case(
    case: Case, damage: bytes
) -> None:
    (case.root / "CASE").write_bytes(damage)
    with pytest.raises(NotACaseError, match="damaged"):
        open_case(case.root)


def test_a_newer_format_says_to_upgrade(case: Case) -> None:
    (case.root / "CASE").write_bytes(b'{"format":1,"slots":["passphrase"]}\n')
    with pytest.raises(NewerFormatError, match=r"format 1.*Upgrade Qantar") as told:
        open_case(case.root)
    assert 10 <= told.value.exit_code <= 19


@pytest.mark.parametrize("damage", [None, b"", b"zz" * 32, b"ab" * 31, b"\xff" * 64])
def test_a_missing_or_damaged_key_is_exit_30(case: Case, damage: bytes | None) -> None:
    key = case.root / "keys" / "open.key"
    if damage is None:
        key.unlink()
    else:
        key.write_bytes(damage)
    with pytest.raises(CaseKeyError, match="missing or damaged") as told:
        open_case(case.root)
    assert told.value.exit_code == 30


def test_another_case_s_key_does_not_open_this_one(case: Case) -> None:
    (case.root / "keys" / "open.key").write_text("ab" * 32 + "\n")
    with pytest.raises(CaseKeyError, match="another case"):
        open_case(case.root)


def test_a_case_that_does_not_know_its_journal_is_broken(case: Case) -> None:
    (case.root / "keys" / "device.id").unlink()
    with pytest.raises(JournalBrokenError):
        open_case(case.root)


def test_a_case_moves_as_a_folder(case: Case, tmp_path: Path) -> None:
    stored = put(case, BytesIO(b"evidence"))
    entry = append(case, kind="original.add", body={"sha256": stored.sha256}, at=_AT)
    moved = open_case(shutil.copytree(case.root, tmp_path / "elsewhere"))
    assert list(read(moved)) == [entry]
    assert put(moved, BytesIO(b"evidence")).new is False
