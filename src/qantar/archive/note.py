"""Signed checkpoints: what a device says its log holds, and who else says they saw it.

A checkpoint is a C2SP signed note: three lines of text (whose log, how many
entries, the root of their tree), an empty line, and signature lines. The log's own
device signs the text; a witness signs the time and the text. Any tool for such
notes checks them.

Source: https://c2sp.org/signed-note, tlog-checkpoint and tlog-cosignature (v1).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from dataclasses import dataclass, replace

from qantar.archive.signing import SIGNATURE_BYTES, Signer, verifies

SIGNATURE, COSIGNATURE = 0x01, 0x04
MAX_BYTES = 16 * 1024
MAX_SIGNATURES = 64

_KEY_ID_BYTES = 4
_TIME = struct.Struct(">Q")
_LATEST = 2**63 - 1
_CHECKPOINT = re.compile(r"([^\s+]{1,200})\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n")
_LINE = re.compile("— ([^\\s+]{1,200}) ([A-Za-z0-9+/]{8,160}={0,2})\n")


class UnsoundNoteError(Exception):
    """These bytes are no checkpoint with signatures; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The first `size` entries of the log `origin` have the tree root `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> bytes:
        """Give the three lines that are signed, each with its line feed."""
        spelt = base64.b64encode(self.root).decode("ascii")
        return f"{self.origin}\n{self.size}\n{spelt}\n".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One line under a note: the signer's name, 4 bytes that hint at the key, the signature."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A checkpoint with the signature lines under it, none of them checked yet."""

    checkpoint: Checkpoint
    signatures: tuple[SignatureLine, ...]

    def to_bytes(self) -> bytes:
        """Give the note as it stands in a file."""
        lines = [
            f"— {line.name} {base64.b64encode(line.key_id + line.signature).decode('ascii')}\n"
            for line in self.signatures
        ]
        return self.checkpoint.text() + b"\n" + "".join(lines).encode()

    def is_signed(self, public_key: bytes) -> bool:
        """Whether the log's own device, with this Ed25519 key, signed the checkpoint."""
        name, text = self.checkpoint.origin, self.checkpoint.text()
        return any(
            verifies(public_key, line.signature, text)
            for line in self._lines(name, key_id(name, SIGNATURE, public_key))
        )

    def cosigned_at(self, name: str, public_key: bytes) -> int | None:
        """When `name`, with this Ed25519 key, says to have seen the log so: the earliest time.

        Returns:
            Seconds since 1970, as that device's clock told; None if it never signed.
        """
        times = []
        for line in self._lines(name, key_id(name, COSIGNATURE, public_key)):
            if len(line.signature) != _TIME.size + SIGNATURE_BYTES:
                continue
            (time,) = _TIME.unpack_from(line.signature)
            message = _cosigned_text(self.checkpoint, time)
            if time <= _LATEST and verifies(public_key, line.signature[_TIME.size :], message):
                times.append(time)
        return min(times, default=None)

    def cosign(self, name: str, seed: bytes, time: int) -> Note:
        """Add the statement of a witness that it saw the log so.

        Args:
            name: the witness's own log, as in the origin line of its checkpoints.
            seed: of its Ed25519 key, 32 bytes.
            time: seconds since 1970.
        """
        signer = Signer(seed)
        signature = _TIME.pack(time) + signer.sign(_cosigned_text(self.checkpoint, time))
        hint = key_id(name, COSIGNATURE, signer.public_key)
        line = SignatureLine(name=name, key_id=hint, signature=signature)
        return self.joined((line,), keeping=name)

    def joined(self, lines: tuple[SignatureLine, ...], *, keeping: str = "") -> Note:
        """Add signature lines that are not there yet.

        Of more than fit, those of the log's own device stay, those of the witness `keeping`
        (by the name of its log), and of the others the first: whoever lets many devices in
        must not crowd out what the one that keeps the note has signed itself.
        """
        new = tuple(line for line in dict.fromkeys(lines) if line not in self.signatures)
        listed = [*self.signatures, *new]
        if len(listed) > MAX_SIGNATURES:
            listed.sort(key=lambda line: line.name not in (self.checkpoint.origin, keeping))
        return replace(self, signatures=tuple(listed[:MAX_SIGNATURES]))

    def _lines(self, name: str, hint: bytes) -> list[SignatureLine]:
        return [line for line in self.signatures if (line.name, line.key_id) == (name, hint)]


def origin(case_id: str, device: str) -> str:
    """Name a device's log in a case: first line of its checkpoints, and its name as a witness."""
    return f"qantar/{case_id}/{device}"


def key_id(name: str, kind: int, public_key: bytes) -> bytes:
    """Give the 4 bytes by which a signature line hints at its key.

    Args:
        name: of the signer.
        kind: `SIGNATURE` or `COSIGNATURE`.
        public_key: Ed25519, 32 bytes.
    """
    hashed = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public_key).digest()
    return hashed[:_KEY_ID_BYTES]


def sign(checkpoint: Checkpoint, seed: bytes) -> Note:
    """Sign a checkpoint of one's own log.

    Args:
        checkpoint: what to sign; its origin names the signer.
        seed: of its Ed25519 key, 32 bytes.
    """
    signer, name = Signer(seed), checkpoint.origin
    line = SignatureLine(
        name=name,
        key_id=key_id(name, SIGNATURE, signer.public_key),
        signature=signer.sign(checkpoint.text()),
    )
    return Note(checkpoint=checkpoint, signatures=(line,))


def parse(untrusted: bytes) -> Note:
    """Read a note; says nothing of whether its signatures hold.

    Raises:
        UnsoundNoteError: it is not one, or not in its one spelling.
    """
    if len(untrusted) > MAX_BYTES:
        message = f"{len(untrusted)} bytes, where {MAX_BYTES} are the most"
        raise UnsoundNoteError(message)
    try:
        text, _, signatures = untrusted.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError as error:
        message = "it is no text"
        raise UnsoundNoteError(message) from error
    note = Note(checkpoint=_checkpoint(text + "\n"), signatures=_signature_lines(signatures))
    if note.to_bytes() != untrusted:
        message = "another spelling of the same note"
        raise UnsoundNoteError(message)
    return note


def _checkpoint(untrusted: str) -> Checkpoint:
    found = _CHECKPOINT.fullmatch(untrusted)
    if found is None:
        message = "its text is not the three lines of a checkpoint"
        raise UnsoundNoteError(message)
    return Checkpoint(origin=found[1], size=int(found[2]), root=_unspelt(found[3]))


def _signature_lines(untrusted: str) -> tuple[SignatureLine, ...]:
    lines: list[SignatureLine] = []
    for line in untrusted.splitlines(keepends=True):
        found = _LINE.fullmatch(line)
        if found is None or len(lines) == MAX_SIGNATURES:
            message = "below its text are other than signature lines, or too many of them"
            raise UnsoundNoteError(message)
        blob = _unspelt(found[2])
        lines.append(
            SignatureLine(
                name=found[1], key_id=blob[:_KEY_ID_BYTES], signature=blob[_KEY_ID_BYTES:]
            )
        )
    return tuple(lines)


def _unspelt(untrusted: str) -> bytes:
    try:
        return base64.b64decode(untrusted, validate=True)
    except binascii.Error as error:
        message = "a line of it is no base64"
        raise UnsoundNoteError(message) from error


def _cosigned_text(checkpoint: Checkpoint, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n".encode("ascii") + checkpoint.text()
