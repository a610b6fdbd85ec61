"""What is in a case, what waits, and whether it is well. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qantar.archive import inbox
from qantar.archive.broken import nowhere_else
from qantar.archive.case import Case
from qantar.archive.journal import JournalState, inspect, read, torn_tails
from qantar.archive.lanes import planted
from qantar.archive.lock import writer
from qantar.archive.mending import journals_set_aside
from qantar.archive.originals import list_originals, object_name
from qantar.archive.witnessed import Contradiction, contradictions
from qantar.model.decision import Decision
from qantar.model.device import Role
from qantar.record.facts import Facts, FindingCount, read_known
from qantar.workbench.entries import ReleaseMade
from qantar.workbench.folded import Folded, FoldedAccession
from qantar.workbench.made_with import is_made_with_others
from qantar.workbench.names import ids_by_name
from qantar.workbench.people_changes import people_json
from qantar.workbench.stores import RecordState, facts_of, folded_of, record_of, record_state
from qantar.workbench.team_status import (
    device_json,
    dispute_json,
    erasure_json,
    fork_json,
    other_past_json,
    what_waits,
    witnessed_up_to,
)

DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A case as it stands.

    `originals` counts what is stored; `unacknowledged` are stored originals that
    no entry names, from an interrupted run. `torn` counts unfinished writes that were
    set aside; `lacking` the originals that accessions name and that are not here, `inbox`
    the entries that came in a bundle and wait. `facts` are None without a sound record;
    `ids` leads from the names of the journal to the ids that such a record shows.
    `writer` is the process that is writing to the case right now, None for none.
    `witnessed` is the newest entry of this device that another one signed to have seen,
    0 for none. `contradictions` are kept checkpoints that the journals here contradict.
    `only_set_aside` counts entries that a damaged journal had which was set aside, and none has.
    `planted` are folders beside the journals that somebody put there.
    """

    case: Case
    folded: Folded
    journal: JournalState
    originals: int
    unacknowledged: int
    torn: int
    lacking: int
    inbox: int
    record: RecordState
    facts: Facts | None
    ids: Mapping[str, str]
    witnessed: int
    writer: int | None = None
    contradictions: tuple[Contradiction, ...] = ()
    only_set_aside: int = 0
    planted: tuple[Path, ...] = ()

    @property
    def accessions(self) -> tuple[FoldedAccession, ...]:
        """Every taking-in, in order."""
        return self.folded.accessions

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions in force, with targets as the record prints them."""
        in_force = {one.id for one in self.folded.standing}
        return tuple(d for d in self.folded.decisions_shown(self.ids) if d.id in in_force)

    @property
    def findings(self) -> tuple[FindingCount, ...]:
        """Findings by code and severity, as of the last build."""
        return self.facts.findings if self.facts else ()

    @property
    def has_other_libraries(self) -> bool:
        """Whether the documents were read with other libraries or programs than are here."""
        return is_made_with_others(self.facts.libraries if self.facts else {})

    @property
    def altered(self) -> int:
        """Count the accessions whose original the last build found altered."""
        return sum(one.count for one in self.findings if one.code == "original-altered")

    def by(self, about: str) -> dict[str, int]:
        """Count accessions by `holds`, `consent` or `source`."""
        return _counted(_word(one, about) for one in self.accessions)

    def waiting(self) -> Iterator[str]:
        """Say what waits for a person, the most pressing first."""
        yield from what_waits(self)

    def to_json(self) -> dict[str, object]:
        """The status as `qantar status --json` prints it."""
        return {
            "case": {"title": self.folded.title, "id": self.case.id, "open": self.case.open},
            "originals": self.originals,
            "lacking": self.lacking,
            "altered": self.altered,
            "accessions": [_accession_json(one) for one in self.accessions],
            "holds": self.by("holds"),
            "consent": self.by("consent"),
            "sources": [self._source_json(name, n) for name, n in self.by("source").items()],
            "journal": {
                "entries": self.journal.seq,
                "head": self.journal.id or None,
                "witnessed": self.witnessed,
                "torn_bytes": self.journal.torn_bytes,
                "unknown": dict(sorted(self.folded.unknown.items())),
                "waiting": len(self.folded.waiting),
                "inbox": self.inbox,
                "set_aside": dict(sorted(self.set_aside.items())),
                "unreadable": len(self.folded.unreadable),
            },
            "devices": [device_json(self, one) for one in self.folded.devices],
            "forks": [fork_json(one) for one in self.folded.forks],
            "contradictions": [other_past_json(self.case, one) for one in self.contradictions],
            "disputes": [dispute_json(one, self.ids) for one in self.folded.disputes],
            "erasures": [erasure_json(one) for one in self.folded.erasures],
            "record": self._record_json(),
            "findings": _findings_json(self.findings),
            "decisions": [decision_json(one) for one in self.decisions],
            "releases": [_release_json(one) for one in self.folded.releases],
            "waiting": list(self.waiting()),
        }

    @property
    def set_aside(self) -> dict[str, int]:
        """Count the entries that are kept and do not count, by reason."""
        return _counted(one.reason for one in self.folded.set_aside)

    def _source_json(self, name: str, accessions: int) -> dict[str, object]:
        declared = {source.id: source for source in self.folded.sources}[name]
        return {
            "id": name,
            "name": declared.name,
            "kind": declared.kind.value,
            "protected": declared.protected,
            "accessions": accessions,
        }

    def _record_json(self) -> dict[str, object]:
        facts = self.facts
        return {
            "state": self.record.value,
            "digest": facts.digest if facts else None,
            "software": facts.software if facts else None,
            "claims": facts.claims if facts else None,
            "events": facts.events if facts else None,
            "figures": facts.figures if facts else None,
            **people_json(facts),
            "counts": [one._asdict() for one in facts.counts] if facts else None,
        }


def status(case: Case) -> Status:
    """Read the journal, count what is stored, and look at the record.

    An entry that a newer Qantar wrote stops nothing here: it is counted.

    Raises:
        JournalBrokenError: the journal is altered, or acknowledged entries are gone.
        DiskError: the disk refuses.
    """
    at_work = writer(case)
    folded = folded_of(case)
    state = record_state(case, folded.state)
    facts = facts_of(case) if state.is_sound else None
    stored = list_originals(case)
    return Status(
        case=case,
        folded=folded,
        journal=inspect(case),
        originals=len(stored),
        unacknowledged=_unacknowledged(case, folded, stored),
        torn=len(torn_tails(case)),
        lacking=_lacking(case, folded, stored),
        inbox=sum(1 for _ in inbox.waiting(case).frames()),
        record=state,
        facts=facts,
        witnessed=witnessed_up_to(case, folded),
        # Before and after: one that begins or ends meanwhile counts too.
        writer=at_work or writer(case),
        contradictions=contradictions(case),
        only_set_aside=_only_set_aside(case),
        planted=planted(case),
        ids=_ids(case, folded) if facts else {},
    )


def _ids(case: Case, folded: Folded) -> dict[str, str]:
    known = read_known(*record_of(case))
    return ids_by_name(known, folded.same_claim) | folded.rows_shown()


def _only_set_aside(case: Case) -> int:
    if not journals_set_aside(case):
        return 0
    known = {entry.id for entry in read(case)}
    known |= {frame.id.hex() for frame in inbox.waiting(case).frames()}
    return sum(map(len, nowhere_else(case, known).values()))


def decision_json(one: Decision) -> dict[str, object]:
    """A decision as every command prints it."""
    return {
        "id": one.id,
        "at": one.at.isoformat(),
        "verdict": one.verdict.value,
        "targets": list(one.targets),
        "reason": one.reason,
    }


def _unacknowledged(case: Case, folded: Folded, stored: Iterable[str]) -> int:
    """Count stored originals that no entry names; where entries cannot be read, none is told."""
    if case.role is Role.COLLECTOR:
        return 0
    named = set(folded.objects) | folded.erased_objects
    named |= {object_name(case, one.original) for one in folded.objects.values()}
    return len(set(stored) - named)


def _lacking(case: Case, folded: Folded, stored: Iterable[str]) -> int:
    """Count originals that accessions name and that are not here: a bundle may bring them."""
    if case.role is Role.COLLECTOR:
        return 0
    here = set(stored)
    wanted = {one.original: one.object for one in folded.accessions}
    names = ({object_name(case, sha256), stated} for sha256, stated in wanted.items())
    return sum(here.isdisjoint(either) for either in names)


def _word(one: FoldedAccession, about: str) -> str:
    match about:
        case "holds":
            return one.accession.holds or DOCUMENTS
        case "consent":
            return one.accession.consent
        case _:
            return one.accession.source


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(str(name) for name in names).items()))


def _accession_json(one: FoldedAccession) -> dict[str, object]:
    return {
        "id": one.id,
        "path": one.accession.path,
        "original": one.original,
        "size": one.size,
        "holds": one.accession.holds,
        "source": one.accession.source,
        "consent": one.accession.consent.value,
    }


def _release_json(one: ReleaseMade) -> dict[str, object]:
    return {
        "id": one.release,
        "policy": one.policy,
        "as_of": one.as_of,
        "at": one.at.isoformat(),
    }


def _findings_json(findings: Iterable[FindingCount]) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = {}
    for one in findings:
        counted.setdefault(one.code, {})[one.severity.value] = one.count
    return counted
