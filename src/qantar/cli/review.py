"""`qantar review`: pairs of rows of lists of people, asked and answered on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from qantar.cli.opening import opened
from qantar.cli.options import SOFTWARE, amount, case_argument, json_option, passphrase_option
from qantar.cli.output import say, say_json, tell
from qantar.cli.review_card import card_lines
from qantar.errors import MissingExtraError, UsageError
from qantar.model.decision import Verdict

if TYPE_CHECKING:
    from qantar.linking.agreement import Agreement
    from qantar.workbench.review import Review
    from qantar.workbench.review_answers import Answer
    from qantar.workbench.review_cards import Card

_EXTRA: Final = frozenset({"numpy", "rapidfuzz"})
_KEYS: Final = {"s": Verdict.SAME, "n": Verdict.NOT_SAME, "u": Verdict.UNSURE}
_SKIP, _UNDO, _QUIT = "k", "z", "q"
_HELP: Final = "s same   n not the same   u unsure   k skip   z undo   q stop"
_NOTHING_TO_UNDO: Final = "  there is no answer of this sitting to undo"

EXAMPLES = """\b
Examples:
    qantar review winter
    qantar review winter --blind
    qantar review winter --json --count 50 > questions.jsonl
    qantar review winter --answers answers.csv
"""


@click.command("review", epilog=EXAMPLES)
@case_argument
@click.option("--blind", is_flag=True, help="Ask again what other devices decided, unseen.")
@click.option(
    "--count",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="With --json: how many questions.",
)
@click.option(
    "--answers",
    metavar="FILE.csv",
    type=click.Path(path_type=Path),
    help="Take answers in: left,right,answer[,asked,reason].",
)
@passphrase_option
@json_option
def command(
    case: Path,
    *,
    blind: bool,
    count: int,
    answers: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Ask which rows of the lists of people in CASE are one person.

    Shows two rows side by side, as they were found, with what speaks for one person and what
    against, in bits, and rows of the same family. Asked first is what changes most; one
    question of four is drawn at random, so that it is known how far scores can be believed.
    A key answers: s same, n not the same, u unsure, k skip, z undo, q stop. Each answer
    is a decision in the journal at once, and `qantar build` follows it and learns from it.

    With --blind, pairs that another device decided are asked without showing what it said. Where
    the second opinion differs, the pair is disputed until somebody decides who knows both.

    With --json the next questions are printed, one JSON object a line, and nothing is asked;
    --answers takes the answers in, with columns left, right (`a3/17`) and answer (same, not-same,
    unsure), and asked as the question had it.
    """
    from qantar.workbench.review_answers import read_answers  # noqa: PLC0415  # loaded when run

    if answers is not None:
        _take(case, passphrase_file, read_answers(answers, blind=blind), as_json=as_json)
        return
    if not as_json and not sys.stdin.isatty():
        message = "review asks on a terminal, and there is none."
        hint = "Use --json to have the questions printed, and --answers FILE.csv to answer them."
        raise UsageError(message, next=hint)
    sitting = _begun(case, passphrase_file, blind=blind)
    if as_json:
        for one in islice(sitting.cards(), count):
            say_json({"question": one.to_json()})
        return
    made = ask(sitting, click.getchar)
    from qantar.workbench.review_answers import agreed  # noqa: PLC0415  # loaded when it is run
    from qantar.workbench.stores import folded_of  # noqa: PLC0415  # loaded when it is run

    say(amount(made, "answer"))
    _tell_agreement(agreed(folded_of(sitting.case)))
    tell(f"Run qantar build {case} for the record to follow.")


def _begun(case: Path, passphrase_file: Path | None, *, blind: bool) -> Review:
    try:
        from qantar.workbench.review import review  # noqa: PLC0415  # an extra
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _EXTRA:
            raise
        message = f"review needs a part of Qantar that is not installed ({missing.name})."
        hint = 'Install it: pip install "qantar[linking]"'
        raise MissingExtraError(message, next=hint) from missing
    return review(opened(case, passphrase_file), blind=blind, software=SOFTWARE, tell=tell)


def _take(
    case_path: Path, passphrase_file: Path | None, answers: Sequence[Answer], *, as_json: bool
) -> None:
    from qantar.workbench.review_answers import agreed, answer_all  # noqa: PLC0415  # when run
    from qantar.workbench.stores import folded_of  # noqa: PLC0415  # loaded when it is run

    case = opened(case_path, passphrase_file)
    made = answer_all(case, answers, at=datetime.now(UTC))
    found = agreed(folded_of(case))
    if as_json:
        say_json({"answers": len(made), "decisions": made, "agreement": found._asdict()})
        return
    say(amount(len(made), "answer"))
    _tell_agreement(found)
    tell(f"Run qantar build {case_path} for the record to follow.")


def ask(sitting: Review, key: Callable[[], str]) -> int:
    """Ask until there is nothing left, or somebody stops; give how many answers were made.

    Args:
        sitting: the questions.
        key: waits for a key and gives it.
    """
    made = 0
    again: Card | None = None
    while (shown := again or sitting.next()) is not None:
        again = None
        for line in card_lines(shown):
            click.echo(line)
        pressed = _pressed(key)
        if pressed == _QUIT:
            break
        if pressed == _SKIP:
            sitting.skip(shown)
        elif pressed == _UNDO:
            taken_back = sitting.undo(at=datetime.now(UTC))
            click.echo(_NOTHING_TO_UNDO if taken_back is None else "  the last answer is undone")
            again = taken_back or shown
            made = max(0, made - 1)
        else:
            verdict = _KEYS[pressed]
            sitting.answer(shown, verdict, at=datetime.now(UTC))
            click.echo(f"  {verdict.value}")
            made += 1
    else:
        tell("There is nothing left to ask.")
    return made


def _pressed(key: Callable[[], str]) -> str:
    """Wait for a key that means something; the end of what is typed stops."""
    while True:
        click.echo(f"  {_HELP}")
        try:
            pressed = key().lower()
        except (EOFError, KeyboardInterrupt):
            return _QUIT
        if pressed in _KEYS or pressed in (_SKIP, _UNDO, _QUIT):
            return pressed


def _tell_agreement(found: Agreement) -> None:
    if found.questions:
        kappa = "" if found.kappa is None else f", Cohen's kappa {found.kappa:.2f}"
        say(
            f"{amount(found.questions, 'question')} answered twice, "
            f"{found.alike:,} alike ({found.share:.0%}){kappa}"
        )
