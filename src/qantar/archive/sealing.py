"""One object as an age file: encrypted and hashed in one pass, padded, of any size.

The padding stands inside the age payload, behind the content: `age -d` gives the
content and zeros, and the true length says where the content ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

import pyrage

from qantar.archive.age_header import MAX_HEADER, UnsoundHeaderError, check_header
from qantar.archive.age_keys import identity
from qantar.archive.disk import disk_refusals
from qantar.archive.padding import padme

LEAST_BYTES: Final = 4096
_CHUNK: Final = 1024 * 1024
_AGE_NONCE: Final = 16  # bytes, between the head and the payload
# Not in the words of the age library, which advise to upgrade.
_UNSOUND: Final = "it is damaged, cut short, or sealed under another key"


class Readable(Protocol):
    """Something bytes are read from, as `BinaryIO` is."""

    def read(self, size: int, /) -> bytes:
        """Give at most `size` bytes; none at the end."""


class _Content:
    """What age reads: the material, hashed on the way, then zeros up to the padded size."""

    def __init__(self, source: Readable) -> None:
        """Begin at the beginning of the material."""
        self.source, self.digest, self.size = source, hashlib.sha256(), 0
        self.zeros = -1
        self.ready = b""
        self.at = 0
        # The source may be a stick that is pulled out: its failure is not the case's disk failing.
        self.name = Path(str(getattr(source, "name", "the material")))

    def read(self, most: int = -1) -> bytes:
        """Give the next bytes; age asks for a few thousand at a time."""
        if self.zeros < 0 and self.at >= len(self.ready):
            self._fetch()
        if self.zeros >= 0:
            given = bytes(min(most, self.zeros) if most >= 0 else self.zeros)
            self.zeros -= len(given)
            return given
        end = len(self.ready) if most < 0 else self.at + most
        given = self.ready[self.at : end]
        self.at += len(given)
        return given

    def _fetch(self) -> None:
        with disk_refusals("reading the material", self.name):
            self.ready, self.at = self.source.read(_CHUNK), 0
        self.digest.update(self.ready)
        self.size += len(self.ready)
        if not self.ready:
            self.zeros = padme(self.size, least=LEAST_BYTES) - self.size


class _Opened:
    """What age writes to: the content goes on, the padding is looked at and dropped."""

    def __init__(self, size: int, take: Callable[[bytes], object]) -> None:
        """Expect `size` bytes of content."""
        self.left, self.padding, self.clean, self.take = size, 0, True, take

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        content = data if len(data) <= self.left else data[: self.left]
        if content:
            self.left -= len(content)
            self.take(content)
        if len(content) < len(data):
            rest = data[len(content) :]
            self.padding += len(rest)
            self.clean = self.clean and rest.count(0) == len(rest)
        return len(data)


class _Measured:
    """What age writes to when several lengths were said: hashed up to each of them in one pass."""

    def __init__(self, sizes: Iterable[int]) -> None:
        """Begin with nothing."""
        self._digest, self._left = hashlib.sha256(), sorted(set(sizes))
        self.at: dict[int, str] = {}
        self.size, self.end = 0, 0
        self._mark()

    def write(self, data: bytes) -> int:
        """Take the next bytes; `end` is where the last one stands that is no zero."""
        begun = len(data.rstrip(b"\0"))
        self.end = self.size + begun if begun else self.end
        rest = memoryview(data)
        while rest and self._left:
            piece = rest[: self._left[0] - self.size]
            self._digest.update(piece)
            self.size, rest = self.size + len(piece), rest[len(piece) :]
            self._mark()
        self.size += len(rest)
        return len(data)

    def _mark(self) -> None:
        while self._left and self._left[0] == self.size:
            self.at[self._left.pop(0)] = self._digest.hexdigest()


class Door:
    """A reader or writer handed to age, which would turn what goes wrong here into its own error.

    `failure` keeps what went wrong, so that a full disk is told as a full disk.
    """

    def __init__(self, behind: object) -> None:
        """Pass on to `behind`, which reads, writes, or both."""
        self.behind: Any = behind
        self.failure: BaseException | None = None

    def read(self, most: int = -1) -> bytes:
        """Read on."""
        try:
            data: bytes = self.behind.read(most)
        except BaseException as error:
            self.failure = error
            raise
        return data

    def write(self, data: bytes) -> int:
        """Write on."""
        try:
            self.behind.write(data)
        except BaseException as error:
            self.failure = error
            raise
        return len(data)

    def flush(self) -> None:
        """Leave it to whoever settles the file."""


class UnsoundObjectError(Exception):
    """It does not decrypt, is shorter than it was, or holds something where zeros must be."""


def encrypt(source: Readable, target: BinaryIO, secret: bytes) -> tuple[str, int]:
    """Encrypt all of `source` to the identity of `secret`; memory does not depend on the size.

    Returns:
        Hex SHA-256 and length in bytes of what was read.

    Raises:
        DiskError: `source` cannot be read.
    """
    content = _Content(source)
    reading, writing = Door(content), Door(target)
    try:
        pyrage.encrypt_io(reading, writing, [identity(secret).to_public()])
    except (pyrage.EncryptError, OSError):
        tell_of(reading, writing)
        raise
    return content.digest.hexdigest(), content.size


def decrypt(
    untrusted: BinaryIO, secret: bytes, *, size: int, take: Callable[[bytes], object]
) -> None:
    """Decrypt an object and give its content, `size` bytes, to `take`, piece by piece.

    What was given is to be thrown away if this raises.

    Raises:
        UnsoundObjectError: it is no whole object of this secret and size.
    """
    opened = _Opened(size, take)
    reading, writing = Door(untrusted), Door(opened)
    try:
        pyrage.decrypt_io(reading, writing, [identity(secret)])
    except (pyrage.DecryptError, OSError) as error:
        # age tells damage of the header as the first, damage of the payload as the second.
        tell_of(reading, writing)
        raise UnsoundObjectError(_UNSOUND) from error
    padded = padme(size, least=LEAST_BYTES)
    if opened.left or not opened.clean or size + opened.padding != padded:
        message = "it holds another length, or something behind its end"
        raise UnsoundObjectError(message)


def content_hash(untrusted: BinaryIO, secret: bytes, *, size: int) -> str:
    """Decrypt an object and give the hex SHA-256 of its content.

    Raises:
        UnsoundObjectError: it is not a whole object of this size and secret.
    """
    digest = hashlib.sha256()
    decrypt(untrusted, secret, size=size, take=digest.update)
    return digest.hexdigest()


def is_sealed_for(untrusted: BinaryIO, secret: bytes) -> bool:
    """Whether the head of an object opens with this secret, whatever stands behind it."""
    head = BytesIO(untrusted.read(MAX_HEADER + _AGE_NONCE))
    try:
        check_header(head)
        pyrage.decrypt_io(head, BytesIO(), [identity(secret)])
    except (UnsoundHeaderError, pyrage.DecryptError):
        return False
    except OSError:
        return True  # so age tells damage of the payload, and its end is not here
    return True


def hashes_at(untrusted: BinaryIO, secret: bytes, *, sizes: Iterable[int]) -> dict[int, str]:
    """Decrypt an object once and give the hex SHA-256 of its content at each size it can have.

    A size that it cannot have is left out: something stands behind it, or it is padded
    to another length.

    Raises:
        UnsoundObjectError: it is no whole object of this secret.
    """
    measured = _Measured(sizes)
    reading, writing = Door(untrusted), Door(measured)
    try:
        pyrage.decrypt_io(reading, writing, [identity(secret)])
    except (pyrage.DecryptError, OSError) as error:
        tell_of(reading, writing)
        raise UnsoundObjectError(_UNSOUND) from error
    return {
        size: found
        for size, found in measured.at.items()
        if size >= measured.end and padme(size, least=LEAST_BYTES) == measured.size
    }


def tell_of(*doors: Door) -> None:
    """Raise what went wrong on our side of age, if it was that.

    Raises:
        BaseException: whatever a door met.
    """
    for door in doors:
        if door.failure is not None:
            raise door.failure from None
