"""Whole journals in the place of damaged ones: before the one rename nothing, after it all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.faults.verifiers import independent, ours

from qantar.archive.case import Case
from qantar.archive.frame import cut_by_lengths
from qantar.archive.journal import append_many, raw, read
from qantar.archive.lanes import MEND, MENDED
from qantar.archive.lock import writing
from qantar.archive.mending import Making, journals_set_aside
from qantar.archive.note import Checkpoint, Note, origin, sign
from qantar.archive.tree import root
from qantar.archive.unlock import open_case
from qantar.errors import JournalBrokenError
from qantar.model.entry import Entry
from qantar.workbench.verify import verify

AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


@pytest.fixture
def entries(case: Case) -> list[Entry]:
    """What is in the journal of the case, which is damaged then."""
    return append_many(case, [("note", {"n": n}) for n in range(3)], at=AT)


def head_of(case: Case, entries: list[Entry]) -> Note:
    ids = [bytes.fromhex(entry.id) for entry in entries]
    named = origin(case.id, case.device)
    return sign(Checkpoint(origin=named, size=len(ids), root=root(ids)), case.signer.sign_seed)


def make(case: Case, entries: list[Entry]) -> Making:
    """Make the journal of this device anew, and damage the one that is there."""
    making = Making(case)
    making.device(case.device)
    frames = list(raw(case, case.device))
    making.lane(case.device, case.signer.public, frames, head_of(case, entries))
    segment = case.journal / "0001.qj"
    data = bytearray(segment.read_bytes())
    data[next(cut_by_lengths(bytes(data))).end - 100] ^= 1
    segment.write_bytes(bytes(data))
    return making


def left_over(case: Case) -> list[str]:
    return [path.name for path in case.journals.iterdir() if path.name.startswith(".")]


def whole(case: Case, entries: list[Entry]) -> None:
    again = open_case(case.root)
    assert list(read(again)) == entries
    assert [one for one in verify(again).findings if one.check in ("journal", "head")] == []
    assert left_over(case) == []


def test_a_whole_journal_takes_the_place_of_the_damaged_one(
    case: Case, entries: list[Entry]
) -> None:
    with writing(case):
        moved = make(case, entries).settle()
    assert moved == [*journals_set_aside(case)] != []
    whole(case, entries)


def test_what_was_not_settled_is_nothing(case: Case, entries: list[Entry]) -> None:
    with writing(case):
        make(case, entries)
    assert left_over(case)
    with pytest.raises(JournalBrokenError, match="entry 1"):
        list(read(open_case(case.root)))
    with writing(case):
        assert left_over(case) == []
    assert not journals_set_aside(case)


def test_what_was_dropped_leaves_nothing(case: Case, entries: list[Entry]) -> None:
    with writing(case):
        make(case, entries).drop()
        assert left_over(case) == []


def decided(case: Case) -> None:
    """Leave the folder as a process does that dies behind the rename that decides."""
    (case.journals / ".tmp-mend").rename(case.journals / MEND)


def set_aside(case: Case) -> None:
    decided(case)
    case.journal.rename(case.inbox / f"journal-1-{case.device}")


def ready(case: Case) -> None:
    set_aside(case)
    (case.journals / MEND).rename(case.journals / MENDED)


def placed(case: Case) -> None:
    ready(case)
    (case.journals / MENDED / case.device / case.device).rename(case.journal)


@pytest.mark.parametrize("died", [decided, set_aside, ready, placed])
def test_whoever_writes_next_ends_what_was_begun(
    case: Case, entries: list[Entry], died: Callable[[Case], None]
) -> None:
    with writing(case):
        make(case, entries)
        died(case)
    with pytest.raises(JournalBrokenError, match="was interrupted"):
        list(read(open_case(case.root)))
    passphrase = case.root.parent / "passphrase"
    passphrase.write_text("the case is open\n", encoding="utf-8")
    for verifier in (ours, independent):
        said = verifier(case.root, passphrase=passphrase, witness=None)
        assert said.exit == JournalBrokenError.exit_code
        assert ("journal", "journal/.mend") in said.found
    with writing(open_case(case.root)):
        pass
    whole(case, entries)
    assert len(journals_set_aside(case)) == 1


def test_what_somebody_planted_there_keeps_nobody_from_writing(
    case: Case, entries: list[Entry], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "file").write_bytes(b"not of the case")
    for name in (MEND, MENDED):
        (case.journals / name / ("ab" * 16) / "x").mkdir(parents=True)
        (case.journals / name / case.device / case.device).mkdir(parents=True)
        (case.journals / name / "link").symlink_to(other)
        (case.journals / name / "file").write_bytes(b"x")
    with writing(open_case(case.root)):
        pass
    (case.journals / MEND).write_bytes(b"x")
    (case.journals / MENDED).symlink_to(other)
    with writing(open_case(case.root)):
        pass
    whole(case, entries)
    assert (other / "file").read_bytes() == b"not of the case"
    (case.inbox / f"journal-1-{case.device}").write_bytes(b"no folder")
    with writing(case):
        (moved,) = make(case, entries).settle()
    assert moved.name == f"journal-2-{case.device}"
    whole(case, entries)


def test_what_somebody_put_into_the_inbox_takes_no_number_away(
    case: Case, entries: list[Entry]
) -> None:
    """The number after one of 240 digits made a name that is too long, in whatever wrote next."""
    for name in (f"journal-{'9' * 240}-a", f"journal-{'9' * 9}-{case.device}", "journal-1-aa"):
        (case.inbox / name).mkdir()
    with writing(case):
        make(case, entries)
        decided(case)
    with writing(open_case(case.root)):
        pass
    assert (case.inbox / f"journal-1-{case.device}" / "0001.qj").is_file()
    whole(case, entries)
