"""age identities from 32 bytes, held to the library's own and to a second Bech32."""

from __future__ import annotations

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.archive.age_keys import (
    UnsealError,
    new_secret,
    read_recipient,
    read_secret,
    recipient_of,
    seal,
    seal_to,
    spell,
    unseal,
    unseal_with,
)
from qantar.archive.derive import derive, expand, keyed, tag, tagged

SECRETS = st.binary(min_size=32, max_size=32)
KNOWN = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
KNOWN_RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"


def test_the_example_of_the_age_specification_is_spelt_as_it_is_there() -> None:
    # c2sp.org/age, "The X25519 recipient type": the identity is 32 times 0x42.
    assert spell(b"\x42" * 32) == KNOWN
    assert read_secret(KNOWN) == b"\x42" * 32
    assert recipient_of(b"\x42" * 32) == KNOWN_RECIPIENT


def test_the_library_s_own_identities_are_read_and_spelt_the_same() -> None:
    for _ in range(200):
        made = pyrage.x25519.Identity.generate()
        assert spell(read_secret(str(made))) == str(made)
        assert recipient_of(read_secret(str(made))) == str(made.to_public())


@given(SECRETS)
def test_a_secret_survives_its_spelling(secret: bytes) -> None:
    assert read_secret(spell(secret)) == secret
    assert str(pyrage.x25519.Identity.from_str(spell(secret))) == spell(secret)


@given(SECRETS, st.integers(0, 73), st.sampled_from("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L1B"))
def test_one_wrong_letter_is_noticed(secret: bytes, at: int, letter: str) -> None:
    text = spell(secret)
    typed = text[:at] + letter + text[at + 1 :]
    if typed == text:
        return
    with pytest.raises(ValueError, match="age identity"):
        read_secret(typed)


@pytest.mark.parametrize(
    "typed", ["", "AGE-SECRET-KEY-1", "age1" + "q" * 58, KNOWN[:-1], KNOWN + "Q", "correct horse"]
)
def test_what_is_no_identity_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="age identity"):
        read_secret(typed)


def test_the_refusal_does_not_repeat_the_secret() -> None:
    with pytest.raises(ValueError, match="age identity") as told:
        read_secret(KNOWN[:-2] + "QQ")
    assert "GFPYYSJZ" not in str(told.value)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_only_32_bytes_are_a_secret(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        spell(bytes(length))


def test_any_one_of_the_recipients_opens_it_and_nobody_else() -> None:
    one, other, third = new_secret(), new_secret(), new_secret()
    sealed = seal_to([recipient_of(one), recipient_of(other)], b"evidence")
    assert unseal([one], sealed) == unseal([third, other], sealed) == b"evidence"
    with pytest.raises(UnsealError):
        unseal([third], sealed)


def test_there_must_be_somebody_to_seal_for() -> None:
    with pytest.raises(ValueError, match="nobody"):
        seal_to([], b"")
    with pytest.raises(ValueError, match="recipient"):
        read_recipient("age1nobody")


def test_what_is_sealed_for_one_purpose_does_not_open_for_another() -> None:
    sealed = seal(b"k" * 32, "device", b"x")
    assert unseal_with(b"k" * 32, "device", sealed) == b"x"
    for key, purpose in ((b"k" * 32, "case-key"), (b"K" * 32, "device")):
        with pytest.raises(UnsealError):
            unseal_with(key, purpose, sealed)


def test_every_cut_and_every_flipped_byte_of_a_sealed_thing_is_noticed() -> None:
    secret = new_secret()
    sealed = seal_to([recipient_of(secret)], b"evidence")
    for at in range(len(sealed)):
        for altered in (sealed[:at], sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]):
            with pytest.raises(UnsealError):
                unseal([secret], altered)


def test_each_purpose_and_each_hash_begins_with_its_tag() -> None:
    assert tag("slot") == b"qantar/v1/slot\x00"
    assert len({derive(b"k" * 32, purpose) for purpose in ("device", "case-key", "ring")}) == 3
    assert tagged("slot", b"x") != tagged("entry", b"x")
    assert len(expand(b"k" * 32, "body", 64)) == 64


def test_the_derivation_is_hkdf_sha256_worked_by_hand() -> None:
    # RFC 5869 with an empty salt: PRK = HMAC(zeros, ikm); OKM = HMAC(PRK, info + 0x01).
    ikm = bytes(range(32))
    prk = keyed(bytes(32), ikm)
    assert derive(ikm, "ring") == keyed(prk, tag("ring") + b"\x01")
