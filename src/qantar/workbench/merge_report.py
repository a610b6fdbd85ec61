"""What a merge did, in words and for other programs: adopted, waiting, refused, and alarms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from qantar.archive.bundle_format import NoBundleError, OtherRecipientError, UnsoundBundleError
from qantar.errors import BundleRefusedError
from qantar.workbench.groups import Groups
from qantar.workbench.quarantine import Why

BUNDLE = "bundle"


class AlarmCode(StrEnum):
    """Something about a device that a person should look into."""

    FORK = "fork"
    ROLLBACK = "rollback"
    SPLIT_VIEW = "split-view"
    BEHIND = "behind"
    REVOKED_SENDER = "revoked-sender"
    WITHOUT_BODY = "without-body"
    MENDED = "mended"


class Alarm(NamedTuple):
    """An alarm: about which device (id), and what is the matter, as a sentence."""

    code: AlarmCode
    device: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """Things of one kind that shared a fate.

    `what` is `entry`, `original`, `checkpoint` and so on, or `bundle`; `count` how many;
    `of` whose they are (a device's name; of a bundle its path); `reason` why; `which`
    names the first few, where they are told apart.
    """

    what: str
    count: int
    of: str
    reason: str
    which: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The item as `qantar merge --json` prints it."""
        said = {"what": self.what, "count": self.count, "of": self.of, "reason": self.reason}
        return {**said, "which": list(self.which)} if self.which else said

    def words(self) -> str:
        """Write the item as one line."""
        if self.what == BUNDLE:
            return f"bundle {self.of}: {self.reason}"
        many = {"entry": "entries", "run of entries": "runs of entries"}
        what = self.what if self.count == 1 else many.get(self.what, f"{self.what}s")
        whose = f" of {self.of}" if self.of else ""
        return f"{self.count:,} {what}{whose}{self._named()}: {self.reason}"

    def _named(self) -> str:
        if not self.which:
            return ""
        more = self.count - len(self.which)
        return f" ({', '.join(self.which)}{f' and {more:,} more' if more else ''})"


class Fault(StrEnum):
    """What is the matter with a bundle as a whole, as far as that tells what to do."""

    DAMAGED = "damaged"
    NOT_FOR_US = "not for us"
    NO_BUNDLE = "no bundle"


def fault_of(error: UnsoundBundleError) -> Fault:
    """Say what is the matter with a bundle that was refused whole."""
    match error:
        case OtherRecipientError():
            return Fault.NOT_FOR_US
        case NoBundleError():
            return Fault.NO_BUNDLE
    return Fault.DAMAGED


@dataclass(slots=True)
class MergeReport:
    """What became of everything in the bundles.

    `case` is the id of the case, `joined` whether this device joined it by this merge;
    `same` counts entries that were here already. `faults` says of each bundle that was
    refused whole what is the matter with it; `own` is what the team calls this device, None
    where that is not known here.
    """

    case: str = ""
    joined: bool = False
    same: int = 0
    adopted: list[Item] = field(default_factory=list)
    waiting: list[Item] = field(default_factory=list)
    refused: list[Item] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    own: str | None = None

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
        yield from (f"refused: {item.words()}" for item in self.refused)
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
            raise BundleRefusedError(self._what_was_refused(), next=self._what_to_do())

    def _what_was_refused(self) -> str:
        count = sum(item.count for item in self.refused)
        if count == len(self.faults) and len(set(self.faults)) == 1:
            these = "This bundle was" if count == 1 else f"These {count} bundles were"
            match self.faults[0]:
                case Fault.NOT_FOR_US:
                    from_it = "from it" if count == 1 else "from them"
                    return f"{these} made for another device; nothing was taken {from_it}."
                case Fault.NO_BUNDLE if count == 1:
                    return "This file is not a bundle."
                case Fault.NO_BUNDLE:
                    return f"These {count} files are not bundles."
        return f"{count:,} {'thing was' if count == 1 else 'things were'} refused."

    def _what_to_do(self) -> str:
        ours = f"`--for {self.own}`" if self.own else "`--for` and the name of this device"
        said = {
            Fault.NOT_FOR_US: f"Ask for one made with {ours}.",
            Fault.NO_BUNDLE: "Check the path.",
            Fault.DAMAGED: "Ask whoever made the bundle for a new one, on another stick.",
        }
        faults = list(dict.fromkeys(self.faults))
        if sum(item.count for item in self.refused) > len(self.faults):
            faults.append(Fault.DAMAGED)
        hints = [said[fault] for fault in dict.fromkeys(faults)]
        if faults not in ([Fault.NOT_FOR_US], [Fault.NO_BUNDLE]):
            hints.insert(0, "All else was adopted or waits.")
        return " ".join(hints)


def counted(things: Iterable[tuple[str, str, str]]) -> list[Item]:
    """Gather things by what they are, whose, and why."""
    groups = Groups()
    for what, of, reason in things:
        groups.add(what, of, reason)
    return [Item(one.what, one.count, one.of, one.reason) for one in groups]
