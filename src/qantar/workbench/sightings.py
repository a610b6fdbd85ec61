"""Checkpoints that came: whose log they are of, what they vouch for, and what does not fit.

Each is kept, with every signature under it that holds. The sender's own is cosigned: that
this device saw its log so, and when, is carried back to it and to everybody else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qantar.archive import witness
from qantar.archive.case import Case
from qantar.archive.note import Checkpoint, Note, UnsoundNoteError, origin, parse
from qantar.archive.tree import roots_at
from qantar.archive.witnessed import Contradiction, contradicted, contradictions_of
from qantar.model.device import DevicePublic
from qantar.workbench.groups import Groups
from qantar.workbench.merge_report import Alarm, AlarmCode

_MOST = 8

Trail = Sequence[bytes]
"""The ids of all entries of a device on one of its branches."""


@dataclass(slots=True)
class Sightings:
    """The checkpoints in a bundle that their devices signed, by device; `refused` gets the others.

    Those of devices that are not in `publics` are left out: they are nobody's concern, or
    nothing here could check them.
    """

    case_id: str
    publics: Mapping[str, DevicePublic]
    refused: Groups
    notes: dict[str, list[Note]] = field(default_factory=dict)

    def take(self, untrusted: bytes) -> None:
        """Take one as it came."""
        try:
            note = parse(untrusted)
        except UnsoundNoteError as error:
            self.refused.add("checkpoint", "", str(error))
            return
        checkpoint = note.checkpoint
        device = checkpoint.origin.removeprefix(origin(self.case_id, ""))
        if checkpoint.origin != origin(self.case_id, device):
            self.refused.add("checkpoint", "", "it is of another case")
        elif device in self.publics:
            if note.is_signed(bytes.fromhex(self.publics[device].sign)):
                self.notes.setdefault(device, []).append(note)
            else:
                self.refused.add("checkpoint", device, "its device did not sign it")

    def newest(self, device: str) -> list[Note]:
        """Give the longest ones of a device, a few: an honest bundle does not hold more."""
        return sorted(self.notes.get(device, ()), key=lambda note: note.checkpoint.size)[-_MOST:]


def head_for(trail: Trail, notes: Iterable[Note]) -> Note | None:
    """Give the longest checkpoint that vouches for this branch."""
    fits = [note for note in notes if note.checkpoint.size <= len(trail)]
    roots = roots_at(trail, (note.checkpoint.size for note in fits))
    sound = [note for note in fits if roots[note.checkpoint.size] == note.checkpoint.root]
    return max(sound, key=lambda note: note.checkpoint.size, default=None)


def keep_sightings(
    case: Case,
    seen: Sightings,
    trails: Mapping[str, Sequence[Trail]],
    *,
    cosigned: str | None,
    time: int,
) -> Iterator[Alarm]:
    """Keep what was seen, cosign the sender's checkpoint, and tell of what does not fit together.

    Args:
        case: the case; the caller holds its lock.
        seen: the checkpoints that came.
        trails: of each member, every branch that is here now.
        cosigned: the device whose checkpoint this device cosigns; None for none.
        time: seconds since 1970.

    Raises:
        DiskError: the disk refuses.
    """
    keys = {origin(case.id, d): bytes.fromhex(one.sign) for d, one in seen.publics.items()}
    for device, branches in trails.items():
        notes = seen.newest(device)
        known = {note.checkpoint for _, note in witness.kept(case, device)}
        other = contradicted((note.checkpoint for note in notes), branches)
        head = _newest_head(branches, notes) if device == cosigned else None
        for note in notes:
            kept = witness.only_sound(note, keys)
            if head is not None and note.checkpoint == head.checkpoint:
                kept = _cosigned(case, kept, time)
            apart = device == case.device and note.checkpoint in other
            witness.keep(case, kept, apart=apart)
        if notes:
            yield from _misfits(case, seen.publics[device], branches, known)


def _newest_head(branches: Iterable[Trail], notes: Iterable[Note]) -> Note | None:
    heads = [head for trail in branches if (head := head_for(trail, notes)) is not None]
    return max(heads, key=lambda note: note.checkpoint.size, default=None)


def _cosigned(case: Case, note: Note, time: int) -> Note:
    """Add this device's own signature, once."""
    own, public_key = origin(case.id, case.device), bytes.fromhex(case.signer.public.sign)
    before = [
        one
        for one in (*witness.notes(case, note.checkpoint.origin.rpartition("/")[2]), note)
        if one.checkpoint == note.checkpoint and one.cosigned_at(own, public_key) is not None
    ]
    return note if before else note.cosign(own, case.signer.sign_seed, time)


def _misfits(
    case: Case, public: DevicePublic, branches: Sequence[Trail], known: Collection[Checkpoint]
) -> Iterator[Alarm]:
    """Find checkpoints that the device signed and that no branch of it here bears out.

    What was known before is told of once; it stays in the folder.
    """
    device, longest = public.id, max(map(len, branches), default=0)
    if device == case.device:
        seen = (note.checkpoint.size for note in witness.notes(case, device))
        yield from (_behind(device, size, longest) for size in seen if size > longest)
    for one in contradictions_of(case, device, branches, bytes.fromhex(public.sign)):
        if one.checkpoint not in known:
            yield _other_past(case, one)


def _other_past(case: Case, one: Contradiction) -> Alarm:
    code = AlarmCode.FORK if one.device == case.device else AlarmCode.SPLIT_VIEW
    return Alarm(code, one.device, other_past_words(case, one, f"device {one.device[:8]}"))


def other_past_words(case: Case, one: Contradiction, name: str) -> str:
    """Say that others know another past of a device than the one that is here.

    An honest device whose folder was copied must not be told that it lies.
    """
    kept = f"The note of its first {one.checkpoint.size:,} entries is kept as {_within(case, one)}."
    if one.device == case.device:
        return (
            "others know another past of this device: its folder was copied and the copy was used, "
            f"or somebody else signed with its key. {kept} Merge a bundle of whoever has the other "
            "past, and run `qantar devices renew` on one of the two copies."
        )
    return (
        f"{name} signed another past than the one that is here: its folder was copied and both "
        f"were used, or it shows different journals to different people. {kept}"
    )


def _within(case: Case, one: Contradiction) -> str:
    return one.path.relative_to(case.root).as_posix()


def _behind(device: str, size: int, here: int) -> Alarm:
    text = (
        f"others saw {size:,} entries of this device, and {here:,} are here: it was copied, or put "
        "back from a backup. Merge a bundle of whoever has them, or run `qantar devices renew`."
    )
    return Alarm(AlarmCode.BEHIND, device, text)
