"""Two devices of one case, side by side in a folder, with a stick that goes between them."""

from __future__ import annotations

from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.originals import verify
from qantar.archive.unlock import open_case
from qantar.workbench.bundle import bundle
from qantar.workbench.create import create_collector, create_waiting
from qantar.workbench.devices import invite
from qantar.workbench.folded import Folded
from qantar.workbench.merge import merge
from qantar.workbench.merge_report import MergeReport
from qantar.workbench.stores import folded_of
from tests.faults.recipe import must
from tests.faults.sealed import NOW, PASSPHRASE, new_case, reopen, way

SECOND = "second"


def begin_pair(root: Path) -> tuple[Case, Case]:
    """Make the founder's case in `one`, and in `two` a device that it has invited."""
    one = new_case(root / "one")
    two = create_waiting(root / "two", ways=[way()])
    invite(one, two.signer.public.line(None), name=SECOND, now=NOW)
    (root / "stick").mkdir()
    return one, two


def make_pair(root: Path) -> tuple[Case, Case]:
    """Make two devices that both have the whole case."""
    one, two = begin_pair(root)
    carry(one, two, root / "stick" / "first", to=SECOND)
    return one, reopen(root / "two")


def make_collector(root: Path, home: Case) -> Case:
    """Make a device in `field` that collects for another."""
    line = home.signer.public.line(home.id)
    return create_collector(root / "field", home=line, ways=[way()])


def carry(sender: Case, receiver: Case, path: Path, *, to: str) -> MergeReport:
    """Bundle all that the receiver lacks, and merge it there."""
    bundle(sender, path, to=[to])
    return merge_sound(receiver, path)


def merge_sound(case: Case, path: Path) -> MergeReport:
    """Merge a bundle of which nothing may be refused and nothing may wait."""
    report = merge(case, [path], now=NOW)
    must(not report.refused, f"refused: {report.refused}")
    must(not report.waiting, f"waiting: {report.waiting}")
    return report


def whole(root: Path) -> Folded:
    """Open a case anew and check that all its originals read back right."""
    case = open_case(root, secret=lambda: PASSPHRASE)
    folded = folded_of(case)
    for one in folded.accessions:
        must(verify(case, one.original, size=one.size) == one.original, f"{one.id} is altered")
    return folded
