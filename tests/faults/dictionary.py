"""Whom does this entry name? An adversary tries every name there is.

The adversary has the closed case, knows an entry's fields and all their values but
one, and has the full list of values that this one can have. Each is tried against the
commitments in the headers, which stand in the clear and stay when an entry is erased.
`python -m tests.faults.dictionary [COUNT]` prints how many entries of 100 are
guessed with a list of COUNT values.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from qantar.archive import body
from qantar.archive.derive import tag
from qantar.archive.journal import append_many
from qantar.archive.tree import root_of
from qantar.model.canonical import JSON
from tests.faults.chance import chance
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import NOW, new_case

ENTRIES = 100
_ITEMS = 20_000
_COMMITMENT = re.compile(rb'"body":"([0-9a-f]{64})"')
_PUBLIC_VALUE = re.compile(rb"[0-9a-f]{64}")


def names(count: int) -> list[str]:
    """Make the list of all values: every person there is."""
    return [f"Person {number} of Sayaqkent" for number in range(count)]


def fill(folder: Path, everyone: Sequence[str]) -> None:
    """Make a closed case with entries about some of them."""
    case = new_case(folder / "case")
    about = chance(2022).sample(everyone, ENTRIES)
    append_many(case, [("note", _entry(name)) for name in about], at=NOW)


def guessed(folder: Path, everyone: Sequence[str]) -> int:
    """Count the entries whose name is found, without salts or with what lies in the clear as salt."""
    seized = b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
    wanted = {bytes.fromhex(found.decode()) for found in _COMMITMENT.findall(seized)}
    return len(wanted & set(_commitments(everyone, _salts(seized))))


def _entry(name: str) -> dict[str, JSON]:
    return {"text": "gave an account of the fifth of January", "who": name}


def _salts(seized: bytes) -> list[bytes]:
    public = sorted(set(_PUBLIC_VALUE.findall(seized)))[:3]
    return [b"", bytes(32), *(bytes.fromhex(value.decode()) for value in public)]


def _commitments(everyone: Sequence[str], salts: Sequence[bytes]) -> Iterator[bytes]:
    for salt in salts:
        for name in everyone:
            yield _unsalted(_entry(name), salt)


def _unsalted(fields: Mapping[str, JSON], salt: bytes) -> bytes:
    leaves = [body.leaf_of(name, value, salt) for name, value in sorted(fields.items())]
    return root_of(leaves, tag("node"))


def main(count: int) -> int:
    """Print how many entries are guessed; gives the exit code."""
    everyone = names(count)
    with scratch_folder() as folder:
        fill(folder, everyone)
        found = guessed(folder, everyone)
    print(f"{found} of {ENTRIES} entries guessed with a list of {count} names")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else _ITEMS))
