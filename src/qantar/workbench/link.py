"""Link: lists of people that a sheet describes, without a case, into persons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qantar.linking.case_tables import tables_of
from qantar.linking.link import link
from qantar.linking.result import Interval, LinkFinding, ListRules
from qantar.model.finding import Finding, Locator, Severity
from qantar.model.person_row import PersonRow
from qantar.reading.capped import CappedFindings
from qantar.reading.persons import names_somebody
from qantar.workbench.link_files import read_decisions, read_previous
from qantar.workbench.link_lists import ReadList, Told, read_lists
from qantar.workbench.link_result import RESULT, write_result
from qantar.workbench.link_statuses import STATUSES, write_statuses
from qantar.workbench.outputs import appearing, refuse_foreign

_NAMELESS = "no-name"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkJob:
    """What is asked: the sheet, where the result goes, and what is already known.

    `draws` are divisions drawn from what is doubtful, `seed` that of all that is drawn.
    """

    sheet: Path
    out: Path
    decisions: Path | None = None
    previous: Path | None = None
    draws: int = 100
    seed: int = 0
    replace_old: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReport:
    """What linking gave."""

    out: Path
    lists: tuple[ReadList, ...]
    persons: Interval
    pairs: int
    contradictions: int
    statuses: int
    findings: tuple[Finding, ...]
    seed: int

    def to_json(self) -> dict[str, object]:
        """The report as `qantar link --json` prints it, but for time and memory."""
        return {
            "out": str(self.out),
            "rows": sum(one.rows for one in self.lists),
            "lists": [{"name": one.name, "rows": one.rows} for one in self.lists],
            "persons": {
                "point": int(self.persons.point),
                "low": int(self.persons.low),
                "high": int(self.persons.high),
                "level": self.persons.level,
            },
            "pairs": self.pairs,
            "contradictions": self.contradictions,
            "statuses": self.statuses,
            "findings": dict(sorted(Counter(one.code for one in self.findings).items())),
            "seed": self.seed,
        }


def link_lists(job: LinkJob, *, told: Told = lambda _: None) -> LinkReport:
    """Read the lists, link their rows, and write the result; it appears whole or not at all.

    Args:
        job: what is asked.
        told: hears what is being done.

    Raises:
        OutputExistsError: `out` exists and is no earlier result, or may not be replaced.
        MissingPathError, SheetError, InputRefusedError: as `read_lists`.
        DecisionRefusedError: a decision names no row.
        DiskError: the disk refused.
    """
    out = job.out.resolve()
    refuse_foreign(out, kind=RESULT, replace_old=job.replace_old)
    previous = read_previous(job.previous) if job.previous else None
    read = read_lists(job.sheet, told=told)
    decisions = read_decisions(job.decisions, read.rows) if job.decisions else ()
    told(f"linking {len(read.rows):,} rows")
    linked = link(
        read.rows,
        tables=tables_of(read.names, (one.forms for one in read.places)),
        lists={one.name: ListRules(one_row_a_person=one.one_row_a_person) for one in read.lists},
        decisions=decisions,
        previous=previous,
        draws=job.draws,
        seed=job.seed,
    )
    findings = (*read.findings, *_of_linking(linked.findings, read.rows))
    told("writing the result")
    with appearing(out, kind=RESULT) as folder:
        write_result(folder, linked, findings)
        write_statuses(
            folder / STATUSES, linked, read.statuses, sources=read.sources, words=read.words
        )
    return LinkReport(
        out=out,
        lists=read.lists,
        persons=linked.persons,
        pairs=len(linked.pairs),
        contradictions=len(linked.contradictions),
        statuses=len(read.statuses),
        findings=findings,
        seed=job.seed,
    )


def _of_linking(found: Iterable[LinkFinding], rows: Iterable[PersonRow]) -> Iterator[Finding]:
    """What linking noticed, but for rows without a letter in their names: reading told of these."""
    found = tuple(found)
    nameless = {one.row for one in found if one.code == _NAMELESS}
    told_before = {row.key for row in rows if row.key in nameless and not _has_letters(row)}
    told = CappedFindings()
    for one in found:
        if one.code == _NAMELESS and one.row in told_before:
            continue
        told.add(
            Finding(
                code=one.code,
                text=one.text,
                severity=Severity.NOTE,
                file=one.row[0] if one.row else None,
                where=Locator(row=one.row[1]) if one.row else None,
            )
        )
    yield from told.all()


def _has_letters(row: PersonRow) -> bool:
    parts = (row.name, row.given, row.surname, row.patronymic, *row.aliases)
    return names_somebody(part for part in parts if part)
