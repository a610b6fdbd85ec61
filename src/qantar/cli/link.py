"""`qantar link`: who is who on lists of people, no case needed."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

import click

from qantar.cli.build import peak_memory_mb
from qantar.cli.options import amount, json_option
from qantar.cli.output import progress, say, say_json, tell
from qantar.errors import MissingExtraError

if TYPE_CHECKING:
    from qantar.workbench.link import LinkReport

_FILE = click.Path(path_type=Path)
_EXTRA: Final = frozenset({"numpy", "pyarrow", "rapidfuzz"})
_MOST_DRAWS: Final = 10_000

EXAMPLES = """\b
Examples:
    qantar link lists/sheet.toml --out persons
    qantar link lists/sheet.toml --out persons --replace --decisions reviewed.csv
    qantar link lists/sheet.toml --out persons-2 --previous persons --json
"""


@click.command("link", epilog=EXAMPLES)
@click.argument("sheet", metavar="SHEET.toml", type=_FILE)
@click.option(
    "--out", metavar="DIR", type=_FILE, required=True, help="The folder to write the result to."
)
@click.option(
    "--decisions",
    metavar="FILE.csv",
    type=_FILE,
    help="What people decided about pairs: "
    "left_list,left_row,right_list,right_row,decision,reason. "
    "A decision is same, not-same or unsure; no score overrides it.",
)
@click.option(
    "--previous",
    metavar="DIR",
    type=_FILE,
    help="An earlier result: its persons keep their numbers.",
)
@click.option(
    "--draws",
    type=click.IntRange(min=0, max=_MOST_DRAWS),
    default=100,
    show_default=True,
    help="How many other divisions into persons to draw from what is doubtful.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Of all that is drawn.",
)
@click.option("--replace", is_flag=True, help="Put the new result in the place of an earlier one.")
@json_option
def command(  # noqa: PLR0913  # one for each option
    sheet: Path,
    *,
    out: Path,
    decisions: Path | None,
    previous: Path | None,
    draws: int,
    seed: int,
    replace: bool,
    as_json: bool,
) -> None:
    """Say which rows of several lists are one person; no case needed.

    Reads every list that SHEET.toml describes with holds = "persons", compares rows
    across alphabets, and writes to DIR: persons.csv (which row is which person),
    pairs.csv (pairs with their probability and its reasons), draws.parquet (other
    divisions that the doubt allows), statuses.csv (what lists say became of each
    person), contradictions.csv (decisions that say the opposite of others) and
    findings.csv (what could not be read). Every row is in exactly one person.

    DIR must not exist, or be an earlier result and --replace be given; it appears
    whole or not at all. A decision that names no row exits 14, and says which.
    Nothing else is written, and nothing leaves this machine.
    """
    try:
        from qantar.workbench.link import LinkJob, link_lists  # noqa: PLC0415  # an extra
    except ModuleNotFoundError as missing:
        if missing.name not in _EXTRA:
            raise
        message = f"linking needs a part of Qantar that is not installed ({missing.name})."
        hint = 'Install it: pip install "qantar[linking,parquet]"'
        raise MissingExtraError(message, next=hint) from missing
    started = perf_counter()
    job = LinkJob(
        sheet=sheet,
        out=out,
        decisions=decisions,
        previous=previous,
        draws=draws,
        seed=seed,
        replace_old=replace,
    )
    report = link_lists(job, told=progress)
    seconds = round(perf_counter() - started, 3)
    if as_json:
        say_json(report.to_json() | {"seconds": seconds, "peak_memory_mb": peak_memory_mb()})
    else:
        _show(report, seconds)


def _show(report: LinkReport, seconds: float) -> None:
    said = report.persons
    doubt = f" ({said.level:.0%}: {said.low:,}–{said.high:,})" if said.low < said.high else ""
    say(f"{amount(said.point, 'person')}{doubt}")
    for one in report.lists:
        lost = f", {one.unreadable:,} unreadable" if one.unreadable else ""
        say(f"  {one.name}: {amount(one.rows, 'row')}{lost}")
    say(f"{amount(report.pairs, 'pair')} told in {report.out / 'pairs.csv'}")
    if report.contradictions:
        where = report.out / "contradictions.csv"
        tell(f"warning: {amount(report.contradictions, 'decision')} contradicted; see {where}")
    counted = report.to_json()["findings"]
    if isinstance(counted, dict) and counted:
        for code, count in counted.items():
            say(f"  finding {code}: {count:,}")
        tell(f"What was noticed of the lists stands in {report.out / 'findings.csv'}.")
    tell(f"Linked in {seconds:.1f} s. Who is who: {report.out / 'persons.csv'}")
