"""The head of an age file is looked at before any work is done for it."""

from __future__ import annotations

from io import BytesIO

import pyrage
import pytest

from qantar.archive.age_header import MAX_HEADER, UnsoundHeaderError, check_header
from qantar.archive.age_keys import identity, new_secret

ONE = identity(new_secret()).to_public()
STANZA = b"-> X25519 " + b"A" * 43 + b"\n" + b"B" * 43 + b"\n"
MAC = b"--- " + b"C" * 43 + b"\n"
MAGIC = b"age-encryption.org/v1\n"


@pytest.mark.parametrize("count", [1, 2, 40])
def test_recipients_are_counted_and_the_file_is_at_its_beginning_again(count: int) -> None:
    for _ in range(20):  # the library puts a stanza of no meaning in, a different one each time
        file = BytesIO(pyrage.encrypt(b"text", [ONE] * count))
        assert check_header(file) == count
        assert file.tell() == 0


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no age file"),
        (b"PK\x03\x04", "no age file"),
        (MAGIC + b"-> scrypt AAAA 30\nBBBB\n" + MAC, "scrypt"),
        (MAGIC + b"-> ssh-ed25519 AAAA BBBB\nBBBB\n" + MAC, "ssh-ed25519"),
        (MAGIC + STANZA * 2000 + MAC, "longer than 64 KiB"),
        (MAGIC + STANZA, "cut short"),
        (MAGIC + b"-> X25519 AAAA\nnot base64!\n" + MAC, "damaged"),
        (MAGIC + b"->X25519 AAAA\nBBBB\n" + MAC, "damaged"),
        (MAGIC + b"-> grease \x07\nBBBB\n" + MAC, "damaged"),
        (MAGIC + b"\n" + MAC, "damaged"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", "no age file"),
    ],
)
def test_what_is_not_opened_with_x25519_keys_is_refused_at_once(data: bytes, why: str) -> None:
    with pytest.raises(UnsoundHeaderError, match=why):
        check_header(BytesIO(data + b"x" * 100))


def test_what_a_passphrase_opens_is_refused_at_once() -> None:
    # Made here and not above: every worker collects all tests, and this takes longer than most.
    data = pyrage.passphrase.encrypt(b"text", "passphrase")
    with pytest.raises(UnsoundHeaderError, match="scrypt"):
        check_header(BytesIO(data + b"x" * 100))


def test_a_head_is_read_no_further_than_it_may_be_long() -> None:
    file = BytesIO(MAGIC + STANZA * 1_000_000)
    with pytest.raises(UnsoundHeaderError):
        check_header(file)
    assert MAX_HEADER == 65_536


def test_bodies_of_any_length_are_followed() -> None:
    for length in (0, 1, 63, 64, 65, 128, 200):
        lines = [b"D" * 64] * (length // 64) + [b"D" * (length % 64)]
        body = b"\n".join(lines) + b"\n"
        data = MAGIC + b"-> abc-grease x\n" + body + STANZA + MAC
        assert check_header(BytesIO(data)) == 1
