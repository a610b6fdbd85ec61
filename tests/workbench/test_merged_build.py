"""A record follows from the set of entries: two devices with the same entries have the same one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.archive.journal import read
from qantar.model.decision import Verdict
from qantar.model.entry import Entry, Ref
from qantar.record.facts import read_known
from qantar.record.load import write_record
from qantar.workbench import team_entries as team
from qantar.workbench.build import Derived, derive
from qantar.workbench.entries import Draft
from qantar.workbench.fold import fold
from qantar.workbench.names import claim_name
from qantar.workbench.stores import record_of
from tests.model.journals import Writer, made_entry

from .team import decide


@pytest.fixture
def journal(built: Case) -> list[Entry]:
    """What the case holds, with one more device let in."""
    mine = list(read(built))
    newest = mine[-1]
    body = team.device_admit("b", Writer("b").public)
    mine.append(made_entry(built.device, newest.seq + 1, newest.id, (), *body))
    return mine


def with_b(journal: list[Entry], *drafts: Draft) -> list[Entry]:
    """The journal, and what the other device wrote when it had seen all of it."""
    writer = Writer("b")
    for one in journal:
        writer.seen[one.id] = one
    for draft in drafts:
        writer.write(draft)
    return writer.entries


def claim(case: Case, name: str) -> str:
    known = read_known(*record_of(case)).claims[name]
    return claim_name(known.entry, known.own_id)


def digest(case: Case, entries: list[Entry], folder: Path, name: str) -> tuple[str, Derived]:
    folded = fold(entries, founder=case.founder)
    derived = derive(case, folded)
    path = folder / f"{name}.db"
    found = write_record(path, bytes(32), derived.contents, software="t", state=folded.state)
    return found, derived


def again(journal: list[Entry], case: Case) -> tuple[Entry, ...]:
    """A table taken in once more by the other device."""
    made = next(e for e in journal if e.kind == "accession" and "events" in str(e.body))
    assert made.body is not None
    other = Writer("b")
    ref = Ref(case.device, journal[-1].seq, journal[-1].id)
    return (made_entry(other.id, 1, "", [ref], "accession", made.body),)


def test_the_digest_does_not_depend_on_the_order_in_which_entries_came(
    built: Case, journal: list[Entry], tmp_path: Path
) -> None:
    split = decide(Verdict.SPLIT, claim(built, "e1"), claim(built, "e2"))
    answers = decide(Verdict.ANSWERS, claim(built, "c4"), "detained-sayaqkent")
    entries = with_b(journal, split, answers)
    first, derived = digest(built, entries, tmp_path, "0")
    assert {tuple(c.id for c in e.claims) for e in derived.contents.events} == {
        ("e1",),
        ("e2",),
        ("e3",),
    }
    for seed in (1, 2):
        random.Random(seed).shuffle(entries)  # noqa: S311  # seeded, and no secret
        assert digest(built, entries, tmp_path, str(seed))[0] == first


def test_decisions_on_either_taking_in_of_one_table_are_about_the_same_claims(
    built: Case, journal: list[Entry], tmp_path: Path
) -> None:
    (taken,) = again(journal, built)
    writer = Writer("b")
    for one in (*journal, taken):
        writer.seen[one.id] = one
    body = decide(Verdict.SPLIT, claim_name(taken.id, "e1"), claim_name(taken.id, "e2"))
    parted = made_entry(writer.id, 2, taken.id, (), *body)
    _, derived = digest(built, [*journal, taken, parted], tmp_path, "1")
    assert ("e1",) in {tuple(c.id for c in e.claims) for e in derived.contents.events}
    (shown,) = derived.contents.decisions
    assert shown.targets == ("e1", "e2")
    newest = [a for a in derived.contents.accessions if a.in_use and a.entry == taken.id]
    assert [a.id for a in newest] == [f"a1-{writer.id[:4]}"]


def test_a_disputed_pair_is_left_to_the_rule(
    built: Case, journal: list[Entry], tmp_path: Path
) -> None:
    two = (claim(built, "e1"), claim(built, "e2"))
    entries = with_b(journal, decide(Verdict.SPLIT, *two))
    newest = journal[-1]
    mine = made_entry(built.device, newest.seq + 1, newest.id, (), *decide(Verdict.JOIN, *two))
    assert len(fold([*entries, mine], founder=built.founder).disputes) == 1
    _, derived = digest(built, [*entries, mine], tmp_path, "1")
    events = {e.id: e for e in derived.contents.events}
    assert tuple(c.id for c in events["ev-e1"].claims) == ("e1", "e2")
    assert not events["ev-e1"].confirmed
