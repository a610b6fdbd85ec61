"""Devices of one case that meet by stick: small open cases, quick to make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyrage

from qantar.archive.age_keys import read_recipient
from qantar.archive.case import Case
from qantar.archive.journal import append, read
from qantar.archive.lock import writing
from qantar.archive.own_device import OwnDevice
from qantar.archive.unlock import open_case
from qantar.model.entry import Entry
from qantar.workbench.add import add
from qantar.workbench.build import build
from qantar.workbench.bundle import bundle
from qantar.workbench.create import create, create_collector, create_waiting
from qantar.workbench.devices import folded_for_team, invite
from qantar.workbench.folded import Folded
from qantar.workbench.merge import merge
from qantar.workbench.merge_report import MergeReport
from tests.faults.bundles import Records, opened, records_of, signed, spelt

from .conftest import NOW


@dataclass(slots=True)
class Exchange:
    """A case `home`, and a folder in which the other devices and the bundles are made."""

    folder: Path
    home: Case
    made: int = field(default=0)

    @classmethod
    def begun(cls, folder: Path) -> Exchange:
        """Make the case, with one file in it."""
        made = cls(folder, create(folder / "home", title="Winter", now=NOW))
        made.take_in(made.home, "first")
        return made

    def waiting(self, name: str) -> Case:
        """Make a device that waits, let in."""
        made = create_waiting(self.folder / name)
        invite(self.home, made.signer.public.line(None), name=name, now=NOW)
        return made

    def joined(self, name: str) -> Case:
        """Make a device that has joined."""
        made = self.waiting(name)
        self.hand_over(self.home, made, name)
        return open_case(made.root)

    def collector(self, name: str, *, invited: bool = True) -> Case:
        """Make a device that collects for `home`."""
        made = create_collector(self.folder / name, home=self.home.signer.public.line(self.home.id))
        if invited:
            invite(self.home, made.signer.public.line(made.id), name=name, now=NOW)
        return made

    def take_in(self, case: Case, name: str, data: bytes = b"") -> None:
        """Take a file of this name in."""
        path = self.folder / f"{name}.txt"
        path.write_bytes(data or name.encode() * 30)
        add(case, paths=[path], sheet_path=None, now=NOW, acknowledge=lambda _: None)

    def bundle(
        self, case: Case, *names: str, whole: bool = False, part_bytes: int | None = None
    ) -> tuple[Path, ...]:
        """Make a bundle; gives its files."""
        self.made += 1
        out = self.folder / f"bundle-{self.made}"
        if part_bytes is None:
            return bundle(case, out, to=names, whole=whole).paths
        return bundle(case, out, to=names, whole=whole, part_bytes=part_bytes).paths

    def hand_over(self, case: Case, to: Case, name: str, *, whole: bool = False) -> MergeReport:
        """Make a bundle and merge it."""
        return merge(to, self.bundle(case, name, whole=whole), now=NOW)

    def forged(
        self,
        path: Path,
        to: Case,
        signer: OwnDevice | None,
        change: Callable[[Records], Sequence[tuple[int, bytes]]],
        *,
        sealed_for: Case | None = None,
    ) -> Path:
        """Change what is in a bundle, as the device that signs it can; None signs nothing anew."""
        records = records_of(opened(path.read_bytes(), to))
        plain = spelt(change(records if signer is None else records[:-1]))
        if signer is not None:
            plain = signed(plain, signer)
        self.made += 1
        out = self.folder / f"forged-{self.made}"
        recipient = (sealed_for or to).signer.public.age
        out.write_bytes(pyrage.encrypt(plain, [read_recipient(recipient)]))
        return out


def note(case: Case, text: str = "x") -> Entry:
    """Add an entry of a kind that nobody knows."""
    return append(case, kind="note", body={"text": text}, at=NOW)


def ids(case: Case) -> set[str]:
    """The ids of all entries in the journals."""
    return {entry.id for entry in read(case)}


def state(case: Case) -> Folded:
    """The case as its journals tell it."""
    return folded_for_team(case)


def digest(case: Case) -> str:
    """Derive the record anew; gives the digest of what is in it."""
    with writing(case):
        return build(case, software="test").record_digest


def items(report: MergeReport, fate: str) -> dict[tuple[str, str], int]:
    """What shared a fate: counts by what it is and whose."""
    found = Counter[tuple[str, str]]()
    for one in getattr(report, fate):
        found[one.what, one.of] += one.count
    return dict(found)
