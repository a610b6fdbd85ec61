"""A collector's ring: each key sealed for the home device, none of which opens here again.

Records are a length (u32), an id (32) and an age file. This device cannot tell whether
one would open, so nothing that stands in the file is ever thrown away here: what
cannot be a record is set aside.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from qantar.archive.age_keys import seal_to
from qantar.archive.case import Case
from qantar.archive.derive import KEY_BYTES
from qantar.archive.disk import disk_refusals, write_atomically
from qantar.archive.ring_file import extend

_NAME: Final = "collected.ring"
_SET_ASIDE: Final = "collected.torn-"
_LENGTH: Final = struct.Struct(">I")
_MOST_SEALED: Final = 4096
# A header ends with the line of its MAC; nonce, key and tag follow.
_START: Final = b"age-encryption.org/v1\n"
_MAC_LINE: Final = b"\n--- "
_PAYLOAD: Final = 16 + KEY_BYTES + 16
_CACHE: Final = "collected"


def collected(case: Case) -> Iterator[tuple[bytes, bytes]]:
    """Give what a collector has sealed: ids and age files, up to an unfinished record.

    Raises:
        DiskError: the disk refuses.
    """
    for name, sealed, _ in _records(_read(case.ring / _NAME)):
        yield name, sealed


def collect(case: Case, pairs: Iterable[tuple[bytes, bytes]]) -> None:
    """Seal each key for the home device, durably. The caller holds the case's lock.

    Raises:
        DiskError: the disk refuses; what was sealed before is as it was.
        ValueError: the case has no home.
    """
    if case.home is None:
        message = "a collector without a home cannot seal"
        raise ValueError(message)
    data = bytearray()
    for name, key in pairs:
        sealed = seal_to([case.home.age], key)
        data += _LENGTH.pack(len(sealed)) + name + sealed
    path = case.ring / _NAME
    end = _end(case, path)
    extend(path, end, bytes(data))
    case.cache[_CACHE] = end + len(data)


def _end(case: Case, path: Path) -> int:
    """Find where to add; what stands behind the last sound record is set aside first."""
    with disk_refusals("reading the keys", path):
        if path.is_file() and path.stat().st_size == case.cache.get(_CACHE):
            return path.stat().st_size
    untrusted = _read(path)
    end = max((end for _, _, end in _records(untrusted)), default=0)
    rest = untrusted[end:]
    if rest.strip(b"\0"):
        with disk_refusals("reading the keys", path.parent):
            number = 1 + len(list(path.parent.glob(f"{_SET_ASIDE}*")))
        write_atomically(path.with_name(f"{_SET_ASIDE}{number}"), rest)
    return end


def _records(untrusted: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Give id, age file and end of each record."""
    start = 0
    while start + _LENGTH.size + KEY_BYTES <= len(untrusted):
        (length,) = _LENGTH.unpack_from(untrusted, start)
        sealed_at = start + _LENGTH.size + KEY_BYTES
        end = sealed_at + length
        if length > _MOST_SEALED or end > len(untrusted):
            return
        sealed = untrusted[sealed_at:end]
        if not _is_age_file(sealed):
            return
        yield untrusted[start + _LENGTH.size : sealed_at], sealed, end
        start = end


def _is_age_file(untrusted: bytes) -> bool:
    """Whether this is as long as an age file of a key is."""
    mac_at = untrusted.find(_MAC_LINE)
    header_end = untrusted.find(b"\n", mac_at + 1)
    fits = len(untrusted) == header_end + 1 + _PAYLOAD
    return untrusted.startswith(_START) and min(mac_at, header_end) > 0 and fits


def _read(path: Path) -> bytes:
    with disk_refusals("reading the keys", path):
        return path.read_bytes() if path.is_file() else b""
