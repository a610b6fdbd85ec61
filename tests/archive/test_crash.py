"""Killed at any instant, out of room at any byte: nothing acknowledged is lost."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from qantar.archive.case import Case, create_case
from qantar.archive.journal import TornTail, append, append_many, head, read, torn_tails
from qantar.archive.originals import put, verify
from qantar.archive.unlock import open_case
from qantar.errors import DiskError
from qantar.model.canonical import JSON

Fork = Callable[[Callable[[], object]], int]
AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


def _append_for_ever(case: Case, start: int, tell: int) -> None:
    """Append numbered entries, small and large by turns; tell each number once acknowledged."""
    for n in range(start, start + 10**6):
        append(case, kind="note", body={"n": n, "text": "x" * (300_000 * (n % 3))}, at=AT)
        os.write(tell, n.to_bytes(4, "big"))


def _append_batches_for_ever(case: Case, start: int, tell: int) -> None:
    for n in range(start, start + 10**6, 5):
        drafts: list[tuple[str, dict[str, JSON]]] = [
            ("note", {"n": k, "text": "x" * 60_000}) for k in range(n, n + 5)
        ]
        append_many(case, drafts, at=AT)
        os.write(tell, (n + 4).to_bytes(4, "big"))


def _film(number: int) -> bytes:
    return f"{number} ".encode() * 60_000


def _store_for_ever(case: Case, start: int, tell: int) -> None:
    for n in range(start, start + 10**6):
        put(case, BytesIO(_film(n)))
        os.write(tell, n.to_bytes(4, "big"))


def _killed(fork: Fork, work: Callable[[int], None], random: Random) -> list[int]:
    """Run `work` with a pipe to tell on, kill it at a random instant; the numbers it told."""
    told, tell = os.pipe()
    pid = fork(lambda: work(tell))
    os.close(tell)
    with os.fdopen(told, "rb") as acknowledged:
        first = acknowledged.read(4)
        time.sleep(random.random() * 0.01)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        numbers = first + acknowledged.read()
    return [int.from_bytes(numbers[at : at + 4], "big") for at in range(0, len(numbers), 4)]


@pytest.mark.parametrize("work", [_append_for_ever, _append_batches_for_ever])
@pytest.mark.parametrize("seed", range(3))
def test_ten_kills_lose_no_acknowledged_entry(
    case: Case, fork: Fork, work: Callable[[Case, int, int], None], seed: int
) -> None:
    """Sixty in all; each run goes on in the case that the one before was killed in."""
    random = Random(seed)  # noqa: S311  # so that a failing test fails again
    torn: list[TornTail] = []
    for _ in range(10):
        start, _ = head(case)
        told = _killed(fork, partial(work, case, start), random)
        numbers = [entry.body and entry.body["n"] for entry in read(open_case(case.root))]
        assert numbers == list(range(len(numbers)))
        assert told[-1] < len(numbers)
        append(case, kind="note", body={"n": len(numbers)}, at=AT, torn=torn)
    assert [note.path for note in torn] == list(torn_tails(case))


def test_ten_kills_lose_no_acknowledged_original(case: Case, fork: Fork) -> None:
    random = Random(7)  # noqa: S311  # so that a failing test fails again
    for run in range(10):
        told = _killed(fork, partial(_store_for_ever, case, run * 1000), random)
        for number in told:
            sha256 = hashlib.sha256(_film(number)).hexdigest()
            assert verify(case, sha256, size=len(_film(number))) == sha256
        append(case, kind="note", body={}, at=AT)
        assert list(case.originals.glob(".tmp-*")) == []


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    """For the block, no file may grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_no_room_at_any_byte_of_an_entry_leaves_the_journal_as_it_was(
    case: Case, fork: Fork
) -> None:
    entries = append_many(case, [("note", {"n": n}) for n in range(3)], at=AT)
    segment, keys = case.journal / "0001.qj", case.ring / "0001.ring"
    before, keys_before = segment.read_bytes(), keys.read_bytes()

    def append_under_each_limit() -> None:
        for limit in range(len(before), 2 * len(before), 5):
            # Keys of entries that were not written stay, and would meet the limit first.
            keys.write_bytes(keys_before)
            case.cache.clear()
            with _largest_file(limit), pytest.raises(DiskError) as told:
                append_many(case, [("note", {"n": n}) for n in range(3, 7)], at=AT)
            assert told.value.exit_code == 40
            assert segment.read_bytes() == before

    assert os.waitpid(fork(append_under_each_limit), 0)[1] == 0
    assert list(read(case)) == entries
    assert torn_tails(case) == ()


def test_no_room_for_a_new_segment_takes_the_whole_batch_back(case: Case, fork: Fork) -> None:
    entry = append(case, kind="note", body={"text": "x" * 1_000_000}, at=AT)

    def append_too_much() -> None:
        drafts = [("note", {"text": letter * 1_000_000}) for letter in "abcdefgh"]
        with _largest_file(3_500_000), pytest.raises(DiskError):
            append_many(case, drafts, at=AT)

    assert os.waitpid(fork(append_too_much), 0)[1] == 0
    assert [path.name for path in case.journal.glob("*.qj")] == ["0001.qj"]
    assert list(read(case)) == [entry]


def test_a_case_that_finds_no_room_leaves_no_half_case(tmp_path: Path, fork: Fork) -> None:
    def make_without_room() -> None:
        for limit in (0, 40, 250):
            with _largest_file(limit), pytest.raises(DiskError):
                create_case(tmp_path / "c")
            assert not (tmp_path / "c").exists()

    assert os.waitpid(fork(make_without_room), 0)[1] == 0


# Runs on a small disk of its own, full but for 0, 1, 2 … pages: every write finds its limit.
ON_A_FULL_DISK = """
import json, os, sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from qantar.archive.case import create_case
from qantar.archive.journal import append, read
from qantar.archive.originals import list_originals, open_original, put
from qantar.errors import DiskError

disk = Path(sys.argv[1])
at = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)
case = create_case(disk / "case")
stored = [put(case, BytesIO(b"first"))]
append(case, kind="note", body={"n": 0}, at=at)
refused = {"put": 0, "append": 0}

def fill(pages):
    with (disk / "ballast").open("wb") as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
                ballast.flush()
        except OSError:
            pass
        room = os.fstat(ballast.fileno()).st_size - pages * 4096
        os.ftruncate(ballast.fileno(), room)
        # What is still in the buffer has no room either; drop it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), ballast.fileno())

for pages in range(10):
    fill(pages)
    before = len(list(read(case))), len(list_originals(case))
    try:
        stored.append(put(case, BytesIO(os.urandom(9000))))
        originals = before[1] + 1
    except DiskError as error:
        assert "disk is full" in str(error), error
        refused["put"] += 1
        originals = before[1]
    try:
        append(case, kind="note", body={"text": "x" * 9000}, at=at)
        entries = before[0] + 1
    except DiskError as error:
        assert "disk is full" in str(error), error
        refused["append"] += 1
        entries = before[0]
    assert (len(list(read(case))), len(list_originals(case))) == (entries, originals)
    for one in stored:
        open_original(case, one.sha256, size=one.size).close()
    (disk / "ballast").unlink()
    append(case, kind="note", body={"room": True}, at=at)
print(json.dumps({**refused, "stored": len(stored), "entries": len(list(read(case)))}))
"""


def test_on_a_full_disk_everything_stays_as_it_was_and_still_reads(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    own_disk = [str(unshare), "--user", "--map-root-user", "--mount", "--", "sh", "-c"]
    mount = 'mount -t tmpfs -o size=600k,mode=700 none "$1" && shift 1'
    tried = [*own_disk, mount, "sh", str(tmp_path)]
    if not unshare or subprocess.run(tried, check=False).returncode:  # noqa: S603  # our own text
        pytest.skip("this machine does not let us mount a small disk")
    on_it = [sys.executable, "-c", ON_A_FULL_DISK]
    ran = subprocess.run(  # noqa: S603  # our own interpreter on our own text
        [*own_disk, f'd="$1"; {mount}; exec "$@" "$d"', "sh", str(tmp_path), *on_it],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["put"] >= 2
    assert told["append"] >= 2
    assert told["stored"] == 11 - told["put"]
    assert told["entries"] == 1 + 10 + 10 - told["append"]
