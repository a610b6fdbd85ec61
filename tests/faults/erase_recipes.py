"""How something is erased: whenever it is cut short, it goes on, and nothing else is lost."""

from __future__ import annotations

from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.erasure import remains
from qantar.archive.journal import read
from qantar.archive.lock import writing
from qantar.workbench.add import add
from qantar.workbench.erase import erase, finish, plan_to_erase
from qantar.workbench.stores import folded_of
from qantar.workbench.taken_in import AddReport
from qantar.workbench.team_entries import EraseReason
from tests.faults.pair import whole
from tests.faults.recipe import Recipe, Told, must
from tests.faults.sealed import NOW, SOFTWARE, built_case, rebuild, reopen
from tests.faults.supervise import Tell

_LETTER, _ITS_ID, _OTHERS = b"what must go " * 700, "a6", 5


def _with_letter(root: Path) -> None:
    case = built_case(root / "case")
    _take_in_letter(root, case)
    rebuild(case)


def _take_in_letter(root: Path, case: Case) -> AddReport:
    (root / "letter.txt").write_bytes(_LETTER)
    paths = [root / "letter.txt"]
    return add(case, paths=paths, sheet_path=None, now=NOW, acknowledge=lambda _: None)


def erase_one(case: Case, target: str) -> str:
    """Erase one thing as the command does; gives the id of the request."""
    with writing(case):
        plan = plan_to_erase(case, [target])
        reason = EraseReason.CONSENT_WITHDRAWN
        report = erase(case, plan, reason=reason, now=NOW, software=SOFTWARE)
    return report.requests[0]


def _erase(root: Path, tell: Tell) -> None:
    tell(erase_one(reopen(root / "case"), _ITS_ID))


def _judge(root: Path, told: Told) -> None:
    """What stays is whole; once it is said to be gone, nothing of it is left."""
    case = reopen(root / "case")
    for _ in read(case, commitments=True):
        pass
    folded = folded_of(case)
    others = [one for one in folded.accessions if one.id != _ITS_ID]
    must(len(others) == _OTHERS, "something else is gone")
    if not folded.erasures:
        must(not told, "the request is gone")
        whole(root / "case")
    if told:
        must(not remains_of(case), f"left: {remains_of(case)}")


def remains_of(case: Case) -> object:
    """What of all that was asked to be erased is still on the disk."""
    folded = folded_of(case)
    asked = [one.asked for one in folded.erasures]
    return remains(
        case,
        entries={name for one in asked for name in one.entries},
        objects={name for one in asked for name in one.objects},
        team=folded.team,
    )


def _go_on(root: Path) -> None:
    case = reopen(root / "case")
    if not folded_of(case).erasures:
        erase_one(case, _ITS_ID)
    with writing(case):
        finish(case, now=NOW, software=SOFTWARE)
    case = reopen(root / "case")
    must(not remains_of(case), f"left after going on: {remains_of(case)}")
    (erasure,) = folded_of(case).erasures
    must(erasure.answered == (case.device,), "it is not said to be done")
    whole(root / "case")
    must(not _take_in_letter(root, case).sealed, "what was erased came back")


RECIPES = (
    Recipe(
        name="erasing", prepare=_with_letter, work=_erase, judge=_judge, go_on=_go_on, heavy=True
    ),
)
