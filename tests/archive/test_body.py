"""A body opens with its key alone, and its header binds each field without telling any."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from qantar.archive.body import (
    MAX_CIPHERTEXT,
    UnsoundBodyError,
    commitment_of,
    leaf_of,
    open_body,
    open_whole,
    salt_of,
    seal_body,
)
from qantar.archive.padding import padme
from qantar.errors import NotCanonicalError
from qantar.model.canonical import JSON, MAX_BYTES

KEY = bytes(range(32))
BODY: dict[str, JSON] = {"name": "Саяқкент", "size": 3, "seen": [True, None]}
BODIES: st.SearchStrategy[dict[str, JSON]] = st.dictionaries(
    st.text(st.characters(max_codepoint=127), max_size=5),
    st.none()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    max_size=6,
)


def _by_hand(body_key: bytes) -> tuple[bytes, bytes]:
    """HKDF-Expand with SHA-512 of one block, from RFC 5869, section 2.3."""
    block = hmac.digest(body_key, b"qantar/v1/body\0" + b"\x01", "sha512")
    return block[:32], block[32:]


def _leaf_by_hand(name: bytes, spelt: bytes) -> bytes:
    salt = hashlib.blake2b(b"qantar/v1/salt\0" + name, key=_by_hand(KEY)[1], digest_size=32)
    length = len(name).to_bytes(2, "big")
    return hashlib.sha256(b"qantar/v1/field\0" + salt.digest() + length + name + spelt).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"qantar/v1/node\0" + left + right).digest()


def test_a_commitment_worked_by_hand() -> None:
    """A golden vector: these bytes may change only together with the format number."""
    leaves = [
        _leaf_by_hand(b"name", '"Саяқкент"'.encode()),
        _leaf_by_hand(b"seen", b"[true,null]"),
        _leaf_by_hand(b"size", b"3"),
    ]
    commitment = _node(_node(leaves[0], leaves[1]), leaves[2])
    assert seal_body(BODY, KEY).commitment == commitment == commitment_of(BODY, KEY)
    assert commitment.hex() == "7611c801a06faade6adc2cc32e1b1fe9720633a2293f1b3ef8b0dc4d94b7b9c9"


def test_a_body_without_fields_has_a_commitment_of_its_own_too() -> None:
    """The ring knows a key by its commitment: two alike would lose one of two keys."""
    salt = hashlib.blake2b(b"qantar/v1/salt\0", key=_by_hand(KEY)[1], digest_size=32).digest()
    assert commitment_of({}, KEY) == hashlib.sha256(b"qantar/v1/empty\0" + salt).digest()
    assert open_body(seal_body({}, KEY).ciphertext, KEY) == {}
    assert commitment_of({}, bytes(32)) != commitment_of({}, KEY)


def test_a_ciphertext_worked_by_hand() -> None:
    spelt = '{"name":"Саяқкент","seen":[true,null],"size":3}'.encode()
    plain = (len(spelt).to_bytes(4, "big") + spelt).ljust(256, b"\0")
    aad = b"qantar/v1/body\0"
    ciphertext = ChaCha20Poly1305(_by_hand(KEY)[0]).encrypt(bytes(12), plain, aad)
    assert seal_body(BODY, KEY).ciphertext == ciphertext
    assert (
        hashlib.sha256(ciphertext).hexdigest()
        == "d821fa042db7fb79262d6e4840d72f3478c9ea74de74f57fb4a6ec1a11bb957d"
    )


@given(BODIES, st.binary(min_size=32, max_size=32))
def test_what_is_sealed_is_opened_with_its_key_and_with_no_other(
    body: dict[str, JSON], key: bytes
) -> None:
    sealed = seal_body(body, key)
    assert open_body(sealed.ciphertext, key) == body
    assert open_whole(sealed.ciphertext, key) == (body, sealed.commitment)
    other = bytes([key[0] ^ 1]) + key[1:]
    with pytest.raises(UnsoundBodyError):
        open_body(sealed.ciphertext, other)
    assert commitment_of(body, other) != sealed.commitment


@pytest.mark.parametrize(
    ("letters", "size"),
    [(0, 256), (252 - 8, 256), (252 - 7, 272), (1000, 1024), (100_000, 100_352)],
)
def test_sizes_are_padded_so_that_they_tell_little(letters: int, size: int) -> None:
    """Four bytes of length, `{"a":"…"}`, and zeros; 16 bytes of tag behind."""
    assert len(seal_body({"a": "x" * letters}, KEY).ciphertext) == size + 16


def test_no_flipped_bit_opens() -> None:
    sealed = seal_body(BODY, KEY).ciphertext
    for offset in range(len(sealed)):
        altered = bytearray(sealed)
        altered[offset] ^= 1 << offset % 8
        with pytest.raises(UnsoundBodyError):
            open_body(bytes(altered), KEY)
    for cut in range(len(sealed)):
        with pytest.raises(UnsoundBodyError):
            open_body(sealed[:cut], KEY)


def _sealed_as(plain: bytes) -> bytes:
    return ChaCha20Poly1305(_by_hand(KEY)[0]).encrypt(bytes(12), plain, b"qantar/v1/body\0")


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"\0\0\0\x02{}",
        b"\0\0\0\x02{}".ljust(255, b"\0"),
        b"\0\0\0\x02{}".ljust(257, b"\0"),
        b"\0\0\0\x02{}".ljust(512, b"\0"),
        b"\0\0\0\x02{}".ljust(255, b"\0") + b"\1",
        b"\0\0\0\x03{ }".ljust(256, b"\0"),
        b"\0\0\0\x00".ljust(256, b"\0"),
        b"\xff\xff\xff\xff{}".ljust(256, b"\0"),
        b"\0\0\0\x02[]".ljust(256, b"\0"),
        b'\0\0\0\x0d{"a":1,"a":2}'.ljust(256, b"\0"),
        b"\0\0\0\x04null".ljust(256, b"\0"),
    ],
)
def test_what_opens_must_still_be_a_body_in_its_one_spelling(plain: bytes) -> None:
    with pytest.raises(UnsoundBodyError):
        open_body(_sealed_as(plain), KEY)


def test_the_dictionary_of_all_values_finds_none_without_the_salt() -> None:
    """Five towns, and the header of an entry that names one of them."""
    towns = ["Алматы", "Ақтау", "Тараз", "Семей", "Саяқкент"]
    names = ["place", "town"]
    header = commitment_of({"place": "Тараз"}, KEY)
    guesses = [
        hashlib.sha256(b"qantar/v1/field\0" + salt + len(n).to_bytes(2, "big") + n.encode() + v)
        for salt in (b"", bytes(32), header)
        for n in names
        for v in (f'"{town}"'.encode() for town in towns)
    ]
    assert header not in [guess.digest() for guess in guesses]
    # Who is given the one salt finds it at once, so the guessing itself works.
    salt = salt_of("place", KEY)
    assert [town for town in towns if leaf_of("place", town, salt) == header] == ["Тараз"]


def test_equal_values_under_other_names_or_keys_share_no_leaf() -> None:
    salts = [salt_of(name, key) for name in ("a", "b") for key in (KEY, bytes(32))]
    assert len({leaf_of("a", "same", salt) for salt in salts}) == 4
    assert leaf_of("a", "same", salts[0]) != leaf_of("b", "same", salts[0])


def test_the_largest_body_fits_and_a_larger_is_refused() -> None:
    letters = MAX_BYTES - len('{"a":""}')
    sealed = seal_body({"a": "x" * letters}, KEY)
    assert len(sealed.ciphertext) == MAX_CIPHERTEXT
    assert len(open_body(sealed.ciphertext, KEY)) == 1
    with pytest.raises(NotCanonicalError):
        seal_body({"a": "x" * (letters + 1)}, KEY)


@pytest.mark.parametrize("name", ["имя", "x" * 70_000])
def test_a_field_that_no_body_can_have_is_refused(name: str) -> None:
    with pytest.raises(NotCanonicalError):
        seal_body({name: 1}, KEY)
    said = json.dumps({name: 1}, separators=(",", ":"), ensure_ascii=False).encode()
    plain = len(said).to_bytes(4, "big") + said
    with pytest.raises(UnsoundBodyError):
        open_whole(_sealed_as(plain.ljust(padme(len(plain), least=256), b"\0")), KEY)
