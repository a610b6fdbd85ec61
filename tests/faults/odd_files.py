"""What somebody without any key can put into the folder of a case: odd names, odd things.

A file where a folder should be, a folder, a link or a pipe where a file should be, empty
ones, names that nearly fit, numbers that no program counts to. Both verifiers must say the
same of all of it, and neither may fall over.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any, Final

from qantar.archive.derive import tag, tagged
from qantar.archive.note import Checkpoint, origin, sign
from qantar.archive.signing import Signer
from tests.faults.odd_entries import ODD_VALUES
from tests.faults.victims import AsFolder, AsLink, AsPipe, Files, Victim

_HEX: Final = "0123456789abcdef" * 4
_ZEROS: Final = "0" * 8
_NUMBERS: Final = ("9" * 180, "0", "00001", "٠٠٠١", "1a", "-1", "0002", "9999", "1_0", "+1", "")
_PLACES: Final = (
    *("CASE", "keys/CASE.2", "lock", "lock.pid", "inbox", "record", "witness", "releases", "x"),
    *("keys/slot-N.age", "keys/slot-N.age.2", "keys/slot-1.age.4", "keys/case.age.2"),
    *("keys/device.age.3", "keys/renewed.age", "keys/ring/N.ring", "keys/ring/N.age"),
    *("keys/ring/collected.ring", "keys/ring/.tmp-x", "journal/x", "journal/LANE/device.pub"),
    *(
        "journal/.mend",
        "journal/.mended",
        "journal/.mend-x",
        "journal/LANE",
        "journal/LANE/N.qj",
        "journal/LANE/head",
        "journal/LANE/taken",
    ),
    *("journal/OWN/N.qj", "journal/OWN/taken", "journal/OWN/.old-0001.qj", "journal/OWN/x.qj"),
    *(
        "witness/x.note",
        "witness/.note",
        "witness/OWN/0000000001-00000000.note",
        "witness/OWN/holds",
    ),
    *(
        "witness/OWN/N.note",
        "witness/OWN/forks",
        "witness/OWN/forks/x.note",
        "witness/x.note/y.note",
    ),
    *("witness/OWN/0000000001-00000000.tsr", "witness/x.tsr", "inbox/torn-N", "inbox/journal-N-x"),
    *(
        "inbox/waiting.qj",
        "inbox/objects",
        f"inbox/objects/{_HEX}.{_ZEROS}",
        "inbox/journal-1-OWN/0001.qj",
    ),
    *(
        f"inbox/objects/{_HEX}.{_ZEROS}.state",
        f"originals/01/{_HEX}",
        "originals/01",
        "originals/x",
    ),
    *(f"releases/{_HEX}", "record/record.db", "record/watermark", "record/readings.db"),
)


def plant(victim: Victim, random: Random) -> Files:
    """Put odd things into the folder, in the place of what is there or beside it."""
    files = dict(victim.files)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        path = _place(victim, random)
        _put(files, path, _thing(victim, path, random))
    return files


def plant_lane(victim: Victim, random: Random) -> Files:
    """Put the journal of a made-up device beside the others, odd in some of its files."""
    files, seed = dict(victim.files), random.randbytes(32)
    public: dict[str, Any] = victim.case.signer.public.to_record()
    public["sign"] = Signer(seed).public_key.hex()
    for _ in range(random.randrange(3)):
        public[random.choice((*sorted(public), "extra"))] = random.choice(
            (*ODD_VALUES, "boss", "waiting", "collector", "00" * 32, "zz" * 32)
        )
    spelt = json.dumps(public, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    device = tagged("device", spelt).hex()[:32]
    lane = f"journal/{device}{random.choice(('', '', '.0a1b2c3d', '.x'))}"
    files[f"{lane}/device.pub"] = spelt + random.choice((b"\n", b"", b"\n\n", b" "))
    frames = files.get(f"{victim.lane}/0001.qj", b"")
    files[f"{lane}/0001.qj"] = random.choice((b"", frames, frames[: random.randrange(500)]))
    size = random.choice((0, 0, 1, 10**15))
    root = random.choice((random.randbytes(32), tagged("x", tag("x"))))
    checkpoint = Checkpoint(origin=origin(victim.case.id, device), size=size, root=root)
    files[f"{lane}/head"] = sign(checkpoint, seed).to_bytes()
    if random.random() < 0.3:
        files[f"witness/{device}/{size:010d}-{root.hex()[:8]}.note"] = files[f"{lane}/head"]
    return files


def _place(victim: Victim, random: Random) -> str:
    if random.random() < 0.3:
        return random.choice(sorted(victim.files))
    lane = random.choice((_HEX[:32], f"{victim.case.device}.{_ZEROS}", _HEX[:32].upper(), _HEX))
    path = random.choice(_PLACES).replace("OWN", victim.case.device).replace("LANE", lane)
    return path.replace("N.", f"{random.choice(_NUMBERS)}.").replace(
        "-N", f"-{random.choice(_NUMBERS)}"
    )


def _thing(victim: Victim, path: str, random: Random) -> bytes:
    up = "../" * path.count("/")
    there = sorted(victim.files)
    name = origin(victim.case.id, victim.case.device)
    return random.choice(
        (
            *(b"", b"\n", b"{}", b"[" * 5000, b"null\n", random.randbytes(300), b"9" * 5000),
            *(AsFolder(), AsFolder(), AsLink(b"nowhere"), AsLink(path.rpartition("/")[2].encode())),
            *(AsLink(f"{up}journal".encode()), AsLink(f"{up}{random.choice(there)}".encode())),
            *(AsPipe(), victim.files[random.choice(there)], victim.files[random.choice(there)]),
            f"{name}\n{'9' * 5000}\n{'A' * 43}=\n\n".encode(),
            f"{name}\n{'9' * 16}\n{'A' * 43}=\n\n".encode(),
            b'{"age":"","role":"member","sign":"zz"}\n',
            b'{"format":1}\n',
            b'{"format":2}\n',
        )
    )


def _put(files: Files, path: str, thing: bytes) -> None:
    """Put a thing at a path; what lies below it, or where a folder above it must be, goes."""
    above = {path[:at] for at, letter in enumerate(path) if letter == "/"}
    for name in [name for name in files if name.startswith(f"{path}/") or name in above]:
        del files[name]
    files[path] = thing


PLANTED: Final = {"plant": plant, "plant lane": plant_lane}
