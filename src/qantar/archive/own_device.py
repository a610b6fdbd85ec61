"""The keys of this device: what signs its journal, and what others seal to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import nacl.bindings

from qantar.archive.age_keys import read_secret, recipient_of, spell
from qantar.archive.derive import KEY_BYTES
from qantar.errors import NotCanonicalError
from qantar.model.canonical import canonical, parse
from qantar.model.device import DevicePublic, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDevice:
    """A device's secrets: an Ed25519 seed and an age secret, 32 bytes each; never copied."""

    sign_seed: bytes = field(repr=False)
    age_secret: bytes = field(repr=False)
    public: DevicePublic

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519: 64 bytes. `message` begins with its purpose."""
        _, secret = nacl.bindings.crypto_sign_seed_keypair(self.sign_seed)
        signed: bytes = nacl.bindings.crypto_sign(message, secret)
        return signed[: nacl.bindings.crypto_sign_BYTES]

    def to_bytes(self) -> bytes:
        """Give the secrets as canonical JSON, to be sealed."""
        return canonical(
            {
                "age": spell(self.age_secret),
                "role": self.public.role.value,
                "sign": self.sign_seed.hex(),
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> OwnDevice:
        """Read what `to_bytes` gave.

        Raises:
            ValueError: it is not that.
        """
        try:
            value = parse(data)
        except NotCanonicalError as error:
            raise ValueError(str(error)) from error
        match value:
            case {"age": str(age), "role": str(role), "sign": str(seed), **rest} if not rest:
                return _with_public(bytes.fromhex(seed), read_secret(age), Role(role))
        message = "this holds no device"
        raise ValueError(message)


def new_device(role: Role, random_bytes: Callable[[int], bytes]) -> OwnDevice:
    """Draw a device's keys."""
    return _with_public(random_bytes(KEY_BYTES), random_bytes(KEY_BYTES), role)


def _with_public(seed: bytes, age_secret: bytes, role: Role) -> OwnDevice:
    public_key, _ = nacl.bindings.crypto_sign_seed_keypair(seed)
    public = DevicePublic(sign=public_key.hex(), age=recipient_of(age_secret), role=role)
    return OwnDevice(sign_seed=seed, age_secret=age_secret, public=public)
