"""Whether the signature of Content Credentials fits what it signs; not who stands behind the key.

Source: RFC 9052 (COSE), section 4.4; RFC 9360 (`x5chain`); C2PA Technical Specification 2.1,
chapter 13.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.x509.oid import NameOID

from qantar.readers.cbor import BrokenCborError, CborKey, CborValue, decode

_ALGORITHM, _CHAIN = 1, 33
_LOADED: Final = backend  # the library loads it when it is needed; a confined child cannot
_CURVES: Final[Mapping[int, type[hashes.HashAlgorithm]]] = {
    -7: hashes.SHA256, -35: hashes.SHA384, -36: hashes.SHA512,
}  # fmt: skip
_PADDED: Final[Mapping[int, type[hashes.HashAlgorithm]]] = {
    -37: hashes.SHA256, -38: hashes.SHA384, -39: hashes.SHA512,
}  # fmt: skip
_EDWARDS: Final = -8
_LONG, _LONGER, _LONGEST = 24, 1 << 8, 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a signature says: whether it fits (None: it cannot be told), and whose key it names."""

    fits: bool | None
    organisation: str = ""
    name: str = ""
    serial: str = ""
    issuer: str = ""


def look_at(signature: bytes, claim: bytes) -> Signed:
    """Hold a signature against the claim that it signs."""
    try:
        parts = decode(signature)
        if not isinstance(parts, list) or len(parts) != 4:  # noqa: PLR2004  # as COSE has it
            return Signed(fits=None)
        protected, unprotected, _, signed = parts
        if not isinstance(protected, bytes) or not isinstance(signed, bytes):
            return Signed(fits=None)
        heads = _heads(unprotected) | _heads(decode(protected) if protected else {})
        chain = heads.get(_CHAIN, heads.get("x5chain"))
        leaf = chain[0] if isinstance(chain, list) and chain else chain
        if not isinstance(leaf, bytes):
            return Signed(fits=None)
        certificate = x509.load_der_x509_certificate(leaf)
        to_sign = b"\x84\x6aSignature1" + _spelled(protected) + b"\x40" + _spelled(claim)
        return Signed(
            fits=_fits(certificate, heads.get(_ALGORITHM), signed, to_sign),
            organisation=_named(certificate.subject, NameOID.ORGANIZATION_NAME),
            name=_named(certificate.subject, NameOID.COMMON_NAME),
            serial=f"{certificate.serial_number:x}",
            issuer=_named(certificate.issuer, NameOID.COMMON_NAME),
        )
    except (BrokenCborError, ValueError, UnsupportedAlgorithm, TypeError):
        return Signed(fits=None)


def _heads(value: CborValue) -> dict[CborKey, CborValue]:
    return value if isinstance(value, dict) else {}


def _fits(
    certificate: x509.Certificate, algorithm: CborValue, signed: bytes, to_sign: bytes
) -> bool | None:
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and algorithm in _CURVES:
            half = len(signed) // 2
            r, s = (int.from_bytes(part, "big") for part in (signed[:half], signed[half:]))
            form = ec.ECDSA(_CURVES[_number(algorithm)]())
            key.verify(utils.encode_dss_signature(r, s), to_sign, form)
        elif isinstance(key, rsa.RSAPublicKey) and algorithm in _PADDED:
            digest = _PADDED[_number(algorithm)]()
            filled = padding.PSS(padding.MGF1(digest), digest.digest_size)
            key.verify(signed, to_sign, filled, digest)
        elif isinstance(key, ed25519.Ed25519PublicKey) and algorithm == _EDWARDS:
            key.verify(signed, to_sign)
        else:
            return None
    except InvalidSignature:
        return False
    return True


def _number(algorithm: CborValue) -> int:
    return algorithm if isinstance(algorithm, int) else 0


def _spelled(data: bytes) -> bytes:
    """Spell bytes in CBOR."""
    size = len(data)
    if size < _LONG:
        return bytes([0x40 | size]) + data
    if size < _LONGER:
        return b"\x58" + bytes([size]) + data
    if size < _LONGEST:
        return b"\x59" + struct.pack(">H", size) + data
    return b"\x5a" + struct.pack(">I", size) + data


def _named(name: x509.Name, which: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(which)
    return str(found[0].value)[:200] if found else ""
