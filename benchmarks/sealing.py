"""Sealing a large file, against what the cryptography alone costs, in the same run.

    python -m benchmarks.sealing [MEGABYTES [FOLDER]]

Sealing reads the material, hashes and encrypts it, forces it to the disk, reads it
back from there, decrypts it and compares. Beside it stands age on the same file
with nothing around it: encrypt it, decrypt it, and hash it, as three calls of the library's
own functions on files, none of which forces anything to the disk. Bars: at least
0.7 times the speed of that, and a peak memory of under 200 MB. Without arguments
2,000 megabytes, in the system's folder for temporary files; each turn is a process
of its own, the two by turns, three times each; the medians are compared.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pyrage

from benchmarks.scale import Run, run
from qantar.archive.case import create_case
from qantar.archive.originals import put

MEGABYTE = 1_000_000
BAR, BAR_MEGABYTES = 0.7, 200
TURNS = 3
PIECE = 1 << 20


def make_material(path: Path, size: int) -> None:
    """Write `size` bytes that do not compress, different in every piece."""
    with path.open("wb") as file:
        piece = secrets.token_bytes(PIECE)
        for start in range(0, size, PIECE):
            file.write(start.to_bytes(8, "big") + piece[8 : min(PIECE, size - start)])
        file.flush()
        os.fsync(file.fileno())


def seal(folder: Path) -> None:
    """Seal the material in a new case."""
    case = create_case(folder / f"case-{os.getpid()}")
    with (folder / "material").open("rb") as source:
        put(case, source)


def age_alone(folder: Path) -> None:
    """Encrypt the material, decrypt it, and hash it."""
    identity = pyrage.x25519.Identity.generate()
    material, sealed, back = (str(folder / name) for name in ("material", "sealed.age", "back"))
    pyrage.encrypt_file(material, sealed, [identity.to_public()])
    pyrage.decrypt_file(sealed, back, [identity])
    with Path(material).open("rb") as file:
        hashlib.file_digest(file, "sha256")


TASKS = {"seal": seal, "age": age_alone}


def timed(task: str, folder: Path) -> Run:
    """Do one turn in a process of its own; what it left is removed before the next."""
    before = set(folder.iterdir())
    found = run(sys.executable, "-m", "benchmarks.sealing", task, str(folder))
    for path in sorted({*folder.rglob("*")} - before, reverse=True):
        if path.name != "material":
            path.rmdir() if path.is_dir() else path.unlink()
    os.sync()
    time.sleep(1)
    return found


def measure(megabytes: int, folder: Path) -> bool:
    """Print the table; whether both bars are held."""
    size = megabytes * MEGABYTE
    make_material(folder / "material", size)
    runs: dict[str, list[Run]] = {"age": [], "seal": []}
    for _ in range(TURNS):
        for task, found in runs.items():
            found.append(timed(task, folder))
    print(f"| {megabytes:,} MB | median of {TURNS} | MB/s | peak memory |")
    print("|---|---|---|---|")
    middle = {}
    names = {"age": "age encrypt, decrypt, SHA-256", "seal": "sealed, forced to disk, read back"}
    for task, found in runs.items():
        middle[task] = statistics.median(one.seconds for one in found)
        peak = max(one.megabytes for one in found)
        speed = size / middle[task] / MEGABYTE
        print(f"| {names[task]} | {middle[task]:.2f} s | {speed:,.0f} | {peak:.0f} MB |")
    ratio = middle["age"] / middle["seal"]
    peak = max(one.megabytes for one in runs["seal"])
    print(f"\n{ratio:.2f} times the speed of age alone (bar: at least {BAR}), ", end="")
    print(f"{peak:.0f} MB (bar: under {BAR_MEGABYTES} MB)")
    return ratio >= BAR and peak < BAR_MEGABYTES


def main() -> int:
    """Measure, or do the one turn that was asked for."""
    first, *rest = sys.argv[1:] or ["2000"]
    if first in TASKS:
        TASKS[first](Path(rest[0]))
        return 0
    place = rest[0] if rest else None
    with tempfile.TemporaryDirectory(prefix="qantar-sealing-", dir=place) as folder:
        return 0 if measure(int(first), Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
