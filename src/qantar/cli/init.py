"""`qantar init`: make a new case, or a device that will belong to one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from qantar.cli.options import case_argument, json_option
from qantar.cli.output import say, say_json, tell
from qantar.cli.passphrases import new_passphrase
from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.archive.case import Case
    from qantar.archive.slots import NewSlot

OPEN_CASE: Final = "This case is open: anyone who has the folder can read it."
NO_HELP: Final = (
    "Without the passphrase nobody can open this folder, and nobody can help: there is no other "
    "way in."
)

# What services that copy folders elsewhere name them, without spaces, dashes and dots.
_SYNCED: Final = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "googledrive": "Google Drive",
    "mydrive": "Google Drive",
    "icloud": "iCloud",
    "mobiledocuments": "iCloud",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "yandexdisk": "Yandex Disk",
}


EXAMPLES = """\b
Examples:
    qantar init winter --title "Winter in Sayaqkent"
    qantar init winter --passphrase-file /media/key/winter.txt
    qantar init cases/2024-05 --open --json
    qantar init winter --join
    qantar init field --collector --for qantar1:0f5c…:member:91ab…:age1…:3e7d21aa
"""


@click.command("init", epilog=EXAMPLES)
@case_argument
@click.option("--title", help="What the case is called; it is sealed with all else.")
@click.option("--open", "is_open", is_flag=True, help="Make a case that anyone can read.")
@click.option(
    "--passphrase-file",
    "passphrase_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Take the first line of FILE as the new passphrase; asked for twice if absent.",
)
@click.option("--join", is_flag=True, help="Make a device that waits to join a case.")
@click.option("--collector", is_flag=True, help="Make a device that takes in and cannot read.")
@click.option("--for", "home", metavar="LINE", help="The device that a collector seals for.")
@json_option
def command(  # noqa: PLR0913  # one for each option
    case: Path,
    *,
    title: str | None,
    is_open: bool,
    passphrase_file: Path | None,
    join: bool,
    collector: bool,
    home: str | None,
    as_json: bool,
) -> None:
    """Make a new case in the folder CASE.

    CASE must not exist, or be empty. A case holds the originals as they arrived, a
    journal of all that was done, and the record that is derived from both. All of
    it is sealed under a new passphrase, which is asked for twice. What stays
    visible: that it is a case of Qantar, how many things are in it and about how
    large they are, when entries were made, and the labels of its keys.

    With --open the key lies in the folder: anyone who has it reads all. Use it for
    public material.

    With --join the folder waits for a case of others: prints the line by which a
    member invites this device (`qantar devices`). With --collector it seals all
    that is added for the member's device in LINE, as `qantar devices show` prints
    it there, and cannot open it again. The passphrase of such a folder is its own.
    """
    _refuse_what_does_not_fit(title, passphrase_file, home, is_open, join, collector)
    from qantar.archive.case import refuse_taken  # noqa: PLC0415  # loaded when it is run

    refuse_taken(case)  # before anybody thinks of a passphrase
    _warn_of_synced(case)
    ways = None if is_open else _ways(passphrase_file)
    made = _made(case, title, home, ways, join=join)
    line = made.signer.public.line(made.id or None)
    if as_json:
        say_json({"case": _to_json(made, title, line)})
        return
    if made.founder:
        say(f"case {made.id} in {made.root}")
    else:
        say(line)
    _tell_what_next(made, case)


def _refuse_what_does_not_fit(  # one for each option
    title: str | None,
    passphrase_file: Path | None,
    home: str | None,
    is_open: bool,  # noqa: FBT001  # as the options give them
    join: bool,  # noqa: FBT001
    collector: bool,  # noqa: FBT001
) -> None:
    if is_open and passphrase_file is not None:
        message = "an open case has no passphrase."
        raise UsageError(message, next="Leave out --open, or --passphrase-file.")
    if join and collector:
        message = "a device joins as a member or collects, not both."
        raise UsageError(message, next="Leave out --join, or --collector.")
    if collector != (home is not None):
        message = "a collector needs the line of the device that it seals for, and only it does."
        raise UsageError(message, next="Say --collector --for LINE.")
    if title is not None and (join or collector):
        message = "the case that this device will belong to has its title already."
        raise UsageError(message, next="Leave out --title.")


def _ways(passphrase_file: Path | None) -> Sequence[NewSlot]:
    passphrase = new_passphrase(passphrase_file, option="--passphrase-file")
    from qantar.workbench.keys import passphrase_slot  # noqa: PLC0415  # loaded when it is run

    return [passphrase_slot(passphrase)]


def _made(
    path: Path,
    title: str | None,
    home: str | None,
    ways: Sequence[NewSlot] | None,
    *,
    join: bool,
) -> Case:
    from qantar.workbench import create  # noqa: PLC0415  # loaded when it is run

    if home is not None:
        return create.create_collector(path, home=home, ways=ways)
    if join:
        return create.create_waiting(path, ways=ways)
    return create.create(path, title=title, now=datetime.now(UTC), ways=ways)


def _to_json(made: Case, title: str | None, line: str) -> dict[str, object]:
    return {
        "path": str(made.root),
        "id": made.id or None,
        "title": title,
        "open": made.open,
        "role": made.role.value,
        "device": made.device,
        "line": line,
    }


def _tell_what_next(made: Case, case: Path) -> None:
    tell(OPEN_CASE if made.open else NO_HELP)
    if not made.open:
        tell(f"Make recovery shares for it: qantar keys shares {case} --threshold 2 --of 3")
    if made.founder:
        tell(f"Next: qantar add {case} --sheet SHEET.toml")
        return
    tell("The line above is this device. It is no secret; send it so that nobody can change it.")
    tell("A member lets it in with: qantar devices invite CASE LINE --name NAME")
    if not made.id:
        tell(f"Then take in the bundle that they make: qantar merge {case} BUNDLE")


def _warn_of_synced(path: Path) -> None:
    for part in path.resolve().parts:
        plain = "".join(letter for letter in part.lower() if letter.isalnum())
        for sign, name in _SYNCED.items():
            if plain.startswith(sign) or plain.endswith(sign):
                tell(f'warning: "{part}" looks like a folder that {name} copies to other machines.')
                tell("warning: every version of the case would be kept there, erased material too.")
                return
