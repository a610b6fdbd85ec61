"""A record that can be trusted: the one that is there, or a new one where it is not.

Whatever is wrong with a record, it is derived: it is made anew, and the user is told why.
"""

from __future__ import annotations

from typing import Final

from qantar.archive.case import Case
from qantar.archive.lock import writing
from qantar.errors import CaseLockedError, RecordMissingError
from qantar.workbench.build import build
from qantar.workbench.folded import Folded
from qantar.workbench.stores import RecordState, facts_of, folded_of, record_state

_WHY: Final = {
    RecordState.OUTDATED: "The record was behind the journal",
    RecordState.DAMAGED: "The record was damaged, foreign or left by a build that was interrupted",
    RecordState.ROLLED_BACK: "An earlier record had been put in the place of the last one",
}
_BUILT: Final = "it has been built anew."
_BEHIND: Final = "The record is behind the journal, and another process is writing"
_BUSY: Final = f"{_BEHIND}: this is as of the last build."


def ensure_current(case: Case, *, software: str, whole: bool = True) -> str | None:
    """Make sure that the record is the one that follows from the journal.

    Without `whole`, only as far as `stores.record_state` says: what reads the record then
    may still find it damaged (`CaseKeyError`).

    Where it is not, it is built anew under the case's lock. While another process is
    writing, a record that is sound and merely behind is left as it is.

    Returns:
        A sentence for the user where something was done or left; else None.

    Raises:
        RecordMissingError: the case has never been built.
        CaseLockedError: it must be built anew and another process is writing.
        JournalBrokenError, SealedAwayError, DiskError: as a build.
    """
    found = _found(case, folded_of(case), whole=whole)
    if found is RecordState.CURRENT:
        return None
    try:
        return _rebuilt(case, found, software)
    except CaseLockedError:
        if found is RecordState.OUTDATED:
            return _BUSY
        raise


def ensure_sound(case: Case, folded: Folded, *, software: str) -> str | None:
    """Make sure that the record says what some build of this case wrote, be it behind.

    The caller holds the case's lock.

    Args:
        case: the case.
        folded: its journal.
        software: name and version of the program, for a new record.

    Returns:
        A sentence for the user where it was built anew; else None.

    Raises:
        RecordMissingError: the case has never been built.
        SealedAwayError, DiskError: as a build.
    """
    found = _found(case, folded)
    # One that another version wrote is sound, and of no use here.
    is_readable = found.is_sound and facts_of(case) is not None
    return None if is_readable else _rebuilt(case, found, software)


def _found(case: Case, folded: Folded, *, whole: bool = True) -> RecordState:
    found = record_state(case, folded.state, whole=whole)
    case.require_key()
    if found is RecordState.MISSING:
        raise RecordMissingError
    return found


def _rebuilt(case: Case, found: RecordState, software: str) -> str:
    with writing(case):
        build(case, software=software)
    return f"{_WHY[found]}; {_BUILT}"
