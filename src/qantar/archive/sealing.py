"""One object as an age file: encrypted and hashed in one pass, padded, of any size.

The padding stands inside the age payload, behind the content: `age -d` gives the
content and zeros, and the true length says where the content ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

import pyrage

from qantar.archive.age_keys import identity
from qantar.archive.disk import disk_refusals
from qantar.archive.padding import padme

LEAST_BYTES: Final = 4096
_CHUNK: Final = 1024 * 1024


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


class _Hashed:
    """What age writes to when nobody knows where the content ends: hashed up to the zeros."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.digest, self.size, self.zeros = hashlib.sha256(), 0, 0

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self.size += len(data)
        begun = data.rstrip(b"\0")
        if begun:
            self.add_zeros(self.zeros)
            self.digest.update(begun)
        self.zeros += len(data) - len(begun)
        return len(data)

    def add_zeros(self, count: int) -> None:
        """Count so many of the zeros to the content."""
        self.zeros -= count
        for start in range(0, count, _CHUNK):
            self.digest.update(bytes(min(_CHUNK, count - start)))


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


class OtherSizeError(UnsoundObjectError):
    """It decrypts, and is longer or shorter than was said."""


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
        OtherSizeError: it is an object of this secret and another size.
        UnsoundObjectError: it is no whole object of this secret.
    """
    opened = _Opened(size, take)
    reading, writing = Door(untrusted), Door(opened)
    try:
        pyrage.decrypt_io(reading, writing, [identity(secret)])
    except (pyrage.DecryptError, OSError) as error:
        # age tells damage of the header as the first, damage of the payload as the second.
        tell_of(reading, writing)
        raise UnsoundObjectError(str(error)) from error
    padded = padme(size, least=LEAST_BYTES)
    if opened.left or not opened.clean or size + opened.padding != padded:
        message = "it holds another length, or something behind its end"
        raise OtherSizeError(message)


def content_hash(untrusted: BinaryIO, secret: bytes, *, size: int) -> str:
    """Decrypt an object and give the hex SHA-256 of its content.

    Raises:
        UnsoundObjectError: it is not a whole object of this size and secret.
    """
    digest = hashlib.sha256()
    decrypt(untrusted, secret, size=size, take=digest.update)
    return digest.hexdigest()


def has_other_length(untrusted: BinaryIO, secret: bytes, *, sha256: str) -> bool:
    """Whether an object is sound and its content hashes to this, at whichever length.

    Zeros at its end may belong to the content: each length that is padded to that of
    the object is tried.
    """
    hashed = _Hashed()
    reading, writing = Door(untrusted), Door(hashed)
    try:
        pyrage.decrypt_io(reading, writing, [identity(secret)])
    except (pyrage.DecryptError, OSError):
        tell_of(reading, writing)
        return False
    most = hashed.size if hashed.size <= LEAST_BYTES else hashed.size // 8 + 1
    hashed.add_zeros(max(0, hashed.zeros - most))
    while hashed.zeros and hashed.digest.hexdigest() != sha256:
        hashed.add_zeros(1)
    return hashed.digest.hexdigest() == sha256


def tell_of(*doors: Door) -> None:
    """Raise what went wrong on our side of age, if it was that.

    Raises:
        BaseException: whatever a door met.
    """
    for door in doors:
        if door.failure is not None:
            raise door.failure from None
