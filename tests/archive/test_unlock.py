"""Opening a case: which ways open it, what is mended on the way, and what stops it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from qantar.archive.age_keys import new_secret, recipient_of, spell
from qantar.archive.case import Case, create_case, look_at
from qantar.archive.copies import copies_of
from qantar.archive.description import case_paths
from qantar.archive.own_device import new_device
from qantar.archive.slots import (
    NewSlot,
    ScryptCost,
    Way,
    device_way,
    open_way,
    passphrase_way,
    read_slots,
    shares_way,
    slot_paths,
    write_slot,
)
from qantar.archive.unlock import damaged_copies, mended, open_case, open_with
from qantar.errors import KeysDamagedError, NotACaseError, SealedAwayError, WrongPassphraseError
from qantar.model.device import Role

WORDS = "пять слов наугад"
CHEAP = ScryptCost(n=2)


def _say(words: str) -> Callable[[], str]:
    return lambda: words


def _never() -> str:
    message = "nobody may be asked here"
    raise AssertionError(message)


@pytest.fixture
def sealed(tmp_path: Path) -> Case:
    """A case that a passphrase opens; cheap to guess, so that a test is quick."""
    way = passphrase_way(WORDS, salt=os.urandom(16), cost=CHEAP, label="office")
    return create_case(tmp_path / "sealed", ways=[way])


def _every_key_file(case: Case) -> list[tuple[Path, ...]]:
    slots = [slot_paths(case.keys, number) for number, _ in read_slots(case.keys)]
    named = [copies_of(case.keys / name) for name in ("case.age", "device.age")]
    return [*slots, *named, case_paths(case.root)]


def test_an_open_case_asks_nobody(case: Case) -> None:
    assert open_case(case.root, secret=_never) == case
    assert open_case(case.root).open


def test_a_sealed_case_opens_with_its_passphrase_as_it_was_made(sealed: Case) -> None:
    opened = open_case(sealed.root, secret=_say(WORDS))
    assert opened == sealed
    assert (opened.open, opened.slot, opened.case_key) == (False, 1, sealed.case_key)


@pytest.mark.parametrize("wrong", ["", "пять слов", WORDS + " ", "x" * 1000])
def test_a_wrong_passphrase_is_exit_30_and_tells_nothing(sealed: Case, wrong: str) -> None:
    before = _bytes(sealed.root)
    with pytest.raises(WrongPassphraseError) as told:
        open_case(sealed.root, secret=_say(wrong))
    assert told.value.exit_code == 30
    for hidden in ("office", sealed.id, wrong or WORDS):
        assert hidden not in str(told.value)
    assert _bytes(sealed.root) == before


def test_a_sealed_case_does_not_open_with_nothing(sealed: Case) -> None:
    with pytest.raises(WrongPassphraseError, match="--passphrase-file") as told:
        open_case(sealed.root)
    assert told.value.exit_code == 30


def test_any_of_the_ways_opens_it(tmp_path: Path) -> None:
    device, shared = new_secret(), new_secret()
    ways = [
        passphrase_way("first of them", salt=os.urandom(16), cost=CHEAP),
        device_way(recipient_of(device)),
        shares_way(shared, threshold=2, shares=3),
        passphrase_way("second of them", salt=os.urandom(16), cost=CHEAP),
    ]
    made = create_case(tmp_path / "case", ways=ways)
    tried = ["first of them", spell(device), spell(shared), "second of them"]
    for number, given in enumerate(tried, start=1):
        opened = open_case(made.root, secret=_say(given))
        assert (opened, opened.slot) == (made, number)


def test_the_secret_is_asked_for_once(tmp_path: Path) -> None:
    ways = [passphrase_way(word, salt=os.urandom(16), cost=CHEAP) for word in ("one", "two")]
    made = create_case(tmp_path / "case", ways=ways)
    asked: list[int] = []

    def ask() -> str:
        asked.append(1)
        return "two"

    assert open_case(made.root, secret=ask) == made
    assert asked == [1]


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_damaged_copy_of_every_key_file_is_mended(sealed: Case, which: int) -> None:
    sound = _bytes(sealed.root)
    files = [copies[which] for copies in _every_key_file(sealed)]
    for at, path in enumerate(files):
        path.unlink() if at % 2 else path.write_bytes(b"\x00" * 60)
    assert set(damaged_copies(open_case(sealed.root, secret=_say(WORDS), mend=False))) == set(files)
    assert open_case(sealed.root, secret=_say(WORDS)) == sealed
    assert _bytes(sealed.root) == sound
    assert damaged_copies(sealed) == ()


def test_two_damaged_copies_of_everything_are_mended_from_the_third(sealed: Case) -> None:
    sound = _bytes(sealed.root)
    for at, copies in enumerate(_every_key_file(sealed)):
        for path in (*copies[: at % 3], *copies[at % 3 + 1 :]):
            path.write_bytes(b"damaged")
    assert open_case(sealed.root, secret=_say(WORDS)) == sealed
    assert _bytes(sealed.root) == sound


def test_each_mended_copy_is_named(sealed: Case) -> None:
    path = slot_paths(sealed.keys, 1)[1]
    path.unlink()
    assert list(mended(sealed, dict(read_slots(sealed.keys)))) == [path]
    assert list(mended(sealed, dict(read_slots(sealed.keys)))) == []


def test_without_leave_to_mend_nothing_is_written(sealed: Case) -> None:
    for copies in _every_key_file(sealed):
        copies[1].write_bytes(b"damaged")
    before = _bytes(sealed.root)
    assert open_case(sealed.root, secret=_say(WORDS), mend=False) == sealed
    assert _bytes(sealed.root) == before


@pytest.mark.parametrize(("which", "step"), [(0, 1), (1, 16), (2, 16)])
def test_every_flipped_byte_in_one_copy_is_noticed_and_the_case_opens(
    sealed: Case, which: int, step: int
) -> None:
    # The same byte of every key file at once; each of the files has two copies left.
    sound = {copies[which]: copies[which].read_bytes() for copies in _every_key_file(sealed)}
    for at in range(0, max(map(len, sound.values())), step):
        flipped = [path for path, data in sound.items() if at < len(data)]
        for path in flipped:
            path.write_bytes(_with_flip(sound[path], at))
        opened = open_case(sealed.root, secret=_say(WORDS), mend=False)
        assert opened == sealed
        assert set(damaged_copies(opened)) == set(flipped)
        for path in flipped:
            path.write_bytes(sound[path])


def _with_flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]


def test_a_changed_digit_in_the_first_description_does_not_spread(sealed: Case) -> None:
    line = (sealed.root / "CASE").read_bytes()
    changed = line.replace(b'"role":"member"', b'"role":"waiting"')
    assert changed != line
    (sealed.root / "CASE").write_bytes(changed)
    assert open_case(sealed.root, secret=_say(WORDS)) == sealed
    assert {path.read_bytes() for path in case_paths(sealed.root)} == {line}


@pytest.mark.parametrize("name", ["case.age", "device.age"])
def test_a_key_file_that_is_lost_in_all_copies_is_exit_32(sealed: Case, name: str) -> None:
    for path in copies_of(sealed.keys / name):
        path.write_bytes(b"damaged")
    with pytest.raises(KeysDamagedError, match=name) as told:
        open_case(sealed.root, secret=_say(WORDS))
    assert told.value.exit_code == 32


def test_a_case_without_a_slot_says_that_no_way_is_left(sealed: Case) -> None:
    for path in slot_paths(sealed.keys, 1):
        path.unlink()
    with pytest.raises(KeysDamagedError, match="no way into the case"):
        open_case(sealed.root, secret=_never)


def test_key_files_of_another_case_do_not_pass(sealed: Case, tmp_path: Path) -> None:
    other = create_case(
        tmp_path / "other", ways=[passphrase_way(WORDS, salt=os.urandom(16), cost=CHEAP)]
    )
    for path in slot_paths(sealed.keys, 1):
        shutil.copy(other.keys / path.name, path)
    with pytest.raises(KeysDamagedError):
        open_case(sealed.root, secret=_say(WORDS))
    assert other.local_key is not None
    with pytest.raises(KeysDamagedError):
        open_with(sealed.root, other.local_key)


def test_a_changed_description_is_noticed(sealed: Case) -> None:
    line = (sealed.root / "CASE").read_bytes()
    for path in case_paths(sealed.root):
        path.write_bytes(line.replace(sealed.founder.encode(), b"00" * 16))
    with pytest.raises(KeysDamagedError, match="changed"):
        open_case(sealed.root, secret=_say(WORDS))


def test_the_local_key_opens_it_too(sealed: Case) -> None:
    assert sealed.local_key is not None
    assert open_with(sealed.root, sealed.local_key) == sealed


def test_a_locked_case_tells_its_id_and_gives_no_key(sealed: Case) -> None:
    locked = look_at(sealed.root)
    assert (locked.id, locked.founder, locked.role) == (sealed.id, sealed.founder, Role.MEMBER)
    assert (locked.local_key, locked.case_key, locked.own, locked.device) == (None, None, None, "")
    for ask in (lambda: locked.shared_key, lambda: locked.signer, lambda: locked.key_for("ring")):
        with pytest.raises(SealedAwayError, match="locked") as told:
            ask()
        assert told.value.exit_code == 31


def test_a_device_that_waits_has_no_case_key(tmp_path: Path) -> None:
    made = create_case(tmp_path / "waiting", role=Role.WAITING)
    opened = open_case(made.root)
    assert opened == made
    assert (opened.id, opened.founder, opened.case_key) == ("", "", None)
    assert not (made.keys / "case.age").exists()
    with pytest.raises(SealedAwayError, match="not joined"):
        opened.key_for("ring")
    assert damaged_copies(opened) == ()


def test_a_collector_knows_its_home_and_has_no_case_key(tmp_path: Path) -> None:
    home = new_device(Role.MEMBER, os.urandom).public
    made = create_case(tmp_path / "field", role=Role.COLLECTOR, home=home, case_id="0f" * 16)
    opened = open_case(made.root)
    assert (opened.home, opened.id, opened.case_key) == (home, "0f" * 16, None)
    assert opened.signer.public.role is Role.COLLECTOR
    with pytest.raises(SealedAwayError, match="only collects") as told:
        opened.shared_key  # noqa: B018  # asking is what is tried
    assert told.value.exit_code == 31


def test_a_folder_that_is_no_case_is_told_before_anybody_is_asked(tmp_path: Path) -> None:
    with pytest.raises(NotACaseError):
        open_case(tmp_path, secret=_never)


def _bytes(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_an_open_slot_that_somebody_put_there_is_passed_by(sealed: Case) -> None:
    planted = write_slot(open_way(), new_secret())
    for path in slot_paths(sealed.keys, 9):
        path.write_bytes(planted)
    opened = open_case(sealed.root, secret=_say(WORDS))
    assert (opened.local_key, opened.open) == (sealed.local_key, False)
    with pytest.raises(WrongPassphraseError):
        open_case(sealed.root)


def test_a_slot_for_the_same_passphrase_with_another_key_is_passed_by(sealed: Case) -> None:
    """Its recipient stands in the clear: anyone can wrap a key of their own for it."""
    ((_, found),) = read_slots(sealed.keys)
    mine = found.value
    assert mine is not None
    assert mine.cost is not None
    planted = NewSlot(
        way=Way.PASSPHRASE,
        label="",
        recipient=mine.recipient,
        described={"salt": mine.salt.hex(), "n": mine.cost.n, "r": mine.cost.r, "p": mine.cost.p},
    )
    own = [path.read_bytes() for path in slot_paths(sealed.keys, 1)]
    for path in slot_paths(sealed.keys, 1):
        path.write_bytes(write_slot(planted, new_secret()))
    for path, data in zip(slot_paths(sealed.keys, 2), own, strict=True):
        path.write_bytes(data)
    assert open_case(sealed.root, secret=_say(WORDS)).local_key == sealed.local_key
