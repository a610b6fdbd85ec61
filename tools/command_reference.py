"""Write docs/commands.md from what every command says with --help; a test compares.

Usage: python tools/command_reference.py docs/commands.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from qantar.cli.lazy import COMMANDS
from qantar.cli.main import qantar

_WIDTH = 90
_HEAD = """\
# Commands

Written by `tools/command_reference.py` from `--help`: edit the commands, not this page
(`make reference`).

"""


def reference() -> str:
    """Give the whole page as Markdown: `qantar` itself, then each command with those below it."""
    settings = {**qantar.context_settings, "terminal_width": _WIDTH}
    with click.Context(qantar, info_name="qantar", **settings) as context:
        sections = [_section(qantar, context)]
        for name in COMMANDS:
            command = qantar.get_command(context, name)
            if command is None:
                message = f"the command {name} is listed and not there"
                raise LookupError(message)
            with click.Context(
                command, info_name=name, parent=context, terminal_width=_WIDTH
            ) as below:
                sections.append(_section(command, below))
                sections.extend(_sections_below(command, below))
    return _HEAD + "\n".join(sections)


def _sections_below(command: click.Command, context: click.Context) -> Iterator[str]:
    if not isinstance(command, click.Group):
        return
    for name in command.list_commands(context):
        under = command.get_command(context, name)
        if under is not None:
            with click.Context(
                under, info_name=name, parent=context, terminal_width=_WIDTH
            ) as below:
                yield _section(under, below)


def _section(command: click.Command, context: click.Context) -> str:
    shown = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    return f"## {context.command_path}\n\n```text\n{shown}\n```\n"


def main(arguments: list[str]) -> int:
    """Write the page to the one path given."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    Path(arguments[0]).write_text(reference(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
