"""Slots: the ways into a case, each holding the folder's local key wrapped for one of them.

A slot is a file in three copies: one line of canonical JSON that says which way it
is, a line feed, and an age file with the key. A wrong passphrase is told by the age
file alone: nothing in a slot says what the case holds.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from qantar.archive.age_keys import (
    UnsealError,
    new_secret,
    read_recipient,
    read_secret,
    recipient_of,
    seal_to,
    spell,
    unseal,
)
from qantar.archive.copies import Copies, copies_of, read_copies
from qantar.archive.derive import KEY_BYTES, derive, keyed, tagged
from qantar.archive.disk import disk_refusals
from qantar.errors import NotCanonicalError, UsageError
from qantar.model.canonical import JSON, canonical, parse

_NAME = re.compile(r"slot-([1-9][0-9]{0,3})\.age(\.[23])?")
_VERSION: Final = 1
SALT_BYTES: Final = 16
_MOST_SCRYPT: Final = 2**20 * 8  # 1 GiB: what a laptop in the field has
_MOST_P: Final = 4
_MOST_SHARES: Final = 16
IDENTITY_START: Final = "AGE-SECRET-KEY-1"


class Way(StrEnum):
    """A way into the case."""

    PASSPHRASE = "passphrase"  # noqa: S105  # a word, not a secret
    DEVICE = "device"
    SHARES = "shares"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScryptCost:
    """What one guess at a passphrase costs: scrypt's N, r and p (RFC 7914).

    Memory is 128 · N · r bytes. Stored in the slot, so that it is the same on
    every machine.

    Raises:
        ValueError: beyond what any slot may ask of the machine that opens it.
    """

    n: int = 2**18
    r: int = 8
    p: int = 1

    def __post_init__(self) -> None:
        """Refuse what scrypt cannot do, and what would stop the machine."""
        power_of_two = self.n > 1 and self.n & (self.n - 1) == 0
        small = self.n * self.r <= _MOST_SCRYPT and 1 <= self.p <= _MOST_P and self.r >= 1
        if not power_of_two or not small:
            message = f"scrypt cannot be asked for N={self.n}, r={self.r}, p={self.p}"
            raise ValueError(message)


LEAST_COST: Final = ScryptCost(n=2**17)
"""The least that `qantar init` and `qantar keys` accept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One way in: what its file says.

    `number` counts from 1. `recipient` is whom the key is wrapped to; `identity`
    is there in an open slot only, in the clear.
    """

    number: int
    way: Way
    label: str
    recipient: str
    wrapped: bytes
    salt: bytes = b""
    cost: ScryptCost | None = None
    threshold: int = 0
    shares: int = 0
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSlot:
    """A way in that is to be made: its description, and the secret that will open it."""

    way: Way
    label: str
    recipient: str
    described: Mapping[str, JSON]


def open_way() -> NewSlot:
    """Anyone who has the folder may read it."""
    secret = new_secret()
    described: dict[str, JSON] = {"identity": spell(secret)}
    return NewSlot(way=Way.OPEN, label="", recipient=recipient_of(secret), described=described)


def passphrase_way(passphrase: str, *, salt: bytes, cost: ScryptCost, label: str = "") -> NewSlot:
    """Whoever knows the passphrase; `salt` is 16 random bytes."""
    secret = _stretch(passphrase, salt, cost)
    described: dict[str, JSON] = {"salt": salt.hex(), "n": cost.n, "r": cost.r, "p": cost.p}
    return NewSlot(
        way=Way.PASSPHRASE, label=label, recipient=recipient_of(secret), described=described
    )


def device_way(recipient: str, *, label: str = "") -> NewSlot:
    """Whoever holds the age identity of `recipient`, kept outside the case.

    Raises:
        UsageError: it is no age recipient.
    """
    try:
        read_recipient(recipient)
    except ValueError as error:
        message = f"{error}."
        raise UsageError(message, next="Give the public line of an age identity.") from error
    return NewSlot(way=Way.DEVICE, label=label, recipient=recipient, described={})


def shares_way(secret: bytes, *, threshold: int, shares: int, label: str = "") -> NewSlot:
    """Any `threshold` of the holders of `shares` recovery shares, together.

    Raises:
        UsageError: there cannot be so many.
    """
    if not _can_be(threshold, shares):
        message = f"{threshold} of {shares} shares cannot be."
        hint = f"The threshold is at least 2, and there are at most {_MOST_SHARES} shares."
        raise UsageError(message, next=hint)
    described: dict[str, JSON] = {"threshold": threshold, "shares": shares}
    return NewSlot(way=Way.SHARES, label=label, recipient=recipient_of(secret), described=described)


def write_slot(new: NewSlot, key: bytes) -> bytes:
    """Give the bytes of a slot file: `key` wrapped for the way."""
    wrapped = seal_to([new.recipient], key)
    described: dict[str, JSON] = {
        "v": _VERSION,
        "way": new.way.value,
        "label": new.label,
        "recipient": new.recipient,
        **new.described,
    }
    described["mac"] = _mac(described, wrapped, key)
    described["check"] = _check(described, wrapped)
    return canonical(described) + b"\n" + wrapped


def read_slot(number: int, untrusted: bytes) -> Slot | None:
    """Read a slot file; None when it is damaged or of a form that this version does not know."""
    line, feed, wrapped = untrusted.partition(b"\n")
    try:
        described = parse(line)
    except NotCanonicalError:
        return None
    if not feed or not isinstance(described, dict):
        return None
    check = described.pop("check", None)
    if check != _check(described, wrapped):
        return None
    try:
        return _slot(number, described, wrapped)
    except (KeyError, TypeError, ValueError):
        return None


def is_vouched_for(untrusted: bytes, key: bytes) -> bool:
    """Whether the bytes of a slot were written by somebody who has the local key.

    The check that everybody can work out tells damage only. Before anything is sealed
    for the recipient in a slot, this tells whether somebody with no more than the
    folder put their own there.
    """
    line, _, wrapped = untrusted.partition(b"\n")
    try:
        described = parse(line)
    except NotCanonicalError:
        return False
    if not isinstance(described, dict):
        return False
    described.pop("check", None)
    mac = described.pop("mac", None)
    return isinstance(mac, str) and hmac.compare_digest(
        mac.encode(), _mac(described, wrapped, key).encode()
    )


def slot_paths(keys: Path, number: int) -> tuple[Path, Path, Path]:
    """Name the three copies of slot `number`."""
    return copies_of(keys / f"slot-{number}.age")


def read_slots(keys: Path) -> Iterator[tuple[int, Copies[Slot]]]:
    """Read every slot in the folder `keys`, by number.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("reading the keys", keys):
        found = (_NAME.fullmatch(path.name) for path in keys.iterdir())
        numbers = sorted({int(match[1]) for match in found if match})
    for number in numbers:
        yield number, read_copies(slot_paths(keys, number), partial(read_slot, number))


def unwrap(slot: Slot, secret: bytes) -> bytes | None:
    """Open a slot with a secret; None when it is not the one."""
    try:
        key = unseal([secret], slot.wrapped)
    except UnsealError:
        return None
    return key if len(key) == KEY_BYTES else None


def secret_for(slot: Slot, given: str) -> bytes | None:
    """Work out the secret that `given` (a passphrase, or an age identity) means for a slot.

    None when this slot is not opened by such a thing, or asks for more memory than there is.
    """
    if given.upper().startswith(IDENTITY_START):
        return _identity_secret(given) if slot.way is not Way.PASSPHRASE else None
    if slot.way is not Way.PASSPHRASE or slot.cost is None:
        return None
    try:
        return _stretch(given, slot.salt, slot.cost)
    except MemoryError:
        return None  # another slot may ask for less


def open_secret(slot: Slot) -> bytes | None:
    """Give the secret that lies in an open slot."""
    return read_secret(slot.identity) if slot.way is Way.OPEN else None


def _identity_secret(given: str) -> bytes | None:
    try:
        return read_secret(given)
    except ValueError:
        return None


def _stretch(passphrase: str, salt: bytes, cost: ScryptCost) -> bytes:
    # NFC: the same words typed on another keyboard must be the same passphrase.
    text = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    return Scrypt(salt=salt, length=KEY_BYTES, n=cost.n, r=cost.r, p=cost.p).derive(text)


def _check(described: Mapping[str, JSON], wrapped: bytes) -> str:
    return tagged("slot", canonical(described) + wrapped).hex()


def _mac(described: Mapping[str, JSON], wrapped: bytes, key: bytes) -> str:
    return keyed(derive(key, "slot"), canonical(described) + wrapped).hex()


def _can_be(threshold: int, shares: int) -> bool:
    # One share alone would be a passphrase.
    return 2 <= threshold <= shares <= _MOST_SHARES  # noqa: PLR2004


def _slot(number: int, described: dict[str, JSON], wrapped: bytes) -> Slot | None:
    if any(isinstance(value, bool) for value in described.values()):
        return None  # Python takes true for the number 1
    match described:
        case {
            "v": 1,
            "way": str(way),
            "label": str(label),
            "recipient": str(recipient),
            "mac": str(),
            **rest,
        }:
            pass
        case _:
            return None
    read_recipient(recipient)
    plain = Slot(number=number, way=Way(way), label=label, recipient=recipient, wrapped=wrapped)
    return _with_way(plain, rest)


def _with_way(plain: Slot, rest: Mapping[str, JSON]) -> Slot | None:
    about: dict[str, Any] = {
        "number": plain.number,
        "way": plain.way,
        "label": plain.label,
        "recipient": plain.recipient,
        "wrapped": plain.wrapped,
    }
    match plain.way, rest:
        case Way.OPEN, {"identity": str(identity)} if len(rest) == 1:
            read_secret(identity)
            return Slot(**about, identity=identity)
        case Way.PASSPHRASE, {
            "salt": str(salt),
            "n": int(n),
            "r": int(r),
            "p": int(p),
            **more,
        } if not more:
            cost = ScryptCost(n=n, r=r, p=p)
            read = bytes.fromhex(salt)
            return Slot(**about, salt=read, cost=cost) if len(read) == SALT_BYTES else None
        case Way.SHARES, {
            "threshold": int(threshold),
            "shares": int(shares),
            **more,
        } if not more and _can_be(threshold, shares):
            return Slot(**about, threshold=threshold, shares=shares)
        case Way.DEVICE, {} if not rest:
            return plain
    return None
