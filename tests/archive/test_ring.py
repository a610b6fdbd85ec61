"""The ring gives each key back, loses none that was acknowledged, and forgets for good."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import pytest

from qantar.archive import ring
from qantar.archive.age_keys import spell
from qantar.archive.case import Case, create_case
from qantar.archive.derive import derive
from qantar.archive.journal import append
from qantar.archive.lock import writing
from qantar.archive.ring_file import RECORD_BYTES
from qantar.archive.unlock import open_case
from qantar.errors import DiskError, KeysDamagedError, SealedAwayError
from qantar.model.device import Role

Fork = Callable[[Callable[[], object]], int]
NewCase = Callable[[Path], Case]
AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


def pairs(*numbers: int) -> dict[bytes, bytes]:
    """Give ids and keys that are easily told apart."""
    return {
        hashlib.sha256(b"id %d" % n).digest(): hashlib.sha256(b"key %d" % n).digest()
        for n in numbers
    }


def add(case: Case, *numbers: int) -> None:
    """Add these keys under the lock."""
    with writing(case):
        ring.add(case, pairs(*numbers).items())


def forget(case: Case, *numbers: int) -> int:
    """Forget these keys under the lock."""
    with writing(case):
        return ring.forget(case, pairs(*numbers))


def anew(case: Case) -> Case:
    """Open the case as another process would."""
    return open_case(case.root)


def files(case: Case) -> list[str]:
    """Names in the folder of the ring."""
    return sorted(path.name for path in case.ring.iterdir())


def everything(folder: Path) -> bytes:
    """All bytes of all files below a folder, one after the other."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_keys_come_back_and_are_private(case: Case) -> None:
    add(case, 1, 2)
    add(case, 3)
    assert dict(ring.keys(case)) == dict(ring.keys(anew(case))) == pairs(1, 2, 3)
    assert files(case) == ["0001.age", "0001.ring"]
    for path in case.ring.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    for key in pairs(1, 2, 3).values():
        assert key not in everything(case.root)


def test_a_case_begins_without_keys(case: Case) -> None:
    assert dict(ring.keys(case)) == {}
    assert ring.inspect(case) == ring.RingState(path=None, keys=0, damaged=0, torn_bytes=0)


def test_a_key_that_is_there_is_not_written_again_and_a_newer_one_counts(case: Case) -> None:
    add(case, 1)
    add(case, 1)
    ring_file = case.ring / "0001.ring"
    assert ring_file.stat().st_size == RECORD_BYTES
    ((name, _),) = pairs(1).items()
    with writing(case):
        ring.add(case, [(name, b"n" * 32)])
    assert ring.keys(anew(case))[name] == b"n" * 32


def test_the_ring_is_opened_by_hand_with_the_case_key_and_age(case: Case, tmp_path: Path) -> None:
    """As `docs/formats.md` says: the ring key is an age file to the secret derived from K."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: PLC0415

    add(case, 1, 2)
    (tmp_path / "ring-secret").write_text(spell(derive(case.shared_key, "ring/0001")) + "\n")
    line = f"age -d -i ring-secret {case.ring}/0001.age"
    ring_key = subprocess.run(  # noqa: S603  # our own text
        ["/bin/sh", "-c", line], cwd=tmp_path, capture_output=True, check=True
    ).stdout
    data = (case.ring / "0001.ring").read_bytes()
    found = {}
    for at in range(0, len(data), 92):
        name, nonce, sealed = data[at : at + 32], data[at + 32 : at + 44], data[at + 44 : at + 92]
        opened = ChaCha20Poly1305(ring_key).decrypt(nonce, sealed, b"qantar/v1/ring\0" + name)
        found[name] = opened
    assert found == pairs(1, 2)


# Unfinished and damaged.


@pytest.mark.parametrize("torn", [b"\1", b"\1" * 91, b"\0" * 92, b"\0" * 1000])
def test_what_a_dead_writer_left_at_the_end_is_written_over(case: Case, torn: bytes) -> None:
    """Part of a record, or the zeros of room that was given and never filled."""
    add(case, 1)
    with (case.ring / "0001.ring").open("ab") as file:
        file.write(torn)
    case = anew(case)
    assert dict(ring.keys(case)) == pairs(1)
    assert ring.inspect(case).torn_bytes == len(torn)
    add(case, 2)
    assert dict(ring.keys(anew(case))) == pairs(1, 2)
    assert (case.ring / "0001.ring").stat().st_size == 2 * RECORD_BYTES


@pytest.mark.parametrize("which", range(4))
def test_a_damaged_record_costs_its_own_key_and_no_other(case: Case, which: int) -> None:
    add(case, 0, 1, 2, 3)
    path = case.ring / "0001.ring"
    sound = path.read_bytes()
    for offset in (0, 31, 32, 43, 44, 91):
        damaged = bytearray(sound)
        damaged[which * RECORD_BYTES + offset] ^= 1
        path.write_bytes(damaged)
        seen = anew(case)
        assert dict(ring.keys(seen)) == pairs(*({0, 1, 2, 3} - {which}))
        add(seen, 4)
        assert ring.inspect(anew(case)).damaged == 1


def test_a_record_that_was_only_misread_is_not_thrown_away(case: Case) -> None:
    """A bit that flips in memory must not have the last key, acknowledged long ago, cut off."""
    add(case, 1, 2)
    path = case.ring / "0001.ring"
    sound = path.read_bytes()
    path.write_bytes(sound[:-1] + bytes([sound[-1] ^ 4]))
    add(anew(case), 3)
    written = path.read_bytes()
    path.write_bytes(sound + written[len(sound) :])  # the disk reads well again
    assert dict(ring.keys(anew(case))) == pairs(1, 2, 3)


def test_records_moved_to_another_place_or_id_do_not_open(case: Case) -> None:
    add(case, 1, 2)
    path = case.ring / "0001.ring"
    first, second = (path.read_bytes()[at : at + 92] for at in (0, 92))
    path.write_bytes(first[:32] + second[32:] + second)
    ((_, key),) = pairs(2).items()
    assert list(ring.keys(anew(case)).values()) == [key]


@pytest.mark.parametrize("damage", [b"", b"age-encryption.org/v1\n", None])
def test_without_the_ring_s_own_key_nothing_opens_and_nothing_is_written(
    case: Case, damage: bytes | None
) -> None:
    add(case, 1)
    before = (case.ring / "0001.ring").read_bytes()
    sealed = case.ring / "0001.age"
    if damage is None:
        sealed.unlink()
    else:
        sealed.write_bytes(damage)
    case = anew(case)
    for attempt in (lambda: ring.keys(case), lambda: add(case, 2), lambda: forget(case, 1)):
        with pytest.raises(KeysDamagedError, match="key of the ring") as told:
            attempt()
        assert told.value.exit_code == 32
    assert (case.ring / "0001.ring").read_bytes() == before


def test_an_older_ring_under_a_higher_number_does_not_open_and_costs_nothing(case: Case) -> None:
    """Were it taken, the next writer would destroy the good one as an older generation."""
    add(case, 1)
    old = {path.suffix: path.read_bytes() for path in case.ring.iterdir()}
    forget(case, 2)
    add(case, 3)
    good = {path.name: path.read_bytes() for path in case.ring.iterdir()}
    for suffix, data in old.items():
        (case.ring / f"0009{suffix}").write_bytes(data)
    case = anew(case)
    for attempt in (lambda: ring.keys(case), lambda: add(case, 4), lambda: forget(case, 1)):
        with pytest.raises(KeysDamagedError, match="key of the ring"):
            attempt()
    assert good.items() <= {path.name: path.read_bytes() for path in case.ring.iterdir()}.items()
    for suffix in old:
        (case.ring / f"0009{suffix}").unlink()
    assert dict(ring.keys(anew(case))) == pairs(1, 3)


@pytest.mark.parametrize("lost", ["0001.ring", "folder"])
def test_a_lost_ring_is_no_empty_case(case: Case, lost: str) -> None:
    """Were it taken for a new one, every entry would look as if it had been erased."""
    append(case, kind="note", body={"text": "here"}, at=AT)
    (case.ring / "0001.ring").unlink()
    if lost == "folder":
        (case.ring / "0001.age").unlink()
        case.ring.rmdir()
    case = anew(case)
    for attempt in (lambda: ring.keys(case), lambda: add(case, 2)):
        with pytest.raises(KeysDamagedError, match="ring of keys is missing"):
            attempt()


def test_a_ring_of_another_case_does_not_open(
    case: Case, tmp_path: Path, new_case: NewCase
) -> None:
    other = new_case(tmp_path / "other")
    add(other, 1)
    add(case, 2)
    (other.ring / "0001.ring").replace(case.ring / "0001.ring")
    # The same random bytes made both cases, so that their case keys are one; the ring keys are not.
    assert dict(ring.keys(anew(case))) == {}
    assert ring.inspect(anew(case)).torn_bytes == RECORD_BYTES


# Forgetting.


def test_what_is_forgotten_is_nowhere_and_the_rest_stays(case: Case) -> None:
    add(case, *range(20))
    old_ring_key = (case.ring / "0001.age").read_bytes()
    old_record = (case.ring / "0001.ring").read_bytes()[7 * 92 + 32 : 8 * 92]
    assert old_record in everything(case.root)
    assert forget(case, 7, 8, 99) == 2
    assert dict(ring.keys(case)) == dict(ring.keys(anew(case))) == pairs(*range(7), *range(9, 20))
    assert files(case) == ["0002.age", "0002.ring"]
    left = everything(case.root)
    for gone in (old_ring_key, old_record, *pairs(7, 8).values()):
        assert gone not in left


def test_what_is_derived_has_a_key_that_an_erasure_ends(case: Case) -> None:
    """Earlier records lie about on the disk: each build leaves one behind."""
    assert ring.key_for(case, "record") == derive(case.shared_key, "record")
    add(case, 1, 2)
    before = ring.key_for(case, "record")
    add(case, 3)
    assert ring.key_for(anew(case), "record") == before != ring.key_for(case, "readings")
    forget(case, 1)
    assert ring.key_for(anew(case), "record") not in (before, derive(case.shared_key, "record"))


def test_the_old_ring_is_overwritten_before_it_is_unlinked(case: Case) -> None:
    """Another name for the same bytes shows what stays on a disk that writes in place."""
    add(case, 1)
    for name in ("0001.age", "0001.ring"):
        os.link(case.ring / name, case.root / f"seen-{name}")
    forget(case, 1)
    for name in ("0001.age", "0001.ring"):
        seen = (case.root / f"seen-{name}").read_bytes()
        assert seen == bytes(len(seen))


def _watched(system_calls: str) -> Callable[[int], Callable[[FrameType, str, object], None]]:
    """Make a profiler that kills this process before its n-th system call of these names."""
    names = set(system_calls.split())

    def killing(at: int) -> Callable[[FrameType, str, object], None]:
        left = at

        def note(_frame: FrameType, event: str, called: object) -> None:
            nonlocal left
            of_the_system = getattr(called, "__module__", "") in {"posix", "fcntl"}
            if event == "c_call" and of_the_system and getattr(called, "__name__", "") in names:
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        return note

    return killing


killed_before = _watched("open write pwrite ftruncate fsync replace unlink")


def killed_at_each_step(fork: Fork, work: Callable[[], object]) -> Iterable[int]:
    """Run `work` in a child killed before its first step, its second, … until one ends by itself."""
    for step in range(200):

        def child(step: int = step) -> None:
            sys.setprofile(killed_before(step))
            try:
                work()
            finally:
                sys.setprofile(None)

        _, status = os.waitpid(fork(child), 0)
        if status == 0:
            return
        assert os.WTERMSIG(status) == signal.SIGKILL
        yield step
    message = "the work never ended by itself"
    raise AssertionError(message)


def test_killed_between_any_two_steps_of_forgetting(
    tmp_path: Path, fork: Fork, new_case: NewCase
) -> None:
    """Before or after, nothing between; the next writer leaves one generation and no trace."""
    cases = (new_case(tmp_path / str(number)) for number in range(200))
    current = next(cases)
    add(current, *range(6))
    committed: list[bool] = []

    def work() -> None:
        forget(current, 1, 2)

    for _ in killed_at_each_step(fork, work):
        seen = dict(ring.keys(anew(current)))
        assert seen in (pairs(*range(6)), pairs(0, 3, 4, 5))
        committed.append(seen != pairs(*range(6)))
        add(anew(current), 9)
        assert dict(ring.keys(anew(current))) == seen | pairs(9)
        assert len(files(current)) == 2
        forget(anew(current), 1, 2)
        left = everything(current.root)
        assert not any(key in left for key in pairs(1, 2))
        current = next(cases)
        add(current, *range(6))
    assert len(committed) > 15
    assert committed == sorted(committed)
    assert True in committed


def test_killed_between_any_two_steps_of_adding(case: Case, fork: Fork) -> None:
    add(case, 0)
    steps = 0

    def work() -> None:
        add(anew(case), steps + 1)

    for step in killed_at_each_step(fork, work):
        seen = dict(ring.keys(anew(case)))
        assert seen.items() >= pairs(*range(step)).items() or step == 0
        add(anew(case), step + 1)
        steps = step + 1
    assert steps > 5
    assert dict(ring.keys(anew(case))) == pairs(*range(steps + 2))


def test_a_new_ring_that_finds_no_room_destroys_no_old_one(case: Case) -> None:
    add(case, *range(50))
    for limit in (0, 100, 92 * 40):
        with _largest_file(limit), pytest.raises(DiskError) as told:
            forget(case, 3)
        assert told.value.exit_code == 40
        assert dict(ring.keys(anew(case))) == pairs(*range(50))
    assert forget(case, 3) == 1


@pytest.mark.parametrize("which", [1, 2])
def test_a_new_ring_that_the_disk_gives_back_otherwise_destroys_no_old_one(
    case: Case, which: int
) -> None:
    """The first file to be read back is the ring's key, the second the ring."""
    add(case, *range(50))
    asked = 0

    def rotting(_frame: FrameType, event: str, called: object) -> None:
        nonlocal asked
        if event == "c_call" and getattr(called, "__name__", "") == "posix_fadvise":
            asked += 1
            if asked == which:
                (scratch,) = case.ring.glob(".tmp-*")
                whole = scratch.read_bytes()
                scratch.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))

    with writing(case):
        sys.setprofile(rotting)
        try:
            with pytest.raises(DiskError, match="gave back other bytes"):
                ring.forget(case, pairs(3))
        finally:
            sys.setprofile(None)
    assert dict(ring.keys(anew(case))) == pairs(*range(50))
    assert forget(anew(case), 3) == 1
    assert len(files(case)) == 2


class _largest_file:  # noqa: N801  # reads as a word in a `with`
    """For the block, no file may grow beyond `size` bytes."""

    def __init__(self, size: int) -> None:
        self.limits = (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1])

    def __enter__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, self.limits)

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)


def test_no_room_for_a_key_leaves_the_ring_as_it_was(case: Case) -> None:
    add(case, 0, 1)
    path = case.ring / "0001.ring"
    before = path.read_bytes()
    for limit in range(len(before), len(before) + RECORD_BYTES):
        with _largest_file(limit), pytest.raises(DiskError):
            add(case, 2)
        assert path.read_bytes() == before
    add(case, 2)
    assert dict(ring.keys(anew(case))) == pairs(0, 1, 2)


# Side by side.


def test_a_reader_sees_what_a_writer_adds_and_forgets(case: Case) -> None:
    reader = anew(case)
    assert dict(ring.keys(reader)) == {}
    for number in range(5):
        add(case, number)
        assert dict(ring.keys(reader)) == pairs(*range(number + 1))
    forget(case, 2)
    assert dict(ring.keys(reader)) == pairs(0, 1, 3, 4)


def test_a_reader_never_misses_a_key_while_another_process_adds_and_forgets(
    case: Case, fork: Fork
) -> None:
    """An erasing writer overwrites the old ring under the reader's eyes: keys 0 to 4 stay."""
    add(case, *range(5))

    def write() -> None:
        writer = anew(case)
        for number in range(100, 200):
            add(writer, number)
            forget(writer, number)

    kept, looks = pairs(*range(5)), 0
    pid = fork(write)
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        assert ring.keys(anew(case)).items() >= kept.items()
        looks += 1
    assert looks > 20
    assert dict(ring.keys(anew(case))) == kept


def test_a_ring_that_takes_the_place_of_a_listed_one_is_not_missed(case: Case) -> None:
    add(case, 0, 1)
    reader, writer, listings = anew(case), anew(case), 0

    def erasing(_frame: FrameType, event: str, called: object) -> None:
        nonlocal listings
        if event == "c_return" and getattr(called, "__name__", "") == "listdir":
            listings += 1
            if listings == 1:
                forget(writer, 1)

    sys.setprofile(erasing)
    try:
        kept = ring.keys(reader)
    finally:
        sys.setprofile(None)
    assert listings > 1
    assert dict(kept) == pairs(0)


def test_threads_may_read_at_once(case: Case) -> None:
    add(case, *range(500))
    seen: list[int] = []
    threads = [
        threading.Thread(target=lambda: seen.append(len(ring.keys(anew(case))))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [500] * 4


def test_a_device_that_has_not_joined_has_no_ring(tmp_path: Path) -> None:
    waiting = create_case(tmp_path / "waiting", role=Role.WAITING)
    with pytest.raises(SealedAwayError):
        add(waiting, 1)
    assert files(waiting) == []
