"""The fold: all that the journals say of a case, whatever order their entries came in.

Pure and versioned: the same set of entries gives the same result on every machine. A
change of what a fold makes of the same entries needs a new `FOLD_VERSION` and a
page in `docs/design/`.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from qantar.errors import NewerFormatError
from qantar.model.counting_asked import Counting
from qantar.model.decision import Decision, standing
from qantar.model.entry import Entry
from qantar.model.history import History
from qantar.workbench import entries as kinds
from qantar.workbench import team_entries as team
from qantar.workbench.erasures import ErasedSet, erased_set, erasures_of, lasting_in, without_words
from qantar.workbench.folded import (
    Folded,
    FoldedAccession,
    SetAside,
    StoredAs,
    tables_of,
    waiting_in,
)
from qantar.workbench.judgements import judge
from qantar.workbench.names import (
    DIGITS,
    accession_ids,
    decision_id,
    digits_named,
    first_name,
    with_own_ids,
)
from qantar.workbench.roster import Aside, Roster, roster_of
from qantar.workbench.sheet_sum import SheetSum
from qantar.workbench.tally import Tally

__all__ = ["FOLD_VERSION", "Folded", "FoldedAccession", "fold"]

FOLD_VERSION: Final = 6

_STATE_TAG: Final = b"qantar/v1/state\0"


def fold(entries: Iterable[Entry], *, founder: str | None = None) -> Folded:
    """Fold the entries of all devices.

    Args:
        entries: in any order; one given twice counts once.
        founder: id of the device that made the case, as the case's folder says. None:
            the writer of the first `case.init`; without one, every device counts.
    """
    with _nothing_collected():
        history = History(entries)
        roster = roster_of(history, founder=founder)
        erased = erased_set(history, roster)
        running = _Sum(history, roster, erased)
        running.take_all()
        return running.total()


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Pause the search for garbage in cycles: a fold makes none, and all it makes is kept.

    The search would walk through the same hundred thousand entries over and over.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(slots=True)
class _Sum:
    """What the entries read so far add up to."""

    history: History
    roster: Roster
    erased: ErasedSet
    sheets: SheetSum = field(default_factory=SheetSum)
    accessions: list[tuple[Entry, kinds.AccessionMade]] = field(default_factory=list)
    layers: list[kinds.LayerTaken] = field(default_factory=list)
    countings: dict[str, Counting] = field(default_factory=dict)
    objects: dict[str, StoredAs] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    releases: list[kinds.ReleaseMade] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    done: list[tuple[str, str]] = field(default_factory=list)
    quoting: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    unreadable: list[str] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)

    def take_all(self) -> None:
        """Add every entry that counts, in order."""
        trusted, unsaid = self.roster.trusted, self.erased.entries
        strange = self.roster.strange | self.erased.strange
        for entry in self.history.entries:
            if entry.id in strange:
                self._put_aside(entry, Aside.UNKNOWN_FORM)
            elif entry.device not in trusted and (reason := self.roster.why_aside(entry)):
                self._put_aside(entry, reason)
            elif entry.id in unsaid:
                self.gone.add(entry.id[:DIGITS])
            elif entry.strange:
                self._put_aside(entry, Aside.STRANGE_BODY)
            elif entry.body is None:
                self.unreadable.append(entry.id)
            elif self._take(entry):
                self.counted.append(entry.id)

    def take_title(self, entry: Entry) -> bool:
        """Take the founder's title; that of another device's first entry counts for nothing."""
        if entry.device == self.roster.founder:
            self.sheets.take_title(self.roster.title)
        return True

    def take_sheet(self, entry: Entry) -> bool:
        """Add what a sheet says."""
        said = kinds.sheet_of(entry)
        if self._holds(entry, said.object, said.original, said.size):
            self.sheets.take(said)
            return True
        return False

    def take_layer(self, entry: Entry) -> bool:
        """Add a map layer."""
        layer = kinds.boundaries_of(entry)
        if self._holds(entry, layer.object, layer.original, layer.size):
            self.layers.append(layer)
            return True
        return False

    def take_counting(self, entry: Entry) -> bool:
        """Add a counting that a sheet asks for; a later one of the same name takes its place."""
        said = kinds.counting_of(entry)
        if self._holds(entry, said.object, said.original, said.size):
            self.countings.pop(said.counting.id, None)
            if said.counting.asked:
                self.countings[said.counting.id] = said.counting
            return True
        return False

    def take_accession(self, entry: Entry) -> bool:
        """Add a taking-in."""
        made = kinds.accession_of(entry)
        if self._holds(entry, made.object, made.original, made.size):
            self.accessions.append((entry, made))
            return True
        return False

    def take_decision(self, entry: Entry) -> bool:
        """Add a decision; not one whose reason may quote what was erased."""
        name, place = decision_id(entry.id), len(self.decisions) + 1
        made = kinds.decision_of(entry, name=name, place=place)
        if self.gone and not self.gone.isdisjoint(map(digits_named, made.targets)):
            self._leave_out(entry)
            kept = without_words(made, self.gone - self.silent)
            if kept is None:
                return False
            self.silent.add(entry.id[:DIGITS])
            made = kept
        self.decisions.append(made)
        return True

    def take_release(self, entry: Entry) -> bool:
        """Add a publication; the record does not follow from it.

        That something was published stays said when the copy that was kept is erased: the
        dossier is still out there.
        """
        made = kinds.release_of(entry)
        self.releases.append(made)
        if made.object not in self.erased.objects:
            self.objects[made.object] = StoredAs(made.release, made.size)
        return False

    def take_done(self, entry: Entry) -> bool:
        """Note that a device has carried a request out; the record does not follow from it."""
        self.done.append((team.erase_done_of(entry), entry.device))
        return False

    def _take(self, entry: Entry) -> bool:
        """Add one entry; false where the record does not follow from it."""
        take = _TAKES.get(entry.kind)
        if take is None:
            if entry.kind.startswith(team.WITNESS):
                return False
            self.unknown[entry.kind] = self.unknown.get(entry.kind, 0) + 1
            return True
        try:
            return take(self, entry)
        except NewerFormatError:
            self._put_aside(entry, Aside.UNKNOWN_FORM)
            return False

    def _holds(self, entry: Entry, name: str, original: str, size: int) -> bool:
        """Note a stored object; false where somebody asked to erase these bytes."""
        if name in self.erased.objects:
            # Taken in anew by somebody who had not heard of the request.
            self._leave_out(entry)
            return False
        self.objects[name] = StoredAs(original, size)
        return True

    def _leave_out(self, entry: Entry) -> None:
        self.quoting.add(entry.id)
        self.gone.add(entry.id[:DIGITS])

    def _put_aside(self, entry: Entry, reason: Aside) -> None:
        self.set_aside.append(
            SetAside(
                id=entry.id, device=entry.device, seq=entry.seq, kind=entry.kind, reason=reason
            )
        )

    def total(self) -> Folded:
        """Close the sum."""
        tally = Tally(self.history)
        accessions = self._accessions(tally)
        tables = tables_of(accessions)
        decisions = with_own_ids(self.decisions)
        before = self.history.happened_before
        in_force = standing(decisions, before)
        judged, disputes = judge(
            in_force.decisions, before, (lambda name: first_name(name, tables)) if tables else str
        )
        return Folded(
            settings=self.sheets.settings,
            sources=self.sheets.sources(one.accession.source for one in accessions),
            places=self.sheets.places,
            vocabulary=self.sheets.vocabulary,
            redefined=tuple(self.sheets.redefined),
            accessions=accessions,
            sheets=tuple(self.sheets.sheets),
            layers=tuple(self.layers),
            countings=tuple(self.countings.values()),
            objects=self.objects,
            decisions=decisions,
            standing=in_force.decisions,
            undone=in_force.undone,
            judged=judged,
            disputes=(*in_force.disputes, *disputes),
            tables=tables,
            releases=tuple(self.releases),
            unknown=self.unknown,
            founder=self.roster.founder,
            devices=tuple(tally.devices(self.roster)),
            let_in=self.roster.let_in,
            forks=self.history.forks,
            erasures=tuple(erasures_of(self.erased, self.done, self.roster, self.history)),
            erased=self.erased.entries,
            erased_objects=self.erased.objects,
            lasting=lasting_in(self.history, self.roster),
            quoting=frozenset(self.quoting),
            unreadable=tuple(self.unreadable),
            set_aside=tuple(self.set_aside),
            waiting=tuple(waiting_in(self.history)),
            state=_state(self.counted),
        )

    def _accessions(self, tally: Tally) -> tuple[FoldedAccession, ...]:
        numbers = ((e.id, tally.number(e), e.device) for e, _ in self.accessions)
        ids = accession_ids(numbers, founder=self.roster.founder)
        return tuple(
            FoldedAccession(
                id=ids[entry.id],
                entry=entry.id,
                device=entry.device,
                original=made.original,
                object=made.object,
                size=made.size,
                accession=made.accession,
            )
            for entry, made in self.accessions
        )


_TAKES: Final[dict[str, Callable[[_Sum, Entry], bool]]] = {
    kinds.DECISION: _Sum.take_decision,
    kinds.ACCESSION: _Sum.take_accession,
    kinds.SHEET: _Sum.take_sheet,
    kinds.BOUNDARIES: _Sum.take_layer,
    kinds.COUNTING: _Sum.take_counting,
    kinds.RELEASE: _Sum.take_release,
    team.CASE_INIT: _Sum.take_title,
    team.ERASE_DONE: _Sum.take_done,
    # What these say was read before: it decides which entries count.
    team.DEVICE_ADMIT: lambda _sum, _entry: True,
    team.DEVICE_REVOKE: lambda _sum, _entry: True,
    team.ERASE: lambda _sum, _entry: True,
}


def _state(counted: Iterable[str]) -> str:
    """Name a set of entries, whatever order they came in."""
    ids = bytes.fromhex("".join(sorted(counted)))
    return hashlib.sha256(_STATE_TAG + ids).hexdigest()
