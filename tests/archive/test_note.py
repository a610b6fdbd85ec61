"""Checkpoints and cosignatures are those that other tools make and check."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from qantar.archive.note import (
    COSIGNATURE,
    MAX_SIGNATURES,
    SIGNATURE,
    Checkpoint,
    Note,
    SignatureLine,
    UnsoundNoteError,
    key_id,
    origin,
    parse,
    sign,
)
from qantar.archive.signing import Signer, verifies

SEED, WITNESS = bytes(range(32)), bytes(range(32, 64))
OURS = origin("0f" * 16, "0d" * 16)
THEIRS = origin("0f" * 16, "0e" * 16)
CHECKPOINT = Checkpoint(origin=OURS, size=3, root=hashlib.sha256(b"three").digest())
SEEN_AT = 1_679_315_147


def _public(seed: bytes) -> bytes:
    return bytes(SigningKey(seed).verify_key)


# The example of the Go package that defined signed notes (golang.org/x/mod/sumdb/note).
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    b"If you think cryptography is the answer to your problem,\n"
    b"then you don't know what your problem is.\n"
)
GO_SIGNATURE = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)

# The example of C2SP tlog-cosignature; it does not say the keys.
C2SP = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
""".encode()


def test_the_published_note_of_go_has_our_key_id_and_signature() -> None:
    name, hint, spelt = GO_KEY.split("+", 2)
    key = base64.b64decode(spelt)
    assert key[0] == SIGNATURE
    assert key_id(name, SIGNATURE, key[1:]).hex() == hint
    blob = base64.b64decode(GO_SIGNATURE)
    assert blob[:4].hex() == hint
    assert verifies(key[1:], blob[4:], GO_TEXT)
    assert not verifies(key[1:], blob[4:], GO_TEXT[:-1])


def test_the_published_checkpoint_with_a_cosignature_is_read_and_written_alike() -> None:
    note = parse(C2SP)
    assert note.checkpoint.origin == "example.com/behind-the-sofa"
    assert note.checkpoint.size == 20_852_163
    assert [line.name for line in note.signatures] == [
        "example.com/behind-the-sofa",
        "witness.example.com/w1",
    ]
    assert int.from_bytes(note.signatures[1].signature[:8], "big") == SEEN_AT
    assert note.to_bytes() == C2SP


def test_a_note_worked_by_hand() -> None:
    """A golden vector: these bytes may change only together with the format number."""
    text = f"{OURS}\n3\n{base64.b64encode(CHECKPOINT.root).decode()}\n"
    hint = hashlib.sha256(f"{OURS}\n\x01".encode() + _public(SEED)).digest()[:4]
    signature = SigningKey(SEED).sign(text.encode()).signature
    line = f"— {OURS} {base64.b64encode(hint + signature).decode()}\n"
    assert sign(CHECKPOINT, SEED).to_bytes().decode() == f"{text}\n{line}"


def test_a_cosignature_worked_by_hand() -> None:
    note = sign(CHECKPOINT, SEED).cosign(THEIRS, WITNESS, SEEN_AT)
    hint = hashlib.sha256(f"{THEIRS}\n\x04".encode() + _public(WITNESS)).digest()[:4]
    message = f"cosignature/v1\ntime {SEEN_AT}\n".encode() + CHECKPOINT.text()
    signature = SigningKey(WITNESS).sign(message).signature
    blob = hint + SEEN_AT.to_bytes(8, "big") + signature
    assert note.to_bytes().decode().splitlines()[-1] == (
        f"— {THEIRS} {base64.b64encode(blob).decode()}"
    )


def test_a_note_is_signed_by_its_own_device_and_seen_by_its_witness_alone() -> None:
    note = parse(sign(CHECKPOINT, SEED).cosign(THEIRS, WITNESS, SEEN_AT).to_bytes())
    assert note.is_signed(_public(SEED))
    assert not note.is_signed(_public(WITNESS))
    assert note.cosigned_at(THEIRS, _public(WITNESS)) == SEEN_AT
    assert note.cosigned_at(THEIRS, _public(SEED)) is None
    assert note.cosigned_at(OURS, _public(WITNESS)) is None
    assert sign(CHECKPOINT, SEED).cosigned_at(THEIRS, _public(WITNESS)) is None


def test_of_several_times_the_earliest_counts() -> None:
    note = sign(CHECKPOINT, SEED)
    for time in (SEEN_AT, SEEN_AT - 5, SEEN_AT + 9):
        note = note.cosign(THEIRS, WITNESS, time)
    assert note.cosigned_at(THEIRS, _public(WITNESS)) == SEEN_AT - 5


def test_a_signature_of_one_kind_is_none_of_the_other() -> None:
    """Whoever seals time and text must not have signed the log, nor the other way round."""
    signed = sign(CHECKPOINT, SEED).signatures[0]
    hint = key_id(OURS, COSIGNATURE, _public(SEED))
    as_cosigned = SignatureLine(name=OURS, key_id=hint, signature=bytes(8) + signed.signature)
    moved = Note(checkpoint=CHECKPOINT, signatures=(as_cosigned,))
    assert not moved.is_signed(_public(SEED))
    assert moved.cosigned_at(OURS, _public(SEED)) is None


def test_a_time_beyond_all_clocks_is_no_cosignature() -> None:
    note = sign(CHECKPOINT, SEED).cosign(THEIRS, WITNESS, 2**63)
    assert note.cosigned_at(THEIRS, _public(WITNESS)) is None


@pytest.mark.parametrize(
    "other",
    [
        Checkpoint(origin=OURS, size=4, root=CHECKPOINT.root),
        Checkpoint(origin=OURS, size=3, root=bytes(32)),
        Checkpoint(origin=THEIRS, size=3, root=CHECKPOINT.root),
    ],
)
def test_a_signature_holds_for_its_own_checkpoint_only(other: Checkpoint) -> None:
    note = sign(CHECKPOINT, SEED).cosign(THEIRS, WITNESS, SEEN_AT)
    moved = Note(checkpoint=other, signatures=note.signatures)
    assert not moved.is_signed(_public(SEED))
    assert moved.cosigned_at(THEIRS, _public(WITNESS)) is None


def test_no_flipped_bit_leaves_a_note_signed_and_seen() -> None:
    whole = sign(CHECKPOINT, SEED).cosign(THEIRS, WITNESS, SEEN_AT).to_bytes()
    for offset in range(len(whole)):
        altered = bytearray(whole)
        altered[offset] ^= 1 << offset % 8
        try:
            note = parse(bytes(altered))
        except UnsoundNoteError:
            continue
        same = note.checkpoint == CHECKPOINT
        signed = same and note.is_signed(_public(SEED))
        assert not (signed and note.cosigned_at(THEIRS, _public(WITNESS)) is not None)


@given(st.integers(0, 2**53 - 1), st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_read_again(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin=OURS, size=size, root=root)
    note = sign(checkpoint, SEED)
    assert parse(note.to_bytes()) == note
    assert len(note.to_bytes()) < 512


REFUSED = {
    "nothing": b"",
    "no empty line": C2SP.replace(b"\n\n", b"\n", 1),
    "a size with a zero before it": C2SP.replace(b"\n20852163\n", b"\n020852163\n"),
    "a negative size": C2SP.replace(b"\n20852163\n", b"\n-1\n"),
    "a root of 31 bytes": C2SP.replace(b"CsUY", b"", 1),
    "base64 spelt otherwise": C2SP.replace(b"q2I=", b"q2J=", 1),
    "a fourth line of text": C2SP.replace(b"\n\n", b"\nmore\n\n", 1),
    "no last line feed": C2SP[:-1],
    "a hyphen for the dash": C2SP.replace("—".encode(), b"-", 1),
    "a carriage return": C2SP.replace(b"\n", b"\r\n"),
    "no text": b"\xff" + C2SP,
    "a space in the name": C2SP.replace(b"example.com/b", b"example com/b", 1),
    "more after the signatures": C2SP + b"\n",
    "too long": C2SP + b"x" * 20_000,
    "too many signatures": C2SP + C2SP.splitlines(keepends=True)[-1] * MAX_SIGNATURES,
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_note_in_its_one_spelling_is_refused(why: str) -> None:
    with pytest.raises(UnsoundNoteError):
        parse(REFUSED[why])


def test_signature_lines_of_two_copies_are_joined_and_none_stands_twice() -> None:
    one = sign(CHECKPOINT, SEED).cosign(THEIRS, WITNESS, SEEN_AT)
    other = sign(CHECKPOINT, SEED).cosign(origin("0f" * 16, "0c" * 16), SEED, SEEN_AT)
    joined = one.joined(other.signatures)
    assert len(joined.signatures) == 3
    assert joined.joined(one.signatures + other.signatures) == joined
    flood = tuple(
        SignatureLine(name=f"n{n}", key_id=bytes(4), signature=bytes(64)) for n in range(99)
    )
    assert joined.joined(flood).signatures[:3] == joined.signatures
    assert len(parse(joined.joined(flood).to_bytes()).signatures) == MAX_SIGNATURES


# Keys and signatures of small order, and a scalar beyond the group's order: "all is signed".
IDENTITY = b"\x01" + bytes(31)
ORDER = 2**252 + 27742317777372353535851937790883648493


def test_signatures_that_hold_for_every_message_are_refused() -> None:
    assert not verifies(IDENTITY, IDENTITY + bytes(32), b"any")
    assert not verifies(IDENTITY, bytes(64), b"any")
    order_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    assert not any(verifies(order_8, IDENTITY + bytes(32), bytes([n])) for n in range(100))


def test_a_signature_has_one_spelling() -> None:
    signer = Signer(SEED)
    sound = signer.sign(b"message")
    assert verifies(signer.public_key, sound, b"message")
    scalar = int.from_bytes(sound[32:], "little") + ORDER
    assert not verifies(signer.public_key, sound[:32] + scalar.to_bytes(32, "little"), b"message")


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_or_key_of_another_length_is_none(length: int) -> None:
    signer = Signer(SEED)
    sound = signer.sign(b"message")
    assert not verifies(signer.public_key, (sound + b"m")[:length], b"message"[length - 64 :])
    assert not verifies(signer.public_key[:-1], sound, b"message")
