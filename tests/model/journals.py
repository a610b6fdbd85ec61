"""Devices that write entries as journals do, without sealing anything; and random schedules."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from qantar.model.canonical import canonical
from qantar.model.device import DevicePublic, Role
from qantar.model.entry import Entry, Ref

AT = datetime(2030, 2, 3, 4, 5, tzinfo=UTC)
_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def device(name: str, role: Role = Role.MEMBER) -> DevicePublic:
    """A device with keys made from its name: good for an id, and for nothing else."""
    hashed = hashlib.sha512(name.encode()).digest()
    age = "age1" + "".join(_LETTERS[byte % 32] for byte in hashed[:58])
    return DevicePublic(sign=hashed[:32].hex(), age=age, role=role)


def made_entry(
    device_id: str,
    seq: int,
    prev: str,
    refs: Iterable[Ref],
    kind: str,
    body: Mapping[str, Any] | None,
    at: datetime = AT,
) -> Entry:
    """An entry whose id is a hash of all that it says."""
    sorted_refs = tuple(sorted(refs))
    commitment = hashlib.sha256(canonical(body or {})).hexdigest()
    said: list[Any] = [device_id, seq, prev, [list(ref) for ref in sorted_refs], kind, commitment]
    return Entry(
        id=hashlib.sha256(canonical([*said, at.isoformat()])).hexdigest(),
        device=device_id,
        seq=seq,
        prev=prev,
        refs=sorted_refs,
        kind=kind,
        at=at,
        body=body,
        commitment=commitment,
    )


@dataclass(slots=True)
class Writer:
    """A device at work: `seen` is all that it has, by id, in the order in which it came."""

    name: str
    role: Role = Role.MEMBER
    at: datetime = AT
    seen: dict[str, Entry] = field(default_factory=dict)
    _newest: Entry | None = None
    _told: set[str] = field(default_factory=set)

    @property
    def public(self) -> DevicePublic:
        """The device's public half."""
        return device(self.name, self.role)

    @property
    def id(self) -> str:
        """The device's id."""
        return self.public.id

    @property
    def newest(self) -> Entry:
        """The device's own newest entry."""
        assert self._newest is not None
        return self._newest

    @property
    def entries(self) -> list[Entry]:
        """All that it has."""
        return list(self.seen.values())

    def write(self, draft: tuple[str, Mapping[str, Any]]) -> Entry:
        """Write one entry, which names the newest of the others that it has not named yet."""
        kind, body = draft
        before = self._newest
        inner = {one.prev for one in self.seen.values()}
        refs = [
            Ref(one.device, one.seq, one.id)
            for one in self.seen.values()
            if one.id not in inner and one.id not in self._told and one is not before
        ]
        made = made_entry(
            self.id,
            before.seq + 1 if before else 1,
            before.id if before else "",
            refs,
            kind,
            body,
            self.at,
        )
        self._told.update(ref.id for ref in refs)
        self._newest = self.seen[made.id] = made
        return made

    def meet(self, other: Writer | Iterable[Entry]) -> None:
        """Take over what another has, as far as what comes before it is there."""
        given = other.entries if isinstance(other, Writer) else list(other)
        count = -1
        while count != len(self.seen):
            count = len(self.seen)
            for one in given:
                parents = [one.prev, *(ref.id for ref in one.refs)]
                if all(not parent or parent in self.seen for parent in parents):
                    self.seen.setdefault(one.id, one)

    def copied(self) -> Writer:
        """The same device once more, as when somebody copies its folder."""
        return copy.deepcopy(self)
