"""`qantar decide`: record one decision."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from qantar.cli.opening import opened
from qantar.cli.options import SOFTWARE, case_argument, json_option, passphrase_option, said
from qantar.cli.output import say, say_json, tell
from qantar.model.decision import Verdict

EXAMPLES = """\b
Verdicts:
    accept EVENT...          its claims are about one happening
    reject EVENT...          no two of its claims are about one happening
    join CLAIM CLAIM...      these event claims are about one happening
    split CLAIM CLAIM...     no two of these are about one happening
    answers CLAIM... FIGURE  these claims answer the question of that figure
    same ROW ROW             these rows of lists of people are one person
    not-same ROW ROW         these are two
    unsure ROW ROW           nobody can tell yet
    withdraw CLAIM|ACCESSION...
                             set aside: kept, but out of the record
    undo DECISION...         as if that decision had not been made

\b
Examples:
    qantar decide winter accept ev-e12 --reason "one rally, two reporters"
    qantar decide winter split e12 e31 --reason "morning and evening"
    qantar decide winter answers c7 killed-sayaqkent --reason "means the whole town"
    qantar decide winter same a3/17 a4/2 --reason "the same birthday and village"
    qantar decide winter withdraw a3 --reason "wrong file"
    qantar decide winter undo d-5f0c9a1be2d47783 --reason "was a mistake"
"""


@click.command("decide", epilog=EXAMPLES)
@case_argument
@click.argument("verdict", metavar="VERDICT", type=click.Choice([one.value for one in Verdict]))
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
@click.option(
    "--reason", required=True, help="Why, in your words, kept in the journal; `-` asks for it."
)
@passphrase_option
@json_option
def command(
    case: Path,
    *,
    verdict: str,
    targets: tuple[str, ...],
    reason: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Record a decision about the record of CASE.

    A decision is kept for ever, is never overridden by an automatic run, and can be
    undone by another decision. With `--reason -` the reason is typed when asked for, and
    does not stay in the history of the shell. The record follows at the next `qantar build`.
    TARGETs are ids as `qantar search` and the dossier show them.

    ROW is a row of a list of people: its accession and its number, `a3/17`, or the
    list's name and its number, `court/17`. Decisions that contradict each other are
    findings of the next build, and none of them is carried out.

    Prints the decision's id; `accept` and `reject` of several events, and
    `undo` of several decisions, give one decision each.
    """
    from qantar.workbench.decide import decide  # noqa: PLC0415  # loaded when it is run
    from qantar.workbench.status import decision_json  # noqa: PLC0415  # loaded when it is run

    made = decide(
        opened(case, passphrase_file),
        verdict=Verdict(verdict),
        targets=targets,
        reason=said(reason, "reason"),
        now=datetime.now(UTC),
        software=SOFTWARE,
        tell=tell,
    )
    for one in made:
        if as_json:
            say_json({"decision": decision_json(one)})
        else:
            say(one.id)
    if not as_json:
        tell(f"Recorded. Run qantar build {case} for the record to follow.")
