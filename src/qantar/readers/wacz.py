"""WACZ: a ZIP archive that holds web archives, a list of what is in it, and hashes of that.

It is a document without text; each WARC in it is one more, and what that holds stands
under it. Each hash of the list is checked against the bytes that are there.

Source: WACZ 1.1.1 (specs.webrecorder.net), Frictionless Data Package.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from typing import IO, BinaryIO, Final, cast

from qantar.model.read_document import MetaValue
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_RATIO, MIB, RATIO_FLOOR_BYTES
from qantar.readers.children import Member, MemberRefusedError
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.job import Job
from qantar.readers.media_type import TableFormat, report_extension
from qantar.readers.start import Start
from qantar.readers.warc import READER, VERSION, read_archive
from qantar.readers.zip_damage import DAMAGE
from qantar.readers.zip_members import UnreadableArchiveError, ZipMember, members, open_zip

__all__ = ["READER", "VERSION", "knows", "read"]

_FORMAT: Final = TableFormat("application/wacz", "a web archive (WACZ)", frozenset({"wacz", "zip"}))
_LIST: Final = "datapackage.json"
_ARCHIVE: Final = re.compile(r"(?:.*/)?archive/[^/]+\.warc(?:\.gz)?\Z", re.IGNORECASE)
_PIECE_BYTES: Final = MIB
_MOST_LIST_BYTES: Final = 16 * MIB
_FACTS: Final = ("title", "description", "created", "modified", "software", "mainPageUrl",
                 "mainPageDate", "wacz_version")  # fmt: skip
_LONGEST_FACT: Final = 2_000


def knows(start: Start) -> bool:
    """Whether a ZIP archive is a WACZ: it has the list, and a web archive."""
    return _LIST in start.members and any(map(_ARCHIVE.match, start.members))


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a WACZ; see `registry.read`."""
    log = FindingLog(job.name)
    report_extension(_FORMAT, job.name, log)
    try:
        archive = open_zip(source)
    except UnreadableArchiveError as error:
        out.begin(reader=READER, version=VERSION, media_type=_FORMAT.media_type)
        out.loss(error.code, error.text)
        out.end()
        return
    with archive:
        _read(archive, job, out, log)


def _read(archive: zipfile.ZipFile, job: Job, out: DocumentWriter, log: FindingLog) -> None:
    held = [one for one in members(archive) if _ARCHIVE.match(one.name)]
    listed = _listed(archive, log)
    claimed = _claimed(listed)
    facts: dict[str, MetaValue] = {
        f"wacz.{_snake(name).removeprefix('wacz_')}": said[:_LONGEST_FACT]
        for name in _FACTS
        if isinstance(said := listed.get(name), str) and said
    }
    document = out.begin(
        reader=READER,
        version=VERSION,
        media_type=_FORMAT.media_type,
        meta={"wacz.archives": len(held), **facts},
    )
    missing = sorted(name for name in claimed if name not in archive.NameToInfo)
    if missing:
        text = f"The list names {counted(len(missing), 'file')} that are not there, the first "
        log.loss("missing-member", f"{text}{shown(missing[0])}.")
    log.write_to(out)
    out.end()
    for one in held:
        _take(archive, one, claimed.get(one.name), (job, out, document))


def _take(
    archive: zipfile.ZipFile,
    one: ZipMember,
    claimed: str | None,
    place: tuple[Job, DocumentWriter, str],
) -> None:
    """Read one web archive of the WACZ, unless it cannot be."""
    job, out, parent = place
    log = FindingLog(one.name)
    refused = one.refused or _refusal(archive, one.info)
    if refused:
        _name_only(one.name, refused, out, parent)
        return
    found = _sha256(archive, one.info, log)
    if found and claimed and claimed != found:
        log.loss(
            "digest-mismatch",
            f"It has the hash {found}, and the list of the WACZ says {shown(claimed)}. It was "
            "changed or damaged.",
        )
    with archive.open(one.info) as stream:
        source = cast("BinaryIO", _Whole(stream))
        member = Member(name=one.name, sha256=found)
        read_archive(source, job, out, log, inside=(parent, member))


def _refusal(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> MemberRefusedError | None:
    if info.file_size > max(RATIO_FLOOR_BYTES, MAX_RATIO * info.compress_size):
        text = "It unpacks as far as a bomb does. It was not read."
        return MemberRefusedError(code="ratio", text=text)
    try:
        archive.open(info).close()
    except (*DAMAGE, RuntimeError) as error:
        return MemberRefusedError(
            code="damaged", text=f"It cannot be unpacked ({shown(str(error))})."
        )
    return None


def _name_only(name: str, refused: MemberRefusedError, out: DocumentWriter, parent: str) -> None:
    out.begin(
        reader=READER,
        version=VERSION,
        media_type="application/warc",
        parent=parent,
        member=name,
    )
    out.loss(refused.code, refused.text)
    out.end()


class _Whole:
    """A member as a file that ends where it is damaged."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        try:
            return self._stream.read(size)
        except (*DAMAGE, RuntimeError):
            return b""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        try:
            return self._stream.seek(offset, whence)
        except (*DAMAGE, RuntimeError):
            return 0


def _sha256(archive: zipfile.ZipFile, info: zipfile.ZipInfo, log: FindingLog) -> str | None:
    """Hash a member; None where it cannot be unpacked to its end, which is told."""
    found = hashlib.sha256()
    try:
        with archive.open(info) as stream:
            while piece := stream.read(_PIECE_BYTES):
                found.update(piece)
    except (*DAMAGE, RuntimeError) as error:
        log.loss("damaged", f"The end of it cannot be unpacked ({shown(str(error))}).")
        return None
    return found.hexdigest()


def _listed(archive: zipfile.ZipFile, log: FindingLog) -> dict[str, object]:
    """Give what the list says; nothing where it cannot be read."""
    try:
        with archive.open(_LIST) as stream:
            data = stream.read(_MOST_LIST_BYTES + 1)
        listed = json.loads(data) if len(data) <= _MOST_LIST_BYTES else None
    except (*DAMAGE, KeyError, RuntimeError, RecursionError) as error:
        said = shown(str(error))
        log.loss("damaged", f"The list of the WACZ ({_LIST}) cannot be read ({said}).")
        return {}
    if not isinstance(listed, dict):
        log.loss("damaged", f"The list of the WACZ ({_LIST}) is none.")
        return {}
    return listed


def _claimed(listed: dict[str, object]) -> dict[str, str]:
    """Give the SHA-256 that the list says of each file, by its path."""
    resources = listed.get("resources")
    found: dict[str, str] = {}
    for one in resources if isinstance(resources, list) else ():
        if isinstance(one, dict) and isinstance(path := one.get("path"), str):
            said = one.get("hash")
            kind, _, value = said.partition(":") if isinstance(said, str) else ("", "", "")
            found[path] = value.lower() if kind.lower() == "sha256" else ""
    return found


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
