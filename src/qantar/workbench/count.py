"""Count: from a file of capture patterns, or a result of linking, to estimates or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qantar.counting.as_json import counted_json, strata_json
from qantar.counting.asked import About, Asked
from qantar.counting.strata import Job, count_strata, do
from qantar.errors import UsageError
from qantar.model.counted import Counted, CountedStrata
from qantar.model.finding import Finding
from qantar.workbench.count_beside import of_many, run_for
from qantar.workbench.count_files import Material, read_linked, read_patterns

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountJob:
    """What is asked: a file of patterns or a result of linking, one of both; strata by columns."""

    file: Path | None = None
    linked: Path | None = None
    by: tuple[str, ...] | None = None
    asked: Asked = field(default_factory=Asked)
    about: About = field(default_factory=About)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountReport:
    """What counting gave: one table's answer, or those of strata with their total.

    `pooled` are columns that were pooled over, `taken` those that were taken for lists, and
    `never_alone` those of them that name nobody whom no other names; `by_marks` columns of 0 and 1
    that make strata, and so are no lists; `draws` how many draws of linking were used.
    """

    counted: Counted | CountedStrata
    pooled: tuple[str, ...]
    taken: tuple[str, ...]
    never_alone: tuple[str, ...]
    by_marks: tuple[str, ...]
    findings: tuple[Finding, ...]
    draws: int
    seed: int

    def to_json(self) -> dict[str, object]:
        """The report as `qantar count --json` prints it, but for the time."""
        answer = (
            counted_json(self.counted)
            if isinstance(self.counted, Counted)
            else strata_json(self.counted)
        )
        return {
            **answer,
            "pooled": list(self.pooled),
            "never_alone": list(self.never_alone),
            "by_marks": list(self.by_marks),
            "draws": self.draws,
            "seed": self.seed,
        }


def count_file(job: CountJob, *, told: Told = lambda _: None) -> CountReport:
    """Read what is given, and count it.

    Args:
        job: what is asked.
        told: hears what is being done.

    Raises:
        UsageError: neither a file nor a result of linking is given, or both, or strata of the
            latter, which has none; or a list that is said to be copied is not there; or fewer are
            covered than are named.
        MissingPathError, InputRefusedError: as `read_patterns` and `read_linked`.
    """
    material = _read(job, told)
    first = material.strata[0]
    _known(job.asked.copied, first.table.lists)
    _fits(job.asked.covered, sum(one.table.observed for one in material.strata))
    if len(material.strata) == 1 and not first.stratum:
        told("estimating")
        counted: Counted | CountedStrata = do(
            Job(stratum=first, asked=job.asked, about=job.about)
        ).counted
    else:
        told(f"estimating in {len(material.strata):,} strata")
        asked = of_many(job.asked, len(material.strata))
        counted = count_strata(
            material.strata, asked=asked, about=job.about, run=run_for(len(material.strata))
        )
    return CountReport(
        counted=counted,
        pooled=material.pooled,
        taken=material.taken,
        never_alone=material.never_alone,
        by_marks=material.by_marks,
        findings=material.findings,
        draws=material.draws,
        seed=job.asked.seed,
    )


def _fits(covered: int | None, named: int) -> None:
    if covered is not None and covered < named:
        message = f"the lists name {named:,} persons, more than the {covered:,} who could be named."
        hint = (
            "Give the number of all whom the lists could have named; or look for doubles in them."
        )
        raise UsageError(message, where="--covered", next=hint)


def _known(copied: Sequence[tuple[str, str]], lists: Sequence[str]) -> None:
    """Refuse a copied list that is not there, or is itself: it would be a list of its own."""
    strange = sorted({name for pair in copied for name in pair} - set(lists))
    if strange:
        message = f"there is no list {', '.join(strange)} to be a copy, or to have one."
        raise UsageError(message, where="--copied", next=f"There are: {', '.join(lists)}.")
    if itself := [copy for copy, original in copied if copy == original]:
        message = f"the list {itself[0]} is said to be a copy of itself."
        raise UsageError(message, where="--copied", next="Name the copy, =, and the original.")


def _read(job: CountJob, told: Told) -> Material:
    if (job.file is None) == (job.linked is None):
        message = "either FILE or --link DIR is needed."
        raise UsageError(message, next="See `qantar count --help`.")
    if job.file is not None:
        told(f"reading {job.file}")
        return read_patterns(job.file, by=job.by)
    if job.by:
        message = "a result of linking has no columns that strata could be made by."
        raise UsageError(message, next="Leave --strata out, or give a table of patterns.")
    folder = job.linked or Path()
    told(f"reading {folder}")
    return read_linked(folder, most=job.asked.draws)
