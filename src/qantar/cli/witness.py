"""`qantar witness`: have an outside authority vouch for a journal, and see who saw what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qantar.cli.opening import opened
from qantar.cli.options import amount, case_argument, json_option, passphrase_option
from qantar.cli.output import say, say_json

if TYPE_CHECKING:
    from qantar.workbench.witness_list import FirstSeen, WitnessList

NOBODY = "unwitnessed: nobody else has signed to have seen any of these journals"

EXAMPLES = """\b
Examples:
    qantar witness request winter winter.tsq
    qantar witness add winter winter.tsr --root authority.pem
    qantar witness list winter
"""


@click.group("witness", epilog=EXAMPLES)
def command() -> None:
    """Have an authority stamp a journal, and list who saw what of it.

    The devices of a team witness each other's journals with every bundle. Somebody
    outside can too: a time-stamp authority (RFC 3161) signs the hash of a
    checkpoint and the time. Request and answer are files; Qantar sends nothing.
    """


@command.command(
    "request", epilog="\b\nExamples:\n    qantar witness request winter winter.tsq --json"
)
@case_argument
@click.argument("out", metavar="OUT.tsq", type=click.Path(path_type=Path))
@passphrase_option
@json_option
def request_command(case: Path, out: Path, *, passphrase_file: Path | None, as_json: bool) -> None:
    """Write a request for a time stamp of CASE's journal to OUT.tsq.

    It holds a hash and a number drawn at random, nothing of the case. Give it to any
    authority, for instance by uploading it from another computer, and take its
    answer in with `qantar witness add`. Needs qantar[witness].
    """
    from qantar.workbench.witness import request  # noqa: PLC0415  # loaded when it is run

    made = request(opened(case, passphrase_file), out)
    if as_json:
        say_json({"request": made.to_json()})
    else:
        say(f"{amount(made.entries, 'entry', 'entries')} to be stamped: {made.path}")


@command.command(
    "add",
    epilog="\b\nExamples:\n    qantar witness add winter winter.tsr --root authority.pem",
)
@case_argument
@click.argument("answer", metavar="RESPONSE.tsr", type=click.Path(path_type=Path))
@click.option(
    "--root",
    "roots",
    metavar="CA.pem",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Certificates that you trust; the answer's signature is held against them.",
)
@passphrase_option
@json_option
def add_command(
    case: Path,
    answer: Path,
    *,
    roots: tuple[Path, ...],
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Take in RESPONSE.tsr, an authority's answer to a request of CASE.

    It must fit a request that was made here. With --root, its signature and
    certificates are checked, and the journal keeps that they were; without,
    the journal keeps that they were not. Needs qantar[witness].
    """
    from qantar.workbench.witness import take_in  # noqa: PLC0415  # loaded when it is run

    unlocked = opened(case, passphrase_file)
    taken = take_in(unlocked, answer, roots=roots, now=datetime.now(UTC))
    if as_json:
        say_json({"added": taken.to_json()})
        return
    who = taken.authority or "an authority that does not name itself"
    entries = amount(taken.entries, "entry", "entries")
    say(f"{who} saw {entries} of {taken.device} at {taken.at:%Y-%m-%dT%H:%M:%SZ}")
    say("signature checked" if taken.checked else "signature not checked: give --root to check it")


@command.command("list", epilog="\b\nExamples:\n    qantar witness list winter --json")
@case_argument
@passphrase_option
@json_option
def list_command(case: Path, *, passphrase_file: Path | None, as_json: bool) -> None:
    """List who saw what of the journals of CASE, and since when.

    An entry's own time is what its device claims. Somebody else's signature says
    that it was there by then, and no more. Reads only.
    """
    from qantar.workbench.witness_list import witness_list  # noqa: PLC0415  # loaded when it is run

    found = witness_list(opened(case, passphrase_file, mend=False))
    if as_json:
        for one in found.entries:
            say_json({"entries": one.to_json()})
        say_json({"requests": list(found.open_requests)})
        return
    for line in _lines(found):
        say(line)


def _lines(found: WitnessList) -> Iterator[str]:
    for one in found.seen:
        at = f" at {one.at:%Y-%m-%dT%H:%MZ}" if one.at else ""
        yield f"witnessed up to entry {one.size} of {one.device} by {one.by}{at}"
    if not found.seen:
        yield NOBODY
    yield from map(_entries, found.entries)
    for size in found.open_requests:
        yield f"asked, and not answered yet: the first {amount(size, 'entry', 'entries')}"


def _entries(one: FirstSeen) -> str:
    which = f"entry {one.first}" if one.first == one.last else f"entries {one.first} to {one.last}"
    since, until = one.claimed
    claimed = f"{since:%Y-%m-%dT%H:%MZ}"
    if until != since:
        claimed += f" to {until:%Y-%m-%dT%H:%MZ}"
    if one.by is None:
        seen = "not witnessed"
    else:
        at = f"{one.at:%Y-%m-%dT%H:%MZ}" if one.at else "at a time that is not known"
        seen = f"first witnessed {at} by {one.by}"
    return f"{which} of {one.device}: claimed {claimed}, {seen}"
