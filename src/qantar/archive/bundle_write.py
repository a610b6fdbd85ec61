"""Writing a bundle to a stick: streamed, read back from the medium, and only then named.

Every part is written under another name, forced to the medium, read back from
there, decrypted and compared. To be able to decrypt what is sealed for others only,
the writer adds one recipient whose key it makes up for this and forgets.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

import pyrage

from qantar.archive.age_header import AGE_MAGIC
from qantar.archive.age_keys import identity, new_secret, read_recipient
from qantar.archive.bundle_format import (
    END_BYTES,
    END_TAG,
    MAGIC,
    RECORD,
    Kind,
    Manifest,
    UnsoundBundleError,
)
from qantar.archive.bundle_layout import Outgoing, Record, Unit, laid_out, record
from qantar.archive.bundle_parser import Looker, Parser, end_message
from qantar.archive.bundle_read import decrypt_bundle
from qantar.archive.disk import (
    FILE_MODE,
    disk_refusals,
    from_the_disk,
    settle,
    sync_folder,
)
from qantar.archive.own_device import OwnDevice
from qantar.archive.sealing import Door, tell_of
from qantar.errors import DiskError, OutputExistsError
from qantar.model.device import DevicePublic

PART_BYTES: Final = 3_758_096_384
"""3.5 GiB: what fits on the file system of a common stick, which takes 4 GiB less one byte."""

_UNFINISHED: Final = ".unfinished"
_BUFFER: Final = 1024 * 1024


def part_paths(out: Path, parts: int) -> tuple[Path, ...]:
    """Name the files of a bundle: `OUT`, `OUT.2of3`, `OUT.3of3`."""
    rest = (out.with_name(f"{out.name}.{part}of{parts}") for part in range(2, parts + 1))
    return (out, *rest)


def write_bundle(
    out: Path, outgoing: Outgoing, *, replace_old: bool = False, part_bytes: int = PART_BYTES
) -> tuple[Path, ...]:
    """Write a bundle and read it back; returns when all of it is on the medium, compared.

    Args:
        out: the first file; its folder exists.
        outgoing: what goes into it.
        replace_old: put it in the place of an earlier bundle.
        part_bytes: the most that one file may take.

    Returns:
        The files, in order.

    Raises:
        OutputExistsError: there is something already, and it is no earlier bundle or
            may not be replaced.
        DiskError: the disk refuses, or gives back other bytes; no file has its name then.
        ValueError: a unit does not fit into a part.
    """
    parts = laid_out(outgoing, part_bytes)
    paths = part_paths(out, len(parts))
    stale = _stale(paths, replace_old=replace_old)
    written: list[Path] = []
    try:
        for number, (path, units) in enumerate(zip(paths, parts, strict=True), start=1):
            manifest = replace(outgoing.manifest, part=number, parts=len(parts))
            written.append(path.with_name(path.name + _UNFINISHED))
            _write_part(written[-1], outgoing, manifest, units)
        _settle_names(written, paths, stale)
    except BaseException:
        for path in written:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise
    return paths


def refuse_taken(out: Path, *, replace_old: bool) -> None:
    """Refuse a place where a bundle cannot go, before work is done for it.

    Raises:
        OutputExistsError: as `write_bundle`.
        DiskError: the folder is missing.
    """
    _stale((out,), replace_old=replace_old)


def _stale(paths: Sequence[Path], *, replace_old: bool) -> list[Path]:
    """Find what an earlier bundle of this name left; refuse what is none."""
    out = paths[0]
    with disk_refusals("looking for an earlier bundle", out):
        if not out.parent.is_dir():
            message = "there is no such folder."
            raise DiskError(message, where=str(out.parent), next="Make it, or name another.")
        found = [path for path in paths if path.exists() or path.is_symlink()]
        if replace_old:
            others = out.parent.glob(f"{_literally(out.name)}.*of*")
            found += [path for path in others if path not in paths and _is_part(out, path)]
        for path in found:
            if not replace_old:
                message = "there is something already."
                raise OutputExistsError(
                    message, where=str(path), next="Name another file, or say --replace."
                )
            if not _is_age_file(path):
                message = "what is there is no bundle."
                raise OutputExistsError(message, where=str(path), next="Name another file.")
    return [path for path in found if path not in paths]


def _literally(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _is_part(out: Path, path: Path) -> bool:
    part, _, parts = path.name.removeprefix(f"{out.name}.").partition("of")
    return part.isdecimal() and parts.isdecimal()


def _is_age_file(path: Path) -> bool:
    if not path.is_file() or path.is_symlink():
        return False
    with path.open("rb") as file:
        return file.read(len(AGE_MAGIC)) == AGE_MAGIC


def _write_part(path: Path, outgoing: Outgoing, manifest: Manifest, units: Iterable[Unit]) -> None:
    """Write one part under its name for now, and read it back."""
    spare = new_secret()
    recipients = [read_recipient(one) for one in outgoing.recipients]
    plain = _Plain(_records(outgoing, manifest, units), outgoing.signer)
    with disk_refusals("writing the bundle", path), _fresh(path) as file:
        reading, writing = Door(plain), Door(file)
        try:
            pyrage.encrypt_io(reading, writing, [*recipients, identity(spare).to_public()])
        except (pyrage.EncryptError, OSError):
            tell_of(reading, writing)
            raise
        settle(file)
    _read_back(path, spare, plain.digest, outgoing.signer.public)


def _fresh(path: Path) -> BinaryIO:
    """Open a new file; on a stick, whose file system knows no modes, nobody sets one."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
    return os.fdopen(descriptor, "w+b", buffering=_BUFFER)


def _records(outgoing: Outgoing, manifest: Manifest, units: Iterable[Unit]) -> Iterator[Record]:
    yield record(Kind.MANIFEST, manifest.to_bytes())
    yield from outgoing.common
    for unit in units:
        yield from unit


class _Plain:
    """What age reads: the bundle's bytes, hashed on the way, with its end."""

    def __init__(self, records: Iterable[Record], signer: OwnDevice) -> None:
        self.digest = b""
        self._pieces = self._all(records, signer)
        self._ready, self._at = b"", 0

    def read(self, most: int = -1) -> bytes:
        """Give the next bytes; age asks for a few thousand at a time."""
        while self._at >= len(self._ready):
            ready = next(self._pieces, None)
            if ready is None:
                return b""
            self._ready, self._at = ready, 0
        end = len(self._ready) if most < 0 else self._at + most
        given = self._ready[self._at : end]
        self._at += len(given)
        return given

    def _all(self, records: Iterable[Record], signer: OwnDevice) -> Iterator[bytes]:
        digest = hashlib.sha256(END_TAG)
        for piece in self._before_the_end(records):
            digest.update(piece)
            yield piece
        self.digest = digest.digest()
        yield RECORD.pack(Kind.END, END_BYTES)
        yield self.digest + signer.sign(end_message(self.digest))

    @staticmethod
    def _before_the_end(records: Iterable[Record]) -> Iterator[bytes]:
        yield MAGIC
        for one in records:
            yield RECORD.pack(one.kind, one.length)
            left = one.length
            for piece in one.pieces():
                left -= len(piece)
                yield piece
            if left:
                message = f"a record of {one.length} bytes came out {left} bytes short"
                raise ValueError(message)


def _read_back(path: Path, spare: bytes, digest: bytes, public: DevicePublic) -> None:
    """Read a part from the medium, decrypt it and compare.

    Raises:
        DiskError: it is not what was written.
    """
    parser = Parser(Looker())
    with disk_refusals("reading the bundle back", path), path.open("rb") as file:
        from_the_disk(file)
        try:
            decrypt_bundle(file, spare, parser)
        except UnsoundBundleError as error:
            raise _altered(path, str(error)) from error
    if parser.digest != digest or not parser.is_signed(bytes.fromhex(public.sign)):
        raise _altered(path, "it is another one")


def _altered(path: Path, why: str) -> DiskError:
    message = f"the medium gave back other bytes than it took ({why})."
    hint = "Nothing was left there. Use another stick, then make the bundle again."
    return DiskError(message, where=str(path), next=hint)


def _settle_names(written: Sequence[Path], paths: Sequence[Path], stale: Iterable[Path]) -> None:
    folder = paths[0].parent
    with disk_refusals("naming the bundle", paths[0]):
        for path in stale:
            path.unlink(missing_ok=True)
        for unfinished, path in zip(written, paths, strict=True):
            unfinished.replace(path)
        _sync_foreign_folder(folder)


def _sync_foreign_folder(folder: Path) -> None:
    """Force the names to the medium, where the driver of its file system takes that."""
    try:
        sync_folder(folder)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
