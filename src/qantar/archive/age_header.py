"""The head of an age file, looked at before any work is done for it.

An age file names its recipients in stanzas, and opening it tries each: a file that
says to have a million of them, or one that asks for scrypt at the highest cost,
would keep a laptop busy for hours. What Qantar makes has X25519 stanzas, few of
them, and the stanza of no meaning that the age library puts in to keep readers
honest.

Source: https://c2sp.org/age, "Header".
"""

from __future__ import annotations

import re
from typing import BinaryIO, Final

AGE_MAGIC: Final = b"age-encryption.org/v1\n"
MAX_HEADER: Final = 64 * 1024

_X25519: Final = b"X25519"
_GREASE: Final = b"-grease"
_STANZA = re.compile(rb"-> ([!-~]+)(?: [!-~]+)*")
_FULL, _LAST = re.compile(rb"[A-Za-z0-9+/]{64}"), re.compile(rb"[A-Za-z0-9+/]{0,63}")
_MAC = re.compile(rb"--- [A-Za-z0-9+/]{43}")


class UnsoundHeaderError(Exception):
    """This is no age file that Qantar opens; the message says why."""


class NoAgeFileError(UnsoundHeaderError):
    """This is something else altogether."""


def check_header(untrusted: BinaryIO) -> int:
    """Check the head of an age file, and go back to the file's beginning.

    Returns:
        How many recipients it names.

    Raises:
        UnsoundHeaderError: it is no age file, its head is over 64 KiB, or it is to be
            opened in another way than with an X25519 key.
    """
    head = untrusted.read(MAX_HEADER)
    untrusted.seek(0)
    if not head.startswith(AGE_MAGIC):
        message = "it is no age file"
        raise NoAgeFileError(message)
    recipients, body_open = 0, False
    for line in head[len(AGE_MAGIC) :].split(b"\n")[:-1]:
        if body_open:
            body_open = _goes_on(line)
        elif _MAC.fullmatch(line):
            return recipients
        else:
            recipients += _is_x25519(line)
            body_open = True
    message = f"its head is longer than {MAX_HEADER // 1024} KiB, or cut short"
    raise UnsoundHeaderError(message)


def _goes_on(line: bytes) -> bool:
    """Whether the body of a stanza goes on behind this line of it."""
    if _FULL.fullmatch(line):
        return True
    if not _LAST.fullmatch(line):
        message = "its head is damaged"
        raise UnsoundHeaderError(message)
    return False


def _is_x25519(line: bytes) -> bool:
    found = _STANZA.fullmatch(line)
    if found is None:
        message = "its head is damaged"
        raise UnsoundHeaderError(message)
    if found[1] != _X25519 and not found[1].endswith(_GREASE):
        kind = found[1][:40].decode("ascii")
        message = f"it is to be opened by {kind}, and only X25519 keys are taken"
        raise UnsoundHeaderError(message)
    return found[1] == _X25519
