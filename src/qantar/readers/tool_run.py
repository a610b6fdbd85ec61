"""Running one program of others on one input, confined; and believing nothing of what it gives.

    tool = find_tool("ffmpeg")
    ran = run_tool(tool, ["-i", "/dev/fd/0", …, "pipe:1"], file=descriptor, limits=Limits(…))

The input is standard input: a sealed file in memory (`workbench/lending.py`), which a program that
has to seek opens as `/dev/fd/0`. The answer is standard output, counted and capped. There
is no other file, no network, no second program and no variable but those given. Nothing
here raises for what a program does: `Ran.ending` tells it.
"""

from __future__ import annotations

import functools
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import IO, Final, Self

import msgspec

from qantar.errors import DiskError
from qantar.readers.caps import MIB
from qantar.readers.confinement import Means, Tier
from qantar.readers.tool import Tool
from qantar.readers.tool_launcher import Launch, Report

_MODULE: Final = "qantar.readers.tool_launcher"
_PIECE_BYTES: Final = 64 * 1024
_MAX_REPORT_BYTES: Final = 64 * 1024
_KEPT_ERROR_BYTES: Final = 8 * 1024
_MAX_ERROR_BYTES: Final = 16 * MIB
_PLAIN: Final = MappingProxyType({"LC_ALL": "C", "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"})


_VERSION: Final = re.compile(r"[0-9][0-9A-Za-z.+~-]{0,60}")


class Ending(StrEnum):
    """How a run ended."""

    DONE = "done"
    FAILED = "failed"
    NOT_STARTED = "not-started"
    TOO_SLOW = "too-slow"
    TOO_MUCH = "too-much"

    @property
    def words(self) -> str:
        """Complete the sentence "the program …"."""
        return _WORDS[self]


_WORDS: Final = {
    Ending.DONE: "finished",
    Ending.FAILED: "failed",
    Ending.NOT_STARTED: "could not be started",
    Ending.TOO_SLOW: "took too long and was stopped",
    Ending.TOO_MUCH: "answered more than it should and was stopped",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run may use.

    `seconds` are of processor time, `patience` of the clock; `memory` is bytes of address
    space, `output` the bytes that it may answer.
    """

    seconds: int = 120
    patience: float = 180
    memory: int = 2048 * MIB
    output: int = 64 * MIB


DEFAULT_LIMITS: Final = Limits()
_VERSION_LIMITS: Final = Limits(seconds=10, patience=60, output=64 * 1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of a run.

    `untrusted_output` is what it answered, whole where `ending` is DONE and otherwise
    what came until then. `untrusted_errors` is the beginning of what it complained of, or
    why it did not start. `code` is its exit code, negative for a signal. `tier` is how
    well it was confined.
    """

    untrusted_output: bytes
    untrusted_errors: str
    ending: Ending
    code: int
    tier: Tier


def run_tool(
    tool: Tool,
    arguments: Sequence[str],
    *,
    file: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Ran:
    """Run a program on a file, confined, and give what it answered.

    Args:
        tool: the program, with all that it may read.
        arguments: what follows its name; nothing of a file's own words belongs there.
        file: a descriptor to be its standard input, read from its beginning; it is left open.
        limits: what it may use.
        environment: variables that it gets beside those that keep it plain.

    Raises:
        DiskError: the system starts no process.
    """
    if file is not None:
        os.lseek(file, 0, os.SEEK_SET)
    launch = Launch(
        program=tool.program,
        arguments=(*tool.before, *arguments),
        environment={**_PLAIN, **environment},
        paths=tool.readable,
        executable=tool.executable,
        seconds=limits.seconds,
        memory=limits.memory,
    )
    status, theirs = os.pipe()
    try:
        process = _started(launch, file, theirs)
    except OSError as error:
        os.close(status)
        message = f"the process that runs {tool.program} could not be started: {error.strerror}."
        raise DiskError(message) from error
    finally:
        os.close(theirs)
    with _Run(process, status, limits) as run:
        return run.whole()


@functools.cache
def version_of(tool: Tool, option: str) -> tuple[str, Tier]:
    """Ask a program for its version, "unknown" where it says none; and tell how it was confined.

    Raises:
        DiskError: the system starts no process.
    """
    ran = run_tool(tool, [option], limits=_VERSION_LIMITS)
    said = (ran.untrusted_output or ran.untrusted_errors.encode()).decode("utf-8", "replace")
    found = _VERSION.search(said.split("\n", 1)[0])
    return (found[0] if found and ran.ending is Ending.DONE else "unknown"), ran.tier


def _started(launch: Launch, file: int | None, status: int) -> subprocess.Popen[bytes]:
    job = msgspec.json.encode(launch).decode()
    command = [sys.executable, "-I", "-m", _MODULE, str(status), job]
    return subprocess.Popen(  # noqa: S603  # our own program
        command,
        stdin=subprocess.DEVNULL if file is None else file,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[status],
        env={"LANG": "C.UTF-8"},
        cwd="/",
        start_new_session=True,
    )


class _Run:
    """One run: collects what comes on three pipes until it ends or has to be ended."""

    def __init__(self, process: subprocess.Popen[bytes], status: int, limits: Limits) -> None:
        self._process, self._limits = process, limits
        self._output, self._errors, self._status = bytearray(), bytearray(), bytearray()
        self._complaints = 0
        self._out, self._err = _descriptor(process.stdout), _descriptor(process.stderr)
        self._state = status
        self._until = time.monotonic() + limits.patience

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End it and all that it may have started, whatever became of it."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        os.close(self._state)

    def whole(self) -> Ran:
        """Wait for its end."""
        stopped = self._collect()
        if stopped is None:
            stopped = self._await_end()
        code = self._process.returncode if self._process.returncode is not None else 0
        report, failed = self._reported()
        ending = stopped or _ending(code, failed)
        return Ran(
            untrusted_output=bytes(self._output),
            untrusted_errors=failed or self._errors.decode("utf-8", "replace"),
            ending=ending,
            code=code,
            tier=Means(landlock=report.landlock, filter=report.filter).tier,
        )

    def _collect(self) -> Ending | None:
        """Take what comes until all pipes are closed; gives why it stopped before that."""
        poll = select.poll()
        open_pipes = {self._out, self._err, self._state}
        for pipe in open_pipes:
            poll.register(pipe, select.POLLIN | select.POLLHUP)
        while open_pipes:
            patience = self._until - time.monotonic()
            ready = poll.poll(patience * 1000) if patience > 0 else []
            if not ready:
                return Ending.TOO_SLOW
            for pipe, _ in ready:
                piece = os.read(pipe, _PIECE_BYTES)
                if not piece:
                    poll.unregister(pipe)
                    open_pipes.discard(pipe)
                elif not self._took(pipe, piece):
                    return Ending.TOO_MUCH
        return None

    def _took(self, pipe: int, piece: bytes) -> bool:
        """Keep a piece; gives whether there was room for it."""
        if pipe == self._out:
            room = self._limits.output - len(self._output)
            self._output += piece[:room]
            return len(piece) <= room
        if pipe == self._err:
            self._complaints += len(piece)
            self._errors += piece[: max(0, _KEPT_ERROR_BYTES - len(self._errors))]
            return self._complaints <= _MAX_ERROR_BYTES
        self._status += piece
        return len(self._status) <= _MAX_REPORT_BYTES

    def _await_end(self) -> Ending | None:
        try:
            self._process.wait(max(0.0, self._until - time.monotonic()))
        except subprocess.TimeoutExpired:
            return Ending.TOO_SLOW
        return None

    def _reported(self) -> tuple[Report, str]:
        """Give how it was confined, and why it did not begin, as our launcher said."""
        lines = bytes(self._status).splitlines()
        try:
            reports = [msgspec.json.decode(line, type=Report) for line in lines]
        except msgspec.DecodeError:
            reports = []
        if not reports:
            return Report(), "its launcher said nothing"
        return reports[0], reports[-1].failed


def _descriptor(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        message = "a run without pipes"
        raise RuntimeError(message)
    return pipe.fileno()


def _ending(code: int, failed: str) -> Ending:
    if failed:
        return Ending.NOT_STARTED
    if code == -signal.SIGXCPU:
        return Ending.TOO_SLOW
    return Ending.DONE if code == 0 else Ending.FAILED
