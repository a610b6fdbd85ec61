"""`qantar status`: what is in a case, what waits, and whether it is well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qantar.cli.init import OPEN_CASE
from qantar.cli.opening import opened
from qantar.cli.options import (
    WITH_FINDINGS,
    amount,
    case_argument,
    json_option,
    passphrase_option,
    strict_option,
)
from qantar.cli.output import say, say_json

if TYPE_CHECKING:
    from qantar.readers.programs import Program
    from qantar.workbench.keys import WayIn
    from qantar.workbench.status import Status

_LISTED = 40
_DIGITS = 12


EXAMPLES = """\b
Examples:
    qantar status winter
    qantar status winter --json --strict
"""


@click.command("status", epilog=EXAMPLES)
@case_argument
@passphrase_option
@json_option
@strict_option
def command(case: Path, *, passphrase_file: Path | None, as_json: bool, strict: bool) -> int:
    """Say what is in CASE, what waits for you, and whether it is well.

    Lists the files taken in with their originals, counts them by what they hold,
    by consent and by source, counts the findings of the last build, and says how
    well the readers of files are confined on this system, and which programs they
    can use (Tesseract, FFmpeg). Writes
    nothing but damaged copies of keys; the whole journal is checked on the way.
    """
    from qantar.readers.libraries import missing  # noqa: PLC0415  # loaded when it is run
    from qantar.readers.programs import programs  # noqa: PLC0415  # loaded when it is run
    from qantar.workbench.keys import ways_in  # noqa: PLC0415  # loaded when it is run
    from qantar.workbench.lending import readers_here  # noqa: PLC0415  # loaded when it is run
    from qantar.workbench.status import status  # noqa: PLC0415  # loaded when it is run

    unlocked = opened(case, passphrase_file)
    found, ways, tier = status(unlocked), ways_in(unlocked), readers_here(tables=True).tier
    used = programs()
    if as_json:
        also = {
            "opens_with": [way.words for way in ways],
            "readers": tier.value,
            "libraries_missing": [one.name for one in missing()],
            "record_has_other_libraries": found.has_other_libraries,
            "programs": {one.name: one.to_json() for one in used},
        }
        say_json(found.to_json() | also)
    else:
        for line in _lines(found, ways):
            say(line)
        say(f"readers: {tier}: {tier.words}")
        for line in (*_libraries(found), *_programs(used)):
            say(line)
    return WITH_FINDINGS if strict and found.findings else 0


def _libraries(found: Status) -> Iterator[str]:
    """Say what readers lack here, and whether the record was made with other libraries."""
    from qantar.readers.libraries import INSTALL, missing  # noqa: PLC0415  # loaded when it is run

    if lacking := missing():
        named = ", ".join(f"{one.name} ({one.needed_for})" for one in lacking)
        yield f"  libraries that are missing here: {named}; {INSTALL}"
    if found.has_other_libraries:
        yield "  the record was made with other libraries than are here: qantar build reads anew"


def _programs(used: tuple[Program, ...]) -> Iterator[str]:
    """Say which programs of others there are, and how well they are confined."""
    from qantar.readers.programs import tier_words  # noqa: PLC0415  # loaded when it is run

    for tier in {one.tier for one in used if one.tier is not None}:
        yield f"programs of others: {tier}: {tier_words(tier)}"
    for one in used:
        yield f"  {one.words}"


def _lines(found: Status, ways: tuple[WayIn, ...]) -> Iterator[str]:
    from qantar.workbench.count_words import count_lines  # noqa: PLC0415  # when it is run
    from qantar.workbench.people_changes import people_lines  # noqa: PLC0415  # likewise

    which = f"case {found.case.id}" if found.case.id else "no case yet"
    yield f"{found.folded.title or 'untitled'} ({which})"
    if found.case.open:
        yield OPEN_CASE
    yield f"opens with: {', '.join(way.words for way in ways)}"
    yield f"{amount(found.originals, 'original')}, {amount(len(found.accessions), 'accession')}"
    for about in ("holds", "consent", "source"):
        counted = ", ".join(f"{n:,} {name}" for name, n in found.by(about).items())
        if counted:
            yield f"  by {about}: {counted}"
    yield from _files(found)
    head = found.journal.id[:_DIGITS]
    entries = amount(found.journal.seq, "entry", "entries")
    yield f"journal: {entries}{f', the newest is {head}' if head else ''}"
    yield from _devices(found)
    yield from _record(found)
    yield from people_lines(found.facts)
    yield from count_lines(found.facts.counts if found.facts else ())
    for one in found.decisions:
        targets = " ".join(one.targets)
        yield f"decision {one.id} of {one.at:%Y-%m-%d}: {one.verdict} {targets} ({one.reason})"
    for release in found.folded.releases:
        as_of = f", as of {release.as_of}" if release.as_of else ""
        yield f"published {release.release[:_DIGITS]} on {release.at:%Y-%m-%d}{as_of}"
    for line in found.waiting():
        yield f"waits: {line}"


def _devices(found: Status) -> Iterator[str]:
    """Say who takes part; of a case that one device has to itself there is nothing to say."""
    from qantar.workbench.team_status import device_words  # noqa: PLC0415  # loaded when it is run

    if len(found.folded.devices) > 1:
        for one in found.folded.devices:
            yield f"  device {device_words(one, found)}"
        seen = f"up to entry {found.witnessed:,}" if found.witnessed else "nothing of it yet"
        yield f"  of this device's journal, another signed to have seen {seen}"


def _files(found: Status) -> Iterator[str]:
    for one in found.accessions[:_LISTED]:
        yield f"  {one.id}  {one.original[:_DIGITS]}  {one.size:>10,} bytes  {one.accession.path}"
    if len(found.accessions) > _LISTED:
        yield f"  and {len(found.accessions) - _LISTED:,} more; --json lists all"


def _record(found: Status) -> Iterator[str]:
    yield f"record: {found.record}"
    if found.facts is None:
        return
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in found.facts.claims.items())
    claims = amount(sum(found.facts.claims.values()), "claim")
    yield f"  {claims}{f' ({kinds})' if kinds else ''}"
    yield f"  {amount(found.facts.events, 'event')}, {amount(found.facts.figures, 'figure')}"
    for one in found.findings:
        yield f"  finding {one.code} ({one.severity}): {one.count:,}"
