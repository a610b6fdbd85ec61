"""A program that does what a hostile input may make Tesseract or FFmpeg do.

It is run as a program of others: the interpreter, this file and its library are all that it
may read. It says "done" where an action worked, and "refused" where the system said no.
"""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

GIB = 1024**3
PR_SET_DUMPABLE, PTRACE_ATTACH, F_SETOWN, F_SETSIG = 4, 16, 8, 10


def read_file(path: str) -> None:
    Path(path).read_bytes()


def list_folder(path: str) -> None:
    list(Path(path).iterdir())


def write_file(path: str) -> None:
    Path(path).write_text("written")


def change_its_input(_: str) -> None:
    with Path("/dev/fd/0").open("r+b", buffering=0) as file:
        file.write(b"other bytes")


def connect(port: str) -> None:
    socket.create_connection(("127.0.0.1", int(port)), timeout=2).close()


def send(port: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"x", ("127.0.0.1", int(port)))


def talk_to_a_neighbour(_: str) -> None:
    socket.socketpair()


def become(_: str) -> None:
    os.execv("/bin/sh", ["sh", "-c", "echo done"])  # noqa: S606  # it is refused


def start(_: str) -> None:
    os.posix_spawn("/bin/sh", ["sh", "-c", "echo done"], {})


def fork(_: str) -> None:
    if os.fork() == 0:
        os._exit(0)


def fork_unseen(_: str) -> None:
    """Ask for a process by the call whose wishes a filter cannot look at."""
    wishes = (ctypes.c_uint64 * 8)()
    wishes[4] = signal.SIGCHLD
    made = ctypes.CDLL(None, use_errno=True).syscall(435, wishes, ctypes.sizeof(wishes))
    if made == 0:
        os._exit(0)
    if made < 0:
        raise OSError(ctypes.get_errno(), "clone3")


def signal_parent(pid: str) -> None:
    os.kill(int(pid), signal.SIGURG)  # which does nothing to whoever gets it


def trace(pid: str) -> None:
    if ctypes.CDLL(None, use_errno=True).ptrace(PTRACE_ATTACH, int(pid), 0, 0):
        raise OSError(ctypes.get_errno(), "ptrace")


def signal_through_the_kernel(pid: str) -> None:
    fcntl.fcntl(0, F_SETOWN, int(pid))


def take_memory(_: str) -> None:
    with mmap.mmap(-1, 3 * GIB):
        pass


def look_at_parent(pid: str) -> None:
    Path(f"/proc/{pid}/environ").read_bytes()


def unnamed_file(_: str) -> None:
    os.memfd_create("hidden")


def raise_limits(_: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def hang(_: str) -> None:
    while True:
        time.sleep(1)


def spin(_: str) -> None:
    while True:
        pass


def flood(_: str) -> None:
    while True:
        os.write(1, b"x" * 65536)


def complain(_: str) -> None:
    while True:
        os.write(2, b"x" * 65536)


def die(_: str) -> None:
    ctypes.string_at(1)


def fail(_: str) -> None:
    os._exit(3)


def close_and_stay(_: str) -> None:
    for pipe in (0, 1, 2):
        os.close(pipe)
    while True:
        time.sleep(1)


def echo(_: str) -> None:
    """What an honest program does: read its input, use a thread, answer."""
    worker = threading.Thread(target=lambda: os.write(1, sys.stdin.buffer.read()))
    worker.start()
    worker.join()


ACTIONS: dict[str, Callable[[str], None]] = {
    "read a system file": read_file,
    "read the key of a case": read_file,
    "list a folder": list_folder,
    "write a file": write_file,
    "change its input": change_its_input,
    "connect over TCP": connect,
    "send over UDP": send,
    "talk to a neighbour": talk_to_a_neighbour,
    "run a program": become,
    "start a program": start,
    "fork": fork,
    "fork by clone3": fork_unseen,
    "signal its parent": signal_parent,
    "trace another process": trace,
    "have the kernel signal another": signal_through_the_kernel,
    "take 3 GiB of memory": take_memory,
    "look at its parent": look_at_parent,
    "make a file in memory": unnamed_file,
    "raise its limits": raise_limits,
    "hang": hang,
    "spin": spin,
    "flood": flood,
    "complain without end": complain,
    "die": die,
    "fail": fail,
    "close its pipes and stay": close_and_stay,
    "echo": echo,
}


def main() -> None:
    try:
        ACTIONS[sys.argv[1]](sys.argv[2])
    except (OSError, MemoryError, ValueError) as error:
        sys.stdout.write(f"refused: {type(error).__name__}: {error}")
        return
    if sys.argv[1] != "echo":
        sys.stdout.write("done")


if __name__ == "__main__":
    main()
