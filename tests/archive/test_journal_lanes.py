"""Journals of several devices side by side: what goes from one case folder to another."""

from __future__ import annotations

import hmac
import itertools
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

import pytest
from msgspec import structs
from tests.archive import by_hand

from qantar.archive import frame as framing
from qantar.archive import ring
from qantar.archive.case import Case
from qantar.archive.derive import derive
from qantar.archive.frame import Frame
from qantar.archive.journal import (
    adopt,
    append,
    append_many,
    begin,
    head,
    heads,
    inspect,
    lanes,
    raw,
    read,
    torn_tails,
    verify_commitments,
    verify_signatures,
)
from qantar.archive.lanes import lane_named, taken_in
from qantar.archive.lock import writing
from qantar.archive.note import Checkpoint, Note, origin, parse, sign
from qantar.archive.own_device import new_device
from qantar.archive.tails import tail_of
from qantar.archive.taken import is_taken
from qantar.archive.tree import Row, root
from qantar.archive.unlock import open_case
from qantar.errors import JournalBrokenError
from qantar.model.device import Role
from qantar.model.entry import Entry, Ref

Fork = Callable[[Callable[[], object]], int]
AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


def _device(case: Case, path: Path, seed: int) -> Case:
    """Give another device's folder of the same case, with an empty journal of its own."""
    path.mkdir()
    for name in ("keys/ring", "journal", "inbox", "originals", "releases", "record", "witness"):
        (path / name).mkdir(parents=True)
    own = new_device(Role.MEMBER, Random(seed).randbytes)  # noqa: S311  # repeatable
    other = replace(case, root=path, own=own, cache={})
    begin(other)
    return other


@pytest.fixture
def other(case: Case, tmp_path: Path) -> Case:
    """Make a second device of the case."""
    return _device(case, tmp_path / "other", 1)


@pytest.fixture
def third(case: Case, tmp_path: Path) -> Case:
    """Make a third device of the case."""
    return _device(case, tmp_path / "third", 2)


def _note(case: Case, name: str | None = None) -> Note:
    return parse((case.journals / (name or case.device) / "head").read_bytes())


def _give(source: Case, target: Case, *, note: bool = True) -> int:
    """Bring all that `source` wrote to `target`, as a bundle does."""
    with writing(target):
        ring.add(target, ring.keys(source).items())
    frames = raw(source, source.device)
    public = source.signer.public
    return adopt(target, source.device, public, frames, _note(source) if note else None)


def _notes(case: Case, count: int, start: int = 0) -> list[Entry]:
    drafts = [("note", {"n": n}) for n in range(start, start + count)]
    return append_many(case, drafts, at=AT)


def test_what_is_adopted_is_read_beside_what_is_ones_own(case: Case, other: Case) -> None:
    ours, theirs = _notes(case, 3), _notes(other, 2)
    assert _give(other, case) == 2
    assert list(read(case, commitments=True)) == ours + theirs
    assert list(read(open_case(case.root))) == ours + theirs
    assert [lane.name for lane in lanes(case)] == [case.device, other.device]
    assert heads(case)[other.device] == heads(other)[other.device]
    assert [state.head_sound for state in inspect(case).lanes] == [True, True]
    verify_signatures(case)


def test_what_is_adopted_has_the_same_bytes(case: Case, other: Case) -> None:
    _notes(other, 4)
    _give(other, case)
    for name in ("0001.qj", "head", "device.pub"):
        assert (case.journals / other.device / name).read_bytes() == (
            other.journal / name
        ).read_bytes()


def test_only_what_is_new_is_added(case: Case, other: Case) -> None:
    theirs = _notes(other, 2)
    assert _give(other, case) == 2
    assert _give(other, case) == 0
    theirs += _notes(other, 3, start=2)
    assert _give(other, case) == 3
    assert list(read(case)) == theirs
    assert [frame.id.hex() for frame in raw(case, other.device, start=3)] == [
        entry.id for entry in theirs[3:]
    ]
    assert inspect(case).lanes[1].head.size == 5


@pytest.mark.parametrize("pieces", [(1, 1, 1), (3, 4, 2), (0, 5, 0, 4), (9,)])
def test_what_is_known_of_a_lanes_end_grows_with_what_is_added(
    case: Case, other: Case, third: Case, pieces: tuple[int, ...]
) -> None:
    """Kept from one addition to the next, it is what reading the lane anew finds."""
    for number in range(sum(pieces)):
        _notes(third, 1, start=number)
        _give(third, other)
        _notes(other, 1, start=number)  # names what came
    with writing(case):
        ring.add(case, ring.keys(other).items())
    listed, note = list(raw(other, other.device)), _note(other)
    for number in range(1, len(pieces) + 1):
        start, end = sum(pieces[: number - 1]), sum(pieces[:number])
        added = adopt(case, other.device, other.signer.public, listed[start:end], note)
        assert added == end - start
        lane = lane_named(case, other.device)
        kept = case.cache["journal"][lane.name]
        anew = tail_of(open_case(case.root), lane)
        assert (kept.end, kept.seen, kept.head) == (anew.end, anew.seen, anew.head)
        assert kept.frontier.root() == anew.frontier.root()
        assert tail_of(case, lane) is kept
    assert anew.head == note.checkpoint
    verify_signatures(open_case(case.root))


def test_an_entry_says_what_of_others_its_writer_had_and_says_it_once(
    case: Case, other: Case, third: Case
) -> None:
    _notes(case, 1)
    theirs, thirds = _notes(other, 2), _notes(third, 1)
    assert append(case, kind="note", body={}, at=AT).refs == ()
    _give(other, case)
    _give(third, case)
    expected = sorted(
        Ref(device.device, entry.seq, entry.id)
        for device, entry in ((other, theirs[-1]), (third, thirds[-1]))
    )
    first, second = append_many(case, [("note", {}), ("note", {})], at=AT)
    assert list(first.refs) == expected
    assert second.refs == ()
    assert append(open_case(case.root), kind="note", body={}, at=AT).refs == ()
    more = _notes(other, 1)
    _give(other, case)
    assert append(case, kind="note", body={}, at=AT).refs == (Ref(other.device, 3, more[0].id),)


def test_a_lane_bears_a_mark_that_only_the_case_key_makes(case: Case, other: Case) -> None:
    _notes(other, 1)
    _give(other, case)
    lane = derive(case.shared_key, "lane")
    for name in (case.device, other.device):
        spelt = b"qantar/v1/lane\0" + (case.id + name).encode("ascii")
        expected = hmac.new(lane, spelt, "sha256").hexdigest() + "\n"
        assert (case.journals / name / "taken").read_text("ascii") == expected


@pytest.mark.parametrize("damage", [None, b"", b"junk", b"0" * 64 + b"\n"])
def test_only_a_lane_with_a_sound_mark_is_referred_to_and_adopting_makes_it(
    case: Case, other: Case, damage: bytes | None
) -> None:
    theirs = _notes(other, 1)
    _give(other, case)
    mark = case.journals / other.device / "taken"
    sound = mark.read_bytes()
    mark.unlink() if damage is None else mark.write_bytes(damage)
    assert append(case, kind="note", body={}, at=AT).refs == ()
    assert _give(other, case) == 0
    assert mark.read_bytes() == sound
    assert append(case, kind="note", body={}, at=AT).refs == (Ref(other.device, 1, theirs[0].id),)


def test_a_mark_is_good_for_no_other_lane_and_no_other_case(case: Case, other: Case) -> None:
    key, folder = case.key_for("lane"), case.journals / other.device
    folder.mkdir()
    shutil.copy(case.journal / "taken", folder / "taken")
    assert is_taken(case.journal, case.id, key)
    assert not is_taken(folder, case.id, key)
    assert not is_taken(case.journal, other.device, key)
    assert not is_taken(case.journal, case.id, bytes(32))


def test_who_has_no_case_key_refers_to_nobody(case: Case, other: Case) -> None:
    _notes(other, 1)
    _give(other, case)
    assert [lane.name for lane in taken_in(case)] == [other.device]
    assert list(taken_in(replace(case, case_key=None, cache={}))) == []


def test_a_planted_lane_that_is_broken_stops_no_entry(case: Case) -> None:
    planted = case.journals / ("0" * 32)
    planted.mkdir()
    (planted / "device.pub").write_bytes(b"{}")
    (planted / "0001.qj").write_bytes(b"junk")
    assert append(case, kind="note", body={}, at=AT).refs == ()


def test_more_lanes_than_fit_into_a_header_are_named_one_entry_after_another(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qantar.archive.journal.MAX_REFS", 2)
    for number in range(5):
        device = _device(case, tmp_path / f"d{number}", number)
        _notes(device, 1)
        _give(device, case)
    told = [append(case, kind="note", body={}, at=AT).refs for _ in range(4)]
    assert [len(refs) for refs in told] == [2, 2, 1, 0]
    assert len({ref.device for refs in told for ref in refs}) == 5


def test_without_a_checkpoint_the_signatures_vouch(case: Case, other: Case) -> None:
    theirs = _notes(other, 3)
    assert _give(other, case, note=False) == 3
    assert list(read(case)) == theirs
    assert not inspect(case).lanes[1].head_sound
    _notes(other, 1, start=3)
    _give(other, case)
    assert inspect(case).lanes[1].head_sound


def test_a_checkpoint_of_more_than_came_is_left_out(case: Case, other: Case) -> None:
    """Entries may wait for others; the head must not lead."""
    ours, theirs = _notes(case, 1), _notes(other, 3)
    frames = itertools.islice(raw(other, other.device), 2)
    assert adopt(case, other.device, other.signer.public, frames, _note(other)) == 2
    state = inspect(case).lanes[1]
    assert (state.head.size, state.head_sound) == (2, False)
    assert adopt(case, other.device, other.signer.public, raw(other, other.device), _note(other))
    assert inspect(case).lanes[1].head.size == 3
    assert inspect(case).lanes[1].head_sound
    assert [entry.id for entry in read(case)] == [entry.id for entry in ours + theirs]


def test_an_older_checkpoint_never_takes_the_place_of_a_newer(case: Case, other: Case) -> None:
    _notes(other, 1)
    older = _note(other)
    _notes(other, 1)
    _give(other, case)
    newer = (case.journals / other.device / "head").read_bytes()
    adopt(case, other.device, other.signer.public, raw(other, other.device), older)
    assert (case.journals / other.device / "head").read_bytes() == newer


def test_a_checkpoint_of_other_entries_is_refused(case: Case, other: Case) -> None:
    _notes(other, 2)
    name = origin(case.id, other.device)
    wrong = sign(Checkpoint(origin=name, size=2, root=bytes(32)), other.signer.sign_seed)
    with pytest.raises(JournalBrokenError, match="of other entries"):
        adopt(case, other.device, other.signer.public, raw(other, other.device), wrong)
    assert not inspect(case).lanes[1].head_sound


def test_frames_that_do_not_follow_are_not_added(case: Case, other: Case) -> None:
    _notes(other, 3)
    frames = list(raw(other, other.device))
    for wrong in ([frames[1]], [frames[0], frames[2]]):
        with pytest.raises(ValueError, match="does not follow"):
            adopt(case, other.device, other.signer.public, wrong, None)
    assert list(read(case)) == []


def test_ones_own_entries_come_back_from_others(case: Case, other: Case, tmp_path: Path) -> None:
    """A folder restored from an old copy takes in what it had written since."""
    ours = _notes(case, 2)
    shutil.copytree(case.root, tmp_path / "old")
    ours += _notes(case, 2, start=2)
    _give(case, other)
    restored = open_case(tmp_path / "old")
    with writing(restored):
        ring.add(restored, ring.keys(other).items())
    note = _note(other, case.device)
    assert adopt(restored, case.device, case.signer.public, raw(other, case.device), note) == 2
    assert list(read(restored)) == ours
    assert append(restored, kind="note", body={}, at=AT).seq == 5
    assert inspect(restored).head_sound


def test_adopting_closes_segments_as_writing_does(case: Case, other: Case) -> None:
    page = "я" * 250_000
    theirs = append_many(other, [("note", {"n": n, "p": page}) for n in range(20)], at=AT)
    _give(other, case)
    names = sorted(path.name for path in (case.journals / other.device).glob("*.qj"))
    assert names == ["0001.qj", "0002.qj", "0003.qj"]
    assert list(read(case)) == theirs


class _Copied:
    """A device whose folder was copied: both copies go on writing as the same device."""

    def __init__(self, case: Case, tmp_path: Path) -> None:
        self.shared = _notes(case, 3)
        shutil.copytree(case.root, tmp_path / "copy")
        self.case, self.copy = case, open_case(tmp_path / "copy")
        self.ours, self.theirs = _notes(case, 2, start=10), _notes(self.copy, 2, start=20)
        self.name = f"{case.device}.{self.theirs[0].id}"

    def give(self, base: Row | None = None) -> int:
        """Bring the copy's branch to the first one, as merging does: what is not shared."""
        with writing(self.case):
            ring.add(self.case, ring.keys(self.copy).items())
        frames = raw(self.copy, self.copy.device, start=3)
        public = self.case.signer.public
        return adopt(self.case, self.name, public, frames, _note(self.copy), base=base)


def test_both_branches_of_a_copied_device_are_kept(case: Case, tmp_path: Path) -> None:
    copied = _Copied(case, tmp_path)
    assert copied.give() == 2
    everything = copied.shared + copied.ours + copied.theirs
    assert list(read(case, commitments=True)) == everything
    assert list(read(open_case(case.root))) == everything
    assert [lane.branch for lane in lanes(case)] == [False, True]
    assert heads(case)[copied.name] == heads(copied.copy)[case.device]
    assert inspect(case).lanes[1].head_sound
    assert [frame.id.hex() for frame in raw(case, copied.name)] == [e.id for e in copied.theirs]
    verify_signatures(case)


def test_a_branch_goes_on_and_is_referred_to(case: Case, tmp_path: Path) -> None:
    copied = _Copied(case, tmp_path)
    copied.give()
    more = _notes(copied.copy, 1)
    assert copied.give() == 1
    entry = append(case, kind="note", body={}, at=AT)
    assert entry.refs == (Ref(case.device, 6, more[0].id),)
    assert inspect(case).lanes[1].head_sound


def test_a_branch_of_a_branch_is_kept_too(case: Case, tmp_path: Path) -> None:
    copied = _Copied(case, tmp_path)
    copied.give()
    shutil.copytree(copied.copy.root, tmp_path / "again")
    again = open_case(tmp_path / "again")
    _notes(copied.copy, 1, start=30)
    last = _notes(again, 1, start=40)
    copied.give()
    with writing(case):
        ring.add(case, ring.keys(again).items())
    for first in "0", "f":  # whichever way the names are sorted
        name = f"{case.device}.{first}{last[0].id[1:]}"
        frames = raw(again, again.device, start=5)
        assert adopt(case, name, case.signer.public, frames, _note(again)) == 1
        assert [entry for entry in read(case) if entry.id == last[0].id] == last
        shutil.rmtree(case.journals / name)
        case.cache.clear()


def test_a_fork_in_the_very_first_entry_is_kept(case: Case, tmp_path: Path) -> None:
    shutil.copytree(case.root, tmp_path / "copy")
    copy = open_case(tmp_path / "copy")
    ours, theirs = _notes(case, 1), _notes(copy, 2, start=5)
    with writing(case):
        ring.add(case, ring.keys(copy).items())
    name = f"{case.device}.{theirs[0].id}"
    adopt(case, name, case.signer.public, raw(copy, copy.device), _note(copy))
    assert list(read(case)) == ours + theirs


def test_a_branch_begins_without_reading_what_it_branches_off_from(
    case: Case, tmp_path: Path
) -> None:
    copied = _Copied(case, tmp_path)
    before = Row([bytes.fromhex(entry.id) for entry in copied.shared + copied.theirs])
    segment = case.journal / "0001.qj"
    sound = segment.read_bytes()
    segment.write_bytes(b"no journal")
    case.cache.clear()
    assert copied.give(before) == 2
    segment.write_bytes(sound)
    assert heads(open_case(case.root))[copied.name] == heads(copied.copy)[case.device]


def test_a_branch_that_follows_from_nothing_is_told(case: Case, tmp_path: Path) -> None:
    copied = _Copied(case, tmp_path)
    copied.give()
    segment = case.journal / "0001.qj"
    frames = by_hand.cut(segment.read_bytes())
    segment.write_bytes(by_hand.joined(frames[:2]))
    (case.journal / "head").unlink()
    with pytest.raises(JournalBrokenError, match="follows from no entry of its device"):
        list(read(open_case(case.root)))


def test_damage_in_one_lane_names_that_lane(case: Case, other: Case) -> None:
    _notes(case, 1)
    _notes(other, 2)
    _give(other, case)
    segment = case.journals / other.device / "0001.qj"
    data = bytearray(segment.read_bytes())
    data[50] ^= 1
    segment.write_bytes(data)
    with pytest.raises(JournalBrokenError, match=f"entry 1 of the journal {other.device[:8]} is"):
        list(read(open_case(case.root)))


@pytest.mark.parametrize("damage", [b"", b"{}", b"junk"])
def test_a_lane_without_its_signer_is_told(case: Case, other: Case, damage: bytes) -> None:
    _notes(other, 1)
    _give(other, case)
    path = case.journals / other.device / "device.pub"
    path.write_bytes(damage)
    with pytest.raises(JournalBrokenError, match="who signs the journal"):
        list(read(case))
    path.unlink()
    with pytest.raises(JournalBrokenError, match="who signs the journal"):
        list(read(case))


def test_the_signer_of_another_device_is_not_taken_for_it(
    case: Case, other: Case, third: Case
) -> None:
    """Else a lane could be signed anew by whoever can write its folder."""
    _notes(other, 1)
    _give(other, case)
    folder = case.journals / other.device
    shutil.copy(third.journal / "device.pub", folder / "device.pub")
    seed = third.signer.sign_seed
    frames = [by_hand.changed(f, seed) for f in by_hand.cut((folder / "0001.qj").read_bytes())]
    (folder / "0001.qj").write_bytes(by_hand.joined(frames))
    with pytest.raises(JournalBrokenError, match="who signs the journal"):
        list(read(case))


def test_a_folder_that_was_being_made_is_no_journal_yet(case: Case, other: Case) -> None:
    _notes(other, 1)
    (case.journals / other.device).mkdir()
    assert [lane.name for lane in lanes(case)] == [case.device]
    _give(other, case)
    assert len(list(read(case))) == 1


def _killed_at(frames: list[Frame], count: int) -> Iterator[Frame]:
    yield from frames[:count]
    os.kill(os.getpid(), signal.SIGKILL)


def test_killed_between_any_two_frames_adopting_leaves_a_shorter_sound_lane(
    case: Case, other: Case, fork: Fork
) -> None:
    page = "я" * 400_000
    theirs = append_many(other, [("note", {"n": n, "p": page}) for n in range(11)], at=AT)
    frames = list(raw(other, other.device))
    with writing(case):
        ring.add(case, ring.keys(other).items())
    for count in range(12):
        coming = _killed_at(frames, count)
        work = partial(adopt, case, other.device, other.signer.public, coming, _note(other))
        assert os.waitpid(fork(work), 0)[1] == signal.SIGKILL
        got = list(read(open_case(case.root)))
        assert got == theirs[: len(got)]
    assert _give(other, case) == 11 - len(got)
    assert list(read(case)) == theirs
    assert inspect(case).lanes[1].head_sound


def test_ten_kills_at_any_moment_of_adopting_leave_a_sound_lane(
    case: Case, other: Case, fork: Fork
) -> None:
    theirs = append_many(other, [("note", {"n": n, "p": "x" * 20_000}) for n in range(300)], at=AT)
    frames, random = list(raw(other, other.device)), Random(5)  # noqa: S311  # repeatable
    with writing(case):
        ring.add(case, ring.keys(other).items())
    for _ in range(10):
        shutil.rmtree(case.journals / other.device, ignore_errors=True)
        pid = fork(lambda: adopt(case, other.device, other.signer.public, frames, _note(other)))
        time.sleep(random.random() * 0.15)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        got = list(read(open_case(case.root)))
        assert got == theirs[: len(got)]
        assert _give(other, case) == 300 - len(got)
        assert list(read(open_case(case.root))) == theirs
    assert head(case) == (0, "")


def test_what_was_torn_in_a_lane_of_others_is_set_aside(case: Case, other: Case) -> None:
    theirs = _notes(other, 2)
    _give(other, case)
    with (case.journals / other.device / "0001.qj").open("ab") as file:
        file.write(b"\0\0\1")
    assert inspect(case).lanes[1].torn_bytes == 3
    theirs += _notes(other, 1)
    _give(other, case)
    assert list(read(case)) == theirs
    assert [path.read_bytes() for path in torn_tails(case)] == [b"\0\0\1"]


def test_a_case_that_lacks_a_key_reads_the_entry_without_its_body(case: Case, other: Case) -> None:
    ours, theirs = _notes(case, 1), _notes(other, 2)
    adopt(case, other.device, other.signer.public, raw(other, other.device), _note(other))
    assert list(read(case)) == ours + [structs.replace(entry, body=None) for entry in theirs]
    verify_commitments(case)


def test_the_tree_of_a_lane_is_over_its_ids(case: Case, other: Case) -> None:
    theirs = _notes(other, 5)
    _give(other, case)
    assert heads(case)[other.device].root == root(bytes.fromhex(entry.id) for entry in theirs)
    assert framing.entry_id(next(raw(case, other.device)).header).hex() == theirs[0].id
