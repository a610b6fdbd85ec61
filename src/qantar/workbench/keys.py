"""The ways into a case: which there are, and how one is added, replaced and taken away.

All ways open the same key of the folder. Taking one away keeps out whoever comes
with it from now on; it does not undo that somebody was in, nor reach copies of the
folder that were made before.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Final

from qantar.archive.age_keys import new_secret
from qantar.archive.case import Case, store_slot
from qantar.archive.copies import Copies, read_copies, remove_copies
from qantar.archive.lock import writing
from qantar.archive.shares import join_shares, read_share, split_secret
from qantar.archive.slots import (
    LEAST_COST,
    SALT_BYTES,
    NewSlot,
    ScryptCost,
    Slot,
    Way,
    device_way,
    passphrase_way,
    read_slot,
    read_slots,
    secret_for,
    shares_way,
    slot_paths,
    unwrap,
)
from qantar.errors import KeysDamagedError, UsageError

MOST_WAYS: Final = 32
_MOST_LABEL: Final = 80
_SEE_LIST: Final = "See `qantar keys list CASE`."


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """One slot as it stands: nothing in it is secret.

    `slot` is None when no copy of it is sound; then nothing but its number is known.
    `damaged` names the copies that are missing or differ.
    """

    number: int
    slot: Slot | None
    damaged: tuple[str, ...]

    @property
    def words(self) -> str:
        """Name the way, as in `passphrase` or `2-of-3 shares`."""
        if self.slot is None:
            return "damaged in all copies"
        match self.slot.way:
            case Way.SHARES:
                return f"{self.slot.threshold}-of-{self.slot.shares} shares"
            case Way.DEVICE:
                return "age identity"
            case Way.OPEN:
                return "nothing: open to everyone"
            case Way.PASSPHRASE:
                return "passphrase"

    def to_json(self) -> dict[str, object]:
        """The slot as `qantar keys list --json` prints it."""
        slot = self.slot
        shared = slot is not None and slot.way is Way.SHARES
        return {
            "number": self.number,
            "way": slot.way.value if slot else None,
            "label": (slot.label or None) if slot else None,
            "recipient": slot.recipient if slot else None,
            "threshold": slot.threshold if slot and shared else None,
            "shares": slot.shares if slot and shared else None,
            "scrypt": _cost_json(slot.cost) if slot and slot.cost else None,
            "damaged": list(self.damaged),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShares:
    """Recovery shares that were just made: the slot they open, and each share's words.

    The words exist nowhere else; whoever shows them shows them once.
    """

    number: int
    threshold: int
    words: tuple[str, ...] = field(repr=False)


def ways_in(case: Case) -> tuple[WayIn, ...]:
    """List the slots of a case, locked or not, by number; writes nothing.

    Raises:
        DiskError: the disk refuses.
    """
    return tuple(_way_in(number, found) for number, found in read_slots(case.keys))


def passphrase_slot(
    passphrase: str,
    *,
    label: str = "",
    cost: ScryptCost = ScryptCost(),  # noqa: B008  # frozen
) -> NewSlot:
    """Prepare a way in by passphrase, for a new case or one that exists.

    Args:
        passphrase: what will be typed.
        label: shown on the closed case.
        cost: what one guess costs; stored, the same on every machine.

    Raises:
        UsageError: guessing would be too cheap, or the label is none.
    """
    if cost.n * cost.r < LEAST_COST.n * LEAST_COST.r or cost.r < LEAST_COST.r:
        message = f"scrypt with N={cost.n}, r={cost.r} makes guessing too cheap."
        raise UsageError(message, next=f"Take N={LEAST_COST.n}, r={LEAST_COST.r} at least.")
    salt = secrets.token_bytes(SALT_BYTES)
    return passphrase_way(passphrase, salt=salt, cost=cost, label=checked_label(label))


def device_slot(recipient: str, *, label: str = "") -> NewSlot:
    """Prepare a way in for whoever holds the age identity of `recipient`.

    Raises:
        UsageError: it is no age recipient, or the label is none.
    """
    return device_way(recipient, label=checked_label(label))


def checked_label(label: str) -> str:
    """Give a label without spaces around it.

    Raises:
        UsageError: it is too long, or not one line of plain text.
    """
    text = label.strip()
    if len(text) > _MOST_LABEL or not text.isprintable():
        message = f"a label is one line of at most {_MOST_LABEL} characters."
        raise UsageError(message, next="Take a shorter one; it is shown on the closed case.")
    return text


def add(case: Case, new: NewSlot) -> int:
    """Add a way in, durably; gives the number of its slot.

    Raises:
        UsageError: there are too many already.
        CaseLockedError: another process is writing.
        DiskError: the disk refuses.
    """
    with writing(case):
        return _store(case, new)


def remove(case: Case, number: int) -> WayIn:
    """Take a way in away: its slot is overwritten and removed in all copies.

    Raises:
        UsageError: there is no such slot, or it is the last one that opens the case.
        CaseLockedError, DiskError: as `add`.
    """
    with writing(case):
        found = {way.number: way for way in ways_in(case)}
        refuse_last(tuple(found.values()), number)
        remove_copies(slot_paths(case.keys, number))
    return found[number]


def refuse_last(ways: tuple[WayIn, ...], number: int) -> None:
    """Refuse to take away what is not there, and the last way in.

    Raises:
        UsageError: as said.
    """
    if number not in {way.number for way in ways}:
        message = f"there is no slot {number}."
        raise UsageError(message, next=_SEE_LIST)
    if not any(way.slot is not None for way in ways if way.number != number):
        message = f"slot {number} is the last way into the case: without it, nobody opens it again."
        raise UsageError(message, next="Add another way first: `qantar keys add CASE`.")


def used_passphrase(case: Case) -> WayIn:
    """Give the slot that the case was opened with, where that is a passphrase's.

    Raises:
        UsageError: it was opened in another way.
    """
    for way in ways_in(case):
        if way.number == case.slot and way.slot and way.slot.way is Way.PASSPHRASE:
            return way
    message = "the case was not opened with a passphrase, so there is none to change."
    hint = "Add one with `qantar keys add CASE --passphrase`, then remove what should not open it."
    raise UsageError(message, next=hint)


def refuse_known(case: Case, passphrase: str) -> None:
    """Refuse a new passphrase that opens the case already: taking one slot away would not end it.

    Takes as long as opening the case does with each of its passphrases.

    Raises:
        UsageError: it does, and which slot it opens.
    """
    for way in ways_in(case):
        slot = way.slot
        if slot is None or slot.way is not Way.PASSPHRASE:
            continue
        tried = secret_for(slot, passphrase)
        if tried is not None and unwrap(slot, tried) == case.local_key:
            message = f"this passphrase opens the case already, by slot {way.number}."
            raise UsageError(message, next="Choose another one; nothing was changed.")


def change(case: Case, new: NewSlot) -> int:
    """Replace the passphrase that the case was opened with; gives the new slot's number.

    The new slot is durable before the old one goes: a power cut leaves both.

    Raises:
        UsageError: the case was opened in another way.
        CaseLockedError, DiskError: as `add`.
    """
    with writing(case):
        old = used_passphrase(case)
        number = _store(case, new)
        remove_copies(slot_paths(case.keys, old.number))
    return number


def make_shares(case: Case, *, threshold: int, shares: int, label: str = "") -> NewShares:
    """Make recovery shares, any `threshold` of which open the case.

    They are put together again and tried on the stored slot before they are given.

    Raises:
        UsageError: there cannot be so many, or the label is none.
        KeysDamagedError: the disk gave back another slot than was written.
        CaseLockedError, DiskError: as `add`.
    """
    secret = new_secret()
    new = shares_way(secret, threshold=threshold, shares=shares, label=checked_label(label))
    words = split_secret(secret, threshold=threshold, shares=shares)
    number = add(case, new)
    stored = read_copies(slot_paths(case.keys, number), lambda data: read_slot(number, data)).value
    joined = join_shares([read_share(one) for one in words[-threshold:]])
    if stored is None or unwrap(stored, joined) != case.local_key:
        message = f"the shares were tried on slot {number} and do not open it."
        raise KeysDamagedError(message, where=str(slot_paths(case.keys, number)[0]), next=_SEE_LIST)
    return NewShares(number=number, threshold=threshold, words=tuple(words))


def _store(case: Case, new: NewSlot) -> int:
    taken = [way.number for way in ways_in(case)]
    if len(taken) >= MOST_WAYS:
        message = f"there are {MOST_WAYS} ways into the case already."
        raise UsageError(message, next="Remove one first: `qantar keys remove CASE N`.")
    number = max(taken, default=0) + 1
    store_slot(case, number, new)
    return number


def _way_in(number: int, found: Copies[Slot]) -> WayIn:
    return WayIn(number=number, slot=found.value, damaged=tuple(p.name for p in found.damaged))


def _cost_json(cost: ScryptCost) -> dict[str, int]:
    return {"n": cost.n, "r": cost.r, "p": cost.p}
