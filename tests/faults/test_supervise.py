"""Every step that a child takes on the disk is seen before it happens, and can be stopped."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.disk_model import Disk
from tests.faults.disk_state import snapshot
from tests.faults.marks import sees_system_calls
from tests.faults.steps import Step
from tests.faults.supervise import HAPPENS, Tell, Verdict, supervise

pytestmark = sees_system_calls


def _database(root: Path) -> None:
    connection = sqlite3.connect(root / "a.db")
    connection.execute("CREATE TABLE t (x)")
    connection.execute("INSERT INTO t VALUES (1)")
    connection.commit()
    connection.close()


def _copied(root: Path) -> None:
    (root / "from").write_bytes(b"x" * 100_000)
    shutil.copyfile(root / "from", root / "to")


def _buffered(root: Path) -> None:
    with (root / "file").open("w+b", buffering=16) as file:
        file.write(b"0123456789" * 5)
        file.seek(3)
        file.write(b"abc")
    with (root / "file").open("ab") as file:
        file.write(b"end")
    os.truncate(root / "file", 12)


def _by_descriptors(root: Path) -> None:
    folder = os.open(root, os.O_RDONLY)
    descriptor = os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=folder)
    os.writev(descriptor, [b"one", b"two"])
    os.pwritev(descriptor, [b"TWO"], 3)
    os.rename("file", "renamed", src_dir_fd=folder, dst_dir_fd=folder)
    os.write(descriptor, b"three")
    os.link("renamed", "linked", src_dir_fd=folder, dst_dir_fd=folder)
    os.mkdir("folder", dir_fd=folder)
    (root / "gone").write_bytes(b"gone")
    os.unlink("gone", dir_fd=folder)
    os.rmdir("folder", dir_fd=folder)
    os.chdir(root)
    Path("by name").write_bytes(b"here")


@pytest.mark.parametrize("work", [_database, _copied, _buffered, _by_descriptors])
def test_what_was_seen_gives_what_is_on_the_disk(
    tmp_path: Path, work: Callable[[Path], None]
) -> None:
    ending = supervise(lambda _: work(tmp_path), tmp_path)
    assert ending.code == 0
    disk = Disk({})
    for step in ending.steps:
        disk.do(step)
    assert disk.newest() == snapshot(tmp_path)


def test_words_are_told_in_order_with_the_steps(tmp_path: Path) -> None:
    def work(tell: Tell) -> None:
        tell("one")
        (tmp_path / "file").touch()
        tell("two")

    ending = supervise(work, tmp_path)
    assert [step.what for step in ending.steps] == ["mark", "make", "mark"]
    assert ending.marks == ("one", "two")


def _write(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "file", os.O_CREAT | os.O_WRONLY)
    try:
        assert os.write(descriptor, b"0123456789") == 4
        os.write(descriptor, b"456789")
    except OSError as error:
        os._exit(error.errno or 1)


def test_a_write_may_happen_in_part_or_not_at_all(tmp_path: Path) -> None:
    fates = iter([HAPPENS, Verdict(error=errno.ENOSPC, part=4), Verdict(error=errno.ENOSPC)])
    ending = supervise(lambda _: _write(tmp_path), tmp_path, lambda _: next(fates))
    assert ending.code == errno.ENOSPC
    assert (tmp_path / "file").read_bytes() == b"0123"


def test_a_child_may_be_killed_before_a_step_and_within_one(tmp_path: Path) -> None:
    fates = iter([HAPPENS, Verdict(kill=True, part=6)])
    ending = supervise(lambda _: _write(tmp_path), tmp_path, lambda _: next(fates))
    assert ending.code == -9
    assert (tmp_path / "file").read_bytes() == b"012345"
    (tmp_path / "file").unlink()
    supervise(lambda _: _write(tmp_path), tmp_path, lambda _: Verdict(kill=True))
    assert not (tmp_path / "file").exists()


def test_other_places_are_nobodys_business(tmp_path: Path) -> None:
    (tmp_path / "watched").mkdir()
    ending = supervise(
        lambda _: _database(tmp_path), tmp_path / "watched", lambda _: Verdict(kill=True)
    )
    assert (ending.code, ending.steps) == (0, ())


def test_sockets_and_programs_are_seen(tmp_path: Path) -> None:
    def work(_: Tell) -> None:
        socket.socket(socket.AF_UNIX).close()
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).close()
        subprocess.run(["/bin/true"], check=False)

    seen = supervise(work, tmp_path).steps
    assert Step(what="socket", size=socket.AF_INET6) in seen
    assert Step(what="program", data=b"/bin/true") in seen
    assert {step.what for step in seen} == {"socket", "program"}


def test_what_a_child_forks_is_seen_too(tmp_path: Path) -> None:
    def work(_: Tell) -> None:
        pid = os.fork()
        if pid == 0:
            (tmp_path / "by the grandchild").touch()
            os._exit(0)
        os.waitpid(pid, 0)

    assert supervise(work, tmp_path).steps == (Step(what="make", path="by the grandchild"),)
