"""The journal gives back what was put into it, in order."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qantar.archive.case import Case
from qantar.archive.chain import SEGMENT_BYTES
from qantar.archive.journal import append, append_many, head, inspect, read, torn_tails
from qantar.archive.lock import writing
from qantar.errors import NotCanonicalError
from qantar.model.canonical import JSON

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


def test_the_first_entry_has_the_bytes_that_the_formats_page_describes(case: Case) -> None:
    """A golden vector: these bytes may change only together with the format number."""
    body: dict[str, JSON] = {"name": "Саяқкент", "size": 3}
    entry = append(case, kind="original.add", body=body, at=AT)
    content = (
        '{"at":"2022-01-06T14:05Z","body":{"name":"Саяқкент","size":3},'
        '"case":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","device":"0ba018884105f649dc9f4e714af1b68b","kind":"original.add",'
        '"prev":"","seq":1,"v":0}'
    ).encode()
    digest = hashlib.sha256(b"qantar/v1/entry\0" + content).digest()
    written = (case.journal / "0001.qj").read_bytes()
    assert written == struct.pack(">I", len(content)) + content + digest
    assert entry.id == digest.hex()
    assert entry.id == "99f5cd8db3b5f090656d20d90b5a415fda3f008fa1489753ee6cf86e0cc320b5"
    assert (entry.seq, entry.prev, entry.kind, entry.at, entry.body) == (
        *(1, "", "original.add", AT),
        body,
    )


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
    assert list(read(case)) == before + written


def test_a_later_change_of_the_callers_mapping_does_not_reach_the_entry(case: Case) -> None:
    inner: list[JSON] = ["as written"]
    entry = append(case, kind="note", body={"a": inner}, at=AT)
    inner.append("later")
    assert entry.body == {"a": ["as written"]}


def test_many_are_as_one_by_one(
    case: Case, tmp_path: Path, new_case: Callable[[Path], Case]
) -> None:
    twin = new_case(tmp_path / "twin")
    bodies: list[dict[str, JSON]] = [{"n": n} for n in range(20)]
    together = append_many(case, [("note", body) for body in bodies], at=AT)
    assert together == [append(twin, kind="note", body=body, at=AT) for body in bodies]
    assert append_many(case, [], at=AT) == []


def test_an_entry_is_on_the_disk_before_it_is_marked_and_acknowledged(
    case: Case, system_calls: SystemCalls
) -> None:
    with writing(case):
        first = system_calls(lambda: append(case, kind="note", body={}, at=AT))
        second = system_calls(lambda: append(case, kind="note", body={}, at=AT))
    # The first makes the segment, whose name must be on the disk too.
    assert first == ["write", "fsync", "fsync", "pwrite", "ftruncate"]
    assert second == ["write", "fsync", "pwrite", "ftruncate"]


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
    assert list(read(case)) == one_by_one + together
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
    assert list(read(case)) == [entry]


def test_a_whole_journal_has_nothing_to_report(case: Case) -> None:
    entry = append(case, kind="note", body={}, at=AT)
    state = inspect(case)
    assert (state.seq, state.id, state.torn_bytes, state.mark_sound) == (1, entry.id, 0, True)
    assert torn_tails(case) == ()


def test_reading_beside_a_writer_sees_a_sound_beginning(case: Case, fork: Fork) -> None:
    def write() -> None:
        for n in range(150):
            append(case, kind="note", body={"n": n, "text": "я" * (n % 7) * 2000}, at=AT)

    writer, seen = fork(write), [0]
    while os.waitpid(writer, os.WNOHANG) == (0, 0):
        entries = list(read(case))
        assert [entry.body["n"] for entry in entries] == list(range(len(entries)))
        assert head(case)[0] >= len(entries) >= seen[-1]
        seen.append(len(entries))
    assert [entry.body["n"] for entry in read(case)] == list(range(150))
    assert len(set(seen)) > 5


def test_the_journal_is_plain_json_between_lengths_and_hashes(case: Case) -> None:
    """The `open` format hides nothing and claims nothing else."""
    append(case, kind="note", body={"text": "қаңтар"}, at=AT)
    data = (case.journal / "0001.qj").read_bytes()
    assert json.loads(data[4:-32])["body"] == {"text": "қаңтар"}
