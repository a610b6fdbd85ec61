"""A device: one installation that writes a journal of its own.

The unit of identity is a device, not a person: a person with two laptops has two,
and a copied folder is found out because two devices claim one journal.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from qantar.model.canonical import canonical

_TAG: Final = b"qantar/v1/device\0"
_ID_BYTES: Final = 16
_SIGN = re.compile(r"[0-9a-f]{64}")
_AGE = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_CASE = re.compile(r"[0-9a-f]{32}")
_LINE_START: Final = "qantar1"
_NO_CASE: Final = "-"
_PARTS: Final = 6
_CHECK_DIGITS: Final = 8


class Role(StrEnum):
    """What a device may do: `member` all, `collector` only take in, `waiting` not in a case yet."""

    MEMBER = "member"
    COLLECTOR = "collector"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePublic:
    """What others may know of a device.

    `sign` is its Ed25519 public key (64 hex digits), `age` the recipient that
    things are sealed to for it. `role` is `MEMBER` or `COLLECTOR`: a device that
    waits will be a member. All three make its id.

    Raises:
        ValueError: a field cannot be what it says.
    """

    sign: str
    age: str
    role: Role = Role.MEMBER

    def __post_init__(self) -> None:
        """Refuse impossible values."""
        if (
            not _SIGN.fullmatch(self.sign)
            or not _AGE.fullmatch(self.age)
            or self.role is Role.WAITING
        ):
            message = "this describes no device"
            raise ValueError(message)

    @property
    def id(self) -> str:
        """The device's id: 32 hex digits, a hash of its public keys and role."""
        hashed = hashlib.sha256(_TAG + canonical(self.to_record())).digest()
        return hashed[:_ID_BYTES].hex()

    def to_record(self) -> dict[str, Any]:
        """Give the device as a JSON-safe dictionary."""
        return {"age": self.age, "role": self.role.value, "sign": self.sign}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> DevicePublic:
        """Read what `to_record` wrote.

        Raises:
            ValueError: it is not that.
        """
        match record:
            case {"age": str(age), "role": str(role), "sign": str(sign), **rest} if not rest:
                return cls(sign=sign, age=age, role=Role(role))
        message = "this describes no device"
        raise ValueError(message)

    def line(self, case_id: str | None) -> str:
        """Write the device as one line without spaces, to read out, send or print.

        It ends with the first digits of the id, so that a mistyped line is noticed.
        """
        check = self.id[:_CHECK_DIGITS]
        parts = (_LINE_START, case_id or _NO_CASE, self.role.value, self.sign, self.age, check)
        return ":".join(parts)


def read_line(untrusted_line: str) -> tuple[DevicePublic, str | None]:
    """Read a device's line: the device, and the id of its case where it has one.

    Raises:
        ValueError: it is no such line, or was cut or mistyped.
    """
    parts = untrusted_line.strip().split(":")
    if len(parts) != _PARTS or parts[0] != _LINE_START:
        message = "this is no device line; it begins with qantar1: and has six parts"
        raise ValueError(message)
    _, case_id, role, sign, age, check = parts
    if case_id != _NO_CASE and not _CASE.fullmatch(case_id):
        message = "the case in this device line is not 32 hex digits"
        raise ValueError(message)
    device = DevicePublic(sign=sign, age=age, role=Role(role))
    if device.id[:_CHECK_DIGITS] != check:
        message = "this device line was mistyped: its check digits do not fit"
        raise ValueError(message)
    return device, None if case_id == _NO_CASE else case_id
