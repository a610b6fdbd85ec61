"""How entries get into the journal."""

from __future__ import annotations

from pathlib import Path

from qantar.archive.journal import append, append_many, inspect, read
from qantar.archive.segments import SEGMENT_BYTES
from tests.faults.recipe import Recipe, Told, must
from tests.faults.sealed import NOW, new_case, reopen
from tests.faults.supervise import Tell

_WIDE = 1_000_000
"""Bytes of text in an entry of which four fill a segment."""


def _some_entries(root: Path) -> None:
    case = new_case(root / "case")
    append_many(case, [("note", {"n": n}) for n in range(3)], at=NOW)


def _append(root: Path, tell: Tell) -> None:
    case = reopen(root / "case")
    tell(append(case, kind="note", body={"text": "x" * 700}, at=NOW).id)
    for entry in append_many(case, [("note", {"n": n}) for n in range(5)], at=NOW):
        tell(entry.id)


def _a_full_segment(root: Path) -> None:
    case = new_case(root / "case")
    append_many(case, [("note", {"text": "x" * _WIDE})] * (SEGMENT_BYTES // _WIDE - 1), at=NOW)


def _append_beyond(root: Path, tell: Tell) -> None:
    """Two entries of which the second begins another segment."""
    case = reopen(root / "case")
    for entry in append_many(case, [("note", {"text": "y" * _WIDE})] * 2, at=NOW):
        tell(entry.id)


def _judge(root: Path, told: Told) -> None:
    case = reopen(root / "case")
    entries = list(read(case, commitments=True))
    must({*told} <= {entry.id for entry in entries}, "an acknowledged entry is gone")
    must(all(entry.body is not None for entry in entries), "a body cannot be opened")
    must(inspect(case).seq == len(entries), "two readings differ")


def _go_on(root: Path) -> None:
    case = reopen(root / "case")
    before = len(list(read(case)))
    entry = append(case, kind="note", body={"after": True}, at=NOW)
    must(entry.seq == before + 1, "the next entry does not follow")
    must(list(read(reopen(root / "case")))[-1] == entry, "the next entry is not there")


RECIPES = (
    Recipe(
        name="journal, added to", prepare=_some_entries, work=_append, judge=_judge, go_on=_go_on
    ),
    Recipe(
        name="journal, next segment",
        prepare=_a_full_segment,
        work=_append_beyond,
        judge=_judge,
        go_on=_go_on,
        heavy=True,
    ),
)
