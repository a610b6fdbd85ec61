"""`qantar erase`: destroy what somebody no longer consents to, as far as this device reaches."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from qantar.cli.opening import opened
from qantar.cli.options import SOFTWARE, amount, case_argument, json_option, passphrase_option
from qantar.cli.output import confirm, progress, say, say_json, tell
from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.workbench.erase import EraseReport
    from qantar.workbench.erase_plan import ErasePlan

_REASONS: Final = ("consent-withdrawn", "safety", "error")

EXAMPLES = """\b
Examples:
    qantar erase winter a3 --reason consent-withdrawn
    qantar erase winter 7c9e1f20 --reason safety
    qantar erase winter d-5f0c9a1be2d47783 --reason error
    qantar erase winter --pending
"""


@click.command("erase", epilog=EXAMPLES)
@case_argument
@click.argument("targets", metavar="[TARGET]...", nargs=-1)
@click.option(
    "--reason",
    type=click.Choice(_REASONS),
    help="Why, as one of these words: it stays in the journal, and nothing else about it does.",
)
@click.option(
    "--pending", is_flag=True, help="Carry out what other devices asked for, or was interrupted."
)
@click.option("--yes", is_flag=True, help="Erase without asking.")
@passphrase_option
@json_option
def command(  # one for each option
    case: Path,
    *,
    targets: tuple[str, ...],
    reason: str | None,
    pending: bool,
    yes: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Destroy material of CASE for good, on this device.

    A TARGET is an accession (a3), a decision (d-…), or an original by the SHA-256 of
    its bytes or the first eight digits of it or more; sheets and map layers are
    originals too. An accession takes with it every accession of the same bytes, the
    decisions about what it says, and the kept copies of dossiers made since. Shows
    what goes, what stays and what is out of reach, and asks, unless --yes is given.

    The keys of the material are destroyed, then its sealed bytes; the record is made
    anew without it, and the same bytes are not taken in again. It cannot be undone.
    Headers of entries stay, so that the journal still verifies in full; they hold
    no words of anyone.

    This reaches this folder only. Other devices set the material aside once they
    merge a bundle from here, and destroy it when their people run `qantar erase CASE
    --pending`; `qantar status` lists those that have not answered. Copies of the
    folder, sticks and published dossiers are not reached, and a flash disk may keep
    traces. An interrupted run is finished by `qantar erase CASE --pending` or by the
    next `qantar build`.
    """
    _check_usage(targets, reason, pending=pending)
    from qantar.archive.lock import writing  # noqa: PLC0415  # loaded when it is run
    from qantar.workbench.erase import (  # noqa: PLC0415  # loaded when it is run
        erase,
        plan_pending,
        plan_to_erase,
    )
    from qantar.workbench.team_entries import EraseReason  # noqa: PLC0415  # loaded when it is run

    unlocked = opened(case, passphrase_file)
    # One lock over plan, question and erasure: what is asked about is what goes.
    with writing(unlocked):
        plan = plan_pending(unlocked) if pending else plan_to_erase(unlocked, targets)
        if not plan:
            _show_nothing(as_json=as_json)
            return
        for line in plan.lines():
            tell(line)
        if not yes:
            _ask()
        progress("erasing")
        why = EraseReason(reason) if reason else None
        report = erase(unlocked, plan, reason=why, now=datetime.now(UTC), software=SOFTWARE)
    _show(case, plan, report, as_json=as_json)


def _check_usage(targets: tuple[str, ...], reason: str | None, *, pending: bool) -> None:
    if pending and (targets or reason):
        message = "--pending carries out requests that have their targets and reasons already."
        raise UsageError(message, next="Leave TARGET and --reason out.")
    if not pending and not targets:
        message = "there is nothing to erase."
        raise UsageError(message, next="Name accessions, decisions or originals, or --pending.")
    if not pending and reason is None:
        message = "an erasure needs a reason."
        raise UsageError(message, next=f"Add --reason with one of: {', '.join(_REASONS)}.")


def _ask() -> None:
    if not sys.stdin.isatty():
        message = "erasing asks first, and nobody is there to answer."
        raise UsageError(message, next="Add --yes to erase without being asked.")
    confirm("Erase this for good?", declined="Nothing was erased.")


def _show_nothing(*, as_json: bool) -> None:
    if as_json:
        say_json({"erased": {"requests": [], "keys": 0, "files": 0, "bodies": 0}})
    else:
        say("nothing is waiting to be erased here")


def _show(case: Path, plan: ErasePlan, report: EraseReport, *, as_json: bool) -> None:
    if as_json:
        say_json({"erased": report.to_json() | {"plan": plan.to_json()}})
    else:
        gone = report.destroyed
        say(
            f"erased here: {amount(gone.keys, 'key')}, {amount(gone.files, 'sealed file')}, "
            f"{amount(gone.bodies, 'entry', 'entries')}"
        )
    if report.trouble:
        tell(f"warning: the record could not be made anew: {report.trouble}")
        tell(f"Nothing of what was erased is in it. Run qantar build {case} once that is mended.")
