"""The ways into a case, one file each."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.archive import slots
from qantar.archive.age_keys import new_secret, recipient_of, spell
from qantar.archive.copies import write_copies
from qantar.archive.slots import (
    LEAST_COST,
    NewSlot,
    ScryptCost,
    Slot,
    Way,
    device_way,
    is_vouched_for,
    open_secret,
    open_way,
    passphrase_way,
    read_slot,
    read_slots,
    secret_for,
    shares_way,
    slot_paths,
    unwrap,
    write_slot,
)
from qantar.errors import UsageError
from qantar.model.canonical import canonical, parse

KEY = bytes(range(32))
SALT = b"0123456789abcdef"
CHEAP = ScryptCost(n=2)
_FIELDS = {"v", "way", "label", "recipient", "mac", "check"}


def _read(new: NewSlot) -> Slot:
    found = read_slot(1, write_slot(new, KEY))
    assert found is not None
    return found


def _passphrase(words: str) -> Slot:
    return _read(passphrase_way(words, salt=SALT, cost=CHEAP))


def _opens(slot: Slot, given: str) -> bool:
    secret = secret_for(slot, given)
    return secret is not None and unwrap(slot, secret) == KEY


def _forged(new: NewSlot, changes: Mapping[str, object]) -> bytes:
    """A slot as somebody who can write to the folder would make it: its check fits."""
    line, _, wrapped = write_slot(new, KEY).partition(b"\n")
    said = parse(line)
    assert isinstance(said, dict)
    said.pop("check")
    said.update(changes)
    told = canonical(said)
    said["check"] = hashlib.sha256(b"qantar/v1/slot\x00" + told + wrapped).hexdigest()
    return canonical(said) + b"\n" + wrapped


def test_a_passphrase_opens_its_slot_and_no_other_does() -> None:
    slot = _passphrase("пять слов наугад")
    assert _opens(slot, "пять слов наугад")
    for wrong in ("пять слов наугад ", "Пять слов наугад", "", "x" * 1000):
        assert not _opens(slot, wrong)


def test_the_secret_is_plain_scrypt_and_the_rest_is_a_plain_age_file() -> None:
    new = passphrase_way("correct horse", salt=SALT, cost=ScryptCost(n=2**10))
    line, _, wrapped = write_slot(new, KEY).partition(b"\n")
    secret = hashlib.scrypt(b"correct horse", salt=SALT, n=2**10, r=8, p=1, dklen=32)
    assert new.recipient == recipient_of(secret)
    opened = pyrage.decrypt(wrapped, [pyrage.x25519.Identity.from_str(spell(secret))])
    assert opened == KEY
    assert set(parse(line)) == _FIELDS | {"salt", "n", "r", "p"}  # type: ignore[arg-type]


def test_a_published_answer_of_scrypt() -> None:
    # RFC 7914, 12: P "pleaseletmein", S "SodiumChloride", N 16384, r 8, p 1; the salt is shorter
    # than ours, so the first 32 bytes are held to the library that the slot uses.
    made = hashlib.scrypt(b"pleaseletmein", salt=b"SodiumChloride", n=16384, r=8, p=1, dklen=64)
    assert made.hex().startswith("7023bdcb3afd7348461c06cd81fd38eb")
    new = passphrase_way("pleaseletmein", salt=b"SodiumChloride", cost=ScryptCost(n=16384))
    assert new.recipient == recipient_of(made[:32])


@given(st.text(alphabet="éêàçñö가각ÅΩйёқұ ", min_size=1, max_size=12))
def test_a_passphrase_means_the_same_however_its_accents_are_typed(words: str) -> None:
    slot = _passphrase(unicodedata.normalize("NFD", words))
    assert _opens(slot, unicodedata.normalize("NFC", words))


def test_an_identity_kept_elsewhere_opens_its_slot() -> None:
    secret = new_secret()
    slot = _read(device_way(recipient_of(secret), label="stick"))
    assert (slot.way, slot.label) == (Way.DEVICE, "stick")
    assert _opens(slot, spell(secret))
    assert _opens(slot, spell(secret).lower())
    assert not _opens(slot, spell(new_secret()))
    assert secret_for(slot, "a passphrase") is None
    spelt = spell(secret)
    assert secret_for(slot, spelt[:-1] + ("P" if spelt[-1] == "Q" else "Q")) is None


def test_a_slot_that_asks_for_more_memory_than_there_is_does_not_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise MemoryError

    slot = _passphrase("x" * 20)
    monkeypatch.setattr(slots, "_stretch", refuse)
    assert secret_for(slot, "x" * 20) is None


def test_an_identity_is_not_tried_as_a_passphrase() -> None:
    assert secret_for(_passphrase("x" * 20), spell(new_secret())) is None


def test_the_secret_of_shares_opens_their_slot() -> None:
    secret = new_secret()
    slot = _read(shares_way(secret, threshold=2, shares=3))
    assert (slot.way, slot.threshold, slot.shares) == (Way.SHARES, 2, 3)
    assert _opens(slot, spell(secret))


def test_an_open_slot_needs_nothing() -> None:
    slot = _read(open_way())
    secret = open_secret(slot)
    assert secret is not None
    assert unwrap(slot, secret) == KEY
    assert open_secret(_passphrase("x" * 20)) is None


def test_a_slot_tells_no_secret() -> None:
    new = passphrase_way("correct horse", salt=SALT, cost=CHEAP)
    written = write_slot(new, KEY)
    secret = hashlib.scrypt(b"correct horse", salt=SALT, n=2, r=8, p=1, dklen=32)
    for hidden in (b"correct", KEY, KEY.hex().encode(), secret, spell(secret).encode()):
        assert hidden not in written
    assert spell(secret) not in repr(_passphrase("correct horse"))


@pytest.mark.parametrize(
    ("threshold", "shares"), [(1, 1), (1, 3), (0, 3), (4, 3), (2, 17), (-1, -1)]
)
def test_shares_that_cannot_be_are_refused(threshold: int, shares: int) -> None:
    with pytest.raises(UsageError, match="cannot be"):
        shares_way(new_secret(), threshold=threshold, shares=shares)


def test_what_is_no_recipient_is_refused() -> None:
    for wrong in ("", "age1", "ssh-ed25519 AAAA", spell(new_secret())):
        with pytest.raises(UsageError, match="no age recipient"):
            device_way(wrong)


@pytest.mark.parametrize(
    ("n", "r", "p"),
    [
        (2**21, 8, 1),
        (2**23, 8, 1),
        (2**50, 1, 1),
        (2, 2**40, 1),
        (2**17, 8, 5),
        (2**17, 8, 10**9),
        (2**17 + 1, 8, 1),
        (1, 8, 1),
        (0, 8, 1),
        (-2, 8, 1),
        (2**17, 0, 1),
        (2**17, -8, 1),
        (2**17, 8, 0),
    ],
)
def test_a_hostile_slot_cannot_ask_for_more_than_the_machine_has(n: int, r: int, p: int) -> None:
    with pytest.raises(ValueError, match="scrypt"):
        ScryptCost(n=n, r=r, p=p)
    new = passphrase_way("correct horse", salt=SALT, cost=CHEAP)
    assert read_slot(1, _forged(new, {})) is not None
    assert read_slot(1, _forged(new, {"n": n, "r": r, "p": p})) is None


def test_the_least_cost_needs_128_mib_for_each_guess() -> None:
    assert 128 * LEAST_COST.n * LEAST_COST.r == 128 * 1024 * 1024
    assert ScryptCost().n * ScryptCost().r >= LEAST_COST.n * LEAST_COST.r


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"way": "hope"},
        {"label": None},
        {"recipient": "age1nobody"},
        {"salt": "00"},
        {"salt": "zz" * 16},
        {"salt": 1},
        {"n": "2"},
        {"more": 1},
    ],
)
def test_a_slot_of_another_form_is_not_half_understood(changes: dict[str, object]) -> None:
    new = passphrase_way("correct horse", salt=SALT, cost=CHEAP)
    assert read_slot(1, _forged(new, changes)) is None


@pytest.mark.parametrize(
    "changes", [{"threshold": 1}, {"threshold": 4}, {"shares": 17}, {"threshold": "2"}, {"more": 1}]
)
def test_shares_that_cannot_be_are_no_slot(changes: dict[str, object]) -> None:
    new = shares_way(new_secret(), threshold=2, shares=3)
    assert read_slot(1, _forged(new, {})) is not None
    assert read_slot(1, _forged(new, changes)) is None


@pytest.mark.parametrize("changes", [{"more": 1}, {"identity": "AGE-SECRET-KEY-1"}])
def test_an_identity_that_is_none_makes_no_open_slot(changes: dict[str, object]) -> None:
    assert read_slot(1, _forged(open_way(), {})) is not None
    assert read_slot(1, _forged(open_way(), changes)) is None


def test_only_who_has_the_key_can_vouch_for_a_slot() -> None:
    new = shares_way(new_secret(), threshold=2, shares=3)
    written = write_slot(new, KEY)
    assert is_vouched_for(written, KEY)
    assert not is_vouched_for(written, new_secret())
    assert not is_vouched_for(_forged(new, {"recipient": recipient_of(new_secret())}), KEY)
    assert not is_vouched_for(_forged(new, {"mac": ""}), KEY)
    for broken in (b"", b"\n", b"[]\n", b"{}\n", written[:40]):
        assert not is_vouched_for(broken, KEY)


def test_every_cut_and_every_flipped_byte_of_a_slot_is_noticed() -> None:
    written = write_slot(passphrase_way("correct horse", salt=SALT, cost=CHEAP), KEY)
    assert read_slot(1, written) is not None
    for at in range(len(written)):
        assert read_slot(1, written[:at]) is None
        for bit in (0x01, 0x20, 0x80):
            altered = written[:at] + bytes([written[at] ^ bit]) + written[at + 1 :]
            assert read_slot(1, altered) is None
    assert read_slot(1, written + b"\n") is None


@given(st.binary(max_size=200))
def test_no_bytes_stop_the_reading(untrusted: bytes) -> None:
    assert read_slot(1, untrusted) is None


def test_the_slots_of_a_folder_are_found_by_any_copy(tmp_path: Path) -> None:
    write_copies(slot_paths(tmp_path, 1), write_slot(open_way(), KEY))
    write_copies(slot_paths(tmp_path, 12), write_slot(device_way(recipient_of(KEY)), KEY))
    for name in ("slot-0.age", "slot-x.age", "slot-1.age.4", "slot-12.agex", "case.age"):
        (tmp_path / name).write_bytes(b"")
    slot_paths(tmp_path, 12)[0].unlink()
    found = dict(read_slots(tmp_path))
    assert sorted(found) == [1, 12]
    assert [slot.value.way for slot in found.values() if slot.value] == [Way.OPEN, Way.DEVICE]
    assert found[12].damaged == (slot_paths(tmp_path, 12)[0],)
