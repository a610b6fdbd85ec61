"""`qantar merge`: take in what another device sent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from qantar.cli.opening import opened
from qantar.cli.options import case_argument, json_option, passphrase_option
from qantar.cli.output import progress, say, say_json, tell

EXAMPLES = """\b
Examples:
    qantar merge winter /media/stick/winter.bundle
    qantar merge winter /media/stick/winter.bundle*
    qantar merge winter /media/stick/winter.bundle --json
"""


@click.command("merge", epilog=EXAMPLES)
@case_argument
@click.argument(
    "bundles", metavar="BUNDLE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@passphrase_option
@json_option
def command(
    case: Path, *, bundles: tuple[Path, ...], passphrase_file: Path | None, as_json: bool
) -> None:
    """Take into CASE what is in each BUNDLE.

    A bundle is opened for reading only, and everything in it is checked before any of
    it is adopted. Says what was adopted, what waits and what was refused, each with
    the reason. What waits is tried again at every merge; what was refused is gone, and
    can be sent again. There is room for 100,000 entries of one device to wait, and for
    10,000 of all those that nobody let in or that were shut out. Exits 0 when
    everything was adopted or waits, 13 when something was refused; all else is adopted
    all the same. Merging a bundle twice changes nothing.

    In a folder that waits to join (`qantar init --join`), the first bundle brings
    the case. Stopped at any moment, the merge is finished by running it again.
    """
    from qantar.workbench.merge import merge  # noqa: PLC0415  # loaded when it is run

    unlocked = opened(case, passphrase_file)
    progress("reading the bundle and checking what is in it")
    report = merge(unlocked, bundles, now=datetime.now(UTC))
    if as_json:
        say_json({"merged": report.to_json()})
    else:
        for line in report.lines():
            say(line)
    if report.adopted and not as_json:
        tell(f"Next: qantar build {case}")
    report.raise_if_refused()
