"""Where a passphrase comes from: a named file, or the terminal. Never argv, never environment.

Arguments and environment of a process can be read by others on the same machine and
end up in histories and logs; a hidden line typed at the terminal does not.
"""

from __future__ import annotations

import getpass
import os
import warnings
from pathlib import Path
from typing import Final

import click

from qantar.cli.output import escaped, tell
from qantar.errors import CaseKeyError, DiskError, InputRefusedError, MissingPathError

MOST_CHARACTERS: Final = 1024
LEAST_CHARACTERS: Final = 8
ADVICE: Final = (
    "Take five or six words that chance picked, with dice or by opening a book: they are hard to "
    "guess and can be kept in the head."
)
_TERMINAL: Final = "/dev/tty"
_MOST_BYTES: Final = 64 * 1024
_IDENTITY_START: Final = "AGE-SECRET-KEY-1"
_TRIES: Final = 3


def from_file(path: Path) -> str:
    """Read what opens a case from a file.

    The first line is the passphrase, without the end of the line. A file as
    `age-keygen` writes it, comments and one line `AGE-SECRET-KEY-1…`, gives that line.

    Raises:
        MissingPathError: there is no such file.
        InputRefusedError: it is empty, not UTF-8, or longer than any passphrase.
        DiskError: it cannot be read.
    """
    lines = _text(path).splitlines() or [""]
    spoken = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if spoken and spoken[0].upper().startswith(_IDENTITY_START):
        return spoken[0]
    if not lines[0]:
        message = "the first line of this passphrase file is empty."
        hint = "Write the passphrase, or the line of an age identity, on its first line."
        raise InputRefusedError(message, where=str(path), next=hint)
    if len(lines[0]) > MOST_CHARACTERS:
        raise _too_long(path)
    return lines[0]


def from_share_file(path: Path) -> str:
    """Read the words of one recovery share from a file; lines that begin with # are left out.

    Raises:
        MissingPathError, InputRefusedError, DiskError: as `from_file`.
    """
    lines = _text(path).splitlines()
    return " ".join(line for line in lines if not line.startswith("#"))


def ask(prompt: str, *, option: str = "--passphrase-file") -> str:
    """Ask for one line on the terminal without showing it.

    Args:
        prompt: what is asked for.
        option: what to give instead where there is no terminal.

    Raises:
        CaseKeyError: there is no terminal, or it cannot hide what is typed.
        InputRefusedError: what was typed is no text in the terminal's encoding.
        click.Abort: the person ended the input.
    """
    _need_terminal(option)
    try:
        with warnings.catch_warnings():
            # Python would fall back to a line that everybody in the room can read.
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(escaped(prompt))
    except getpass.GetPassWarning as error:
        message = "this terminal cannot hide what is typed."
        raise CaseKeyError(message, next=f"Give a file with {option}.") from error
    except UnicodeDecodeError:
        raise _no_text() from None
    except EOFError:
        raise click.Abort from None


def ask_openly(prompt: str, *, option: str) -> str:
    """Ask for one line on the terminal that shows while it is typed: a row of many words.

    Args, Raises:
        As `ask`.
    """
    _need_terminal(option)
    with (
        open(_TERMINAL, "rb", buffering=0) as typed,  # noqa: PTH123  # a device, not a path of ours
        open(_TERMINAL, "wb", buffering=0) as shown,  # noqa: PTH123
    ):
        shown.write(escaped(prompt).encode("utf-8", "backslashreplace"))
        line = typed.readline()
    if not line:
        raise click.Abort
    try:
        return line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise _no_text() from None


def new_passphrase(path: Path | None, *, option: str = "--new-passphrase-file") -> str:
    """Give a new passphrase: from a file, or asked twice on the terminal.

    Args:
        path: the file, where one was named.
        option: how to name one.

    Raises:
        InputRefusedError: it is too short, or was typed in two ways three times.
        MissingPathError, DiskError: as `from_file`.
        CaseKeyError: there is no terminal to ask on.
    """
    if path is not None:
        given = from_file(path)
        fault = _fault(given)
        if fault:
            raise InputRefusedError(fault, where=str(path), next=ADVICE)
        return given
    _need_terminal(option)
    tell(ADVICE)
    for _ in range(_TRIES):
        given = ask("New passphrase: ", option=option)
        fault = _fault(given)
        if fault is None and ask("The same again: ", option=option) == given:
            return given
        tell(fault or "The two are not the same.")
    message = "no new passphrase was given."
    raise InputRefusedError(message, next="Nothing was changed; run the command again.")


def _fault(passphrase: str) -> str | None:
    """Say why this is no new passphrase; None when it can be one."""
    if passphrase.upper().startswith(_IDENTITY_START):
        return "this is an age identity, not a passphrase: add it with --device and its recipient."
    if len(passphrase) < LEAST_CHARACTERS:
        return f"a new passphrase has at least {LEAST_CHARACTERS} characters."
    if len(passphrase) > MOST_CHARACTERS:
        return f"a passphrase has at most {MOST_CHARACTERS:,} characters."
    return None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        message = "there is no such passphrase file."
        raise MissingPathError(message, where=str(path), next="Check the path.") from None
    except OSError as error:
        message = f"this passphrase file cannot be read: {error.strerror or error}."
        hint = "Check that it is a file and that you may read it."
        raise DiskError(message, where=str(path), next=hint) from error
    if len(data) > _MOST_BYTES:
        raise _too_long(path)
    try:
        # Some editors write a mark before the first letter; nobody types it.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "this passphrase file is not UTF-8 text."
        hint = "Save it as UTF-8, so that it means the same on every machine."
        raise InputRefusedError(message, where=str(path), next=hint) from None


def _need_terminal(option: str) -> None:
    try:
        os.close(os.open(_TERMINAL, os.O_RDWR | os.O_NOCTTY))
    except OSError:
        message = "what opens the case is needed, and there is no terminal to ask for it on."
        hint = f"Give a file that holds it with {option}."
        raise CaseKeyError(message, next=hint) from None


def _no_text() -> InputRefusedError:
    """Without the cause, which would quote what was typed."""
    message = "what was typed is no text in the terminal's encoding."
    hint = "Set the terminal to UTF-8, or give a file instead: see --help."
    return InputRefusedError(message, next=hint)


def _too_long(path: Path) -> InputRefusedError:
    message = (
        f"this is no passphrase file: a passphrase has at most {MOST_CHARACTERS:,} characters."
    )
    return InputRefusedError(message, where=str(path), next="Check the path.")
