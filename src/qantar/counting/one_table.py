"""Count one table: look whether it can be, estimate, choose what may be quoted, try it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qantar.counting.answers import Answers, answers, refusals_told, two_lists
from qantar.counting.asked import About, Asked
from qantar.counting.covered import within
from qantar.counting.density import density
from qantar.counting.pooled import Answer
from qantar.counting.preconditions import Groups, Usable, usable
from qantar.counting.sensitivity import Tried, tried
from qantar.counting.sentence import refusal_sentence, sentence
from qantar.counting.table import CaptureTable
from qantar.counting.verdict import Quoted, Verdict, verdict
from qantar.model.counted import Counted, Density, Headline, Sensitivity
from qantar.model.estimate import Caution, Refusal


@dataclass(frozen=True, eq=False, kw_only=True)
class Result:
    """What one table came to, and the answers behind it, for totals over strata.

    `quoted` is the answer behind the headline, `answers` are those of all methods, `groups` the
    lists as they were used, and `weak` the cautions that bear on what is quoted.
    """

    counted: Counted
    quoted: Answer | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    groups: Groups = ()
    weak: tuple[Caution, ...] = ()


def count(
    table: CaptureTable,
    *,
    asked: Asked | None = None,
    about: About | None = None,
    draws: Sequence[CaptureTable] = (),
    cautions: Sequence[Caution] = (),
) -> Counted:
    """Estimate how many there were, those on no list included, or say why not.

    Args:
        table: how many persons each combination of lists names.
        asked: methods, level, seed and so on; the defaults where None.
        about: what the lists are about, for the sentence.
        draws: the same table as other draws of linking have it, where it is in doubt who is
            who. Estimates are then pooled over them; `table` gives what was observed.
        cautions: what was noticed when the table was read.
    """
    return result(table, asked=asked, about=about, draws=draws, cautions=cautions).counted


def result(
    table: CaptureTable,
    *,
    asked: Asked | None = None,
    about: About | None = None,
    draws: Sequence[CaptureTable] = (),
    cautions: Sequence[Caution] = (),
) -> Result:
    """Count a table as `count` does; give the draws of what is quoted too."""
    asked, about = asked or Asked(), about or About()
    looked = usable(table, copied=asked.copied)
    cautions = (*cautions, *looked.cautions)
    if looked.refused:
        return _refused(
            table,
            looked,
            looked.refused,
            asked=asked,
            about=about,
            cautions=cautions,
            is_sure=not draws,
        )
    found = answers(looked.table, groups=looked.groups, draws=draws, asked=asked)
    came = verdict(
        looked.table,
        found.by_method,
        level=asked.level,
        seed=asked.seed,
        refused=tuple(found.refused),
    )
    came = within(came, asked.covered)
    what = Tried()
    if asked.sensitivity and came.quoted:
        what = tried(looked.table, came.quoted, asked, is_of_likeliest=bool(draws))
    weak = _told((*cautions, *_of_quoted(found, came), *came.cautions, *what.cautions))
    cautions = _told((*cautions, *_of_methods(found), *came.cautions, *what.cautions))
    headline = _headline(table, came.quoted, about=about, cautions=weak) if came.quoted else None
    counted = _counted(
        table,
        found,
        came=came,
        asked=asked,
        about=about,
        headline=headline,
        cautions=cautions,
        sensitivity=what.sensitivity,
        is_sure=not draws,
    )
    return Result(
        counted=counted,
        quoted=came.quoted.answer if came.quoted else None,
        answers=found.by_method,
        groups=looked.groups,
        weak=weak,
    )


def _of_quoted(found: Answers, came: Verdict) -> Iterator[Caution]:
    """Give what the quoted methods noticed: what others did says nothing of the number."""
    for name in came.quoted.methods if came.quoted else ():
        yield from found.by_method[name].cautions


def _of_methods(found: Answers) -> tuple[Caution, ...]:
    said = (caution for one in found.by_method.values() for caution in one.cautions)
    return (*said, *refusals_told(found.refused))


def _told(cautions: Sequence[Caution]) -> tuple[Caution, ...]:
    """Leave out what is said twice in the same words."""
    return tuple(dict.fromkeys(cautions))


def _headline(
    table: CaptureTable, quoted: Quoted, *, about: About, cautions: Sequence[Caution]
) -> Headline:
    estimate, share = quoted.answer.estimate, quoted.answer.linkage_share
    if estimate.estimate is None or estimate.low is None or estimate.high is None:
        message = "what is quoted has a finite interval"
        raise ValueError(message)
    said = sentence(
        table,
        estimate,
        about=about,
        cautions=cautions,
        linkage_share=share,
        methods=quoted.methods,
    )
    return Headline(
        estimate=estimate.estimate,
        low=estimate.low,
        high=estimate.high,
        level=estimate.level,
        method="+".join(quoted.methods),
        rule=quoted.rule,
        linkage_share=share,
        sentence=said,
    )


def _refused(
    table: CaptureTable,
    looked: Usable,
    refused: Refusal,
    *,
    asked: Asked,
    about: About,
    cautions: tuple[Caution, ...],
    is_sure: bool,
) -> Result:
    beside = two_lists(looked.table, asked)
    counted = Counted(
        observed=table.observed,
        lists=table.lists,
        patterns=_patterns(table),
        estimates=(beside.estimate,) if beside else (),
        headline=None,
        cautions=_told((*cautions, *(beside.cautions if beside else ()))),
        refused=refused,
        seed=asked.seed,
        sentence=refusal_sentence(table, refused, about=about, is_sure=is_sure),
    )
    return Result(counted=counted)


def _counted(  # noqa: PLR0913  # one for each part of the whole
    table: CaptureTable,
    found: Answers,
    *,
    came: Verdict,
    asked: Asked,
    about: About,
    headline: Headline | None,
    cautions: tuple[Caution, ...],
    sensitivity: Sensitivity,
    is_sure: bool,
) -> Counted:
    refused = came.refused
    return Counted(
        observed=table.observed,
        lists=table.lists,
        patterns=_patterns(table),
        estimates=tuple(one.estimate for one in found.by_method.values()),
        headline=headline,
        cautions=cautions,
        refused=refused,
        seed=asked.seed,
        sensitivity=sensitivity,
        densities=tuple(_densities(found)),
        sentence=headline.sentence
        if headline
        else refusal_sentence(table, refused, about=about, is_sure=is_sure)
        if refused
        else "",
    )


def _densities(found: Answers) -> list[Density]:
    curves = (density(name, one.sample.ravel()) for name, one in found.by_method.items())
    return [curve for curve in curves if curve]


def _patterns(table: CaptureTable) -> tuple[tuple[int, int], ...]:
    return tuple(zip(table.masks.tolist(), table.counts.tolist(), strict=True))
