"""What a dossier shows of countings: where all of their lists are published, and no few persons.

Published patterns of others are shown as they are. Of a case's own lists the page Persons shows how
many are on which; a part of them, by stratum or status, is more than that. So no cell of any part
is shown, and its numbers are rounded to tens at least (`docs/design/0012-counts.md`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import ceil, floor, log10
from typing import Final

from qantar.archive.case import Case
from qantar.archive.derive import keyed
from qantar.dossier.counts import ShownCounting, ShownCounts, ShownPart
from qantar.dossier.people import Overlap
from qantar.model.accession import Holds
from qantar.model.canonical import canonical
from qantar.model.counted import Comparison, Counted, CountedStrata, Headline, Sensitivity
from qantar.model.counting_asked import Counting, Method, Stratum
from qantar.model.estimate import Caution, Diagnostics, Estimate
from qantar.record.contents import AccessionRecord, Contents
from qantar.record.counts import Counts, CountTable, Patterns, Strata, StratumPatterns
from qantar.weighing.status_counts import held_back
from qantar.workbench.accessions import accession_records
from qantar.workbench.count_tables import table_of_patterns
from qantar.workbench.counted import Tables, counted
from qantar.workbench.folded import Folded
from qantar.workbench.stores import key_of_pseudonyms, readings_of

_ASKED, _REST = "asked", "rest"
_DIGITS: Final = 2
_RUN_DIGITS: Final = 16
_SEVERAL: Final = 2
_STEPS: Final = 20
"""Of a probability, downwards: at least 0.5, 0.55, up to 0.95."""
_METHODS: Final = frozenset(one.value for one in Method)
_FROM_FEW_COUNTS: Final = frozenset({Method.CHAO.value, Method.CHAPMAN.value})
"""Short formulas of a few counts: who knows the answer can work the counts out."""
_MODEL: Final = "(the log-linear model "
"""In what a log-linear model assumes of the lists; in a total, one for each stratum's model."""
_KINDS: Final = frozenset(("persons", "lists", "draws"))
"""Kinds of warnings that name no list: that persons differ or lists depend, or of draws alone."""
_DISAGREEMENT: Final = "disagreement"
_WITHOUT: Final = "without "
"""How the kind begins of a disagreement with the answer from one list less: its name follows."""
_OF_METHOD: Final = frozenset(
    ("", "refused", "draws", "a better model", "redrawn", "point", "ends")
)
"""What one estimator is warned of, behind its name."""


def counts_shown(case: Case, contents: Contents, folded: Folded, tables: Tables) -> ShownCounts:
    """Give what is shown of the countings that a case asks for.

    Args:
        case: the case, for its key and for estimates that are kept.
        contents: what is published.
        folded: the journal.
        tables: what countings of the published lists stand on.
    """
    shown, left_out = [], 0
    published = {one.id for one in contents.accessions}
    known = [one for one in accession_records(folded) if one.in_use]
    for counting in folded.countings:
        if not published.issuperset(one.id for one in _files_of(counting, known)):
            left_out += 1
            continue
        table = tables.get(counting.id)
        if counting.table is not None:
            table = table_of_patterns(counting, contents)
        if isinstance(table, CountTable):
            one = counted(table, readings_of(case))
            shown.append(_shown(one, table, contents, _run(case, table)))
    return ShownCounts(countings=tuple(_apart(shown)), left_out=left_out)


def _apart(countings: list[ShownCounting]) -> list[ShownCounting]:
    """Take the numbers named in parts off several countings: one less another may be one person."""
    parted = [one for one in countings if one.is_own and one.parts]
    if len(parted) < _SEVERAL:
        return countings
    return [
        replace(one, parts=tuple(replace(part, observed=None) for part in one.parts))
        if one in parted
        else one
        for one in countings
    ]


def _files_of(counting: Counting, known: Iterable[AccessionRecord]) -> Iterator[AccessionRecord]:
    """The accessions that a counting counts, of the whole case."""
    for one in known:
        made = one.accession
        if counting.table is not None:
            if made.holds is Holds.PATTERNS and made.path == counting.table:
                yield one
        elif made.holds is Holds.PERSONS:
            names = {made.list_name, f"{made.source}/{made.list_name}"}
            if names.intersection(counting.lists):
                yield one


def _run(case: Case, table: CountTable) -> str:
    """Name the divisions: by the key of the case, so that no small table can be guessed from it."""
    said = [[one.patterns, *one.drawn] for one in table.strata]
    plain = canonical([[dict(of) for of in each] for each in said])
    return keyed(key_of_pseudonyms(case), b"run " + plain).hex()[:_RUN_DIGITS]


def _shown(one: Counts, table: CountTable, contents: Contents, run: str) -> ShownCounting:
    whole_cells = _added(table.strata)
    small, named = _parts_are_small(table), _named(table)
    found = one.found
    is_restricted = small and bool(table.counting.status)
    total = found.total if isinstance(found, CountedStrata) else found
    whole = ShownPart(
        observed=named.get(_ASKED) if is_restricted else table.observed,
        overlaps=None if is_restricted else _overlaps(whole_cells, table),
        counted=_rounded(total) if small else total,
        is_rounded=small,
    )
    sources = {a.id: a.accession.source for a in contents.accessions}
    strata = found if isinstance(found, CountedStrata) else None
    partial = strata.partial if strata else None
    return ShownCounting(
        counting=table.counting,
        lists=table.lists,
        sources=tuple(dict.fromkeys(sources[name] for name in table.accessions)),
        accessions=table.accessions,
        whole=whole,
        parts=tuple(_parts(table, strata, is_small=small)) if table.counting.strata else (),
        partial=_rounded(partial) if small else partial,
        comparisons=_comparisons(strata, is_small=small) if strata else (),
        sizes=() if is_restricted else _sizes(whole_cells, len(table.lists)),
        is_own=table.is_own,
        draws=max((len(each.drawn) for each in table.strata), default=0),
        run=run,
        problem=one.problem,
    )


def _parts(
    table: CountTable, found: CountedStrata | None, *, is_small: bool
) -> Iterator[ShownPart]:
    answers = {one.stratum: one.counted for one in found.strata} if found else {}
    named = _named(table)
    for one in table.strata:
        if not one.patterns and table.is_own:
            continue
        answer = answers.get(one.stratum)
        yield ShownPart(
            stratum=one.stratum,
            observed=named.get(_key(one.stratum)) if is_small else one.observed,
            overlaps=None if is_small else _overlaps(one.patterns, table, one.drawn),
            counted=_rounded(answer) if is_small and answer else answer,
            is_rounded=is_small,
        )


def _parts_are_small(table: CountTable) -> bool:
    """Whether it parts or chooses persons of the case's own lists.

    Even where no cell is small, one may follow: from what the page Persons shows by status, or from
    another counting that is cut otherwise. So no cell of a part is ever shown.
    """
    return table.is_own and bool(table.counting.strata or table.counting.status)


def _named(table: CountTable) -> dict[str, int]:
    """How many persons the lists name in each part, where the rule for small numbers lets it.

    By status nothing is told: sources are counted by status elsewhere, and one could follow.
    """
    if table.counting.status or Stratum.STATUS in table.counting.strata:
        return {}
    numbers: dict[str | None, int] = {_key(one.stratum): one.observed for one in table.strata}
    if not table.counting.strata:
        numbers = {_ASKED: table.observed}
    if table.rest:
        numbers[_REST] = sum(table.rest.values())
    held = held_back(numbers, sum(numbers.values()))
    if held is None:
        return {}
    return {name: n for name, n in numbers.items() if name is not None and name not in held}


def _key(stratum: Strata) -> str:
    return canonical([list(pair) for pair in stratum]).decode()


def _added(strata: Iterable[StratumPatterns]) -> Patterns:
    sums: dict[str, int] = {}
    for one in strata:
        for word, persons in one.patterns.items():
            sums[word] = sums.get(word, 0) + persons
    return sums


def _sizes(cells: Patterns, width: int) -> tuple[int, ...]:
    return tuple(
        sum(persons for word, persons in cells.items() if word[at] == "1") for at in range(width)
    )


def _overlaps(
    cells: Patterns, table: CountTable, drawn: tuple[Patterns, ...] | None = None
) -> tuple[Overlap, ...]:
    """The cells, most persons first; with what 95 in 100 draws leave open."""
    if drawn is None:
        drawn = tuple(_added_draw(table, at) for at in range(_draws(table)))
    words = {*cells, *(word for one in drawn for word in one)}
    made = []
    for word in words:
        counts = sorted(one.get(word, 0) for one in drawn)
        tail = 0.025 * (len(counts) - 1)
        low = counts[floor(tail)] if counts else None
        high = counts[ceil(len(counts) - 1 - tail)] if counts else None
        persons = cells.get(word, 0)
        if persons or high:
            made.append(
                Overlap(
                    on=tuple(sign == "1" for sign in word),
                    persons=persons,
                    low=None if low is None else min(low, persons),
                    high=None if high is None else max(high, persons),
                )
            )
    return tuple(sorted(made, key=lambda o: (-o.persons, sum(o.on), [not is_on for is_on in o.on])))


def _draws(table: CountTable) -> int:
    return min((len(one.drawn) for one in table.strata), default=0)


def _added_draw(table: CountTable, at: int) -> Patterns:
    return _added(StratumPatterns(patterns=one.drawn[at]) for one in table.strata)


# ---------------------------------------------------------------- numbers with two digits


def _rounded(counted_: Counted | None) -> Counted | None:
    """Give an answer from which no cell follows: two digits, no sentence, no text with numbers."""
    if counted_ is None:
        return None
    said = counted_.headline
    return replace(
        counted_,
        observed=0,
        patterns=(),
        estimates=tuple(
            _estimate(one) for one in counted_.estimates if one.method not in _FROM_FEW_COUNTS
        ),
        headline=said and _headline(said),
        cautions=tuple(dict.fromkeys(_caution(one) for one in counted_.cautions)),
        refused=counted_.refused and replace(counted_.refused, text=""),
        sensitivity=Sensitivity(),
        densities=(),
        sentence="",
    )


def _caution(one: Caution) -> Caution:
    """Leave of a warning its code and of whom it is: a kind that names lists says more."""
    if one.code == _DISAGREEMENT and one.kind.startswith(_WITHOUT):
        return Caution(code=one.code, text="", kind=_WITHOUT.strip())
    method, _, what = one.kind.partition(": ")
    is_kept = one.kind in _KINDS or (method in _METHODS and what in _OF_METHOD)
    return Caution(code=one.code, text="", kind=one.kind if is_kept else "")


def _headline(one: Headline) -> Headline:
    return replace(
        one,
        estimate=_near(one.estimate),
        low=_down(one.low),
        high=_up(one.high),
        sentence="",
        linkage_share=None if one.linkage_share is None else round(one.linkage_share, 1),
    )


def _estimate(one: Estimate) -> Estimate:
    """Round what is told, and leave diagnostics out.

    The same cells and seed give the same digits of an R-hat or of what lies beyond a grid: whoever
    counts all tables that are possible would know the one that was counted by them.
    """
    return replace(
        one,
        diagnostics=Diagnostics(converged=one.diagnostics.converged),
        conditions=_no_model(one),
        estimate=None if one.estimate is None else _near(one.estimate),
        median=None if one.median is None else _near(one.median),
        mean=None if one.mean is None else _near(one.mean),
        low=None if one.low is None else _down(one.low),
        high=None if one.high is None else _up(one.high),
    )


def _no_model(one: Estimate) -> tuple[str, ...]:
    """Leave out which lists depend on each other: that says where there are many on both."""
    if one.method != Method.LOGLINEAR:
        return one.conditions
    decided = "Lists depend on each other in a few ways only, which the counts decided."
    return (decided, *(said for said in one.conditions if _MODEL not in said))


def _comparisons(strata: CountedStrata, *, is_small: bool) -> tuple[Comparison, ...]:
    """Give how probable it is that more were in one part: in steps, for the same reason."""
    if not is_small:
        return strata.comparisons
    return tuple(
        replace(one, probability=min(floor(one.probability * _STEPS), _STEPS - 1) / _STEPS)
        for one in strata.comparisons
    )


def _unit(value: float) -> float:
    return float(10 ** max(1, floor(log10(max(1.0, abs(value)))) - _DIGITS + 1))


def _near(value: float) -> float:
    unit = _unit(value)
    return round(value / unit) * unit


def _down(value: float) -> float:
    unit = _unit(value)
    return floor(value / unit) * unit


def _up(value: float) -> float:
    unit = _unit(value)
    return ceil(value / unit) * unit
