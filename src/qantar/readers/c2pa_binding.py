"""Whether a file is the one that Content Credentials speak of: the hash of its bytes or boxes.

Source: C2PA Technical Specification 2.1, 9.2.1 (data hash) and 9.2.3 (BMFF-based hash, versions 2
and 3 without a tree: each top-level box that is not left out, after its place in the file).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from qantar.readers.cbor import CborValue
from qantar.readers.iso_boxes import TopBox, top_boxes

ALGORITHMS: Final = frozenset({"sha256", "sha384", "sha512"})
_PIECE: Final = 1024 * 1024
_KNOWN: Final = frozenset({"xpath", "data", "exact"})
_MOST_HOLES: Final = 1_000
_MOST_RULES: Final = 50


def is_bound(source: BinaryIO, said: CborValue, algorithm: str) -> bool | None:
    """Whether the hash of a file's bytes is the one stated; None where that cannot be told."""
    if not isinstance(said, dict):
        return None
    algorithm, digest = str(said.get("alg") or algorithm), said.get("hash")
    if algorithm not in ALGORITHMS or not isinstance(digest, bytes):
        return None
    size = source.seek(0, 2)
    spans = _kept(list(_holes(said.get("exclusions"))), size)
    return _hash(source, algorithm, ((start, end, b"") for start, end in spans)) == digest


def is_bound_by_boxes(source: BinaryIO, said: CborValue, algorithm: str) -> bool | None:
    """The same of a film, of which boxes are hashed; None where that cannot be told."""
    if not isinstance(said, dict) or said.get("merkle") is not None:
        return None
    algorithm, digest = str(said.get("alg") or algorithm), said.get("hash")
    left_out = _left_out(said.get("exclusions"))
    if algorithm not in ALGORITHMS or not isinstance(digest, bytes) or left_out is None:
        return None
    kept = (
        (box.start, box.end, box.start.to_bytes(8, "big"))
        for box in top_boxes(source)
        if not any(one.leaves_out(source, box) for one in left_out)
    )
    return _hash(source, algorithm, kept) == digest


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """Which boxes are left out: those of a kind, and of these only those with such bytes."""

    kind: bytes
    marks: tuple[tuple[int, bytes], ...]

    def leaves_out(self, source: BinaryIO, box: TopBox) -> bool:
        if box.kind != self.kind:
            return False
        for offset, value in self.marks:
            source.seek(box.start + offset)
            if source.read(len(value)) != value:
                return False
        return True


def _left_out(value: CborValue) -> list[_LeftOut] | None:
    """Read which boxes are left out; None where a rule is of a kind that is not known here."""
    found = []
    rules = value if isinstance(value, list) else []
    if len(rules) > _MOST_RULES:
        return None
    for one in rules:
        path = one.get("xpath") if isinstance(one, dict) else None
        if not isinstance(one, dict) or not isinstance(path, str) or path.count("/") != 1:
            return None
        if any(known not in _KNOWN and said is not None for known, said in one.items()):
            return None
        marks = one.get("data")
        pairs = list(_marks(marks if isinstance(marks, list) else []))
        found.append(_LeftOut(path[1:].encode("latin-1", "replace"), tuple(pairs)))
    return found


def _marks(listed: list[Any]) -> Iterator[tuple[int, bytes]]:
    for one in listed:
        offset, value = (one.get("offset"), one.get("value")) if isinstance(one, dict) else (0, 0)
        if isinstance(offset, int) and isinstance(value, bytes) and offset >= 0:
            yield offset, value[:_PIECE]


def _holes(value: CborValue) -> Iterator[tuple[int, int]]:
    """Give the spans that were left out of the hash: those that hold the credentials."""
    for one in value[:_MOST_HOLES] if isinstance(value, list) else []:
        start, length = (one.get("start"), one.get("length")) if isinstance(one, dict) else (0, 0)
        if isinstance(start, int) and isinstance(length, int) and min(start, length) >= 0:
            yield start, start + length


def _kept(holes: list[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    at = 0
    for start, end in (*sorted(holes), (size, size)):
        if at < min(start, size):
            yield at, min(start, size)
        at = max(at, end)


def _hash(source: BinaryIO, algorithm: str, spans: Iterator[tuple[int, int, bytes]]) -> bytes:
    """Hash spans of a file, each after what stands for its place."""
    whole = hashlib.new(algorithm)
    for start, end, before in spans:
        whole.update(before)
        at = start
        source.seek(start)
        while at < end and (piece := source.read(min(_PIECE, end - at))):
            whole.update(piece)
            at += len(piece)
    return whole.digest()
