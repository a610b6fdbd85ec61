"""Every command on a closed case: nothing can be read in it, nothing leaves, one writes at a time."""

from __future__ import annotations

import io
import os
import stat
import sys
import time
import zlib
from collections.abc import Iterator
from itertools import chain

import pytest

from qantar.archive.lock import writing
from qantar.cli.main import qantar, run
from qantar.errors import CaseLockedError
from tests.faults import children
from tests.faults.canaries import folder_contents, search, spellings, written
from tests.faults.chance import chance
from tests.faults.day_at_work import Day, Line, canaries, canary, lived_in
from tests.faults.marks import sees_system_calls
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import reopen
from tests.faults.steps import Step

pytestmark = sees_system_calls


Lived = list[tuple[Line, tuple[Step, ...]]]

_FFMPEG, _TESSERACT = b"/usr/bin/ffmpeg", b"/usr/bin/tesseract"


@pytest.fixture(scope="module")
def whole_day() -> Iterator[tuple[Day, Lived]]:
    with scratch_folder() as folder:
        yield lived_in(folder)


@pytest.fixture(scope="module")
def day(whole_day: tuple[Day, Lived]) -> Day:
    return whole_day[0]


@pytest.fixture(scope="module")
def lived(whole_day: tuple[Day, Lived]) -> Lived:
    return whole_day[1]


def test_the_day_has_every_command_on_a_case(lived: Lived) -> None:
    with qantar.make_context("qantar", ["demo"]) as context:
        every = set(qantar.list_commands(context))
    assert {line.words[0] for line, _ in lived} == every - {"demo"}


def test_no_canary_can_be_read_in_what_was_written_or_kept(day: Day, lived: Lived) -> None:
    pieces = chain(*(written(steps) for _, steps in lived), folder_contents(day.watched))
    searched = search(pieces)
    assert searched.found == frozenset()
    assert searched.size > 1_000_000


def test_all_hundred_can_be_read_in_what_was_given(day: Day, lived: Lived) -> None:
    """The search itself is sound: every canary was there to be leaked."""
    given = chain(folder_contents(day.material), day.given(lived))
    assert search(given).found == set(canaries())


def test_a_canary_is_found_in_every_spelling_and_inside_of_what_is_packed() -> None:
    around = chance(1).randbytes(300)
    for number, word in enumerate(canaries()):
        for spelt in spellings(word):
            assert word in search([around + spelt + around], [word]).found
        packed = around + zlib.compress(b"before " * number + word.encode()) + around
        assert word in search([packed], [word]).found
    assert search([around * 100]).found == frozenset()


def test_a_plain_file_in_the_case_is_found(day: Day, lived: Lived) -> None:
    assert lived
    leak = day.case / "inbox" / "note"
    leak.write_bytes(f"to {canary(44)}".encode("utf-16-le"))
    try:
        assert search(folder_contents(day.watched)).found == {canary(44)}
    finally:
        leak.unlink()


def test_no_command_opens_a_socket_or_starts_a_program_but_confined_ones(lived: Lived) -> None:
    """Seen by the kernel, so also what a library would do."""
    outward = [(line.words[0], step) for line, steps in lived for step in steps if _goes_out(step)]
    assert outward == []


def test_no_command_writes_to_a_folder_for_temporary_files_or_to_the_home(lived: Lived) -> None:
    elsewhere = {step.path for _, steps in lived for step in steps if step.what != "mark"}
    assert {path for path in elsewhere if path.startswith(("tmp", "home"))} == set()


def test_all_files_are_their_owners_alone(day: Day, lived: Lived) -> None:
    assert lived
    for path in (day.case, *day.case.rglob("*"), *(day.watched / "new").rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


@pytest.fixture
def holder(day: Day, lived: Lived) -> Iterator[int]:
    """A process that holds the case's lock; its pid."""
    assert lived
    told, tell = os.pipe()

    def hold() -> None:
        with writing(reopen(day.case, canary(0))):
            os.write(tell, b"!")
            time.sleep(600)

    pid = children.start(hold)
    os.close(tell)
    assert os.read(told, 1) == b"!"
    yield pid
    children.kill(pid)
    children.wait(pid)
    os.close(told)


def test_the_second_writer_is_refused_and_told_who_is_writing(day: Day, holder: int) -> None:
    letter = str(next(day.material.glob("*.txt")))
    line = reopen(day.other, canary(0)).signer.public.line(None)
    for words in (
        ("add", letter),
        ("build",),
        ("decide", "withdraw", "a1", "--reason", "x"),
        ("publish", str(day.folder / "second"), "--yes"),
        ("keys add", "--passphrase", "--new-passphrase-file", str(letter)),
        ("keys shares", "--threshold", "2", "--of", "3"),
        ("keys remove", "1", "--yes"),
        ("erase", "a1", "--reason", "safety", "--yes"),
        ("bundle", str(day.folder / "bundle"), "--for", day.THIRD),
        ("merge", str(day.stick / "3")),
        ("devices invite", line, "--name", "fourth"),
        ("devices revoke", day.THIRD, "--yes"),
        ("witness request", str(day.folder / "second.tsq")),
        ("devices renew",),
    ):
        code, said = _said(day, words)
        assert code == CaseLockedError.exit_code, (words, said)
        assert f"process {holder} is writing" in said, words
    for words in (("status",), ("search", canary(20)), ("verify",), ("devices list",)):
        assert _said(day, words)[0] == 0


def _said(day: Day, words: tuple[str, ...]) -> tuple[int, str]:
    """Run a command in a process of its own: how it ended, and what it said of it."""

    def work() -> bytes:
        day.open()
        sys.stderr = told = io.StringIO()
        command, *rest = words
        case, key = str(day.case), str(day.passphrase)
        code = run([*command.split(), case, *rest, "--passphrase-file", key])
        return f"{code} {told.getvalue()}".encode()

    code, _, said = children.outcome(work).decode().partition(" ")
    return int(code), said


def _goes_out(step: Step) -> bool:
    """Whether a step leads out of the process, but to one that reads files and is confined.

    Those are Qantar's own reader; what becomes a program of others once it has confined itself;
    that program; and the system's loader, asked which libraries the program needs.
    """
    if step.what != "program":
        return step.what == "socket"
    words = step.data.split(b"\0")
    confined = b"qantar.readers.nursery", b"qantar.readers.tool_launcher"
    own = words[1:3] == [b"-I", b"-m"] and words[3] in confined
    asked = words[1:2] == [b"--list"] and words[2:] in ([_FFMPEG], [_TESSERACT])
    return not (own or asked or words[0] in (_FFMPEG, _TESSERACT))


def test_readers_are_started(lived: Lived) -> None:
    started = {line.words[0] for line, steps in lived for s in steps if s.what == "program"}
    assert {"add", "build"} & started
