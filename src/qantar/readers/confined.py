"""Reading files in confined processes: hand each over, and believe nothing of the answer."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Final, Self, TypeVar

import msgspec

from qantar.errors import DiskError
from qantar.model.finding import Severity
from qantar.readers.answer import (
    UNKNOWN_TYPE,
    UNREAD,
    Begin,
    Carry,
    End,
    Noted,
    Picture,
    Quoted,
    Sound,
    Text,
    UnsoundAnswerError,
    records,
    records_and_pictures,
)
from qantar.readers.caps import MAX_READER_SECONDS, MAX_SILENT_SECONDS
from qantar.readers.confinement import Means, Tier
from qantar.readers.job import Job
from qantar.readers.memory import file_in_memory, write_whole
from qantar.readers.nursery import REGISTRY, STOP

_MODULE: Final = "qantar.readers.nursery"
_MAX_MESSAGE: Final = 64 * 1024
_LONGEST_START: Final = 60  # seconds
_PIPE_BYTES: Final = 1024 * 1024
_Record = TypeVar("_Record", Sound, "Sound | Picture")


class _Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    landlock: int = 0
    filter: bool = False
    ended: int = 0


class Readers:
    """A parent of readings, started when it is first asked; use it in a `with` block.

    Args:
        registry: the module whose `read` reads a file.
        silence: seconds without an answer after which a reading is given up.
        path: folders to look for the registry in, before all others.
    """

    def __init__(
        self,
        *,
        registry: str = REGISTRY,
        silence: float = MAX_SILENT_SECONDS,
        path: tuple[str, ...] = (),
    ) -> None:
        """Start nothing yet."""
        self._registry, self._silence, self._path = registry, silence, path
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._means: Means | None = None
        self._is_ending = False
        self._carried: int | None = None
        self._held = ExitStack()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the parent of readings."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._control = None
        self._is_ending = False

    @property
    def tier(self) -> Tier:
        """How well readings are confined here.

        Raises:
            DiskError: the system starts no process.
        """
        self._start()
        return self._means.tier if self._means else Tier.LIMITED

    @property
    def carried(self) -> int | None:
        """A file in memory with the film that the open document carried out, if it did.

        It stays until the next document begins, or the reading ends.
        """
        return self._carried

    def _carry(self, data: bytes) -> None:
        if self._carried is None:
            self._carried = self._held.enter_context(file_in_memory())
        write_whole(self._carried, data)

    def _put_down(self) -> None:
        self._carried = None
        self._held.close()

    def read(self, file: int, job: Job) -> Iterator[Sound]:
        """Read a file as `look` does; a picture that it shows ends it, for nobody looks at it."""
        return self._read(file, job, records)

    def look(self, file: int, job: Job) -> Iterator[Sound | Picture]:
        """Read a file; gives what was sound, and a finding `unparsed` where it ended badly.

        At least one document is given, and each one is ended.

        Args:
            file: a descriptor that can be read only; it is left open.
            job: what is asked.

        Raises:
            DiskError: the system starts no process.
        """
        return self._read(file, job, records_and_pictures)

    def _read(
        self, file: int, job: Job, decoded: Callable[[_Patient, Carry | None], Iterator[_Record]]
    ) -> Iterator[_Record | Sound]:
        control = self._start()
        answer, write = os.pipe()
        _widen(write)
        try:
            socket.send_fds(control, [job.to_bytes()], [file, write])
        finally:
            os.close(write)
        whole = _Whole()
        stream = _Patient(answer, self._silence)
        finished = False
        try:
            for record in decoded(stream, self._carry if job.films else None):
                whole.see(record)
                if isinstance(record, Begin):
                    self._put_down()
                yield record
            finished = True
        except UnsoundAnswerError as error:
            why = stream.given_up or str(error)
            status = self._end(control, stop=True)
            finished = True
            yield from whole.broken_off(_cause(status) if not stream.given_up else why, why)
        else:
            self._is_ending = True  # while it does, its answer is used
        finally:
            stream.close()
            self._put_down()
            if not finished:
                self._end(control, stop=True)

    def _start(self) -> socket.socket:
        if self._is_ending and self._control is not None:
            self._end(self._control, stop=False)
        if self._control is not None:
            return self._control
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-I", "-m", _MODULE, str(theirs.fileno()), self._registry]
        command += self._path
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own program
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                # Libraries that compute start threads when they are loaded, and a child has none.
                env={"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                cwd="/",
            )
        except OSError as error:
            message = f"the process that reads files could not be started: {error.strerror}."
            raise DiskError(message) from error
        theirs.close()
        ours.settimeout(_LONGEST_START)
        said = _received(ours)
        ours.settimeout(self._silence)
        if said is None:
            message = "the process that reads files did not start."
            hint = "Install Qantar anew, then try again."
            raise DiskError(message, next=hint)
        self._means = Means(landlock=said.landlock, filter=said.filter)
        self._control = ours
        return ours

    def _end(self, control: socket.socket, *, stop: bool) -> int | None:
        """Wait for the child's end, ending it first if asked; gives how it ended, if told."""
        self._is_ending = False
        if stop:
            # Had it ended already, the word comes to nobody and is read as no job.
            with suppress(OSError):
                control.sendmsg([STOP])
        said = _received(control)
        if said is None:
            # A parent of readings that is gone is replaced by the next reading.
            self.__exit__(None, None, None)
            return None
        return said.ended


class _Patient:
    """The reading end of a pipe that gives up after a silence, and after a time in all."""

    def __init__(self, pipe: int, silence: float) -> None:
        self._pipe, self._silence = pipe, silence
        self._left = 2.0 * MAX_READER_SECONDS
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN)
        self._buffer = bytearray()
        self.given_up = ""

    def read(self, size: int) -> bytes:
        """Give so many bytes; fewer at the end, or when it was given up."""
        while len(self._buffer) < size:
            patience, began = min(self._silence, self._left), time.monotonic()
            if patience <= 0 or not self._poll.poll(patience * 1000):
                self.given_up = "it took too long and was stopped"
                break
            # What is done with an answer, as reading it by sight, takes none of the reader's time.
            self._left -= time.monotonic() - began
            piece = os.read(self._pipe, _PIPE_BYTES)
            if not piece:
                break
            self._buffer += piece
        given = bytes(self._buffer[:size])
        del self._buffer[:size]
        return given

    def close(self) -> None:
        """Close it."""
        os.close(self._pipe)


class _Whole:
    """Remembers what is open, so that a broken answer still ends its documents."""

    def __init__(self) -> None:
        self._begun = self._is_open = False
        self._chars = 0

    def see(self, record: Sound | Picture) -> None:
        if isinstance(record, Begin):
            self._begun = self._is_open = True
            self._chars = 0
        elif isinstance(record, Text):
            self._chars += len(record.text)
        elif isinstance(record, End):
            self._is_open = False

    def broken_off(self, cause: str, said: str) -> Iterator[Sound]:
        """Say why the rest is missing, in the document that was open, or in one of its own."""
        if not self._is_open:
            name = "1" if not self._begun else "unread"
            begin = Begin(id=name, reader=UNREAD, version=1, media_type=UNKNOWN_TYPE)
            self.see(begin)
            yield begin
        text = f"Not all of it was read: {cause or f'the reader {said}'}. The original is kept."
        yield Noted(code="unparsed", text=text, severity=Severity.LOSS)
        self._is_open = False
        yield End(chars=self._chars)


def _cause(status: int | None) -> str:
    """Say how a child ended, where that tells more than its answer does."""
    if status is None or not os.WIFSIGNALED(status):
        return ""
    ended_by = os.WTERMSIG(status)
    if ended_by == signal.SIGXCPU:
        return f"it took more than {MAX_READER_SECONDS} seconds of processor time"
    if ended_by in (signal.SIGKILL, signal.SIGTERM):
        return ""
    return f"the reader was ended by the system (signal {ended_by})"


def _received(control: socket.socket) -> _Message | None:
    try:
        data = control.recv(_MAX_MESSAGE)
        return msgspec.json.decode(data, type=_Message) if data else None
    except (OSError, msgspec.DecodeError):
        return None


def _widen(pipe: int) -> None:
    if sys.platform == "linux":
        import fcntl  # noqa: PLC0415  # Linux only

        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


__all__ = ["Quoted", "Readers"]
