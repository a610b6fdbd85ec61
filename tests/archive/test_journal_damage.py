"""Whatever happens to the journal's bytes: the sound beginning reads, the rest is told."""

from __future__ import annotations

import hashlib
import itertools
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.archive import by_hand

from qantar.archive import opening, ring
from qantar.archive.body import seal_body
from qantar.archive.case import Case
from qantar.archive.journal import (
    TornTail,
    append,
    append_many,
    head,
    inspect,
    read,
    torn_tails,
    verify_commitments,
    verify_signatures,
)
from qantar.archive.note import Checkpoint, origin, sign
from qantar.archive.segments import SEGMENT_BYTES, write_head
from qantar.archive.tree import root
from qantar.archive.unlock import open_case
from qantar.errors import JournalBrokenError
from qantar.model.entry import Entry

NewCase = Callable[[Path], Case]
AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


def _written(case: Case, count: int = 3) -> list[Entry]:
    return [append(case, kind="note", body={"n": n}, at=AT) for n in range(count)]


def _segment(case: Case, number: int = 1) -> Path:
    return case.journal / f"{number:04d}.qj"


def _frames(case: Case, number: int = 1) -> list[by_hand.HandFrame]:
    return by_hand.cut(_segment(case, number).read_bytes())


def _ends(frames: list[by_hand.HandFrame]) -> list[int]:
    return list(itertools.accumulate((len(f.to_bytes()) for f in frames), initial=0))


def _readable(case: Case) -> tuple[list[Entry], JournalBrokenError | None]:
    entries: list[Entry] = []
    try:
        for entry in read(case):
            entries.append(entry)  # noqa: PERF402  # an error must not lose what was read
    except JournalBrokenError as error:
        return entries, error
    return entries, None


def _with_a_third_behind_the_head(case: Case) -> list[Entry]:
    """Two entries are acknowledged; of the third only the entry itself is on the disk."""
    entries = _written(case, 2)
    mark = (case.journal / "head").read_bytes()
    entries.append(append(case, kind="note", body={"n": 2}, at=AT))
    (case.journal / "head").write_bytes(mark)
    return entries


def test_cut_at_any_byte_the_longest_sound_beginning_reads(case: Case) -> None:
    """Two entries were acknowledged; the third was being written."""
    entries = _with_a_third_behind_the_head(case)
    data = _segment(case).read_bytes()
    ends = _ends(_frames(case))
    for cut in range(0, len(data) + 1, 3):
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
    cuts = [*range(1, len(unfinished), 40), len(unfinished) - 1]
    for number, cut in enumerate(cuts, start=1):
        _segment(case).write_bytes(kept + unfinished[:cut])
        (case.journal / "head").write_bytes(mark)
        torn: list[TornTail] = []
        second = append(case, kind="note", body={"n": 1}, at=AT, torn=torn)
        aside = case.inbox / f"torn-{number}"
        assert torn == [TornTail(path=aside, size=cut, after=1)]
        assert aside.read_bytes() == unfinished[:cut]
        assert list(read(case)) == [first, second]
    assert len(torn_tails(case)) == len(cuts)


def test_what_somebody_put_into_the_inbox_takes_no_number_away(case: Case) -> None:
    _written(case, 1)
    (case.inbox / f"torn-{'9' * 250}").write_bytes(b"x")
    (case.inbox / "torn-1").mkdir()
    with _segment(case).open("ab") as file:
        file.write(b"\0\0\1")
    append(case, kind="note", body={}, at=AT)
    assert [path.name for path in torn_tails(case)] == ["torn-2"]


def _unfinished(case: Case) -> Iterator[bytes]:
    """What a file system may show where it had promised room and got some of the bytes, or none."""
    seed = case.signer.sign_seed
    yield b"\0" * 4096
    yield b"\xff" * 100
    yield by_hand.signed(b"{}", b"", seed).to_bytes()[:-1]
    for part in ({"signature": bytes(64)}, {"body": bytes(272)}):
        last = _frames(case)[-1]
        seq = int(last.says()["seq"]) + 1
        following = by_hand.changed(last, seed, seq=seq, prev=last.id.hex())
        yield following._replace(**part).to_bytes()


def test_a_tail_of_zeros_or_junk_is_torn_too(case: Case) -> None:
    entries = _written(case, 2)
    for junk in _unfinished(case):
        with _segment(case).open("ab") as file:
            file.write(junk)
        torn: list[TornTail] = []
        assert list(read(case)) == entries
        entries += append_many(case, [("note", {})], at=AT, torn=torn)
        assert [note.path.read_bytes() for note in torn] == [junk]
    assert list(read(case)) == entries
    assert len(entries) == 7


def test_a_torn_tail_is_never_silent_even_when_nobody_listens(case: Case) -> None:
    _written(case, 1)
    with _segment(case).open("ab") as file:
        file.write(b"\0\0\1")
    assert inspect(case).torn_bytes == 3
    append(case, kind="note", body={}, at=AT)
    assert [path.read_bytes() for path in torn_tails(case)] == [b"\0\0\1"]
    assert inspect(case).torn_bytes == 0


def test_any_flipped_bit_is_detected(case: Case) -> None:
    """In reading, but for signatures of entries that the head vouches for; in checking, anywhere."""
    entries = _written(case)
    frames = _frames(case)
    data, ends = _segment(case).read_bytes(), _ends(frames)[1:]
    for offset in range(0, len(data), 2):
        altered = bytearray(data)
        altered[offset] ^= 1 << offset % 8
        _segment(case).write_bytes(altered)
        got, error = _readable(case)
        before = sum(end <= offset for end in ends)
        if ends[before] - offset <= 64:
            assert (got, error) == (entries, None)
            with pytest.raises(JournalBrokenError, match=f"entry {before + 1} .* is not signed"):
                verify_signatures(case)
        else:
            assert got == entries[:before]
            assert error is not None
            assert error.exit_code == 21


def test_writing_on_a_damaged_end_is_refused(case: Case) -> None:
    _written(case)
    data = bytearray(_segment(case).read_bytes())
    data[-70] ^= 1
    _segment(case).write_bytes(data)
    case.cache.clear()
    for ask in (lambda: append(case, kind="note", body={}, at=AT), lambda: head(case)):
        with pytest.raises(
            JournalBrokenError, match="entry 3 of the journal is damaged or missing"
        ):
            ask()
    assert _segment(case).read_bytes() == data
    assert torn_tails(case) == ()


def _without(frames: list[by_hand.HandFrame], *gone: int) -> list[by_hand.HandFrame]:
    return [frame for number, frame in enumerate(frames) if number not in gone]


REARRANGED: dict[str, Callable[[list[by_hand.HandFrame]], list[by_hand.HandFrame]]] = {
    "first deleted": lambda f: _without(f, 0),
    "middle deleted": lambda f: _without(f, 1),
    "last deleted": lambda f: _without(f, 2),
    "all deleted": lambda f: _without(f, 0, 1, 2),
    "swapped": lambda f: [f[0], f[2], f[1]],
    "one twice": lambda f: [f[0], f[1], f[1], f[2]],
    "last twice": lambda f: [*f, f[2]],
    "bodies swapped": lambda f: [
        f[0],
        f[1]._replace(body=f[2].body),
        f[2]._replace(body=f[1].body),
    ],
}


@pytest.mark.parametrize("how", REARRANGED)
def test_sound_entries_out_of_place_are_detected(case: Case, how: str) -> None:
    _written(case)
    _segment(case).write_bytes(by_hand.joined(REARRANGED[how](_frames(case))))
    _, error = _readable(case)
    assert error is not None
    assert error.exit_code == 21
    with pytest.raises(JournalBrokenError):
        inspect(case)


SAYS_WRONG = [
    {"case": "0e" * 16},
    {"device": "0e" * 16},
    {"v": 2},
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
    {"refs": [["0e" * 16, 0, "ab" * 32]]},
    {"extra": 1},
]


@pytest.mark.parametrize("changed", SAYS_WRONG, ids=str)
def test_an_entry_that_its_device_signed_and_that_says_wrong_is_detected(
    case: Case, changed: dict[str, object]
) -> None:
    """Whoever has the key can hash and sign; the head lags and does not help."""
    entries = _with_a_third_behind_the_head(case)
    frames = _frames(case)
    frames[2] = by_hand.changed(frames[2], case.signer.sign_seed, **changed)
    _segment(case).write_bytes(by_hand.joined(frames))
    got, error = _readable(case)
    assert got == entries[:2]
    assert error is not None
    assert "entry 3 of the journal" in str(error)


def test_an_entry_behind_the_head_that_its_device_did_not_sign_does_not_count(case: Case) -> None:
    """Whoever has no key cannot add; what they wrote is told as a write that nobody was told of."""
    entries = _with_a_third_behind_the_head(case)
    frames = _frames(case)
    frames[2] = by_hand.changed(frames[2], bytes(32), kind="other")
    _segment(case).write_bytes(by_hand.joined(frames))
    assert list(read(case)) == entries[:2]
    assert inspect(case).torn_bytes == len(frames[2].to_bytes())


@pytest.mark.parametrize("loosen", [b" ", b"\n"])
def test_another_spelling_of_the_same_entry_is_refused(case: Case, loosen: bytes) -> None:
    _with_a_third_behind_the_head(case)
    frames = _frames(case)
    loose = by_hand.signed(frames[2].header + loosen, frames[2].body, case.signer.sign_seed)
    _segment(case).write_bytes(by_hand.joined([*frames[:2], loose]))
    with pytest.raises(JournalBrokenError, match="another spelling"):
        list(read(case))


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_journal_chained_anew_to_the_same_length_is_not_the_acknowledged_one(
    case: Case, which: int
) -> None:
    _written(case)
    frames, seed = _frames(case), case.signer.sign_seed
    frames[which] = by_hand.changed(frames[which], seed, kind="other")
    for number in range(which + 1, 3):
        before = frames[number - 1].id.hex()
        frames[number] = by_hand.changed(frames[number], seed, prev=before)
    _segment(case).write_bytes(by_hand.joined(frames))
    for ask in (lambda: list(read(case)), lambda: append(case, kind="note", body={}, at=AT)):
        case.cache.clear()
        with pytest.raises(JournalBrokenError, match="not the one that was acknowledged"):
            ask()


def _seal_anew(case: Case, ciphertext: bytes) -> None:
    """Put another body into the third entry, and hash and sign all of it anew."""
    frames, seed = _frames(case), case.signer.sign_seed
    said = {"sealed": hashlib.sha256(ciphertext).hexdigest()}
    frames[2] = by_hand.changed(frames[2]._replace(body=ciphertext), seed, **said)
    _segment(case).write_bytes(by_hand.joined(frames))
    name = origin(case.id, case.device)
    checkpoint = Checkpoint(origin=name, size=3, root=root(frame.id for frame in frames))
    write_head(case.journal, sign(checkpoint, seed))
    case.cache.clear()


def _is_strange(case: Case) -> bool:
    """Whether the third entry alone says nothing, being strange, and a strict reading stops."""
    found = [(entry.strange, entry.body is None) for entry in read(case)]
    with pytest.raises(JournalBrokenError, match=r"entry 3 .* not what it commits to"):
        verify_commitments(case)
    return found == [(False, False)] * 2 + [(True, True)]


def test_a_body_that_does_not_open_with_its_key_says_nothing_and_stops_nothing(
    case: Case,
) -> None:
    _written(case)
    _seal_anew(case, b"x" * 272)
    assert _is_strange(case)


def test_a_body_that_is_not_what_was_signed_is_damage(case: Case) -> None:
    """Else the two others would excuse a disk that erred."""
    _written(case)
    frames = _frames(case)
    frames[2] = frames[2]._replace(body=b"x" * 272)
    _segment(case).write_bytes(by_hand.joined(frames))
    with pytest.raises(JournalBrokenError, match=r"entry 3 .* another body than it was signed"):
        list(read(case))


@pytest.mark.parametrize("beside", [False, True])
def test_a_body_that_says_other_than_was_committed_to_says_nothing(
    case: Case,
    beside: bool,  # noqa: FBT001  # a parameter of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever has every key can seal another body; the commitment in the header stays."""
    entries = _written(case)
    key = ring.keys(case)[bytes.fromhex(entries[2].commitment)]
    _seal_anew(case, seal_body({"n": "other"}, key).ciphertext)
    if beside:
        monkeypatch.setattr(opening, "_WORTH_A_FORK", 0)
    assert _is_strange(case)


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
    case.cache.clear()
    for ask in (lambda: list(read(case)), lambda: append(case, kind="note", body={}, at=AT)):
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


def test_a_damaged_or_missing_head_costs_no_entry_and_is_told(case: Case) -> None:
    entries = _written(case)
    head_file = case.journal / "head"
    sound = head_file.read_bytes()
    for offset in range(0, len(sound), 3):
        altered = bytearray(sound)
        altered[offset] ^= 1 << offset % 8
        head_file.write_bytes(altered)
        assert list(read(case)) == entries
        assert not inspect(case).head_sound
    for damage in (b"", b"\0" * 300, sound[:-1]):
        head_file.write_bytes(damage)
        assert not inspect(case).head_sound
    head_file.unlink()
    assert list(read(case)) == entries
    append(case, kind="note", body={}, at=AT)
    assert inspect(case).head_sound


def test_without_a_head_every_signature_is_checked(case: Case) -> None:
    entries = _written(case)
    frames = _frames(case)
    frames[1] = frames[1]._replace(signature=bytes(64))
    _segment(case).write_bytes(by_hand.joined(frames))
    assert list(read(case)) == entries
    (case.journal / "head").unlink()
    assert list(read(case)) == entries[:1]


def test_a_head_that_lags_after_a_power_cut_is_no_fault(case: Case) -> None:
    _written(case, 1)
    lagging = (case.journal / "head").read_bytes()
    _written(case, 2)
    (case.journal / "head").write_bytes(lagging)
    fresh = open_case(case.root)
    assert len(list(read(fresh))) == 3
    assert head(fresh)[0] == 3
    assert append(fresh, kind="note", body={}, at=AT).seq == 4


@pytest.mark.parametrize("other", [{"case": "0e" * 16}, {"device": "0e" * 16}, {"seed": bytes(32)}])
def test_the_head_of_another_journal_or_signer_vouches_for_nothing(
    case: Case, other: dict[str, str | bytes]
) -> None:
    entries = _written(case)
    case_id, device = str(other.get("case", case.id)), str(other.get("device", case.device))
    seed = other.get("seed", case.signer.sign_seed)
    assert isinstance(seed, bytes)
    ids = [bytes.fromhex(entry.id) for entry in entries]
    checkpoint = Checkpoint(origin=origin(case_id, device), size=3, root=root(ids))
    write_head(case.journal, sign(checkpoint, seed))
    assert list(read(case)) == entries
    assert not inspect(case).head_sound
