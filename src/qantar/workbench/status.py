"""What is in a case, what waits, and whether it is well. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from qantar.archive.case import Case
from qantar.archive.journal import JournalState, inspect, read, torn_tails
from qantar.archive.originals import list_originals, object_name
from qantar.errors import CaseKeyError, RecordFormatError
from qantar.model.decision import Decision, standing
from qantar.record.facts import Facts, FindingCount, read_facts
from qantar.workbench.entries import ReleaseMade
from qantar.workbench.fold import Folded, FoldedAccession, fold
from qantar.workbench.stores import record_of

DOCUMENTS = "documents"


class RecordState(StrEnum):
    """How the record stands to the journal."""

    CURRENT = "current"
    OUTDATED = "outdated"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A case as it stands.

    `originals` counts what is stored; `unacknowledged` are stored originals that
    no entry names, from an interrupted run. `facts` are None without a sound record.
    """

    case: Case
    folded: Folded
    journal: JournalState
    originals: int
    unacknowledged: int
    set_aside: int
    record: RecordState
    facts: Facts | None

    @property
    def accessions(self) -> tuple[FoldedAccession, ...]:
        """Every taking-in, in order."""
        return self.folded.accessions

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions in force."""
        return standing(self.folded.decisions)

    @property
    def findings(self) -> tuple[FindingCount, ...]:
        """Findings by code and severity, as of the last build."""
        return self.facts.findings if self.facts else ()

    def by(self, about: str) -> dict[str, int]:
        """Count accessions by `holds`, `consent` or `source`."""
        return _counted(_word(one, about) for one in self.accessions)

    def waiting(self) -> Iterator[str]:
        """Say what waits for a person, the most pressing first."""
        if self.record is not RecordState.CURRENT:
            yield f"The record is {self.record}: run `qantar build`."
        if self.unacknowledged:
            many = f"{self.unacknowledged} stored originals have no entry"
            yield f"{many}: a run was interrupted. Add that material again."
        if self.journal.torn_bytes:
            torn = "An unfinished, never acknowledged write stands at the journal's end"
            yield f"{torn}; the next command that writes sets it aside."
        if self.set_aside:
            many = f"{self.set_aside} unfinished writes were set aside in the folder inbox"
            yield f"{many}; nothing that was acknowledged is in them."
        if not self.journal.head_sound:
            mark = "The file that says how far the journal goes is missing or damaged"
            yield f"{mark}; the next command that writes makes it anew."
        if self.folded.unknown:
            listed = ", ".join(f"{n} {kind}" for kind, n in sorted(self.folded.unknown.items()))
            newer = f"A newer Qantar wrote entries that this one does not know: {listed}"
            yield f"{newer}. Upgrade to use them."

    def to_json(self) -> dict[str, object]:
        """The status as `qantar status --json` prints it."""
        return {
            "case": {"title": self.folded.title, "id": self.case.id, "open": self.case.open},
            "originals": self.originals,
            "accessions": [_accession_json(one) for one in self.accessions],
            "holds": self.by("holds"),
            "consent": self.by("consent"),
            "sources": [self._source_json(name, n) for name, n in self.by("source").items()],
            "journal": {
                "entries": self.journal.seq,
                "head": self.journal.id or None,
                "torn_bytes": self.journal.torn_bytes,
                "unknown": dict(sorted(self.folded.unknown.items())),
            },
            "record": self._record_json(),
            "findings": _findings_json(self.findings),
            "decisions": [decision_json(one) for one in self.decisions],
            "releases": [_release_json(one) for one in self.folded.releases],
            "waiting": list(self.waiting()),
        }

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
        }


def status(case: Case) -> Status:
    """Read the journal, count what is stored, and look at the record.

    Raises:
        JournalBrokenError: the journal is altered, or acknowledged entries are gone.
        NewerFormatError: a newer Qantar wrote what this one cannot read.
        DiskError: the disk refuses.
    """
    folded = fold(read(case))
    state, facts = _record(case, folded)
    stored = list_originals(case)
    named = {object_name(case, original) for original in _named(folded)}
    return Status(
        case=case,
        folded=folded,
        journal=inspect(case),
        originals=len(stored),
        unacknowledged=len(set(stored) - named),
        set_aside=len(torn_tails(case)),
        record=state,
        facts=facts,
    )


def decision_json(one: Decision) -> dict[str, object]:
    """A decision as every command prints it."""
    return {
        "id": one.id,
        "at": one.at.isoformat(),
        "verdict": one.verdict.value,
        "targets": list(one.targets),
        "reason": one.reason,
    }


def _record(case: Case, folded: Folded) -> tuple[RecordState, Facts | None]:
    if not case.record_db.exists():
        return RecordState.MISSING, None
    try:
        facts = read_facts(*record_of(case))
    except CaseKeyError:
        # It is derived: a build makes it anew, so this stops nobody.
        return RecordState.DAMAGED, None
    except RecordFormatError:
        return RecordState.OUTDATED, None
    follows = (facts.journal_seq, facts.journal_id) == (folded.seq, folded.head)
    return (RecordState.CURRENT if follows else RecordState.OUTDATED), facts


def _named(folded: Folded) -> Iterator[str]:
    """Every original that an entry names."""
    yield from folded.sheets
    yield from (one.original for one in folded.accessions)
    yield from folded.layers


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
