"""What stands around a document that came out of another: its container, and what is left to spend.

One file may hold mails that hold archives that hold mails. All of it is one reading, so
that all of it spends one budget: of depth, of members, of bytes unpacked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from qantar.model.finding import Finding
from qantar.model.read_document import MetaValue
from qantar.readers.caps import MAX_FILMS, MAX_MEMBERS, MAX_MEMBERS_BYTES

if TYPE_CHECKING:
    from qantar.readers.kobo_folder import SubmissionFolder

_NONE: Final[Mapping[str, MetaValue]] = MappingProxyType({})


@dataclass(slots=True)
class Budget:
    """How many members, bytes of them, and films one reading may still take in."""

    members: int = MAX_MEMBERS
    bytes: int = MAX_MEMBERS_BYTES
    films: int = MAX_FILMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """The container whose member is being read.

    `parent` is the id of its document, `member` the member's name in it, as data,
    `sha256` of the member's bytes. `meta` and `findings` are what the container says of
    the member. `depth` counts the containers around it, from 1. `names` are those of all
    members, where the container has them beforehand.
    """

    parent: str
    depth: int
    budget: Budget = field(default_factory=Budget)
    member: str | None = None
    sha256: str | None = None
    meta: Mapping[str, MetaValue] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    names: frozenset[str] = frozenset()
    folder: SubmissionFolder | None = None

    def beside(self) -> frozenset[str]:
        """Give the names of the members in this one's folder and below it, from there.

        By them a chat tells which of the files that it names came with it.
        """
        folder, slash, _ = (self.member or "").rpartition("/")
        start = folder + slash
        return frozenset(name[len(start) :] for name in self.names if name.startswith(start)) - {""}
