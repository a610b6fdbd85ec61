"""`qantar show`: one person, their rows, and what was said became of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qantar.cli.opening import opened
from qantar.cli.options import SOFTWARE, amount, case_argument, json_option, passphrase_option
from qantar.cli.output import escaped, say, say_json, tell

if TYPE_CHECKING:
    from qantar.model.person_row import DaySpan
    from qantar.workbench.show import PersonShown

EXAMPLES = """\b
Examples:
    qantar show winter a1/17
    qantar show winter court/17 --json
"""


@click.command("show", epilog=EXAMPLES)
@case_argument
@click.argument("row")
@passphrase_option
@json_option
def command(case: Path, row: str, *, passphrase_file: Path | None, as_json: bool) -> None:
    """Show the person of CASE to whom ROW of a list of people belongs.

    ROW is `a3/17`, row 17 of the accession a3, or `court/17`, of the list called court.
    Any row of a person will do, and so will the person's id. Prints the person's rows as
    they were found, and then, one a line, what was said became of them: the day that it is
    about, the status in the list's own words and the term that these mean, who says it,
    when that was published and when the list was come by.

    Nothing is resolved: statements stand side by side, whoever made them. Those that
    cannot be true together name each other.
    """
    from qantar.workbench.show import show  # noqa: PLC0415  # loaded when it is run

    found = show(opened(case, passphrase_file), row, software=SOFTWARE, tell=tell)
    if as_json:
        say_json({"person": found.to_json()})
        return
    for line in _lines(found):
        say(line)


def _lines(found: PersonShown) -> Iterator[str]:
    yield f"{found.id}  {amount(len(found.rows), 'row')}"
    for one in found.rows:
        cells = "; ".join(f"{name}: {text}" for name, text in one.cells)
        source = found.sources.get(one.source, one.source)
        yield f"  {one.id}  {escaped(one.list)} ({escaped(source)})  {escaped(cells)}"
    yield from _history(found)


def _history(found: PersonShown) -> Iterator[str]:
    from qantar.workbench.statuses import body_of  # noqa: PLC0415  # loaded when it is run

    if not found.history.statements:
        yield "no list says what became of them"
    for at, one in enumerate(found.history.statements):
        term = one.status if one.status not in (None, one.words) else None
        said = f'"{one.words}"' + (f" = {term}" if term else "")
        when = _said_when(one.published, one.acquired)
        against = ", ".join(str(other + 1) for other in found.history.against.get(at, ()))
        clash = f"  [cannot be true together with {against}]" if against else ""
        row = f"{one.accession}/{one.row}"
        body = body_of(one, found.sources)
        yield escaped(f"  {at + 1}. {_days(one.days)}  {said}  {body}{when}  {row}{clash}")


def _said_when(published: DaySpan | None, acquired: str | None) -> str:
    told = [f"published {_days(published)}"] if published else []
    told += [f"acquired {acquired}"] if acquired else []
    return f" ({', '.join(told)})" if told else ""


def _days(days: DaySpan | None) -> str:
    if days is None:
        return "undated"
    first, last = date.fromordinal(days.first), date.fromordinal(days.last)
    about = "about " if days.about else ""
    return f"{about}{first}" if first == last else f"{about}{first} to {last}"
