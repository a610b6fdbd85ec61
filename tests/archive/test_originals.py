"""Originals come back as they came, or not at all."""

from __future__ import annotations

import errno
import hashlib
import hmac
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qantar.archive import ring
from qantar.archive.age_keys import spell
from qantar.archive.case import Case, create_case
from qantar.archive.derive import derive
from qantar.archive.lock import writing
from qantar.archive.originals import (
    CONSTANT_MTIME,
    list_originals,
    object_name,
    open_original,
    original_path,
    put,
    stream_original,
    verify,
)
from qantar.archive.unlock import open_case
from qantar.errors import (
    DiskError,
    ErasedError,
    InputRefusedError,
    OriginalAlteredError,
    SealedAwayError,
)
from qantar.model.device import Role

Fork = Callable[[Callable[[], object]], int]
SystemCalls = Callable[[Callable[[], object]], list[str]]
NewCase = Callable[[Path], Case]

EVIDENCE = "Саяқкентте, 5 қаңтар".encode()
SHA256 = hashlib.sha256(EVIDENCE).hexdigest()
SIZE = len(EVIDENCE)


def path_of(case: Case) -> Path:
    """Where the evidence lies in a member's case."""
    return original_path(case, object_name(case, SHA256))


def collector_of(home: Case, folder: Path) -> Case:
    """Make a collector that seals for `home`."""
    public = home.signer.public
    return create_case(folder, role=Role.COLLECTOR, home=public, case_id=home.id)


def test_bytes_come_back_as_they_came(case: Case) -> None:
    stored = put(case, BytesIO(EVIDENCE))
    assert (stored.sha256, stored.size, stored.new) == (SHA256, SIZE, True)
    with open_original(case, SHA256, size=SIZE) as file:
        assert file.read() == EVIDENCE
    assert verify(open_case(case.root), SHA256, size=SIZE) == SHA256


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.binary(max_size=200)
    | st.sampled_from([b"\0" * size for size in (0, 4096, 2**20 - 1, 2**20, 2**20 + 1)])
)
def test_any_bytes_survive(case: Case, data: bytes) -> None:
    """Also those that fill the copying buffer exactly, and zeros, which look like padding."""
    stored = put(case, BytesIO(data))
    with open_original(case, stored.sha256, size=stored.size) as file:
        assert file.read() == data
    assert stored.size == len(data)


def test_a_reader_that_wants_the_beginning_gets_it_and_all_is_checked(case: Case) -> None:
    data = bytes(range(256)) * 1000
    stored = put(case, BytesIO(data))
    with open_original(case, stored.sha256, size=stored.size, most=1000) as file:
        assert file.read() == data[:1000]
    path = original_path(case, stored.object)
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(OriginalAlteredError):
        open_original(case, stored.sha256, size=stored.size, most=1000)


def test_the_same_bytes_twice_are_one_original(case: Case) -> None:
    first, second = put(case, BytesIO(EVIDENCE)), put(case, BytesIO(EVIDENCE))
    assert (first.new, second.new) == (True, False)
    assert (first.sha256, first.object, first.size) == (second.sha256, second.object, second.size)
    assert len(list_originals(case)) == 1
    assert len(ring.keys(case)) == 1


def test_reading_starts_where_the_source_stands_and_in_small_bites(case: Case) -> None:
    class Pipe:
        def __init__(self) -> None:
            self.left = [b"ab", b"c", b"def"]

        def read(self, size: int, /) -> bytes:
            assert size > 0
            return self.left.pop(0) if self.left else b""

    assert put(case, Pipe()).sha256 == hashlib.sha256(b"abcdef").hexdigest()


def test_nothing_of_the_bytes_or_their_hash_is_on_the_disk(case: Case) -> None:
    put(case, BytesIO(EVIDENCE))
    for path in case.root.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for canary in (EVIDENCE, SHA256.encode(), bytes.fromhex(SHA256)):
            assert canary not in data
        assert SHA256[:12] not in str(path)


def test_the_name_on_disk_takes_the_case_key_to_work_out(case: Case) -> None:
    """HMAC-SHA256 under a key of its own: a list of well-known files tells nothing."""
    name_key = derive(case.shared_key, "original-name")
    name = hmac.new(name_key, hashlib.sha256(EVIDENCE).digest(), "sha256").hexdigest()
    assert put(case, BytesIO(EVIDENCE)).object == name
    assert list_originals(case) == (name,) == (object_name(case, SHA256),)
    assert path_of(case) == case.root / "originals" / name[:2] / name


def test_two_cases_name_the_same_file_differently(tmp_path: Path, case: Case) -> None:
    assert object_name(case, SHA256) != object_name(create_case(tmp_path / "b"), SHA256)


def test_an_object_opens_with_age_and_its_key_from_the_ring(case: Case, tmp_path: Path) -> None:
    """Without Qantar: `age -d -i key object | head -c LENGTH | sha256sum` gives the id."""
    stored = put(case, BytesIO(EVIDENCE * 1000))
    key = tmp_path / "key"
    key.write_text(spell(ring.keys(case)[bytes.fromhex(stored.object)]) + "\n")
    line = f'age -d -i "$1" "$2" | head -c {stored.size} | sha256sum'
    ran = subprocess.run(  # noqa: S603  # our own text
        ["/bin/sh", "-c", line, "sh", str(key), str(original_path(case, stored.object))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split()[0] == stored.sha256


def test_an_original_is_on_the_disk_before_it_is_acknowledged(
    case: Case, system_calls: SystemCalls
) -> None:
    with writing(case):
        put(case, BytesIO(b"so that the ring is begun"))
        put_first = system_calls(lambda: put(case, BytesIO(EVIDENCE)))
        put_again = system_calls(lambda: put(case, BytesIO(EVIDENCE)))
    # the bytes; the key in the ring; the folder `ab`; then the name in it
    key = ["ftruncate", "pwrite", "fsync"]
    assert put_first == ["fsync", *key, "fsync", "replace", "fsync"]
    # Whoever stored it may have died before the folder was on the disk.
    assert put_again == ["fsync"]


def test_times_and_modes_tell_nothing(case: Case) -> None:
    put(case, BytesIO(EVIDENCE))
    path = path_of(case)
    assert path.stat().st_mtime == path.parent.stat().st_mtime == CONSTANT_MTIME
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_an_altered_original_is_never_handed_out(case: Case) -> None:
    put(case, BytesIO(EVIDENCE))
    path = path_of(case)
    sound = path.read_bytes()
    for offset in [*range(0, 400, 7), len(sound) // 2, len(sound) - 1]:
        altered = bytearray(sound)
        altered[offset] ^= 1 << offset % 8
        path.write_bytes(altered)
        for ask in (open_original, verify):
            with pytest.raises(OriginalAlteredError, match="cannot be opened") as told:
                ask(case, SHA256, size=SIZE)
            assert told.value.exit_code == 20
            assert told.value.where == str(path)
    path.write_bytes(sound)
    assert verify(case, SHA256, size=SIZE) == SHA256


def test_a_cut_or_lengthened_original_is_told(case: Case) -> None:
    put(case, BytesIO(EVIDENCE))
    sound = path_of(case).read_bytes()
    for damage in (b"", sound[:-1], sound + b"\0", EVIDENCE):
        path_of(case).write_bytes(damage)
        with pytest.raises(OriginalAlteredError, match="cannot be opened"):
            open_original(case, SHA256, size=SIZE)


def test_other_bytes_sealed_in_its_place_are_told(case: Case) -> None:
    """Whoever has the keys can seal anything; the hash in the journal still tells."""
    other = b"x" * SIZE
    put(case, BytesIO(EVIDENCE))
    forged = put(case, BytesIO(other))
    path_of(case).write_bytes(original_path(case, forged.object).read_bytes())
    with pytest.raises(OriginalAlteredError, match="cannot be opened"):
        verify(case, SHA256, size=SIZE)
    keys = ring.keys(case)
    with writing(case):
        ring.add(
            case, [(bytes.fromhex(object_name(case, SHA256)), keys[bytes.fromhex(forged.object)])]
        )
    assert verify(case, SHA256, size=SIZE) == hashlib.sha256(other).hexdigest()
    with pytest.raises(OriginalAlteredError, match="now hashes to"):
        open_original(case, SHA256, size=SIZE)


def test_adding_again_does_not_cover_up_that_the_stored_copy_changed(case: Case) -> None:
    put(case, BytesIO(EVIDENCE))
    path = path_of(case)
    path.write_bytes(b"something else")
    with pytest.raises(OriginalAlteredError):
        put(case, BytesIO(EVIDENCE))
    assert path.read_bytes() == b"something else"
    path.rename(case.inbox / "damaged")
    assert put(case, BytesIO(EVIDENCE)).new is True
    assert verify(case, SHA256, size=SIZE) == SHA256


def test_a_missing_original_is_exit_20(case: Case) -> None:
    for ask in (open_original, verify):
        with pytest.raises(OriginalAlteredError, match="missing") as told:
            ask(case, SHA256, size=SIZE)
        assert told.value.exit_code == 20


def test_without_its_key_an_original_is_lost_until_it_is_added_again(case: Case) -> None:
    put(case, BytesIO(EVIDENCE))
    with writing(case):
        ring.forget(case, [bytes.fromhex(object_name(case, SHA256))])
    with pytest.raises(OriginalAlteredError, match="its key is not in the ring"):
        open_original(case, SHA256, size=SIZE)
    assert put(case, BytesIO(EVIDENCE)).new is True
    assert verify(case, SHA256, size=SIZE) == SHA256


def test_what_was_erased_is_not_taken_in_again(case: Case) -> None:
    with pytest.raises(ErasedError, match="was erased from this case") as told:
        put(case, BytesIO(EVIDENCE), erased={object_name(case, SHA256)})
    assert told.value.exit_code == 12
    assert list(case.originals.iterdir()) == []
    assert dict(ring.keys(case)) == {}


@pytest.mark.parametrize("name", ["", "ab", "../../CASE", SHA256.upper(), SHA256 + "\n"])
def test_what_is_no_sha256_is_never_made_a_path(case: Case, name: str) -> None:
    with pytest.raises(InputRefusedError, match="names no original"):
        open_original(case, name, size=1)
    with pytest.raises(ValueError, match="names no object"):
        original_path(case, name)


# Collectors.


def test_a_collector_stores_under_random_names_and_opens_nothing(
    case: Case, tmp_path: Path
) -> None:
    collector = collector_of(case, tmp_path / "field")
    first, second = put(collector, BytesIO(EVIDENCE)), put(collector, BytesIO(EVIDENCE))
    assert first.object != second.object
    assert (first.new, second.new) == (True, True)
    assert set(list_originals(collector)) == {first.object, second.object}
    collector = open_case(collector.root)
    for ask in (open_original, verify):
        for name in (None, first.object):
            with pytest.raises(SealedAwayError):
                ask(collector, SHA256, size=SIZE, name=name)


def test_home_opens_what_a_collector_sealed_by_the_name_in_its_entry(
    case: Case, tmp_path: Path
) -> None:
    from qantar.archive.age_keys import unseal  # noqa: PLC0415
    from qantar.archive.collected import collected  # noqa: PLC0415

    collector = collector_of(case, tmp_path / "field")
    stored = put(collector, BytesIO(EVIDENCE))
    keys = [
        (name, unseal([case.signer.age_secret], sealed)) for name, sealed in collected(collector)
    ]
    with writing(case):
        ring.add(case, keys)
    brought = original_path(case, stored.object)
    brought.parent.mkdir()
    original_path(collector, stored.object).rename(brought)
    with open_original(case, SHA256, size=SIZE, name=stored.object) as file:
        assert file.read() == EVIDENCE
    with pytest.raises(OriginalAlteredError, match="missing"):
        open_original(case, SHA256, size=SIZE)


# Failures.


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


def test_a_disk_that_gives_back_other_bytes_is_told_and_nothing_is_stored(case: Case) -> None:
    def rotting(_frame: FrameType, event: str, called: object) -> None:
        if event == "c_call" and getattr(called, "__name__", "") == "posix_fadvise":
            path = path_of(case)
            sealed = path.read_bytes()
            path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))

    put(case, BytesIO(b"so that the ring is begun"))
    before = list_originals(case)
    with writing(case):
        sys.setprofile(rotting)
        try:
            with pytest.raises(DiskError, match="gave back other bytes than it took") as told:
                put(case, BytesIO(EVIDENCE))
        finally:
            sys.setprofile(None)
    assert told.value.exit_code == 40
    assert list_originals(case) == before
    assert put(case, BytesIO(EVIDENCE)).new is True


def test_files_of_others_are_not_taken_for_originals(case: Case) -> None:
    put(case, BytesIO(EVIDENCE))
    path_of(case).with_name("notes (conflicted copy)").write_bytes(b"")
    (case.originals / "zz").mkdir()
    (case.originals / "zz" / SHA256).write_bytes(b"")
    assert len(list_originals(case)) == 1


def test_no_room_at_any_byte_means_before_or_after(case: Case, fork: Fork) -> None:
    """The system's own file size limit stops the write after each number of bytes in turn."""

    def store_under_each_limit() -> None:
        put(case, BytesIO(b"so that the ring is begun"))
        before, size = list_originals(case), 0
        for limit in [*range(0, 300, 13), *range(300, 4300, 97)]:
            with _largest_file(limit), pytest.raises(DiskError) as told:
                put(case, BytesIO(EVIDENCE))
            assert told.value.exit_code == 40
            assert list_originals(case) == before
            assert list(case.originals.glob(".tmp-*")) == []
            size = limit
        assert size > 4096  # the object itself, header and tags, is larger still
        assert put(case, BytesIO(EVIDENCE)).new

    assert os.waitpid(fork(store_under_each_limit), 0)[1] == 0
    assert verify(case, SHA256, size=SIZE) == SHA256


def test_large_files_are_streamed(case: Case, fork: Fork) -> None:
    """64 MB take under 16 MB more than 1 MB does; `benchmarks/sealing.py` does it with 2 GB."""

    class Zeros:
        def __init__(self, size: int) -> None:
            self.left = size

        def read(self, size: int, /) -> bytes:
            given = bytes(min(size, self.left))
            self.left -= len(given)
            return given

    def store() -> None:
        put(case, Zeros(2**20))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        stored = put(case, Zeros(2**26))
        seen = 0

        def count(piece: bytes) -> None:
            nonlocal seen
            seen += len(piece)

        stream_original(case, stored.sha256, size=stored.size, take=count)
        assert seen == 2**26
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024

    assert os.waitpid(fork(store), 0)[1] == 0


class _largest_file:  # noqa: N801  # reads as a word in a `with`
    """For the block, no file may grow beyond `size` bytes."""

    def __init__(self, size: int) -> None:
        self.limits = (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1])

    def __enter__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, self.limits)

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)
