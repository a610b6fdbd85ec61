"""The countings that a case asks for: estimated from its tables, and kept so that it happens once.

An estimate is kept by all that it follows from: patterns with those of the draws, options, the
version of the rules and of the libraries. `build` and `publish` look there before they estimate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from qantar.model.canonical import JSON, canonical
from qantar.model.counted import Counted, CountedStrata
from qantar.model.counting_asked import Counting
from qantar.model.finding import Finding
from qantar.record.contents import Contents
from qantar.record.counts import (
    Counts,
    CountTable,
    Patterns,
    StratumPatterns,
    found_from_json,
    found_to_json,
)
from qantar.record.readings import Readings
from qantar.workbench.count_tables import Lacking, table_of_patterns
from qantar.workbench.made_with import COUNTING, counted_with

if TYPE_CHECKING:
    from qantar.counting.table import CaptureTable
    from qantar.model.estimate import Caution

VERSION: Final = 11
"""Another one wherever the same tables and options come to other estimates by our own doing."""
SEED: Final = 0
LEVEL: Final = 0.95
NOT_INSTALLED: Final = "a part of Qantar that estimates is not installed"
NOT_LINKED: Final = "which rows are one person was not worked out"
NOBODY: Final = "no list that is counted names anybody"
_TAG: Final = b"qantar/v1/estimate\0"

Tables = Mapping[str, CountTable | Lacking]
"""What each counting of persons stands on, by its id."""


def with_counts(
    contents: Contents, countings: Iterable[Counting], tables: Tables, kept: Readings
) -> Contents:
    """Give the contents with what each counting came to, and with findings on those that failed."""
    counts, findings = [], list(contents.findings)
    for counting in countings:
        table = tables.get(counting.id)
        if counting.table is not None:
            table = table_of_patterns(counting, contents)
        if isinstance(table, Lacking):
            findings.append(table.finding)
            counts.append(Counts(counting=counting, problem=table.why))
        elif table is None:
            counts.append(Counts(counting=counting, problem=NOT_LINKED))
        else:
            counts.append(counted(table, kept))
    return replace(contents, counts=tuple(counts), findings=_each_once(findings))


def _each_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple({repr(one): one for one in findings}.values())


def counted(table: CountTable, kept: Readings) -> Counts:
    """Estimate from a table, or give what is kept of an estimate from the same."""
    if not table.observed:
        return Counts(counting=table.counting, table=table, problem=NOBODY)
    name = estimate_key(table)
    known = kept.estimate(name)
    if known is not None:
        return Counts(counting=table.counting, table=table, found=found_from_json(known))
    try:
        found = _estimated(table)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in COUNTING:
            raise
        return Counts(counting=table.counting, table=table, problem=NOT_INSTALLED)
    kept.keep_estimate(name, found_to_json(found))
    return Counts(counting=table.counting, table=table, found=found)


def estimate_key(table: CountTable) -> str:
    """Name an estimate by all that it depends on."""
    versions: dict[str, JSON] = dict(counted_with())
    said = canonical(
        {
            "counting": table.counting.to_record(),  # type: ignore[dict-item]  # made for JSON
            "strata": [_said(one) for one in table.strata],
            "seed": SEED,
            "version": VERSION,
            "libraries": versions,
        }
    )
    return hashlib.sha256(_TAG + said).hexdigest()


def _said(one: StratumPatterns) -> JSON:
    stratum: list[JSON] = [[name, value] for name, value in one.stratum]
    patterns: list[JSON] = [dict(sorted(of.items())) for of in _divisions(one)]
    return [stratum, patterns, one.uncountable, one.repeated]


def _divisions(one: StratumPatterns) -> tuple[Patterns, ...]:
    return (one.patterns, *one.drawn)


def _estimated(table: CountTable) -> Counted | CountedStrata:
    """Estimate; as of one table where there are no strata, else of each and of the whole.

    Raises:
        ModuleNotFoundError: a library is not here.
    """
    from qantar.counting.asked import About, Asked  # noqa: PLC0415  # an extra
    from qantar.counting.one_table import count  # noqa: PLC0415  # likewise
    from qantar.counting.strata import Stratum, count_strata  # noqa: PLC0415  # likewise
    from qantar.workbench.count_beside import of_many, run_for  # noqa: PLC0415  # likewise

    counting = table.counting
    methods = tuple(one.value for one in counting.methods) or None
    asked = Asked(methods=methods, level=LEVEL, seed=SEED, copied=counting.copied)
    about = About(what=counting.population, where=counting.where, when=counting.when)
    if not counting.strata:
        whole, *draws = _capture_tables(table, table.strata[0])
        cautions = tuple(_cautions(table.strata[0]))
        return count(whole, asked=asked, about=about, draws=draws, cautions=cautions)
    strata = []
    for one in table.strata:
        whole, *draws = _capture_tables(table, one)
        cautions = tuple(_cautions(one))
        each = Stratum(stratum=one.stratum, table=whole, draws=tuple(draws), cautions=cautions)
        strata.append(each)
    asked, run = of_many(asked, len(strata)), run_for(len(strata))
    return count_strata(strata, asked=asked, about=about, run=run)


def _capture_tables(table: CountTable, one: StratumPatterns) -> Iterator[CaptureTable]:
    from qantar.counting.table import CaptureTable  # noqa: PLC0415  # an extra

    for of in _divisions(one):
        masks = ((int(word[::-1], 2), persons) for word, persons in of.items())
        yield CaptureTable.of_masks(table.lists, masks)


def _cautions(one: StratumPatterns) -> Iterator[Caution]:
    """Say what was noticed of the rows of this stratum, and of no other."""
    from qantar.counting.cautions import (  # noqa: PLC0415  # beside others of an extra
        REPEATED_PATTERN,
        UNCOUNTABLE_CELL,
    )
    from qantar.model.estimate import Caution  # noqa: PLC0415  # likewise

    if one.repeated:
        rows = "row repeats" if one.repeated == 1 else "rows repeat"
        text = f"{one.repeated:,} {rows} another one; they were added up."
        yield Caution(code=REPEATED_PATTERN, text=text)
    if one.uncountable:
        text = (
            f"{one.uncountable:,} persons are given as on no list at all. Who is on no list "
            "cannot be counted from lists; they were left out."
        )
        yield Caution(code=UNCOUNTABLE_CELL, text=text)
