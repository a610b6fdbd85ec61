"""The body of an entry: sealed under a key of its own, and bound to the header field by field.

One random key for each body gives both the cipher key and the salts of its fields.
Who has the key can read the body, and can prove a single field of it to somebody
who has the header alone. Who has not learns nothing, even with a list of every
value the field could have. When the key is destroyed, so is the body, and the
header still stands in its chain.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from qantar.archive.derive import KEY_BYTES, tag, tagged
from qantar.archive.padding import padme
from qantar.archive.tree import root_of
from qantar.errors import NotCanonicalError
from qantar.model.canonical import JSON, MAX_BYTES, canonical, parse, parse_fields

LEAST_BYTES = 256

_BODY, _SALT, _FIELD, _NODE = tag("body"), tag("salt"), tag("field"), tag("node")
_LENGTH, _NAME_LENGTH = struct.Struct(">I"), struct.Struct(">H")
_NONCE, _TAG_BYTES = bytes(12), 16
_LONGEST_NAME = 2**16 - 1
_SHA512 = SHA512()

MAX_CIPHERTEXT = padme(_LENGTH.size + MAX_BYTES, least=LEAST_BYTES) + _TAG_BYTES


class UnsoundBodyError(Exception):
    """A ciphertext does not open, or not to a body; the message says why."""


class SealedBody(NamedTuple):
    """A body's ciphertext, and the commitment (32 bytes) to its fields."""

    ciphertext: bytes
    commitment: bytes


def seal_body(body: Mapping[str, JSON], key: bytes) -> SealedBody:
    """Encrypt and commit to a body.

    Args:
        body: its fields.
        key: 32 random bytes, never used for another body.

    Raises:
        NotCanonicalError: the body has no canonical form or is too large.
    """
    cipher_key, salt_key = _keys(key)
    said = canonical(body)
    plain = _LENGTH.pack(len(said)) + said
    padded = plain.ljust(padme(len(plain), least=LEAST_BYTES), b"\0")
    ciphertext = ChaCha20Poly1305(cipher_key).encrypt(_NONCE, padded, _BODY)
    return SealedBody(ciphertext, _commitment(_fields(body), salt_key))


def open_body(untrusted: bytes, key: bytes) -> dict[str, JSON]:
    """Decrypt a body.

    Raises:
        UnsoundBodyError: the key is another one's, or what it opens is no body.
    """
    try:
        body = parse(_unpadded(_decrypted(untrusted, _keys(key)[0])))
    except NotCanonicalError as error:
        raise UnsoundBodyError(str(error)) from error
    return _object(body)


def open_whole(untrusted: bytes, key: bytes) -> tuple[dict[str, JSON], bytes]:
    """Decrypt a body, and work out the commitment (32 bytes) that its header must hold.

    Raises:
        UnsoundBodyError: as `open_body`.
    """
    cipher_key, salt_key = _keys(key)
    try:
        body, fields = parse_fields(_unpadded(_decrypted(untrusted, cipher_key)))
        return _object(body), _commitment(fields, salt_key)
    except NotCanonicalError as error:
        raise UnsoundBodyError(str(error)) from error


def commitment_of(body: Mapping[str, JSON], key: bytes) -> bytes:
    """Give the commitment (32 bytes) to a body's fields under its key.

    Raises:
        NotCanonicalError: a field has no canonical form.
    """
    return _commitment(_fields(body), _keys(key)[1])


def salt_of(name: str, key: bytes) -> bytes:
    """Give the salt (32 bytes) of one field of the body with this key.

    With it and the field's value, its leaf can be worked out and nothing else.
    """
    return _salt(name, _keys(key)[1])


def leaf_of(name: str, value: JSON, salt: bytes) -> bytes:
    """Give the leaf (32 bytes) of one field in the tree of its body.

    Raises:
        NotCanonicalError: the name or the value has no canonical form.
    """
    return _leaf(name, canonical(value), salt)


def _fields(body: Mapping[str, JSON]) -> dict[str, bytes]:
    return {name: canonical(body[name]) for name in sorted(body)}


def _commitment(fields: Mapping[str, bytes], salt_key: bytes) -> bytes:
    """Commit to fields as they are spelt, by name, sorted."""
    leaves = [_leaf(name, said, _salt(name, salt_key)) for name, said in fields.items()]
    # The salt here too: the ring knows a key by its commitment, so no two may be alike.
    return root_of(leaves, _NODE) if leaves else tagged("empty", _salt("", salt_key))


def _leaf(name: str, said: bytes, salt: bytes) -> bytes:
    return hashlib.sha256(_FIELD + salt + _named(name)[1] + said).digest()


@lru_cache(maxsize=256)  # a hundred thousand decisions have the same three names
def _named(name: str) -> tuple[bytes, bytes]:
    """Give a field's name as its salt is asked for, and as it stands in its leaf."""
    known = name.encode()
    if len(known) > _LONGEST_NAME:
        message = f"not canonical JSON: a field's name of over {_LONGEST_NAME} bytes."
        raise NotCanonicalError(message)
    return _SALT + known, _NAME_LENGTH.pack(len(known)) + known


def _decrypted(untrusted: bytes, cipher_key: bytes) -> bytes:
    try:
        return ChaCha20Poly1305(cipher_key).decrypt(_NONCE, untrusted, _BODY)
    except InvalidTag as error:
        message = "its body does not open with its key"
        raise UnsoundBodyError(message) from error


def _salt(name: str, salt_key: bytes) -> bytes:
    return hashlib.blake2b(_named(name)[0], key=salt_key, digest_size=KEY_BYTES).digest()


def _keys(key: bytes) -> tuple[bytes, bytes]:
    """Stretch a body key to the key of its cipher and the key of its salts."""
    stretched = HKDFExpand(_SHA512, 2 * KEY_BYTES, _BODY).derive(key)
    return stretched[:KEY_BYTES], stretched[KEY_BYTES:]


def _unpadded(padded: bytes) -> bytes:
    (length,) = _LENGTH.unpack_from(padded) if len(padded) >= LEAST_BYTES else (0,)
    end = _LENGTH.size + length
    if (
        length == 0
        or len(padded) != padme(end, least=LEAST_BYTES)
        or padded.count(0, end) != len(padded) - end
    ):
        message = "its body is not padded as it must be"
        raise UnsoundBodyError(message)
    return padded[_LENGTH.size : end]


def _object(body: JSON) -> dict[str, JSON]:
    if not isinstance(body, dict):
        message = "its body is no object"
        raise UnsoundBodyError(message)
    return body
