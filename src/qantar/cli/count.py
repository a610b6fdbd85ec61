"""`qantar count`: how many there were, those on no list included; no case needed."""

from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final, Literal

import click

from qantar.cli.options import json_option
from qantar.cli.output import progress, say, say_json, tell, warn
from qantar.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qantar.model.counted import Counted, CountedStrata, Sensitivity
    from qantar.model.estimate import Diagnostics, Estimate
    from qantar.workbench.count import CountReport

_FILE = click.Path(path_type=Path)
_EXTRA: Final = frozenset({"arviz_stats", "numba", "numpy", "pyarrow", "scipy"})
# The estimators' own modules are heavy, and their names are part of the contract.
_METHODS: Final = (
    "latent_class",
    "decomposable_graphs",
    "loglinear",
    "independent",
    "chao",
    "chapman",
)

_SURE: Final = 0.995
"""A probability from here on would be printed as 1, and nothing here is certain."""
_MOST_LEVEL: Final = 0.999  # as counting.asked has it, which is loaded when it counts

_SENTENCE_ENDS: Final = re.compile(r"(?<=\.)(?<! \w\.)(?<![A-ZА-ЯЁ]\w\.)(?<![A-ZА-ЯЁ]\w\w\.) ")
"""Where a line ends: behind a point, but not within "St. Petersburg" or "г. Алматы"."""

_REASONS: Final = 12
"""Refused strata whose reasons are printed; of hundreds nobody reads them here."""

_TRIED: Final = {"without": "leaving out a list", "dependence": "lists that depend on each other"}
"""Parts of what would move the answer, in words."""

EXAMPLES = """\b
Examples:
    qantar count patterns.csv
    qantar count patterns.csv --strata region,sex --seed 7 --json
    qantar count persons.csv --what "persons killed" --where "in Sayaqkent" --when "in January"
    qantar count --link persons --copied press=court
"""


def _share(context: click.Context, parameter: click.Parameter, value: float) -> float:
    if not 0 < value <= _MOST_LEVEL:
        message = (
            f"the level of an interval lies above 0, and is {_MOST_LEVEL} at most: farther out the "
            "ends of an interval hang on single draws."
        )
        raise click.BadParameter(message, context, parameter)
    return value


def _words(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.strip():
        message = "it is empty, and stands in the sentence that is quoted; say it, or leave it out."
        raise click.BadParameter(message, context, parameter)
    return value


def _columns(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[str, ...] | None:
    if value is None:
        return None
    names = tuple(name.strip() for name in value.split(","))
    if not all(names) or len(set(names)) < len(names):
        message = "name each column once, parted by commas."
        raise click.BadParameter(message, context, parameter)
    return names


def _pairs(
    context: click.Context, parameter: click.Parameter, value: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    pairs = []
    for one in value:
        copy, _, original = one.partition("=")
        if not copy or not original:
            message = f"{one} is no pair of lists; write the copy, =, and the original."
            raise click.BadParameter(message, context, parameter)
        pairs.append((copy.strip(), original.strip()))
    return tuple(pairs)


@click.command("count", epilog=EXAMPLES)
@click.argument("file", metavar="[FILE]", type=_FILE, required=False)
@click.option(
    "--link", "linked", metavar="DIR", type=_FILE, help="Count the persons of a result of linking."
)
@click.option(
    "--method",
    "methods",
    type=click.Choice(_METHODS),
    multiple=True,
    help="Estimators to run, once for each; all that apply if absent.",
)
@click.option(
    "--strata",
    "by",
    metavar="COL[,COL]",
    callback=_columns,
    help="Count apart by these columns, and their total from joint draws.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Of all that is drawn: the same file, options and seed give the same numbers.",
)
@click.option(
    "--level",
    type=float,
    default=0.95,
    show_default=True,
    callback=_share,
    help="Of the intervals.",
)
@click.option(
    "--grid",
    type=click.Choice(("adaptive", "dga")),
    default="adaptive",
    show_default=True,
    help="Of decomposable_graphs: grown until it holds the posterior, or fixed as dga has it.",
)
@click.option(
    "--covered",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many could have been listed at all: what is beyond is refused or warned of.",
)
@click.option(
    "--copied",
    metavar="COPY=LIST",
    multiple=True,
    callback=_pairs,
    help="A list that takes from another; both count as one. May be given several times.",
)
@click.option(
    "--what",
    default="persons",
    show_default=True,
    callback=_words,
    help="Who is counted, in the plural, for the sentence.",
)
@click.option("--where", callback=_words, help='Where, with its preposition ("in Sayaqkent").')
@click.option("--when", callback=_words, help='When, with its preposition ("in January 2022").')
@json_option
def command(  # noqa: PLR0913  # one for each option
    file: Path | None,
    *,
    linked: Path | None,
    methods: tuple[str, ...],
    by: tuple[str, ...] | None,
    seed: int,
    level: float,
    grid: Literal["adaptive", "dga"],
    covered: int | None,
    copied: tuple[tuple[str, str], ...],
    what: str,
    where: str | None,
    when: str | None,
    as_json: bool,
) -> None:
    """Estimate how many there were, listed or not; no case needed.

    FILE is a table with a column of 0 and 1 for each list and a column "count"; without
    "count", each row is one person. Every column of 0 and 1 is taken for a list, unless
    --strata names it. Further columns are pooled, unless --strata names them. Or FILE is
    the JSON form that --json prints. With --link, DIR is a result of `qantar link`, and
    doubt about who is who widens the interval.

    Prints each estimator's answer, one that may be quoted, by a rule that is told, and
    what would move it. Where nothing can be said, that is the result, with its reason,
    and exits 0. What is wrong in FILE exits 10 and says where. docs/counting.md has every
    rule. Writes nothing, and nothing leaves this machine.
    """
    from qantar.workbench.environment import one_thread_here  # noqa: PLC0415  # loaded when it is run

    one_thread_here()
    try:
        from qantar.counting.asked import About, Asked  # noqa: PLC0415  # an extra
        from qantar.workbench.count import CountJob, count_file  # noqa: PLC0415  # an extra

        started = perf_counter()
        asked = Asked(
            methods=methods or None,
            level=level,
            seed=seed,
            grid=grid,
            copied=copied,
            covered=covered,
        )
        about = About(what=what, where=where, when=when)
        job = CountJob(file=file, linked=linked, by=by, asked=asked, about=about)
        report = count_file(job, told=progress)
    except ModuleNotFoundError as missing:
        if missing.name not in _EXTRA:
            raise
        message = f"counting needs a part of Qantar that is not installed ({missing.name})."
        extra = "counting,parquet" if missing.name == "pyarrow" else "counting"
        hint = f'Install it: pip install "qantar[{extra}]"'
        raise MissingExtraError(message, next=hint) from missing
    seconds = round(perf_counter() - started, 3)
    if as_json:
        say_json(report.to_json() | {"seconds": seconds})
        return
    _show(report)
    tell(f"Counted in {seconds:.1f} s, seed {report.seed}.")


def _show(report: CountReport) -> None:
    from qantar.model.counted import Counted  # noqa: PLC0415  # loaded when it is run

    warn(report.findings)
    if report.taken:
        tell(
            f"Taken for lists, being columns of 0 and 1: {', '.join(report.taken)}. One that is no "
            "list must be named with --strata, or left out of the file."
        )
    for name in report.by_marks:
        tell(
            f'"{name}" is a column of 0 and 1 that makes strata, and so was not taken for a list. '
            "If it is one, leave it out of --strata: who is on no other list is lost here."
        )
    for name in report.never_alone:
        tell(f'warning: everybody on "{name}" is on another list too. Is it a list?')
    if report.pooled:
        tell(f"Columns that were pooled over: {', '.join(report.pooled)}.")
    if isinstance(report.counted, Counted):
        _one(report.counted)
    else:
        _strata(report.counted)


def _one(counted: Counted) -> None:
    for line in _SENTENCE_ENDS.split(counted.sentence):
        say(line)
    say("")
    if counted.estimates:
        say("Estimates side by side:")
        _table([_row(one) for one in counted.estimates])
    if counted.headline:
        rule = counted.headline.rule
        say(f"{rule[0].upper()}{rule[1:]}.")
    _sensitivity(counted.sensitivity)
    for one in counted.cautions:
        tell(f"warning: {one.text} [{one.code}]")
    if counted.refused:
        tell(f"refused: {counted.refused.code}")


def _row(one: Estimate) -> tuple[str, ...]:
    return (
        one.method,
        _number(one.estimate),
        _interval(one.low, one.high),
        _state(one.diagnostics),
    )


def _state(found: Diagnostics) -> str:
    if found.converged is False:
        return "did not converge, not used"
    return "says what was assumed, not used" if found.is_assumed else ""


def _sensitivity(tried: Sensitivity) -> None:
    if tried.without:
        say("Without one of the lists:")
        _table(
            [
                (
                    f"without {one.list}",
                    one.method,
                    _number(one.estimate),
                    _tried_interval(one.low, one.high),
                )
                for one in tried.without
            ]
        )
    if tried.priors:
        say("Under other priors:")
        _table(
            [
                (one.prior, _number(one.estimate), _tried_interval(one.low, one.high))
                for one in tried.priors
            ]
        )
    if tried.dependence:
        first = tried.dependence[0]
        say(
            f"Odds ratio between two lists in {first.method}, whose number is "
            f"{_number(first.estimate)}: as it is there now, and at which that number would be "
            "halved, or raised by half:"
        )
        _table(
            [
                (
                    " and ".join(one.lists),
                    f"now {_ratio(one.now)}",
                    f"halved at {_ratio(one.down)}",
                    f"raised at {_ratio(one.up)}",
                )
                for one in tried.dependence
            ]
        )
    if tried.predicted:
        say("Each list as the others predict it, beside its known size:")
        _table(
            [
                (
                    one.list,
                    f"{one.size:,}",
                    one.method,
                    _number(one.estimate),
                    _tried_interval(one.low, one.high),
                )
                for one in tried.predicted
            ]
        )
    if tried.missed:
        say(
            f"The others miss the known size of {', '.join(tried.missed)}: such a list finds other "
            "persons than they do, or lists depend on each other in a way that the method does "
            "not follow. The estimate may be off for the same reason."
        )
    for missing in tried.not_tried:
        say(f"Not tried ({_TRIED.get(missing.what, missing.what)}): {missing.why}")
    if tried.is_of_likeliest:
        say(
            "What would move the answer was tried on the likeliest division of the rows into "
            "persons alone; the doubt about who is who, which is in the estimates, is not in it."
        )


def _strata(counted: CountedStrata) -> None:
    from qantar.model.counted import stratum_name  # noqa: PLC0415  # loaded when it is run

    rows, reasons = [], []
    for one in counted.strata:
        name = stratum_name(one.stratum)
        rows.append((name, *_stratum(one.counted)))
        if one.counted.refused:
            reasons.append(f"{name}: {one.counted.refused.text}")
    if counted.partial:
        rows.append(("all that have an estimate", *_stratum(counted.partial)))
    say("Stratum, persons counted, persons estimated:")
    _table([*rows, ("total", *_stratum(counted.total))])
    for reason in reasons[:_REASONS]:
        say(reason)
    if len(reasons) > _REASONS:
        say(f"{len(reasons) - _REASONS:,} more are refused; --json has the reason of each.")
    for each in counted.comparisons:
        more, fewer = stratum_name(each.more), stratum_name(each.fewer)
        say(f"More in {more} than in {fewer}: probability {_chance(each.probability)}")
    say("")
    _one(counted.total)


def _stratum(counted: Counted) -> tuple[str, ...]:
    head = counted.headline
    if head is None:
        return (f"{counted.observed:,}", "refused", counted.refused.code if counted.refused else "")
    return (f"{counted.observed:,}", _number(head.estimate), _interval(head.low, head.high))


def _table(rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows in columns; the first column to the left, the others to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        say(f"  {'  '.join(cells)}".rstrip())


def _chance(value: float) -> str:
    return "above 0.99" if value >= _SURE else f"{value:.2f}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:,.0f}"


def _interval(low: float | None, high: float | None) -> str:
    return f"{_number(low)}–{_number(high)}" if low is not None else "no finite interval"


def _tried_interval(low: float | None, high: float | None) -> str:
    """Give the interval of what was only tried; there is none for several reasons."""
    return "not estimable" if low is None else _interval(low, high)


def _ratio(value: float | None) -> str:
    most = 10  # above it, whole numbers: no "1.3e+02"
    return "none" if value is None else f"{value:,.0f}" if value > most else f"{value:.2g}"
