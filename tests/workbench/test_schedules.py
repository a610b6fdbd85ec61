"""Whatever a team does and however its entries travel: the same entries give the same state.

`QANTAR_LONG=10000 pytest tests/workbench/test_schedules.py` plays so many schedules; else 500.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from dataclasses import replace
from itertools import combinations, permutations

import pytest
from msgspec import structs

from qantar.model.decision import About, Verdict
from qantar.model.entry import Entry
from qantar.model.history import History
from qantar.workbench import entries
from qantar.workbench import team_entries as team
from qantar.workbench.fold import Folded, fold
from qantar.workbench.placing import MOST_BRANCHES
from qantar.workbench.roster import roster_of

from . import hostile
from .hostile import Desk
from .team import Schedule, founder, joined, table, union

SCHEDULES = int(os.environ.get("QANTAR_LONG", "500"))
CHUNKS = 10


def delivered(schedule: Schedule, sent: list[Entry]) -> list[Entry]:
    """The same entries in another order, some of them twice."""
    again = [*sent, *schedule.random.choices(sent, k=schedule.random.randrange(len(sent)))]
    schedule.random.shuffle(again)
    return again


def seeds(chunk: int) -> range:
    return range(chunk, SCHEDULES, CHUNKS)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_any_order_of_the_same_entries_gives_the_same_state(chunk: int) -> None:
    for seed in seeds(chunk):
        schedule = Schedule.of(seed)
        sent = union(schedule.writers)
        whole = fold(sent, founder=sent[0].device)
        kept = [one for one in sent if schedule.random.random() < 0.9]
        some = fold(kept, founder=sent[0].device)
        for _ in range(3):
            mixed = delivered(schedule, sent)
            assert fold(mixed, founder=sent[0].device) == whole, seed
            mixed = delivered(schedule, kept) if kept else []
            assert fold(mixed, founder=sent[0].device) == some, seed
        assert_everything_is_accounted_for(sent, whole, seed)
        assert_everything_is_accounted_for(kept, some, seed)
        assert_disputes_are_those_of_a_walk(sent, whole, seed)


def assert_everything_is_accounted_for(sent: list[Entry], whole: Folded, seed: int) -> None:
    """Nothing is dropped without a word: an entry waits, is set aside, unsaid, or counts."""
    history = History(sent)
    named = Counter([one.id for one in whole.set_aside])
    named.update(one.id for one in whole.waiting)
    named.update(whole.quoting)
    named.update((whole.erased - named.keys()) & {one.id for one in sent})
    assert max(named.values(), default=1) == 1, seed
    left = [one for one in sent if one.id not in named]
    counted = Counter(one.kind for one in left)
    assert counted[entries.ACCESSION] == len(whole.accessions), seed
    assert counted[entries.DECISION] == len(whole.decisions), seed
    assert counted["estimate.seed"] == whole.unknown.get("estimate.seed", 0), seed
    assert all(one.id in history for one in left), seed
    ids = [one.id for one in whole.accessions] + [one.id for one in whole.decisions]
    assert len(set(ids)) == len(ids), seed


def assert_disputes_are_those_of_a_walk(sent: list[Entry], whole: Folded, seed: int) -> None:
    """Held against the plainest way to say it: of each pair, the newest opinions."""
    past = pasts(sent)
    said: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for one in whole.standing:
        if one.verdict in (Verdict.JOIN, Verdict.SPLIT):
            for two in combinations(sorted(map(whole.same_claim, one.targets)), 2):
                said.setdefault(two, []).append((one.entry, one.verdict is Verdict.JOIN))
    disputed = {one.subject for one in whole.disputes if one.about is About.PAIR}
    bonds = whole.judged.bonds
    for two, opinions in said.items():
        newest = {
            word
            for entry, word in opinions
            if not any(entry in past[other] for other, _ in opinions)
        }
        assert (two in disputed) == (len(newest) == 2), seed
        assert (two in bonds.together) == (newest == {True}), seed
        assert (two in bonds.apart) == (newest == {False}), seed
    assert disputed | bonds.together | bonds.apart == said.keys(), seed


def pasts(sent: list[Entry]) -> dict[str, set[str]]:
    """All that each entry had seen."""
    past: dict[str, set[str]] = {}
    for one in History(sent).entries:
        parents = {one.prev, *(ref.id for ref in one.refs)} - {""}
        past[one.id] = parents.union(*(past[parent] for parent in parents))
    return past


def test_the_schedules_have_everything_that_they_are_to_try() -> None:
    """A property holds for little if what it is about never happens."""
    seen: Counter[str] = Counter()
    for seed in range(300):
        whole = fold(union(Schedule.of(seed).writers))
        seen.update(about for about in {one.about.value for one in whole.disputes})
        seen.update(reason for reason in {one.reason.value for one in whole.set_aside})
        seen["fork"] += bool(whole.forks)
        seen["erased"] += bool(whole.erased)
        seen["quoting"] += bool(whole.quoting)
        seen["twice"] += bool(whole.tables)
        seen["revoked"] += any(one.revoked for one in whole.devices)
        seen["undone"] += bool(whole.undone)
    rare = {name: count for name, count in seen.items() if count < 3}
    assert not rare
    assert len(seen) == 11


@pytest.mark.parametrize("seed", range(40))
def test_bodies_that_were_destroyed_change_nothing_where_they_count_as_never_said(
    seed: int,
) -> None:
    sent = union(Schedule.of(seed).writers)
    whole = fold(sent)
    destroyed = [structs.replace(e, body=None) if e.id in whole.erased else e for e in sent]
    there = fold(destroyed)
    assert replace(there, erasures=whole.erasures) == whole
    assert there.state == whole.state


@pytest.mark.parametrize("seed", range(40))
def test_a_stranger_changes_nothing_but_the_list_of_what_does_not_count(seed: int) -> None:
    schedule = Schedule.of(seed)
    sent = union(schedule.writers)
    roster = roster_of(History(sent), founder=None)
    strange = {e.id for e in sent if e.device not in roster.members}
    # What somebody wrote who had seen a stranger's entry would wait for it.
    mine = [e for e in sent if e.id not in strange and not pasts(sent)[e.id] & strange]
    theirs = [e for e in sent if e.id in strange]
    assert fold([*mine, *theirs]).state == fold(mine).state


@pytest.mark.parametrize("seed", range(12))
def test_whatever_a_member_shows_to_whom_honest_devices_that_exchange_all_have_one_state(
    seed: int,
) -> None:
    """Branches with names alike, crowds of branches, rows of admissions: different ones to each."""
    chance = random.Random(seed)  # noqa: S311  # seeded, and no secret
    first = founder()
    others = [joined(first, name) for name in "bc"]
    bad = joined(first, "bad")
    for number in range(3):
        bad.write(("note", {"n": number}))
    honest = [first, *others]
    for one in honest:
        one.meet(bad)
        one.meet(first)
    desks = [Desk(one, first.id, {one.id for one in (*honest, bad)}) for one in honest]
    shown = dict(zip((one.writer.id for one in desks), hostile.alike(bad, 3), strict=True))
    for desk in desks:
        forged = [shown[desk.writer.id]]
        forged += hostile.crowd(bad, chance, MOST_BRANCHES + chance.randrange(9))
        if chance.random() < 0.7:
            forged += hostile.row(bad, 60, hostile.NOWHERE)
        if chance.random() < 0.5:
            forged += hostile.row(bad.copied(), 30, hostile.NOWHERE)[: chance.randrange(60)]
        chance.shuffle(forged)
        desk.merge(bad.id, forged)
        assert len(desk.lanes) < MOST_BRANCHES + 100
        if chance.random() < 0.8:
            desk.write(table(chance.choice("abc")))
    if chance.random() < 0.5:
        desks[0].write(team.device_revoke(bad.id, (1, shown[desks[0].writer.id].id)))
    exchanged(desks)
    assert len({desk.state() for desk in desks}) == 1
    said = {e.id for desk in desks for e in desk.writer.entries if e.device == desk.writer.id}
    assert all(said <= desk.writer.seen.keys() for desk in desks)


def exchanged(desks: list[Desk]) -> None:
    """Each gives all that it has to each other one, until nothing is new."""
    before: list[set[str]] = []
    for _ in range(6):
        now = [set(desk.writer.seen) for desk in desks]
        if now == before:
            return
        before = now
        for one, other in permutations(desks, 2):
            other.merge(one.writer.id, one.writer.entries)
    pytest.fail("they go on finding something new")


def test_a_long_row_of_admissions_holds_up_nothing_else_and_costs_little() -> None:
    first = founder()
    bad = joined(first, "bad")
    desk = Desk(joined(first, "b"), first.id, set())
    desk.merge(first.id, first.entries)
    row = hostile.row(bad, 2_000, hostile.NOWHERE)
    started = time.process_time()
    desk.merge(bad.id, row)
    news = first.write(table("a"))
    desk.merge(first.id, first.entries)
    assert time.process_time() - started < 10
    assert news.id in desk.writer.seen
    assert len(desk.waits) == 2 * 2_000
