"""Does this closed case hold that well-known file? An adversary guesses, over 250 pairs of files.

Of each pair one file was taken in; both are known to the adversary to the byte, and
both have the same padded size. The adversary has the case folder and no passphrase,
gives each file a score by one of the attacks below, and names the one with the
higher score. `python -m tests.faults.known_files` prints how often each attack
is right: half the time in a case, always in a plain store.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from qantar.archive.padding import padme
from qantar.archive.sealing import LEAST_BYTES
from qantar.workbench.add import add
from tests.faults.chance import chance
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import NOW, new_case

PAIRS = 250
_SIZES = (900, 3_000, 9_000, 40_000, 250_000)
_KEY_SIZES = (16, 32)
_HEX = re.compile(rb"(?:[0-9a-f]{2}){16,64}")
_STANZA_END = re.compile(rb"\n--- [^\n]*\n")
_AGE_NONCE, _AGE_CHUNK, _AGE_TAG = 16, 65_536, 16


@dataclass(frozen=True, slots=True)
class Pair:
    """Two known files of one padded size; the first one is in the case."""

    inside: bytes
    outside: bytes


@dataclass(frozen=True, slots=True)
class Seized:
    """A folder as an adversary has it: names and bytes of every file, read once."""

    names: frozenset[str]
    files: tuple[bytes, ...]
    small: bytes

    @classmethod
    def of(cls, folder: Path) -> Seized:
        """Read a folder; `small` is all but the objects, joined."""
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        small = b"\0".join(p.read_bytes() for p in paths if "originals" not in p.parts)
        files = tuple(path.read_bytes() for path in paths)
        return cls(frozenset(path.name for path in paths), files, small)


Attack = Callable[[Seized, Sequence[bytes]], list[float]]
"""Scores known files: the higher, the surer that the folder holds it."""


def pairs(random: Random, count: int = PAIRS) -> list[Pair]:
    """Make pairs of files whose sizes are all different, and in each pair padded to the same."""
    made: list[Pair] = []
    used: set[int] = set()
    while len(made) < count:
        size = random.choice(_SIZES) + random.randrange(_SIZES[0])
        sizes = {random.randrange(size // 2, size), random.randrange(size // 2, size)}
        padded = {padme(one, least=LEAST_BYTES) for one in sizes}
        if len(sizes) > len(padded) == 1 and sizes.isdisjoint(used | padded):
            used |= sizes
            first, second = random.sample(sorted(sizes), 2)
            made.append(Pair(random.randbytes(first), random.randbytes(second)))
    return made


def sealed_store(folder: Path, inside: Iterable[bytes]) -> None:
    """Take files into a closed case, by the command's own function."""
    material = folder / "material"
    material.mkdir()
    for data in inside:
        (material / hashlib.sha256(data).hexdigest()).write_bytes(data)
    case = new_case(folder / "case")
    add(case, paths=[material], sheet_path=None, now=NOW, acknowledge=lambda _: None)


def plain_store(folder: Path, inside: Iterable[bytes]) -> None:
    """Keep files as a careless archive would: as they are, named by their hash."""
    (folder / "case" / "originals").mkdir(parents=True)
    for data in inside:
        (folder / "case" / "originals" / hashlib.sha256(data).hexdigest()).write_bytes(data)


def by_name(seized: Seized, known: Sequence[bytes]) -> list[float]:
    """Look for each file's SHA-256, plain or under any key that lies in the folder."""
    haystack = _values(seized)
    keys = [b"", bytes(32), *_public_keys(seized)]
    return [float(not haystack.isdisjoint(_names_of(data, keys))) for data in known]


def by_bytes(seized: Seized, known: Sequence[bytes]) -> list[float]:
    """Look for the file's bytes, or a stored file with its hash."""
    hashes = {hashlib.sha256(data).digest() for data in seized.files}
    whole = b"".join(seized.files)
    return [
        float(hashlib.sha256(data).digest() in hashes or data[len(data) // 2 :][:16] in whole)
        for data in known
    ]


def by_size(seized: Seized, known: Sequence[bytes]) -> list[float]:
    """Look for the stored file whose content comes nearest to the file's size."""
    sizes = sorted(_content_size(data) for data in seized.files)
    return [-min(abs(size - len(data)) for size in sizes) for data in known]


ATTACKS: dict[str, Attack] = {"name": by_name, "bytes": by_bytes, "size": by_size}


def right_guesses(folder: Path, tried: Sequence[Pair], attack: Attack, random: Random) -> int:
    """Count the pairs of which the attack names the file inside; where it cannot tell, a coin."""
    seized = Seized.of(folder / "case")
    inside = attack(seized, [pair.inside for pair in tried])
    outside = attack(seized, [pair.outside for pair in tried])
    coins = (random.random() < 0.5 for _ in tried)
    return sum(
        a > b or (a == b and coin) for a, b, coin in zip(inside, outside, coins, strict=True)
    )


def _values(seized: Seized) -> set[bytes]:
    """Every value of 32 bytes in the folder: in names, in hex, and at any place outside objects."""
    found = {name.encode() for name in seized.names}
    found |= {bytes.fromhex(text.decode()) for text in _hex(seized)}
    found |= {seized.small[at : at + 32] for at in range(len(seized.small) - 31)}
    return found


def _names_of(data: bytes, keys: Iterable[bytes]) -> Iterator[bytes]:
    digest = hashlib.sha256(data).digest()
    for name in (digest, *(_under(key, digest) for key in keys)):
        yield name
        yield name.hex().encode()


def _under(key: bytes, digest: bytes) -> bytes:
    return hmac.digest(key, digest, "sha256")


def _public_keys(seized: Seized) -> set[bytes]:
    """What could be a key and lies in the clear, and what is derived from it as names are."""
    found = {bytes.fromhex(text.decode()) for text in _hex(seized)}
    clear = {value for value in found if len(value) in _KEY_SIZES}
    return set(sorted(clear)[:100])


def _hex(seized: Seized) -> list[bytes]:
    return _HEX.findall(seized.small)


def _content_size(stored: bytes) -> int:
    """Work out how many bytes an age file holds; of another file, its size."""
    end = _STANZA_END.search(stored[:4096])
    if not stored.startswith(b"age-encryption.org/v1") or end is None:
        return len(stored)
    payload = len(stored) - end.end() - _AGE_NONCE
    return payload - -(-payload // (_AGE_CHUNK + _AGE_TAG)) * _AGE_TAG


def main() -> int:
    """Print how often each attack is right, in a case and in a plain store."""
    random = chance(2022)
    tried = pairs(random)
    print(f"| attack | of {PAIRS}, closed case | plain store |")
    for name, attack in ATTACKS.items():
        cells = [_guessed(store, tried, attack, random) for store in (sealed_store, plain_store)]
        print(f"| {name} | {cells[0]} | {cells[1]} |", flush=True)
    return 0


def _guessed(
    store: Callable[[Path, Iterable[bytes]], None],
    tried: Sequence[Pair],
    attack: Attack,
    random: Random,
) -> int:
    with scratch_folder() as folder:
        store(folder, [pair.inside for pair in tried])
        return right_guesses(folder, tried, attack, random)


if __name__ == "__main__":
    sys.exit(main())
