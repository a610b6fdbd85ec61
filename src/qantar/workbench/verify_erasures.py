"""Whether what somebody asked to erase is still here: nothing else tells of one that stopped."""

from __future__ import annotations

from qantar.archive.case import Case
from qantar.archive.erasure import Remains, remains_of_each
from qantar.archive.verify import Check, Findings
from qantar.errors import JournalBrokenError, KeysDamagedError, SealedAwayError
from qantar.workbench.folded import Erasure, Folded


def note_unfinished(case: Case, folded: Folded, findings: Findings) -> None:
    """Note each request that this device has not carried out, though something of it is here.

    Args:
        case: the case of a member, its journals sound.
        folded: the case as its journals tell it.
        findings: receives them.

    Raises:
        DiskError: the disk refuses.
    """
    listed, team = folded.erasures, folded.team
    try:
        found = remains_of_each(case, [one.asked.named for one in listed], team=team)
        for one, left in zip(listed, found, strict=True):
            if left or _is_begun(case, one):
                _note(one, left, own=one.asked.device == case.device, findings=findings)
    except (JournalBrokenError, KeysDamagedError, SealedAwayError):
        return  # told already


def _is_begun(case: Case, one: Erasure) -> bool:
    """Whether this device asked for it and never said that it is done."""
    return one.asked.device == case.device and case.device not in one.answered


def _note(one: Erasure, left: Remains, *, own: bool, findings: Findings) -> None:
    begun = "was begun here and is unfinished" if own else "has not been carried out here"
    still = f"keys: {left.keys}, sealed files: {left.files}, entries with bodies: {left.bodies}"
    findings.add(
        Check.ERASURE,
        f"request {one.asked.request[:16]}",
        expected="nothing left here of what it names",
        found=still,
        then="Run `qantar erase CASE --pending`.",
        said=f"this erasure {begun}; still here are {still}",
    )
