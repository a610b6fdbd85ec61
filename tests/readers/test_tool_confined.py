"""Programs of others, confined: whatever an input makes one do, it stays in there.

`python -m tests.readers.test_tool_confined` prints each hostile action and what became of it.
"""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from qantar.readers.confined import Readers
from qantar.readers.confinement import Tier
from qantar.readers.tool import Tool, UnsafeToolError, find_tool, tool_at
from qantar.readers.tool_run import Ending, Limits, Ran, run_tool
from tests.readers.hostile_tool import ACTIONS
from tests.readers.tool_programs import HOSTILE, script

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the profile is of Linux")

ENDED = {
    "hang": Ending.TOO_SLOW,
    "spin": Ending.TOO_SLOW,
    "flood": Ending.TOO_MUCH,
    "complain without end": Ending.TOO_MUCH,
    "die": Ending.FAILED,
    "fail": Ending.FAILED,
    "close its pipes and stay": Ending.TOO_SLOW,
}
STOPPED = tuple(one for one in ACTIONS if one not in (*ENDED, "echo"))
LIMITS = Limits(seconds=1, patience=60, memory=1024**3, output=1024 * 1024)
WAITING = ("hang", "close its pipes and stay")  # which nothing ends but the clock
INPUT = b"what is read"


def sealed(data: bytes) -> int:
    file = os.memfd_create("original", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(file, data)
    fcntl.fcntl(file, fcntl.F_ADD_SEALS, 0b1111)
    return file


def attempt(action: str, folder: Path, tool: Tool | None = None) -> Ran:
    """Have the program do something on an input."""
    key, target = folder / "key", folder / "written"
    key.write_bytes(b"secret")
    tcp = socket.create_server(("127.0.0.1", 0))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    argument = {
        "read a system file": "/etc/passwd",
        "read the key of a case": str(key),
        "list a folder": str(folder),
        "write a file": str(target),
        "connect over TCP": str(tcp.getsockname()[1]),
        "send over UDP": str(udp.getsockname()[1]),
        "signal its parent": str(os.getpid()),
        "look at its parent": str(os.getpid()),
        "trace another process": str(os.getpid()),
        "have the kernel signal another": str(os.getpid()),
    }.get(action, "")
    file = sealed(INPUT)
    limits = replace(LIMITS, patience=1.5) if action in WAITING else LIMITS
    with tcp, udp:
        used = tool or script(HOSTILE)
        ran = run_tool(used, [action, argument], file=file, limits=limits)
    assert os.pread(file, 100, 0) == INPUT
    os.close(file)
    assert not target.exists()
    return ran


@pytest.mark.parametrize("action", STOPPED)
def test_what_a_hostile_input_wants_is_refused(tmp_path: Path, action: str) -> None:
    ran = attempt(action, tmp_path)
    if ran.tier is not Tier.FULL:
        pytest.skip(f"this system confines programs as {ran.tier} only, and `status` says so")
    assert ran.untrusted_output.startswith(b"refused: "), ran


@pytest.mark.parametrize(
    "action",
    [
        "write a file",
        "connect over TCP",
        "talk to a neighbour",
        "fork by clone3",
        "start a program",
        "trace another process",
    ],
)
def test_the_filter_alone_lets_it_read_and_no_more(tmp_path: Path, action: str) -> None:
    """The lower tier: every path is open to Landlock here, as where a kernel has none."""
    open_to_all = replace(script(HOSTILE), data=("/",))
    if attempt("echo", tmp_path).tier is Tier.LIMITED:
        pytest.skip("this system has limits alone, and `status` says so")
    assert attempt("read a system file", tmp_path, open_to_all).untrusted_output == b"done"
    assert attempt(action, tmp_path, open_to_all).untrusted_output.startswith(b"refused: ")


@pytest.mark.parametrize("action", ENDED)
def test_a_program_that_does_not_answer_soundly_is_ended(tmp_path: Path, action: str) -> None:
    ran = attempt(action, tmp_path)
    assert ran.ending is ENDED[action], ran
    assert len(ran.untrusted_output) <= LIMITS.output


def test_an_honest_program_reads_its_input_and_answers(tmp_path: Path) -> None:
    """Also the control: without it, all of the above would pass with a program that cannot start."""
    ran = attempt("echo", tmp_path)
    assert (ran.ending, ran.untrusted_output) == (Ending.DONE, INPUT), ran


@pytest.mark.parametrize(
    ("action", "argument"),
    [("read a system file", "/etc/passwd"), ("fork", ""), ("run a program", "")],
)
def test_without_the_profile_the_same_actions_work(action: str, argument: str) -> None:
    """The other control: it is the profile that stops them, not this machine."""
    command = [sys.executable, "-I", str(HOSTILE), action, argument]
    ran = subprocess.run(command, capture_output=True, check=True)  # noqa: S603  # our own script
    assert ran.stdout.strip() == b"done"


def test_it_is_confined_as_well_as_readers_are(tmp_path: Path) -> None:
    with Readers() as readers:
        assert attempt("echo", tmp_path).tier is readers.tier


def test_a_program_that_is_not_there_is_not_found() -> None:
    assert find_tool("no-such-program") is None


def test_no_program_is_taken_from_the_current_folder_or_from_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = tmp_path / "planted"
    planted.write_text("#!/bin/sh\n")
    planted.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:.")
    assert find_tool("planted") is None


def test_a_setting_names_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    monkeypatch.setenv("QANTAR_TESSERACT", str(other))
    found = find_tool("tesseract")
    assert found == Tool(program=str(other))
    monkeypatch.setenv("QANTAR_TESSERACT", "other")
    assert find_tool("tesseract") is None


def test_a_program_that_anybody_could_change_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o777)
    monkeypatch.setenv("QANTAR_TESSERACT", str(other))
    with pytest.raises(UnsafeToolError):
        find_tool("tesseract")


def test_a_file_that_is_no_program_is_told_as_not_started(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"\x7fELF no program")
    other.chmod(0o755)
    ran = run_tool(tool_at(str(other)), [])
    assert ran.ending is Ending.NOT_STARTED
    assert ran.untrusted_errors


def main() -> None:
    """Print each action and what became of it."""
    with tempfile.TemporaryDirectory() as folder:
        stopped, tier = 0, attempt("echo", Path(folder)).tier
        sys.stdout.write(f"tier: {tier}\n| action | outcome |\n|---|---|\n")
        for action in (*STOPPED, *ENDED):
            ran = attempt(action, Path(folder))
            said = (
                ran.untrusted_output[:100].decode()
                if ran.ending is Ending.DONE
                else ran.ending.words
            )
            stopped += b"done" not in ran.untrusted_output
            sys.stdout.write(f"| {action} | {said} |\n")
        sys.stdout.write(f"{stopped} of {len(STOPPED) + len(ENDED)} stopped\n")


if __name__ == "__main__":
    main()
