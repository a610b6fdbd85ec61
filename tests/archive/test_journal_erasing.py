"""Bodies can be taken out of a journal for good, and the chain stays whole."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from tests.archive import by_hand

from qantar.archive import ring
from qantar.archive.case import Case
from qantar.archive.journal import (
    append,
    append_many,
    drop_bodies,
    head,
    inspect,
    read,
    verify_commitments,
    verify_signatures,
)
from qantar.archive.unlock import open_case
from qantar.model.entry import Entry

Fork = Callable[[Callable[[], object]], int]
AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


def _notes(case: Case, count: int, page: str = "") -> list[Entry]:
    return append_many(case, [("note", {"n": n, "page": page}) for n in range(count)], at=AT)


def _bodies(case: Case) -> list[object]:
    return [entry.body and entry.body["n"] for entry in read(open_case(case.root))]


def test_dropped_bodies_are_gone_and_everything_else_stays(case: Case) -> None:
    entries = _notes(case, 6)
    sealed = [frame.body for frame in by_hand.cut((case.journal / "0001.qj").read_bytes())]
    assert drop_bodies(case, {entries[1].id, entries[4].id, "ab" * 32}) == 2
    assert _bodies(case) == [0, None, 2, 3, None, 5]
    assert [entry.id for entry in read(case)] == [entry.id for entry in entries]
    written = b"".join(path.read_bytes() for path in case.root.rglob("*") if path.is_file())
    assert [body in written for body in sealed] == [True, False, True, True, False, True]
    assert inspect(case).head_sound
    verify_commitments(case)
    verify_signatures(case)


def test_writing_goes_on_behind_what_was_dropped(case: Case) -> None:
    entries = _notes(case, 3)
    drop_bodies(case, {entries[2].id})
    after = append(case, kind="note", body={"n": 3, "page": ""}, at=AT)
    assert (after.seq, after.prev) == (4, entries[2].id)
    assert _bodies(case) == [0, 1, None, 3]
    assert head(open_case(case.root)) == (4, after.id)


def test_dropping_again_does_nothing(case: Case) -> None:
    entries = _notes(case, 3)
    assert drop_bodies(case, {entries[0].id}) == 1
    before = (case.journal / "0001.qj").stat()
    assert drop_bodies(case, {entries[0].id}) == 0
    after = (case.journal / "0001.qj").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_only_segments_that_hold_one_are_written_anew(case: Case) -> None:
    entries = _notes(case, 30, page="я" * 250_000)
    paths = sorted(case.journal.glob("*.qj"))
    before = [path.stat().st_ino for path in paths]
    drop_bodies(case, {entries[0].id, entries[29].id})
    changed = [path.stat().st_ino != inode for path, inode in zip(paths, before, strict=True)]
    assert changed == [True, False, False, True]
    assert _bodies(case) == [None, *range(1, 29), None]


def test_an_unfinished_write_behind_the_entries_stays_where_it_is(case: Case) -> None:
    entries = _notes(case, 2)
    with (case.journal / "0001.qj").open("ab") as file:
        file.write(b"\0\0\1")
    drop_bodies(case, {entries[0].id})
    assert inspect(case).torn_bytes == 3
    assert _bodies(case) == [None, 1]


def test_a_key_that_is_left_opens_no_erased_body(case: Case) -> None:
    entries = _notes(case, 1)
    drop_bodies(case, {entries[0].id})
    assert bytes.fromhex(entries[0].commitment) in ring.keys(case)
    assert _bodies(case) == [None]


def _dying_at(case: Case, ids: set[str], step: int) -> None:
    """Drop bodies and die before the `step`-th system call of those that change the disk."""
    left = [step]

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **named: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **named)

        return call

    for name in ("link", "replace", "rename", "unlink", "fsync", "write", "ftruncate"):
        setattr(os, name, dying(getattr(os, name)))
    drop_bodies(case, ids)


def test_killed_before_any_system_call_no_entry_is_lost_and_the_next_run_finishes(
    case: Case, fork: Fork, tmp_path: Path
) -> None:
    entries = _notes(case, 8)
    gone = {entries[n].id for n in (1, 2, 6)}
    sealed = [frame.body for frame in by_hand.cut((case.journal / "0001.qj").read_bytes())]
    whole = (case.journal / "0001.qj").read_bytes()
    for step in range(60):
        (case.journal / "0001.qj").write_bytes(whole)
        ended = os.waitpid(fork(lambda: _dying_at(case, gone, step)), 0)[1]  # noqa: B023
        assert _bodies(case) in (list(range(8)), [0, None, None, 3, 4, 5, None, 7])
        drop_bodies(case, gone)
        assert _bodies(case) == [0, None, None, 3, 4, 5, None, 7]
        left = b"".join(p.read_bytes() for p in case.journal.rglob("*") if p.is_file())
        assert not any(sealed[n] in left for n in (1, 2, 6))
        names = sorted(path.name for path in case.journal.iterdir())
        assert names == ["0001.qj", "device.pub", "head", "taken"]
        if ended == 0:
            break
    assert ended == 0
    assert step > 8


def test_the_old_bytes_are_overwritten_before_they_are_let_go(case: Case, tmp_path: Path) -> None:
    """A second name for them shows what stays on a disk that writes in place."""
    entries = _notes(case, 3)
    seen = tmp_path / "seen"
    seen.hardlink_to(case.journal / "0001.qj")
    drop_bodies(case, {entries[0].id})
    assert seen.read_bytes() == bytes(seen.stat().st_size)
    assert seen.stat().st_size > 0


def test_a_leftover_that_is_still_the_journal_is_never_overwritten(case: Case) -> None:
    """Killed between the second name and the rename: both names are of the live segment."""
    entries = _notes(case, 3)
    (case.journal / ".old-0001.qj").hardlink_to(case.journal / "0001.qj")
    assert drop_bodies(case, set()) == 0
    assert not (case.journal / ".old-0001.qj").exists()
    assert list(read(case)) == entries


def test_erasing_at_random_keeps_the_rest(case: Case) -> None:
    entries, random = _notes(case, 40), Random(3)  # noqa: S311  # repeatable
    gone: set[int] = set()
    for _ in range(6):
        chosen = set(random.sample(range(40), 5))
        drop_bodies(case, {entries[n].id for n in chosen})
        gone |= chosen
        assert _bodies(case) == [None if n in gone else n for n in range(40)]
