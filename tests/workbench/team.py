"""Entries of several devices, for the fold: small drafts, and random schedules of a team."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from qantar.model.accession import Accession, CaseSettings, Holds, Sheet
from qantar.model.decision import Verdict
from qantar.model.declared import DeclaredSource
from qantar.model.entry import Entry
from qantar.workbench import entries
from qantar.workbench import team_entries as team
from qantar.workbench.entries import Draft
from qantar.workbench.names import accession_name, claim_name, decision_id
from tests.model.journals import AT, Writer

_SELDOM = 0.25


def founder(name: str = "founder") -> Writer:
    """A device that has begun a case."""
    made = Writer(name)
    made.write(team.case_init("Winter", made.public))
    return made


def joined(by: Writer, name: str) -> Writer:
    """A device that was let in and has all that the other had."""
    made = Writer(name)
    by.write(team.device_admit(name, made.public))
    made.meet(by)
    return made


def table(original: str = "a", name: str | None = None) -> Draft:
    """A taking-in of one table of events."""
    made = Accession(path=f"{original}.csv", source="s", holds=Holds.EVENTS)
    return entries.accession(original * 64, 9, made, object=(name or original) * 64)


def decide(verdict: Verdict, *targets: str) -> Draft:
    """A decision, by stable names."""
    return entries.decision(verdict, targets, "because")


def undo(made: Entry) -> Draft:
    """An undo of a decision."""
    return decide(Verdict.UNDO, decision_id(made.id))


def claims(made: Entry, *own: str) -> tuple[str, ...]:
    """Names of claims of a taking-in."""
    return tuple(claim_name(made.id, name) for name in own)


def sheet(*sources: DeclaredSource, title: str | None = None) -> Draft:
    """A sheet that declares these."""
    said = Sheet(name="sheet.toml", text="", case=CaseSettings(title=title), sources=sources)
    return entries.sheet("0" * 64, 9, said, object="1" * 64)


def union(writers: Iterable[Writer]) -> list[Entry]:
    """All that anyone has."""
    return list({one.id: one for writer in writers for one in writer.entries}.values())


@dataclass(slots=True)
class Schedule:
    """A team at work, at random: who writes what, who meets whom, what is lost, who is copied."""

    random: random.Random
    writers: list[Writer] = field(default_factory=list)

    @classmethod
    def of(cls, seed: int) -> Schedule:
        """Play one schedule; the same seed gives the same one."""
        made = cls(random.Random(seed))  # noqa: S311  # seeded, and no secret
        made.play()
        return made

    def play(self) -> None:
        """Let the team work for a while, with clocks that are wrong."""
        first = founder()
        first.write(table("a"))
        self.writers = [first, *(joined(first, name) for name in "bcd")]
        self.writers += [Writer("stranger")]
        for one in self.writers:
            one.at = AT + timedelta(minutes=self.random.randrange(-(10**6), 10**6))
        for _ in range(self.random.randrange(5, 45)):
            self._step(self.random.choice(self.writers))

    def _step(self, one: Writer) -> None:
        chance = self.random.random()
        if chance < 0.25:
            given = self.random.choice(self.writers).entries
            one.meet(given[: self.random.randrange(len(given) + 1)])
        elif chance < 0.27:
            self.writers.append(one.copied())
        else:
            one.write(self.random.choice(list(self._drafts(one))))

    def _drafts(self, one: Writer) -> Iterator[Draft]:
        """Everything that could be said now; the usual more often."""
        seen, pick = one.entries, self.random.choice
        taken = [e for e in seen if e.kind == entries.ACCESSION]
        made = [e for e in seen if e.kind == entries.DECISION]
        yield table(pick("aabc"))
        yield sheet(DeclaredSource(id="s", name=pick("xyz"), protected=pick([True, False])))
        yield "estimate.seed", {"seed": 7}
        yield entries.release("c" * 64, policy="p", as_of=None, object="e" * 64, size=1)
        if taken:
            here = pick(taken)
            for verdict in (Verdict.JOIN, Verdict.SPLIT) * 3:
                yield decide(verdict, *claims(here, *pick(["ij", "ij", "jk"])))
                yield decide(Verdict.ANSWERS, *claims(here, "i"), pick(["dead", "hurt"]))
            yield decide(Verdict.WITHDRAW, accession_name(here.id), *claims(here, "i"))
            if self.random.random() < _SELDOM:
                yield self._erase(pick(taken))
        if made:
            undone = [e for e in made if e.body and e.body["verdict"] == Verdict.UNDO]
            yield from (undo(pick(made)) for _ in range(4))
            yield from (undo(pick(undone)) for _ in range(6) if undone)
            if self.random.random() < _SELDOM:
                yield self._erase(pick(made))
        if self.random.random() < _SELDOM:
            yield from self._about_devices(one)

    def _erase(self, entry: Entry) -> Draft:
        objects = [self.random.choice("abc") * 64] if self.random.random() < _SELDOM else []
        return team.erase([entry.id], objects, team.EraseReason.SAFETY)

    def _about_devices(self, one: Writer) -> Iterator[Draft]:
        other = self.random.choice(self.writers)
        asked = [e for e in one.entries if e.kind == team.ERASE]
        if asked:
            yield team.erase_done(self.random.choice(asked).id)
        yield team.device_admit(other.name, other.public)
        written = [e for e in one.entries if e.device == other.id]
        last = self.random.choice(written) if written else None
        yield team.device_revoke(other.id, (last.seq, last.id) if last else None)
