"""Whatever happens to the journal's bytes: the sound beginning reads, the rest is told."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from qantar.archive.case import Case
from qantar.archive.chain import SEGMENT_BYTES
from qantar.archive.journal import TornTail, append, append_many, head, inspect, read, torn_tails
from qantar.archive.mark import load_mark
from qantar.errors import JournalBrokenError
from qantar.model.entry import Entry

NewCase = Callable[[Path], Case]
AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


def _written(case: Case, count: int = 3) -> list[Entry]:
    return [append(case, kind="note", body={"n": n}, at=AT) for n in range(count)]


def _segment(case: Case, number: int = 1) -> Path:
    return case.journal / f"{number:04d}.qj"


def _frames(data: bytes) -> list[bytes]:
    """Cut a segment by its lengths, without the program under test."""
    cut: list[bytes] = []
    while data:
        end = 4 + struct.unpack_from(">I", data)[0] + 32
        cut.append(data[:end])
        data = data[end:]
    return cut


def _framed(content: bytes) -> bytes:
    digest = hashlib.sha256(b"qantar/v1/entry\0" + content).digest()
    return struct.pack(">I", len(content)) + content + digest


def _readable(case: Case) -> tuple[list[Entry], JournalBrokenError | None]:
    entries: list[Entry] = []
    try:
        for entry in read(case):
            entries.append(entry)  # noqa: PERF402  # an error must not lose what was read
    except JournalBrokenError as error:
        return entries, error
    return entries, None


def test_cut_at_any_byte_the_longest_sound_beginning_reads(case: Case) -> None:
    """Two entries were acknowledged; the third was being written."""
    entries = _written(case, 2)
    mark = (case.journal / "head").read_bytes()
    entries += [append(case, kind="note", body={"n": 2}, at=AT)]
    (case.journal / "head").write_bytes(mark)
    data = _segment(case).read_bytes()
    ends = list(itertools.accumulate(map(len, _frames(data)), initial=0))
    for cut in range(len(data) + 1):
        _segment(case).write_bytes(data[:cut])
        whole = sum(end <= cut for end in ends) - 1
        got, error = _readable(case)
        assert got == entries[:whole]
        assert (error is None) == (cut >= ends[2])
        if error is None:
            assert inspect(case).torn_bytes == cut - ends[whole]
        else:
            assert error.exit_code == 21
            assert f"entry {whole + 1} of the journal" in str(error)


def test_a_torn_tail_is_set_aside_and_reported_wherever_it_was_torn(case: Case) -> None:
    (first,) = _written(case, 1)
    kept, mark = _segment(case).read_bytes(), (case.journal / "head").read_bytes()
    append(case, kind="note", body={"n": "lost"}, at=AT)
    unfinished = _segment(case).read_bytes()[len(kept) :]
    for number, cut in enumerate(range(1, len(unfinished)), start=1):
        _segment(case).write_bytes(kept + unfinished[:cut])
        (case.journal / "head").write_bytes(mark)
        torn: list[TornTail] = []
        second = append(case, kind="note", body={"n": 1}, at=AT, torn=torn)
        aside = case.inbox / f"torn-{number}"
        assert torn == [TornTail(path=aside, size=cut, after=1)]
        assert aside.read_bytes() == unfinished[:cut]
        assert list(read(case)) == [first, second]
    assert len(torn_tails(case)) == len(unfinished) - 1


def test_a_tail_of_zeros_or_junk_is_torn_too(case: Case) -> None:
    """What a file system may show where it had promised room but got no bytes."""
    entries = _written(case, 2)
    for junk in (b"\0" * 4096, b"\xff" * 100, _framed(b"{}")[:-1] + b"\0"):
        with _segment(case).open("ab") as file:
            file.write(junk)
        torn: list[TornTail] = []
        assert list(read(case)) == entries
        entries += append_many(case, [("note", {})], at=AT, torn=torn)
        assert [note.path.read_bytes() for note in torn] == [junk]
    assert list(read(case)) == entries


def test_a_torn_tail_is_never_silent_even_when_nobody_listens(case: Case) -> None:
    _written(case, 1)
    with _segment(case).open("ab") as file:
        file.write(b"\0\0\1")
    assert inspect(case).torn_bytes == 3
    append(case, kind="note", body={}, at=AT)
    assert [path.read_bytes() for path in torn_tails(case)] == [b"\0\0\1"]
    assert inspect(case).torn_bytes == 0


def test_any_flipped_bit_is_detected(case: Case) -> None:
    entries = _written(case)
    data = _segment(case).read_bytes()
    ends = list(itertools.accumulate(map(len, _frames(data))))
    for offset in range(len(data)):
        altered = bytearray(data)
        altered[offset] ^= 1 << offset % 8
        _segment(case).write_bytes(altered)
        got, error = _readable(case)
        before = sum(end <= offset for end in ends)
        assert got == entries[:before]
        assert error is not None
        assert error.exit_code == 21


def test_writing_on_a_damaged_end_is_refused(case: Case) -> None:
    _written(case)
    data = bytearray(_segment(case).read_bytes())
    data[-1] ^= 1
    _segment(case).write_bytes(data)
    for ask in (lambda: append(case, kind="note", body={}, at=AT), lambda: head(case)):
        with pytest.raises(
            JournalBrokenError, match="entry 3 of the journal is damaged or missing"
        ):
            ask()
    assert _segment(case).read_bytes() == data
    assert torn_tails(case) == ()


def _without(frames: list[bytes], *gone: int) -> list[bytes]:
    return [frame for number, frame in enumerate(frames) if number not in gone]


REARRANGED: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "first deleted": lambda f: _without(f, 0),
    "middle deleted": lambda f: _without(f, 1),
    "last deleted": lambda f: _without(f, 2),
    "all deleted": lambda f: _without(f, 0, 1, 2),
    "swapped": lambda f: [f[0], f[2], f[1]],
    "one twice": lambda f: [f[0], f[1], f[1], f[2]],
    "last twice": lambda f: [*f, f[2]],
}


@pytest.mark.parametrize("how", REARRANGED)
def test_sound_entries_out_of_place_are_detected(case: Case, how: str) -> None:
    _written(case)
    _segment(case).write_bytes(b"".join(REARRANGED[how](_frames(_segment(case).read_bytes()))))
    _, error = _readable(case)
    assert error is not None
    assert error.exit_code == 21
    with pytest.raises(JournalBrokenError):
        inspect(case)


def _other(frame: bytes, **changed: object) -> bytes:
    content: dict[str, Any] = json.loads(frame[4:-32]) | changed
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "changed",
    [
        {"case": "0e" * 16},
        {"device": "0e" * 16},
        {"v": 1},
        {"v": False},
        {"seq": 4},
        {"seq": "3"},
        {"prev": "ab" * 32},
        {"prev": ""},
        {"kind": "NOTE"},
        {"at": "2022-01-06T14:05:00Z"},
        {"at": "2022-01-06T20:05+06:00"},
        {"at": "yesterday"},
        {"body": []},
        {"extra": 1},
    ],
    ids=str,
)
def test_an_entry_that_hashes_right_but_says_wrong_is_detected(
    case: Case, changed: dict[str, object]
) -> None:
    """Whoever can write the file can hash; the mark lags and does not help."""
    entries = _written(case, 2)
    mark = (case.journal / "head").read_bytes()
    entries += [append(case, kind="note", body={"n": 2}, at=AT)]
    (case.journal / "head").write_bytes(mark)
    frames = _frames(_segment(case).read_bytes())
    _segment(case).write_bytes(b"".join(frames[:2]) + _framed(_other(frames[2], **changed)))
    got, error = _readable(case)
    assert got == entries[:2]
    assert error is not None
    assert "entry 3 of the journal" in str(error)


@pytest.mark.parametrize("loosen", [b" ", b"\n"])
def test_another_spelling_of_the_same_entry_is_refused(case: Case, loosen: bytes) -> None:
    _written(case)
    frames = _frames(_segment(case).read_bytes())
    loose = _framed(frames[2][4:-32] + loosen)
    _segment(case).write_bytes(b"".join(frames[:2]) + loose)
    with pytest.raises(JournalBrokenError, match="another spelling"):
        list(read(case))


def test_a_journal_chained_anew_to_the_same_length_is_not_the_acknowledged_one(case: Case) -> None:
    _written(case)
    frames = _frames(_segment(case).read_bytes())
    _segment(case).write_bytes(
        b"".join(frames[:2]) + _framed(_other(frames[2], body={"n": "other"}))
    )
    with pytest.raises(JournalBrokenError, match="not the one that was acknowledged"):
        list(read(case))
    with pytest.raises(JournalBrokenError, match="not the one that was acknowledged"):
        append(case, kind="note", body={}, at=AT)


def _with_two_segments(case: Case) -> list[Entry]:
    page = "x" * 900_000
    return [append(case, kind="note", body={"n": n, "page": page}, at=AT) for n in range(6)]


def test_a_closed_segment_has_no_tail_to_be_torn(case: Case) -> None:
    entries = _with_two_segments(case)
    _segment(case).write_bytes(_segment(case).read_bytes()[:-1])
    got, error = _readable(case)
    assert got == entries[:3]
    assert error is not None
    assert "entry 4 of the journal is damaged" in str(error)


@pytest.mark.parametrize("missing", [1, 2])
def test_a_missing_segment_is_told(case: Case, missing: int) -> None:
    _with_two_segments(case)
    _segment(case, missing).unlink()
    for ask in (lambda: list(read(case)), lambda: head(case)):
        with pytest.raises(JournalBrokenError, match="missing"):
            ask()


def test_a_missing_journal_is_told(case: Case) -> None:
    _written(case)
    _segment(case).unlink()
    with pytest.raises(JournalBrokenError, match="entry 1 of the journal is damaged or missing"):
        list(read(case))
    (case.journal / "head").unlink()
    with pytest.raises(JournalBrokenError, match="entry 1 of the journal and the file `head`"):
        head(case)
    shutil.rmtree(case.journal)
    with pytest.raises(JournalBrokenError, match="whole folder"):
        list(read(case))


def test_a_segment_longer_than_any_ever_written_is_not_read_into_memory(case: Case) -> None:
    _written(case, 1)
    with _segment(case).open("r+b") as file:
        file.truncate(SEGMENT_BYTES + 1)
    with pytest.raises(JournalBrokenError, match="over 4194304 bytes"):
        list(read(case))


def test_a_damaged_or_missing_mark_costs_no_entry_and_is_told(case: Case) -> None:
    entries = _written(case)
    head_file = case.journal / "head"
    sound = head_file.read_bytes()
    for offset in range(len(sound)):
        altered = bytearray(sound)
        altered[offset] ^= 1 << offset % 8
        head_file.write_bytes(altered)
        assert list(read(case)) == entries
        assert not inspect(case).mark_sound
    for damage in (b"", b"\0" * 300, sound[:-1]):
        head_file.write_bytes(damage)
        assert not inspect(case).mark_sound
    head_file.unlink()
    assert list(read(case)) == entries
    append(case, kind="note", body={}, at=AT)
    assert inspect(case).mark_sound


def test_a_mark_that_lags_after_a_power_cut_is_no_fault(case: Case) -> None:
    _written(case, 1)
    lagging = (case.journal / "head").read_bytes()
    _written(case, 2)
    (case.journal / "head").write_bytes(lagging)
    assert len(list(read(case))) == 3
    assert head(case)[0] == 3


def test_the_mark_of_another_journal_is_told(case: Case, tmp_path: Path, new_case: NewCase) -> None:
    _written(case)
    mark = load_mark(case.journal)
    assert mark is not None
    line = json.dumps(
        {"case": "0e" * 16, "device": mark.device, "entry": mark.entry, "seq": mark.seq},
        separators=(",", ":"),
    ).encode()
    seal = hashlib.sha256(b"qantar/v1/head\0" + line).hexdigest().encode()
    (case.journal / "head").write_bytes(line + b"\n" + seal + b"\n")
    with pytest.raises(JournalBrokenError, match="another journal"):
        list(read(case))
