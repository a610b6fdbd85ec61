"""Bundles that were cut, damaged or forged: `python -m tests.faults.bundles [COUNT] [FIRST]`.

A bundle is cut at every offset. Then bundles are changed at random, COUNT of them:
some as they lie on the stick; most inside, encrypted anew for the device, half of
these signed anew by the device that made them, so that nothing but what is in
them can tell. Each is merged into a real case. Whatever it is, the merge ends with
a report; and what the case holds afterwards is what honest devices wrote, no byte
else. Prints what became of them, and the most memory that was used.
"""

from __future__ import annotations

import hashlib
import resource
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

import pyrage

from qantar.archive.age_keys import identity, read_recipient
from qantar.archive.bundle_format import END_BYTES, END_TAG, MAGIC, RECORD, Kind
from qantar.archive.bundle_parser import end_message
from qantar.archive.case import Case
from qantar.archive.journal import append, read, verify_signatures
from qantar.archive.originals import list_originals, object_name, verify
from qantar.archive.own_device import OwnDevice
from qantar.archive.ring import keys as ring_keys
from qantar.model.device import Role
from qantar.workbench.add import add
from qantar.workbench.bundle import bundle
from qantar.workbench.create import create_collector, create_waiting
from qantar.workbench.devices import invite
from qantar.workbench.fold import fold
from qantar.workbench.merge import merge
from qantar.workbench.merge_report import MergeReport
from tests.faults.chance import chance
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import NOW, new_case, reopen, way

MOST_MEMORY: Final = 512 * 1024 * 1024
"""Bytes that a merge may take, whatever the bundle says."""

_COUNT: Final = 20_000
_EXTREMES: Final = (0, 1, 2**16, 2**31, 2**32 - 1, 2**40, 2**63, 2**64 - 1)

Records = list[tuple[int, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What bundles are fired at: a case in a known state, and bundles that honest devices made.

    `recipients` are those of the devices to merge into, by name: one that has joined,
    one that waits. `signers` can sign a bundle; `plain` are the contents of the honest
    bundles, by target, `sealed` the files as they are. `bodies` are all that honest
    devices wrote, by id, and `hashes` the originals that they took in.
    """

    folder: Path
    recipients: dict[str, str]
    signers: tuple[OwnDevice, ...]
    plain: dict[str, list[Records]]
    sealed: dict[str, list[bytes]]
    bodies: dict[str, object]
    hashes: frozenset[str]
    case_id: str
    case_key: bytes


@dataclass(slots=True)
class Toll:
    """What became of so many bundles; `wrong` is what should never be."""

    bundles: int = 0
    became: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def prepare(folder: Path) -> Range:
    """Make a case with three devices, and honest bundles from two of them."""
    home = new_case(folder / "home")
    _take_in(home, folder, "first", 60)
    lines = {}
    for name in ("joined", "waiting"):
        lines[name] = create_waiting(folder / name, ways=[way()]).signer.public.line(None)
        invite(home, lines[name], name=name, now=NOW)
    field_case = create_collector(
        folder / "field", home=home.signer.public.line(home.id), ways=[way()]
    )
    _take_in(field_case, folder, "field", 70)
    invite(home, field_case.signer.public.line(home.id), name="field", now=NOW)
    bundle(home, folder / "1", to=["joined"])
    merge(reopen(folder / "joined"), [folder / "1"], now=NOW)
    bundle(field_case, folder / "2", to=[])
    merge(home, [folder / "2"], now=NOW)
    for number in range(3):
        append(home, kind="note", body={"n": number}, at=NOW)
    _take_in(home, folder, "second", 5000)
    bundle(home, folder / "3", to=["joined"])
    bundle(home, folder / "4", to=["waiting"])
    bundle(home, folder / "5", to=["joined"], whole=True, part_bytes=24 * 1024)
    return _range(folder, home, field_case)


def _range(folder: Path, home: Case, field_case: Case) -> Range:
    files = {
        "joined": [folder / "3", *sorted(folder.glob("5*"))],
        "waiting": [folder / "4"],
    }
    sealed = {name: [path.read_bytes() for path in paths] for name, paths in files.items()}
    plain = {
        name: [records_of(opened(data, reopen(folder / name))) for data in listed]
        for name, listed in sealed.items()
    }
    entries = list(read(home))
    accessions = fold(entries, founder=home.founder).accessions
    return Range(
        folder=folder,
        recipients={name: reopen(folder / name).signer.public.age for name in files},
        signers=(home.signer, field_case.signer),
        plain=plain,
        sealed=sealed,
        bodies={entry.id: entry.body for entry in entries},
        hashes=frozenset(one.original for one in accessions),
        case_id=home.id,
        case_key=home.shared_key,
    )


def _take_in(case: Case, folder: Path, name: str, size: int) -> None:
    path = folder / f"{name}.txt"
    path.write_bytes(name.encode() * size)
    add(case, paths=[path], sheet_path=None, now=NOW, acknowledge=lambda _: None)


def opened(data: bytes, case: Case) -> bytes:
    opened: bytes = pyrage.decrypt(data, [identity(case.signer.age_secret)])
    return opened


def records_of(plain: bytes) -> Records:
    found, at = [], len(MAGIC)
    while at < len(plain):
        kind, length = RECORD.unpack_from(plain, at)
        at += RECORD.size
        found.append((kind, plain[at : at + length]))
        at += length
    return found


def spelt(records: Iterable[tuple[int, bytes]]) -> bytes:
    """Give the bytes of records."""
    return MAGIC + b"".join(RECORD.pack(kind, len(data)) + data for kind, data in records)


def signed(plain: bytes, signer: OwnDevice) -> bytes:
    """Put an end behind a bundle that fits what is in it, as only its sender can."""
    digest = hashlib.sha256(END_TAG + plain).digest()
    return plain + RECORD.pack(Kind.END, END_BYTES) + digest + signer.sign(end_message(digest))


def fire(range_: Range, count: int, random: Random) -> Toll:
    """Merge so many changed bundles, each into a case in its known state."""
    toll = Toll()
    cases = {name: _Target(range_, name) for name in range_.recipients}
    for _ in range(count):
        name = "joined" if random.random() < 0.8 else "waiting"
        data = _changed(range_, name, random)
        toll.bundles += 1
        cases[name].merge(data, toll)
    return toll


def cut(range_: Range, *, every: int = 1) -> Toll:
    """Merge a small bundle cut at every offset (or each `every`th)."""
    toll = Toll()
    target = _Target(range_, "joined")
    small = min(range_.sealed["joined"], key=len)
    for end in range(0, len(small), every):
        toll.bundles += 1
        before = toll.became["refused whole"]
        target.merge(small[:end], toll)
        if toll.became["refused whole"] == before:
            toll.wrong.append(f"cut at {end}, it was not refused")
    return toll


class _Target:
    """A device's folder, put back into its known state whenever a bundle changed it."""

    def __init__(self, range_: Range, name: str) -> None:
        self._range, self._name = range_, name
        self._root = range_.folder / "target" / name
        self._put_back()

    def merge(self, data: bytes, toll: Toll) -> None:
        """Merge one bundle and look at what the case holds then."""
        stick = self._range.folder / "stick"
        stick.write_bytes(data)
        try:
            report = merge(self._case, [stick], now=NOW)
        except Exception as problem:  # noqa: BLE001  # whatever it is, it is what we look for
            toll.wrong.append(f"{type(problem).__name__}: {problem}")
            self._put_back()
            return
        toll.became[_what_became(report)] += 1
        if stick.read_bytes() != data:
            toll.wrong.append("the stick was written to")
        if self._state() != self._before:
            toll.wrong.extend(_not_honest(self._range, reopen(self._root)))
            self._put_back()

    def _put_back(self) -> None:
        if self._root.exists():
            shutil.rmtree(self._root)
        shutil.copytree(self._range.folder / self._name, self._root)
        self._case = reopen(self._root)
        merge(self._case, [], now=NOW)  # the lock's own files are there from now on
        self._before = self._state()

    def _state(self) -> dict[str, tuple[int, int]]:
        found = {}
        for path in self._root.rglob("*"):
            if not path.name.startswith("lock"):
                about = path.stat()
                found[str(path)] = (about.st_size, about.st_mtime_ns)
        return found


def _what_became(report: MergeReport) -> str:
    if any(one.what == "bundle" for one in report.refused):
        return "refused whole"
    fates = (
        ("adopted", report.adopted),
        ("waiting", report.waiting),
        ("refused", report.refused),
    )
    return " and ".join(name for name, items in fates if items) or "nothing new"


def _not_honest(range_: Range, case: Case) -> list[str]:
    """Find what the case holds and no honest device wrote."""
    if case.role is Role.WAITING:
        return []
    wrong = []
    if (case.id, case.shared_key) != (range_.case_id, range_.case_key):
        wrong.append("it became another case")
    verify_signatures(case)
    for entry in read(case, commitments=True):
        if entry.id not in range_.bodies and entry.device != case.device:
            wrong.append(f"a forged entry {entry.id[:12]}")
        elif entry.body is not None and entry.body != range_.bodies.get(entry.id):
            wrong.append(f"a forged body in {entry.id[:12]}")
    stored = set(list_originals(case))
    for one in fold(read(case), founder=case.founder).accessions:
        name = object_name(case, one.original)
        if name in stored and verify(case, one.original, size=one.size) != one.original:
            wrong.append("an original with other bytes")
    if not stored <= {object_name(case, one) for one in range_.hashes}:
        wrong.append("an original that nobody took in")
    if any(len(key) != 32 for key in ring_keys(case).values()):
        wrong.append("something in the ring that is no key")
    return wrong


def _changed(range_: Range, name: str, random: Random) -> bytes:
    """Change a bundle: as it lies on the stick, or inside."""
    at = random.randrange(len(range_.sealed[name]))
    if random.random() < 0.15:
        return _scrambled(range_.sealed[name][at], random)
    records = list(range_.plain[name][at])
    if random.random() < 0.2:
        plain = _scrambled(spelt(records), random)
    else:
        for _ in range(random.choice((1, 1, 1, 2, 5))):
            random.choice(_CHANGES)(range_, records, random)
        plain = spelt(records[:-1] if records and records[-1][0] == Kind.END else records)
        if random.random() < 0.8:
            signer = range_.signers[0] if random.random() < 0.9 else range_.signers[1]
            plain = signed(plain, signer)
    return _for_device(range_, name, plain)


def _for_device(range_: Range, name: str, plain: bytes) -> bytes:
    sealed: bytes = pyrage.encrypt(plain, [read_recipient(range_.recipients[name])])
    return sealed


def _scrambled(data: bytes, random: Random) -> bytes:
    """Flip, cut out, put in, or repeat some bytes."""
    for _ in range(random.choice((1, 1, 2, 8))):
        at = random.randrange(len(data) + 1)
        much = random.choice((1, 1, 2, 16, 300))
        rest = data[at:]
        match random.randrange(4):
            case 0 if rest:
                data = data[:at] + bytes([rest[0] ^ (1 << random.randrange(8))]) + rest[1:]
            case 1:
                data = data[:at] + rest[much:]
            case 2:
                data = data[:at] + random.randbytes(much) + rest
            case _:
                data = data[:at] + rest[:much] + rest
    return data


def _flip_in_one(_range: Range, records: Records, random: Random) -> None:
    at = random.randrange(len(records))
    kind, data = records[at]
    if data:
        records[at] = kind, _scrambled(data, random)


def _swap(_range: Range, records: Records, random: Random) -> None:
    one, two = random.randrange(len(records)), random.randrange(len(records))
    records[one], records[two] = records[two], records[one]


def _drop(_range: Range, records: Records, random: Random) -> None:
    if len(records) > 1:
        del records[random.randrange(len(records))]


def _repeat(_range: Range, records: Records, random: Random) -> None:
    at = random.randrange(len(records))
    records.insert(random.randrange(len(records)), records[at])


def _other_kind(_range: Range, records: Records, random: Random) -> None:
    at = random.randrange(len(records))
    records[at] = random.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255)), records[at][1]


def _from_another(range_: Range, records: Records, random: Random) -> None:
    """Put in what stands in an honest bundle for somebody else."""
    other = random.choice(range_.plain[random.choice(list(range_.plain))])
    records.insert(random.randrange(1, len(records) + 1), random.choice(other))


def _extreme(_range: Range, records: Records, random: Random) -> None:
    """Put an extreme number where one may stand."""
    at = random.randrange(len(records))
    kind, data = records[at]
    width = random.choice((2, 4, 8))
    if len(data) > width:
        place = random.randrange(len(data) - width)
        number = random.choice(_EXTREMES) % 2 ** (8 * width)
        records[at] = kind, data[:place] + number.to_bytes(width, "big") + data[place + width :]


def _bare(_range: Range, records: Records, random: Random) -> None:
    """Leave out all keys, or all of one kind."""
    kind = random.choice(list(Kind))
    if kind is not Kind.MANIFEST:
        records[:] = [one for one in records if one[0] != kind]


_CHANGES: Final[Sequence[Callable[[Range, Records, Random], None]]] = (
    _flip_in_one,
    _flip_in_one,
    _flip_in_one,
    _swap,
    _drop,
    _repeat,
    _other_kind,
    _from_another,
    _extreme,
    _bare,
)


def memory() -> int:
    """Give the most memory that this process ever used, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _print(what: str, toll: Toll, seconds: float) -> None:
    became = ", ".join(f"{n:,} {name}" for name, n in toll.became.most_common())
    print(f"{toll.bundles:,} bundles {what} in {seconds:.0f} s: {became}; {len(toll.wrong)} wrong")
    for wrong in toll.wrong[:20]:
        print("   ", wrong)


def main(count: int, first: int) -> int:
    """Fire so many bundles and print what became of them; gives the exit code."""
    with scratch_folder() as folder:
        range_ = prepare(folder)
        started = time.perf_counter()
        cuts = cut(range_)
        _print("cut at each offset", cuts, time.perf_counter() - started)
        started = time.perf_counter()
        toll = fire(range_, count, chance(first))
        _print("changed", toll, time.perf_counter() - started)
    print(f"{memory() / 1024**2:.0f} MiB of memory at most")
    return int(bool(cuts.wrong or toll.wrong or memory() > MOST_MEMORY))


if __name__ == "__main__":
    sys.exit(
        main(
            int(sys.argv[1]) if len(sys.argv) > 1 else _COUNT,
            int(sys.argv[2]) if len(sys.argv) > 2 else 0,
        )
    )
