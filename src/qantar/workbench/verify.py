"""Check a whole case: originals, journals, who may write them, what witnesses saw; writes nothing.

It shows what was changed after somebody else saw it, and by whose key. It does not show
that what the case says ever happened, and says so in no word of its report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from qantar.archive import inbox
from qantar.archive.broken import nowhere_else
from qantar.archive.case import Case
from qantar.archive.erasure import LASTING_KINDS
from qantar.archive.kept import kept_path, read_kept
from qantar.archive.segments import PUT_BACK
from qantar.archive.verify import Check, Findings, as_it_stands, check_keys
from qantar.archive.verify_entries import ReadEntry, ReadLane
from qantar.archive.verify_lanes import read_lanes
from qantar.archive.verify_originals import Wanted, check_originals, note_unnamed
from qantar.archive.verify_witness import Sighting, Witnesses, kept_notes, notes_in
from qantar.errors import KeysDamagedError, MissingPathError, OriginalAlteredError
from qantar.model.device import Role
from qantar.model.entry import Ref
from qantar.workbench import entries as kinds
from qantar.workbench.fold import fold
from qantar.workbench.objects import stored_in
from qantar.workbench.stamps import TIME, stamp_in
from qantar.workbench.stores import RecordState, record_state
from qantar.workbench.verify_erasures import note_unfinished
from qantar.workbench.verify_people import People, Said, check_people, erased_in, people_in
from qantar.workbench.verify_report import VerifyReport, newest

_BUILD = "It is derived: the next build makes it anew."
_ASK = "No Qantar writes that: ask who holds that device. It stops nothing."
_STAMP = "a time stamp (signature not checked)"
_TRIES = 3


def verify(case: Case, *, given: Sequence[Path] = ()) -> VerifyReport:
    """Check a case.

    Args:
        case: unlocked, or locked: then what needs no key is checked.
        given: notes of witnesses that were kept outside the case, or folders of them.

    Raises:
        MissingPathError: one of `given` is not there.
        DiskError: the disk refuses.
    """
    for _ in range(_TRIES):
        before = as_it_stands(case)
        notes = [*kept_notes(case), *_given_notes(given)]
        report = _Checking(case, Findings(case.root)).run(notes)
        # No lock is taken, since that would write: whoever writes meanwhile can make a sound
        # case look unsound, a key or an entry being there a moment after it was looked for.
        if report.exit_code == 0 or as_it_stands(case) == before:
            break
    return report


def sightings(case: Case, lanes: Sequence[ReadLane], notes: Sequence[Path]) -> list[Sighting]:
    """Give who saw what, of what these notes say and the journals bear out.

    Raises:
        DiskError: the disk refuses.
    """
    checking = _Checking(case, Findings(case.root), list(lanes))
    if case.case_key is not None:
        checking.people = people_in(case.founder, checking.bodies())
    return list(checking.hear(notes))


@dataclass(slots=True)
class _Checking:
    """One check of one case."""

    case: Case
    findings: Findings
    lanes: list[ReadLane] = field(default_factory=list)
    keys: Mapping[bytes, bytes] = field(default_factory=dict)
    people: People | None = None
    """Who was let in; None where no entry can be read."""
    unopened: bool = False
    """Whether a body that is here cannot be read yet."""
    lacking: set[str] = field(default_factory=set)
    """Devices of which an entry is not here that another entry had seen."""

    def run(self, notes: Sequence[Path]) -> VerifyReport:
        """Check all there is to check."""
        keys = check_keys(self.case, self.findings)
        self.lanes = read_lanes(self.case, keys, self.findings)
        self.keys = keys()
        self._check_refs()
        originals = None
        if self.case.case_key is not None:
            bodies = self.bodies()
            erased = erased_in(bodies)
            self._check_unread(erased)
            people = people_in(self.case.founder, bodies)
            self.people = check_people(people, self.lanes, self.lacking, self.findings)
            originals = self._check_stored(bodies, erased)
            self._check_releases(bodies, erased)
            self._check_what_follows()
        self._check_set_aside()
        return VerifyReport(
            witnessed=newest(self.hear(notes)),
            findings=tuple(self.findings),
            originals=originals,
            entries=sum(len(lane.entries) for lane in self.lanes),
            devices=len({lane.lane.device for lane in self.lanes}),
            exit_code=self.findings.exit_code,
        )

    def bodies(self) -> list[Said]:
        """Give all bodies that could be read."""
        return [
            Said(lane, one.entry.kind, one.entry.body, one.entry.id, one.entry.seq)
            for lane in self.lanes
            for one in lane.entries
            if one.entry.body is not None
        ]

    def hear(self, notes: Sequence[Path]) -> Iterator[Sighting]:
        """Hold every note against the journals."""
        trails: dict[str, list[Sequence[bytes]]] = {}
        for lane in self.lanes:
            trails.setdefault(lane.lane.device, []).append(lane.ids)
        witnesses = Witnesses(
            case=self.case,
            trails=trails,
            signers=self._heard(),
            stamps=self._stamps(),
            untold=self.people.untold if self.people else {},
        )
        for path in notes:
            yield from witnesses.hear(path, self.findings)

    def _heard(self) -> dict[str, bytes]:
        """Give the keys of those whose notes and cosignatures count: who was let in, and this one.

        Without keys that cannot be told; then it is whoever has a `device.pub` here.
        """
        own = {lane.lane.device: lane.key for lane in self.lanes if lane.key is not None}
        if self.people is None:
            return own
        heard = self.people.members | {self.case.device}
        signers = {**self.people.signers, **own}
        return {device: key for device, key in signers.items() if device in heard}

    def _stamps(self) -> dict[str, tuple[str, datetime | None]] | None:
        """What the journals say of time stamps; where two tell of one, the checked one."""
        if self.people is None:
            return None
        heard = self._heard()
        entries = [
            said for said in self.bodies() if said.kind == TIME and said.lane.lane.device in heard
        ]
        found = (stamp_in(said.kind, said.body) for said in entries)
        stamps = sorted((one for one in found if one), key=lambda one: one.checked)
        # One in a form that is not known records the answer as well, and tells no more of it.
        bare = {str(said.body.get("answer")): (_STAMP, None) for said in entries}
        return {**bare, **{one.answer: (one.words, one.at) for one in stamps}}

    def _check_refs(self) -> None:
        """Hold what entries say to have seen against the entries that are here."""
        known = {
            Ref(one.entry.device, one.entry.seq, one.entry.id)
            for lane in self.lanes
            for one in lane.entries
        }
        for lane in self.lanes:
            for one in lane.entries:
                if not known.issuperset(one.entry.refs):
                    unknown = [ref for ref in one.entry.refs if ref not in known]
                    self.lacking.update(ref.device for ref in unknown)
                    gone = unknown[0]
                    where = f"entry {gone.seq} of device {gone.device[:8]}, which it had seen"
                    self._fault(lane, one, where, "none of that id")

    def _check_unread(self, erased: frozenset[str]) -> None:
        """Note bodies that are gone or have no key, unless an entry asks to erase them."""
        for lane in self.lanes:
            collects = lane.public is not None and lane.public.role is Role.COLLECTOR
            for one in lane.entries:
                if one.entry.body is not None:
                    continue
                if one.damaged:
                    self._fault(lane, one, "the body that was signed", "another")
                elif one.entry.strange:
                    self._add_strange(lane, one)
                elif one.entry.id in erased and one.entry.kind not in LASTING_KINDS:
                    continue
                elif one.erased:
                    self._fault(lane, one, "a body, or an entry that asks to erase it", "neither")
                elif not collects:
                    self._fault(lane, one, "the key of its body in the ring", "none")
                else:
                    self._add_unopened(lane, one)

    def _check_stored(self, bodies: Sequence[Said], erased: frozenset[str]) -> int:
        names: dict[str, set[str]] = {}
        sizes: dict[str, dict[int, tuple[str, ...]]] = {}
        for said in bodies:
            stored = stored_in(said.body)
            if stored is not None:
                names.setdefault(stored.sha256, set()).add(stored.stated)
                where = f"{self.findings.name(said.lane.lane.folder)} entry {said.seq}"
                stating = sizes.setdefault(stored.sha256, {})
                stating[stored.size] = (*stating.get(stored.size, ()), where)
        wanted = [Wanted(one, frozenset(stated), sizes[one]) for one, stated in names.items()]
        count = check_originals(self.case, wanted, self.keys, erased=erased, findings=self.findings)
        named = {name for one in wanted for name in one.names(self.case)}
        all_read = not self.findings.has(Check.JOURNAL) and not self.unopened
        note_unnamed(self.case, named, self.findings, all_read=all_read)
        return count

    def _check_releases(self, bodies: Sequence[Said], erased: frozenset[str]) -> None:
        for said in bodies:
            match said.body:
                case {"release": str(sha256), "object": str(name), "size": int(size)} if (
                    said.kind == kinds.RELEASE and kinds.can_be_stored(sha256, name, size)
                ):
                    if name not in erased and self.keys:
                        self._check_release(name, sha256, size)

    def _check_release(self, name: str, sha256: str, size: int) -> None:
        try:
            read_kept(self.case, name, sha256, size=size, take=_drop)
        except OriginalAlteredError as error:
            self.findings.add(
                Check.RELEASE,
                kept_path(self.case, name),
                expected="the copy of a publication that is kept",
                found=error.message.rstrip("."),
                then=error.next or "",
            )

    def _check_what_follows(self) -> None:
        """Look at what follows from all entries together, where none of them is damaged."""
        sound, state = not self.findings.has(Check.JOURNAL), ""
        if sound:
            listed = [one.entry for lane in self.lanes for one in lane.entries]
            folded = fold(listed, founder=self.case.founder)
            state = folded.state
            note_unfinished(self.case, folded, self.findings)
        self._check_record(state, sound=sound)

    def _check_set_aside(self) -> None:
        """Tell of entries that a journal had before it was damaged, and none has now."""
        known = {one.entry.id for lane in self.lanes for one in lane.entries}
        known |= {frame.id.hex() for frame in inbox.waiting(self.case).frames()}
        for path, alone in nowhere_else(self.case, known).items():
            self.findings.add(
                Check.STORED,
                path,
                expected="entries that are in a journal too",
                found=f"{len(alone):,} sound and signed, which none has",
                then="Merge any bundle of another device: they are taken in with it.",
            )

    def _check_record(self, state: str, *, sound: bool) -> None:
        try:
            found = record_state(self.case, state)
        except KeysDamagedError:
            return  # told already
        if found is RecordState.CURRENT or (found is RecordState.OUTDATED and not sound):
            return
        self.findings.add(
            Check.RECORD,
            self.case.record_db,
            expected="the record that follows from the journal",
            found=f"a record that is {found.value}",
            then=_BUILD,
        )

    def _fault(self, lane: ReadLane, one: ReadEntry, expected: str, found: str) -> None:
        where = f"{self.findings.name(lane.lane.folder)} entry {one.entry.seq}"
        self.findings.add(Check.JOURNAL, where, expected=expected, found=found, then=PUT_BACK)

    def _add_strange(self, lane: ReadLane, one: ReadEntry) -> None:
        """Tell of a body that its device signed so: it says nothing, and nothing is damaged."""
        self.findings.add(
            Check.BODY,
            f"{self.findings.name(lane.lane.folder)} entry {one.entry.seq}",
            expected="the body that its header commits to",
            found="another one, signed so by its device: it counts for nothing",
            then=_ASK,
        )

    def _add_unopened(self, lane: ReadLane, one: ReadEntry) -> None:
        self.unopened = True
        self.findings.add(
            Check.BODY,
            f"{self.findings.name(lane.lane.folder)} entry {one.entry.seq}",
            expected="the key of its body in the ring",
            found="none yet: a collector wrote it, and its keys go to the device it seals for",
            then="Merge a bundle of that device.",
        )


def _given_notes(given: Sequence[Path]) -> Iterator[Path]:
    for path in given:
        if not path.exists():
            message = "there is no such note or folder of notes."
            raise MissingPathError(message, where=str(path), next="Check the path.")
        yield from notes_in(path.resolve()) if path.is_dir() else [path.resolve()]


def _drop(_: Any) -> None:
    """Take what was decrypted and keep nothing of it."""
