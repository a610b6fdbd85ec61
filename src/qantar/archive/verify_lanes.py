"""All journals of a case, read to the end: a lane that is broken does not hide the others."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from qantar.archive.case import DEVICE_FILE, Case
from qantar.archive.disk import disk_refusals
from qantar.archive.frame import Frame, Header, cut_by_lengths
from qantar.archive.lanes import (
    MEND,
    MEND_ON,
    Lane,
    half_mended,
    head_of,
    is_planted,
    is_unmarked,
    lane_named,
    public_of,
)
from qantar.archive.opening import Keys
from qantar.archive.segments import PUT_BACK, segment_path
from qantar.archive.tree import Row
from qantar.archive.verify import Check, Findings
from qantar.archive.verify_entries import (
    ReadLane,
    Scan,
    read_part,
    segments_in,
    sound_header,
)
from qantar.errors import JournalBrokenError
from qantar.model.device import DevicePublic

_NOBODYS: Final = (
    "This case did not take it in: somebody put it there, or it lost its mark as well. Move the "
    "folder out of the case, and if a device is missing then, merge a bundle of it made with "
    "--whole. It stops nothing meanwhile."
)

_KEPT: Final = "Both are kept. Let one of the two join anew as a device of its own."


def read_lanes(case: Case, keys: Keys, findings: Findings) -> list[ReadLane]:
    """Read every journal of a case.

    Args:
        case: the case, locked or not.
        keys: gives body keys by commitment.
        findings: receives what is wrong.

    Returns:
        The lanes, branches behind what they branched off from.

    Raises:
        DiskError: the disk refuses.
    """
    found: list[ReadLane] = []
    if half_mended(case) is not None:
        findings.add(
            Check.JOURNAL,
            case.journals / MEND,
            expected="every journal in its place",
            found="whole ones on their way to the place of damaged ones, which are set aside",
            then=MEND_ON,
        )
    for lane, first in _in_order(_listed(case)):
        before = [one for one in found if not one.passed]
        reading = _begin(case, lane, before, sound_header(first) if first else None, findings)
        found.append(reading)
        Scan(case, reading, keys, findings).run()
        _pass_over(case, reading, before, first, findings)
    alive = {one.lane.device for one in found if one.head or one.entries}
    if case.id and (case.device not in alive if case.device else not alive):
        findings.add(
            Check.JOURNAL,
            case.journals,
            expected="the journal of this device",
            found="none",
            then=PUT_BACK,
        )
    return found


def _pass_over(
    case: Case, reading: ReadLane, before: Sequence[ReadLane], first: Frame | None, all_: Findings
) -> None:
    """Tell of a journal that other commands pass over though its entries hold; as `is_planted`."""
    lane = reading.lane
    if not reading.entries or not is_unmarked(case, lane):
        return
    name = all_.name(lane.folder)
    told = {one.check for one in all_ if one.where.startswith(name)}
    odd = lane.branch and first is not None and _is_odd(lane, first, before)
    reading.passed = odd or bool(told & {Check.TAIL, Check.JOURNAL})
    if reading.passed and Check.JOURNAL not in told:
        all_.add(
            Check.JOURNAL,
            name,
            expected="a journal that this case took in",
            found="one that is passed over: nothing of it counts",
            then=_NOBODYS,
        )


def _is_odd(lane: Lane, first: Frame, before: Sequence[ReadLane]) -> bool:
    """Whether a branch is not named for its first entry, or another journal has that too."""
    if sound_header(first) is None:
        return False
    same = (one.ids for one in before if one.lane.device == lane.device)
    return lane.name != f"{lane.device}.{first.id.hex()}" or any(first.id in ids for ids in same)


def _listed(case: Case) -> list[Lane]:
    """Give the journals that were begun, this device's own first."""
    found: list[Lane] = []
    with disk_refusals("reading the journal", case.journals):
        paths = sorted(case.journals.iterdir()) if case.journals.is_dir() else []
    for path in paths:
        with suppress(ValueError):
            lane = lane_named(case, path.name)
            if path.is_dir() and ((path / DEVICE_FILE).exists() or segments_in(path)):
                found.append(lane)
    return sorted(found, key=lambda lane: (not lane.own, lane.name))


def _in_order(listed: Sequence[Lane]) -> list[tuple[Lane, Frame | None]]:
    """Put branches behind what they can have branched off from; with their first entries."""
    first = [(lane, next(cut_by_lengths(_first_part(lane)), None)) for lane in listed]
    return sorted(first, key=lambda one: (one[0].branch, _seq(one[1])))


def _first_part(lane: Lane) -> bytes:
    return read_part(segment_path(lane.folder, 1))


def _seq(first: Frame | None) -> int:
    header = sound_header(first) if first else None
    return header.seq if header else 1


def _begin(
    case: Case,
    lane: Lane,
    before: Sequence[ReadLane],
    first: Header | None,
    findings: Findings,
) -> ReadLane:
    public = _public(case, lane, findings)
    head = head_of(case, lane, bytes.fromhex(public.sign)) if public else None
    reading = ReadLane(lane=lane, public=public, head=head)
    if lane.branch:
        findings.add(
            Check.FORK,
            lane.folder,
            expected="one past of one device",
            found="a second past: the device, or a copy of its folder, wrote on from here",
            then=_NOBODYS if is_planted(case, lane) else _KEPT,
        )
        reading.ids = _base(lane, first, before)
        reading.seq = len(reading.ids)
    return reading


def _base(lane: Lane, first: Header | None, before: Sequence[ReadLane]) -> Row:
    """Give the ids of the entries that a branch follows from; none where they are not here."""
    if first is None or first.seq == 1:
        return Row()
    size, last = first.seq - 1, bytes.fromhex(first.prev)
    same = (other.ids for other in before if other.lane.device == lane.device)
    fits = (Row(ids, size) for ids in same if len(ids) >= size and ids[size - 1] == last)
    return next(fits, Row())


def _public(case: Case, lane: Lane, findings: Findings) -> DevicePublic | None:
    try:
        # As somebody without keys would: this device's own file must be sound too.
        return public_of(replace(case, own=None, cache={}), lane)
    except JournalBrokenError as error:
        findings.add(
            Check.JOURNAL,
            lane.folder / DEVICE_FILE,
            expected=f"who signs for device {lane.device[:8]}",
            found="nothing, or another device",
            then=_NOBODYS if is_planted(case, lane) else error.next or PUT_BACK,
        )
        return None
