"""`qantar init`: make a new case."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from qantar.cli.options import case_argument, json_option
from qantar.cli.output import say, say_json, tell
from qantar.errors import UsageError

OPEN_CASE = "This case is open: anyone who has the folder can read it."


EXAMPLES = """\b
Examples:
    qantar init winter --title "Winter in Sayaqkent" --open
    qantar init cases/2024-05 --open --json
"""


@click.command("init", epilog=EXAMPLES)
@case_argument
@click.option("--title", help="What the case is called.")
@click.option("--open", "is_open", is_flag=True, help="Make a case that anyone can read.")
@json_option
def command(case: Path, *, title: str | None, is_open: bool, as_json: bool) -> None:
    """Make a new case in the folder CASE.

    CASE must not exist, or be empty. A case holds the originals as they arrived, a
    journal of all that was done, and the record that is derived from both.

    Cases that are sealed under a passphrase are not there yet. Until they are,
    only --open works, so that nothing passes for sealed that is not: whoever has
    the folder of an open case can read all of it. Use it for public material.
    """
    if not is_open:
        message = "sealed cases are not there yet; only an open case can be made."
        hint = "Add --open if the material is public: anyone who has the folder can read it."
        raise UsageError(message, next=hint)
    from qantar.workbench.create import create  # noqa: PLC0415  # loaded when it is run

    made = create(case, title=title, now=datetime.now(UTC))
    if as_json:
        say_json({"case": {"path": str(made.root), "id": made.id, "title": title, "open": True}})
        return
    say(f"case {made.id} in {made.root}")
    tell(OPEN_CASE)
    tell(f"Next: qantar add {case} --sheet SHEET.toml")
