"""One key for each purpose, and a tag on everything that is hashed or signed.

What was made for one purpose is never good for another: every hash, key and
signature of a case begins with `qantar/v1/<what>` and a zero byte.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

KEY_BYTES = 32


def tag(what: str) -> bytes:
    """Give the tag of a purpose: `qantar/v1/<what>` and a zero byte."""
    return b"qantar/v1/" + what.encode("ascii") + b"\0"


def derive(key: bytes, purpose: str) -> bytes:
    """Derive the 32-byte key of one purpose from a 32-byte key, by HKDF-SHA256 without salt.

    What is learnt or broken in one place opens no other.
    """
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=tag(purpose)).derive(key)


def expand(key: bytes, purpose: str, length: int) -> bytes:
    """Stretch a random key to `length` bytes, 64 at most, with HKDF-Expand-SHA512."""
    return HKDFExpand(algorithm=SHA512(), length=length, info=tag(purpose)).derive(key)


def keyed(key: bytes, data: bytes) -> bytes:
    """Hash `data` under a key: HMAC-SHA256, 32 bytes."""
    return hmac.digest(key, data, "sha256")


def tagged(what: str, data: bytes) -> bytes:
    """Hash `data` for one purpose: SHA-256 of the tag and the data."""
    return hashlib.sha256(tag(what) + data).digest()
