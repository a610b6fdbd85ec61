"""The parent of readings: imports every reader once, gives up all it can, then only forks.

Run as a program of its own, so that no key of any case was ever in its memory:

    python -I -m qantar.readers.nursery FD REGISTRY [FOLDER…]

It is handed jobs through the socket FD, each with the file (read only) and the pipe for
the answer. For each it forks one child, which reads that file and ends; none is used
twice, so that one file cannot forge what is said of the next. It never looks at the
material itself.
"""

from __future__ import annotations

import codecs
import encodings
import gc
import importlib
import os
import pkgutil
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, Final, TypeAlias

import msgspec

from qantar.errors import InputRefusedError
from qantar.readers.answer import DocumentWriter
from qantar.readers.confinement import Means, Tier, confine, die_with_parent, limit, narrow, prepare
from qantar.readers.job import MAX_JOB_BYTES, Job
from qantar.readers.system_calls import COMPUTING, READING, SERVING

REGISTRY: Final = "qantar.readers.registry"
STOP: Final = b"stop"
_RARELY: Final = 100_000  # objects; readers make few cycles, and looking for them takes an eighth

Read: TypeAlias = Callable[[BinaryIO, Job, DocumentWriter], None]


def main() -> None:
    """Serve until the other end of the socket is closed."""
    control = socket.socket(fileno=int(sys.argv[1]))
    sys.path[:0] = sys.argv[3:]
    read: Read = importlib.import_module(sys.argv[2]).read
    _load_codecs()
    prepare(COMPUTING, READING)
    os.umask(0o077)
    os.chdir("/")
    die_with_parent()
    gc.collect()
    gc.freeze()  # what is shared with the children stays shared
    means = confine(SERVING)
    control.sendmsg([msgspec.json.encode({"landlock": means.landlock, "filter": means.filter})])
    while True:
        data, handed, _, _ = socket.recv_fds(control, MAX_JOB_BYTES + 1, 2)
        if not data:
            return
        if len(handed) == 2:  # noqa: PLR2004  # the file, and the pipe
            _serve(control, data, handed[0], handed[1], read, means)


def _load_codecs() -> None:
    """Load every encoding now: later there is no path to load one from."""
    for module in pkgutil.iter_modules(encodings.__path__):
        with suppress(ImportError, LookupError):  # those of another system
            codecs.lookup(module.name)


def _serve(
    control: socket.socket, data: bytes, file: int, answer: int, read: Read, means: Means
) -> None:
    """Have one child read one file, and tell how it ended."""
    child = os.fork()
    if child == 0:
        control.close()
        _be_child(data, file, answer, read, means)
    os.close(file)
    os.close(answer)
    ended = _await(control, child)
    control.sendmsg([msgspec.json.encode({"ended": ended})])


def _await(control: socket.socket, child: int) -> int:
    """Wait for the child's end, or end it when the other side asks or is gone."""
    if sys.platform != "linux":
        return os.waitpid(child, 0)[1]
    handle = os.pidfd_open(child)
    try:
        both = select.poll()
        both.register(control, select.POLLIN | select.POLLHUP)
        both.register(handle, select.POLLIN)
        ready = {at for at, _ in both.poll()}
        if handle not in ready:
            gone = not control.recv(MAX_JOB_BYTES)
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
            os.waitpid(child, 0)
            if gone:
                os._exit(0)
            return signal.SIGKILL
        return os.waitpid(child, 0)[1]
    finally:
        os.close(handle)


def _be_child(data: bytes, file: int, answer: int, read: Read, means: Means) -> None:
    """Read the file and write the answer, with nothing left but that; never returns."""
    status = 1
    try:
        die_with_parent()
        limit()
        gc.set_threshold(_RARELY)
        if means.tier is Tier.LIMITED or narrow(COMPUTING, READING):
            status = _read(data, file, answer, read)
    finally:
        os._exit(status)


def _read(data: bytes, file: int, answer: int, read: Read) -> int:
    with open(file, "rb") as source, open(answer, "wb") as out:  # descriptors
        writer = DocumentWriter(out)
        try:
            read(source, Job.from_bytes(data), writer)
        except InputRefusedError as error:
            writer.refuse(error)
        except MemoryError:
            writer.abandon("it needs more memory than a reader may have")
        except Exception as error:  # noqa: BLE001  # whatever a hostile file made it do ends here
            writer.abandon(f"the reader failed ({type(error).__name__})")
        writer.finish()
    return 0


if __name__ == "__main__":
    main()
