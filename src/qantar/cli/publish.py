"""`qantar publish`: write the dossier."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from qantar.cli.opening import opened
from qantar.cli.options import SOFTWARE, amount, case_argument, json_option, passphrase_option
from qantar.cli.output import confirm, progress, say, say_json, tell
from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.workbench.publish import PublishReport

_LANGUAGES = ("en",)
_BYTES_A_MB = 1_000_000


EXAMPLES = """\b
Examples:
    qantar publish winter winter-dossier
    qantar publish winter winter-dossier --replace --yes
    qantar publish winter known-on-the-10th --as-of 2022-01-10
"""


@click.command("publish", epilog=EXAMPLES)
@case_argument
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--as-of",
    metavar="DATE",
    callback=lambda _context, _option, text: _day(text),
    help="Use only what had been said by the end of this day, as in 2022-01-10.",
)
@click.option(
    "--lang", default="en", show_default=True, help="Language of the dossier's own texts."
)
@click.option("--replace", is_flag=True, help="Put the new dossier in the place of an earlier one.")
@click.option("--yes", is_flag=True, help="Publish without asking.")
@click.option("--policy", metavar="POLICY.toml", help="A release policy; not there yet.")
@passphrase_option
@json_option
def command(  # noqa: PLR0913  # one for each option
    case: Path,
    *,
    out: Path,
    as_of: date | None,
    lang: str,
    replace: bool,
    yes: bool,
    policy: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Write the dossier of CASE to the folder OUT.

    A dossier is opened from disk with any browser; start with its index.html. Shows
    its plan and asks, unless --yes is given. Only material with the consent
    `public`, from sources that are not protected, is published; all else is left
    out everywhere and counted as withheld. Of lists of people no row is published,
    only that they are there and how long they are. Who collected, from which device and
    folder, and the minute never leave, nor what a workbook hides, unless its sheet
    says so; the plan names it.

    OUT must not exist, or be an earlier dossier and --replace be given. It appears
    whole or not at all, and the case keeps a copy of what left. When an original that
    it would ship is missing or altered, nothing is published (exit code 20).
    """
    _refuse_what_comes_later(lang, policy)
    from qantar.archive.lock import writing  # noqa: PLC0415  # loaded when it is run
    from qantar.workbench.plan import plan  # noqa: PLC0415  # loaded when it is run
    from qantar.workbench.publish import (  # noqa: PLC0415  # loaded when it is run
        publish,
        refuse_foreign_output,
    )

    day = as_of
    refuse_foreign_output(out, replace_old=replace)
    unlocked = opened(case, passphrase_file)
    # One lock over plan, question and publication: what is asked about is what leaves.
    with writing(unlocked):
        progress("opening what it ships")
        planned = plan(unlocked, as_of=day)
        for line in planned.lines():
            tell(line)
        planned.refuse_unless_whole()
        if not yes:
            _ask(out)
        started = perf_counter()
        progress("publishing the dossier")
        report = publish(
            unlocked,
            out,
            as_of=day,
            language=lang,
            replace_old=replace,
            now=datetime.now(UTC),
            software=SOFTWARE,
            planned=planned,
        )
    seconds = round(perf_counter() - started, 3)
    if as_json:
        say_json(report.to_json() | {"seconds": seconds})
    else:
        _show(report, seconds)


def _day(text: str | None) -> date | None:
    """Read the day of --as-of; a month or a year is no day."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f'"{text}" is no day such as 2022-01-10.'
        raise click.BadParameter(message) from error


def _refuse_what_comes_later(lang: str, policy: str | None) -> None:
    if policy is not None:
        message = "release policies are not there yet."
        hint = (
            "Leave --policy out: then only public material from unprotected sources is published."
        )
        raise UsageError(message, next=hint)
    if lang not in _LANGUAGES:
        message = f'there is no dossier in the language "{lang}" yet, only in English.'
        raise UsageError(message, next="Leave --lang out, or say --lang en.")


def _ask(out: Path) -> None:
    if not sys.stdin.isatty():
        message = "publishing asks first, and nobody is there to answer."
        raise UsageError(message, next="Add --yes to publish without being asked.")
    question = f"Publish this to {click.format_filename(out)}?"
    confirm(question, declined="Nothing was published.")


def _show(report: PublishReport, seconds: float) -> None:
    say(str(report.out / "index.html"))
    tell(
        f"{amount(report.pages, 'page')}, {report.bytes / _BYTES_A_MB:.1f} MB, "
        f"{amount(report.withheld, 'file')} and {amount(report.person_rows, 'row')} of people "
        f"withheld, in {seconds:.1f} s."
    )
