"""What a merge did, in words and for other programs: adopted, waiting, refused, and alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from qantar.errors import BundleRefusedError
from qantar.workbench.quarantine import Why


class AlarmCode(StrEnum):
    """Something about a device that a person should look into."""

    FORK = "fork"
    ROLLBACK = "rollback"
    SPLIT_VIEW = "split-view"
    BEHIND = "behind"
    REVOKED_SENDER = "revoked-sender"
    WITHOUT_BODY = "without-body"


class Alarm(NamedTuple):
    """An alarm: about which device (id), and what is the matter, as a sentence."""

    code: AlarmCode
    device: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """Things of one kind that shared a fate.

    `what` is `entry`, `original`, `checkpoint` or `bundle`; `count` how many; `of` whose
    they are (a device's name, or which one it is); `reason` why.
    """

    what: str
    count: int
    of: str
    reason: str

    def to_json(self) -> dict[str, object]:
        """The item as `qantar merge --json` prints it."""
        return {"what": self.what, "count": self.count, "of": self.of, "reason": self.reason}

    def words(self) -> str:
        """Write the item as one line, where `of` is whose they are."""
        many = {"entry": "entries"}.get(self.what, f"{self.what}s")
        counted = f"{self.count:,} {self.what if self.count == 1 else many}"
        return f"{counted}{f' of {self.of}' if self.of else ''}: {self.reason}"


@dataclass(slots=True)
class MergeReport:
    """What became of everything in the bundles.

    `case` is the id of the case, `joined` whether this device joined it by this merge;
    `same` counts entries that were here already.
    """

    case: str = ""
    joined: bool = False
    same: int = 0
    adopted: list[Item] = field(default_factory=list)
    waiting: list[Item] = field(default_factory=list)
    refused: list[Item] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """The report as `qantar merge --json` prints it."""
        return {
            "case": self.case or None,
            "joined": self.joined,
            "same": self.same,
            "adopted": [one.to_json() for one in self.adopted],
            "waiting": [one.to_json() for one in self.waiting],
            "refused": [one.to_json() for one in self.refused],
            "alarms": [
                {"code": one.code.value, "device": one.device, "text": one.text}
                for one in self.alarms
            ],
        }

    def lines(self) -> Iterator[str]:
        """Say it in plain words."""
        if self.joined:
            yield f"This device has joined case {self.case}."
        yield from (f"adopted: {item.words()}" for item in self.adopted)
        yield from (f"waiting: {item.words()}" for item in self.waiting)
        yield from (f"refused: {one.what} {one.of}: {one.reason}" for one in self.refused)
        if not (self.adopted or self.waiting or self.refused):
            yield "Nothing in it is new."
        if any(item.reason == Why.PARENTS for item in self.waiting):
            yield "Ask for a bundle made with --whole if it does not come with the next ones."
        yield from (f"alarm: {one.text}" for one in self.alarms)

    def raise_if_refused(self) -> None:
        """Stop with what was refused, if anything was.

        Raises:
            BundleRefusedError: it counts them.
        """
        if self.refused:
            count = sum(item.count for item in self.refused)
            message = f"{count} {'thing was' if count == 1 else 'things were'} refused."
            hint = (
                "All else was adopted or waits. Ask whoever made the bundle for a new one, on "
                "another stick."
            )
            raise BundleRefusedError(message, next=hint)


def counted(pairs: Iterable[tuple[str, str, str]]) -> list[Item]:
    """Gather things by what they are, whose, and why."""
    return [Item(what, n, of, reason) for (what, of, reason), n in Counter(pairs).items()]
