"""The members of a ZIP archive, by its own table of contents, none of which is believed.

Nothing is unpacked to a disk: a name is data, a size is a claim, and bytes are counted as
they come. What leads elsewhere (a link), asks for a password, is packed in a way that is
not known, or shares its bytes with another member, is refused by name.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from qantar.readers.caps import MAX_MEMBERS
from qantar.readers.children import MemberRefusedError
from qantar.readers.media_type import zip_rows
from qantar.readers.zip_damage import DAMAGE

_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_ENCRYPTED, _UTF8 = 0x1, 0x800
_UNIX: Final = 3
_LOCAL_HEADER_BYTES: Final = 30


class UnreadableArchiveError(Exception):
    """An archive whose table of contents cannot be followed; says why, as a finding."""

    def __init__(self, *, code: str, text: str) -> None:
        """Keep both for the finding."""
        super().__init__(text)
        self.code, self.text = code, text


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipMember:
    """One member: its name as it reads best, and why it is not taken in, if it is not."""

    info: zipfile.ZipInfo
    name: str
    refused: MemberRefusedError | None = None


def open_zip(source: BinaryIO) -> zipfile.ZipFile:
    """Open an archive whose table of contents has a size that can be.

    Raises:
        UnreadableArchiveError: it is damaged, or has too many members.
    """
    if zip_rows(source) > MAX_MEMBERS:
        text = (
            f"The archive holds more than {MAX_MEMBERS:,} members; that is the cap. None was read."
        )
        raise UnreadableArchiveError(code="too-many", text=f"{text} Split it into parts.")
    source.seek(0)
    try:
        return zipfile.ZipFile(source)
    except DAMAGE as error:
        text = f"The table of contents of the archive cannot be read ({error})."
        raise UnreadableArchiveError(
            code="damaged", text=f"{text} It is damaged or was cut; get a whole copy."
        ) from error


def members(archive: zipfile.ZipFile) -> Iterator[ZipMember]:
    """Give the members in the order of their table; folders, which hold nothing, are left out."""
    shared = _sharing(archive)
    for info in archive.infolist():
        if not info.filename.endswith("/"):  # `is_dir` fails for a member without a name
            yield ZipMember(info=info, name=_name(info), refused=_refusal(info, shared))


def _refusal(info: zipfile.ZipInfo, shared: frozenset[int]) -> MemberRefusedError | None:
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
    if kind not in (0, stat.S_IFREG):
        return MemberRefusedError(
            code="link-refused",
            text="The member is a link, or no file. It was not followed. What it names, if it is "
            "needed, must be added itself.",
        )
    if info.header_offset in shared:
        return MemberRefusedError(
            code="ratio",
            text="The member shares its bytes with another one, as a bomb does. It was not read.",
        )
    if info.flag_bits & _ENCRYPTED:
        return MemberRefusedError(
            code="encrypted",
            text="The member asks for a password. It was not read. Unpack the archive with the "
            "password, and add what comes out.",
        )
    if info.compress_type not in _METHODS:
        return MemberRefusedError(
            code="unsupported",
            text=f"The member is packed by method {info.compress_type}, which this version does "
            "not know. Unpack the archive, and add what comes out.",
        )
    return None


def _sharing(archive: zipfile.ZipFile) -> frozenset[int]:
    """Where members begin whose bytes overlap those of the one before them, or are the same."""
    found: set[int] = set()
    end = 0
    for info in sorted(archive.infolist(), key=lambda one: one.header_offset):
        if info.header_offset < end:
            found.add(info.header_offset)
        end = max(end, info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size)
    return frozenset(found)


def _name(info: zipfile.ZipInfo) -> str:
    """Give a name in the encoding it was most likely written in, where it does not say."""
    if info.flag_bits & _UTF8 or info.filename.isascii():
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        russian = raw.decode("cp866")
    letters = [letter for letter in russian if not letter.isascii()]
    return russian if all("а" <= letter.lower() <= "ё" for letter in letters) else info.filename
