"""How damaged journals are mended from a whole bundle, however that is cut short."""

from __future__ import annotations

from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.frame import cut_by_lengths
from qantar.archive.journal import append, read
from qantar.archive.originals import list_originals
from qantar.errors import JournalBrokenError
from qantar.workbench.add import add
from qantar.workbench.bundle import bundle
from qantar.workbench.folded import Folded
from qantar.workbench.merge import merge
from qantar.workbench.stores import folded_of
from qantar.workbench.verify import verify
from tests.faults.pair import SECOND, carry, make_pair
from tests.faults.recipe import Recipe, Told, must
from tests.faults.sealed import NOW, reopen
from tests.faults.supervise import Tell

_BEHIND = 96 + 20
"""Bytes from the end of a frame into its sealed body: behind it stand its id and signature."""


def make_mendable(root: Path) -> None:
    """Two devices that have seen each other's work; then each does more; a whole bundle of one.

    What the first one has done since, nobody else has.
    """
    one, two = make_pair(root)
    _add(two, root / "theirs.txt")
    carry(two, one, root / "stick" / "theirs", to="founder")
    carry(reopen(root / "one"), two, root / "stick" / "ours", to=SECOND)
    one = reopen(root / "one")
    _add(one, root / "unseen.txt")
    append(one, kind="note", body={"text": "unseen too"}, at=NOW)
    _add(reopen(root / "two"), root / "new.txt")
    bundle(reopen(root / "two"), root / "stick" / "whole", to=["founder"], whole=True)
    (root / "told").write_text("\n".join(sorted(ids(one))))


def spoil(case: Case, lane: Path, at: int) -> None:
    """Flip a bit in the body of an entry of a journal, as a worn disk does.

    In one write of one byte: who is killed at it has flipped the bit or has not. To write
    the whole segment anew empties it first, and killed there it loses what was acknowledged.
    """
    segment = lane / "0001.qj"
    data = segment.read_bytes()
    where = list(cut_by_lengths(data))[at].end - _BEHIND
    with segment.open("r+b", buffering=0) as disk:
        disk.seek(where)
        disk.write(bytes([data[where] ^ 1]))
    case.cache.clear()


def ids(case: Case) -> set[str]:
    """The ids of all entries in the journals."""
    return {entry.id for entry in read(case)}


def _add(case: Case, path: Path) -> None:
    path.write_bytes(path.name.encode() * 40)
    add(case, paths=[path], sheet_path=None, now=NOW, acknowledge=lambda _: None)


def _both_damaged(root: Path) -> None:
    make_mendable(root)
    case = reopen(root / "one")
    spoil(case, case.journal, 0)
    spoil(case, case.journals / reopen(root / "two").device, 0)


def _merge(root: Path, tell: Tell) -> None:
    _merged(root)
    tell("merged")


def _merged(root: Path) -> None:
    report = merge(reopen(root / "one"), [root / "stick" / "whole"], now=NOW)
    must(not report.refused and not report.waiting, "what is sound was refused, or waits")


def _judge(root: Path, told: Told) -> None:
    """It is damaged as before, and says so; or it has been mended, and all is there."""
    case = reopen(root / "one")
    try:
        here = ids(case)
    except JournalBrokenError:
        must(not told, "it was mended, and is damaged")
        must(verify(case).exit_code == JournalBrokenError.exit_code, "verify does not say so")
        return
    _whole(root, folded_of(case), here, merged=bool(told))


def _whole(root: Path, folded: Folded, here: set[str], *, merged: bool) -> None:
    """Hold that nothing that was acknowledged is gone."""
    must({*(root / "told").read_text().split()} <= here, "an acknowledged entry is gone")
    must(not merged or ids(reopen(root / "two")) <= here, "it was merged and is not here")
    must(not folded.waiting and not folded.unreadable, "an entry is half there")
    stored = {*list_originals(reopen(root / "one"))}
    must(all(one.object in stored for one in folded.accessions), "an original is not here")


def _merge_again(root: Path) -> None:
    """Merging again mends it, and the journal goes on."""
    _merged(root)
    case = reopen(root / "one")
    _whole(root, folded_of(case), ids(case), merged=True)
    must(verify(case).exit_code == 0, "it was not mended by merging again")
    entry = append(case, kind="note", body={"after": True}, at=NOW)
    must(entry in list(read(reopen(root / "one"))), "the next entry is not there")


RECIPES = (
    Recipe(
        name="journals, mended",
        prepare=_both_damaged,
        work=_merge,
        judge=_judge,
        go_on=_merge_again,
        heavy=True,
    ),
)
