"""`qantar build`: derive the record."""

from __future__ import annotations

import resource
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from qantar.cli.opening import opened
from qantar.cli.options import (
    SOFTWARE,
    WITH_FINDINGS,
    amount,
    case_argument,
    json_option,
    passphrase_option,
    strict_option,
)
from qantar.cli.output import Steps, progress, say, say_json, tell, warn

if TYPE_CHECKING:
    from qantar.workbench.build import BuildReport

_BYTES_A_MB = 1024 * 1024
# Linux counts in KiB, macOS in bytes.
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


EXAMPLES = """\b
Examples:
    qantar build winter
    qantar build winter --json --strict
"""


@click.command("build", epilog=EXAMPLES)
@case_argument
@passphrase_option
@json_option
@strict_option
def command(case: Path, *, passphrase_file: Path | None, as_json: bool, strict: bool) -> int:
    """Derive the record of CASE from its originals and its journal.

    The record is made anew and replaces the old one only when it is whole. The same
    originals and journal give the same record, with the same digest, on every machine
    that has the same libraries and programs for reading; what is missing is told.
    Every row of every table is accounted for: in = read + unreadable.
    Rows of lists of people are linked into persons (with the extra `linking`), and
    what a sheet asks for under [[counting]] is estimated (with the extra `counting`).
    What could not be taken over is a finding, and never stops a build; an original
    that is missing or altered is one too, with a warning. An erasure
    that was begun on this device and interrupted is finished first.
    """
    from qantar.archive.lock import writing  # noqa: PLC0415  # loaded when it is run
    from qantar.workbench.build import build  # noqa: PLC0415  # loaded when it is run
    from qantar.workbench.erase import finish  # noqa: PLC0415  # loaded when it is run

    started = perf_counter()
    unlocked = opened(case, passphrase_file)
    progress("building the record")
    with writing(unlocked):
        if finish(unlocked, now=datetime.now(UTC), software=None):
            tell("An erasure that had been interrupted was finished.")
        report = build(unlocked, software=SOFTWARE, told=Steps("reading", "files"))
    seconds = round(perf_counter() - started, 3)
    if as_json:
        say_json(report.to_json() | {"seconds": seconds, "peak_memory_mb": peak_memory_mb()})
    else:
        _show(report, seconds, case)
    warn(report.not_whole)
    return WITH_FINDINGS if strict and report.findings else 0


def peak_memory_mb() -> int:
    """The most memory this process has used, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT
    return round(peak / _BYTES_A_MB)


def _tell_missing(report: BuildReport) -> None:
    """Say what this machine lacks to read all, and what that does to the record."""
    from qantar.readers.libraries import INSTALL  # noqa: PLC0415  # loaded when it is run

    if report.missing:
        lacking = ", ".join(f"{one.name} ({one.needed_for})" for one in report.missing)
        unread = f"{amount(report.unread, 'time')} something was not read" if report.unread else ""
        tell(
            f"warning: libraries for reading are missing here: {lacking}."
            f"{f' For want of them {unread}.' if unread else ''} The record says less than it "
            f"could, and has another digest than where they are installed. {INSTALL}, then build."
        )


def _show_people(report: BuildReport) -> None:
    """Say how many persons the lists name, or what it takes to tell."""
    from qantar.workbench.made_with import INSTALL_LINKING  # noqa: PLC0415  # loaded when it is run
    from qantar.workbench.people_changes import count_words  # noqa: PLC0415  # likewise

    if report.people:
        rows = amount(sum(one.rows for one in report.people.lists), "row")
        on = f"on {amount(report.lists, 'list')} of {rows}"
        say(f"{count_words(report.people.count)} persons {on}")
    if report.linking_missing:
        tell(
            f"warning: {amount(report.lists, 'list')} of people were not linked: who is one person "
            "is not known, because a part of Qantar is not installed. The record has another "
            f"digest than where it is. Install it: {INSTALL_LINKING}, then build."
        )


def _show_counts(report: BuildReport) -> None:
    """Say what the countings came to, or what it takes to carry them out."""
    from qantar.workbench import count_words  # noqa: PLC0415  # loaded when it is run

    for line in count_words.count_lines(report.counts):
        say(line)
    if count_words.lacks_counting(report.counts):
        tell(count_words.INSTALL)


def _show(report: BuildReport, seconds: float, case: Path) -> None:
    said = report.to_json()
    say(
        f"{amount(report.originals, 'original')}, {amount(report.accessions, 'accession')}, "
        f"{amount(report.documents, 'document')} read"
    )
    for holds, rows in report.rows.items():
        rows_in = amount(rows.rows_in, "row")
        say(f"  {holds}: {rows_in} in, {rows.read:,} read, {rows.unreadable:,} unreadable")
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in report.claims.items())
    say(f"{amount(sum(report.claims.values()), 'claim')}{f' ({kinds})' if kinds else ''}")
    say(f"{amount(report.events, 'event')}, {amount(report.figures, 'figure')}")
    _show_people(report)
    _show_counts(report)
    _tell_missing(report)
    for code, count in report.findings.items():
        say(f"  finding {code}: {count:,}")
    say(f"record {said['record_digest']} ({'changed' if report.changed else 'unchanged'})")
    tell(f"Built in {seconds:.1f} s. Next: qantar publish {case} OUT")
