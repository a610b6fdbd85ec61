"""What several commands share: the case they work on, and how they answer."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from qantar import __version__
from qantar.errors import UsageError

SOFTWARE = f"qantar {__version__}"
"""What made a record or a dossier, as it is noted there."""

WITH_FINDINGS = 1
"""Exit code of a command that did its work, under --strict, when there are findings."""

case_argument = click.argument("case", metavar="CASE", type=click.Path(path_type=Path))

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, for other programs."
)

passphrase_option = click.option(
    "--passphrase-file",
    "passphrase_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Read the passphrase, or an age identity, from FILE; asked for on the terminal if absent.",
)
"""For every command that opens a case: its `passphrase_file` goes to `opening.opened`."""

new_passphrase_option = click.option(
    "--new-passphrase-file",
    "new_passphrase_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Take the first line of FILE as the new passphrase; asked for twice if absent.",
)

label_option = click.option(
    "--label",
    default="",
    help="What to call it in the list; anyone who has the closed case can read this.",
)

strict_option = click.option(
    "--strict", is_flag=True, help="Exit with 1 when there are findings about the material."
)


def said(given: str, question: str) -> str:
    """Give what stands on the command line, or, where that is `-`, what is typed now.

    A command line stays in the history of the shell, in the clear, and is shown to other
    programs of the same person while the command runs.

    Raises:
        UsageError: nothing was typed.
    """
    if given != "-":
        return given
    if sys.stdin.isatty():
        click.echo(f"{question}: ", nl=False, err=True)
    typed = sys.stdin.readline().strip()
    if not typed:
        message = "nothing was given on standard input."
        raise UsageError(message, next=f"Type it there: {question}.")
    return typed


def amount(number: int, one: str, many: str | None = None) -> str:
    """Spell a count with its noun: `1 file`, `2,000 files`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
