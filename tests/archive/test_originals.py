"""Originals come back as they came, or not at all."""

from __future__ import annotations

import errno
import hashlib
import hmac
import os
import resource
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qantar.archive.case import Case, create_case
from qantar.archive.lock import writing
from qantar.archive.originals import (
    CONSTANT_MTIME,
    list_originals,
    object_name,
    open_original,
    original_path,
    put,
    verify,
)
from qantar.errors import DiskError, InputRefusedError, OriginalAlteredError

Fork = Callable[[Callable[[], object]], int]
SystemCalls = Callable[[Callable[[], object]], list[str]]
NewCase = Callable[[Path], Case]

EVIDENCE = "Саяқкентте, 5 қаңтар".encode()
SHA256 = hashlib.sha256(EVIDENCE).hexdigest()


def test_bytes_come_back_as_they_came(case: Case) -> None:
    stored = put(case, BytesIO(EVIDENCE))
    assert (stored.sha256, stored.size, stored.new) == (SHA256, len(EVIDENCE), True)
    with open_original(case, SHA256) as file:
        assert file.read() == EVIDENCE
    assert verify(case, SHA256) == SHA256


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=200)
    | st.sampled_from([b"\0" * size for size in (2**20 - 1, 2**20, 2**20 + 1)])
)
def test_any_bytes_survive(case: Case, data: bytes) -> None:
    """Also those that fill the copying buffer exactly."""
    stored = put(case, BytesIO(data))
    with open_original(case, stored.sha256) as file:
        assert file.read() == data
    assert stored.size == len(data)


def test_the_same_bytes_twice_are_one_original(case: Case) -> None:
    first, second = put(case, BytesIO(EVIDENCE)), put(case, BytesIO(EVIDENCE))
    assert (first.new, second.new) == (True, False)
    assert first.sha256 == second.sha256
    assert len(list_originals(case)) == 1


def test_reading_starts_where_the_source_stands_and_in_small_bites(case: Case) -> None:
    class Pipe:
        def __init__(self) -> None:
            self.left = [b"ab", b"c", b"def"]

        def read(self, size: int, /) -> bytes:
            assert size > 0
            return self.left.pop(0) if self.left else b""

    assert put(case, Pipe()).sha256 == hashlib.sha256(b"abcdef").hexdigest()


def test_the_name_on_disk_takes_the_key_to_work_out(case: Case) -> None:
    name_key = hmac.new(case.key, b"qantar/v1/original-name\0", "sha256").digest()
    name = hmac.new(name_key, hashlib.sha256(EVIDENCE).digest(), "sha256").hexdigest()
    put(case, BytesIO(EVIDENCE))
    assert list_originals(case) == (name,) == (object_name(case, SHA256),)
    assert original_path(case, SHA256) == case.root / "originals" / name[:2] / name
    assert SHA256[:12] not in str(list(case.root.rglob("*")))


def test_two_cases_name_the_same_file_differently(tmp_path: Path, case: Case) -> None:
    other = create_case(tmp_path / "b", title=None, case_id="0e" * 16, random_bytes=os.urandom)
    assert object_name(case, SHA256) != object_name(other, SHA256)


def test_an_original_is_on_the_disk_before_it_is_acknowledged(
    case: Case, system_calls: SystemCalls
) -> None:
    with writing(case):
        put_first = system_calls(lambda: put(case, BytesIO(EVIDENCE)))
        put_again = system_calls(lambda: put(case, BytesIO(EVIDENCE)))
    # the bytes, the folder `ab`, then the name in it
    assert put_first == ["fsync", "fsync", "replace", "fsync"]
    # Whoever stored it may have died before the folder was on the disk.
    assert put_again == ["fsync"]


def test_the_time_on_the_file_tells_nothing(case: Case) -> None:
    put(case, BytesIO(EVIDENCE))
    assert original_path(case, SHA256).stat().st_mtime == CONSTANT_MTIME


def test_an_altered_original_is_never_handed_out(case: Case) -> None:
    put(case, BytesIO(EVIDENCE))
    path = original_path(case, SHA256)
    for offset in range(len(EVIDENCE)):
        altered = bytearray(EVIDENCE)
        altered[offset] ^= 1 << offset % 8
        path.write_bytes(altered)
        with pytest.raises(OriginalAlteredError) as told:
            open_original(case, SHA256)
        assert told.value.exit_code == 20
        assert verify(case, SHA256) == hashlib.sha256(altered).hexdigest() != SHA256


@pytest.mark.parametrize("damage", [b"", EVIDENCE[:-1], EVIDENCE + b"\0"])
def test_a_cut_or_lengthened_original_is_told(case: Case, damage: bytes) -> None:
    put(case, BytesIO(EVIDENCE))
    original_path(case, SHA256).write_bytes(damage)
    with pytest.raises(OriginalAlteredError, match="has changed"):
        open_original(case, SHA256)
    with open_original(case, SHA256, check=False) as file:
        assert file.read() == damage


def test_adding_again_does_not_cover_up_that_the_stored_copy_changed(case: Case) -> None:
    put(case, BytesIO(EVIDENCE))
    path = original_path(case, SHA256)
    path.write_bytes(b"something else")
    with pytest.raises(OriginalAlteredError):
        put(case, BytesIO(EVIDENCE))
    path.rename(case.inbox / "damaged")
    assert put(case, BytesIO(EVIDENCE)).new is True


def test_a_missing_original_is_exit_20(case: Case) -> None:
    for ask in (open_original, verify):
        with pytest.raises(OriginalAlteredError, match="missing") as told:
            ask(case, SHA256)
        assert told.value.exit_code == 20


@pytest.mark.parametrize("name", ["", "ab", "../../CASE", SHA256.upper(), SHA256 + "\n"])
def test_what_is_no_sha256_is_never_made_a_path(case: Case, name: str) -> None:
    with pytest.raises(InputRefusedError, match="names no original"):
        open_original(case, name)


def test_a_source_that_fails_halfway_stores_nothing_and_is_named(case: Case) -> None:
    class Stick:
        name = "usb/clip.mp4"
        reads = 0

        def read(self, size: int, /) -> bytes:
            self.reads += 1
            if self.reads > 2:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return b"x" * size

    with pytest.raises(DiskError, match="reading the material failed") as told:
        put(case, Stick())
    assert told.value.where == "usb/clip.mp4"
    assert list(case.originals.iterdir()) == []


def test_files_of_others_are_not_taken_for_originals(case: Case) -> None:
    put(case, BytesIO(EVIDENCE))
    original_path(case, SHA256).with_name("notes (conflicted copy)").write_bytes(b"")
    (case.originals / "zz").mkdir()
    (case.originals / "zz" / SHA256).write_bytes(b"")
    assert len(list_originals(case)) == 1


def test_no_room_at_any_byte_means_before_or_after(case: Case, fork: Fork) -> None:
    """The system's own file size limit stops the write after each number of bytes in turn."""
    data = bytes(range(97))

    def store_under_each_limit() -> None:
        for limit in range(len(data)):
            with _largest_file(limit), pytest.raises(DiskError) as told:
                put(case, BytesIO(data))
            assert told.value.exit_code == 40
            assert list(case.originals.iterdir()) == []
        with _largest_file(len(data)):
            assert put(case, BytesIO(data)).new

    assert os.waitpid(fork(store_under_each_limit), 0)[1] == 0
    assert verify(case, hashlib.sha256(data).hexdigest()) == hashlib.sha256(data).hexdigest()


class _largest_file:  # noqa: N801  # reads as a word in a `with`
    """For the block, no file may grow beyond `size` bytes."""

    def __init__(self, size: int) -> None:
        self.limits = (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1])

    def __enter__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, self.limits)

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)
