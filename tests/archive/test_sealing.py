"""One object: an age file like any other, padded, and never half believed."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qantar.archive.age_keys import new_secret, spell
from qantar.archive.padding import padme
from qantar.archive.sealing import (
    LEAST_BYTES,
    UnsoundObjectError,
    content_hash,
    decrypt,
    encrypt,
)
from qantar.errors import DiskError

SECRET = bytes(range(32))
EVIDENCE = "Саяқкентте, 5 қаңтар".encode() * 500


def sealed(data: bytes, secret: bytes = SECRET) -> bytes:
    """Give an object of `data`."""
    target = BytesIO()
    assert encrypt(BytesIO(data), target, secret) == (hashlib.sha256(data).hexdigest(), len(data))
    return target.getvalue()


def payload(an_object: bytes) -> int:
    """Count the bytes behind an age file's header, whose own length age varies at random."""
    end = an_object.index(b"\n", an_object.index(b"\n--- ") + 1) + 1
    return len(an_object) - end


def opened(an_object: bytes, size: int) -> bytes:
    """Decrypt an object."""
    content = BytesIO()
    decrypt(BytesIO(an_object), SECRET, size=size, take=content.write)
    return content.getvalue()


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=300)
    | st.integers(min_value=0, max_value=70_000).map(lambda size: b"\0" * size)
    | st.sampled_from([b"x" * size for size in (2**20 - 1, 2**20, 2**20 + 1, 2**16, 4096, 4097)])
)
def test_any_bytes_come_back_as_they_were(data: bytes) -> None:
    """Also zeros, which look like padding, and what fills a buffer exactly."""
    assert opened(sealed(data), len(data)) == data


def test_the_standard_tool_opens_an_object_with_its_key(tmp_path: Path) -> None:
    """`age -d -i key object | head -c LENGTH | sha256sum` gives the original's id."""
    (tmp_path / "object").write_bytes(sealed(EVIDENCE))
    (tmp_path / "key").write_text(spell(SECRET) + "\n")
    length = f"head -c {len(EVIDENCE)}"
    assert _shell(tmp_path, f"age -d -i key object | {length} | sha256sum").split()[0] == (
        hashlib.sha256(EVIDENCE).hexdigest()
    )
    padded = padme(len(EVIDENCE), least=LEAST_BYTES)
    assert int(_shell(tmp_path, "age -d -i key object | wc -c")) == padded


def _shell(folder: Path, line: str) -> str:
    """Run a line that the documentation gives."""
    ran = subprocess.run(  # noqa: S603  # our own text
        ["/bin/sh", "-c", line], cwd=folder, capture_output=True, text=True, check=True
    )
    return ran.stdout


def test_files_of_one_class_are_of_one_size() -> None:
    """A file of 1 byte and one of 4,096; of 65,537 bytes and of 69,632, 6 % more."""
    assert payload(sealed(b"x")) == payload(sealed(b"")) == payload(sealed(b"x" * 4096))
    assert payload(sealed(b"x" * 4097)) > payload(sealed(b"x" * 4096))
    assert payload(sealed(b"x" * 65_537)) == payload(sealed(b"y" * 67_584))


def test_the_same_bytes_never_give_the_same_object() -> None:
    assert sealed(EVIDENCE)[-4096:] != sealed(EVIDENCE)[-4096:]


def test_a_flipped_bit_anywhere_is_noticed() -> None:
    """In the header, the nonce, the content, the padding: never other bytes, never silence."""
    sound = sealed(b"evidence")
    for at in range(len(sound)):
        damaged = bytearray(sound)
        damaged[at] ^= 1 << at % 8
        with pytest.raises(UnsoundObjectError):
            content_hash(BytesIO(damaged), SECRET, size=8)


def test_a_cut_or_lengthened_object_is_noticed() -> None:
    sound = sealed(b"x" * 70_000)
    for length in [*range(300), len(sound) // 2, 65_552, len(sound) - 1]:
        with pytest.raises(UnsoundObjectError):
            content_hash(BytesIO(sound[:length]), SECRET, size=70_000)
    with pytest.raises(UnsoundObjectError):
        content_hash(BytesIO(sound + b"\0"), SECRET, size=70_000)


def test_chunks_in_another_order_are_noticed() -> None:
    sound = sealed(bytes(200_000))
    start = len(sound) - payload(sound) + 16
    first, second = (sound[start + n * 65_552 : start + (n + 1) * 65_552] for n in (0, 1))
    swapped = sound[:start] + second + first + sound[start + 2 * 65_552 :]
    with pytest.raises(UnsoundObjectError):
        content_hash(BytesIO(swapped), SECRET, size=200_000)


def test_another_key_or_another_length_does_not_open_it() -> None:
    sound = sealed(EVIDENCE)
    with pytest.raises(UnsoundObjectError):
        content_hash(BytesIO(sound), new_secret(), size=len(EVIDENCE))
    for size in (0, len(EVIDENCE) - 1, 2 * len(EVIDENCE)):
        with pytest.raises(UnsoundObjectError, match="another length"):
            content_hash(BytesIO(sound), SECRET, size=size)


def test_something_hidden_in_the_padding_is_noticed() -> None:
    """The hash covers the content alone, so the rest must be zeros."""
    with pytest.raises(UnsoundObjectError, match="behind its end"):
        content_hash(BytesIO(sealed(b"evidence, and a note")), SECRET, size=8)


def test_a_source_that_fails_half_way_is_named_and_a_full_target_is_told_as_full() -> None:
    class Stick(BytesIO):
        name = "usb/clip.mp4"

        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 2**20:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().read(size)

    class Full(BytesIO):
        def write(self, _data: object, /) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(DiskError, match="reading the material failed") as told:
        encrypt(Stick(bytes(3 * 2**20)), BytesIO(), SECRET)
    assert told.value.where == "usb/clip.mp4"
    with pytest.raises(OSError, match="No space left") as full:
        encrypt(BytesIO(EVIDENCE), Full(), SECRET)
    assert full.value.errno == errno.ENOSPC


def test_a_disk_that_cannot_read_is_no_altered_object() -> None:
    class Worn(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 2**17:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().read(size)

    with pytest.raises(OSError, match="Input/output") as told:
        content_hash(Worn(sealed(bytes(2**20))), SECRET, size=2**20)
    assert told.value.errno == errno.EIO


def test_stopping_by_hand_stops_it() -> None:
    class Interrupted(BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encrypt(Interrupted(), BytesIO(), SECRET)
    with pytest.raises(KeyboardInterrupt):
        content_hash(Interrupted(), SECRET, size=1)
