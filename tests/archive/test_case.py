"""Making a case: what lies in the folder, and what is never half there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from qantar.archive.case import Case, create_case, describe, look_at, refuse_taken
from qantar.archive.description import case_paths
from qantar.archive.originals import put
from qantar.archive.own_device import new_device
from qantar.archive.slots import ScryptCost, passphrase_way
from qantar.archive.unlock import open_case
from qantar.errors import DiskError, NotACaseError, OutputExistsError
from qantar.model.canonical import parse
from qantar.model.device import DevicePublic, Role

NewCase = Callable[[Path], Case]


def _tree(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


def test_a_case_opens_as_it_was_made(case: Case) -> None:
    assert open_case(case.root) == case
    assert (case.role, case.open, len(case.id), case.founder) == (
        Role.MEMBER,
        True,
        32,
        case.device,
    )


def test_opening_through_a_link_or_a_relative_path_is_the_same_case(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(case.root)
    monkeypatch.chdir(tmp_path)
    assert open_case(Path("link")) == open_case(Path("case")) == case


def test_a_case_has_the_layout_that_the_formats_page_describes(case: Case) -> None:
    copies = {
        f"keys/{name}{end}"
        for name in ("slot-1.age", "case.age", "device.age")
        for end in ("", ".2", ".3")
    }
    assert _tree(case.root) == {
        *("CASE", "keys", "keys/CASE.2", "keys/CASE.3", "keys/ring", "originals", "journal"),
        *("inbox", "record", "releases", "witness"),
        *copies,
        *(f"journal/{case.device}{name}" for name in ("", "/device.pub", "/head", "/taken")),
    }
    public = parse((case.journal / "device.pub").read_bytes().removesuffix(b"\n"))
    assert isinstance(public, dict)
    assert DevicePublic.from_record(public) == case.signer.public


def test_folders_and_files_are_for_their_owner_only(tmp_path: Path, new_case: NewCase) -> None:
    before = os.umask(0)
    try:
        case = new_case(tmp_path / "case")
        put(case, BytesIO(b"evidence"))
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
    made = new_case(tmp_path / "a" / "b")
    assert open_case(made.root) == made


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, new_case: NewCase) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for path in (tmp_path, tmp_path / "mine.txt"):
        with pytest.raises(OutputExistsError) as told:
            new_case(path)
        assert told.value.exit_code == 42
        with pytest.raises(OutputExistsError):
            refuse_taken(path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_case_is_never_made_over_another(case: Case, new_case: NewCase) -> None:
    with pytest.raises(OutputExistsError):
        new_case(case.root)
    assert open_case(case.root) == case


def test_the_first_entry_is_written_before_the_folder_is_a_case(tmp_path: Path) -> None:
    def begin(case: Case) -> None:
        with pytest.raises(NotACaseError):
            look_at(case.root)

    begun = create_case(tmp_path / "case", begin=begin)
    assert look_at(begun.root).id == begun.id


@pytest.mark.parametrize("existed", [True, False])
def test_a_case_that_could_not_be_begun_leaves_room_for_the_next(
    tmp_path: Path, *, existed: bool
) -> None:
    root = tmp_path / "case"
    if existed:
        root.mkdir()

    def full(case: Case) -> None:
        put(case, BytesIO(b"takes the lock"))
        raise DiskError("the disk is full.")  # noqa: EM101

    with pytest.raises(DiskError):
        create_case(root, begin=full)
    assert root.exists() is existed
    assert look_at(create_case(root).root).role is Role.MEMBER


def test_two_cases_share_no_key_no_id_and_no_device(tmp_path: Path) -> None:
    one, other = (create_case(tmp_path / name) for name in "ab")
    assert one.id != other.id
    assert one.device != other.device
    assert one.shared_key != other.shared_key
    assert one.local_key != other.local_key


def test_no_key_shows_in_what_is_logged(case: Case) -> None:
    shown = repr(case)
    for key in (case.local_key, case.case_key, case.signer.sign_seed, case.signer.age_secret):
        assert key is not None
        assert key.hex() not in shown
        assert repr(key) not in shown


def test_each_purpose_has_its_own_key(case: Case) -> None:
    names = ("original-name", "record", "readings", "watermark")
    keys = {case.shared_key, case.local_key, *(case.key_for(name) for name in names)}
    assert len(keys) == len(names) + 2
    assert case.key_for("record") == case.key_for("record")


def test_a_closed_case_holds_no_key_in_the_clear(tmp_path: Path) -> None:
    way = passphrase_way("correct horse", salt=os.urandom(16), cost=ScryptCost(n=2))
    case = create_case(tmp_path / "case", ways=[way])
    own = case.signer
    assert case.local_key is not None
    hidden = [case.local_key, case.shared_key, own.sign_seed, own.age_secret, b"correct horse"]
    for path in case.root.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for key in hidden:
            assert key not in data
            assert key.hex().encode() not in data


def test_a_collector_needs_a_case_and_a_home_and_nobody_else_has_one(tmp_path: Path) -> None:
    home = new_device(Role.MEMBER, os.urandom).public
    for role, at_home, case_id in (
        (Role.COLLECTOR, None, "0f" * 16),
        (Role.COLLECTOR, home, None),
        (Role.MEMBER, home, "0f" * 16),
        (Role.WAITING, home, "0f" * 16),
    ):
        with pytest.raises(ValueError, match="collector"):
            create_case(tmp_path / "case", role=role, home=at_home, case_id=case_id)
    assert not (tmp_path / "case").exists()


def test_the_description_is_made_anew_as_it_lies_there(case: Case) -> None:
    assert {path.read_bytes() for path in case_paths(case.root)} == {describe(case)}


def test_a_half_made_case_is_no_case(case: Case) -> None:
    for path in case_paths(case.root):
        path.unlink()
    with pytest.raises(NotACaseError):
        open_case(case.root)


def test_a_case_moves_as_a_folder(case: Case, tmp_path: Path) -> None:
    put(case, BytesIO(b"evidence"))
    moved = open_case(Path(shutil.copytree(case.root, tmp_path / "elsewhere")))
    assert (moved.id, moved.device) == (case.id, case.device)
    assert put(moved, BytesIO(b"evidence")).new is False


def test_a_folder_that_lost_what_describes_it_is_told_from_one_that_is_no_case(
    tmp_path: Path,
) -> None:
    case = create_case(tmp_path / "case")
    for path in case_paths(case.root):
        path.unlink()
    with pytest.raises(NotACaseError, match="`CASE` is missing"):
        look_at(case.root)
    with pytest.raises(NotACaseError, match="this is not a case"):
        look_at(tmp_path)
