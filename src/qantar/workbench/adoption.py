"""Bringing what was examined into the case, in an order that no crash can turn to harm.

Keys first, then originals, then whole journals in the place of damaged ones, then the other
entries, a run at a time in the order of what follows from what; then what waits, and what
was seen of others. Each step is durable before the next, each is skipped by a run that
finds it done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qantar.archive import inbox, ring, witness
from qantar.archive.arrived import Sound, check_object, settle_objects
from qantar.archive.case import Case
from qantar.archive.exchange import restore_bodies
from qantar.archive.frame import Frame
from qantar.archive.inbox import Pending
from qantar.archive.journal import adopt
from qantar.archive.note import Note
from qantar.archive.originals import list_originals, object_name
from qantar.archive.sealing import UnsoundObjectError
from qantar.archive.staging import Piece
from qantar.archive.witness import Holds
from qantar.workbench.arrivals import Arrival
from qantar.workbench.damaged import Damaged
from qantar.workbench.groups import Groups
from qantar.workbench.healing import Moved, mend, whole_parts
from qantar.workbench.incoming import Incoming
from qantar.workbench.merge_report import Alarm
from qantar.workbench.objects import Stored, here
from qantar.workbench.placing import in_runs
from qantar.workbench.sightings import head_for, keep_sightings

_SHOWN = 12
_MOST_WAITING = 20_000
# Of one bundle; where its file was parted, two are cut through.
_MOST_PARTLY = 256


@dataclass(slots=True)
class Adoption:
    """One examined bundle on its way into the case; the caller holds the case's lock.

    Attributes:
        originals: how many were adopted that were not here.
        mended: how many took the place of one that was damaged.
        refused: originals that are not what their entries say.
        partly: originals that wait, with why.
        alarms: what does not fit together.
        moved: where journals are now that were damaged, by device.
    """

    case: Case
    incoming: Incoming
    pieces: list[Piece]
    damaged: Damaged
    originals: int = 0
    mended: int = 0
    refused: Groups = field(default_factory=Groups)
    partly: list[str] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    moved: Moved = field(default_factory=dict)
    _mended: set[str] = field(default_factory=set)

    def carry_out(self, *, trusted: bool, time: int) -> None:
        """Do all steps; where other journals are damaged too, only mend those that came whole.

        Args:
            trusted: the sender is a device of the case that was not shut out: what it
                says to hold is believed, and its checkpoint cosigned.
            time: seconds since 1970.

        Raises:
            JournalBrokenError, KeysDamagedError, DiskError: the case cannot be written;
                merging the bundle again goes on from there.
        """
        self._add_keys()
        if self.incoming.lacking is not None:
            self._mend()
            return
        self._adopt_originals()
        self._mend()
        self._adopt_entries()
        self._keep_waiting()
        sender = self.incoming.manifest.sender
        self.alarms.extend(
            keep_sightings(
                self.case,
                self.incoming.sightings,
                self._branches(),  # of members: what strangers sign is nobody's business
                cosigned=sender if trusted else None,
                time=time,
            )
        )
        if trusted:
            said = self.incoming.manifest
            witness.keep_holds(self.case, sender, Holds(heads=said.heads, missing=said.missing))

    def _add_keys(self) -> None:
        """Add the keys of all entries that came, each tried on its body; of erased ones none."""
        known, verdict = ring.keys(self.case), self.incoming.verdict
        none = verdict.erased.entries | verdict.too_many.keys()
        arrivals = self.incoming.arrivals
        ring.add(
            self.case,
            [
                (bytes.fromhex(one.entry.commitment), one.key)
                for one in (*arrivals.found.values(), *arrivals.healed.values())
                if one.key is not None
                and one.entry.id not in none
                and bytes.fromhex(one.entry.commitment) not in known
            ],
        )

    def _adopt_originals(self) -> None:
        inbox.tidy(self.case)
        sound = self._sound_pieces()
        placed = []
        for one in inbox.pending(self.case):
            if self._is_done_with(one):
                inbox.drop(one)
            elif not (one.complete and one.name.hex() in self.incoming.wants):
                self.partly.append(_why_pending(one))
            elif self._check(one.name, one, one.key, sound):
                placed.append(one)
            else:
                inbox.drop(one)
        unique = list({one.sha256: one for one in sound}.values())
        before = {*list_originals(self.case)}
        self.mended = sum(object_name(self.case, one.sha256) in before for one in unique)
        settle_objects(self.case, unique)
        for one in placed:
            inbox.drop(one)
        self.originals = len(unique) - self.mended

    def _sound_pieces(self) -> list[Sound]:
        """Check what came whole and is wanted; what else came goes to the inbox."""
        sound: list[Sound] = []
        waits: list[tuple[Piece, bytes]] = []
        room, partly = _MOST_WAITING - inbox.count(self.case), _MOST_PARTLY
        for piece in self.pieces:
            name, key = piece.name.hex(), self._key_of(piece.name)
            wanted = name in self.incoming.wants
            if name in self.incoming.gone:
                continue
            if key is None:
                self._refuse(piece.name, "its key did not come with it")
            elif piece.whole and wanted:
                self._check(piece.name, piece, key, sound)
            elif wanted or (room > 0 and (piece.whole or partly > 0)):
                waits.append((piece, key))
                room, partly = room - 1, partly - (not piece.whole)
            else:
                self._refuse(piece.name, "no entry names it yet, and too many such wait already")
        self._keep(waits)
        return sound

    def _keep(self, waits: list[tuple[Piece, bytes]]) -> None:
        if not waits:
            return
        keeping = inbox.Keeping(self.case)
        for piece, key in waits:
            reason = keeping.put(piece, key)
            if reason is not None:
                self._refuse(piece.name, reason)
        keeping.settle()

    def _key_of(self, name: bytes) -> bytes | None:
        found = self.incoming.keys.get(name)
        return ring.keys(self.case).get(name) if found is None else found

    def _check(self, name: bytes, came: Piece | Pending, key: bytes, sound: list[Sound]) -> bool:
        """Hold an original against what an entry says of it; a sound one that is here is enough."""
        stored = self.incoming.wants[name.hex()]
        if self._is_here(stored):
            return False
        try:
            sizes = self.incoming.sizes[stored.sha256]
            sound.append(check_object(came.path, key, sha256=stored.sha256, sizes=sizes))
        except UnsoundObjectError as error:
            self._refuse(name, f"it is not what its entry says: {error}")
            return False
        return True

    def _is_done_with(self, one: Pending) -> bool:
        name = one.name.hex()
        stored = self.incoming.wants.get(name)
        if name in self.incoming.gone:
            return True
        return stored is not None and self._is_here(stored)

    def _is_here(self, stored: Stored) -> bool:
        name = here(self.case, stored, ring.keys(self.case))
        return name is not None and not self.damaged(name)

    def _refuse(self, name: bytes, reason: str) -> None:
        self.refused.add("original", "", reason, name.hex()[:_SHOWN])

    def _mend(self) -> None:
        """Put whole journals in the place of damaged ones; what else is new comes after that."""
        incoming, broken = self.incoming, self.incoming.broken
        if broken is None:
            return
        parts = list(whole_parts(broken, incoming.trails, self._known(), incoming.before))
        whole = ((trail, self._frames(trail.new)) for trail in parts)
        notes = incoming.sightings.notes
        self.moved = mend(self.case, broken, whole, incoming.publics, notes)
        self._mended = {one.entry.id for trail in parts for one in trail.new}
        for trail in incoming.lanes():
            trail.new = [one for one in trail.new if one.entry.id not in self._mended]

    def _known(self) -> set[str]:
        return {entry.id for entry in self.incoming.held.entries} | self._mended

    def _adopt_entries(self) -> None:
        incoming = self.incoming
        known = self._known()
        heads: dict[str, Note | None] = {}
        for trail, run in in_runs(incoming.lanes(), known):
            device = run[0].entry.device
            if trail.name not in heads:
                notes = incoming.sightings.notes.get(device, ())
                heads[trail.name] = head_for(trail.ids, notes)
            frames, head = self._frames(run), heads[trail.name]
            public = incoming.publics[device]
            adopt(self.case, trail.name, public, frames, head, base=trail.ids)
        erased = incoming.verdict.erased.entries
        healed = (one for id_, one in incoming.arrivals.healed.items() if id_ not in erased)
        # Also without a key: whether what was signed is strange must not hang on who has it.
        restore_bodies(self.case, [one.frame() for one in healed])

    def _frames(self, run: list[Arrival]) -> Iterator[Frame]:
        erased = self.incoming.verdict.erased.entries
        for one in run:
            frame = one.frame()
            yield frame._replace(body=b"") if one.entry.id in erased else frame

    def _keep_waiting(self) -> None:
        found, waiting = self.incoming.arrivals.found, self.incoming.verdict.waiting
        inbox.store_waiting(self.case, self._frames([found[name] for name in sorted(waiting)]))

    def _branches(self) -> dict[str, list[Sequence[bytes]]]:
        """Give every branch of every member as it is now; of one that never wrote, an empty one."""
        held, trails = self.incoming.held, self.incoming.trails
        branches = dict[str, list[Sequence[bytes]]]()
        for device in self.incoming.verdict.roster.members:
            if device in trails:
                branches[device] = [trail.ids for trail in trails[device].trails.values()]
            else:
                branches[device] = [one.ids for one in held.of_device(device)]
            branches[device] = branches[device] or [()]
        return branches


def _why_pending(one: Pending) -> str:
    if one.complete:
        return "no entry that is here names it yet"
    came = sum(end - start for start, end in one.spans)
    return f"{came:,} of its {one.total:,} bytes came: merge the other files of the bundle"
