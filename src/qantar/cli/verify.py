"""`qantar verify`: hold a case against itself and against what witnesses saw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qantar.cli.opening import opened
from qantar.cli.options import amount, case_argument, json_option, passphrase_option
from qantar.cli.output import progress, say, say_json

if TYPE_CHECKING:
    from qantar.archive.case import Case
    from qantar.workbench.verify_report import VerifyReport

UNWITNESSED = (
    "unwitnessed: nobody else has signed to have seen these journals, so that whoever holds "
    "their keys could have written them anew."
)

EXAMPLES = """\b
Examples:
    qantar verify winter
    qantar verify winter --json --witness from-a-colleague/
    qantar verify winter --locked
"""


@click.command("verify", epilog=EXAMPLES)
@case_argument
@click.option("--locked", is_flag=True, help="Check what can be checked without opening the case.")
@click.option(
    "--witness",
    "witness",
    metavar="PATH",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A note of a witness kept elsewhere, or a folder of them; can be given several times.",
)
@passphrase_option
@json_option
def command(
    case: Path,
    *,
    locked: bool,
    witness: tuple[Path, ...],
    passphrase_file: Path | None,
    as_json: bool,
) -> int:
    """Re-hash all originals of CASE and re-check its journals.

    Checks every entry, signature and checkpoint, and what witnesses saw of them.
    Reads only, and goes on after a fault. Prints one finding a line, then how
    much was checked and how far others have seen it. Exits 0 when nothing is
    altered, missing or cut short, else with the gravest of 21 (a journal), 22 (a
    journal has fewer entries than a witness saw) and 20 (an original). A damaged
    copy of a key file, an unfinished write at a journal's end, a damaged head, an
    old or damaged record and a copied device are findings with exit 0, also where
    this device knows of its copy by a note alone.

    It shows what was changed after somebody else saw it. It says nothing of
    whether what the case holds ever happened.
    """
    from qantar.workbench.verify import verify  # noqa: PLC0415  # loaded when it is run

    looked_at = _locked(case) if locked else opened(case, passphrase_file, mend=False)
    progress("checking journals and originals")
    report = verify(looked_at, given=witness)
    if as_json:
        for one in report.findings:
            say_json(one.to_json())
        say_json(report.to_json())
    else:
        for line in _lines(report):
            say(line)
    return report.exit_code


def _locked(path: Path) -> Case:
    from qantar.archive.case import look_at  # noqa: PLC0415  # loaded when it is run

    return look_at(path)


def _lines(report: VerifyReport) -> Iterator[str]:
    for one in report.findings:
        yield one.words()
    entries = amount(report.entries, "entry", "entries")
    devices = amount(report.devices, "device")
    if report.originals is None:
        yield f"checked {entries} of {devices}; originals and bodies were not opened"
    else:
        yield f"checked {amount(report.originals, 'original')}, {entries} of {devices}"
    for seen in report.witnessed:
        yield f"witnessed up to entry {seen.entry} of {seen.device} by {', '.join(seen.by)}"
    if not report.witnessed:
        yield UNWITNESSED
    if report.exit_code:
        yield "altered, missing or cut short: what is named above"
    else:
        yield "nothing is altered, missing or cut short, as far as this can show"
