"""Who can be a member at all, found before anything else that came is looked at.

What strangers send can be made to cost more work, and more memory, than there is; so
they are told apart first, by the entries that let devices in and by nothing else. Of
those only what a device that can be a member wrote is read, whoever else wrote what.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from qantar.archive.frame import Frame, UnsoundEntryError, frames, is_signed, read_header
from qantar.model.device import DevicePublic
from qantar.model.entry import Entry
from qantar.workbench import team_entries as team
from qantar.workbench.arrivals import Checks, Stretch, entry_of, publics_in

# As a header spells its kind: most frames are passed by without being read.
_ABOUT_DEVICES: Final = tuple(
    f'"kind":"{kind}"'.encode() for kind in (team.CASE_INIT, team.DEVICE_ADMIT)
)

Said = Callable[[Collection[str]], Iterable[Entry]]
"""Gives what these devices wrote about devices, of what came."""


def possible_members(here: Iterable[Entry], founder: str, said: Said) -> frozenset[str]:
    """Give all devices that can be members: whom the founder let in, whom those did, and on.

    Whether what they wrote counts is not asked, so that no member is left out.

    Args:
        here: the entries of the journals.
        founder: id of the device that made the case.
        said: reads what came; each device is asked about once.
    """
    admitted: dict[str, set[str]] = {}
    for entry in here:
        admitted.setdefault(entry.device, set()).update(let_in([entry]))
    reached, new = {founder}, {founder}
    while new:
        found = let_in(said(new)).union(*(admitted.get(device, ()) for device in new))
        new = found - reached
        reached |= new
    return frozenset(reached)


def let_in(entries: Iterable[Entry]) -> set[str]:
    """Give the devices that these entries let in; whether they count is not asked."""
    admits = (entry for entry in entries if entry.kind == team.DEVICE_ADMIT)
    return {public.id for public in publics_in(admits)}


@dataclass(frozen=True, slots=True)
class Introductions:
    """What came about devices, read as it is asked for.

    `publics` says who signs, by id of the device, and grows by what is read.
    """

    stretches: Sequence[Stretch]
    checks: Checks
    publics: dict[str, DevicePublic]
    _sorted: dict[str, list[Stretch]] = field(default_factory=dict)

    def __call__(self, devices: Collection[str]) -> Iterator[Entry]:
        """Give what these devices wrote and signed about devices."""
        if not self._sorted:
            self._sort()
        for device in devices:
            for stretch in self._sorted.get(device, ()):
                for frame in frames(stretch.read()):
                    if any(kind in frame.header for kind in _ABOUT_DEVICES):
                        yield from self._sound(frame, stretch.device, devices)

    def _sort(self) -> None:
        """Find where each device's own stand: devices may have let each other in in a long row."""
        for stretch in self.stretches:
            if stretch.device is not None:
                self._sorted.setdefault(stretch.device, []).append(stretch)
                continue
            for frame in frames(stretch.read()):
                if any(kind in frame.header for kind in _ABOUT_DEVICES):
                    with suppress(UnsoundEntryError):
                        device = read_header(frame.header).device
                        start, end = stretch.start + frame.start, stretch.start + frame.end
                        one = Stretch(stretch.source, start, end, device, stretch.fresh)
                        self._sorted.setdefault(device, []).append(one)

    def _sound(self, frame: Frame, device: str | None, devices: Collection[str]) -> Iterator[Entry]:
        try:
            header = self.checks.header(frame, device)
            if header.device not in devices:
                return
            body, _ = self.checks.opened(frame, header)
        except UnsoundEntryError:
            return  # told when all that came is looked at
        entry = entry_of(frame.id.hex(), header, body)
        for public in publics_in([entry]):
            self.publics.setdefault(public.id, public)
        signer = self.publics.get(entry.device)
        if signer is not None and is_signed(frame, bytes.fromhex(signer.sign)):
            yield entry
