"""What is damaged here is mended by a whole bundle of a device that has it, and nothing is lost."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from qantar.archive.bundle_format import Kind
from qantar.archive.case import Case
from qantar.archive.frame import Frame, cut_by_lengths
from qantar.archive.journal import append, read
from qantar.archive.lock import writing
from qantar.archive.mending import journals_set_aside
from qantar.archive.originals import list_originals, object_name, original_path
from qantar.archive.unlock import open_case
from qantar.errors import JournalBrokenError, KeysDamagedError
from qantar.workbench.devices import revoke
from qantar.workbench.erase import erase, plan_to_erase
from qantar.workbench.healing import ASK
from qantar.workbench.merge import merge
from qantar.workbench.merge_report import AlarmCode
from qantar.workbench.status import status
from qantar.workbench.team_entries import EraseReason
from qantar.workbench.verify import verify
from tests.faults.verifiers import independent

from .conftest import NOW
from .exchange import Exchange, digest, ids, items, note, state


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


@pytest.fixture
def team(tmp_path: Path) -> Exchange:
    return Exchange.begun(tmp_path)


@pytest.fixture
def bo(team: Exchange) -> Case:
    """A second device with all that the first one has, and something of its own."""
    made = team.joined("bo")
    team.take_in(made, "found")
    team.hand_over(made, team.home, "founder")
    team.hand_over(team.home, made, "bo")
    return made


def adopted(team: Exchange, case: Case, to: Case, name: str) -> dict[str, int]:
    """Hand over all that a device has; gives what was adopted of originals, by reason."""
    report = team.hand_over(case, to, name, whole=True)
    assert not report.refused
    return {one.reason: one.count for one in report.adopted if one.what == "original"}


MENDED = "it took the place of one that was damaged here"


@pytest.mark.parametrize("at", [10, 300, None])
def test_a_damaged_original_is_replaced_by_a_whole_bundle(
    team: Exchange, bo: Case, at: int | None
) -> None:
    """That was the advice, and merging gave "Nothing in it is new"."""
    path = original_path(team.home, list_originals(team.home)[0])
    path.write_bytes(path.read_bytes()[:-5]) if at is None else flip(path, at)
    (told,) = [one for one in verify(team.home).findings if one.check == "original"]
    assert "--whole" in told.next
    assert adopted(team, bo, team.home, "founder") == {MENDED: 1}
    after = verify(open_case(team.home.root))
    assert (after.exit_code, after.originals) == (0, 2)
    assert adopted(team, bo, team.home, "founder") == {}


def test_a_damaged_original_is_replaced_by_parts_in_any_order(team: Exchange, bo: Case) -> None:
    data = bytes(range(256)) * 1200
    team.take_in(bo, "large", data)
    team.hand_over(bo, team.home, "founder")
    large = max(
        (original_path(team.home, one) for one in list_originals(team.home)),
        key=lambda path: path.stat().st_size,
    )
    flip(large, 5000)
    parts = team.bundle(bo, "founder", whole=True, part_bytes=150_000)
    assert len(parts) > 1
    for part in reversed(parts):
        merge(team.home, [part], now=NOW)
    assert verify(open_case(team.home.root)).exit_code == 0


def test_a_sound_original_is_not_replaced_by_a_whole_bundle(team: Exchange, bo: Case) -> None:
    before = {name: original_path(team.home, name).read_bytes() for name in list_originals(bo)}
    assert adopted(team, bo, team.home, "founder") == {}
    for name, data in before.items():
        assert original_path(team.home, name).read_bytes() == data


def test_a_size_that_somebody_made_up_keeps_no_original_out(team: Exchange, bo: Case) -> None:
    told = next(one.body for one in read(team.home) if one.kind == "accession") or {}
    append(bo, kind="accession", body={**told, "size": int(str(told["size"])) + 1}, at=NOW)
    original_path(team.home, str(told["object"])).unlink()
    assert sum(adopted(team, bo, team.home, "founder").values()) == 1
    assert verify(open_case(team.home.root)).exit_code == 0


# Journals


def lane(case: Case, of: Case) -> Path:
    """The folder of another device's journal."""
    return case.journals / of.device


def frames_in(folder: Path) -> list[Frame]:
    return list(cut_by_lengths((folder / "0001.qj").read_bytes()))


def spoil(folder: Path, what: str) -> None:
    """Damage a journal in one place."""
    segment, last = folder / "0001.qj", frames_in(folder)[-1]
    match what:
        case "header":
            flip(segment, last.start + 40)
        case "body":
            flip(segment, last.end - 96 - 20)
        case "device.pub":
            flip(folder / "device.pub", 10)
        case "cut":
            segment.write_bytes(segment.read_bytes()[:-50])
        case _:
            segment.unlink()


def files(case: Case) -> dict[str, bytes]:
    """All that is in the folder of a case, but for its lock."""
    listed = (path for path in case.root.rglob("*") if path.is_file() and path.name != "lock")
    return {str(path.relative_to(case.root)): path.read_bytes() for path in listed}


DAMAGE = ("header", "body", "device.pub", "cut", "gone")


def whole(case: Case) -> None:
    """Hold that a case is sound to the last byte."""
    opened = open_case(case.root)
    assert [one for one in verify(opened).findings if one.check != "record"] == []
    assert list(read(opened))


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_journal_of_another_device_is_taken_whole_from_a_bundle(
    team: Exchange, bo: Case, what: str
) -> None:
    """One flipped byte in it once stopped every command, merge too, until it was removed by hand."""
    before, folder = ids(team.home), lane(team.home, bo)
    spoil(folder, what)
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    damaged = open_case(team.home.root)
    report = team.hand_over(bo, damaged, "founder", whole=True)
    (told,) = [one for one in report.alarms if one.code is AlarmCode.MENDED]
    assert told.device == bo.device
    (aside,) = journals_set_aside(damaged)
    assert aside.name in told.text
    assert {path.name: path.read_bytes() for path in aside.iterdir()} == kept
    assert ids(open_case(team.home.root)) >= before
    whole(team.home)
    assert digest(open_case(team.home.root)) == digest(bo)


def test_a_bundle_without_all_of_a_damaged_journal_changes_nothing(
    team: Exchange, bo: Case
) -> None:
    old = team.bundle(bo, "founder", whole=True)
    team.take_in(bo, "later")
    team.hand_over(bo, team.home, "founder")
    folder = lane(team.home, bo)
    flip(folder / "0001.qj", frames_in(folder)[-1].end - 96 - 20)
    damaged, before = open_case(team.home.root), files(team.home)
    with pytest.raises(JournalBrokenError) as told:
        merge(damaged, old, now=NOW)
    assert "--whole" in (told.value.next or "")
    assert files(team.home) == before
    merge(open_case(team.home.root), team.bundle(bo, "founder", whole=True), now=NOW)
    whole(team.home)


def test_what_still_reads_here_is_joined_with_what_a_bundle_brings(
    team: Exchange, bo: Case
) -> None:
    """The own journal, damaged in what others have; what they have not yet still reads."""
    for name in ("unseen", "unseen too"):
        team.take_in(team.home, name)
    before, folder = ids(team.home), team.home.journal
    flip(folder / "0001.qj", frames_in(folder)[1].end - 96 - 20)
    damaged = open_case(team.home.root)
    report = team.hand_over(bo, damaged, "founder", whole=True)
    assert AlarmCode.MENDED in [one.code for one in report.alarms]
    assert ids(open_case(team.home.root)) == before
    whole(team.home)
    team.take_in(open_case(team.home.root), "after")
    whole(team.home)


def test_an_entry_that_nobody_else_has_is_not_given_up(team: Exchange, bo: Case) -> None:
    for name in ("unseen", "unseen too"):
        team.take_in(team.home, name)
    folder = team.home.journal
    flip(folder / "0001.qj", frames_in(folder)[-2].end - 96 - 20)
    bundle = team.bundle(bo, "founder", whole=True)
    before = files(team.home)
    with pytest.raises(JournalBrokenError, match="has another body") as told:
        merge(open_case(team.home.root), bundle, now=NOW)
    assert told.value.next == ASK
    assert str(told.value).count(ASK) == 1
    assert files(team.home) == before


def test_what_was_here_is_not_told_as_new(team: Exchange, bo: Case) -> None:
    team.take_in(bo, "later")
    spoil(lane(team.home, bo), "body")
    report = team.hand_over(bo, open_case(team.home.root), "founder", whole=True)
    entries = {one.reason: one.count for one in report.adopted if one.what == "entry"}
    assert entries == {
        "it was here, in a journal that was damaged": 1,
        "new, signed and whole": 1,
    }


def test_of_several_bundles_the_one_that_mends_may_come_last(team: Exchange, bo: Case) -> None:
    old = team.bundle(bo, "founder", whole=True)
    team.take_in(bo, "later")
    team.hand_over(bo, team.home, "founder")
    new = team.bundle(bo, "founder", whole=True)
    spoil(lane(team.home, bo), "body")
    damaged = shutil.copytree(team.home.root, team.folder / "damaged")
    merge(open_case(team.home.root), [*old, *new], now=NOW)
    whole(team.home)
    with pytest.raises(JournalBrokenError, match="has another body"):
        merge(open_case(damaged), [*old, *old], now=NOW)


def test_a_bundle_that_does_not_mend_is_put_off_and_then_merged(team: Exchange, bo: Case) -> None:
    """The first one brings something of its own, and not the whole of the damaged journal."""
    cyd = team.joined("cyd")
    team.take_in(cyd, "of cyd")
    spoil(lane(team.home, bo), "body")
    bundles = [*team.bundle(cyd, "founder"), *team.bundle(bo, "founder", whole=True)]
    merge(open_case(team.home.root), bundles, now=NOW)
    assert ids(open_case(team.home.root)) >= ids(cyd)
    whole(team.home)


def test_two_damaged_journals_each_whole_in_another_bundle_are_both_mended(
    team: Exchange, bo: Case
) -> None:
    """Each of the two has built on the other, and has then gone on alone."""
    cyd = team.joined("cyd")
    team.hand_over(team.home, bo, "bo")
    for device, other, name in ((bo, cyd, "cyd"), (cyd, bo, "bo"), (bo, cyd, "cyd")):
        note(device, "to and fro")
        team.hand_over(device, other, name)
    for device in (bo, cyd):
        team.take_in(device, f"of {device.device}")
        team.hand_over(device, team.home, "founder")
    before = ids(team.home)
    for device in (bo, cyd):
        spoil(lane(team.home, device), "body")
    bundles = [path for one in (bo, cyd) for path in team.bundle(one, "founder", whole=True)]
    for number, order in enumerate((bundles, bundles[::-1])):
        home = open_case(shutil.copytree(team.home.root, team.folder / f"damaged-{number}"))
        report = merge(home, order, now=NOW)
        told = {one.device for one in report.alarms if one.code is AlarmCode.MENDED}
        assert told == {bo.device, cyd.device}
        assert ids(open_case(home.root)) == before
        whole(home)


def test_of_two_damaged_journals_the_one_that_came_whole_is_mended(
    team: Exchange, bo: Case
) -> None:
    """The other one is still told, and stays as it is until it comes too."""
    cyd = team.joined("cyd")
    team.take_in(cyd, "of cyd")
    team.hand_over(cyd, team.home, "founder")
    spoil(lane(team.home, bo), "body")
    spoil(lane(team.home, cyd), "gone")
    left = files(team.home)
    with pytest.raises(JournalBrokenError, match=cyd.device[:8]):
        team.hand_over(bo, open_case(team.home.root), "founder", whole=True)
    now = files(team.home)
    assert {name: data for name, data in now.items() if cyd.device in name} == {
        name: data for name, data in left.items() if cyd.device in name
    }
    team.hand_over(cyd, open_case(team.home.root), "founder", whole=True)
    whole(team.home)


def test_the_journal_of_a_device_that_was_shut_out_is_mended_too(team: Exchange, bo: Case) -> None:
    """Nobody had built on its last entries: they came before it was known to be shut out."""
    cyd = team.joined("cyd")
    team.hand_over(team.home, bo, "bo")
    team.hand_over(bo, cyd, "cyd")
    late = [note(bo, "late"), note(bo, "later")]
    team.hand_over(bo, team.home, "founder")
    revoke(open_case(cyd.root), "bo", now=NOW)
    team.hand_over(open_case(cyd.root), open_case(team.home.root), "founder")
    home = open_case(team.home.root)
    before, aside = ids(home), {one.id for one in state(home).set_aside}
    assert aside == {one.id for one in late}
    flip(lane(home, bo) / "0001.qj", frames_in(lane(home, bo))[0].end - 96 - 20)
    team.hand_over(bo, open_case(home.root), "founder", whole=True)
    home = open_case(home.root)
    assert ids(home) == before
    assert {one.id for one in state(home).set_aside} == aside
    team.take_in(home, "after")
    whole(home)


def test_what_came_later_of_a_device_that_was_shut_out_waits_all_the_same(
    team: Exchange, bo: Case
) -> None:
    revoke(open_case(team.home.root), "bo", now=NOW)
    before = ids(open_case(team.home.root))
    late = note(bo, "late")
    spoil(lane(team.home, bo), "header")
    report = team.hand_over(bo, open_case(team.home.root), "founder", whole=True)
    assert items(report, "waiting") == {("entry", "bo"): 1}
    assert ids(open_case(team.home.root)) == before
    assert late.id not in before
    assert verify(open_case(team.home.root)).exit_code == 0


def test_a_note_of_another_past_does_not_keep_a_journal_from_being_mended(
    team: Exchange, bo: Case
) -> None:
    """A device was copied; of its other past a note alone came, long before the damage."""
    cyd = team.joined("cyd")
    team.hand_over(team.home, bo, "bo")
    twin = open_case(Path(shutil.copytree(bo.root, team.folder / "twin")))
    note(bo, "one")
    note(twin, "another one")
    team.hand_over(bo, team.home, "founder")
    team.hand_over(twin, cyd, "cyd")
    (bundle,) = team.bundle(open_case(cyd.root), "founder")
    forged = team.forged(
        bundle, team.home, cyd.signer, lambda listed: [x for x in listed if x[0] != Kind.FRAMES]
    )
    merge(open_case(team.home.root), [forged], now=NOW)
    assert [one.check for one in verify(team.home).findings if one.check == "split"]
    before = ids(open_case(team.home.root))
    spoil(lane(team.home, bo), "body")
    team.hand_over(bo, open_case(team.home.root), "founder", whole=True)
    assert ids(open_case(team.home.root)) == before
    assert {one.check for one in verify(open_case(team.home.root)).findings} == {"record", "split"}


def test_a_merge_that_is_refused_writes_nothing(team: Exchange, bo: Case) -> None:
    """It once made the missing folder anew while it looked."""
    team.take_in(team.home, "unseen")
    team.hand_over(team.home, bo, "bo")
    old = team.bundle(bo, "founder")
    shutil.rmtree(team.home.journal)
    before = files(team.home)
    with pytest.raises(JournalBrokenError, match="missing"):
        merge(open_case(team.home.root), old, now=NOW)
    assert files(team.home) == before


def test_an_original_mended_with_another_key_leaves_no_false_alarm(
    team: Exchange, bo: Case, tmp_path: Path
) -> None:
    """Both took it in apart: the ring holds two records of one name."""
    data = b"the same bytes" * 100
    team.take_in(team.home, "same", data)
    team.take_in(bo, "same", data)
    team.hand_over(bo, team.home, "founder")
    name = object_name(team.home, hashlib.sha256(data).hexdigest())
    flip(original_path(team.home, name), 300)
    assert adopted(team, bo, team.home, "founder") == {MENDED: 1}
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("the case is open\n", encoding="utf-8")
    found = independent(team.home.root, passphrase=passphrase, witness=None)
    assert (found.exit, found.found) == (0, frozenset())


def test_an_own_journal_that_is_gone_comes_back_as_far_as_others_have_it(
    team: Exchange, bo: Case
) -> None:
    before = ids(team.home)
    shutil.rmtree(team.home.journal)
    report = merge(open_case(team.home.root), team.bundle(bo, "founder", whole=True), now=NOW)
    assert any("nobody else had seen" in one.text for one in report.alarms)
    assert ids(open_case(team.home.root)) == before
    whole(team.home)


def test_a_journal_that_was_set_aside_is_destroyed_by_an_erasure(team: Exchange, bo: Case) -> None:
    spoil(lane(team.home, bo), "body")
    case = open_case(team.home.root)
    team.hand_over(bo, case, "founder", whole=True)
    case = open_case(team.home.root)
    with writing(case):
        plan = plan_to_erase(case, ["a1"])
        erase(case, plan, reason=EraseReason.SAFETY, now=NOW, software="test")
    assert not journals_set_aside(case)


def test_a_journal_is_mended_from_what_was_set_aside_before(team: Exchange, bo: Case) -> None:
    """It is damaged again, in an entry that only the journal has which was set aside."""
    team.take_in(team.home, "unseen")
    before = ids(team.home)
    bundle = team.bundle(bo, "founder", whole=True)
    for at in (0, -1):
        segment = team.home.journal / "0001.qj"
        flip(segment, frames_in(team.home.journal)[at].end - 96 - 20)
        merge(open_case(team.home.root), bundle, now=NOW)
        assert ids(open_case(team.home.root)) == before
    assert len(journals_set_aside(team.home)) == 2
    whole(team.home)


def test_what_is_nowhere_else_outlives_an_erasure_and_comes_back(team: Exchange, bo: Case) -> None:
    """An old copy of a journal is put back after it was mended: nobody else had its newest."""
    earlier = shutil.copytree(team.home.journal, team.folder / "earlier")
    team.take_in(team.home, "unseen")
    before = ids(team.home)
    flip(team.home.journal / "0001.qj", frames_in(team.home.journal)[0].end - 96 - 20)
    team.hand_over(bo, open_case(team.home.root), "founder", whole=True)
    whole(team.home)
    shutil.rmtree(team.home.journal)
    earlier.rename(team.home.journal)
    case = open_case(team.home.root)
    (aside,) = journals_set_aside(case)
    told = [one.where for one in verify(case).findings if one.check == "stored"]
    assert f"inbox/{aside.name}/0001.qj" in told
    assert any("in no journal" in line for line in status(case).waiting())
    with writing(case):
        plan = plan_to_erase(case, ["a1"])
        erase(case, plan, reason=EraseReason.SAFETY, now=NOW, software="test")
    assert {frame.id.hex() for frame in frames_in(aside)} == before - ids(case)
    team.hand_over(bo, open_case(case.root), "founder")
    case = open_case(case.root)
    assert ids(case) > before
    assert not [line for line in status(case).waiting() if "in no journal" in line]
    destroy_all(case)
    assert not journals_set_aside(case)


def test_what_is_nowhere_else_outlives_an_erasure_when_its_signer_is_not_known_here(
    team: Exchange, bo: Case
) -> None:
    """Only `device.pub` said who signs it, in the journal and beside what was set aside."""
    said = note(bo, "unseen")
    team.hand_over(bo, team.home, "founder")
    aside = team.home.inbox / f"journal-1-{bo.device}"
    lane(team.home, bo).rename(aside)
    (aside / "device.pub").write_bytes(b"x")
    case = open_case(team.home.root)
    with writing(case):
        plan = plan_to_erase(case, ["a1"])
        erase(case, plan, reason=EraseReason.SAFETY, now=NOW, software="test")
    assert said.id in {frame.id.hex() for frame in frames_in(aside)}
    team.hand_over(bo, open_case(case.root), "founder", whole=True)
    assert said.id in ids(open_case(case.root))


def test_what_somebody_set_aside_of_a_device_that_was_shut_out_waits(
    team: Exchange, bo: Case
) -> None:
    """Whoever can write to the folder can put there what a device signed after it was shut out."""
    revoke(open_case(team.home.root), "bo", now=NOW)
    before = ids(open_case(team.home.root))
    late = note(bo, "late")
    shutil.copytree(bo.journal, team.home.inbox / f"journal-1-{bo.device}")
    case = open_case(team.home.root)
    report = merge(case, team.bundle(bo, "founder"), now=NOW)
    assert items(report, "waiting") == {("entry", "bo"): 1}
    assert ids(open_case(case.root)) == before
    assert late.id not in before


def destroy_all(case: Case) -> None:
    """Finish what was asked to be erased, once more."""
    with writing(case):
        plan = plan_to_erase(case, ["a2"])
        erase(case, plan, reason=EraseReason.SAFETY, now=NOW, software="test")


# The steps of docs/threat-model.md, "When something happens", followed to the letter.


def fault(case: Case) -> str:
    """What `verify` says to do about the first fault of a journal."""
    return next(one.next for one in verify(case).findings if one.check == "journal")


@pytest.mark.parametrize("own", [False, True])
def test_steps_for_a_signature_that_does_not_hold(team: Exchange, bo: Case, own: bool) -> None:  # noqa: FBT001  # a parameter of the test
    folder = team.home.journal if own else lane(team.home, bo)
    flip(folder / "0001.qj", frames_in(folder)[0].end - 10)
    assert "Move the folder of this journal out of the case" in fault(team.home)
    folder.rename(team.folder / "moved-out")
    merge(open_case(team.home.root), team.bundle(bo, "founder", whole=True), now=NOW)
    whole(team.home)


def test_steps_for_an_own_journal_of_which_nobody_has_the_damaged_part(
    team: Exchange, bo: Case
) -> None:
    team.take_in(team.home, "unseen")
    stored, folder = list_originals(team.home), team.home.journal
    flip(folder / "0001.qj", frames_in(folder)[-1].end - 96 - 20)
    folder.rename(team.folder / "moved-out")
    merge(open_case(team.home.root), team.bundle(bo, "founder", whole=True), now=NOW)
    case = open_case(team.home.root)
    assert any("no entry" in line for line in status(case).waiting())
    team.take_in(case, "unseen")
    whole(case)
    assert list_originals(case) == stored
    team.hand_over(case, bo, "bo")
    assert ids(open_case(bo.root)) == ids(case)


def test_steps_for_a_damaged_ring_with_a_copy(team: Exchange) -> None:
    copy = Path(shutil.copytree(team.home.ring, team.folder / "ring"))
    flip(team.home.ring / "0001.age", 100)
    with pytest.raises(KeysDamagedError, match="--join") as told:
        list(read(open_case(team.home.root)))
    assert "keys/ring" in (told.value.next or "")
    shutil.rmtree(team.home.ring)
    copy.rename(team.home.ring)
    whole(team.home)


def test_steps_for_a_damaged_ring_without_a_copy(team: Exchange, bo: Case) -> None:
    (bo.ring / "0001.age").unlink()
    with pytest.raises(KeysDamagedError):
        list(read(open_case(bo.root)))
    waits = team.waiting("bo again")
    team.hand_over(team.home, waits, "bo again", whole=True)
    case = open_case(waits.root)
    assert ids(case) == ids(team.home)
    assert list_originals(case) == list_originals(team.home)
    whole(case)
