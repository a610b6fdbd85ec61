"""What an erasure takes with it: from what a person names to entries and objects.

An accession takes its original and every accession of the same bytes, the decisions
that name their claims (a reason may quote) with the undos of those, and every kept
publication made after. A sheet or a map layer is erased as an original: by its hash.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from qantar.archive.case import Case
from qantar.archive.erasure import with_twins
from qantar.archive.journal import read
from qantar.archive.originals import list_originals, object_name
from qantar.errors import EraseRefusedError, NewerFormatError, SealedAwayError
from qantar.model.decision import Decision
from qantar.model.device import Role
from qantar.model.entry import Entry
from qantar.model.history import History
from qantar.workbench import entries as kinds
from qantar.workbench.fold import fold
from qantar.workbench.folded import Folded
from qantar.workbench.names import DIGITS, decision_id, digits_named
from qantar.workbench.objects import Stored, stored_in

_HASH: Final = re.compile(r"[0-9a-f]{8,64}")
_WHOLE: Final = 64
_LISTED: Final = 4
_TAKEN_IN: Final = frozenset({kinds.ACCESSION, kinds.SHEET, kinds.BOUNDARIES, kinds.COUNTING})


@dataclass(frozen=True, slots=True)
class Ground:
    """A case as an erasure finds it.

    `stored` leads from the id of an entry to the bytes that it speaks of, `decisions`
    from that of an entry to the decision in it; both have also what does not count.
    """

    case: Case
    entries: tuple[Entry, ...]
    history: History
    folded: Folded
    stored: Mapping[str, Stored]
    decisions: Mapping[str, Decision]

    @classmethod
    def of(cls, case: Case) -> Ground:
        """Read the case.

        Raises:
            SealedAwayError: this device keeps no keys, so it can destroy none.
            JournalBrokenError, KeysDamagedError, NewerFormatError, DiskError: as reading
                the journal says.
        """
        if case.role is Role.COLLECTOR:
            raise _only_collects(case)
        case.require_key()
        entries = tuple(read(case))
        stored = {one.id: found for one in entries if (found := stored_in(one.body))}
        return cls(
            case=case,
            entries=entries,
            history=History(entries),
            folded=fold(entries, founder=case.founder or None),
            stored=stored,
            decisions=dict(_decisions(entries)),
        )

    @property
    def named_here(self) -> Mapping[str, Entry]:
        """Every entry by its id."""
        return {one.id: one for one in self.entries}

    @property
    def originals(self) -> frozenset[str]:
        """The names that follow from the bytes that entries speak of: nothing else has one."""
        return frozenset(object_name(self.case, one.sha256) for one in self.stored.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """What goes: full ids of entries, hex names of objects, publications that were kept."""

    entries: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()
    releases: tuple[kinds.ReleaseMade, ...] = ()


@dataclass(slots=True)
class _Named:
    """What a person named: ids of entries, and SHA-256 of bytes that no entry need speak of."""

    entries: set[str] = field(default_factory=set)
    hashes: set[str] = field(default_factory=set)


def doomed_by(ground: Ground, targets: Iterable[str]) -> Doomed:
    """Give all that goes with the targets.

    Args:
        ground: the case.
        targets: accessions and decisions by id, originals by SHA-256 or its first
            digits, eight at least.

    Raises:
        EraseRefusedError: a target is nothing in this case, or several things.
    """
    named = _Named()
    for target in targets:
        _resolve(ground, target, named)
    return closure(ground, entries=named.entries, hashes=named.hashes)


def closure(ground: Ground, *, entries: Collection[str], hashes: Collection[str] = ()) -> Doomed:
    """Give all that goes with these entries and these bytes."""
    case, gone, originals = ground.case, set(entries), ground.originals
    bytes_gone = {*hashes, *(ground.stored[one].sha256 for one in gone & ground.stored.keys())}
    gone |= {name for name, one in ground.stored.items() if one.sha256 in bytes_gone}
    gone |= set(_about(ground, gone))
    gone |= with_twins(case, gone, team=ground.folded.team)
    held = gone & ground.stored.keys()
    objects = {object_name(case, one) for one in bytes_gone}
    objects |= {name for one in held for name in _stated(ground, one)}
    # No page of a dossier has the reasons of decisions: only what was taken in is in it.
    releases = tuple(
        one
        for one in ground.folded.releases
        if one.object not in ground.folded.erased_objects | originals
        and _is_after(ground.history, one.entry, held)
    )
    objects |= {one.object for one in releases}
    return Doomed(entries=frozenset(gone), objects=frozenset(objects), releases=releases)


def missed(ground: Ground) -> Doomed:
    """Give what requests did not name and goes with what they named all the same.

    Somebody who had not heard of them took the same bytes in again, decided on them, or
    published them and kept a copy. Or a request names what was only said again by its sender:
    the key of another's entry goes with it, and that must not be without a word.
    """
    case, folded = ground.case, ground.folded
    again = {
        name
        for name, one in ground.stored.items()
        if object_name(case, one.sha256) in folded.erased_objects
    }
    again |= with_twins(case, folded.erased, team=folded.team)
    found = closure(ground, entries=folded.quoting | (again - folded.erased))
    releases = {one.entry: one for one in (*found.releases, *_published_unaware(ground))}
    objects = found.objects | {one.object for one in releases.values()}
    return Doomed(
        entries=found.entries - folded.erased,
        objects=objects - folded.erased_objects,
        releases=tuple(releases.values()),
    )


def _published_unaware(ground: Ground) -> Iterator[kinds.ReleaseMade]:
    """Give the kept publications of what was erased by who had not heard of it."""
    history, folded = ground.history, ground.folded
    for erasure in folded.erasures:
        named = [one for one in erasure.asked.entries if one in history]
        taken = [one for one in named if history[one].kind in _TAKEN_IN]
        for made in folded.releases:
            aware = history.happened_before(erasure.asked.request, made.entry)
            kept = made.object not in folded.erased_objects | ground.originals
            if kept and not aware and _is_after(history, made.entry, taken):
                yield made


def _resolve(ground: Ground, target: str, named: _Named) -> None:
    by_id = {one.id: one.entry for one in ground.folded.accessions}
    by_id |= {one.id: one.entry for one in ground.folded.decisions}
    if target in by_id:
        named.entries.add(by_id[target])
    elif _HASH.fullmatch(target.lower()):
        named.hashes.add(_hash(ground, target.lower()))
    else:
        raise _unknown(ground, target)


def _hash(ground: Ground, digits: str) -> str:
    found = {one.sha256 for one in ground.stored.values() if one.sha256.startswith(digits)}
    if len(found) > 1:
        listed = ", ".join(sorted(found)[:_LISTED])
        message = f"{digits} begins several hashes: {listed}."
        raise EraseRefusedError(message, where=digits, next="Give more of its digits.")
    if found:
        return found.pop()
    if len(digits) == _WHOLE:
        name = object_name(ground.case, digits)
        if name in ground.folded.erased_objects:
            message = "these bytes were erased already."
            hint = "`qantar erase CASE --pending` destroys what may be left or has come back."
            raise EraseRefusedError(message, where=digits, next=hint)
        if name in list_originals(ground.case):
            # Stored by a run that was interrupted before its entry was written.
            return digits
    raise _unknown(ground, digits)


def _stated(ground: Ground, entry: str) -> Iterator[str]:
    """Give the name that an entry states for its bytes, where a collector gave it.

    A member's follows from the bytes. One that is the name of other bytes, or of a publication
    that was kept, is believed of nobody: whoever states it would have those destroyed.
    """
    stated, writer = ground.stored[entry].stated, ground.named_here[entry].device
    collects = any(
        one.id == writer and one.public is not None and one.public.role is Role.COLLECTOR
        for one in ground.folded.devices
    )
    releases = {one.object for one in ground.folded.releases}
    if collects and stated not in ground.originals | releases:
        yield stated


def _about(ground: Ground, gone: Collection[str]) -> Iterator[str]:
    """Give the decisions that name something that goes, and the undos of those that go."""
    digits = {name[:DIGITS] for name in gone}
    left = dict(ground.decisions)
    found = True
    while found:
        found = False
        for entry, one in list(left.items()):
            if entry not in gone and digits.isdisjoint(map(digits_named, one.targets)):
                continue
            found = entry[:DIGITS] not in digits or found
            digits.add(entry[:DIGITS])
            yield entry
            del left[entry]


def _is_after(history: History, release: str, gone: Iterable[str]) -> bool:
    """Whether whoever published had something of what goes in their case."""
    return release in history and any(
        one in history and history.happened_before(one, release) for one in gone
    )


def _decisions(entries: Iterable[Entry]) -> Iterator[tuple[str, Decision]]:
    for one in entries:
        if one.kind == kinds.DECISION and one.body is not None:
            try:
                yield one.id, kinds.decision_of(one, name=decision_id(one.id), place=1)
            except NewerFormatError:
                continue


def _only_collects(case: Case) -> SealedAwayError:
    message = "this device only collects: it has no keys that it could destroy one by one."
    hint = "Erase on its home device; here, once its bundle was merged, destroy the whole folder."
    return SealedAwayError(message, where=str(case.root), next=hint)


def _unknown(ground: Ground, target: str) -> EraseRefusedError:
    message = f"the case holds no accession, decision or original {target}."
    known = ", ".join(one.id for one in ground.folded.accessions[:_LISTED])
    hint = "`qantar status CASE --json` lists them with their hashes; of a hash, give 8 digits"
    return EraseRefusedError(
        message, where=target, next=f"{hint} or more{f'; accessions are {known}' if known else ''}."
    )
