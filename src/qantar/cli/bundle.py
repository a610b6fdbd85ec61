"""`qantar bundle`: what others lack of a case, sealed for them, on a stick."""

from __future__ import annotations

from pathlib import Path

import click

from qantar.cli.opening import opened
from qantar.cli.options import amount, case_argument, json_option, passphrase_option
from qantar.cli.output import progress, say, say_json, tell

_BYTES_A_MB = 1_000_000


EXAMPLES = """\b
Examples:
    qantar bundle winter /media/stick/winter.bundle --for Aizhan
    qantar bundle winter /media/stick/winter.bundle --for Aizhan --for Dana --replace
    qantar bundle field /media/stick/field.bundle
"""


@click.command("bundle", epilog=EXAMPLES)
@case_argument
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--for",
    "names",
    metavar="NAME",
    multiple=True,
    help="A device of the case, as `qantar devices list` names it; can be repeated.",
)
@click.option("--whole", is_flag=True, help="All of the case, whatever they said to have.")
@click.option("--replace", is_flag=True, help="Put the new bundle in the place of an earlier one.")
@passphrase_option
@json_option
def command(  # one for each option
    case: Path,
    *,
    out: Path,
    names: tuple[str, ...],
    whole: bool,
    replace: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Write to the file OUT what other devices lack of CASE.

    It is sealed for the named devices and nobody else opens it. What goes is what
    they did not have when they last made a bundle for this device; all of the case
    where they never did, or with --whole, which helps a device that was put back from
    a backup since. For a device that was copied it is all since its copies parted.
    What was erased never goes.

    OUT is written under another name, read back from the medium, decrypted and
    compared before it gets its own. A bundle of more than 3.5 GiB takes several files, `OUT`,
    `OUT.2of3`, …, each of which can be merged by itself, in any order.

    A device that only collects bundles for the device it seals for; --for can be
    left out.
    """
    from qantar.workbench.bundle import bundle  # noqa: PLC0415  # loaded when it is run

    unlocked = opened(case, passphrase_file)
    progress("writing the bundle and reading it back")
    report = bundle(unlocked, out, to=names, whole=whole, replace_old=replace)
    if as_json:
        say_json({"bundle": report.to_json()})
        return
    for path in report.paths:
        say(str(path))
    what = f"{amount(report.entries, 'entry', 'entries')}, {amount(report.originals, 'original')}"
    tell(f"{what}, {report.bytes / _BYTES_A_MB:.1f} MB for {', '.join(report.to)}.")
    tell("verified on the medium.")
