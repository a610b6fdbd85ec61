"""ZIP and tar archives, and single packed files: members as documents of their own.

An archive is a document with what it says of itself and no text. Each member is read by
the reader of its own content, in this same confined process, within one budget of depth,
number and bytes (`children.py`).
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO, Final, cast

from qantar.model.read_document import MetaValue
from qantar.readers import telegram
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_MEMBER_BYTES, MAX_MEMBERS, MAX_MEMBERS_BYTES, MIB
from qantar.readers.children import Children, Member, MemberRefusedError, Stream
from qantar.readers.finding_log import FindingLog
from qantar.readers.job import Job
from qantar.readers.kobo_folder import JOINED, submission_folder
from qantar.readers.media_type import ZIP_OTHER, binary_format, extension, report_extension
from qantar.readers.start import START_BYTES, Start
from qantar.readers.telegram_folder import NOT_READ, private_members
from qantar.readers.zip_damage import DAMAGE
from qantar.readers.zip_members import (
    UnreadableArchiveError,
    ZipMember,
    members,
    open_zip,
)

READER: Final = "archive"
VERSION: Final = 1

_ZIP, _TAR = "application/zip", "application/x-tar"
_PACKED: Final = {
    b"\x1f\x8b\x08": "application/gzip",
    b"BZh": "application/x-bzip2",
    b"\xfd7zXZ\0": "application/x-xz",
}
_TAR_MARK_AT, _TAR_MARK = 257, b"ustar"
_UNPACKING: Final = (*DAMAGE, tarfile.TarError, lzma.LZMAError)
_LONGEST_COMMENT: Final = 2_000
_PACKED_ENDINGS: Final = frozenset({"gz", "bz2", "xz", "tgz", "tbz2", "txz"})


def knows(start: Start) -> bool:
    """Whether a file is an archive or a packed file that no reader of documents knows."""
    if start.head.startswith(tuple(_PACKED)) or _is_tar(start.head):
        return True
    return binary_format(start.source, start.name) is ZIP_OTHER


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read an archive; see `registry.read`."""
    source.seek(0)
    head = source.read(512)
    packed = next((kind for mark, kind in _PACKED.items() if head.startswith(mark)), None)
    if packed is not None:
        _read_packed(source, packed, job, out)
        return
    if _is_tar(head):
        source.seek(0)
        _read_tar(source, _TAR, job, out)
    else:
        _read_zip(source, job, out)


def _is_tar(head: bytes) -> bool:
    return head[_TAR_MARK_AT : _TAR_MARK_AT + len(_TAR_MARK)] == _TAR_MARK


def _begin(out: DocumentWriter, media_type: str, meta: dict[str, MetaValue]) -> str:
    return out.begin(reader=READER, version=VERSION, media_type=media_type, meta=meta)


def _read_zip(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    log = FindingLog(job.name)
    try:
        archive = open_zip(source)
    except UnreadableArchiveError as error:
        _begin(out, _ZIP, {})
        out.loss(error.code, error.text)
        out.end()
        return
    with archive:
        listed = list(members(archive))
        comment = archive.comment.decode("utf-8", "replace")[:_LONGEST_COMMENT]
        report_extension(ZIP_OTHER, job.name, log)
        meta: dict[str, MetaValue] = {"archive.members": len(listed)}
        parent = _begin(out, _ZIP, meta | ({"archive.comment": comment} if comment else {}))
        if not listed:
            log.loss("empty", "The archive holds no files.")
        log.write_to(out)
        out.end()
        names = frozenset(one.name for one in listed if one.refused is None)
        children = Children(out, job, parent, names=names)
        private = private_members(names)
        children.folder = submission_folder(names, _fetching(archive, listed, children))
        joined = children.folder.joined
        for one in listed:
            if one.name in private:
                children.leave_out(Member(name=one.name), "private-section", NOT_READ)
            elif one.name in joined and one.refused is None:
                children.leave_out(Member(name=one.name), "joined-rows", JOINED)
            else:
                _add_zipped(archive, one, children)
        children.close()


def _fetching(
    archive: zipfile.ZipFile, listed: list[ZipMember], children: Children
) -> Callable[[str, int | None], bytes | None]:
    """Give what reads a member for the sake of another."""
    by_name = {one.name: one.info for one in reversed(listed) if one.refused is None}

    def fetch(name: str, most: int | None) -> bytes | None:
        info = by_name.get(name)
        if info is None:
            return None
        try:
            with archive.open(info) as stream:
                return children.fetched(stream, packed=info.compress_size, most=most)
        except (*_UNPACKING, RuntimeError, MemberRefusedError):
            return None  # told when the member itself is read

    return fetch


def _add_zipped(archive: zipfile.ZipFile, one: ZipMember, children: Children) -> None:
    member = Member(name=one.name)
    if one.refused is not None:
        children.refuse(member, one.refused.code, one.refused.text)
        return
    try:
        if one.info.file_size > MAX_MEMBER_BYTES and _is_large_chat(archive, one):
            _add_chat(archive, one, children)
            return
        with archive.open(one.info) as stream:
            data = children.unpacked(stream, packed=one.info.compress_size)
    except MemberRefusedError as error:
        children.refuse(member, error.code, error.text)
    except (*_UNPACKING, RuntimeError) as error:
        children.refuse(member, "damaged", _damaged(error))
    else:
        children.add(data, member)


def _is_large_chat(archive: zipfile.ZipFile, one: ZipMember) -> bool:
    """Whether a member is an export of chats, which its reader never holds whole."""
    with archive.open(one.info) as stream:
        head = BytesIO(stream.read(START_BYTES))
    return telegram.streams(head.getvalue()) and telegram.knows(Start(head, one.name))


def _add_chat(archive: zipfile.ZipFile, one: ZipMember, children: Children) -> None:
    """Have an export of any size read where it stands, once all of it is known to be sound.

    Raises:
        MemberRefusedError: it unpacks too far.
        zipfile.BadZipFile: it is damaged, like other errors of unpacking.
    """
    with archive.open(one.info) as stream:
        size, sha256 = children.looked_through(stream, packed=one.info.compress_size)
    member = Member(name=one.name, sha256=sha256)
    with archive.open(one.info) as stream:  # sought in by unpacking again
        children.add_large(cast("BinaryIO", stream), size, member, telegram.read)


def _unpacking(source: BinaryIO, media_type: str) -> Stream:
    if media_type == "application/gzip":
        return gzip.GzipFile(fileobj=source)
    return bz2.BZ2File(source) if media_type == "application/x-bzip2" else lzma.LZMAFile(source)


def _read_packed(source: BinaryIO, media_type: str, job: Job, out: DocumentWriter) -> None:
    """Read a packed file: a tar archive in it, or the one file that it is."""
    size = source.seek(0, 2)
    source.seek(0)
    stream = _Counted(_unpacking(source, media_type))
    try:
        head = stream.peek(512)
    except _UNPACKING as error:
        _begin(out, media_type, {})
        out.loss("damaged", _damaged(error))
        out.end()
        return
    if _is_tar(head):
        _read_tar(stream, media_type, job, out)
        return
    parent = _begin(out, media_type, {})
    out.end()
    children = Children(out, job, parent)
    member = Member(name=_inner_name(job.name))
    try:
        data = children.unpacked(stream, packed=size)
    except MemberRefusedError as error:
        children.refuse(member, error.code, error.text)
    except _UNPACKING as error:
        children.refuse(member, "damaged", _damaged(error))
    else:
        children.add(data, member)
    children.close()


def _read_tar(source: Stream, media_type: str, job: Job, out: DocumentWriter) -> None:
    """Read a tar archive as it comes; its members' sizes are counted against the stream."""
    parent = _begin(out, media_type, {})
    out.end()
    children = Children(out, job, parent)
    try:
        with tarfile.open(fileobj=source, mode="r|", errors="replace") as archive:  # type: ignore[call-overload]
            for info in _headers(archive):
                _add_from_tar(archive, info, children)
    except _UNPACKING as error:
        children.refuse(Member(), "damaged", _damaged(error))
    except MemberRefusedError as error:
        children.refuse(Member(), error.code, error.text)
    children.close()


def _headers(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for number, info in enumerate(archive):
        archive.members = []  # type: ignore[attr-defined]  # it would keep every header it has read
        if number >= 2 * MAX_MEMBERS:
            text = (
                f"The archive holds more than {2 * MAX_MEMBERS:,} entries. The rest was not read."
            )
            raise MemberRefusedError(code="too-many", text=text)
        if not info.isdir():
            yield info


def _add_from_tar(archive: tarfile.TarFile, info: tarfile.TarInfo, children: Children) -> None:
    member = Member(name=info.name)
    if not info.isreg():
        text = "The member is a link or a device. It was not followed."
        children.refuse(member, "link-refused", text)
        return
    stream = archive.extractfile(info)
    if stream is None:
        children.refuse(member, "damaged", "The member's bytes are not there.")
        return
    try:
        data = children.unpacked(stream)
    except MemberRefusedError as error:
        children.refuse(member, error.code, error.text)
    else:
        children.add(data, member)


def _inner_name(name: str) -> str:
    """Give the name that a packed file had: `a.csv` for `a.csv.gz`."""
    inner = PurePosixPath(name).stem if extension(name) in _PACKED_ENDINGS else name
    return inner or name


def _damaged(error: Exception) -> str:
    why = str(error) or type(error).__name__
    return f"This cannot be unpacked ({why}). It is damaged or was cut; get a whole copy."


class _Counted:
    """A stream of unpacked bytes that ends with a refusal where it goes beyond all bounds."""

    def __init__(self, stream: Stream) -> None:
        self._stream, self._held, self._left = stream, b"", MAX_MEMBERS_BYTES

    def peek(self, size: int) -> bytes:
        """Give the first bytes, which stay to be read."""
        self._held = self._stream.read(size)
        return self._held

    def read(self, size: int = MIB) -> bytes:
        """Give so many bytes at most.

        Raises:
            MemberRefusedError: more came than is taken in from one file.
        """
        given, self._held = self._held[:size], self._held[size:]
        if len(given) < size:
            given += self._stream.read(size - len(given))
        self._left -= len(given)
        if self._left < 0:
            text = f"It unpacks to more than {MAX_MEMBERS_BYTES / MIB:,.0f} MiB."
            raise MemberRefusedError(code="too-large", text=f"{text} The rest was not read.")
        return given
