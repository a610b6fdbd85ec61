"""Ways into a case: added, replaced, taken away, recovered."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qantar.archive.age_keys import new_secret, recipient_of, spell
from qantar.archive.case import Case, look_at
from qantar.archive.journal import read
from qantar.archive.own_device import new_device
from qantar.archive.shares import join_shares, read_share
from qantar.archive.slots import LEAST_COST, NewSlot, ScryptCost, Way, passphrase_way, slot_paths
from qantar.archive.unlock import open_case
from qantar.errors import (
    CaseLockedError,
    DeviceError,
    NotCanonicalError,
    OutputExistsError,
    SealedAwayError,
    UsageError,
    WrongPassphraseError,
)
from qantar.model.device import Role
from qantar.workbench import keys
from qantar.workbench.create import create, create_collector, create_waiting
from qantar.workbench.team_entries import case_init_of

HOLD = """
import sys
from pathlib import Path
from qantar.archive.case import look_at
from qantar.archive.lock import writing
with writing(look_at(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""
NOW = datetime(2030, 2, 3, 4, 5, 6, tzinfo=UTC)


def _cheap(words: str, label: str = "") -> NewSlot:
    """A passphrase that is quick to try: what it costs is tried in tests of its own."""
    return passphrase_way(words, salt=os.urandom(16), cost=ScryptCost(n=2), label=label)


def _open(case: Case, words: str) -> Case:
    return open_case(case.root, secret=lambda: words)


@pytest.fixture
def sealed(tmp_path: Path) -> Case:
    made = create(
        tmp_path / "sealed", title="Winter", now=NOW, ways=[_cheap("old words", "office")]
    )
    return _open(made, "old words")


def test_the_first_entry_tells_the_title_and_the_founder(sealed: Case) -> None:
    (first,) = read(sealed)
    begun = case_init_of(first)
    assert (begun.title, begun.device) == ("Winter", sealed.signer.public)
    assert (first.device, first.at) == (sealed.founder, NOW.replace(second=0))


def test_a_title_that_is_no_text_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(NotCanonicalError):
        create(tmp_path / "case", title="\ud800", now=NOW)
    assert not (tmp_path / "case").exists()


def test_a_case_is_open_to_everyone_only_when_that_is_asked_for(
    sealed: Case, tmp_path: Path
) -> None:
    assert not sealed.open
    made = create(tmp_path / "open", title=None, now=NOW)
    assert open_case(made.root).open
    (way,) = keys.ways_in(made)
    assert way.words == "nothing: open to everyone"


def test_a_waiting_device_has_a_line_and_no_case(tmp_path: Path) -> None:
    made = create_waiting(tmp_path / "waiting", ways=[_cheap("its own words")])
    opened = _open(made, "its own words")
    assert (opened.role, opened.id) == (Role.WAITING, "")
    assert opened.signer.public.line(None).startswith("qantar1:-:member:")
    with pytest.raises(SealedAwayError):
        opened.key_for("ring")


def test_a_collector_seals_for_the_device_in_the_line(sealed: Case, tmp_path: Path) -> None:
    line = sealed.signer.public.line(sealed.id)
    made = open_case(create_collector(tmp_path / "field", home=line).root)
    assert (made.id, made.home, made.role) == (sealed.id, sealed.signer.public, Role.COLLECTOR)


def test_a_collector_needs_a_member_of_a_case(sealed: Case, tmp_path: Path) -> None:
    collector = new_device(Role.COLLECTOR, os.urandom).public
    for line, reason in (
        (sealed.signer.public.line(None), "not joined"),
        (collector.line(sealed.id), "only collects"),
        (sealed.signer.public.line(sealed.id)[:-1] + "?", "mistyped"),
        ("qantar1", "no device line"),
    ):
        with pytest.raises(DeviceError, match=reason) as told:
            create_collector(tmp_path / "field", home=line)
        assert told.value.exit_code == 33
    assert not (tmp_path / "field").exists()


def test_nothing_is_made_where_something_is(sealed: Case) -> None:
    line = sealed.signer.public.line(sealed.id)
    makers: tuple[Callable[[], Case], ...] = (
        lambda: create(sealed.root, title=None, now=NOW),
        lambda: create_waiting(sealed.root),
        lambda: create_collector(sealed.root, home=line),
    )
    for make in makers:
        with pytest.raises(OutputExistsError):
            make()
    assert _open(sealed, "old words") == sealed


def test_the_list_says_what_a_closed_case_shows(sealed: Case) -> None:
    number = keys.add(sealed, keys.device_slot(recipient_of(new_secret()), label=" stick "))
    slot_paths(sealed.keys, 1)[2].write_bytes(b"damaged")
    one, two = keys.ways_in(look_at(sealed.root))
    assert (one.number, one.words, one.damaged) == (1, "passphrase", ("slot-1.age.3",))
    assert (two.number, two.words) == (number, "age identity")
    assert [way.slot.label for way in (one, two) if way.slot] == ["office", "stick"]
    assert one.to_json()["scrypt"] == {"n": 2, "r": 8, "p": 1}
    assert two.to_json()["scrypt"] is None
    assert two.to_json()["damaged"] == []


def test_a_slot_lost_in_all_copies_is_listed_and_can_be_removed(sealed: Case) -> None:
    number = keys.add(sealed, _cheap("new words"))
    for path in slot_paths(sealed.keys, number):
        path.write_bytes(b"damaged")
    lost = keys.ways_in(sealed)[1]
    assert (lost.words, lost.slot, lost.to_json()["way"]) == ("damaged in all copies", None, None)
    keys.remove(sealed, number)
    assert [way.number for way in keys.ways_in(sealed)] == [1]


def test_an_added_way_opens_the_case_beside_the_old_one(sealed: Case) -> None:
    secret = new_secret()
    assert keys.add(sealed, _cheap("new words")) == 2
    assert keys.add(sealed, keys.device_slot(recipient_of(secret))) == 3
    for given in ("old words", "new words", spell(secret)):
        assert _open(sealed, given) == sealed


def test_a_removed_way_opens_nothing_and_leaves_no_file(sealed: Case) -> None:
    keys.add(sealed, _cheap("new words"))
    assert keys.remove(sealed, 1).number == 1
    with pytest.raises(WrongPassphraseError):
        _open(sealed, "old words")
    assert _open(sealed, "new words") == sealed
    assert [path for path in slot_paths(sealed.keys, 1) if path.exists()] == []


def test_the_last_way_in_is_never_removed(sealed: Case) -> None:
    with pytest.raises(UsageError, match="last way"):
        keys.remove(sealed, 1)
    number = keys.add(sealed, _cheap("new words"))
    for path in slot_paths(sealed.keys, number):
        path.write_bytes(b"damaged")
    with pytest.raises(UsageError, match="last way"):
        keys.remove(sealed, 1)  # the other one opens nothing
    assert _open(sealed, "old words") == sealed


def test_a_slot_that_is_not_there_is_not_removed(sealed: Case) -> None:
    with pytest.raises(UsageError, match="no slot 7"):
        keys.remove(sealed, 7)


def test_a_changed_passphrase_replaces_the_one_that_was_used(sealed: Case) -> None:
    keys.add(sealed, _cheap("other words"))
    assert keys.change(sealed, _cheap("new words", "office")) == 3
    with pytest.raises(WrongPassphraseError):
        _open(sealed, "old words")
    for given in ("new words", "other words"):
        assert _open(sealed, given) == sealed
    assert [way.number for way in keys.ways_in(sealed)] == [2, 3]


def test_only_a_passphrase_is_changed(sealed: Case, tmp_path: Path) -> None:
    secret = new_secret()
    keys.add(sealed, keys.device_slot(recipient_of(secret)))
    for case in (_open(sealed, spell(secret)), create(tmp_path / "open", title=None, now=NOW)):
        before = keys.ways_in(case)
        with pytest.raises(UsageError, match="not opened with a passphrase"):
            keys.change(case, _cheap("new words"))
        assert keys.ways_in(case) == before


def test_an_open_case_is_closed_by_adding_a_way_and_removing_the_open_one(tmp_path: Path) -> None:
    case = create(tmp_path / "open", title=None, now=NOW)
    keys.add(case, _cheap("new words"))
    assert open_case(case.root).open
    keys.remove(case, 1)
    with pytest.raises(WrongPassphraseError):
        open_case(case.root)
    assert not _open(case, "new words").open


def test_any_two_of_three_shares_open_the_case(sealed: Case) -> None:
    made = keys.make_shares(sealed, threshold=2, shares=3, label="board")
    assert (made.number, made.threshold, len(made.words)) == (2, 2, 3)
    for chosen in (made.words[:2], made.words[1:], made.words[::2]):
        opened = _open(sealed, spell(join_shares([read_share(words) for words in chosen])))
        assert (opened, opened.slot) == (sealed, 2)
    assert keys.ways_in(sealed)[1].words == "2-of-3 shares"
    assert made.words[0].split()[5] not in repr(made)


def test_shares_of_a_removed_slot_open_nothing(sealed: Case) -> None:
    made = keys.make_shares(sealed, threshold=2, shares=2)
    keys.remove(sealed, made.number)
    with pytest.raises(WrongPassphraseError):
        _open(sealed, spell(join_shares([read_share(words) for words in made.words])))


def test_no_word_of_a_share_is_kept(sealed: Case) -> None:
    made = keys.make_shares(sealed, threshold=2, shares=3)
    kept = b"".join(path.read_bytes() for path in sealed.root.rglob("*") if path.is_file())
    for words in made.words:
        assert words.encode() not in kept
        assert " ".join(words.split()[3:6]).encode() not in kept


@pytest.mark.parametrize(
    "cost",
    [ScryptCost(n=2**16), ScryptCost(n=2), ScryptCost(n=2**17, r=4), ScryptCost(n=2**20, r=1)],
)
def test_a_passphrase_that_is_cheap_to_guess_is_refused(cost: ScryptCost) -> None:
    with pytest.raises(UsageError, match="too cheap"):
        keys.passphrase_slot("correct horse", cost=cost)


def test_the_least_cost_is_accepted_and_stored(sealed: Case) -> None:
    number = keys.add(sealed, keys.passphrase_slot("correct horse", cost=LEAST_COST))
    stored = {way.number: way.slot for way in keys.ways_in(sealed)}[number]
    assert stored is not None
    assert (stored.cost, stored.way) == (LEAST_COST, Way.PASSPHRASE)
    assert _open(sealed, "correct horse") == sealed


def test_two_slots_of_one_passphrase_share_no_salt() -> None:
    one, other = (keys.passphrase_slot("correct horse", cost=LEAST_COST) for _ in range(2))
    assert one.recipient != other.recipient


@pytest.mark.parametrize("label", ["x" * 81, "two\nlines", "bell\x07", "\u202eback"])
def test_a_label_is_one_line_of_plain_text(label: str) -> None:
    with pytest.raises(UsageError, match="label"):
        keys.checked_label(label)
    assert keys.checked_label("  Бюро, комната 3 ") == "Бюро, комната 3"


def test_there_is_an_end_to_ways_in(sealed: Case) -> None:
    new = keys.device_slot(recipient_of(new_secret()))
    for _ in range(keys.MOST_WAYS - 1):
        keys.add(sealed, new)
    with pytest.raises(UsageError, match="32 ways"):
        keys.add(sealed, new)


def test_keys_are_not_touched_while_another_one_writes(sealed: Case) -> None:
    holder = subprocess.Popen(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-c", HOLD, str(sealed.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        for refused in (
            lambda: keys.add(sealed, _cheap("new words")),
            lambda: keys.remove(sealed, 1),
            lambda: keys.change(sealed, _cheap("new words")),
        ):
            with pytest.raises(CaseLockedError, match=str(holder.pid)):
                refused()
    assert [way.number for way in keys.ways_in(sealed)] == [1]
