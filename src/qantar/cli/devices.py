"""`qantar devices`: who works on a case."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from qantar.cli.opening import opened
from qantar.cli.options import amount, case_argument, json_option, passphrase_option
from qantar.cli.output import confirm, say, say_json, tell
from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.workbench.devices import DeviceState

_DIGITS: Final = 8

EXAMPLES = """\b
Examples:
    qantar devices show winter
    qantar devices list winter
    qantar devices invite winter qantar1:-:member:91ab…:age1…:3e7d21aa --name Aizhan
    qantar devices revoke winter "lost laptop"
    qantar devices renew winter
"""


@click.group("devices", epilog=EXAMPLES)
def command() -> None:
    """List the devices of a case, let others in, shut one out.

    Each device writes a journal of its own and signs it. To work as a team, one
    makes the case; the others run `qantar init CASE --join` and send the line that
    it prints; a member invites the line and makes a bundle; and the first bundle
    brings them the case.
    """


@command.command("show", epilog="\b\nExamples:\n    qantar devices show winter")
@case_argument
@passphrase_option
@json_option
def show_command(case: Path, *, passphrase_file: Path | None, as_json: bool) -> None:
    """Print the line of this device in CASE, for others.

    It is no secret. Send it so that nobody can put another in its place, and have
    the last eight digits read back.
    """
    unlocked = opened(case, passphrase_file)
    line = unlocked.signer.public.line(unlocked.id or None)
    if as_json:
        say_json({"device": {"id": unlocked.device, "role": unlocked.role.value, "line": line}})
    else:
        say(line)


@command.command(
    "list",
    epilog="\b\nExamples:\n    qantar devices list winter\n    qantar devices list winter --json",
)
@case_argument
@passphrase_option
@json_option
def list_command(case: Path, *, passphrase_file: Path | None, as_json: bool) -> None:
    """List the devices of CASE: name, role, newest entry, last exchange.

    The last exchange is when a bundle of that device brought something new here. A
    forked device is one that was copied and worked with in both places. Reads only.
    """
    from qantar.workbench.devices import devices_of  # noqa: PLC0415  # loaded when it is run

    for one in devices_of(opened(case, passphrase_file)):
        if as_json:
            say_json({"device": one.to_json()})
        else:
            say(_line(one))


@command.command(
    "invite",
    epilog="\b\nExamples:\n"
    "    qantar devices invite winter qantar1:-:member:91ab…:age1…:3e7d21aa --name Aizhan",
)
@case_argument
@click.argument("line", metavar="LINE")
@click.option("--name", required=True, help="What the team calls this device.")
@passphrase_option
@json_option
def invite_command(
    case: Path, *, line: str, name: str, passphrase_file: Path | None, as_json: bool
) -> None:
    """Let the device in LINE into CASE, under a name.

    What it writes counts from now on, and a member can read all that is in the
    case, once a bundle has brought it. LINE is what `qantar init --join`, `qantar init
    --collector` or `qantar devices show` printed there. Whoever could change it on
    the way would be let in instead: compare it by another way.
    """
    from qantar.workbench.devices import invite  # noqa: PLC0415  # loaded when it is run

    entry = invite(opened(case, passphrase_file), line, name=name, now=datetime.now(UTC))
    if as_json:
        say_json({"invited": {"name": name, "entry": entry.id}})
        return
    say(f'"{name}" is let in.')
    if ":collector:" in line:
        tell("It brings what it collects by bundle: qantar bundle, there; qantar merge, here.")
    else:
        tell(f'Next: qantar bundle {case} OUT --for "{name}"')


@command.command(
    "revoke",
    epilog='\b\nExamples:\n    qantar devices revoke winter "lost laptop"\n'
    "    qantar devices revoke winter 3e7d21aa --yes",
)
@case_argument
@click.argument("device", metavar="NAME")
@click.option("--yes", is_flag=True, help="Shut it out without asking.")
@passphrase_option
@json_option
def revoke_command(
    case: Path, *, device: str, yes: bool, passphrase_file: Path | None, as_json: bool
) -> None:
    """Shut the device NAME out of CASE.

    What it wrote and is here still counts; what it writes later does not, unless
    another device had it before it heard of this. Nothing is sealed for it any
    more. What it has it keeps and can read: nobody can take that back.
    """
    from qantar.workbench.devices import (  # noqa: PLC0415  # loaded when it is run
        folded_for_team,
        name_of,
        revocable,
        revoke,
    )

    unlocked = opened(case, passphrase_file)
    folded = folded_for_team(unlocked)
    found = revocable(unlocked, folded, device)
    name = name_of(found, folded.founder)
    after = f"after its entry {found.newest}" if found.newest else "at all"
    tell(f'What "{name}" ({found.id[:_DIGITS]}) wrote {after} will not count.')
    if not yes:
        _ask(f'Shut "{name}" out?')
    entry = revoke(unlocked, found.id, now=datetime.now(UTC))
    if as_json:
        say_json({"revoked": {"name": name, "device": found.id, "entry": entry.id}})
        return
    say(f'"{name}" is shut out.')
    tell("Tell the others by the next bundles: until they merge one, it counts with them.")


@command.command("renew", epilog="\b\nExamples:\n    qantar devices renew winter")
@case_argument
@click.option("--name", help="What the team will call it; the old name and a number if absent.")
@passphrase_option
@json_option
def renew_command(
    case: Path, *, name: str | None, passphrase_file: Path | None, as_json: bool
) -> None:
    """Go on in CASE as a new device: this one was copied or rolled back.

    Draws new keys. The old device lets the new one in by a last entry, and its
    journal stays as it is. Bundles that were made for the old device do not open
    here any more: ask for new ones.
    """
    from qantar.workbench.renewal import renew  # noqa: PLC0415  # loaded when it is run

    unlocked = opened(case, passphrase_file)
    renewed = renew(unlocked, name=name, now=datetime.now(UTC))
    if as_json:
        say_json({"renewed": renewed.to_json()})
        return
    say(renewed.line)
    tell(f'This device goes on as "{renewed.name}".')
    tell("The others learn of it by the next bundle that you make for them.")


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        message = "this is asked first, and nobody is there to answer."
        raise UsageError(message, next="Add --yes to do it without being asked.")
    confirm(question, declined="Nothing was changed.")


def _line(one: DeviceState) -> str:
    marks = (
        (one.this, "this device"),
        (one.role != "member", one.role),
        (one.revoked, "shut out"),
        (one.forked, "forked: it was copied"),
    )
    marked = "".join(f", {words}" for holds, words in marks if holds)
    newest = f", the newest of {one.at:%Y-%m-%d}" if one.at else ""
    exchanged = f", last exchange {one.exchanged:%Y-%m-%d %H:%M} UTC" if one.exchanged else ""
    entries = amount(one.entries, "entry", "entries")
    return f"{one.id[:_DIGITS]}  {one.name}{marked}: {entries}{newest}{exchanged}"
