"""Nothing that was given to a closed case can be read in it: `python -m tests.faults.canaries`.

Runs every command of a day at work (`day_at_work.py`) with its system calls watched,
and looks for the canaries in all that was written to the case and to the folders for
temporary files, also in what was removed again: in UTF-8, UTF-16, decomposed, in
small letters, in hex, as base64 at each alignment, escaped as in JSON, and inside of
anything that zlib, gzip or zip packed. Prints how many of 100 are found in how many
bytes, and how many the same search finds in the material itself.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from tests.faults.day_at_work import STEM, Day, canaries
from tests.faults.scratch import scratch_folder
from tests.faults.steps import Step

_PACKED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08|PK\x03\x04")
_MOST_UNPACKED = 1 << 20
_ZIP_HEADER = 30


@dataclass(frozen=True, slots=True)
class Searched:
    """How many bytes were searched, and which words were found."""

    size: int
    found: frozenset[str]


def spellings(word: str) -> Iterator[bytes]:
    """Give the bytes by which a word may lie somewhere."""
    forms = (word, unicodedata.normalize("NFD", word), word.casefold())
    for form in dict.fromkeys(forms):
        yield form.encode()
        yield form.encode("utf-16-le")
        yield form.encode("utf-16-be")
        yield form.encode().hex().encode()
        yield json.dumps(form)[1:-1].encode()
        for alignment in range(3):
            yield _inner_base64(form.encode(), alignment)


def search(pieces: Iterable[bytes], words: Sequence[str] = ()) -> Searched:
    """Look for words (all canaries if none are given) in pieces of data, and in what is packed there."""
    wanted = {word: tuple(spellings(word)) for word in words or canaries()}
    stems = tuple(spellings(STEM))
    found: set[str] = set()
    size = 0
    for piece in pieces:
        size += len(piece)
        for data in (piece, *_unpacked(piece)):
            # Whatever holds a canary holds what they all begin with: most data is done at once.
            if words or any(stem in data for stem in stems):
                found |= {w for w, spelt in wanted.items() if any(s in data for s in spelt)}
    return Searched(size, frozenset(found))


def written(steps: Iterable[Step]) -> Iterator[bytes]:
    """Give names and bytes that steps wrote, file by file, also of files that are gone."""
    files: dict[str, bytearray] = {}
    for step in steps:
        yield f"{step.path} {step.target}".encode()
        files.setdefault(step.path, bytearray()).extend(step.data)
    yield from map(bytes, files.values())


def folder_contents(folder: Path) -> Iterator[bytes]:
    """Give names and bytes of all files below a folder."""
    for path in folder.rglob("*"):
        yield str(path.relative_to(folder)).encode()
        if path.is_file():
            yield path.read_bytes()


def _inner_base64(data: bytes, alignment: int) -> bytes:
    """Give the base64 of data that stands somewhere in other data, without the letters at its ends."""
    encoded = base64.b64encode(bytes(alignment) + data)
    return encoded[-(-alignment * 8 // 6) : (alignment + len(data)) * 8 // 6]


def _unpacked(data: bytes) -> Iterator[bytes]:
    for match in _PACKED.finditer(data):
        start, window = match.start(), 47
        if match[0] == b"PK\x03\x04":
            name, extra = (
                int.from_bytes(data[start + at : start + at + 2], "little") for at in (26, 28)
            )
            start, window = start + _ZIP_HEADER + name + extra, -15
        unpacking = zlib.decompressobj(window)
        try:
            yield unpacking.decompress(data[start:], _MOST_UNPACKED)
        except zlib.error:
            continue


def main() -> int:
    """Print what is found in the case and in the material; gives the exit code."""
    with scratch_folder() as folder:
        day = Day(folder)
        lived = day.live()
        closed = search(
            chain(*(written(steps) for _, steps in lived), folder_contents(day.watched))
        )
        plain = search(chain(folder_contents(day.material), day.given(lived)))
    print(f"closed case: {len(closed.found)} of 100 found in {closed.size} bytes written or kept")
    print(f"material and commands: {len(plain.found)} of 100 found in {plain.size} bytes")
    return int(bool(closed.found))


if __name__ == "__main__":
    sys.exit(main())
