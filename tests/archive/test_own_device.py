"""A device's own keys."""

from __future__ import annotations

import os

import nacl.exceptions
import nacl.signing
import pytest

from qantar.archive.age_keys import recipient_of
from qantar.archive.own_device import OwnDevice, new_device
from qantar.model.device import Role


@pytest.mark.parametrize("role", [Role.MEMBER, Role.COLLECTOR])
def test_a_device_is_read_as_it_was_written(role: Role) -> None:
    made = new_device(role, os.urandom)
    assert OwnDevice.from_bytes(made.to_bytes()) == made
    assert made.public.role is role
    assert made.public.age == recipient_of(made.age_secret)


def test_its_signature_is_plain_ed25519() -> None:
    made = new_device(Role.MEMBER, os.urandom)
    public = nacl.signing.VerifyKey(bytes.fromhex(made.public.sign))
    assert public.verify(b"words", made.sign(b"words")) == b"words"
    with pytest.raises(nacl.exceptions.BadSignatureError):
        public.verify(b"other words", made.sign(b"words"))


def test_a_known_seed_signs_as_the_standard_says() -> None:
    # RFC 8032, 7.1, test 2: the one byte 0x72.
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    made = new_device(Role.MEMBER, lambda size: seed[:size])
    assert made.public.sign == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert made.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


def test_two_devices_share_nothing_and_show_no_secret() -> None:
    one, other = (new_device(Role.MEMBER, os.urandom) for _ in range(2))
    assert one.public.id != other.public.id
    assert one.sign_seed.hex() not in repr(one)
    assert str(one.age_secret) not in repr(one)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"age":"AGE-SECRET-KEY-1","role":"member","sign":""}',
        b'{"age":1,"role":"member","sign":""}',
    ],
)
def test_what_is_no_device_is_refused(damage: bytes) -> None:
    with pytest.raises(ValueError, match=r"device|identity|canonical"):
        OwnDevice.from_bytes(damage)


def test_a_device_with_more_to_say_is_not_half_understood() -> None:
    made = new_device(Role.MEMBER, os.urandom).to_bytes()
    with pytest.raises(ValueError, match="holds no device"):
        OwnDevice.from_bytes(made.replace(b'{"age"', b'{"aga":1,"age"'))
