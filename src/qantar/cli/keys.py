"""`qantar keys`: the ways into a case."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from qantar.cli.opening import opened
from qantar.cli.options import (
    case_argument,
    json_option,
    label_option,
    new_passphrase_option,
    passphrase_option,
)
from qantar.cli.output import confirm, say, say_json, tell
from qantar.cli.passphrases import new_passphrase
from qantar.cli.recovery import recover_command, shares_command
from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.workbench.keys import WayIn

COPIES: Final = (
    "Copies of the folder that were made before still open as they did, and whoever opened it "
    "may have kept its key."
)

EXAMPLES = """\b
Examples:
    qantar keys list winter
    qantar keys change winter
    qantar keys shares winter --threshold 2 --of 3
    qantar keys recover winter --drill
"""


@click.group("keys", epilog=EXAMPLES)
def command() -> None:
    """List, add and remove the ways into a case.

    A case is opened by any of its slots: a passphrase, an age identity kept
    elsewhere, or enough recovery shares. Each slot is kept in three copies, which
    are checked and mended whenever the case is opened.
    """


@command.command(
    "list", epilog="\b\nExamples:\n    qantar keys list winter\n    qantar keys list winter --json"
)
@case_argument
@json_option
def list_command(case: Path, *, as_json: bool) -> None:
    """List the ways into CASE: number, way, label, and damaged copies.

    Reads only, and needs no passphrase: nothing here is secret, and whoever has the
    folder can see it.
    """
    from qantar.archive.case import look_at  # noqa: PLC0415  # loaded when it is run
    from qantar.workbench.keys import ways_in  # noqa: PLC0415  # loaded when it is run

    ways = ways_in(look_at(case))
    if not ways:
        tell("no way into the case is left: put back a copy of `keys/` from a backup.")
    for way in ways:
        if as_json:
            say_json({"slot": way.to_json()})
        else:
            say(_line(way))


@command.command(
    "add",
    epilog="\b\nExamples:\n    qantar keys add winter --passphrase --label office\n"
    "    qantar keys add winter --device age1…  --label stick",
)
@case_argument
@click.option("--passphrase", "by_passphrase", is_flag=True, help="Add a passphrase.")
@click.option("--device", "recipient", metavar="RECIPIENT", help="Add an age recipient: age1….")
@label_option
@new_passphrase_option
@passphrase_option
@json_option
def add_command(  # one for each option
    case: Path,
    *,
    by_passphrase: bool,
    recipient: str | None,
    label: str,
    new_passphrase_file: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Add a passphrase or an age identity as a way into CASE.

    For an identity, run `age-keygen -o FILE` and give its public line here. Keep
    FILE away from the case, as on a stick, and give it as --passphrase-file.
    """
    if by_passphrase == (recipient is not None):
        message = "one of --passphrase and --device is needed."
        raise UsageError(message, next="See `qantar keys add --help`.")
    if recipient is not None and new_passphrase_file is not None:
        message = "--new-passphrase-file goes with --passphrase only."
        raise UsageError(message, next="See `qantar keys add --help`.")
    from qantar.workbench import keys  # noqa: PLC0415  # loaded when it is run

    keys.checked_label(label)
    unlocked = opened(case, passphrase_file)
    if recipient is not None:
        new = keys.device_slot(recipient, label=label)
    else:
        passphrase = new_passphrase(new_passphrase_file)
        keys.refuse_known(unlocked, passphrase)
        new = keys.passphrase_slot(passphrase, label=label)
    number = keys.add(unlocked, new)
    _say_slot(number, as_json=as_json)
    if unlocked.open:
        tell("The case is still open to everyone, until its open slot is removed.")


@command.command(
    "remove",
    epilog="\b\nExamples:\n    qantar keys remove winter 2\n    qantar keys remove winter 2 --yes",
)
@case_argument
@click.argument("number", metavar="N", type=click.IntRange(min=1))
@click.option("--yes", is_flag=True, help="Remove without asking.")
@passphrase_option
@json_option
def remove_command(
    case: Path, *, number: int, yes: bool, passphrase_file: Path | None, as_json: bool
) -> None:
    """Remove slot N of CASE, as `qantar keys list` numbers them.

    The slot is overwritten and removed in all its copies. The last way in is never
    removed. Copies of the folder that were made before still open with it, and
    whoever opened the case may have kept its key: against somebody who was let in,
    this is a closed door, not a changed lock.
    """
    from qantar.workbench import keys  # noqa: PLC0415  # loaded when it is run

    unlocked = opened(case, passphrase_file)
    ways = keys.ways_in(unlocked)
    keys.refuse_last(ways, number)
    for way in ways:
        tell(f"{'remove' if way.number == number else 'keep  '}  {_line(way)}")
    if not yes:
        _ask(f"Remove slot {number}?")
    keys.remove(unlocked, number)
    if as_json:
        say_json({"removed": {"number": number}})
    else:
        say(f"slot {number} removed")
    tell(COPIES)


@command.command(
    "change",
    epilog="\b\nExamples:\n    qantar keys change winter\n"
    "    qantar keys change winter --passphrase-file old.txt --new-passphrase-file new.txt",
)
@case_argument
@new_passphrase_option
@passphrase_option
@json_option
def change_command(
    case: Path, *, new_passphrase_file: Path | None, passphrase_file: Path | None, as_json: bool
) -> None:
    """Change the passphrase that CASE is opened with.

    The new slot is written before the old one is overwritten and removed; a power
    cut leaves both. Copies of the folder that were made before still open with the
    old passphrase. Other ways in stay as they are.
    """
    from qantar.workbench import keys  # noqa: PLC0415  # loaded when it is run

    unlocked = opened(case, passphrase_file)
    old = keys.used_passphrase(unlocked)
    label = old.slot.label if old.slot else ""
    passphrase = new_passphrase(new_passphrase_file)
    keys.refuse_known(unlocked, passphrase)
    number = keys.change(unlocked, keys.passphrase_slot(passphrase, label=label))
    _say_slot(number, as_json=as_json)
    tell(f"The passphrase is changed; slot {old.number} is gone. {COPIES}")


command.add_command(shares_command)
command.add_command(recover_command)


def _line(way: WayIn) -> str:
    label = f"  {way.slot.label}" if way.slot and way.slot.label else ""
    damaged = f"  (damaged: {', '.join(way.damaged)})" if way.slot and way.damaged else ""
    return f"{way.number}  {way.words}{label}{damaged}"


def _say_slot(number: int, *, as_json: bool) -> None:
    if as_json:
        say_json({"added": {"number": number}})
    else:
        say(f"slot {number}")


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        message = "removing asks first, and nobody is there to answer."
        raise UsageError(message, next="Add --yes to remove without being asked.")
    confirm(question, declined="Nothing was removed.")
