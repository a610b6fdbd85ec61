"""`qantar add`: take material in."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qantar.cli.opening import opened
from qantar.cli.options import (
    WITH_FINDINGS,
    amount,
    case_argument,
    json_option,
    passphrase_option,
    strict_option,
)
from qantar.cli.output import finding_json, say, say_json, tell, warn

if TYPE_CHECKING:
    from qantar.workbench.taken_in import AddReport, Sealed

_DIGITS = 8

MEND = (
    "Files with a warning are sealed all the same. To mend a sheet, correct it and add it again: "
    "the bytes are kept once, and the newer description is the one that counts."
)

NAMES_ERASED = (
    "warning: the sheet that was taken in names what was erased. If that says too much, erase "
    "the sheet too (qantar erase {case} {sheet} …), and take these lines out before you add it "
    "again."
)


EXAMPLES = """\b
Examples:
    qantar add winter --sheet material/sheet.toml
    qantar add winter material/lists/court.csv --sheet material/sheet.toml
    qantar add winter photos/ letter.pdf
    qantar add winter ged231.csv --sheet ucdp-ged
    qantar add winter --sheet material/sheet.toml --json --strict
"""


@click.command("add", epilog=EXAMPLES)
@case_argument
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--sheet",
    "sheet_path",
    metavar="SHEET.toml",
    type=click.Path(path_type=Path),
    help="The accession sheet that describes the material, or the name of a shipped one.",
)
@passphrase_option
@json_option
@strict_option
def command(
    case: Path,
    *,
    paths: tuple[Path, ...],
    sheet_path: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
    strict: bool,
) -> int:
    """Take material into CASE.

    Each file is copied, hashed, stored and read back before it is acknowledged.
    With a sheet and no PATH, all that the sheet names is taken in; with both, only
    these files of it. Without a sheet, PATHs are documents of which nothing is
    known: their source and consent are `unknown`, and they are not published. A
    folder stands for every file below it.

    These sheets ship with Qantar, for files of well-known make: acled, ftm, ucdp-ged,
    uwazi-documents, uwazi-events, uwazi-persons, viber. With one of them, PATHs are what
    it describes.

    Each file is acknowledged on a line of its own, `sealed ORIGINAL PATH`, the
    moment it is durable. A path that is missing is named and the others go on
    (exit code 12). The same bytes twice are one original and two accessions.
    Tables are looked at only when everything is sealed: a misspelt column is a
    warning, and loses nothing.
    """
    from qantar.workbench.add import add  # noqa: PLC0415  # loaded when it is run

    taking = opened(case, passphrase_file)
    if taking.home is not None:
        # Whoever could swap it would read all that comes: a person who knows it can see it here.
        tell(f"sealing for device {taking.home.id[:_DIGITS]} and nobody else")
    report = add(
        taking,
        paths=paths,
        sheet_path=sheet_path,
        now=datetime.now(UTC),
        acknowledge=_acknowledge_json if as_json else _acknowledge,
    )
    if as_json:
        _show_json(report)
    else:
        _show(report, case, can_open=taking.case_key is not None)
    if report.sheet_names_erased:
        tell(NAMES_ERASED.format(case=case, sheet=(report.sheet or "")[:_DIGITS]))
    report.raise_if_refused()
    return WITH_FINDINGS if strict and report.findings else 0


def _acknowledge(sealed: Sealed) -> None:
    say(f"sealed {sealed.original} {sealed.path}")


def _acknowledge_json(sealed: Sealed) -> None:
    say_json({"sealed": sealed.to_json()})


def _show_json(report: AddReport) -> None:
    for finding in report.findings:
        say_json({"finding": finding_json(finding)})
    say_json(
        {
            "added": {
                "sealed": len(report.sealed),
                "new": sum(one.new for one in report.sealed),
                "refused": [{"path": one.path, "reason": one.reason} for one in report.refused],
                "findings": dict(sorted(Counter(f.code for f in report.findings).items())),
            }
        }
    )


def _show(report: AddReport, case: Path, *, can_open: bool) -> None:
    for torn in report.torn:
        tell(f"warning: an unfinished write of an earlier run was set aside at {torn.path}")
    warn(report.findings)
    if report.findings:
        tell(MEND)
    if report.sealed:
        new = sum(one.new for one in report.sealed)
        following = "build {}" if can_open else "bundle {} OUT"
        tell(
            f"{amount(len(report.sealed), 'file')} sealed, {new} new. "
            f"Next: qantar {following.format(case)}"
        )
