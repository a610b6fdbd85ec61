"""Ed25519 signatures, by libsodium: it refuses the keys and signatures that others let pass."""

from __future__ import annotations

import nacl.bindings
from nacl.exceptions import CryptoError

SIGNATURE_BYTES = 64


class Signer:
    """Signs many messages with one key."""

    def __init__(self, seed: bytes) -> None:
        """Take the 32 secret bytes of a key; its public half is `public_key`."""
        self.public_key, self._secret = nacl.bindings.crypto_sign_seed_keypair(seed)

    def sign(self, message: bytes) -> bytes:
        """Give the signature (64 bytes) of a message, which begins with its purpose."""
        signed: bytes = nacl.bindings.crypto_sign(message, self._secret)
        return signed[:SIGNATURE_BYTES]


def verifies(public_key: bytes, untrusted_signature: bytes, message: bytes) -> bool:
    """Whether the holder of the key signed exactly this message; a wrong length is just false."""
    if len(untrusted_signature) != SIGNATURE_BYTES:
        return False
    try:
        nacl.bindings.crypto_sign_open(untrusted_signature + message, public_key)
    except CryptoError:
        return False
    return True
