"""The journal gives back what was put into it, in order."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.signing import VerifyKey
from tests.archive import by_hand

from qantar.archive import opening, ring
from qantar.archive.body import open_body
from qantar.archive.case import Case, create_case, look_at
from qantar.archive.collected import collected
from qantar.archive.journal import (
    append,
    append_many,
    head,
    heads,
    inspect,
    read,
    torn_tails,
    verify_commitments,
    verify_signatures,
)
from qantar.archive.lock import writing
from qantar.archive.note import origin, parse
from qantar.archive.segments import SEGMENT_BYTES
from qantar.archive.tree import root
from qantar.archive.unlock import open_case
from qantar.errors import NotCanonicalError, SealedAwayError
from qantar.model.canonical import JSON
from qantar.model.device import Role

Fork = Callable[[Callable[[], object]], int]
SystemCalls = Callable[[Callable[[], object]], list[str]]
AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)
BODIES: st.SearchStrategy[dict[str, JSON]] = st.dictionaries(
    st.text(st.characters(max_codepoint=127), max_size=5),
    st.none()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    max_size=4,
)


def _segment(case: Case) -> bytes:
    return (case.journal / "0001.qj").read_bytes()


def test_an_entry_on_the_disk_is_what_the_formats_page_describes(case: Case) -> None:
    body: dict[str, JSON] = {"name": "Саяқкент", "size": 3}
    append(case, kind="note", body={}, at=AT)
    entry = append(case, kind="original.add", body=body, at=AT)
    first, second = by_hand.cut(_segment(case))
    assert second.says() == {
        "at": "2022-01-06T14:05Z",
        "body": entry.commitment,
        "case": case.id,
        "device": case.device,
        "kind": "original.add",
        "prev": first.id.hex(),
        "refs": [],
        "sealed": hashlib.sha256(second.body).hexdigest(),
        "seq": 2,
        "v": 1,
    }
    assert second.id == hashlib.sha256(b"qantar/v1/entry\0" + second.header).digest()
    key = VerifyKey(bytes.fromhex(case.signer.public.sign))
    key.verify(b"qantar/v1/entry-sig\0" + second.id, second.signature)
    assert open_body(second.body, ring.keys(case)[bytes.fromhex(entry.commitment)]) == body
    assert (entry.id, entry.body, entry.device) == (second.id.hex(), body, case.device)


def test_the_head_is_a_signed_checkpoint_of_all_entries(case: Case) -> None:
    for count in range(4):
        note = parse((case.journal / "head").read_bytes())
        ids = [frame.id for frame in by_hand.cut(_segment(case))] if count else []
        assert note.checkpoint.origin == origin(case.id, case.device)
        assert (note.checkpoint.size, note.checkpoint.root) == (count, root(ids))
        assert note.is_signed(bytes.fromhex(case.signer.public.sign))
        append(case, kind="note", body={}, at=AT)


def test_nothing_readable_is_in_the_journal_but_kinds_and_minutes(case: Case) -> None:
    append(case, kind="note", body={"text": "қаңтар", "secret": "canary"}, at=AT)
    written = b"".join(path.read_bytes() for path in case.root.rglob("*") if path.is_file())
    for canary in ("қаңтар", "canary", "secret"):
        assert canary.encode() not in written
    assert b'"kind":"note"' in written


def test_each_body_has_a_key_of_its_own(case: Case) -> None:
    same = [append(case, kind="note", body={"n": 1}, at=AT) for _ in range(3)]
    frames = by_hand.cut(_segment(case))
    assert len({frame.body for frame in frames}) == 3
    assert len({entry.commitment for entry in same}) == 3


def test_each_entry_names_the_one_before(case: Case) -> None:
    entries = [append(case, kind="note", body={"n": n}, at=AT) for n in range(3)]
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert [entry.prev for entry in entries] == ["", entries[0].id, entries[1].id]
    assert list(read(case)) == entries
    assert head(case) == (3, entries[2].id)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(BODIES, max_size=4))
def test_what_is_written_is_what_is_read(case: Case, bodies: list[dict[str, JSON]]) -> None:
    before = list(read(case))
    written = append_many(case, [("note", body) for body in bodies], at=AT)
    assert [entry.body for entry in written] == bodies
    assert list(read(case, commitments=True)) == before + written
    assert list(read(open_case(case.root))) == before + written


def test_a_later_change_of_the_callers_mapping_does_not_reach_the_entry(case: Case) -> None:
    inner: list[JSON] = ["as written"]
    entry = append(case, kind="note", body={"a": inner}, at=AT)
    inner.append("later")
    assert entry.body == {"a": ["as written"]}


def test_many_are_chained_as_one_by_one(case: Case) -> None:
    bodies: list[dict[str, JSON]] = [{"n": n} for n in range(20)]
    together = append_many(case, [("note", body) for body in bodies], at=AT)
    alone = [append(case, kind="note", body=body, at=AT) for body in bodies]
    assert [entry.body for entry in together + alone] == bodies * 2
    assert list(read(case)) == together + alone
    verify_signatures(case)
    assert append_many(case, [], at=AT) == []


def test_a_key_is_on_the_disk_before_its_entry_and_the_entry_before_its_head(
    case: Case, system_calls: SystemCalls
) -> None:
    with writing(case):
        first = system_calls(lambda: append(case, kind="note", body={}, at=AT))
        second = system_calls(lambda: append(case, kind="note", body={}, at=AT))
    # The first makes the segment, whose name must be on the disk too.
    assert first[-5:] == ["write", "fsync", "fsync", "pwrite", "ftruncate"]
    assert second[-4:] == ["write", "fsync", "pwrite", "ftruncate"]
    assert first[-6] == second[-5] == "fsync"


def test_an_entry_whose_key_could_not_be_kept_is_not_written(case: Case) -> None:
    entry = append(case, kind="note", body={}, at=AT)
    before = _segment(case)
    rings = [path for path in case.ring.iterdir() if path.suffix == ".age"]
    for path in rings:
        path.write_bytes(b"damaged")
    fresh = open_case(case.root)
    with pytest.raises(Exception, match="key of the ring"):
        append(fresh, kind="note", body={}, at=AT)
    assert _segment(case) == before
    assert head(case) == (1, entry.id)


def test_times_are_kept_in_utc_to_the_minute(case: Case) -> None:
    told = datetime(2022, 1, 6, 2, 0, 59, tzinfo=timezone(timedelta(hours=6)))
    append(case, kind="note", body={}, at=told)
    assert [entry.at for entry in read(case)] == [datetime(2022, 1, 5, 20, 0, tzinfo=UTC)]


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_a_clock_wrong_by_centuries_is_no_reason_to_lose_an_entry(case: Case, year: int) -> None:
    entry = append(case, kind="note", body={}, at=AT.replace(year=year))
    assert list(read(case)) == [entry]
    assert entry.at.year == year


def test_what_cannot_be_written_leaves_the_journal_as_it_was(case: Case) -> None:
    entry = append(case, kind="note", body={}, at=AT)
    sound: tuple[str, dict[str, JSON]] = ("note", {"n": 1})
    with pytest.raises(NotCanonicalError):
        append_many(case, [sound, ("note", {"text": "\ud800"})], at=AT)
    with pytest.raises(NotCanonicalError):
        append_many(case, [sound, ("note", {"text": "x" * 2**20})], at=AT)
    with pytest.raises(ValueError, match="kind cannot be 'Not A Kind'"):
        append_many(case, [sound, ("Not A Kind", {})], at=AT)
    with pytest.raises(ValueError, match="needs a zone"):
        append(case, kind="note", body={}, at=AT.replace(tzinfo=None))
    assert list(read(case)) == [entry]


def test_segments_are_closed_before_they_pass_four_mebibytes(case: Case) -> None:
    page = "я" * 250_000
    one_by_one = [append(case, kind="note", body={"n": n, "page": page}, at=AT) for n in range(10)]
    drafts: list[tuple[str, dict[str, JSON]]] = [
        ("note", {"n": n, "page": page}) for n in range(20)
    ]
    together = append_many(case, drafts, at=AT)
    segments = sorted(case.journal.glob("*.qj"))
    assert [path.name for path in segments] == ["0001.qj", "0002.qj", "0003.qj", "0004.qj"]
    assert all(path.stat().st_size <= SEGMENT_BYTES for path in segments)
    assert list(read(open_case(case.root))) == one_by_one + together
    assert head(case) == (30, together[-1].id)


def test_a_segment_made_just_before_a_power_cut_is_taken_over(case: Case) -> None:
    first = append(case, kind="note", body={"n": 1}, at=AT)
    (case.journal / "0002.qj").touch(mode=0o600)
    assert head(case) == (1, first.id)
    second = append(case, kind="note", body={"n": 2}, at=AT)
    assert (case.journal / "0002.qj").stat().st_size > 0
    assert list(read(case)) == [first, second]


def test_files_of_others_beside_the_segments_are_ignored(case: Case) -> None:
    entry = append(case, kind="note", body={}, at=AT)
    (case.journal / "0001 (conflicted copy).qj").write_bytes(b"junk")
    (case.journal / ".DS_Store").write_bytes(b"junk")
    (case.journals / "notes").mkdir()
    assert list(read(case)) == [entry]


def test_a_whole_journal_has_nothing_to_report(case: Case) -> None:
    entry = append(case, kind="note", body={}, at=AT)
    state = inspect(case)
    assert (state.seq, state.id, state.torn_bytes, state.head_sound) == (1, entry.id, 0, True)
    (lane,) = state.lanes
    assert (lane.lane.name, lane.lane.own) == (case.device, True)
    assert lane.head == heads(case)[case.device]
    assert lane.head.root == root([bytes.fromhex(entry.id)])
    assert torn_tails(case) == ()
    verify_commitments(case)
    verify_signatures(case)


def test_reading_beside_a_writer_sees_a_sound_beginning_with_its_bodies(
    case: Case, fork: Fork
) -> None:
    def write() -> None:
        for n in range(150):
            append(case, kind="note", body={"n": n, "text": "я" * (n % 7) * 2000}, at=AT)

    writer, seen = fork(write), [0]
    while os.waitpid(writer, os.WNOHANG) == (0, 0):
        entries = list(read(case))
        assert [entry.body and entry.body["n"] for entry in entries] == list(range(len(entries)))
        assert head(case)[0] >= len(entries) >= seen[-1]
        seen.append(len(entries))
    assert [entry.body and entry.body["n"] for entry in read(case)] == list(range(150))
    assert len(set(seen)) > 3


def test_two_processes_by_turns_continue_each_others_journal(case: Case, fork: Fork) -> None:
    """What one keeps in memory of the journal's end is not what the other finds."""
    for turn in range(4):
        append(case, kind="note", body={"n": 2 * turn}, at=AT)
        work = partial(append, case, kind="note", body={"n": 2 * turn + 1}, at=AT)
        assert os.waitpid(fork(work), 0)[1] == 0
    assert [entry.body and entry.body["n"] for entry in read(case)] == list(range(8))
    assert inspect(case).head_sound


def test_adding_to_a_long_journal_does_not_read_it_again(case: Case) -> None:
    append_many(case, [("note", {"n": n}) for n in range(50)], at=AT)
    one, two = case.journal / "0001.qj", case.journal / "away.qj"
    append(case, kind="note", body={}, at=AT)
    data = bytearray(one.read_bytes())
    data[10] ^= 1  # in the first entry: only a reading would notice
    with one.open("r+b") as file:
        file.write(data)
    append(case, kind="note", body={}, at=AT)
    assert not two.exists()
    with pytest.raises(Exception, match="entry 1 of the journal"):
        append(open_case(case.root), kind="note", body={}, at=AT)


def test_a_locked_case_is_read_without_its_bodies(case: Case) -> None:
    entries = [append(case, kind="note", body={"n": n}, at=AT) for n in range(3)]
    locked = look_at(case.root)
    assert [entry.id for entry in read(locked)] == [entry.id for entry in entries]
    assert [entry.body for entry in read(locked)] == [None] * 3
    assert [state.head.size for state in inspect(locked).lanes] == [3]
    with pytest.raises(SealedAwayError):
        append(locked, kind="note", body={}, at=AT)


@pytest.fixture
def collector(case: Case, tmp_path: Path) -> Case:
    """Make a collector that seals for `case`."""
    return create_case(
        tmp_path / "collector", role=Role.COLLECTOR, home=case.signer.public, case_id=case.id
    )


def test_a_collector_writes_what_it_cannot_read_again(case: Case, collector: Case) -> None:
    made = append(collector, kind="note", body={"n": 1}, at=AT)
    more = append_many(collector, [("note", {"n": 2}), ("note", {"n": 3})], at=AT)
    assert [entry.body for entry in (made, *more)] == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert [entry.body for entry in read(collector, commitments=True)] == [None] * 3
    assert [entry.body for entry in read(open_case(collector.root))] == [None] * 3
    assert inspect(collector).seq == 3
    verify_signatures(collector)
    sealed = dict(collected(collector))
    assert set(sealed) == {bytes.fromhex(entry.commitment) for entry in (made, *more)}
    assert case.id == collector.id


def test_a_device_that_waits_to_join_writes_nothing(tmp_path: Path) -> None:
    waiting = create_case(tmp_path / "waiting", role=Role.WAITING)
    with pytest.raises(SealedAwayError):
        append(waiting, kind="note", body={}, at=AT)
    assert list(read(waiting)) == []


def test_a_long_journal_is_read_by_two_and_gives_the_same(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "я" * 100_000
    drafts: list[tuple[str, dict[str, JSON]]] = [("note", {"n": n, "p": page}) for n in range(50)]
    written = append_many(case, drafts, at=AT)
    alone = list(read(case, commitments=True))
    monkeypatch.setattr(opening, "_WORTH_A_FORK", 0)
    assert list(read(open_case(case.root), commitments=True)) == alone == written
    assert list(read(open_case(case.root))) == written


def test_who_stops_reading_early_leaves_no_process_beside(
    case: Case, monkeypatch: pytest.MonkeyPatch, fork: Fork
) -> None:
    written = append_many(case, [("note", {"n": n}) for n in range(50)], at=AT)
    monkeypatch.setattr(opening, "_WORTH_A_FORK", 0)

    def stop_early() -> None:  # in a process of its own: others of this one are nobody's business
        part = read(case)
        assert next(part) == written[0]
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)  # there is one
        del part
        with pytest.raises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)

    assert os.waitstatus_to_exitcode(os.waitpid(fork(stop_early), 0)[1]) == 0
