"""A merge adopts what is sound, keeps what waits, refuses the rest, and says all three."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from qantar.archive import inbox, ring, witness
from qantar.archive.body import seal_body
from qantar.archive.bundle_format import Kind, pack_named
from qantar.archive.case import Case
from qantar.archive.frame import Header, frames, make_frame, spell_header
from qantar.archive.journal import append, inspect, read, verify_signatures
from qantar.archive.lock import writing
from qantar.archive.note import origin
from qantar.archive.originals import list_originals, object_name, original_path, verify
from qantar.archive.signing import Signer
from qantar.archive.unlock import open_case
from qantar.errors import BundleRefusedError, MissingPathError, SealedAwayError, WitnessedLossError
from qantar.model.canonical import JSON
from qantar.model.device import Role
from qantar.model.entry import Entry
from qantar.model.history import History
from qantar.workbench import arrivals, quarantine, room, team_entries
from qantar.workbench.arrivals import entry_of
from qantar.workbench.create import create_waiting
from qantar.workbench.devices import FOUNDER, invite, revoke
from qantar.workbench.erase import erase, plan_to_erase
from qantar.workbench.merge import merge
from qantar.workbench.merge_report import AlarmCode, MergeReport
from qantar.workbench.quarantine import Why
from qantar.workbench.renewal import renew
from qantar.workbench.roster import Aside
from qantar.workbench.status import status
from qantar.workbench.team_entries import EraseReason
from tests.faults.bundles import Records

from .conftest import NOW
from .exchange import Exchange, digest, ids, items, note, state


@pytest.fixture
def team(tmp_path: Path) -> Exchange:
    return Exchange.begun(tmp_path)


def alarms(report: MergeReport) -> list[AlarmCode]:
    return [one.code for one in report.alarms]


def refused(report: MergeReport) -> list[tuple[str, str, tuple[str, ...]]]:
    """What was refused: what it is, whose, and which."""
    return [(one.what, one.of, one.which) for one in report.refused]


def copy_of(case: Case, folder: Path) -> Case:
    return open_case(Path(shutil.copytree(case.root, folder)))


# The first bundle


def test_the_first_bundle_brings_the_case_to_a_device_that_waits(team: Exchange) -> None:
    waits = team.waiting("Aizhan")
    report = team.hand_over(team.home, waits, "Aizhan")
    assert (report.joined, report.case, report.refused) == (True, team.home.id, [])
    assert items(report, "adopted") == {("entry", FOUNDER): 3, ("original", ""): 1}
    case = open_case(waits.root)
    assert (case.role, case.id, case.founder) == (Role.MEMBER, team.home.id, team.home.device)
    assert (case.shared_key, case.device) == (team.home.shared_key, waits.device)
    assert ids(case) == ids(team.home)
    (one,) = state(case).accessions
    assert verify(case, one.original, size=one.size) == one.original
    assert note(case).refs


def test_who_was_not_let_in_does_not_join(team: Exchange) -> None:
    """A bundle that opens is not enough: the case itself must say that the device is in it."""
    invited = team.waiting("Aizhan")
    stranger = create_waiting(team.folder / "stranger")
    (path,) = team.bundle(team.home, "Aizhan")

    def for_the_stranger(records: Records) -> Records:
        kind, manifest = records[0]
        named = manifest.replace(invited.device.encode(), stranger.device.encode())
        return [(kind, named), *records[1:]]

    forged = team.forged(path, invited, team.home.signer, for_the_stranger, sealed_for=stranger)
    (one,) = merge(stranger, [forged], now=NOW).refused
    assert "let in" in one.reason
    assert open_case(stranger.root).role is Role.WAITING


def test_the_files_of_the_first_bundle_may_come_in_any_order(team: Exchange) -> None:
    waits = team.waiting("Aizhan")
    team.take_in(team.home, "large", os.urandom(300_000))
    paths = team.bundle(team.home, "Aizhan", part_bytes=64 * 1024)
    report = merge(waits, paths[::-1], now=NOW)
    assert (report.joined, report.refused, report.waiting) == (True, [], [])
    assert digest(open_case(waits.root)) == digest(team.home)


def test_a_case_key_that_does_not_fit_the_case_is_not_taken(team: Exchange) -> None:
    waits = team.waiting("Aizhan")
    (path,) = team.bundle(team.home, "Aizhan")

    def other_key(records: Records) -> Records:
        kind, manifest = records[0]
        key = team.home.shared_key.hex().encode()
        return [(kind, manifest.replace(key, os.urandom(32).hex().encode())), *records[1:]]

    (one,) = merge(waits, [team.forged(path, waits, team.home.signer, other_key)], now=NOW).refused
    assert "key" in one.reason
    assert open_case(waits.root).role is Role.WAITING


# Both ways


def test_both_ways_give_the_same_record(team: Exchange) -> None:
    other = team.joined("Aizhan")
    team.take_in(team.home, "third")
    team.take_in(other, "second")
    team.hand_over(other, team.home, FOUNDER)
    team.hand_over(team.home, other, "Aizhan")
    assert ids(team.home) == ids(other)
    assert digest(team.home) == digest(other)


def test_merging_twice_changes_nothing(team: Exchange) -> None:
    other = team.joined("Aizhan")
    team.take_in(other, "second")
    paths = team.bundle(other, FOUNDER)
    merge(team.home, paths, now=NOW)
    before = contents(team.home.root)
    report = merge(team.home, paths, now=NOW)
    assert (report.adopted, report.waiting, report.refused, report.alarms) == ([], [], [], [])
    assert list(report.lines()) == ["Nothing in it is new."]
    assert contents(team.home.root) == before


def contents(folder: Path) -> dict[Path, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files if not path.name.startswith("lock")}


def test_the_stick_is_never_written_to(team: Exchange) -> None:
    other = team.joined("Aizhan")
    (path,) = team.bundle(other, FOUNDER)
    path.chmod(0o400)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    merge(team.home, [path], now=NOW)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_parts_are_merged_in_any_order(team: Exchange) -> None:
    other = team.joined("Aizhan")
    team.take_in(team.home, "large", os.urandom(300_000))
    paths = team.bundle(team.home, "Aizhan", part_bytes=64 * 1024)
    assert len(paths) > 4
    for path in reversed(paths[1:]):
        report = merge(other, [path], now=NOW)
        assert not report.refused
    assert items(report, "waiting")[("original", "")] == 1
    last = merge(other, paths[:1], now=NOW)
    assert last.waiting == []
    assert items(last, "adopted")[("original", "")] == 1
    assert not list((other.inbox / "objects").iterdir())
    assert digest(other) == digest(team.home)


def test_status_tells_what_is_not_here_and_what_waits(team: Exchange) -> None:
    other = team.joined("Aizhan")
    team.take_in(team.home, "large", os.urandom(300_000))
    merge(other, team.bundle(team.home, "Aizhan", part_bytes=64 * 1024)[:1], now=NOW)
    found = status(other)
    assert (found.lacking, found.inbox) == (1, 0)
    assert any("1 original is not here" in line for line in found.waiting())
    field = team.collector("field", invited=False)
    note(field)
    team.hand_over(field, team.home, "home")
    found = status(team.home)
    assert (found.lacking, found.inbox) == (0, 1)
    assert any("wait in the inbox" in line for line in found.waiting())


def test_an_original_that_did_not_come_is_asked_for_and_comes_later(team: Exchange) -> None:
    other = team.joined("Aizhan")
    team.take_in(team.home, "large", os.urandom(300_000))
    paths = team.bundle(team.home, "Aizhan", part_bytes=64 * 1024)
    merge(other, paths[:1], now=NOW)
    (back,) = team.bundle(other, FOUNDER)
    merge(team.home, [back], now=NOW)
    report = team.hand_over(team.home, other, "Aizhan")
    assert items(report, "adopted") == {("original", ""): 1}
    assert digest(other) == digest(team.home)


def test_an_original_that_was_lost_comes_back_from_another_device(team: Exchange) -> None:
    other = team.joined("Aizhan")
    (one,) = state(team.home).accessions
    original_path(team.home, one.object).unlink()
    team.hand_over(team.home, other, "Aizhan")
    report = team.hand_over(other, team.home, FOUNDER)
    assert items(report, "adopted") == {("original", ""): 1}
    assert verify(team.home, one.original, size=one.size) == one.original


def test_the_same_bytes_of_two_devices_are_one_original(team: Exchange) -> None:
    other = team.joined("Aizhan")
    for case in (team.home, other):
        team.take_in(case, "same")
    report = team.hand_over(other, team.home, FOUNDER)
    assert items(report, "adopted") == {("entry", "Aizhan"): 1}
    assert len(list_originals(team.home)) == 2
    third = team.joined("Dana")
    assert digest(third) == digest(team.home)


# What is refused


def test_another_case_is_known_by_its_id(team: Exchange) -> None:
    other = team.joined("Aizhan")
    (path,) = team.bundle(team.home, "Aizhan")

    def of_another(records: Records) -> Records:
        kind, manifest = records[0]
        return [(kind, manifest.replace(team.home.id.encode(), b"0f" * 16)), *records[1:]]

    (one,) = merge(other, [team.forged(path, other, team.home.signer, of_another)], now=NOW).refused
    assert "another case" in one.reason


def test_a_bundle_that_its_sender_did_not_sign_is_refused(team: Exchange) -> None:
    other = team.joined("Aizhan")
    note(team.home)
    (path,) = team.bundle(team.home, "Aizhan")
    (one,) = merge(other, [team.forged(path, other, other.signer, list)], now=NOW).refused
    assert "did not sign" in one.reason


def test_the_others_go_on_when_one_is_refused(team: Exchange) -> None:
    other = team.joined("Aizhan")
    said = note(team.home)
    (path,) = team.bundle(team.home, "Aizhan")
    broken = team.folder / "broken"
    broken.write_bytes(path.read_bytes()[:-1])
    report = merge(other, [broken, path], now=NOW)
    assert items(report, "refused") == {("bundle", str(broken)): 1}
    assert said.id in ids(other)


def test_a_bundle_that_is_not_there_is_a_mistake_of_the_command(team: Exchange) -> None:
    with pytest.raises(MissingPathError):
        merge(team.home, [team.folder / "nowhere"], now=NOW)


def test_a_folder_is_told_from_a_bundle(team: Exchange) -> None:
    with pytest.raises(MissingPathError, match="this is a folder; name the bundle files in it"):
        merge(team.home, [team.folder], now=NOW)


def test_a_bundle_for_another_device_is_told_from_a_damaged_one(team: Exchange) -> None:
    other, third = team.joined("Aizhan"), team.joined("Dana")
    note(team.home)
    (path,) = team.bundle(team.home, "Aizhan")
    for case, name in ((third, "`--for Dana`"), (team.waiting("Ermek"), "the name of this device")):
        with pytest.raises(BundleRefusedError) as told:
            merge(case, [path], now=NOW).raise_if_refused()
        assert told.value.message == (
            "This bundle was made for another device; nothing was taken from it."
        )
        assert told.value.next is not None
        assert name in told.value.next
        assert "stick" not in told.value.next
    letter = team.folder / "letter.txt"
    letter.write_bytes(b"Dear all,")
    with pytest.raises(BundleRefusedError) as told:
        merge(other, [letter], now=NOW).raise_if_refused()
    assert (told.value.message, told.value.next) == (
        "This file is not a bundle.",
        "Check the path.",
    )
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BundleRefusedError, match="1 thing was refused") as told:
        merge(other, [path], now=NOW).raise_if_refused()
    assert "another stick" in str(told.value.next)


def test_a_collector_merges_nothing(team: Exchange) -> None:
    field = team.collector("field")
    team.waiting("Aizhan")
    with pytest.raises(SealedAwayError):
        merge(field, team.bundle(team.home, "Aizhan"), now=NOW)


def with_last_byte_flipped(records: Records, kind: Kind, *, back: int = 1) -> Records:
    """Flip a bit in each record of a kind, so many bytes before its end."""

    def flipped(data: bytes) -> bytes:
        at = len(data) - back
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    return [(k, flipped(data) if k == kind else data) for k, data in records]


def test_an_entry_with_another_signature_is_refused_alone(team: Exchange) -> None:
    """Also where a signed checkpoint vouches for it: it may have to stand alone one day."""
    other = team.joined("Aizhan")
    sound, last = note(team.home), note(team.home, "last")
    (path,) = team.bundle(team.home, "Aizhan")
    forged = team.forged(
        path, other, team.home.signer, lambda r: with_last_byte_flipped(r, Kind.FRAMES)
    )
    report = merge(other, [forged], now=NOW)
    assert refused(report) == [("entry", FOUNDER, (last.id[:12],))]
    assert sound.id in ids(other)
    assert last.id not in ids(other)
    verify_signatures(other)
    assert items(merge(other, [path], now=NOW), "adopted") == {("entry", FOUNDER): 1}


def test_another_body_than_was_signed_is_refused(team: Exchange) -> None:
    other = team.joined("Aizhan")
    said = note(team.home)
    (path,) = team.bundle(team.home, "Aizhan")
    forged = team.forged(
        path, other, team.home.signer, lambda r: with_last_byte_flipped(r, Kind.FRAMES, back=200)
    )
    report = merge(other, [forged], now=NOW)
    assert refused(report) == [("entry", FOUNDER, (said.id[:12],))]
    assert said.id not in ids(other)


def test_a_key_that_does_not_open_its_body_is_not_taken(team: Exchange) -> None:
    other = team.joined("Aizhan")
    said = note(team.home)
    (path,) = team.bundle(team.home, "Aizhan")

    def other_keys(records: Records) -> Records:
        return [(k, data[:-32] + os.urandom(32) if k == Kind.KEYS else data) for k, data in records]

    report = merge(other, [team.forged(path, other, team.home.signer, other_keys)], now=NOW)
    assert report.refused == []  # what one device has no key for, another has
    assert [one.code for one in report.alarms] == [AlarmCode.WITHOUT_BODY]
    assert bytes.fromhex(said.commitment) not in ring.keys(other)
    team.hand_over(team.home, other, "Aizhan", whole=True)
    assert next(one for one in read(other) if one.id == said.id).body == said.body


def test_other_bytes_under_the_name_of_an_original_are_refused_and_the_sender_named(
    team: Exchange,
) -> None:
    other = team.joined("Aizhan")
    team.take_in(team.home, "second")
    (path,) = team.bundle(team.home, "Aizhan")
    forged = team.forged(
        path, other, team.home.signer, lambda r: with_last_byte_flipped(r, Kind.OBJECT)
    )
    report = merge(other, [forged], now=NOW)
    (name,) = set(list_originals(team.home)) - set(list_originals(other))
    assert refused(report) == [("original", "", (name[:12],))]
    assert not (other.inbox / "objects").is_dir() or not list((other.inbox / "objects").iterdir())
    assert items(merge(other, [path], now=NOW), "adopted") == {("original", ""): 1}


def test_one_original_under_the_name_of_another_is_refused(team: Exchange) -> None:
    """Sound in itself, under its own key: only its hash tells."""
    other = team.joined("Aizhan")
    team.hand_over(other, team.home, FOUNDER)
    for name in ("second", "third"):
        team.take_in(team.home, name)
    (path,) = team.bundle(team.home, "Aizhan")

    def swapped(records: Records) -> Records:
        objects = [data for kind, data in records if kind == Kind.OBJECT]
        names = [data[:32] for data in objects]
        others = dict(zip(names, reversed(names), strict=True))
        keys = {
            data[:32]: data[32:] for kind, data in records if kind == Kind.KEYS and len(data) == 64
        }

        def exchanged(kind: int, data: bytes) -> tuple[int, bytes]:
            if kind == Kind.OBJECT:
                return kind, others[data[:32]] + data[32:]
            if kind == Kind.KEYS and data[:32] in others and len(data) == 64:
                return kind, others[data[:32]] + keys[data[:32]]
            return kind, data

        return [exchanged(kind, data) for kind, data in records]

    report = merge(other, [team.forged(path, other, team.home.signer, swapped)], now=NOW)
    assert sum(one.count for one in report.refused) == 2
    assert len(list_originals(other)) == 1


# What waits


def test_the_entries_of_a_device_that_nobody_let_in_wait_until_somebody_does(
    team: Exchange,
) -> None:
    field = team.collector("field", invited=False)
    team.take_in(field, "seen")
    (path,) = team.bundle(field)
    report = merge(team.home, [path], now=NOW)
    assert [(one.what, one.reason) for one in report.waiting] == [
        ("entry", Why.UNKNOWN_DEVICE),
        ("original", "no entry that is here names it yet"),
    ]
    assert report.refused == []
    assert len(state(team.home).accessions) == 1
    invite(team.home, field.signer.public.line(field.id), name="field", now=NOW)
    report = merge(team.home, [path], now=NOW)
    assert items(report, "adopted") == {("entry", "field"): 1, ("original", ""): 1}
    assert len(state(team.home).accessions) == 2


def test_strangers_do_not_fill_the_inbox(team: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever knows the line of a device can send it something."""
    monkeypatch.setattr(room, "MOST_OF_STRANGERS", 3)
    field = team.collector("field", invited=False)
    for text in "abcde":
        note(field, text)
    (path,) = team.bundle(field)
    for _ in range(2):
        report = merge(team.home, [path], now=NOW)
        assert sum(one.count for one in report.waiting) == 3
        assert sum(one.count for one in report.refused) == 2
    invite(team.home, field.signer.public.line(field.id), name="field", now=NOW)
    assert items(merge(team.home, [path], now=NOW), "adopted") == {("entry", "field"): 5}


def test_strangers_do_not_fill_the_inbox_with_few_long_entries(
    team: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = team.collector("field", invited=False)
    note(field, "short")
    note(field, "long" * 5000)
    monkeypatch.setattr(room, "MOST_BYTES_OF_STRANGERS", 4000)
    (path,) = team.bundle(field)
    report = merge(team.home, [path], now=NOW)
    assert sum(one.count for one in report.waiting) == 1
    assert sum(one.count for one in report.refused) == 1


def test_of_what_finds_no_room_nothing_is_kept_in_memory(
    team: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strangers are counted while they are read: what is beyond their room is never an entry."""
    monkeypatch.setattr(room, "MOST_OF_STRANGERS", 3)
    field = team.collector("field", invited=False)
    for number in range(40):
        note(field, str(number))
    made: list[str] = []

    def watched(name: str, header: Header, body: Mapping[str, JSON] | None) -> Entry:
        made.append(name)
        return entry_of(name, header, body)

    monkeypatch.setattr(arrivals, "entry_of", watched)
    (path,) = team.bundle(field)
    report = merge(team.home, [path], now=NOW)
    assert len(made) == 3
    (one,) = report.refused
    assert (one.what, one.count, one.of, len(one.which)) == ("entry", 37, field.device[:8], 3)
    said = [line for line in report.lines() if line.startswith("refused")]
    assert len(said) == 1
    assert said[0].startswith(f"refused: 37 entries of {field.device[:8]} (")
    assert "and 34 more): nobody let its device in, and too many" in said[0]
    assert one.to_json()["count"] == 37


def test_what_a_device_that_was_shut_out_sends_does_not_fill_the_inbox(
    team: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST_OF_SHUT_OUT", 3)
    other = team.joined("Aizhan")
    revoke(team.home, "Aizhan", now=NOW)
    first = [note(other, str(number)) for number in range(5)][:3]
    (path,) = team.bundle(other, FOUNDER)
    for _ in range(2):
        report = merge(team.home, [path], now=NOW)
        assert items(report, "waiting") == {("entry", "Aizhan"): 3}
        assert [(one.count, one.reason) for one in report.refused] == [(2, room.NoRoom.SHUT_OUT)]
    kept = frames((team.home.inbox / "waiting.qj").read_bytes())
    assert {frame.id.hex() for frame in kept} == {one.id for one in first}


def test_what_waits_does_not_fill_the_inbox_and_its_entries_can_come_again(
    team: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST_OF_MEMBERS", 3)
    other, third = team.joined("Aizhan"), team.joined("Dana")
    said = note(other)
    team.hand_over(other, team.home, FOUNDER)
    answers = [note(team.home, str(number)) for number in range(5)]
    (path,) = team.bundle(team.home, "Dana")
    forged = team.forged(path, third, team.home.signer, lambda r: without_lane(r, other.device))
    report = merge(third, [forged], now=NOW)
    assert items(report, "waiting") == {("entry", FOUNDER): 3}
    assert [(one.count, one.reason) for one in report.refused] == [(2, room.NoRoom.MEMBERS)]
    report = merge(third, [path], now=NOW)
    assert (report.waiting, report.refused) == ([], [])
    assert {said.id, *(one.id for one in answers)} <= ids(third)


def test_what_waits_takes_no_room_from_what_comes(
    team: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, third = team.joined("Aizhan"), team.joined("Dana")
    note(other)
    team.hand_over(other, team.home, FOUNDER)
    answers = [note(team.home, str(number)) for number in range(20)]
    sent = without(team, team.home, third, other.device)
    assert items(merge(third, [sent], now=NOW), "waiting") == {("entry", FOUNDER): 20}
    monkeypatch.setattr(arrivals, "MAX_ENTRIES", 15)
    team.hand_over(team.home, other, "Aizhan")
    merge(third, [without(team, other, third, team.home.device)], now=NOW)
    assert {one.id for one in answers} <= ids(third)


def test_who_lets_devices_in_is_believed_in_whatever_order_it_is_told(team: Exchange) -> None:
    """Who can be a member is found before anything else is read, from lane to lane."""
    second = team.joined("Aizhan")
    third = create_waiting(team.folder / "third")
    invite(second, third.signer.public.line(None), name="Dana", now=NOW)
    team.hand_over(second, third, "Dana")
    third = open_case(third.root)
    fourth = create_waiting(team.folder / "fourth")
    invite(third, fourth.signer.public.line(None), name="Ermek", now=NOW)
    team.hand_over(third, fourth, "Ermek")
    fourth = open_case(fourth.root)
    said = note(fourth)
    (path,) = team.bundle(fourth, FOUNDER)

    def backwards(records: Records) -> Records:
        return [*records[:1], *sorted(records[1:], key=lambda one: one[0] != Kind.FRAMES)[::-1]]

    report = merge(team.home, [team.forged(path, team.home, fourth.signer, backwards)], now=NOW)
    assert (report.waiting, report.refused) == ([], [])
    assert said.id in ids(team.home)


def test_nobody_lets_himself_in_by_an_entry_that_another_did_not_sign(team: Exchange) -> None:
    guest = team.collector("guest", invited=False)
    note(guest)
    (path,) = team.bundle(guest)
    kind, body = team_entries.device_admit("guest", guest.signer.public)
    key = os.urandom(32)
    sealed = seal_body(body, key)
    newest = inspect(team.home)
    header = Header(
        at=NOW.replace(second=0),
        commitment=sealed.commitment.hex(),
        case=team.home.id,
        device=team.home.device,
        kind=kind,
        prev=newest.id,
        refs=(),
        sealed=hashlib.sha256(sealed.ciphertext).hexdigest(),
        seq=newest.seq + 1,
    )
    frame = make_frame(spell_header(header), sealed.ciphertext, Signer(guest.signer.sign_seed))
    made = frame, sealed.commitment, key
    forged = team.forged(
        path, team.home, guest.signer, lambda r: with_entry(r, team.home.device, made)
    )
    report = merge(team.home, [forged], now=NOW)
    assert [one.reason for one in report.refused] == ["its device did not sign it"]
    assert [one.reason for one in report.waiting] == [Why.UNKNOWN_DEVICE]
    assert not report.adopted


def test_no_order_is_sought_among_what_strangers_say(
    team: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They can make a graph of a few thousand entries that takes gigabytes to follow."""
    field = team.collector("field", invited=False)
    note(field)
    seen: set[str] = set()

    def watched(entries: Iterable[Entry]) -> History:
        listed = list(entries)
        seen.update(one.device for one in listed)
        return History(listed)

    monkeypatch.setattr(quarantine, "History", watched)
    (path,) = team.bundle(field)
    merge(team.home, [path], now=NOW)
    assert seen == {team.home.device}


def test_nobody_claims_the_name_of_another_original(team: Exchange) -> None:
    """Else the true one would be held against a false hash, and refused."""
    other = team.joined("Aizhan")
    team.take_in(team.home, "second")
    sound = state(team.home).accessions[-1]
    claim: dict[str, JSON] = {"original": "0f" * 32, "object": sound.object, "size": 9}
    append(team.home, kind="estimate.seed", body=claim, at=NOW)
    report = team.hand_over(team.home, other, "Aizhan")
    assert report.refused == []
    assert sound.object in list_originals(other)


def test_what_waits_is_tried_again_and_stops_nothing_meanwhile(team: Exchange) -> None:
    other, third = team.joined("Aizhan"), team.joined("Dana")
    said = note(other)
    team.hand_over(other, team.home, FOUNDER)
    answer = note(team.home)
    assert [ref.id for ref in answer.refs] == [said.id]
    (path,) = team.bundle(team.home, "Dana")
    forged = team.forged(path, third, team.home.signer, lambda r: without_lane(r, other.device))
    report = merge(third, [forged], now=NOW)
    assert items(report, "waiting") == {("entry", FOUNDER): 1}
    assert report.waiting[0].reason == Why.PARENTS
    assert "--whole" in " ".join(report.lines())
    assert answer.id not in ids(third)
    note(third)
    report = merge(third, [path], now=NOW)
    assert report.waiting == []
    assert {said.id, answer.id} <= ids(third)
    assert (third.inbox / "waiting.qj").read_bytes() == b""


def without(team: Exchange, case: Case, to: Case, device: str) -> Path:
    """A bundle for Dana in which the entries of one device are missing."""
    (path,) = team.bundle(case, "Dana", whole=True)
    return team.forged(path, to, case.signer, lambda records: without_lane(records, device))


def without_lane(records: Records, device: str) -> Records:
    start = len(device).to_bytes(2, "big") + device.encode()
    return [one for one in records if not (one[0] == Kind.FRAMES and one[1].startswith(start))]


def test_what_a_device_wrote_after_it_was_shut_out_waits(team: Exchange) -> None:
    other = team.joined("Aizhan")
    before = note(other)
    team.hand_over(other, team.home, FOUNDER)
    revoke(team.home, "Aizhan", now=NOW)
    late = note(other)
    report = team.hand_over(other, team.home, FOUNDER)
    assert [(one.of, one.reason) for one in report.waiting] == [("Aizhan", Why.REVOKED_DEVICE)]
    assert alarms(report) == [AlarmCode.REVOKED_SENDER]
    assert before.id in ids(team.home)
    assert late.id not in ids(team.home)


def test_what_somebody_had_seen_before_he_heard_of_the_revocation_joins(team: Exchange) -> None:
    third = team.joined("Dana")
    other = team.joined("Aizhan")
    revoke(team.home, "Aizhan", now=NOW)
    late = note(other)
    team.hand_over(other, third, "Dana")
    seen = note(third)
    assert [ref.id for ref in seen.refs if ref.device == other.device] == [late.id]
    report = team.hand_over(third, team.home, FOUNDER)
    assert report.waiting == []
    assert {late.id, seen.id} <= ids(team.home)
    assert not state(team.home).set_aside


# Forks, rollbacks, other views


def test_both_branches_of_a_copied_device_are_kept_and_flagged(team: Exchange) -> None:
    other = team.joined("Aizhan")
    twin = copy_of(other, team.folder / "twin")
    said = [note(case, text) for case, text in ((other, "one"), (twin, "two"))]
    team.hand_over(other, team.home, FOUNDER)
    report = team.hand_over(twin, team.home, FOUNDER)
    assert alarms(report) == [AlarmCode.FORK]
    assert {one.id for one in said} <= ids(team.home)
    (fork,) = state(team.home).forks
    assert (fork.device, len(fork.branches)) == (other.device, 2)
    lanes = {state_.lane.name for state_ in inspect(team.home).lanes}
    assert lanes == {team.home.device, other.device, f"{other.device}.{said[1].id}"}
    third = team.joined("Dana")
    assert ids(third) == ids(team.home)
    verify_signatures(third)


def test_a_copied_device_learns_of_its_other_branch(team: Exchange) -> None:
    other = team.joined("Aizhan")
    twin = copy_of(other, team.folder / "twin")
    note(other, "one")
    note(twin, "two")
    team.hand_over(other, team.home, FOUNDER)
    report = team.hand_over(team.home, twin, "Aizhan", whole=True)
    assert AlarmCode.FORK in alarms(report)
    assert any("renew" in one.text for one in report.alarms)
    note(twin, "three")
    assert len(state(twin).forks) == 1


def test_a_device_put_back_gets_its_own_later_entries_again(team: Exchange) -> None:
    other = team.joined("Aizhan")
    backup = copy_of(other, team.folder / "backup")
    said = note(other)
    team.hand_over(other, team.home, FOUNDER)
    report = team.hand_over(team.home, backup, "Aizhan", whole=True)
    assert items(report, "adopted") == {("entry", "Aizhan"): 1}
    assert alarms(report) == []
    assert note(backup).prev == said.id


def test_nothing_is_signed_on_top_of_a_journal_of_which_others_saw_more(team: Exchange) -> None:
    other = team.joined("Aizhan")
    backup = copy_of(other, team.folder / "backup")
    note(other)
    team.hand_over(other, team.home, FOUNDER)
    report = team.hand_over(team.home, backup, "Aizhan")
    assert alarms(report) == [AlarmCode.BEHIND]
    with pytest.raises(WitnessedLossError, match="others saw 1"):
        note(backup)
    renew(backup, name=None, now=NOW)
    backup = open_case(backup.root)
    said = note(backup)
    team.hand_over(backup, team.home, FOUNDER)
    assert said.id in ids(team.home)


def test_fewer_entries_than_were_seen_raise_an_alarm(team: Exchange) -> None:
    other = team.joined("Aizhan")
    backup = copy_of(other, team.folder / "backup")
    note(other)
    team.hand_over(other, team.home, FOUNDER)
    report = team.hand_over(backup, team.home, FOUNDER)
    assert alarms(report) == [AlarmCode.ROLLBACK]
    assert "0 entries" in report.alarms[0].text
    assert report.refused == []


def test_two_views_of_one_journal_are_told_and_the_proof_is_kept(team: Exchange) -> None:
    """Somebody shows one journal to one and another to the other, of the same length."""
    other = team.joined("Aizhan")
    twin = copy_of(other, team.folder / "twin")
    note(other, "one")
    note(twin, "two")
    team.hand_over(other, team.home, FOUNDER)
    (path,) = team.bundle(twin, FOUNDER)
    forged = team.forged(path, team.home, twin.signer, lambda r: without_lane(r, other.device))
    report = merge(team.home, [forged], now=NOW)
    assert alarms(report) == [AlarmCode.SPLIT_VIEW]
    kept = [note_.checkpoint for note_ in witness.notes(team.home, other.device)]
    assert [one.size for one in kept] == [1, 1]
    assert len({one.root for one in kept}) == 2
    assert merge(team.home, [forged], now=NOW).alarms == []


# Witnesses


def test_the_sender_gets_its_checkpoint_back_cosigned(team: Exchange) -> None:
    other = team.joined("Aizhan")
    note(other)
    team.hand_over(other, team.home, FOUNDER)
    team.hand_over(team.home, other, "Aizhan")
    key = bytes.fromhex(team.home.signer.public.sign)
    name = origin(other.id, team.home.device)
    (kept,) = [n for n in witness.notes(other, other.device) if n.checkpoint.size == 1]
    assert kept.cosigned_at(name, key) == int(NOW.timestamp())
    assert kept.is_signed(bytes.fromhex(other.signer.public.sign))


def test_a_device_cosigns_a_checkpoint_once(team: Exchange) -> None:
    other = team.joined("Aizhan")
    note(other)
    for _ in range(3):
        team.hand_over(other, team.home, FOUNDER)
    (kept,) = witness.notes(team.home, other.device)
    assert len(kept.signatures) == 2


def test_what_a_device_said_to_have_is_kept(team: Exchange) -> None:
    other = team.joined("Aizhan")
    (one,) = state(other).accessions
    original_path(other, one.object).unlink()
    team.hand_over(other, team.home, FOUNDER)
    said = witness.holds_of(team.home, other.device)
    assert {lane: head.size for lane, head in said.heads.items()} == {
        other.device: 0,
        team.home.device: 3,
    }
    assert said.missing == (one.object,)


# What is not understood, and what was erased


def test_kinds_that_nobody_knows_are_passed_on(team: Exchange) -> None:
    other, third = team.joined("Aizhan"), team.waiting("Dana")
    said = append(other, kind="estimate.seed", body={"seed": 7}, at=NOW)
    team.hand_over(other, team.home, FOUNDER)
    team.hand_over(team.home, third, "Dana")
    third = open_case(third.root)
    assert said in list(read(third))
    assert state(third).unknown == {"estimate.seed": 1}


def test_an_entry_in_a_form_that_nobody_knows_stops_no_case(team: Exchange) -> None:
    other = team.joined("Aizhan")
    strange = append(other, kind="decision", body={"verdict": "perhaps"}, at=NOW)
    report = team.hand_over(other, team.home, FOUNDER)
    assert report.refused == []
    (aside,) = state(team.home).set_aside
    assert (aside.id, aside.reason) == (strange.id, Aside.UNKNOWN_FORM)
    assert digest(team.home) == digest(other)


def test_an_old_bundle_brings_nothing_back_that_was_erased(team: Exchange) -> None:
    other = team.joined("Aizhan")
    team.take_in(team.home, "second")
    old = team.bundle(team.home, "Aizhan")
    made = state(team.home).accessions[-1]
    kind, body = team_entries.erase([made.entry], [made.object], EraseReason.CONSENT_WITHDRAWN)
    append(team.home, kind=kind, body=body, at=NOW)
    new = team.bundle(team.home, "Aizhan")
    for paths in (new, old, new):
        report = merge(other, paths, now=NOW)
        assert report.refused == []
    assert made.object not in list_originals(other)
    assert bytes.fromhex(made.object) not in ring.keys(other)
    (entry,) = [one for one in read(other) if one.id == made.entry]
    assert entry.body is None
    assert bytes.fromhex(entry.commitment) not in ring.keys(other)
    assert state(other).state == state(team.home).state


def test_entries_without_their_bodies_are_told_of_and_healed_by_whoever_has_them(
    team: Exchange,
) -> None:
    other = team.joined("Aizhan")
    said = note(team.home, "to be held back")
    (path,) = team.bundle(team.home, "Aizhan")

    def without_keys(records: Records) -> Records:
        return [one for one in records if one[0] != Kind.KEYS]

    report = merge(other, [team.forged(path, other, team.home.signer, without_keys)], now=NOW)
    assert alarms(report) == [AlarmCode.WITHOUT_BODY]
    assert state(other).unreadable == (said.id,)
    team.hand_over(other, team.home, FOUNDER)
    team.hand_over(team.home, other, "Aizhan")
    assert state(other).unreadable == ()
    assert said in list(read(other))


# Collectors


def test_the_home_device_opens_what_a_collector_sealed(team: Exchange) -> None:
    field = team.collector("field")
    team.take_in(field, "seen")
    team.take_in(field, "seen")  # it cannot know that it has it already
    assert len(list_originals(field)) == 2
    report = team.hand_over(field, team.home, "home")
    assert items(report, "adopted") == {("entry", "field"): 2, ("original", ""): 1}
    made = [one for one in state(team.home).accessions if one.device == field.device]
    (sha256,) = {one.original for one in made}
    assert object_name(team.home, sha256) in list_originals(team.home)
    assert verify(team.home, sha256, size=made[0].size) == sha256
    other = team.joined("Aizhan")
    assert digest(other) == digest(team.home)


def test_a_collectors_old_bundle_brings_nothing_back_that_was_erased_at_home(
    team: Exchange,
) -> None:
    """It knows nothing of the erasure, and names its originals at random."""
    field = team.collector("field")
    team.take_in(field, "seen")
    (path,) = team.bundle(field)
    merge(team.home, [path], now=NOW)
    made = next(one for one in state(team.home).accessions if one.device == field.device)
    plan = plan_to_erase(team.home, [made.id])
    with writing(team.home):
        erase(team.home, plan, reason=EraseReason.SAFETY, now=NOW, software="test")
    keys = set(ring.keys(team.home))
    report = merge(team.home, [path], now=NOW)
    assert (report.adopted, report.waiting, report.refused) == ([], [], [])
    assert set(ring.keys(team.home)) == keys
    assert len(list_originals(team.home)) == 1
    assert inbox.count(team.home) == 0
    other = team.joined("Aizhan")
    assert digest(other) == digest(team.home)


# What a device of the case itself may forge


def forged_entry(case: Case, changed: Mapping[str, Any]) -> tuple[bytes, bytes, bytes]:
    """The next entry of a device, signed by it, with other things in its header; its key too.

    Returns:
        The frame, the commitment that it claims, and the key of its body.
    """
    lane = next(one for one in inspect(case).lanes if one.lane.own)
    key = os.urandom(32)
    sealed = seal_body({"text": "forged"}, key)
    header = Header(
        at=NOW.replace(second=0),
        commitment=sealed.commitment.hex(),
        case=case.id,
        device=case.device,
        kind="note",
        prev=lane.head.id,
        refs=(),
        sealed=hashlib.sha256(sealed.ciphertext).hexdigest(),
        seq=lane.head.size + 1,
    )._replace(**changed)
    frame = make_frame(spell_header(header), sealed.ciphertext, Signer(case.signer.sign_seed))
    return frame, bytes.fromhex(header.commitment), key


def with_entry(records: Records, device: str, made: tuple[bytes, bytes, bytes]) -> Records:
    frame, commitment, key = made
    return [
        *records,
        (Kind.KEYS, commitment + key),
        (Kind.FRAMES, pack_named(device, frame)),
    ]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"case": "0f" * 16}, "another case"),
        ({"sealed": "0f" * 32}, "not the one that it was signed with"),
        ({"device": "0f" * 16}, "stands among those of"),
    ],
)
def test_an_entry_that_is_not_what_its_own_device_says_is_refused(
    team: Exchange, changed: dict[str, str], why: str
) -> None:
    other = team.joined("Aizhan")
    note(other)
    (path,) = team.bundle(other, FOUNDER)
    made = forged_entry(other, changed)
    forged = team.forged(path, team.home, other.signer, lambda r: with_entry(r, other.device, made))
    report = merge(team.home, [forged], now=NOW)
    (one,) = report.refused
    assert why in one.reason
    assert ids(team.home) == ids(other)
    verify_signatures(team.home)


def test_an_entry_that_is_what_its_device_says_is_taken_in_the_same_way(team: Exchange) -> None:
    """Else the refusals above would prove nothing."""
    other = team.joined("Aizhan")
    (path,) = team.bundle(other, FOUNDER)
    made = forged_entry(other, {})
    sound = team.forged(path, team.home, other.signer, lambda r: with_entry(r, other.device, made))
    assert items(merge(team.home, [sound], now=NOW), "adopted") == {("entry", "Aizhan"): 1}


def test_a_body_without_its_key_is_held_against_its_hash_all_the_same(team: Exchange) -> None:
    """Nobody can open it here, and it would stand in the journal as damage."""
    other = team.joined("Aizhan")
    said = note(team.home)
    (path,) = team.bundle(team.home, "Aizhan")

    def spoilt(records: Records) -> Records:
        bare = [one for one in records if one[0] != Kind.KEYS]
        return with_last_byte_flipped(bare, Kind.FRAMES, back=200)

    report = merge(other, [team.forged(path, other, team.home.signer, spoilt)], now=NOW)
    assert refused(report) == [("entry", FOUNDER, (said.id[:12],))]
    assert said.id not in ids(other)


def manifest_changed(records: Records, before: str, after: str) -> Records:
    kind, manifest = records[0]
    return [(kind, manifest.replace(before.encode(), after.encode())), *records[1:]]


def test_a_bundle_sealed_for_this_device_and_meant_for_another_is_refused(team: Exchange) -> None:
    """Somebody who could open it may have sealed it anew."""
    other, third = team.joined("Aizhan"), team.joined("Dana")
    (path,) = team.bundle(team.home, "Aizhan")
    forged = team.forged(
        path, other, team.home.signer, lambda r: manifest_changed(r, other.device, third.device)
    )
    (one,) = merge(other, [forged], now=NOW).refused
    assert "not for this device" in one.reason


def test_another_key_or_another_founder_of_the_same_case_is_refused(team: Exchange) -> None:
    other = team.joined("Aizhan")
    (path,) = team.bundle(team.home, "Aizhan")
    key = team.home.shared_key.hex()
    for before, after, why in (
        (key, "0f" * 32, "another key"),
        (f'"founder":"{team.home.device}"', f'"founder":"{other.device}"', "made the case"),
    ):
        forged = team.forged(
            path,
            other,
            team.home.signer,
            lambda r, b=before, a=after: manifest_changed(r, b, a),  # type: ignore[misc]
        )
        (one,) = merge(other, [forged], now=NOW).refused
        assert why in one.reason


def test_what_others_built_on_is_kept_as_their_past_and_does_not_count(team: Exchange) -> None:
    """Taken in before the revocation was heard of, named after: the answer must not wait for ever."""
    third = team.joined("Dana")
    other = team.joined("Aizhan")
    revoke(team.home, "Aizhan", now=NOW)
    late = note(other)
    team.hand_over(other, third, "Dana")
    team.hand_over(team.home, third, "Dana")
    answer = note(third)
    assert len(answer.refs) == 2
    report = team.hand_over(third, team.home, FOUNDER)
    assert report.waiting == []
    assert {late.id, answer.id} <= ids(team.home)
    assert [one.id for one in state(team.home).set_aside] == [late.id]
    assert state(third).state == state(team.home).state


def test_whom_a_device_that_was_shut_out_let_in_is_a_stranger(team: Exchange) -> None:
    other = team.joined("Aizhan")
    revoke(team.home, "Aizhan", now=NOW)
    guest = create_waiting(team.folder / "guest")
    invite(other, guest.signer.public.line(None), name="guest", now=NOW)
    team.hand_over(other, guest, "guest")
    guest = open_case(guest.root)
    said = note(guest)
    report = team.hand_over(guest, team.home, FOUNDER)
    assert {(one.of, one.reason) for one in report.waiting} == {
        ("Aizhan", Why.REVOKED_DEVICE),
        (guest.device[:8], Why.UNKNOWN_DEVICE),
    }
    assert said.id not in ids(team.home)
