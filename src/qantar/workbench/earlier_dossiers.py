"""Earlier dossiers of a case that hold back small numbers of what became of people.

Each dossier by itself tells no small number (`weighing/status_counts.py`). Two of one case may,
held side by side: a list that was added, or a decision, changes a number by few persons, and what
one of them holds back follows from what the other shows. Nothing is reckoned out here, and nothing
stopped: who publishes is told that there is something to compare, and with what.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Final

from qantar.archive.case import Case
from qantar.archive.kept import read_kept
from qantar.errors import OriginalAlteredError
from qantar.reading.person_statuses import DATED, STATUS
from qantar.record.contents import AccessionRecord
from qantar.workbench.entries import ReleaseMade
from qantar.workbench.people_withheld import is_list_of_people

_STATES: Final = frozenset({STATUS, *DATED})
_MOST_BYTES: Final = 512 * 1024 * 1024
"""A kept copy is unpacked in memory, for nothing decrypted touches the disk; larger ones are not
looked at."""
_LISTS, _STATUSES = "data/lists.json", "data/statuses.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDossiers:
    """The days on which dossiers left that hold numbers back, and how many could not be read."""

    holding: tuple[date, ...] = ()
    unread: int = 0

    def lines(self) -> list[str]:
        """Say it in the plan of a publication, with what to do."""
        if not self.holding and not self.unread:
            return []
        return [
            f"Can be compared with {self._which()}. A number that one of them holds back may "
            "follow from another, where a list or a decision more changed it by few persons.",
            "  Before you pass this one on, hold its page Persons (What became of them) beside "
            "theirs. To leave these numbers out, take `status` and the days of statuses out of "
            "the sheet's columns and add the lists again.",
        ]

    def _which(self) -> str:
        said = []
        if self.holding:
            days = ", ".join(sorted({day.isoformat() for day in self.holding}))
            some = "an earlier dossier" if len(self.holding) == 1 else "earlier dossiers"
            said.append(
                f"{some} of this case in which small numbers of people are not shown ({days})"
            )
        if self.unread:
            number = "one" if self.unread == 1 else f"{self.unread}"
            said.append(f"{number} of which no copy can be read here any more")
        return " and ".join(said)


def earlier_dossiers(
    case: Case, releases: Iterable[ReleaseMade], shipped: Iterable[AccessionRecord]
) -> EarlierDossiers:
    """Look through the kept copies of what left; nothing where no statuses would leave now.

    Args:
        case: the case.
        releases: what left before.
        shipped: what would leave now.

    Raises:
        SealedAwayError: this device cannot open them.
        DiskError: the disk refuses.
    """
    states = _stating(shipped)
    if not states:
        return EarlierDossiers()
    holding, unread = [], 0
    for made in releases:
        found = _holds_back(case, made, states)
        if found is None:
            unread += 1
        elif found:
            holding.append(made.at.date())
    return EarlierDossiers(holding=tuple(holding), unread=unread)


def _stating(shipped: Iterable[AccessionRecord]) -> frozenset[str]:
    """The sources whose lists say what became of people."""
    return frozenset(
        one.accession.source
        for one in shipped
        if is_list_of_people(one)
        and any(column.field in _STATES for column in one.accession.columns)
    )


def _holds_back(case: Case, made: ReleaseMade, states: Collection[str]) -> bool | None:
    """Whether numbers are missing in a kept copy; None where it cannot be read.

    Of a source of which no number may be shown, a dossier names the lists and no status.
    """
    if made.size > _MOST_BYTES:
        return None
    packed = BytesIO()
    try:
        read_kept(case, made.object, made.release, size=made.size, take=packed.write)
    except OriginalAlteredError:
        return None
    with zipfile.ZipFile(packed) as dossier:
        statuses, lists = (_rows(dossier, name) for name in (_STATUSES, _LISTS))
    shown = {row["source"] for row in statuses}
    return any(row["persons"] is None for row in statuses) or any(
        row["source"] in states and row["source"] not in shown for row in lists
    )


def _rows(dossier: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    """The rows of a data file; none in a dossier of a version that had no such file."""
    if name not in dossier.namelist():
        return []
    rows: list[dict[str, Any]] = json.loads(dossier.read(name))
    return rows
