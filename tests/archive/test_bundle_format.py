"""A bundle's records: each read back as it was written, none believed beyond its length."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.archive.bundle_format import (
    CHUNK_HEADER,
    END_TAG,
    LONGEST,
    MAGIC,
    MAX_CHUNK,
    MAX_OBJECT,
    RECORD,
    Chunk,
    Head,
    Kind,
    Manifest,
    UnsoundBundleError,
    pack_chunk_header,
    pack_keys,
    pack_named,
    pack_sealed_keys,
    read_device,
    read_manifest,
    unpack_chunk_header,
    unpack_keys,
    unpack_named,
    unpack_sealed_keys,
)
from qantar.archive.bundle_parser import Looker, Parser, end_message
from qantar.archive.case import device_file
from qantar.archive.own_device import OwnDevice, new_device
from qantar.model.canonical import canonical, parse
from qantar.model.device import DevicePublic, Role

OWN = new_device(Role.MEMBER, os.urandom)
LANE = OWN.public.id
MANIFEST = Manifest(
    case="0f" * 16,
    founder=LANE,
    sender=LANE,
    to=("ab" * 16, "cd" * 16),
    part=2,
    parts=3,
    key=b"k" * 32,
    heads={LANE: Head(7, "1e" * 32), f"{LANE}.{'0123abcd' * 8}": Head(9, "2e" * 32)},
    missing=("3e" * 32,),
)
HEX = st.sampled_from("0123456789abcdef")
KEY = st.binary(min_size=32, max_size=32)


def hex_of(length: int) -> st.SearchStrategy[str]:
    return st.text(HEX, min_size=length, max_size=length)


@given(
    st.builds(
        Manifest,
        case=hex_of(32),
        founder=st.none() | hex_of(32),
        sender=hex_of(32),
        to=st.lists(hex_of(32), max_size=4).map(tuple),
        part=st.just(1),
        parts=st.integers(1, 10_000),
        key=st.none() | KEY,
        heads=st.dictionaries(
            hex_of(32), st.builds(Head, st.integers(0, 2**53 - 1), hex_of(64)), max_size=3
        ),
        missing=st.lists(hex_of(64), max_size=3).map(tuple),
    )
)
def test_a_manifest_is_read_as_it_was_written(manifest: Manifest) -> None:
    assert read_manifest(manifest.to_bytes()) == manifest


@pytest.mark.parametrize(
    "changed",
    [
        {"v": 2},
        {"v": True},
        {"case": "0F" * 16},
        {"case": "0f" * 15},
        {"founder": ""},
        {"from": None},
        {"to": "ab" * 16},
        {"to": ["everybody"]},
        {"to": [1]},
        {"part": 4},
        {"part": 0},
        {"parts": 10_001, "part": 1},
        {"key": "0f"},
        {"key": 7},
        {"heads": []},
        {"heads": {"..": [1, "1e" * 32]}},
        {"heads": {LANE: [-1, "1e" * 32]}},
        {"heads": {LANE: [True, "1e" * 32]}},
        {"heads": {LANE: [1, "1e"]}},
        {"heads": {LANE: [1]}},
        {"missing": ["1e"]},
        {"missing": {"1e": 1}},
        {"more": 1},
    ],
)
def test_a_manifest_that_says_what_cannot_be_is_refused(changed: dict[str, object]) -> None:
    record = parse(MANIFEST.to_bytes())
    assert isinstance(record, dict)
    with pytest.raises(UnsoundBundleError):
        read_manifest(canonical({**record, **changed}))  # type: ignore[dict-item]  # as a forger has it


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"v": 1}', b"[" * 100_000])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(UnsoundBundleError):
        read_manifest(data)


@given(st.lists(st.tuples(KEY, KEY), max_size=5))
def test_keys_are_read_as_they_were_written(pairs: list[tuple[bytes, bytes]]) -> None:
    assert list(unpack_keys(pack_keys(pairs))) == pairs


@given(st.lists(st.tuples(KEY, st.binary(min_size=1, max_size=300)), max_size=5))
def test_sealed_keys_are_read_as_they_were_written(pairs: list[tuple[bytes, bytes]]) -> None:
    assert list(unpack_sealed_keys(pack_sealed_keys(pairs))) == pairs


@pytest.mark.parametrize("data", [b"x", b"x" * 63, b"x" * 65])
def test_keys_that_are_cut_short_are_refused(data: bytes) -> None:
    with pytest.raises(UnsoundBundleError):
        list(unpack_keys(data))


@pytest.mark.parametrize(
    "data",
    [
        b"x",
        b"\0\0\0\1" + b"n" * 32,
        b"\0\0\0\0" + b"n" * 32,
        b"\xff\xff\xff\xff" + b"n" * 32 + b"x",
        b"\0\0\x20\0" + b"n" * 32 + b"x" * 8192,
    ],
)
def test_sealed_keys_that_cannot_be_are_refused(data: bytes) -> None:
    with pytest.raises(UnsoundBundleError):
        list(unpack_sealed_keys(data))


@given(st.sampled_from([LANE, f"{LANE}.{'0123abcd' * 8}"]), st.binary(max_size=50))
def test_a_record_about_a_lane_names_it(lane: str, data: bytes) -> None:
    assert unpack_named(pack_named(lane, data)) == (lane, data)


@pytest.mark.parametrize(
    "data",
    [b"", b"\0", b"\0\0", b"\0\x20abc", b"\0\x03../", pack_named("x" * 32, b""), b"\xff\xff"],
)
def test_a_record_that_names_no_lane_is_refused(data: bytes) -> None:
    with pytest.raises(UnsoundBundleError):
        unpack_named(data)


def test_a_device_is_read_as_its_file_says() -> None:
    assert read_device(device_file(OWN.public)) == OWN.public
    for data in (b"", b"{}", b"[]", device_file(OWN.public)[:-9]):
        with pytest.raises(UnsoundBundleError):
            read_device(data)


@pytest.mark.parametrize(
    "chunk",
    [
        Chunk(b"n" * 32, 10, 0, 11),
        Chunk(b"n" * 32, 10, 10, 1),
        Chunk(b"n" * 32, 10, 2**64 - 1, 1),
        Chunk(b"n" * 32, 10, 0, 0),
        Chunk(b"n" * 32, MAX_OBJECT + 1, 0, 1),
        Chunk(b"n" * 32, MAX_OBJECT, 0, MAX_CHUNK + 1),
    ],
)
def test_a_piece_outside_of_its_original_is_refused(chunk: Chunk) -> None:
    with pytest.raises(UnsoundBundleError):
        unpack_chunk_header(pack_chunk_header(chunk), size=chunk.size)


class Notes(Looker):
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def take_manifest(self, manifest: Manifest) -> None:
        self.told.append(manifest)

    def take_device(self, lane: str, device: DevicePublic) -> None:
        self.told.append((lane, device))

    def take_note(self, untrusted: bytes) -> None:
        self.told.append(untrusted)

    def take_frames(self, lane: str, untrusted: bytes) -> None:
        self.told.append((lane, untrusted))

    def take_key(self, name: bytes, key: bytes) -> None:
        self.told.append((name, key))

    def take_sealed_key(self, name: bytes, sealed: bytes) -> None:
        self.told.append((name, sealed))

    def begin_chunk(self, chunk: Chunk) -> None:
        self.told.append(chunk)

    def take_piece(self, untrusted: bytes) -> None:
        self.told.append(untrusted)


RECORDS = (
    (Kind.MANIFEST, MANIFEST.to_bytes()),
    (Kind.DEVICE, pack_named(LANE, device_file(OWN.public))),
    (Kind.NOTE, b"a note"),
    (Kind.KEYS, pack_keys([(b"a" * 32, b"b" * 32)])),
    (Kind.SEALED_KEYS, pack_sealed_keys([(b"c" * 32, b"sealed")])),
    (Kind.FRAMES, pack_named(LANE, b"frames")),
    (Kind.OBJECT, pack_chunk_header(Chunk(b"n" * 32, 9, 2, 4)) + b"data"),
)


def spelt(records: Iterable[tuple[int, bytes]], *, by: OwnDevice = OWN) -> bytes:
    plain = MAGIC + b"".join(RECORD.pack(kind, len(data)) + data for kind, data in records)
    digest = hashlib.sha256(END_TAG + plain).digest()
    return plain + RECORD.pack(Kind.END, 96) + digest + by.sign(end_message(digest))


@pytest.mark.parametrize("step", [1, 2, 7, 100, 100_000])
def test_it_is_read_in_pieces_of_any_size(step: int) -> None:
    notes, data = Notes(), spelt(RECORDS)
    parser = Parser(notes)
    for at in range(0, len(data), step):
        parser.feed(data[at : at + step])
    parser.finish()
    assert notes.told == [
        MANIFEST,
        (LANE, OWN.public),
        b"a note",
        (b"a" * 32, b"b" * 32),
        (b"c" * 32, b"sealed"),
        (LANE, b"frames"),
        Chunk(b"n" * 32, 9, 2, 4),
        b"data",
    ]
    assert parser.is_signed(bytes.fromhex(OWN.public.sign))
    assert not parser.is_signed(bytes.fromhex(new_device(Role.MEMBER, os.urandom).public.sign))


def read(data: bytes) -> None:
    parser = Parser(Looker())
    parser.feed(data)
    parser.finish()


def test_cut_anywhere_it_has_no_end() -> None:
    data = spelt(RECORDS)
    read(data)
    for end in range(len(data)):
        with pytest.raises(UnsoundBundleError):
            read(data[:end])


def test_a_bit_flipped_anywhere_before_the_signature_shows() -> None:
    data = spelt(RECORDS)
    for at in range(len(data) - 64):
        with pytest.raises(UnsoundBundleError):
            read(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


def test_a_bit_flipped_in_the_signature_shows() -> None:
    data = spelt(RECORDS)
    for at in range(len(data) - 64, len(data)):
        parser = Parser(Looker())
        parser.feed(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert not parser.is_signed(bytes.fromhex(OWN.public.sign))


def test_nothing_stands_behind_the_end() -> None:
    for more in (b"x", spelt(RECORDS)):
        with pytest.raises(UnsoundBundleError, match="behind its end"):
            read(spelt(RECORDS) + more)


@pytest.mark.parametrize(
    "records",
    [
        RECORDS[1:],
        (RECORDS[0], RECORDS[0]),
        (RECORDS[0], (8, b"")),
        (RECORDS[0], (0, b"")),
        (RECORDS[0], (Kind.END, b"x" * 95)),
        (RECORDS[0], (Kind.OBJECT, b"x" * CHUNK_HEADER)),
        (),
    ],
)
def test_records_in_another_order_or_of_other_kinds_are_refused(
    records: tuple[tuple[int, bytes], ...],
) -> None:
    with pytest.raises(UnsoundBundleError):
        read(spelt(records))


@pytest.mark.parametrize("kind", list(Kind))
def test_a_record_that_says_to_be_too_long_is_refused_before_it_comes(kind: Kind) -> None:
    start = MAGIC + RECORD.pack(
        *(
            (kind, LONGEST[kind] + 1)
            if kind is Kind.MANIFEST
            else (Kind.MANIFEST, len(MANIFEST.to_bytes()))
        )
    )
    if kind is not Kind.MANIFEST:
        start += MANIFEST.to_bytes() + RECORD.pack(kind, LONGEST[kind] + 1)
    with pytest.raises(UnsoundBundleError, match="long"):
        Parser(Looker()).feed(start)
