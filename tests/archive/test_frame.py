"""A frame is what the page of formats says, and nothing else passes for one."""

from __future__ import annotations

import hashlib
import json
import struct
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey
from tests.archive import by_hand

from qantar.archive.body import MAX_CIPHERTEXT, seal_body
from qantar.archive.frame import (
    MAX_FRAME,
    MAX_HEADER,
    MAX_REFS,
    Frame,
    Header,
    UnsoundEntryError,
    check,
    entry_id,
    frames,
    is_signed,
    last_frame,
    make_frame,
    read_header,
    spell_header,
    to_bytes,
)
from qantar.archive.signing import Signer
from qantar.model.entry import Ref

SEED = bytes(range(32))
CASE, DEVICE = "0f" * 16, "0d" * 16
SEALED = seal_body({"n": 1}, bytes(32))
HEADER = Header(
    at=datetime(2022, 1, 6, 14, 5, tzinfo=UTC),
    commitment=SEALED.commitment.hex(),
    case=CASE,
    device=DEVICE,
    kind="original.add",
    prev="ab" * 32,
    refs=(Ref("0e" * 16, 7, "ef" * 32), Ref("0e" * 16, 12, "ee" * 32)),
    sealed=hashlib.sha256(SEALED.ciphertext).hexdigest(),
    seq=2,
)


def _framed(header: Header = HEADER, body: bytes = SEALED.ciphertext) -> bytes:
    return make_frame(spell_header(header), body, Signer(SEED))


def _only(data: bytes) -> Frame:
    (frame,) = frames(data)
    return frame


def test_a_frame_worked_by_hand() -> None:
    """A golden vector: these bytes may change only together with the format number."""
    header = (
        f'{{"at":"2022-01-06T14:05Z","body":"{HEADER.commitment}","case":"{CASE}",'
        f'"device":"{DEVICE}","kind":"original.add","prev":"{"ab" * 32}",'
        f'"refs":[["{"0e" * 16}",7,"{"ef" * 32}"],["{"0e" * 16}",12,"{"ee" * 32}"]],'
        f'"sealed":"{HEADER.sealed}","seq":2,"v":1}}'
    ).encode()
    identity = hashlib.sha256(b"qantar/v1/entry\0" + header).digest()
    signature = SigningKey(SEED).sign(b"qantar/v1/entry-sig\0" + identity).signature
    body = SEALED.ciphertext
    lengths = [struct.pack(">I", len(part)) for part in (header, body)]
    by_the_page = lengths[0] + header + lengths[1] + body + identity + signature
    assert _framed() == by_the_page
    assert (
        hashlib.sha256(by_the_page).hexdigest()
        == "18b75ccf404542dfba56df80e8de5b38a1d59c1e9ab7258a3db248199bf1b787"
    )


def test_a_header_is_read_as_it_was_spelt() -> None:
    assert read_header(spell_header(HEADER)) == HEADER
    first = HEADER._replace(prev="", seq=1, refs=())
    assert read_header(spell_header(first)) == first


def test_a_frame_is_cut_checked_and_put_together_again() -> None:
    data = _framed()
    frame = _only(data)
    assert (frame.start, frame.end, frame.body) == (0, len(data), SEALED.ciphertext)
    assert frame.id == entry_id(frame.header)
    assert to_bytes(frame) == data
    key = Signer(SEED).public_key
    assert check(frame, case_id=CASE, device=DEVICE, public_key=key) == HEADER


def test_without_its_body_the_rest_of_a_frame_holds() -> None:
    whole = _only(_framed())
    bare = _only(to_bytes(whole, with_body=False))
    assert (bare.body, bare.id, bare.signature) == (b"", whole.id, whole.signature)
    assert check(bare, case_id=CASE, device=DEVICE, public_key=Signer(SEED).public_key) == HEADER


@pytest.mark.parametrize(
    ("case_id", "device", "seed", "body", "why"),
    [
        ("0e" * 16, DEVICE, SEED, SEALED.ciphertext, "of case 0f0f"),
        (CASE, "0e" * 16, SEED, SEALED.ciphertext, "device 0d0d"),
        (CASE, DEVICE, bytes(32), SEALED.ciphertext, "signature"),
        (CASE, DEVICE, SEED, SEALED.ciphertext[:-1] + b"x", "body"),
    ],
)
def test_a_frame_of_another_case_device_key_or_body_is_told(
    case_id: str, device: str, seed: bytes, body: bytes, why: str
) -> None:
    frame = _only(_framed(body=body))
    with pytest.raises(UnsoundEntryError, match=why):
        check(frame, case_id=case_id, device=device, public_key=Signer(seed).public_key)


def test_a_signature_over_the_bare_id_is_none() -> None:
    frame = _only(_framed())
    bare = frame._replace(signature=SigningKey(SEED).sign(frame.id).signature)
    assert is_signed(frame, Signer(SEED).public_key)
    assert not is_signed(bare, Signer(SEED).public_key)


@given(st.integers(0, 3), st.data())
def test_cut_anywhere_the_whole_frames_before_are_found(count: int, data: st.DataObject) -> None:
    one = _framed()
    cut = data.draw(st.integers(0, count * len(one)))
    found = list(frames((one * count)[:cut]))
    assert [frame.end for frame in found] == [len(one) * (n + 1) for n in range(cut // len(one))]
    last = last_frame((one * count)[:cut])
    whole = cut and cut % len(one) == 0
    assert (last is not None) == bool(whole)
    assert last is None or last == found[-1]


@pytest.mark.parametrize(
    "lengths",
    [(0, 10), (MAX_HEADER + 1, 10), (2**32 - 1, 10), (10, MAX_CIPHERTEXT + 1), (10, 2**32 - 1)],
)
def test_lengths_that_cannot_be_are_no_frame(lengths: tuple[int, int]) -> None:
    data = struct.pack(">I", lengths[0]) + bytes(10) + struct.pack(">I", lengths[1]) + bytes(10**4)
    assert list(frames(data)) == []
    assert last_frame(data) is None


def test_the_largest_frame_stays_under_the_cap_of_bundles() -> None:
    assert MAX_FRAME <= 1024 * 1024 + 64 * 1024
    refs = tuple(Ref(f"{n:032x}", 10**15, "ef" * 32) for n in range(MAX_REFS))
    largest = spell_header(HEADER._replace(refs=refs, kind="k" * 64, seq=10**15))
    assert len(largest) <= MAX_HEADER


SAID: dict[str, Any] = by_hand.HandFrame(spell_header(HEADER), b"", b"", b"").says()


@pytest.mark.parametrize(
    "changed",
    [
        {"v": 2},
        {"v": 0},
        {"v": True},
        {"v": "1"},
        {"case": "0F" * 16},
        {"case": ""},
        {"device": "0d" * 15},
        {"kind": "Original.Add"},
        {"kind": "k" * 65},
        {"kind": ""},
        {"kind": "a..b"},
        {"at": "2022-01-06T14:05:00Z"},
        {"at": "2022-13-06T14:05Z"},
        {"at": "2022-01-06T14:05+00:00"},
        {"at": 5},
        {"seq": 0},
        {"seq": 1},
        {"seq": -2},
        {"seq": 2.5},
        {"seq": "2"},
        {"seq": 2**53},
        {"prev": ""},
        {"prev": "ab"},
        {"prev": None},
        {"body": "ab" * 31},
        {"body": {}},
        {"sealed": ""},
        {"refs": None},
        {"refs": ["0e" * 16]},
        {"refs": [["0e" * 16, 7]]},
        {"refs": [["0e" * 16, 0, "ef" * 32]]},
        {"refs": [["0e" * 16, 2**53, "ef" * 32]]},
        {"refs": [["0e" * 16, 7, "ef" * 32], ["0e" * 16, 7, "ef" * 32]]},
        {"refs": [["0e" * 16, 7, "ef" * 32], ["0d" * 16, 7, "ef" * 32]]},
        {"refs": [["0e" * 16, 12, "ef" * 32], ["0e" * 16, 7, "ef" * 32]]},
        {"refs": [[f"{n:032x}", 1, "ef" * 32] for n in range(MAX_REFS + 1)]},
        {"more": 1},
    ],
    ids=lambda changed: str(changed)[:60],
)
def test_a_header_that_says_what_none_says_is_refused(changed: dict[str, object]) -> None:
    frame = by_hand.HandFrame(spell_header(HEADER), b"", b"", b"")
    with pytest.raises(UnsoundEntryError):
        read_header(by_hand.changed(frame, SEED, **changed).header)


@pytest.mark.parametrize("field", sorted(SAID))
def test_a_header_without_one_of_its_fields_is_refused(field: str) -> None:
    rest = {name: value for name, value in SAID.items() if name != field}
    with pytest.raises(UnsoundEntryError, match="lacks fields"):
        read_header(json.dumps(rest, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"v":1', b'"v": 1'),
        (b'"seq":2', b'"seq":02'),
        (b'"seq":2', b'"seq":2.0'),
        (b"Z", b"\\u005a"),
        (b'{"at"', b' {"at"'),
        (b"}", b"}\n"),
        (b"}", b"}\xff"),
        (b'"v":1', b'"v":1,"v":1'),
    ],
)
def test_another_spelling_of_the_same_header_is_refused(before: bytes, after: bytes) -> None:
    spelt = spell_header(HEADER)
    with pytest.raises(UnsoundEntryError):
        read_header(spelt.replace(before, after, 1))


def test_the_order_of_fields_is_the_canonical_one() -> None:
    spelt = spell_header(HEADER)
    moved = spelt.replace(b'"seq":2,"v":1', b'"v":1,"seq":2')
    assert moved != spelt
    with pytest.raises(UnsoundEntryError, match="another spelling"):
        read_header(moved)


@pytest.mark.parametrize(
    "header",
    [
        HEADER._replace(kind="Not A Kind"),
        HEADER._replace(kind="k" * 65),
        HEADER._replace(seq=0),
        HEADER._replace(prev=""),
        HEADER._replace(case=""),
        HEADER._replace(refs=HEADER.refs[::-1]),
    ],
)
def test_what_could_not_be_read_back_is_not_written(header: Header) -> None:
    with pytest.raises(ValueError, match=r"be|order"):
        spell_header(header)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_cut_without_a_crash(untrusted: bytes) -> None:
    assert list(frames(untrusted)) == []
    assert last_frame(untrusted) is None
    with pytest.raises(UnsoundEntryError):
        read_header(untrusted)
