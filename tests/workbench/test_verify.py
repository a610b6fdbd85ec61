"""A check tells every fault of a case, tells faults from what is no harm, and changes nothing.

Most facts are held against both verifiers: Qantar's own, and the one that shares no
code with it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qantar.archive import ring
from qantar.archive.case import Case, device_file, look_at
from qantar.archive.frame import Frame, cut_by_lengths, read_header, to_bytes
from qantar.archive.journal import append, append_many, drop_bodies, heads, read
from qantar.archive.lock import writing
from qantar.archive.note import Checkpoint, Note, origin, parse, sign
from qantar.archive.originals import list_originals, original_path, put
from qantar.archive.own_device import new_device
from qantar.archive.slots import ScryptCost, open_way, passphrase_way, slot_paths, write_slot
from qantar.archive.tree import root
from qantar.archive.unlock import open_case
from qantar.archive.verify import Check
from qantar.errors import MissingPathError
from qantar.model.device import Role
from qantar.workbench import team_entries
from qantar.workbench.add import add
from qantar.workbench.create import create_collector
from qantar.workbench.devices import invite
from qantar.workbench.erase import erase, plan_pending, plan_to_erase
from qantar.workbench.publish import publish
from qantar.workbench.team_entries import EraseReason
from qantar.workbench.verify import verify
from tests.faults import children
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import PASSPHRASE, new_case
from tests.faults.verifiers import Outcome, independent, ours
from tests.workbench.conftest import NOW, rebuild
from tests.workbench.exchange import Exchange

Look = Callable[..., Outcome]

_NOBODY = 65534


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Let both verifiers look at a case; they must say the same."""
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("not the one, but the case is open\n", encoding="utf-8")

    def looked(case: Case, *, witness: Path | None = None, locked: bool = False) -> Outcome:
        one, other = (
            verifier(case.root, passphrase=passphrase, witness=witness, locked=locked)
            for verifier in (ours, independent)
        )
        assert one.on_what_both_check == other.on_what_both_check
        return one

    return looked


def checks(outcome: Outcome) -> set[str]:
    """What was found wrong, but for a record that is behind or was never built."""
    return {check for check, _ in outcome.found} - {"record"}


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def segment(case: Case) -> Path:
    return case.journal / "0001.qj"


def state_of(folder: Path) -> list[tuple[object, ...]]:
    """Everything that a write would change: names, bytes, times, modes."""
    return [
        (
            path.relative_to(folder),
            path.read_bytes() if path.is_file() else None,
            *((s := path.lstat()).st_mode, s.st_mtime_ns, s.st_ctime_ns),
        )
        for path in sorted([folder, *folder.rglob("*")])
    ]


def test_a_sound_case_is_found_sound(built: Case, look: Look) -> None:
    outcome = look(built)
    assert (outcome.exit, outcome.found) == (0, frozenset())
    assert outcome.verified == {
        "originals": 7,
        "entries": 8,
        "witnessed": 0,
        "witnesses": [],
        "devices": 1,
        "ok": True,
    }


def test_an_empty_case_is_found_sound(case: Case, look: Look) -> None:
    assert look(case).exit == 0
    assert look(case, locked=True).exit == 0


def test_it_writes_nothing_not_even_a_lock_or_a_mended_copy(built: Case, look: Look) -> None:
    flip(built.keys / "device.age.2", 60)
    flip(original_path(built, list_originals(built)[0]), 300)
    segment(built).write_bytes(segment(built).read_bytes() + b"unfinished")
    built.watermark.unlink()
    (built.root / "lock").unlink(missing_ok=True)
    before = state_of(built.root)
    assert checks(look(built)) == {"keys", "original", "tail"}
    look(built, locked=True)
    assert state_of(built.root) == before


def test_a_folder_that_nobody_may_write_to_is_checked(built: Case) -> None:
    def check(root: Path) -> None:
        if os.geteuid() == 0:
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
        with pytest.raises(PermissionError):
            (root / "lock").write_bytes(b"")
        assert verify(open_case(root, mend=False)).findings == ()

    with scratch_folder() as folder:
        root = Path(shutil.copytree(built.root, folder / "case"))
        folder.chmod(0o755)
        for path in (root, *root.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            assert children.wait(children.start(lambda: check(root))) == 0
        finally:
            for path in (root, *root.rglob("*")):
                path.chmod(0o755 if path.is_dir() else 0o644)


def test_one_bad_original_hides_no_other(built: Case, look: Look) -> None:
    names = list_originals(built)
    flip(original_path(built, names[0]), 300)
    flip(original_path(built, names[3]), 10)
    original_path(built, names[6]).unlink()
    outcome = look(built)
    bad = (names[0], names[3], names[6])
    wanted = frozenset(("original", f"originals/{name[:2]}/{name}") for name in bad)
    assert (outcome.exit, outcome.found) == (20, wanted)
    assert outcome.verified["originals"] == 7


def test_an_original_that_grew_or_lost_its_end_is_altered(built: Case, look: Look) -> None:
    one, other = (original_path(built, name) for name in list_originals(built)[:2])
    one.write_bytes(one.read_bytes() + b"\0")
    other.write_bytes(other.read_bytes()[:-1])
    assert look(built).exit == 20
    assert len(look(built).found) == 2


def test_a_damaged_entry_hides_none_behind_it(built: Case, look: Look) -> None:
    frames = list(cut_by_lengths(segment(built).read_bytes()))
    flip(segment(built), frames[2].start + 40)
    flip(segment(built), frames[5].start + 40)
    outcome = look(built)
    lane = f"journal/{built.device}"
    assert {one for one in outcome.found if one[0] != "stored"} == {
        ("journal", f"{lane} entry 3"),
        ("journal", f"{lane} entry 6"),
    }
    assert outcome.exit == 21


def test_a_broken_journal_hides_no_other_and_no_original(tmp_path: Path, look: Look) -> None:
    team = Exchange.begun(tmp_path)
    other = team.joined("second")
    team.take_in(other, "theirs")
    team.hand_over(other, team.home, "founder")
    for lane in (team.home.device, other.device):
        flip(team.home.journals / lane / "0001.qj", 60)
    for name in list_originals(team.home):
        flip(original_path(team.home, name), 300)
    outcome = look(team.home)
    assert {name.split()[0] for check, name in outcome.found if check == "journal"} >= {
        f"journal/{team.home.device}",
        f"journal/{other.device}",
    }
    assert "original" in checks(outcome)
    assert outcome.exit == 21


def test_cut_lengths_end_what_can_be_read_of_a_segment(built: Case, look: Look) -> None:
    frames = list(cut_by_lengths(segment(built).read_bytes()))
    flip(segment(built), frames[1].start)
    outcome = look(built)
    assert outcome.exit == 21
    assert outcome.verified["entries"] == 1


def test_what_is_missing_at_the_end_shows_by_the_head(built: Case, look: Look) -> None:
    frames = list(cut_by_lengths(segment(built).read_bytes()))
    segment(built).write_bytes(b"".join(map(to_bytes, frames[:-1])))
    outcome = look(built)
    assert ("journal", f"journal/{built.device}/head") in outcome.found
    assert outcome.exit == 21


def test_an_unfinished_write_and_a_damaged_head_are_no_fault(built: Case, look: Look) -> None:
    segment(built).write_bytes(segment(built).read_bytes() + to_bytes(last_frame(built))[:70])
    assert checks(look(built)) == {"tail"}
    assert look(built).exit == 0
    flip(built.journal / "head", 90)
    assert checks(look(built)) == {"tail", "head"}
    assert look(built).exit == 0


def test_without_a_head_sound_entries_behind_a_damaged_one_tell_of_the_damage(
    built: Case, look: Look
) -> None:
    frames = list(cut_by_lengths(segment(built).read_bytes()))
    (built.journal / "head").unlink()
    flip(segment(built), frames[3].start + 50)
    assert look(built).exit == 21
    segment(built).write_bytes(b"".join(map(to_bytes, frames[:3])))
    outcome = look(built)
    assert (outcome.exit, checks(outcome)) == (0, {"head", "stored"})


def test_a_journal_that_is_gone_is_missed(built: Case, look: Look) -> None:
    shutil.rmtree(built.journal)
    outcome = look(built)
    assert outcome.exit == 21
    assert ("journal", "journal") in outcome.found
    assert look(built, locked=True).exit == 21


def test_every_signature_is_checked_also_those_that_the_head_vouches_for(
    built: Case, look: Look
) -> None:
    frames = list(cut_by_lengths(segment(built).read_bytes()))
    flip(segment(built), frames[0].end - 5)
    outcome = look(built)
    assert outcome.found == {("journal", f"journal/{built.device} entry 1")}


def test_who_signs_must_be_there(built: Case, look: Look) -> None:
    flip(built.journal / "device.pub", 20)
    outcome = look(built)
    assert ("journal", f"journal/{built.device}/device.pub") in outcome.found
    assert outcome.exit == 21


def test_erased_material_is_not_missed(built: Case, look: Look) -> None:
    erase(built, plan_to_erase(built, ["a5"]), reason=EraseReason.SAFETY, now=NOW, software="test")
    outcome = look(built)
    assert (outcome.exit, outcome.found) == (0, frozenset())
    assert outcome.verified["originals"] == 6


def test_a_body_that_nobody_asked_to_erase_is_missed(built: Case, look: Look) -> None:
    frames = list(cut_by_lengths(segment(built).read_bytes()))
    drop_bodies(built, {frames[4].id.hex()})
    outcome = look(built)
    assert ("journal", f"journal/{built.device} entry 5") in outcome.found
    assert outcome.exit == 21
    assert look(built, locked=True).exit == 0


def test_a_key_that_is_gone_is_missed(built: Case, look: Look) -> None:
    frames = list(cut_by_lengths(segment(built).read_bytes()))
    commitment = bytes.fromhex(read_header(frames[1].header).commitment)
    # Another original than that entry's: which was said by nobody, nobody misses.
    told = next(entry for entry in read(built) if entry.seq == 2).body or {}
    name = next(one for one in list_originals(built) if one != told["object"])
    with writing(built):
        ring.forget(built, [bytes.fromhex(name), commitment])
    outcome = look(built)
    assert ("original", f"originals/{name[:2]}/{name}") in outcome.found
    assert ("journal", f"journal/{built.device} entry 2") in outcome.found
    assert outcome.exit == 21


def test_a_ring_that_does_not_open_takes_everything_with_it(built: Case, look: Look) -> None:
    flip(built.ring / "0001.age", 100)
    outcome = look(built)
    assert outcome.exit == 21
    assert "ring" in checks(outcome)


def test_damaged_copies_of_key_files_are_told_and_left(built: Case, look: Look) -> None:
    for name in ("slot-1.age", "case.age.3", "CASE.2", "device.age.2"):
        flip(built.keys / name, 30)
    outcome = look(built)
    assert (outcome.exit, checks(outcome)) == (0, {"keys"})
    assert len(outcome.found) == 4


def test_the_state_of_the_record_is_told(built: Case, look: Look) -> None:
    def told() -> str:
        (finding,) = verify(open_case(built.root, mend=False)).findings
        assert look(built).exit == 0
        return finding.found

    database, watermark = built.record_db.read_bytes(), built.watermark.read_bytes()
    append(built, kind="estimate.seed", body={"seed": 1}, at=NOW)
    assert told() == "a record that is outdated"
    rebuild(built)
    built.record_db.write_bytes(database)
    assert told() == "a record that is rolled back"
    built.watermark.write_bytes(watermark)
    assert told() == "a record that is outdated"
    built.watermark.unlink()
    assert told() == "a record that is damaged"
    built.record_db.unlink()
    assert told() == "a record that is missing"


def test_a_damaged_record_beside_a_broken_journal_is_told_too(built: Case) -> None:
    flip(segment(built), 60)
    built.watermark.unlink()
    found = {one.check.value for one in verify(built).findings}
    assert {"journal", "record"} <= found


def test_an_original_that_no_entry_names_is_told(built: Case, tmp_path: Path) -> None:
    path = tmp_path / "more.txt"
    path.write_bytes(b"stored, and then the power went")
    with path.open("rb") as file:
        stored = put(built, file)
    (finding,) = verify(built).findings
    assert (finding.check.value, finding.where) == (
        "stored",
        f"originals/{stored.object[:2]}/{stored.object}",
    )


def test_an_original_whose_only_entry_is_damaged_is_told_as_not_compared(
    built: Case, look: Look
) -> None:
    told = next(entry for entry in read(built) if entry.kind == "accession" and entry.body)
    name = (told.body or {})["object"]
    flip(segment(built), frame_of(built, told.seq).end - 96 - 20)
    outcome = look(built)
    assert (outcome.exit, checks(outcome)) == (21, {"journal", "stored"})
    (alone,) = (one for one in verify(built).findings if one.check is Check.STORED)
    assert alone.where.endswith(str(name))
    assert "could not be compared" in alone.words()


def test_a_kept_publication_that_is_altered_is_told(built: Case, tmp_path: Path) -> None:
    publish(
        built,
        tmp_path / "out",
        language="en",
        as_of=None,
        now=NOW,
        software="test",
        replace_old=False,
    )
    assert verify(built).findings == ()
    (kept,) = [path for path in built.releases.iterdir() if len(path.name) == 64]
    flip(kept, 300)
    report = verify(built)
    assert [one.check.value for one in report.findings] == ["release"]
    assert report.exit_code == 0


def test_locked_a_case_tells_of_its_journals_and_not_of_its_originals(
    built: Case, look: Look
) -> None:
    flip(original_path(built, list_originals(built)[0]), 300)
    outcome = look(built, locked=True)
    assert outcome.exit == 0
    assert outcome.verified["originals"] is None
    assert outcome.verified["entries"] == 8
    assert verify(look_at(built.root)).originals is None
    flip(segment(built), 60)
    assert look(built, locked=True).exit == 21


def test_a_collector_is_checked_as_far_as_it_can_open_itself(tmp_path: Path, look: Look) -> None:
    team = Exchange.begun(tmp_path)
    field = team.collector("field")
    team.take_in(field, "seen in the field")
    outcome = look(field)
    assert (outcome.exit, outcome.verified["originals"]) == (0, None)
    assert outcome.verified["entries"] == 1
    team.hand_over(field, team.home, "home")
    outcome = look(team.home)
    assert (outcome.exit, checks(outcome)) == (0, set())
    assert outcome.verified["originals"] == 2


def test_a_device_that_waits_has_nothing_to_check(tmp_path: Path, look: Look) -> None:
    waiting = Exchange.begun(tmp_path).waiting("second")
    assert look(waiting).exit == 0


def test_each_signature_of_a_long_journal_is_checked_in_its_place(case: Case, look: Look) -> None:
    """Long enough for several threads; the first, the last and one in the middle are others'."""
    append_many(case, [("estimate.seed", {"of": n}) for n in range(700)], at=NOW)
    frames = list(cut_by_lengths(segment(case).read_bytes()))
    wrong = (1, 350, len(frames))
    for number in wrong:
        flip(segment(case), frames[number - 1].end - 5)
    outcome = look(case)
    where = f"journal/{case.device} entry"
    assert {found for found in outcome.found if found[0] != "record"} == {
        ("journal", f"{where} {number}") for number in wrong
    }


def test_segments_must_all_be_there(case: Case, look: Look) -> None:
    large = [("estimate.seed", {"text": f"{n} " * 300_000}) for n in range(9)]
    append_many(case, large, at=NOW)
    rebuild(case)
    names = sorted(path.name for path in case.journal.glob("*.qj"))
    assert names == ["0001.qj", "0002.qj"]
    assert look(case).exit == 0
    second = (case.journal / "0002.qj").read_bytes()
    (case.journal / "0001.qj").unlink()
    assert look(case).exit == 21
    (case.journal / "0002.qj").rename(case.journal / "0001.qj")
    assert look(case).exit == 21
    (case.journal / "0001.qj").write_bytes(second * 9)
    assert look(case).exit == 21


def test_what_a_witness_saw_must_be_there(built: Case, look: Look, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "seen.note").write_bytes((built.journal / "head").read_bytes())
    outcome = look(built, witness=elsewhere)
    assert outcome.exit == 0
    assert outcome.verified["witnesses"] == [
        {"device": built.device, "entry": 8, "by": ["whoever kept seen.note"]}
    ]
    frames = list(cut_by_lengths(segment(built).read_bytes()))[:-1]
    segment(built).write_bytes(b"".join(map(to_bytes, frames)))
    (built.journal / "head").write_bytes(head_over(built, [frame.id for frame in frames]))
    assert look(built).exit == 0
    outcome = look(built, witness=elsewhere / "seen.note")
    assert outcome.exit == 22
    assert ("witness", "seen.note") in outcome.found
    # An altered original is less, a broken journal more.
    flip(original_path(built, list_originals(built)[0]), 300)
    assert look(built, witness=elsewhere).exit == 22
    flip(segment(built), 60)
    assert look(built, witness=elsewhere).exit == 21


def test_a_note_that_its_device_did_not_sign_witnesses_nothing(
    built: Case, look: Look, tmp_path: Path
) -> None:
    note = tmp_path / "seen.note"
    for data in (b"no note", head_over(built, [b"\1" * 32] * 99, seed=b"\2" * 32)):
        note.write_bytes(data)
        outcome = look(built, witness=note)
        assert (outcome.exit, outcome.found) == (0, frozenset({("note", "seen.note")}))
        assert outcome.verified["witnesses"] == []


def test_a_note_or_folder_that_is_not_there_is_no_witness(built: Case, tmp_path: Path) -> None:
    with pytest.raises(MissingPathError):
        verify(built, given=[tmp_path / "nowhere"])


def test_devices_of_a_team_witness_each_other(tmp_path: Path, look: Look) -> None:
    team = Exchange.begun(tmp_path)
    other = team.joined("second")
    team.take_in(other, "theirs")
    team.hand_over(other, team.home, "founder")
    outcome = look(team.home)
    assert (outcome.exit, checks(outcome)) == (0, set())
    seen = {one["device"]: one for one in outcome.verified["witnesses"]}
    assert seen[team.home.device]["entry"] == 3
    assert seen[team.home.device]["by"][0].startswith(f"device {other.device} at 2030-02-03T04:05Z")
    # What others saw of this device's own journal must be there; of theirs, what it saw itself.
    for lane, size in ((team.home.device, 2), (other.device, 0)):
        before = {p: p.read_bytes() for p in (team.home.journals / lane).iterdir()}
        path = team.home.journals / lane / "0001.qj"
        frames = list(cut_by_lengths(path.read_bytes()))[:size]
        path.write_bytes(b"".join(map(to_bytes, frames)))
        assert any(check == "witness" for check, _ in look(team.home).found)
        for name, data in before.items():
            name.write_bytes(data)


def test_what_only_third_devices_saw_need_not_have_come_here(tmp_path: Path, look: Look) -> None:
    team = Exchange.begun(tmp_path)
    other = team.joined("second")
    append(other, kind="estimate.seed", body={"seed": 1}, at=NOW)
    size = heads(other)[other.device].size
    note = sign(
        Checkpoint(
            origin=origin(other.id, other.device), size=size, root=heads(other)[other.device].root
        ),
        other.signer.sign_seed,
    )
    folder = team.home.witness / other.device
    folder.mkdir(exist_ok=True)
    (folder / "0000000001-00000000.note").write_bytes(note.to_bytes())
    team.hand_over(team.home, other, "second")
    outcome = look(team.home)
    assert (outcome.exit, checks(outcome)) == (0, {"behind"})
    # Without keys, a device that has no journal here is nobody that could have signed.
    outcome = look(team.home, locked=True)
    assert (outcome.exit, checks(outcome)) == (0, {"note"})


def test_a_note_of_a_device_that_is_not_known_here_binds_nobody(
    built: Case, look: Look, tmp_path: Path
) -> None:
    """Who has no key of the case makes a device up, or signs nothing at all, for any number."""
    stranger = new_device(Role.MEMBER, secrets.token_bytes)
    name = stranger.public.id
    checkpoint = Checkpoint(origin=origin(built.id, name), size=99, root=b"\1" * 32)
    signed = sign(checkpoint, stranger.sign_seed)
    folder = built.witness / name
    folder.mkdir(parents=True)
    for note in (Note(checkpoint=checkpoint, signatures=()), signed):
        for path in (folder / "0000000099-01010101.note", tmp_path / "brought.note"):
            path.write_bytes(note.to_bytes())
        for locked in (False, True):
            outcome = look(built, witness=tmp_path / "brought.note", locked=locked)
            assert outcome.exit == 0
            assert outcome.found == {
                ("note", f"witness/{name}/0000000099-01010101.note"),
                ("note", "brought.note"),
            }
            assert outcome.verified["witnesses"] == []


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize(
    ("seed", "code", "check"), [(None, 22, "witness"), (b"\2" * 32, 0, "note")]
)
def test_a_note_binds_whoever_brought_it_if_its_device_signed_it(
    built: Case,
    look: Look,
    tmp_path: Path,
    *,
    seed: bytes | None,
    code: int,
    check: str,
    locked: bool,
) -> None:
    note = tmp_path / "brought.note"
    note.write_bytes(head_over(built, [b"\1" * 32] * 99, seed=seed))
    outcome = look(built, witness=note, locked=locked)
    assert outcome.exit == code
    assert outcome.found == {(check, "brought.note")}
    kept = built.witness / built.device / "0000000099-00000000.note"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(note.read_bytes())
    outcome = look(built, locked=locked)
    assert outcome.exit == code
    assert outcome.found == {(check, f"witness/{built.device}/{kept.name}")}


def test_a_cosignature_counts_only_of_a_device_of_the_case(built: Case, look: Look) -> None:
    stranger = new_device(Role.MEMBER, secrets.token_bytes)
    name = stranger.public.id
    head = parse((built.journal / "head").read_bytes())
    seen = head.cosign(origin(built.id, name), stranger.sign_seed, 2_000_000_000)
    folder = built.witness / built.device
    folder.mkdir(parents=True)
    (folder / "0000000008-00000000.note").write_bytes(seen.to_bytes())
    for locked in (False, True):
        assert look(built, locked=locked).verified["witnesses"] == []
    # With its half of a journal beside it, it is still nobody that was let in.
    planted = built.journals / name
    planted.mkdir()
    (planted / "device.pub").write_bytes(device_file(stranger.public))
    outcome = look(built)
    assert (outcome.exit, outcome.verified["witnesses"]) == (0, [])
    own = Checkpoint(origin=origin(built.id, name), size=99, root=b"\1" * 32)
    kept = built.witness / name / "0000000099-01010101.note"
    kept.parent.mkdir()
    kept.write_bytes(sign(own, stranger.sign_seed).to_bytes())
    outcome = look(built, witness=kept)
    assert outcome.exit == 0
    assert ("note", f"witness/{name}/{kept.name}") in outcome.found


def test_an_open_way_in_that_somebody_put_there_is_passed_by(tmp_path: Path) -> None:
    passphrase = tmp_path / "passphrase"
    made = new_case(tmp_path / "case")
    passphrase.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    foreign = write_slot(open_way(), secrets.token_bytes(32))
    for path in slot_paths(made.keys, 9):
        path.write_bytes(foreign)
    for look_at_it in (ours, independent):
        assert look_at_it(made.root, passphrase=passphrase, witness=None).exit == 0
    passphrase.write_text("another\n", encoding="utf-8")
    for look_at_it in (ours, independent):
        assert look_at_it(made.root, passphrase=passphrase, witness=None).exit == 30


def test_a_device_that_nobody_let_in_may_not_write(tmp_path: Path, look: Look) -> None:
    team = Exchange.begun(tmp_path)
    stranger = create_collector(
        tmp_path / "stranger", home=team.home.signer.public.line(team.home.id)
    )
    team.take_in(stranger, "unasked")
    shutil.copytree(stranger.journal, team.home.journals / stranger.device)
    outcome = look(team.home)
    assert ("journal", f"journal/{stranger.device}") in outcome.found
    assert outcome.exit == 21
    invite(team.home, stranger.signer.public.line(stranger.id), name="field", now=NOW)
    assert look(team.home).exit == 0


def admission(case: Case) -> int:
    """Number of the founder's entry that lets a device in."""
    return next(entry.seq for entry in read(case) if entry.kind == "device.admit")


def frame_of(case: Case, seq: int) -> Frame:
    return list(cut_by_lengths(segment(case).read_bytes()))[seq - 1]


@pytest.mark.parametrize("where", ["header", "body"])
def test_nobody_is_accused_while_damage_hides_who_was_let_in(
    tmp_path: Path, look: Look, where: str
) -> None:
    """One flipped byte in the founder's journal once made a stranger of everybody let in by it."""
    team = Exchange.begun(tmp_path)
    bo = team.joined("bo")
    team.take_in(bo, "found")
    team.hand_over(bo, team.home, "founder")
    home, seq = team.home, admission(team.home)
    frame = frame_of(home, seq)
    flip(segment(home), frame.start + 40 if where == "header" else frame.end - 96 - 20)
    outcome = look(home)
    assert ("device", f"journal/{bo.device}") in outcome.found
    assert ("journal", f"journal/{bo.device}") not in outcome.found
    assert ("journal", f"journal/{home.device} entry {seq}") in outcome.found
    assert outcome.exit == 21
    hidden = f"cannot be told while journal/{home.device} entry {seq} is damaged"
    about = [one for one in verify(home).findings if bo.device in one.where]
    said = [one.words() for one in about if one.check in ("device", "note")]
    assert said
    assert all(hidden in words for words in said)


def test_damage_in_the_journal_of_a_stranger_hides_nothing(tmp_path: Path, look: Look) -> None:
    team = Exchange.begun(tmp_path)
    stranger = create_collector(
        tmp_path / "stranger", home=team.home.signer.public.line(team.home.id)
    )
    team.take_in(stranger, "unasked")
    team.take_in(stranger, "again")
    shutil.copytree(stranger.journal, team.home.journals / stranger.device)
    path = team.home.journals / stranger.device / "0001.qj"
    flip(path, 40)
    assert ("journal", f"journal/{stranger.device}") in look(team.home).found


@pytest.mark.parametrize("more", [1, 10_000])
def test_a_size_that_somebody_made_up_is_no_fault_of_the_original(
    case: Case, tmp_path: Path, look: Look, more: int
) -> None:
    path = tmp_path / "sound.txt"
    path.write_bytes(b"sound" * 100)
    add(case, paths=[path], sheet_path=None, now=NOW, acknowledge=lambda _: None)
    told = next(entry.body for entry in read(case) if entry.kind == "accession") or {}
    append(case, kind="accession", body={**told, "size": 500 + more}, at=NOW)
    outcome = look(case)
    last = max(entry.seq for entry in read(case))
    assert (outcome.exit, checks(outcome)) == (0, {"stated"})
    assert ("stated", f"journal/{case.device} entry {last}") in outcome.found
    assert outcome.verified["originals"] == 1
    flip(original_path(case, str(told["object"])), 300)
    assert (look(case).exit, checks(look(case))) == (20, {"original"})


def test_an_erasure_that_stopped_half_way_is_told(built: Case) -> None:
    """With its keys and files still here, a case was once found sound without a word."""
    plan = plan_to_erase(built, ["a5"])
    kind, body = team_entries.erase(plan.new.entries, plan.new.objects, EraseReason.SAFETY)
    request = append(built, kind=kind, body=body, at=NOW).id
    (told,) = [one for one in verify(built).findings if one.check == "erasure"]
    assert told.where == f"request {request[:16]}"
    assert "sealed files: 1" in told.words()
    assert "qantar erase CASE --pending" in told.next
    assert verify(built).exit_code == 0
    with writing(built):
        erase(built, plan_pending(built), reason=None, now=NOW, software="test")
    assert not list(verify(built).findings)


def test_what_is_found_is_said_in_plain_words(built: Case, tmp_path: Path) -> None:
    flip(segment(built), frame_of(built, 2).end - 96 - 20)
    names = list_originals(built)
    for name in names:
        flip(original_path(built, name), 30)  # where the age library would advise to upgrade it
    (built.witness / built.device).mkdir(exist_ok=True)
    (built.witness / built.device / "0000000001-00000000.note").write_bytes(b"?")
    said = [one.words() for one in verify(built).findings]
    lane = f"journal: journal/{built.device} entry 2"
    assert any(one.startswith(f"{lane}: entry 2 was changed after it was signed.") for one in said)
    note = "this note is damaged, or not from a device of this case; it proves nothing"
    assert any(note in one for one in said)
    damaged = [one for one in said if one.startswith("original: ")]
    # The changed entry may be what tells of one of them, which then cannot be compared.
    alone = [one for one in said if one.startswith("stored: ")]
    assert len(damaged) + len(alone) == len(names)
    assert len(alone) <= 1
    assert all("could not be compared" in one for one in alone)
    assert all("sealed under another key" in one for one in damaged)
    assert all("pgrade" not in one and "\n" not in one for one in said)


def test_a_copied_device_is_told_of_and_is_no_fault(tmp_path: Path, look: Look) -> None:
    team = Exchange.begun(tmp_path)
    other = team.joined("second")
    copied = Path(shutil.copytree(other.root, tmp_path / "copy"))
    for folder, name in ((other.root, "here"), (copied, "there")):
        team.take_in(open_case(folder), name)
        team.hand_over(open_case(folder), team.home, "founder")
    outcome = look(team.home)
    assert (outcome.exit, checks(outcome)) == (0, {"fork"})


def test_a_writer_at_work_does_not_make_a_sound_case_look_unsound(case: Case) -> None:
    def work() -> None:
        writing_here = open_case(case.root)
        while True:
            append(writing_here, kind="estimate.seed", body={"seed": 1}, at=NOW)

    append(case, kind="estimate.seed", body={"seed": 0}, at=NOW)
    child = children.start(work)
    try:
        for _ in range(10):
            assert verify(open_case(case.root, mend=False)).exit_code == 0
    finally:
        children.kill(child)
        children.wait(child)
    assert verify(open_case(case.root, mend=False)).entries > 2


def test_a_signature_that_others_would_let_pass_is_none(built: Case, look: Look) -> None:
    """S and S + L sign the same for a careless library (RFC 8032, 8.4)."""
    data = bytearray(segment(built).read_bytes())
    end = next(cut_by_lengths(bytes(data))).end
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(data[end - 32 : end], "little") + order
    data[end - 32 : end] = scalar.to_bytes(32, "little")
    segment(built).write_bytes(data)
    outcome = look(built)
    assert outcome.found == {("journal", f"journal/{built.device} entry 1")}


@pytest.mark.parametrize("white", ["\x85", "\u2028", "\x1c", "é"])
def test_a_signer_of_an_odd_name_is_nobody(built: Case, look: Look, white: str) -> None:
    head = built.journal / "head"
    head.write_bytes(head.read_bytes().replace("— qantar".encode(), f"— qan{white}tar".encode()))
    assert (look(built).exit, checks(look(built))) == (0, {"head"})


def test_a_head_with_a_letter_of_another_alphabet_is_damaged(built: Case, look: Look) -> None:
    """An underscore stands for a slash in another Base64, and is a letter to a pattern."""
    head = built.journal / "head"
    sound = head.read_bytes()
    for at in range(0, len(sound), 11):
        head.write_bytes(sound[:at] + b"_" + sound[at + 1 :])
        assert checks(look(built)) == {"head"}


def last_frame(case: Case) -> Frame:
    return list(cut_by_lengths(segment(case).read_bytes()))[-1]


def head_over(case: Case, ids: list[bytes], *, seed: bytes | None = None) -> bytes:
    """A head of the case's own journal, over these entries."""
    checkpoint = Checkpoint(origin=origin(case.id, case.device), size=len(ids), root=root(ids))
    return sign(checkpoint, seed or case.signer.sign_seed).to_bytes()


@pytest.mark.parametrize("name", ["0001 (conflicted copy).qj", "x.qj", "1.qj", "0001.qj.bak"])
def test_files_of_others_beside_a_journal_are_nobody_s_concern(
    built: Case, look: Look, name: str
) -> None:
    """A folder that is synced between machines collects them."""
    shutil.copy(segment(built), built.journal / name)
    assert look(built).exit == 0


def test_names_that_a_stranger_gave_cannot_steer_a_terminal(built: Case) -> None:
    (built.witness / "\x1b[31mRED\x1b[0m\a\u202e.note").write_text("x")
    tool = Path(__file__).parents[2] / "tools" / "verify_case.py"
    passphrase = built.root.parent / "p"
    passphrase.write_text("any, for the case is open\n")
    ran = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, tool, built.root, "--passphrase-file", passphrase],
        capture_output=True,
        text=True,
        check=False,
    )
    assert r"\x1b[31mRED" in ran.stdout
    assert ran.stdout.replace("\n", "").isprintable()


def test_what_is_not_there_is_named_by_the_independent_verifier(built: Case) -> None:
    tool = Path(__file__).parents[2] / "tools" / "verify_case.py"
    for option in ("--passphrase-file", "--witness"):
        ran = subprocess.run(  # noqa: S603  # our own program
            [sys.executable, tool, built.root, option, "nothing"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, "nothing is not there" in ran.stderr) == (2, True)


def test_a_slot_that_somebody_put_there_is_told(built: Case, look: Look) -> None:
    stranger = passphrase_way("other words", salt=secrets.token_bytes(16), cost=ScryptCost(n=2))
    for path in slot_paths(built.keys, 7):
        path.write_bytes(write_slot(stranger, secrets.token_bytes(32)))
    outcome = look(built)
    assert (outcome.exit, ("keys", "keys/slot-7.age") in outcome.found) == (0, True)
