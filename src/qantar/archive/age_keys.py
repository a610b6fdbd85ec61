"""age identities from 32 secret bytes, and small things sealed with them.

The age format spells an X25519 secret in Bech32 (BIP 173); the library reads that
spelling only. So the secret of a slot can come from a passphrase, and the key of
an original can lie in 32 bytes. Source: age-encryption.org/v1, X25519 recipient.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

import pyrage

from qantar.archive.derive import KEY_BYTES, derive

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_PREFIX = "age-secret-key-"
_CHECKSUM = 6
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BITS_A_BYTE, _BITS_A_LETTER = 8, 5


class UnsealError(Exception):
    """None of the identities opens it, or it is no sound age file."""


def new_secret() -> bytes:
    """Draw 32 unpredictable bytes."""
    return secrets.token_bytes(KEY_BYTES)


def spell(secret: bytes) -> str:
    """Spell 32 secret bytes as an age identity: `AGE-SECRET-KEY-1…`."""
    if len(secret) != KEY_BYTES:
        message = f"an age secret has {KEY_BYTES} bytes, this one has {len(secret)}"
        raise ValueError(message)
    values = _regroup(secret, _BITS_A_BYTE, _BITS_A_LETTER)
    checked = values + _checksum(values)
    return (_PREFIX + "1" + "".join(_ALPHABET[value] for value in checked)).upper()


def read_secret(untrusted_identity: str) -> bytes:
    """Read an age identity back into its 32 secret bytes.

    Raises:
        ValueError: it is not the spelling of an X25519 identity.
    """
    prefix, _, letters = untrusted_identity.strip().lower().rpartition("1")
    values = [_ALPHABET.find(letter) for letter in letters]
    if prefix != _PREFIX or len(values) <= _CHECKSUM or -1 in values:
        message = "this is no age identity (AGE-SECRET-KEY-1…)"
        raise ValueError(message)
    secret = bytes(_regroup(values[:-_CHECKSUM], _BITS_A_LETTER, _BITS_A_BYTE))[:KEY_BYTES]
    if len(secret) != KEY_BYTES or spell(secret) != untrusted_identity.strip().upper():
        message = "this age identity is misspelt: its check letters do not fit"
        raise ValueError(message)
    return secret


def identity(secret: bytes) -> pyrage.x25519.Identity:
    """Give the age identity of 32 secret bytes."""
    return pyrage.x25519.Identity.from_str(spell(secret))


def recipient_of(secret: bytes) -> str:
    """Give the public half of 32 secret bytes: `age1…`."""
    return str(identity(secret).to_public())


def read_recipient(untrusted: str) -> pyrage.x25519.Recipient:
    """Read `age1…`.

    Raises:
        ValueError: it is no X25519 recipient.
    """
    try:
        return pyrage.x25519.Recipient.from_str(untrusted)
    except pyrage.RecipientError as error:
        message = "this is no age recipient (age1…)"
        raise ValueError(message) from error


def seal_to(recipients: Iterable[str], data: bytes) -> bytes:
    """Encrypt for each of the recipients; any one of them opens it alone.

    Raises:
        ValueError: one is no age recipient, or there is none.
    """
    chosen = [read_recipient(one) for one in recipients]
    if not chosen:
        message = "there is nobody to seal for"
        raise ValueError(message)
    sealed: bytes = pyrage.encrypt(data, chosen)
    return sealed


def unseal(secret_keys: Sequence[bytes], untrusted: bytes) -> bytes:
    """Decrypt with whichever of the secrets opens it.

    Raises:
        UnsealError: none does, or it is no sound age file.
    """
    try:
        opened: bytes = pyrage.decrypt(untrusted, [identity(secret) for secret in secret_keys])
    except pyrage.DecryptError as error:
        raise UnsealError(str(error)) from error
    return opened


def seal(key: bytes, purpose: str, data: bytes) -> bytes:
    """Seal something that only the holder of `key` reads, for one purpose."""
    return seal_to([recipient_of(derive(key, purpose))], data)


def unseal_with(key: bytes, purpose: str, untrusted: bytes) -> bytes:
    """Open what `seal` made under the same key for the same purpose.

    Raises:
        UnsealError: it was made under another key or for another purpose, or is damaged.
    """
    return unseal([derive(key, purpose)], untrusted)


def _regroup(values: Iterable[int], have: int, want: int) -> list[int]:
    """Cut a row of `have`-bit numbers into `want`-bit numbers; the last is filled up with zeros."""
    pool, bits, cut = 0, 0, []
    for value in values:
        pool, bits = pool << have | value, bits + have
        while bits >= want:
            bits -= want
            cut.append(pool >> bits & ((1 << want) - 1))
    if bits and want < have:
        cut.append(pool << (want - bits) & ((1 << want) - 1))
    return cut


def _checksum(values: Sequence[int]) -> list[int]:
    """Work out the six check letters of BIP 173 for the prefix of age identities."""
    letters = [ord(letter) for letter in _PREFIX]
    spread = [at >> 5 for at in letters] + [0] + [at & 31 for at in letters]
    state = 1
    for value in [*spread, *values, *[0] * _CHECKSUM]:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, mask in enumerate(_GENERATOR):
            state ^= mask if top >> bit & 1 else 0
    state ^= 1
    return [state >> 5 * (_CHECKSUM - 1 - at) & 31 for at in range(_CHECKSUM)]
