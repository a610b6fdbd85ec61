"""Commands that are loaded when they are named, so that `qantar --help` stays light.

Each command's module is light too: what is heavy (databases, readers, charts) is
imported inside the function that runs the command, never to show its help.
"""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "demo": "qantar.cli.demo",
    "init": "qantar.cli.init",
    "add": "qantar.cli.add",
    "build": "qantar.cli.build",
    "publish": "qantar.cli.publish",
    "status": "qantar.cli.status",
    "search": "qantar.cli.search",
    "show": "qantar.cli.show",
    "decide": "qantar.cli.decide",
    "review": "qantar.cli.review",
    "read": "qantar.cli.read",
    "link": "qantar.cli.link",
    "count": "qantar.cli.count",
    "keys": "qantar.cli.keys",
    "erase": "qantar.cli.erase",
    "devices": "qantar.cli.devices",
    "bundle": "qantar.cli.bundle",
    "merge": "qantar.cli.merge",
    "verify": "qantar.cli.verify",
    "witness": "qantar.cli.witness",
}
"""Module of each command, in the order in which a newcomer meets them; it holds it as `command`."""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command, or give None where there is none of this name."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = import_module(module).command
        if not isinstance(command, click.Command):
            message = f"{module} holds no command"
            raise TypeError(message)
        return command
