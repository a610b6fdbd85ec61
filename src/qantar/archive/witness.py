"""What was seen of journals: their checkpoints, and what each device said it holds.

A journal that is cut or written anew still chains and is still signed by its own
key; only what somebody else keeps tells. So each device keeps the checkpoints of the
others, says by its own signature when it saw them, and gets its own back cosigned.

`witness/<device>/<size, 10 digits>-<first 8 digits of the root>.note` is one checkpoint of
that device's log; under `forks/` there, one of this device's own that its journal contradicted
when it came: a copy of this folder was worked with. `witness/<device>/holds` is what that
device said in its last bundle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from qantar.archive.bundle_format import Head, UnsoundBundleError, read_heads
from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals, make_folder, write_atomically
from qantar.archive.note import (
    MAX_BYTES,
    Checkpoint,
    Note,
    SignatureLine,
    UnsoundNoteError,
    origin,
    parse,
)
from qantar.errors import NotCanonicalError
from qantar.model.canonical import JSON, canonical
from qantar.model.canonical import parse as parse_json

_NOTE = re.compile(r"(\d{10,})-[0-9a-f]{8}\.note")
_DEVICE = re.compile(r"[0-9a-f]{32}")
_ID = re.compile(r"[0-9a-f]{64}")
_HOLDS: Final = "holds"
FORKS: Final = "forks"
_MOST_HOLDS: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """What a device said it has: how far each lane goes there, and what it lacks (hex)."""

    heads: Mapping[str, Head] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def note_path(case: Case, device: str, checkpoint: Checkpoint, *, apart: bool = False) -> Path:
    """Where a checkpoint of a device is kept; `apart` as in `keep`."""
    folder = case.witness / device / FORKS if apart else case.witness / device
    return folder / f"{checkpoint.size:010d}-{checkpoint.root.hex()[:8]}.note"


def keep(case: Case, note: Note, *, apart: bool = False) -> Note:
    """Keep a checkpoint as it was seen, durably, with all signature lines that came so far.

    The caller has checked that the log's own device signed it, and holds the case's lock.

    Args:
        case: the case.
        note: the checkpoint.
        apart: it is of this device, and of another past than the one that is here.

    Returns:
        The note as it is kept now.

    Raises:
        ValueError: it is of no log of this case.
        DiskError: the disk refuses.
    """
    case_id, _, device = note.checkpoint.origin.removeprefix("qantar/").partition("/")
    if case_id != case.id or not _DEVICE.fullmatch(device):
        message = f"a checkpoint of {note.checkpoint.origin!r} is none of this case"
        raise ValueError(message)
    path = note_path(case, device, note.checkpoint, apart=apart)
    before = _read(path)
    if before is not None and before.checkpoint == note.checkpoint:
        joined = before.joined(note.signatures, keeping=origin(case.id, case.device))
        if joined == before:
            return before
        note = joined
    elif before is not None:
        # Two roots that begin alike: the other one keeps its name.
        path = path.with_name(f"{note.checkpoint.size:011d}-{note.checkpoint.root.hex()[:8]}.note")
    for folder in (case.witness / device, path.parent):
        make_folder(folder)
    write_atomically(path, note.to_bytes())
    return note


def devices(case: Case) -> tuple[str, ...]:
    """Name the devices of which anything was seen or said.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("reading what was seen of journals", case.witness):
        if not case.witness.is_dir():
            return ()
        return tuple(sorted(p.name for p in case.witness.iterdir() if _DEVICE.fullmatch(p.name)))


def notes(case: Case, device: str) -> tuple[Note, ...]:
    """Give the kept checkpoints of a device, the shortest first; damaged ones are left out.

    Their signatures are to be checked by whoever relies on them.

    Raises:
        DiskError: the disk refuses.
    """
    read = (_read(path) for path in _paths(case, device))
    ours = origin(case.id, device)
    found = [note for note in read if note is not None and note.checkpoint.origin == ours]
    return tuple(sorted(found, key=lambda note: (note.checkpoint.size, note.checkpoint.root)))


def kept(case: Case, device: str) -> Iterator[tuple[Path, Note]]:
    """Give all kept checkpoints of a device, those apart too, with where they are; by path.

    Raises:
        DiskError: the disk refuses.
    """
    ours = origin(case.id, device)
    for path in sorted((*_paths(case, device), *_paths(case, f"{device}/{FORKS}"))):
        note = _read(path)
        if note is not None and note.checkpoint.origin == ours:
            yield path, note


def newest(case: Case, device: str, public_key: bytes) -> Checkpoint | None:
    """Give the longest checkpoint of a device that was seen and that it signed.

    Raises:
        DiskError: the disk refuses.
    """
    for path in sorted(_paths(case, device), reverse=True, key=_size):
        note = _read(path)
        if (
            note is not None
            and note.checkpoint.origin == origin(case.id, device)
            and note.is_signed(public_key)
        ):
            return note.checkpoint
    return None


def only_sound(note: Note, publics: Mapping[str, bytes]) -> Note:
    """Leave only the signature lines that hold, one of each signer: a note has room for few.

    Args:
        note: as it came.
        publics: the Ed25519 key of each signer, by the name of its log.
    """
    kept: dict[tuple[str, bytes], SignatureLine] = {}
    for line in note.signatures:
        alone = replace(note, signatures=(line,))
        key = publics.get(line.name)
        if key is None:
            continue
        own = line.name == note.checkpoint.origin and alone.is_signed(key)
        if own or alone.cosigned_at(line.name, key) is not None:
            kept.setdefault((line.name, line.key_id), line)
    return replace(note, signatures=tuple(kept.values()))


def keep_holds(case: Case, device: str, holds: Holds) -> None:
    """Keep what a device said it has, durably. The caller holds the case's lock.

    Raises:
        DiskError: the disk refuses.
    """
    folder = case.witness / device
    make_folder(folder)
    heads: dict[str, JSON] = {lane: list(head) for lane, head in holds.heads.items()}
    data = canonical({"heads": heads, "missing": list(holds.missing)}) + b"\n"
    write_atomically(folder / _HOLDS, data)


def holds_of(case: Case, device: str) -> Holds:
    """Give what a device said it has; nothing where it said nothing, or that is damaged.

    Raises:
        DiskError: the disk refuses.
    """
    path = case.witness / device / _HOLDS
    with disk_refusals("reading what a device holds", path):
        if not path.is_file():
            return Holds()
        with path.open("rb") as file:
            untrusted = file.read(_MOST_HOLDS + 1)
    try:
        value = parse_json(untrusted.removesuffix(b"\n"))
        match value:
            case {"heads": dict(heads), "missing": list(missing), **rest} if not rest:
                said = tuple(one for one in missing if isinstance(one, str) and _ID.fullmatch(one))
                return Holds(heads=read_heads(heads), missing=said)
    except (NotCanonicalError, UnsoundBundleError):
        pass
    return Holds()


def _paths(case: Case, device: str) -> Iterator[Path]:
    folder = case.witness / device
    with disk_refusals("reading what was seen of a journal", folder):
        if folder.is_dir():
            yield from (path for path in folder.iterdir() if _NOTE.fullmatch(path.name))


def _size(path: Path) -> int:
    return int(path.name.partition("-")[0])


def _read(path: Path) -> Note | None:
    with disk_refusals("reading what was seen of a journal", path):
        if not path.is_file():
            return None
        with path.open("rb") as file:
            untrusted = file.read(MAX_BYTES + 1)
    try:
        return parse(untrusted)
    except UnsoundNoteError:
        return None
