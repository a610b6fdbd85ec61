"""Hostile readings: whatever a file makes its reader do, it stays in there and ends as a finding.

`python -m tests.readers.test_confined` prints each hostile action and what became of it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qantar.model.finding import Severity
from qantar.readers.answer import Begin, End, Noted, Sound, Text
from qantar.readers.confined import Readers
from qantar.readers.confinement import Tier
from qantar.readers.job import Job

HOSTILE = "tests.readers.hostile"
STOPPED = (
    "read a system file",
    "read the key of a case",
    "write a file",
    "connect over TCP",
    "send over UDP",
    "run a program",
    "start a program",
    "signal its parent",
    "take 3 GiB of memory",
    "look at its own /proc",
    "trace another process",
    "have the kernel signal another",
    "fork",
    "start threads without end",
)
ENDED = ("hang", "flood", "forge", "lie", "die", "crash", "fail")


@pytest.fixture(scope="module")
def hostile() -> Iterator[Readers]:
    with hostile_readers() as readers:
        yield readers


def hostile_readers() -> Readers:
    return Readers(registry=HOSTILE, silence=3, path=(str(Path(__file__).parents[2]),))


def attempt(readers: Readers, action: str, folder: Path) -> tuple[str, list[Sound]]:
    """Have a reading do something; gives what it says of it, and all that came of it."""
    key, target = folder / "key", folder / "written"
    key.write_bytes(b"secret")
    tcp = socket.create_server(("127.0.0.1", 0))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    argument = {
        "read the key of a case": str(key),
        "write a file": str(target),
        "connect over TCP": str(tcp.getsockname()[1]),
        "send over UDP": str(udp.getsockname()[1]),
        "trace another process": str(os.getpid()),
        "have the kernel signal another": str(os.getpid()),
    }.get(action, "")
    with tcp, udp, tempfile.TemporaryFile() as file:
        file.write(argument.encode())
        file.flush()
        came = list(readers.read(file.fileno(), Job(name=action)))
    assert not target.exists()
    return "".join(record.text for record in came if isinstance(record, Text)), came


def test_the_tier_is_what_this_system_has_the_means_for(hostile: Readers) -> None:
    """Asked of the kernel here, apart from what the readers' own code says of itself."""
    libc = ctypes.CDLL(None, use_errno=True)
    landlock = sys.platform == "linux" and libc.syscall(444, None, ctypes.c_size_t(0), 1) > 0
    filters = sys.platform == "linux" and libc.prctl(21, 0, 0, 0, 0) >= 0
    known = platform.machine() in ("x86_64", "aarch64")
    if filters and known:
        assert hostile.tier is (Tier.FULL if landlock else Tier.FILTERED)
    else:
        assert hostile.tier is Tier.LIMITED


@pytest.mark.parametrize("action", STOPPED)
def test_what_a_hostile_file_wants_is_refused(
    hostile: Readers, tmp_path: Path, action: str
) -> None:
    if hostile.tier is Tier.LIMITED:
        pytest.skip("this system has limits alone, and `status` says so")
    said, came = attempt(hostile, action, tmp_path)
    assert "done" not in said
    assert said.startswith("refused") or unparsed(came)


@pytest.mark.parametrize("action", ENDED)
def test_a_reading_that_does_not_answer_soundly_ends_as_a_finding(
    hostile: Readers, tmp_path: Path, action: str
) -> None:
    _, came = attempt(hostile, action, tmp_path)
    assert isinstance(came[0], Begin)
    assert isinstance(came[-1], End)
    (finding,) = unparsed(came)
    assert finding.severity is Severity.LOSS


def test_one_file_cannot_speak_for_the_next(hostile: Readers, tmp_path: Path) -> None:
    if hostile.tier is Tier.LIMITED:
        pytest.skip("this system has limits alone, and `status` says so")
    attempt(hostile, "leak", tmp_path)
    said, came = attempt(hostile, "read the key of a case", tmp_path)
    assert said.startswith("refused")
    assert not unparsed(came)


def unparsed(came: list[Sound]) -> list[Noted]:
    return [one for one in came if isinstance(one, Noted) and one.code == "unparsed"]


def main() -> None:
    """Print each action and what became of it."""
    with hostile_readers() as readers, tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(
            f"tier: {readers.tier} ({readers.tier.words})\n| action | outcome |\n|---|---|\n"
        )
        stopped = 0
        for action in (*STOPPED, *ENDED):
            said, came = attempt(readers, action, Path(folder))
            outcome = said or " ".join(one.text for one in unparsed(came))
            stopped += "done" not in said
            sys.stdout.write(f"| {action} | {outcome} |\n")
        sys.stdout.write(f"{stopped} of {len(STOPPED) + len(ENDED)} stopped\n")


if __name__ == "__main__":
    main()
