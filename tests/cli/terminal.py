"""A person at a terminal: a real one, with a command of ours behind it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

_AS_MAIN = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # this terminal is the one that /dev/tty means
from qantar.cli.main import main
main()
"""
_PATIENCE = 60.0  # seconds; a command that asks for nothing more is stopped


@dataclass(frozen=True)
class Session:
    """How a command on a terminal ended; `screen` is all that the terminal showed."""

    code: int
    out: str
    screen: str


def at_terminal(folder: Path, arguments: Sequence[object], answers: Sequence[str]) -> Session:
    """Run `qantar` with a terminal of its own, giving each answer when it is asked for one."""
    ours, theirs = pty.openpty()
    out = folder / "terminal.out"
    with out.open("wb") as results:
        command = subprocess.Popen(  # noqa: S603  # our own interpreter, our own words
            [sys.executable, "-c", _AS_MAIN, *map(str, arguments)],
            stdin=theirs,
            stdout=results,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        try:
            screen = _talk(ours, answers)
            code = command.wait(_PATIENCE)
        finally:
            command.kill()
            command.wait()
            os.close(ours)
    return Session(code=code, out=out.read_text(), screen=screen)


def _talk(ours: int, answers: Sequence[str]) -> str:
    """Read what the terminal shows, and answer whenever it waits behind a colon."""
    shown, left, end = b"", list(answers), monotonic() + _PATIENCE
    answered = 0
    while monotonic() < end:
        ready, _, _ = select.select([ours], [], [], 0.2)
        if ready:
            try:
                read = os.read(ours, 65536)
            except OSError:  # Linux says it like this when the command has ended
                break
            if not read:
                break
            shown += read
        elif shown.endswith(b": ") and len(shown) > answered and left:
            answered = len(shown)
            os.write(ours, left.pop(0).encode() + b"\n")
    return shown.decode()
