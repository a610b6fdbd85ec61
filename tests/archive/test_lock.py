"""One writer at a time, and the second is told who the first is."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest

from qantar.archive.case import Case
from qantar.archive.journal import append, read
from qantar.archive.lock import writing
from qantar.archive.originals import put
from qantar.errors import CaseLockedError

Fork = Callable[[Callable[[], object]], int]
AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


def _hold(case: Case, ready: int) -> None:
    with writing(case):
        os.write(ready, b"!")
        time.sleep(60)


def _held_by_child(case: Case, fork: Fork) -> int:
    ready, tell = os.pipe()
    pid = fork(lambda: _hold(case, tell))
    assert os.read(ready, 1) == b"!"
    return pid


def test_the_second_writer_is_refused_at_once_with_the_first_one_s_pid(
    case: Case, fork: Fork
) -> None:
    pid = _held_by_child(case, fork)
    for write in (
        lambda: append(case, kind="note", body={}, at=AT),
        lambda: put(case, BytesIO(b"x")),
        lambda: writing(case).__enter__(),
    ):
        begun = time.monotonic()
        with pytest.raises(CaseLockedError, match=f"process {pid} is writing") as told:
            write()
        assert told.value.exit_code == 41
        assert time.monotonic() - begun < 1


def test_reading_needs_no_lock(case: Case, fork: Fork) -> None:
    entry = append(case, kind="note", body={}, at=AT)
    _held_by_child(case, fork)
    assert list(read(case)) == [entry]


def test_a_killed_writer_leaves_the_case_free(case: Case, fork: Fork) -> None:
    pid = _held_by_child(case, fork)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    append(case, kind="note", body={}, at=AT)
    assert not (case.root / "lock.pid").exists()


def test_a_pid_left_by_a_killed_writer_is_not_blamed(case: Case, fork: Fork) -> None:
    dead = fork(lambda: None)
    os.waitpid(dead, 0)
    pid = _held_by_child(case, fork)
    (case.root / "lock.pid").write_text(f"{dead}\n")
    with pytest.raises(CaseLockedError, match="another process is writing"):
        append(case, kind="note", body={}, at=AT)
    assert dead != pid


def test_one_thread_may_nest_and_gives_the_lock_back_at_the_end(case: Case, fork: Fork) -> None:
    def intrude() -> None:
        with pytest.raises(CaseLockedError):
            append(case, kind="note", body={}, at=AT)

    with writing(case):
        with writing(case):
            append(case, kind="note", body={}, at=AT)
        refused = fork(intrude)
        assert os.waitpid(refused, 0)[1] == 0
    free = fork(lambda: append(case, kind="note", body={}, at=AT))
    assert os.waitpid(free, 0)[1] == 0


def test_another_thread_of_the_same_process_is_refused_too(case: Case) -> None:
    told: list[CaseLockedError] = []

    def intrude() -> None:
        with pytest.raises(CaseLockedError, match=f"process {os.getpid()} ") as refused:
            append(case, kind="note", body={}, at=AT)
        told.append(refused.value)

    with writing(case):
        thread = threading.Thread(target=intrude)
        thread.start()
        thread.join()
    assert len(told) == 1
    assert list(read(case)) == []


def test_an_error_inside_gives_the_lock_back(case: Case) -> None:
    with pytest.raises(KeyError), writing(case):
        raise KeyError
    append(case, kind="note", body={}, at=AT)


def test_a_writer_clears_away_what_a_dead_one_left_half_written(case: Case) -> None:
    """Wherever a file is written; a half-written slot might open the case for ever."""
    (case.witness / "device").mkdir()
    folders = [path for path in (case.root, *case.root.rglob("*")) if path.is_dir()]
    assert len(folders) >= 11
    for folder in folders:
        (folder / ".tmp-half").write_bytes(b"half a file")
    append(case, kind="note", body={}, at=AT)
    assert list(case.root.rglob(".tmp-*")) == []


def test_half_written_keys_are_overwritten_before_they_go(case: Case) -> None:
    for folder in (case.root, case.keys, case.ring):
        (folder / ".tmp-half").write_bytes(b"half a key")
        os.link(folder / ".tmp-half", folder / "the same bytes")
    with writing(case):
        for folder in (case.root, case.keys, case.ring):
            assert (folder / "the same bytes").read_bytes() == bytes(10)


def test_racing_processes_are_never_inside_together(case: Case, fork: Fork) -> None:
    go, start = os.pipe()
    counts, tell = os.pipe()

    def race() -> None:
        os.read(go, 1)
        entered = refused = 0
        while entered < 25:
            try:
                with writing(case):
                    # Fails if anybody else is inside.
                    os.close(os.open(case.root / "inside", os.O_CREAT | os.O_EXCL))
                    (case.root / "inside").unlink()
                entered += 1
            except CaseLockedError:
                refused += 1
        os.write(tell, f"{entered} {refused}\n".encode())

    racers = [fork(race) for _ in range(3)]
    os.write(start, b"go!")
    assert [os.waitpid(pid, 0)[1] for pid in racers] == [0, 0, 0]
    os.close(tell)
    with os.fdopen(counts) as told:
        entered, refused = map(sum, zip(*(map(int, line.split()) for line in told), strict=True))
    assert entered == 75
    assert refused > 0


def test_a_link_in_a_folder_from_somebody_leads_no_writer_elsewhere(case: Case) -> None:
    """Whoever hands a case over could have its writer overwrite files outside of it."""
    outside = case.root.parent / "diary.txt"
    outside.write_text("mine")
    append(case, kind="a.b", body={}, at=AT)
    (case.root / "lock.pid").symlink_to(outside)
    head = case.journal / "head"
    head.unlink()
    head.symlink_to(outside)
    append(case, kind="a.b", body={}, at=AT)
    assert outside.read_text() == "mine"
