"""The one recipe for writing, and what is said when the disk refuses."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from qantar.archive.disk import (
    SCRATCH_PREFIX,
    disk_refusals,
    make_folder,
    replace_atomically,
    scratch_file,
    shred,
    sweep,
    write_atomically,
)
from qantar.errors import DiskError

Fork = Callable[[Callable[[], object]], int]
SystemCalls = Callable[[Callable[[], object]], list[str]]


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "target"
    write_atomically(target, b"before, and longer")
    write_atomically(target, b"after")
    assert target.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [target]


def test_a_finished_file_takes_the_place_of_another_and_is_private(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    source, target = tmp_path / "elsewhere" / "new.db", tmp_path / "record.db"
    source.write_bytes(b"new")
    source.chmod(0o666)
    target.write_bytes(b"old")
    replace_atomically(source, target)
    assert target.read_bytes() == b"new"
    assert not source.exists()
    assert target.stat().st_mode & 0o777 == 0o600


def test_replacing_with_nothing_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "record.db"
    target.write_bytes(b"old")
    with pytest.raises(DiskError):
        replace_atomically(tmp_path / "absent", target)
    assert target.read_bytes() == b"old"


def test_a_file_is_on_the_disk_before_its_name_and_its_name_before_anyone_is_told(
    tmp_path: Path, system_calls: SystemCalls
) -> None:
    """Left out, each of these steps loses or tears the file in some state after a power cut."""
    target = tmp_path / "target"
    recipe = ["fsync", "replace", "fsync"]
    assert system_calls(lambda: write_atomically(target, b"data")) == recipe
    (tmp_path / "new").write_bytes(b"data")
    assert system_calls(lambda: replace_atomically(tmp_path / "new", target)) == recipe
    assert system_calls(lambda: make_folder(tmp_path / "folder")) == ["fsync"]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_modes_do_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        make_folder(tmp_path / "folder")
        write_atomically(tmp_path / "folder" / "file", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "folder" / "file").stat().st_mode & 0o777 == 0o600


def test_a_failure_on_the_way_leaves_no_scratch_file(tmp_path: Path) -> None:
    def fail() -> None:
        with scratch_file(tmp_path) as (file, _):
            file.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_sweeping_removes_what_a_dead_process_left_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / f"{SCRATCH_PREFIX}abc").write_bytes(b"half")
    (tmp_path / "kept").write_bytes(b"whole")
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_where_keys_are_written_a_half_written_file_is_overwritten_too(tmp_path: Path) -> None:
    left = tmp_path / f"{SCRATCH_PREFIX}abc"
    left.write_bytes(b"half a ring of keys")
    os.link(left, tmp_path / "the same bytes")
    sweep(tmp_path, overwrite=True)
    assert not left.exists()
    assert (tmp_path / "the same bytes").read_bytes() == bytes(19)


@pytest.mark.parametrize("size", [0, 1, 2**20, 2**20 + 1])
def test_shredding_overwrites_every_byte_in_place_before_the_name_goes(
    tmp_path: Path, size: int, system_calls: SystemCalls
) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"s" * size)
    os.link(path, tmp_path / "the same bytes")
    calls = system_calls(lambda: shred(path))
    assert calls == ["write"] * -(-size // 2**20) + ["fsync", "fsync"]
    assert not path.exists()
    assert (tmp_path / "the same bytes").read_bytes() == bytes(size)


def test_shredding_fills_no_holes(tmp_path: Path, system_calls: SystemCalls) -> None:
    """A bundle can make a file that says to be a terabyte long and holds a page."""
    path, page = tmp_path / "sparse", os.sysconf("SC_PAGESIZE")
    with path.open("wb") as file:
        file.seek(2**34)
        file.write(b"s" * page)
        file.seek(2**35)
        file.write(b"s" * page)
    os.link(path, tmp_path / "the same bytes")
    assert system_calls(lambda: shred(path)).count("write") <= 4
    with (tmp_path / "the same bytes").open("rb") as file:
        for at in (2**34, 2**35):
            file.seek(at)
            assert file.read(page) == bytes(page)


def test_shredding_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    shred(tmp_path / "absent")
    shred(tmp_path / "no folder" / "absent")


def test_shredding_a_symbolic_link_leaves_alone_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"somebody's own file")
    for link, target in (("link", "elsewhere"), ("dangling", "nowhere")):
        (tmp_path / link).symlink_to(tmp_path / target)
        shred(tmp_path / link)
        assert not (tmp_path / link).is_symlink()
    assert (tmp_path / "elsewhere").read_bytes() == b"somebody's own file"


def test_shredding_a_folder_destroys_what_is_in_it_however_deep(tmp_path: Path) -> None:
    """Whoever can write to a case can put a folder in the place of a file that must go."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").write_bytes(b"somebody's own file")
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    (folder / "below" / "secret").write_bytes(b"s" * 9)
    (folder / "below" / "link").symlink_to(tmp_path / "elsewhere")
    os.link(folder / "below" / "secret", tmp_path / "the same bytes")
    for _ in range(1500):  # more than calls may be nested, and longer than a path may be
        (tmp_path / "outer").mkdir()
        folder.rename(tmp_path / "outer" / "deep")
        (tmp_path / "outer").rename(folder)
    shred(folder)
    assert not folder.exists()
    assert (tmp_path / "the same bytes").read_bytes() == bytes(9)
    assert (tmp_path / "elsewhere" / "file").read_bytes() == b"somebody's own file"


def test_a_file_that_cannot_be_overwritten_is_removed_all_the_same_and_it_is_said(
    tmp_path: Path,
) -> None:
    """The file size limit refuses the write, as a full disk that never writes in place would."""
    path = tmp_path / "secret"
    path.write_bytes(b"s" * 100)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with pytest.raises(DiskError, match="removing for good failed"):
            shred(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not path.exists()
    shred(path)


def test_a_folder_in_the_way_of_a_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    with pytest.raises(DiskError) as told:
        write_atomically(tmp_path / "target", b"x")
    assert told.value.where == str(tmp_path / "target")
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "share of the disk"),
        (errno.EACCES, "whose folder"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "sound and connected"),
    ],
)
def test_a_refusal_says_what_where_and_what_next(tmp_path: Path, number: int, advice: str) -> None:
    with pytest.raises(DiskError) as told, disk_refusals("writing the journal", tmp_path):
        raise OSError(number, os.strerror(number))
    assert told.value.exit_code == 40
    assert told.value.message == f"writing the journal failed: {os.strerror(number)}."
    assert told.value.where == str(tmp_path)
    assert told.value.next is not None
    assert advice in told.value.next


def test_someone_else_s_folder_is_refused_in_words(tmp_path: Path, fork: Fork) -> None:
    (tmp_path / "theirs").mkdir(mode=0o500)

    def as_somebody() -> None:
        if os.geteuid() == 0:
            os.setuid(65534)  # permissions bind everyone but root
        with pytest.raises(DiskError, match="whose folder"):
            write_atomically(tmp_path / "theirs" / "file", b"x")

    assert os.waitpid(fork(as_somebody), 0)[1] == 0


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_no_file_under_such_a_name_stops_no_writer(
    tmp_path: Path, *, overwrite: bool
) -> None:
    """A pipe that somebody left would be waited for by whoever opens it to write."""
    os.mkfifo(tmp_path / f"{SCRATCH_PREFIX}pipe")
    (tmp_path / f"{SCRATCH_PREFIX}folder").mkdir()
    sweep(tmp_path, overwrite=overwrite)
    assert [path.name for path in tmp_path.iterdir()] == [f"{SCRATCH_PREFIX}folder"]
