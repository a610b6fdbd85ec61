"""What a forger needs: entries hashed and signed anew, heads, keys, journals of strangers."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from qantar.archive.case import device_file
from qantar.archive.derive import tag
from qantar.archive.frame import (
    Frame,
    Header,
    entry_id,
    make_frame,
    read_header,
    spell_header,
)
from qantar.archive.note import Checkpoint, origin, sign
from qantar.archive.ring_file import RECORD_BYTES, open_ring
from qantar.archive.signing import SIGNATURE_BYTES, Signer
from qantar.archive.tree import root
from tests.faults.victims import Files, Victim, frames_of, with_frames


def headers_of(frames: Sequence[Frame]) -> list[Header]:
    """Read the headers of entries."""
    return [read_header(frame.header) for frame in frames]


def changed(headers: Sequence[Header], at: int, random: Random) -> list[Header]:
    """Let an entry claim an earlier minute, or be of another kind."""
    header = headers[at]
    if random.random() < 0.5:
        header = header._replace(at=header.at - timedelta(days=random.randrange(1, 4000)))
    else:
        header = header._replace(kind=f"other.of{random.randrange(10**6)}")
    return [*headers[:at], header, *headers[at + 1 :]]


def chain(
    headers: Sequence[Header],
    bodies: Sequence[bytes],
    at: int,
    seed: bytes,
    before: Sequence[Frame],
) -> list[Frame]:
    """Number, hash and sign entries anew from `at` (counted from 0) on."""
    chained = list(before[:at])
    for number in range(at, len(headers)):
        prev = chained[-1].id.hex() if chained else ""
        header = headers[number]._replace(seq=number + 1, prev=prev)
        chained.append(signed(header, bodies[number], seed))
    return chained


def signed(header: Header, body: bytes, seed: bytes) -> Frame:
    """Make one entry; its header owns its body, as a careful forger's would."""
    sealed = hashlib.sha256(body).hexdigest() if body else header.sealed
    spelt = spell_header(header._replace(sealed=sealed))
    data = make_frame(spelt, body, Signer(seed))
    return Frame(0, len(data), spelt, body, entry_id(spelt), data[-SIGNATURE_BYTES:])


def with_journal(victim: Victim, files: Files, chained: list[Frame]) -> Files:
    """Put a journal in the place of the own one, with a head that the own key signs."""
    head = head_of(victim, victim.case.device, chained, victim.case.signer.sign_seed)
    return {**with_frames(files, victim.lane, chained), f"{victim.lane}/head": head}


def head_of(victim: Victim, device: str, chained: Sequence[Frame], seed: bytes) -> bytes:
    """Make the head of a journal, signed by whoever has the seed."""
    checkpoint = Checkpoint(
        origin=origin(victim.case.id, device),
        size=len(chained),
        root=root(frame.id for frame in chained),
    )
    return sign(checkpoint, seed).to_bytes()


def with_stranger(victim: Victim, random: Random) -> Files:
    """Add the whole journal of a device that nobody let in."""
    seed = random.randbytes(32)
    public = replace(victim.case.signer.public, sign=Signer(seed).public_key.hex())
    frames = frames_of(victim.files, victim.lane)
    headers = [header._replace(device=public.id, refs=()) for header in headers_of(frames)]
    chained = chain(headers, [frame.body for frame in frames], 0, seed, ())
    lane = f"journal/{public.id}"
    files = {
        **victim.files,
        f"{lane}/device.pub": device_file(public),
        f"{lane}/head": head_of(victim, public.id, chained, seed),
    }
    return with_frames(files, lane, chained)


def ring_of(files: Files) -> str:
    """Path of the newest ring."""
    return max(path for path in files if path.endswith(".ring"))


def without_record(files: Files, number: int) -> Files:
    """Take a record out of the ring."""
    path = ring_of(files)
    start = number * RECORD_BYTES
    return {**files, path: files[path][:start] + files[path][start + RECORD_BYTES :]}


def with_key(victim: Victim, files: Files, name: bytes, key: bytes) -> Files:
    """Add a key to the ring, as whoever has the case open can."""
    path = ring_of(files)
    ring = open_ring(victim.case.root / path, victim.case.shared_key)
    nonce = secrets.token_bytes(12)
    record = name + nonce + ChaCha20Poly1305(ring.key).encrypt(nonce, key, tag("ring") + name)
    return {**files, path: files[path] + record}
