"""Decide what each part of a mail is: its text, another form of that, or something enclosed.

Where the same text comes in several forms, the plain one is read; HTML only where there is
no plain one. Nothing is passed over in silence.

Source: RFC 2046 (multipart), 1847 (multipart/signed, /encrypted), 8551 (S/MIME), 3156
(PGP/MIME).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from qantar.readers.mime_parts import Part

_SIGNATURES: Final = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    }
)
_ENVELOPES: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_READ: Final = frozenset({"text/plain", "text/html"})
_MESSAGES: Final = frozenset({"message/rfc822", "message/global"})


@dataclass(slots=True)
class Plan:
    """The parts of a mail by what becomes of them, each list in the order of the mail."""

    bodies: list[Part] = field(default_factory=list)
    other_forms: list[Part] = field(default_factory=list)
    enclosed: list[Part] = field(default_factory=list)
    signatures: list[Part] = field(default_factory=list)
    encrypted: list[Part] = field(default_factory=list)
    elsewhere: list[Part] = field(default_factory=list)


def plan(root: Part, data: bytes) -> Plan:
    """Sort the parts of a mail."""
    found = Plan()
    superseded = _superseded(root, data)
    sealed: set[int] = set()
    for part in root.walk():
        if part.media_type == "multipart/encrypted" or id(part) in sealed:
            sealed.update(map(id, part.parts))
            if not part.parts and part.media_type != "application/pgp-encrypted":
                found.encrypted.append(part)
        elif not part.parts:
            _list_for(part, found, superseded).append(part)
    return found


def is_message(part: Part) -> bool:
    """Whether a part is a mail itself."""
    return part.media_type in _MESSAGES


def _list_for(part: Part, found: Plan, superseded: set[int]) -> list[Part]:
    kind = part.media_type
    if kind in _SIGNATURES:
        return found.signatures
    if kind in _ENVELOPES:
        return found.encrypted
    if kind == "message/external-body":
        return found.elsewhere
    named = part.header.is_attachment or part.header.file_name
    if kind.startswith("multipart/"):  # one without parts: text
        return found.bodies
    if kind in _READ and not named:
        return found.other_forms if id(part) in superseded else found.bodies
    return found.enclosed


def _superseded(root: Part, data: bytes) -> set[int]:
    """Name the HTML parts for which a plain form of the same text stands beside them."""
    found: set[int] = set()
    for part in root.walk():
        if part.media_type != "multipart/alternative":
            continue
        inside = [one for one in part.walk() if not one.parts and not one.header.is_attachment]
        plain = any(
            one.media_type == "text/plain" and data[one.start : one.end].strip() for one in inside
        )
        if plain:
            found.update(id(one) for one in inside if one.media_type == "text/html")
    return found
