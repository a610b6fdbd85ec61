"""Somebody without a key who can write any file into the folder of one device."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final

from qantar.archive.case import Case, device_file
from qantar.archive.frame import Header, make_frame, read_header, spell_header, to_bytes
from qantar.archive.signing import Signer
from tests.faults.erase_look import frames_in
from tests.faults.sealed import NOW

COPY: Final = "note.copy"
"""The kind of entries that nobody of the team wrote: copies of others' words."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody with the folder of one device and no key.

    `store` is where it keeps what it copied. `harmless` are devices whose journals others'
    bundles mend: they have all of them.
    """

    case: Case
    store: Path
    harmless: Sequence[str]

    def meddle(self, random: Random) -> str:
        """Do one thing to the folder; says which."""
        what = random.choice(sorted(_MEDDLING))
        _MEDDLING[what](self, random)
        return what

    def lane(self, random: Random) -> Path:
        """Choose the journal of another device."""
        journals = self.case.journals
        return journals / random.choice([one for one in self.harmless if (journals / one).is_dir()])

    def frames(self, random: Random) -> bytes:
        """Copy what stands in some journal, whole or cut short."""
        folder = random.choice(sorted(p for p in self.case.journals.iterdir() if p.is_dir()))
        data = (folder / "0001.qj").read_bytes() if (folder / "0001.qj").exists() else b""
        return random.choice((data, data[: random.randrange(len(data) + 1)]))

    def free(self, stem: str, rest: str = "") -> Path:
        """Give the first free place of a numbered thing in the inbox."""
        numbers = (self.case.inbox / f"{stem}-{n}{rest}" for n in range(1, 99))
        return next(path for path in numbers if not path.exists())


def _unmark(stranger: Stranger, random: Random) -> None:
    (stranger.lane(random) / "taken").unlink(missing_ok=True)


def _nobodys(stranger: Stranger, random: Random) -> None:
    """Take the mark away and damage who signs: the journal is passed over."""
    lane = stranger.lane(random)
    (lane / "taken").unlink(missing_ok=True)
    (lane / "device.pub").write_bytes(random.choice((b"", b"{}\n", b"x")))


def _damage(stranger: Stranger, random: Random) -> None:
    lane = stranger.lane(random)
    if random.random() < 0.5:
        (lane / "device.pub").write_bytes(random.choice((b"", b"{}\n", b"x")))
    else:
        data = bytearray((lane / "0001.qj").read_bytes())
        data[random.randrange(len(data))] ^= 1
        (lane / "0001.qj").write_bytes(data)


def _torn(stranger: Stranger, random: Random) -> None:
    stranger.free("torn").write_bytes(
        random.choice((stranger.frames(random), _made_up(stranger, random)))
    )


def _made_up(stranger: Stranger, random: Random) -> bytes:
    """Sign, as nobody, an entry with the commitment of something that is stored here."""
    names = [
        p.name for p in (*stranger.case.originals.glob("*/*"), *stranger.case.releases.iterdir())
    ]
    pending = [p.name[:64] for p in stranger.case.inbox.glob("objects/*")]
    headers = (h for p in stranger.case.journals.glob("*/*.qj") for _, h in frames_in(p))
    said = [header.commitment for header in headers]
    commitment = random.choice((random.choice(said), random.choice([*names, *pending, *said])))
    body = random.choice((b"", random.randbytes(300)))
    signer = Signer(random.randbytes(32))
    public = replace(stranger.case.signer.public, sign=signer.public_key.hex())
    header = Header(
        at=NOW,
        commitment=commitment,
        case=stranger.case.id,
        device=public.id,
        kind=random.choice(("note", "case.init", "erase")),
        prev="",
        refs=(),
        sealed=hashlib.sha256(body).hexdigest(),
        seq=1,
    )
    frame = make_frame(spell_header(header), body, signer)
    stranger.store.joinpath("public").write_bytes(device_file(public))
    stranger.store.joinpath("id").write_text(public.id)
    return frame


def _plant_lane(stranger: Stranger, random: Random) -> None:
    frame = _made_up(stranger, random)
    lane = stranger.case.journals / (stranger.store / "id").read_text()
    lane.mkdir(exist_ok=True)
    shutil.copy(stranger.store / "public", lane / "device.pub")
    (lane / "0001.qj").write_bytes(frame)


def _aside(stranger: Stranger, random: Random) -> None:
    """Plant a journal that was set aside."""
    lane = random.choice(sorted(p for p in stranger.case.journals.iterdir() if p.is_dir()))
    folder = stranger.free("journal", f"-{lane.name}")
    folder.mkdir()
    (folder / "0001.qj").write_bytes(
        random.choice((stranger.frames(random), _made_up(stranger, random)))
    )
    if random.random() < 0.5 and (lane / "device.pub").exists():
        shutil.copy(lane / "device.pub", folder / "device.pub")


def _waiting(stranger: Stranger, random: Random) -> None:
    with (stranger.case.inbox / "waiting.qj").open("ab") as file:
        file.write(random.choice((stranger.frames(random), _made_up(stranger, random))))


def _move_body(stranger: Stranger, random: Random) -> None:
    """Take the body out of an entry, and put it elsewhere under a header of one's own."""
    path = stranger.lane(random) / "0001.qj"
    listed = [frame for frame, _ in frames_in(path)]
    taken = random.choice([frame for frame in listed if frame.body] or [None])
    if taken is None:
        return
    path.write_bytes(b"".join(to_bytes(one, with_body=one is not taken) for one in listed))
    signer = Signer(random.randbytes(32))
    public = replace(stranger.case.signer.public, sign=signer.public_key.hex())
    header = read_header(taken.header)._replace(device=public.id, kind=COPY)
    first = header._replace(prev="", refs=(), seq=1)
    frame = make_frame(spell_header(first), taken.body, signer)
    lane = stranger.case.journals / public.id
    aside = stranger.free("journal", f"-{public.id}")
    for folder in random.choice(((lane,), (aside,), (lane, aside), ())):
        folder.mkdir()
        (folder / "0001.qj").write_bytes(frame)
        (folder / "device.pub").write_bytes(random.choice((device_file(public), b"x")))
    if random.random() < 0.5:
        with (stranger.case.inbox / "waiting.qj").open("ab") as file:
            file.write(frame)


def _pending(stranger: Stranger, random: Random) -> None:
    folder = stranger.case.inbox / "objects"
    folder.mkdir(exist_ok=True)
    name = random.choice([p.name for p in stranger.case.originals.glob("*/*")] or ["0" * 64])
    path = folder / f"{name}.{random.randbytes(4).hex()}"
    path.write_bytes(random.randbytes(100))
    if random.random() < 0.5:
        path.with_name(f"{path.name}.state").write_bytes(random.randbytes(100))


def _old_ring(stranger: Stranger, random: Random) -> None:
    """Put an older ring back, under its own lower number, or plant what looks like one."""
    for path in stranger.store.glob("*.ring"):
        for one in (path, path.with_suffix(".age")):
            if not (stranger.case.ring / one.name).exists():
                shutil.copy(one, stranger.case.ring)
    for path in stranger.case.ring.glob("[0-9]*"):
        shutil.copy(path, stranger.store)
    (stranger.case.ring / random.choice(("0000.ring", "0000.age", ".tmp-x"))).write_bytes(b"x" * 92)


def _headless(stranger: Stranger, random: Random) -> None:
    (stranger.lane(random) / "head").unlink(missing_ok=True)


def _branch(stranger: Stranger, random: Random) -> None:
    """Plant a copy of a journal as if it were a branch of its device."""
    lane = stranger.lane(random)
    first = next((f.id.hex() for f, _ in frames_in(lane / "0001.qj")), None)
    if first and not (stranger.case.journals / f"{lane.name}.{first}").exists():
        copy = shutil.copytree(lane, stranger.case.journals / f"{lane.name}.{first}")
        (copy / "taken").unlink(missing_ok=True)


def _back(stranger: Stranger, random: Random) -> None:
    """Put back an earlier state of stored files."""
    kept = stranger.store / "files"
    for path in sorted(kept.rglob("*")) if kept.is_dir() else ():
        target = stranger.case.root / path.relative_to(kept)
        if path.is_file() and not target.exists() and random.random() < 0.5:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    for folder in ("originals", "releases"):
        shutil.copytree(stranger.case.root / folder, kept / folder, dirs_exist_ok=True)


_MEDDLING: Final[Mapping[str, Callable[[Stranger, Random], None]]] = {
    "unmark": _unmark,
    "nobody's": _nobodys,
    "damage": _damage,
    "torn": _torn,
    "plant a journal": _plant_lane,
    "set aside": _aside,
    "move a body": _move_body,
    "waiting": _waiting,
    "pending": _pending,
    "old ring": _old_ring,
    "headless": _headless,
    "branch": _branch,
    "put back": _back,
}
