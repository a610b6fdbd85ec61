"""A registry whose readers do what a hostile file would have them do; only tests ask for it."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from qantar.readers.answer import DocumentWriter
from qantar.readers.job import Job

GIB = 1024**3


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Do what the file's name says, and answer whether it was possible."""
    out.begin(reader="hostile", version=1, media_type="text/plain")
    source.seek(0)
    argument = source.read().decode()
    try:
        done = ACTIONS[job.name](argument, out)
    except OSError as error:
        done = f"refused: {error.strerror}"
    except subprocess.SubprocessError as error:
        done = f"refused: {error}"
    out.text(done)
    out.end()


def read_system_file(_: str, _out: DocumentWriter) -> str:
    return Path("/etc/passwd").read_text(encoding="utf-8")[:4] and "done"


def read_key(path: str, _out: DocumentWriter) -> str:
    return "done" if Path(path).read_bytes() else "empty"


def write_file(path: str, _out: DocumentWriter) -> str:
    Path(path).write_text("taken", encoding="utf-8")
    return "done"


def connect_tcp(port: str, _out: DocumentWriter) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
        tcp.connect(("127.0.0.1", int(port)))
    return "done"


def send_udp(port: str, _out: DocumentWriter) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"found", ("127.0.0.1", int(port)))
    return "done"


def run_program(_: str, _out: DocumentWriter) -> str:
    os.execv("/bin/true", ["true"])  # noqa: S606  # it is refused
    return "done"


def start_program(_: str, _out: DocumentWriter) -> str:
    subprocess.run([sys.executable, "-c", "0"], check=True)
    return "done"


def signal_parent(pid: str, _out: DocumentWriter) -> str:
    os.kill(int(pid) if pid else os.getppid(), signal.SIGTERM)
    return "done"


def take_memory(_: str, _out: DocumentWriter) -> str:
    return "done" if bytearray(3 * GIB) else "empty"


def look_at_parent(_: str, _out: DocumentWriter) -> str:
    return f"done: {len(Path('/proc/self/environ').read_bytes())} bytes"


def trace(pid: str, _out: DocumentWriter) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, int(pid), 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "done"


def signal_by_descriptor(pid: str, _out: DocumentWriter) -> str:
    """F_SETOWN and O_ASYNC: the kernel sends the signal in the process's name."""
    import fcntl  # noqa: PLC0415

    fcntl.fcntl(1, fcntl.F_SETOWN, int(pid))
    return "done"


def fork_bomb(_: str, _out: DocumentWriter) -> str:
    for _at in range(100):
        if os.fork() == 0:
            os._exit(0)
    return "done"


def start_threads(_: str, _out: DocumentWriter) -> str:
    """One may be started, as a library for pictures does; not as many as one likes."""
    stop = threading.Event()
    try:
        for _at in range(100_000):
            threading.Thread(target=stop.wait, daemon=True).start()
    except RuntimeError as error:
        return f"refused: {error}"
    return "done"


def hang(_: str, _out: DocumentWriter) -> str:
    time.sleep(600)
    return "done"


def flood(_: str, out: DocumentWriter) -> str:
    while True:
        out._out.write(b"\xff" * (1 << 20))


def forge(_: str, out: DocumentWriter) -> str:
    out._out.write(struct.pack(">I", 0xFFFFFFFF))
    return "done"


def lie(_: str, out: DocumentWriter) -> str:
    out._out.write(struct.pack(">I", 2) + b"[]" + struct.pack(">I", 7) + b"garbage")
    return "done"


def die(_: str, _out: DocumentWriter) -> str:
    os._exit(0)


def crash(_: str, _out: DocumentWriter) -> str:
    ctypes.string_at(1)
    return "done"


def fail(argument: str, _out: DocumentWriter) -> str:
    raise ValueError(argument)


def leak(_: str, _out: DocumentWriter) -> str:
    """Write wherever it can: every descriptor that is open."""
    for at in range(64):
        with suppress(OSError):
            os.write(at, b'{"ended":0}')
    return "done"


ACTIONS: dict[str, Callable[[str, DocumentWriter], str]] = {
    "read a system file": read_system_file,
    "read the key of a case": read_key,
    "write a file": write_file,
    "connect over TCP": connect_tcp,
    "send over UDP": send_udp,
    "run a program": run_program,
    "start a program": start_program,
    "signal its parent": signal_parent,
    "take 3 GiB of memory": take_memory,
    "look at its own /proc": look_at_parent,
    "trace another process": trace,
    "have the kernel signal another": signal_by_descriptor,
    "fork": fork_bomb,
    "start threads without end": start_threads,
    "hang": hang,
    "flood": flood,
    "forge": forge,
    "lie": lie,
    "die": die,
    "crash": crash,
    "fail": fail,
    "leak": leak,
}
