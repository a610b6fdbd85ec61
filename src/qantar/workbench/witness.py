"""Have somebody outside the team vouch for when a journal stood as it does, and list who saw what.

A request and its answer travel as files, by whatever way the user has. What an
authority signs is the hash of a checkpoint: it learns nothing of the case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals, write_atomically
from qantar.archive.journal import append, heads
from qantar.archive.lock import writing
from qantar.archive.note import Checkpoint, Note, origin, sign
from qantar.archive.time_stamp import (
    Answer,
    UnsoundAnswerError,
    answers,
    check_signature,
    new_request,
    read_answer,
)
from qantar.archive.verify_witness import kept_notes, read_note
from qantar.archive.witness import keep, newest, note_path
from qantar.errors import (
    InputRefusedError,
    MissingPathError,
    OutputExistsError,
    WitnessedLossError,
)
from qantar.workbench.stamps import recorded, time_entry

_MOST_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """A request as it was written: for how many entries of which device, and where."""

    device: str
    entries: int
    path: Path

    def to_json(self) -> dict[str, object]:
        """The report as `qantar witness request --json` prints it."""
        return {"device": self.device, "entries": self.entries, "path": str(self.path)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer as it was taken in.

    The authority says that the journal of `device` held its first `entries` entries at
    `at`. `checked` is whether its signature was held against roots that the user trusts.
    """

    device: str
    entries: int
    at: datetime
    authority: str
    checked: bool

    def to_json(self) -> dict[str, object]:
        """The report as `qantar witness add --json` prints it."""
        return {
            "device": self.device,
            "entries": self.entries,
            "at": self.at.isoformat(),
            "authority": self.authority or None,
            "checked": self.checked,
        }


def request(case: Case, out: Path) -> Requested:
    """Write a request for a time stamp of this device's journal as it stands now.

    The same journal is asked for with the same request, so that an answer to an
    earlier copy of it is good too.

    Raises:
        InputRefusedError: the journal has no entry yet.
        WitnessedLossError: others saw more of it than there is.
        OutputExistsError: there is something at `out` already.
        MissingExtraError: `qantar[witness]` is not installed.
        SealedAwayError: this device has not joined a case yet.
        JournalBrokenError, CaseLockedError, DiskError: the case is not as it must be.
    """
    if out.exists():
        message = "there is a file already."
        raise OutputExistsError(message, where=str(out), next="Name a new file.")
    with writing(case):
        head = heads(case)[case.signer.public.id]
        _refuse_unfit(case, head.size)
        checkpoint = Checkpoint(origin=origin(case.id, case.device), size=head.size, root=head.root)
        keep(case, sign(checkpoint, case.signer.sign_seed))
        path = note_path(case, case.device, checkpoint).with_suffix(".tsq")
        if not path.exists():
            write_atomically(path, new_request(checkpoint.text()))
        with disk_refusals("reading a request", path):
            made = path.read_bytes()
    write_atomically(out, made)
    return Requested(device=case.device, entries=head.size, path=out)


def take_in(
    case: Case, answer_path: Path, *, roots: Sequence[Path] = (), now: datetime
) -> Answered:
    """Take in the answer of an authority.

    Args:
        case: the case; its lock is taken.
        answer_path: the answer, as the authority gave it.
        roots: files of certificates (PEM) that the user trusts; without them the
            signature is not checked.
        now: aware; the journal keeps the minute.

    Raises:
        MissingPathError: a file is not there.
        InputRefusedError: it is no answer, or to no request of this case, or its
            signature does not hold.
        OutputExistsError: another answer to the same request was taken in before.
        MissingExtraError, SealedAwayError, JournalBrokenError, CaseLockedError, DiskError:
            as `request`.
    """
    untrusted = _read(answer_path, "answer")
    trusted = [one for path in roots for one in _certificates(path)]
    try:
        answer = read_answer(untrusted)
        note, path = _asked_for(case, answer, answer_path)
        if trusted:
            check_signature(answer, note.checkpoint.text(), trusted)
    except UnsoundAnswerError as error:
        message = f"this answer cannot be taken in: {error}."
        hint = "Ask the authority again, or check it with `openssl ts -verify`."
        raise InputRefusedError(message, where=str(answer_path), next=hint) from error
    taken = Answered(
        device=note.checkpoint.origin.rpartition("/")[2],
        entries=note.checkpoint.size,
        at=answer.at,
        authority=answer.authority,
        checked=bool(trusted),
    )
    with writing(case):
        _keep(path, untrusted)
        _record(case, note, untrusted, taken, trusted, now)
    return taken


def _refuse_unfit(case: Case, size: int) -> None:
    if size == 0:
        message = "the journal of this device has no entry yet."
        raise InputRefusedError(message, where=str(case.journal), next="Add material first.")
    seen = newest(case, case.device, bytes.fromhex(case.signer.public.sign))
    if seen is not None and seen.size > size:
        message = f"this device's journal has {size} entries, and others saw {seen.size}."
        hint = "Run `qantar verify`, and merge a bundle of a device that saw more."
        raise WitnessedLossError(message, where=str(case.journal), next=hint)


def _asked_for(case: Case, answer: Answer, answer_path: Path) -> tuple[Note, Path]:
    """Find the checkpoint that an answer is about, and where the answer is to lie."""
    for path in kept_notes(case):
        asked, note = path.with_suffix(".tsq"), read_note(path)
        if note is not None and asked.is_file():
            with disk_refusals("reading a request", asked):
                sent = asked.read_bytes()
            if answers(answer, note.checkpoint.text(), sent):
                return note, path.with_suffix(".tsr")
    message = "this is the answer to no request of this case."
    hint = "Give the answer to a file that `qantar witness request` wrote on this device."
    raise InputRefusedError(message, where=str(answer_path), next=hint)


def _keep(path: Path, untrusted: bytes) -> None:
    """Keep the answer beside its request, durably; once."""
    if path.exists():
        with disk_refusals("reading a time stamp", path):
            if path.read_bytes() == untrusted:
                return
        message = "another answer to the same request was taken in before."
        hint = "Make a new request when the journal has grown, and give that to the authority."
        raise OutputExistsError(message, where=str(path), next=hint)
    write_atomically(path, untrusted)


def _record(
    case: Case,
    note: Note,
    untrusted: bytes,
    taken: Answered,
    trusted: Sequence[x509.Certificate],
    now: datetime,
) -> None:
    """Say in the journal what was taken in and how it was checked, once."""
    answer = hashlib.sha256(untrusted).hexdigest()
    if any(one.answer == answer and one.checked >= taken.checked for one in recorded(case)):
        return
    kind, body = time_entry(
        note.checkpoint,
        at=taken.at,
        authority=taken.authority,
        answer=answer,
        roots=[hashlib.sha256(one.public_bytes(Encoding.DER)).hexdigest() for one in trusted],
    )
    append(case, kind=kind, body=body, at=now)


def _certificates(path: Path) -> list[x509.Certificate]:
    untrusted = _read(path, "certificate")
    try:
        return x509.load_pem_x509_certificates(untrusted)
    except ValueError as error:
        message = "this file holds no certificate in PEM."
        hint = "Give the root certificate that the authority publishes."
        raise InputRefusedError(message, where=str(path), next=hint) from error


def _read(path: Path, what: str) -> bytes:
    if not path.is_file():
        message = f"there is no such {what}."
        raise MissingPathError(message, where=str(path), next="Check the path.")
    with disk_refusals(f"reading the {what}", path), path.open("rb") as file:
        return file.read(_MOST_BYTES)
