"""What reaches the terminal: results on standard output, everything else on standard error.

Text of the material is written by people nobody knows. A control character in it
could recolour, overwrite or hide what the terminal shows, so every line goes
through `escaped` on its way out, and every JSON object through `json_line`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Final

import click

from qantar.errors import QantarError
from qantar.model.finding import Finding

# Control characters, lone surrogates, line and paragraph separators, and the marks
# that turn the direction of writing: none of them shows, all of them change what does.
_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


_SECONDS_BETWEEN: Final = 5.0


def escaped(untrusted_text: str) -> str:
    """Make text safe to show on one line: what would steer the terminal is spelt out.

    A line feed becomes a backslash and an n, an escape a backslash and x1b.
    """
    return _UNSAFE.sub(_spelt, untrusted_text)


def _spelt(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def json_line(value: Mapping[str, object]) -> str:
    """Write one JSON object on one line, safe to show; text of any script stays readable."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def say(line: str) -> None:
    """Print one line of a result."""
    click.echo(escaped(line))


def say_json(value: Mapping[str, object]) -> None:
    """Print one JSON object of a result, at once: whoever reads along sees it now."""
    click.echo(json_line(value))
    sys.stdout.flush()


def tell(line: str) -> None:
    """Print one line beside the result: progress, warnings, what to do next."""
    click.echo(escaped(line), err=True)


class Declined(click.Abort):
    """A person said no; the words say that nothing was done."""


def confirm(question: str, *, declined: str) -> None:
    """Ask a person, on standard error.

    Raises:
        Declined: they said no, with the words `declined`.
    """
    if not click.confirm(escaped(question), err=True):
        raise Declined(declined)


def progress(line: str) -> None:
    """Say what is being done, to a person at a terminal only."""
    if sys.stderr.isatty():
        tell(f"{line} …")


class Steps:
    """Says how far long work is, to a person at a terminal only, and not too often."""

    def __init__(self, what: str, things: str) -> None:
        """Name the work, and what is counted."""
        self._what, self._things = what, things
        self._next = monotonic() + _SECONDS_BETWEEN

    def __call__(self, done: int, total: int) -> None:
        """Take note that so many of so many are done."""
        if monotonic() >= self._next:
            progress(f"{self._what}: {done:,} of {total:,} {self._things}")
            self._next = monotonic() + _SECONDS_BETWEEN


def warn(findings: Iterable[Finding], *, most: int = 20) -> None:
    """Show findings about the material, the first `most` of them one by one."""
    listed = tuple(findings)
    for finding in listed[:most]:
        tell(f"warning: {in_words(finding)}")
    if len(listed) > most:
        tell(f"warning: and {len(listed) - most} more; --json lists all.")


def in_words(finding: Finding) -> str:
    """Write a finding as one line: where, what, and its code."""
    place = finding.where.words() if finding.where else ""
    where = ", ".join(part for part in (finding.file, place) if part)
    return f"{f'{where}: ' if where else ''}{finding.text} [{finding.code}]"


def finding_json(finding: Finding) -> dict[str, object]:
    """A finding as every command prints it."""
    where = finding.where
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "text": finding.text,
        "file": finding.file,
        "where": where.to_json() if where else None,
    }


def error_json(error: QantarError) -> dict[str, object]:
    """An error as every command prints it."""
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            "where": error.where,
            "next": error.next,
        }
    }


def show_error(error: QantarError, *, as_json: bool) -> None:
    """Show what stopped the command, on standard error, and as JSON where that was asked for."""
    first, *rest = str(error).split("\n")
    tell(f"error: {first}")
    for line in rest:
        tell(f"  {line}")
    if as_json:
        say_json(error_json(error))
