"""Members of a container, each read by the reader of its own content, into documents of their own.

Mails and archives hold other files. Each becomes a document with a `parent`: read where a
reader knows it, and named with the reason where not. One budget for the whole reading
(`nesting.py`) bounds depth, count and bytes; what it leaves out is a finding.

A member's name is data. No path is made of it; one that would lead out of a folder, or
deceives the eye, is noted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from qantar.errors import InputRefusedError
from qantar.model.finding import Finding, Severity
from qantar.model.read_document import MetaValue
from qantar.readers.answer import UNKNOWN_TYPE, UNREAD, DocumentWriter
from qantar.readers.caps import (
    MAX_BESIDE_BYTES,
    MAX_DEPTH,
    MAX_DOCUMENTS,
    MAX_MEMBER_BYTES,
    MAX_NAME_CHARS,
    MAX_RATIO,
    MIB,
    RATIO_FLOOR_BYTES,
)
from qantar.readers.finding_log import counted, shown
from qantar.readers.job import Job
from qantar.readers.nesting import Budget, Inside
from qantar.readers.start import Start

if TYPE_CHECKING:
    from qantar.readers.kobo_folder import SubmissionFolder
    from qantar.readers.registry import Read, Reader

_CHUNK_BYTES: Final = MIB
_SPARE_DOCUMENTS: Final = 100  # kept for those that say what was left out
_CONTROL_SHARE: Final = 0.1
_CONTROLS: Final = bytes((*range(8), 11, *range(14, 27), *range(28, 32), 127))
_TNEF: Final = b"\x78\x9f\x3e\x22"
_DECEIVES: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?\Z", re.IGNORECASE)
_LONGEST_NAME: Final = 255


class Stream(Protocol):
    """Unpacked bytes, as they come."""

    def read(self, size: int, /) -> bytes:
        """Give so many bytes at most; none at the end."""


class MemberRefusedError(Exception):
    """A member is not taken in; says why, as a finding."""

    def __init__(self, *, code: str, text: str) -> None:
        """Keep both for the finding."""
        super().__init__(text)
        self.code, self.text = code, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What is known of a member beside its bytes.

    `name` is as found; None where it has none. `reader_name` is the name by which a
    reader should judge its ending, where that is another. `media_type` is what the
    container claims; it shows only where no reader knows the content. `sha256` is given
    where the bytes handed over are not those that stand in the container.
    """

    name: str | None = None
    reader_name: str | None = None
    media_type: str | None = None
    sha256: str | None = None
    meta: Mapping[str, MetaValue] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Children:
    """Reads the members of one container, whose own document has ended.

    Call `close` after the last: it tells what was left out. `flat` is for a container that
    is only a row of members that stand in it as they are, as an mbox: it adds no depth,
    and its members' bytes were not unpacked. `names` are those of all members, where they
    are known beforehand.
    """

    out: DocumentWriter
    job: Job
    parent: str
    flat: bool = False
    names: frozenset[str] = frozenset()
    folder: SubmissionFolder | None = None
    _outer: Inside | None = None
    _budget: Budget = field(default_factory=Budget)
    _left_out: int = 0

    def __post_init__(self) -> None:
        """Spend what is left of the budget of the whole reading."""
        self._outer = self.out.inside
        if self._outer is not None:
            self._budget = self._outer.budget

    def unpacked(self, stream: Stream, *, packed: int | None = None) -> bytes:
        """Read a member's bytes, counting them as they come.

        Args:
            stream: gives the bytes; what it raises passes through.
            packed: how many bytes it takes in the container, where it is compressed.

        Raises:
            MemberRefusedError: it is larger, or unpacks further, than is allowed.
        """
        most = min(MAX_MEMBER_BYTES, self._budget.bytes)
        return b"".join(_counted(stream, most=most, packed=packed))

    def fetched(self, stream: Stream, *, packed: int, most: int | None) -> bytes:
        """Read a member, or its beginning, for the sake of another; it spends the same budget.

        Raises:
            MemberRefusedError: it is larger, or unpacks further, than is allowed.
        """
        if most is not None:
            data = stream.read(most)
        else:
            cap = min(MAX_BESIDE_BYTES, self._budget.bytes)
            data = b"".join(_counted(stream, most=cap, packed=packed))
        self._budget.bytes -= len(data)
        return data

    def looked_through(self, stream: Stream, *, packed: int) -> tuple[int, str]:
        """Count a member's bytes and hash them, keeping none: of one that is too large to keep.

        Raises:
            MemberRefusedError: it unpacks further than is allowed.
        """
        size, seen = 0, hashlib.sha256()
        for piece in _counted(stream, most=self._budget.bytes, packed=packed):
            size += len(piece)
            seen.update(piece)
        return size, seen.hexdigest()

    def add(self, data: bytes, member: Member, *, read: Read | None = None) -> None:
        """Read a member; whatever it is, a document says so.

        Args:
            data: its bytes.
            member: what is known of it.
            read: what reads it, where the container settles that.
        """
        if not self._has_room():
            return
        sha256 = member.sha256 or hashlib.sha256(data).hexdigest()
        depth = (self._outer.depth if self._outer else 0) + (not self.flat)
        self._enter(member, sha256, depth)
        if len(data) > min(MAX_MEMBER_BYTES, self._budget.bytes):
            self._name_only(member, "too-large", _too_large(MAX_MEMBER_BYTES))
        elif depth > MAX_DEPTH:
            self._name_only(member, "too-deep", _TOO_DEEP)
        else:
            self._budget.bytes -= 0 if self.flat else len(data)
            self._read(data, member, read)
        self.out.inside = self._outer

    def add_large(self, source: BinaryIO, size: int, member: Member, read: Read) -> None:
        """Read a member where it stands, by a reader that never holds a file whole.

        Args:
            source: gives its bytes, and can be sought in.
            size: how many they are, as counted before.
            member: what is known of it, its hash too.
            read: reads it.
        """
        if not self._has_room():
            return
        depth = (self._outer.depth if self._outer else 0) + (not self.flat)
        self._enter(member, member.sha256, depth)
        if depth > MAX_DEPTH:
            self._name_only(member, "too-deep", _TOO_DEEP)
        else:
            self._budget.bytes -= size
            self._read_from(source, member, read)
        self.out.inside = self._outer

    def refuse(self, member: Member, code: str, text: str, *, sha256: str | None = None) -> None:
        """Give a member that cannot be taken in a document that says why."""
        if not self._has_room():
            return
        self._enter(member, sha256, 1)
        self._name_only(member, code, text)
        self.out.inside = self._outer

    def leave_out(self, member: Member, code: str, text: str) -> None:
        """Give a member that is not read on purpose a document that says so."""
        if not self._has_room():
            return
        self._enter(member, None, 1)
        self._name_only(member, code, text, severity=Severity.NOTE)
        self.out.inside = self._outer

    def close(self) -> None:
        """Say how many members were left out, in a document of its own, if any were."""
        if not self._left_out:
            return
        self.out.begin(
            reader=UNREAD, version=1, media_type=UNKNOWN_TYPE, parent=self.parent, member=None
        )
        self.out.loss(
            "too-many",
            f"{counted(self._left_out, 'member')} of this container: left out, as one file may "
            "give no more documents. Split it into parts and add those.",
        )
        self.out.end()

    def _has_room(self) -> bool:
        room = self.out.documents < MAX_DOCUMENTS - _SPARE_DOCUMENTS
        if not room or self._budget.members <= 0:
            self._left_out += 1
            return False
        self._budget.members -= 1
        return True

    def _enter(self, member: Member, sha256: str | None, depth: int) -> None:
        name, faults = _kept_name(member.name)
        self.out.inside = Inside(
            parent=self.parent,
            depth=depth,
            budget=self._budget,
            member=name,
            sha256=sha256,
            meta=member.meta,
            findings=(*faults, *member.findings),
            names=self.names,
            folder=self.folder,
        )

    def _read(self, data: bytes, member: Member, read: Read | None) -> None:
        self._read_from(BytesIO(data), member, read or self._of_content(data, member))

    def _of_content(self, data: bytes, member: Member) -> Read:
        """Give what reads a member that only its content tells about."""

        def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
            if why := _unknown(data, Start(source, job.name)):
                self._name_only(member, "unsupported", why)
            else:
                _reader_for(source, job).read(source, job, out)

        return read

    def _read_from(self, source: BinaryIO, member: Member, read: Read) -> None:
        """Read it; whatever goes wrong in there ends there."""
        name = member.reader_name or member.name or ""
        job = Job(
            name=name,
            dates=self.job.dates,
            language=self.job.language,
            sight=self.job.sight,
            films=self.job.films,
        )
        before = self.out.documents
        try:
            read(source, job, self.out)
        except InputRefusedError as error:  # before or after its document began
            if self.out.documents == before:
                self._name_only(member, "unsupported", error.message)
            else:
                self.out.abandon(error.message)
        except MemoryError:
            self.out.abandon("it needs more memory than a reader may have")
        except Exception as error:  # noqa: BLE001  # a hostile member ends here, not the others
            self.out.abandon(f"the reader failed ({type(error).__name__})")

    def _name_only(
        self, member: Member, code: str, text: str, *, severity: Severity = Severity.LOSS
    ) -> None:
        media_type = member.media_type or UNKNOWN_TYPE
        self.out.begin(reader=UNREAD, version=1, media_type=media_type)
        self.out.find(Finding(code=code, text=text, severity=severity))
        self.out.end()


def _counted(stream: Stream, *, most: int, packed: int | None) -> Iterator[bytes]:
    """Give the bytes of a stream in pieces, as long as they are not too many.

    Raises:
        MemberRefusedError: they are more than `most`, or too many for `packed` ones.
    """
    unbombed = most if packed is None else max(RATIO_FLOOR_BYTES, MAX_RATIO * packed)
    size = 0
    while piece := stream.read(_CHUNK_BYTES):
        size += len(piece)
        if size > most:
            raise MemberRefusedError(code="too-large", text=_too_large(most))
        if size > unbombed:
            raise MemberRefusedError(code="ratio", text=_ratio(packed or 0))
        yield piece


_TOO_DEEP: Final = (
    f"This stands in a container that stands in another {MAX_DEPTH} deep. It was not read. Save "
    "it from the program that the outer one belongs to, and add it."
)


def _too_large(most: int) -> str:
    return (
        f"The member has more than {most / MIB:,.0f} MiB, or all members together more than is "
        "taken in from one file. It was not read. Save it as a file of its own, and add that."
    )


def _ratio(packed: int) -> str:
    return (
        f"The member unpacks {packed:,} bytes to more than {MAX_RATIO} times as many, which is "
        "what a bomb does. It was not read. If it is genuine, unpack it and add what comes out."
    )


def _reader_for(source: BinaryIO, job: Job) -> Reader:
    # The registry names the readers of containers, which use this module.
    from qantar.readers.registry import reader_for  # noqa: PLC0415

    return reader_for(source, job)


def _unknown(data: bytes, start: Start) -> str | None:
    """Say why no reader is asked, or None: the last reader would take any bytes for a table."""
    if data.startswith(_TNEF):
        return (
            "This is a winmail.dat (TNEF), in which Outlook packs formatted text and attachments. "
            "It was not read. Open it with a program that unpacks it, and add what comes out."
        )
    if start.is_text and not start.text and data:
        return _NO_READER
    if start.is_text and data and b"\x00" in start.head and not _is_wide(start):
        return _NO_READER
    controls = len(start.head) - len(start.head.translate(None, _CONTROLS))
    if start.is_text and controls > _CONTROL_SHARE * len(start.head) and not _is_wide(start):
        return _NO_READER
    return None


_NO_READER: Final = (
    "No reader of this version knows what this is. It is kept, and was not read. Save it as "
    "text, PDF or a table, and add that too."
)


def _is_wide(start: Start) -> bool:
    """Whether NULs are halves of letters: UTF-16 or UTF-32, by its mark or its pattern."""
    return "\x00" not in start.text


def _kept_name(untrusted_name: str | None) -> tuple[str | None, tuple[Finding, ...]]:
    """Give a name that can be passed on, and what is wrong with it."""
    if not untrusted_name:
        return None, ()
    name = untrusted_name.encode("utf-8", "replace").decode()[:MAX_NAME_CHARS]
    why = _name_fault(untrusted_name)
    if why is None:
        return name, ()
    text = f"The member's name {shown(untrusted_name)} {why}. It is kept as it is; no file is "
    return name, (Finding(code="unsafe-name", text=f"{text}made of it.", severity=Severity.NOTE),)


def _name_fault(name: str) -> str | None:
    parts = re.split(r"[/\\]", name)
    if name[0] in "/\\" or ".." in parts or re.match(r"[A-Za-z]:", name):
        return "leads out of its folder"
    if _DECEIVES.search(name):
        return "holds characters that cannot be seen or that turn the writing around"
    if len(name) > _LONGEST_NAME and "://" not in name:
        return f"has {len(name):,} characters"
    if any(_DEVICE.match(part) for part in parts):
        return "is a device's on some systems"
    return None


__all__ = ["Children", "Member", "MemberRefusedError", "Stream"]
