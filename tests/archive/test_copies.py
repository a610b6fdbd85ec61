"""Three copies of every key file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qantar.archive.copies import copies_of, read_copies, remove_copies, repair, write_copies

Fork = Callable[[Callable[[], object]], int]
DATA = b"sound: a key"


def _sound(data: bytes) -> str | None:
    return data.decode() if data.startswith(b"sound") else None


@pytest.fixture
def paths(tmp_path: Path) -> tuple[Path, Path, Path]:
    made = copies_of(tmp_path / "slot-1.age")
    write_copies(made, DATA)
    return made


def test_the_copies_stand_side_by_side(paths: tuple[Path, ...]) -> None:
    assert [path.name for path in paths] == ["slot-1.age", "slot-1.age.2", "slot-1.age.3"]
    assert {path.read_bytes() for path in paths} == {DATA}
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}


@pytest.mark.parametrize("damage", [None, b"", b"\x00" * 12, b"sound: another"])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_one_damaged_copy_is_found_and_mended(
    paths: tuple[Path, ...], which: int, damage: bytes | None
) -> None:
    paths[which].unlink() if damage is None else paths[which].write_bytes(damage)
    found = read_copies(paths, _sound)
    if damage == b"sound: another" and which == 0:
        assert found.damaged == paths[1:]  # the first sound copy counts
        return
    assert (found.value, found.damaged) == ("sound: a key", (paths[which],))
    assert list(repair(paths, found)) == [paths[which]]
    assert {path.read_bytes() for path in paths} == {DATA}
    assert read_copies(paths, _sound).damaged == ()


def test_two_damaged_copies_are_mended_from_the_third(paths: tuple[Path, ...]) -> None:
    paths[0].write_bytes(b"x")
    paths[1].unlink()
    assert list(repair(paths, read_copies(paths, _sound))) == list(paths[:2])
    assert {path.read_bytes() for path in paths} == {DATA}


def test_without_a_sound_copy_nothing_is_written(paths: tuple[Path, ...]) -> None:
    for path in paths:
        path.write_bytes(b"x")
    found = read_copies(paths, _sound)
    assert (found.value, found.data, found.damaged) == (None, None, paths)
    assert list(repair(paths, found)) == []
    assert {path.read_bytes() for path in paths} == {b"x"}


def test_an_interrupted_change_is_finished_from_the_first_copy(paths: tuple[Path, ...]) -> None:
    paths[0].write_bytes(b"sound: newer")
    list(repair(paths, read_copies(paths, _sound)))
    assert {path.read_bytes() for path in paths} == {b"sound: newer"}


def test_removed_copies_leave_nothing_behind(paths: tuple[Path, ...], tmp_path: Path) -> None:
    remove_copies(paths)
    assert list(tmp_path.iterdir()) == []
    remove_copies(paths)  # again, after a crash in between
