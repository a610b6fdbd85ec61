"""`qantar search`: find claims, places, speakers, and passages of documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qantar.cli.opening import opened
from qantar.cli.options import SOFTWARE, case_argument, json_option, passphrase_option, said
from qantar.cli.output import say, say_json, tell

if TYPE_CHECKING:
    from qantar.archive.case import Case
    from qantar.model.claim import Claim
    from qantar.workbench.search import Answer, Answers, PassageAnswer

_NOBODY = "nobody named"
_UNDATED = "undated"


EXAMPLES = """\b
Examples:
    qantar search winter Саяққент
    qantar search winter strike bakery --limit 0
    qantar search winter "Republic Square" --json
"""


@click.command("search", epilog=EXAMPLES)
@case_argument
@click.argument("words", metavar="WORD...", nargs=-1, required=True)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Show at most so many hits; 0 shows all.",
)
@click.option(
    "--protected",
    "in_protected",
    is_flag=True,
    help="Look into the protected part instead: devices, networks, collectors.",
)
@passphrase_option
@json_option
def command(  # one for each option
    case: Path,
    *,
    words: tuple[str, ...],
    limit: int,
    in_protected: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Find claims, places, speakers and passages of CASE by words.

    Every WORD must stand in what is found. A word is found in capitals or not, with
    or without diacritics, typed on a Kazakh or a Russian keyboard, and also as the
    beginning of a longer word. The name of a place or of a public speaker is looked
    for in every form that the case records: all spellings of one name find the
    same. A name of several words is found where its words follow each other.

    A single `-` asks for the words instead: a command line stays in the history of the
    shell. Words are taken literally: AND, NEAR, *, %, quotes and brackets mean nothing
    special. Prints one hit a line: id, date, statement, speaker, file and row. Passages
    of documents follow, the newest first: id, time, the words around what was found,
    who speaks, file and place; where a program read it off a picture, how sure it was.
    A record that does not follow from the journal as it is now, or that was tampered
    with, is built anew first, and said so.

    Serial numbers of devices, numbers of phones, names of networks and of those who
    collected are found with --protected only, one fact a line: id, name, value, file.
    """
    from qantar.workbench.search import search  # noqa: PLC0415  # loaded when it is run

    if in_protected:
        _show_protected(
            opened(case, passphrase_file), said(" ".join(words), "words"), limit, as_json=as_json
        )
        return
    found = search(
        opened(case, passphrase_file),
        said(" ".join(words), "words"),
        limit=limit or None,
        software=SOFTWARE,
        tell=tell,
    )
    if as_json:
        _show_json(found)
    else:
        _show(found)


def _show_protected(case: Case, query: str, limit: int, *, as_json: bool) -> None:
    from qantar.workbench.search import protected_answers  # noqa: PLC0415

    found = protected_answers(case, query, software=SOFTWARE, tell=tell)
    shown = found[:limit] if limit else found
    if as_json:
        say_json({"query": {"protected": True, "total": len(found)}})
    for one in shown:
        if as_json:
            say_json({"hit": one.to_json()})
            continue
        fact = one.fact
        file = f"{one.file}, {fact.member}" if fact.member else one.file
        say(f"{fact.accession}/{fact.document}  {fact.name}: {fact.value}  {file}")
    tell(f"{len(shown):,} of {len(found):,} shown." if limit else f"{len(found):,} found.")


def _show_json(found: Answers) -> None:
    terms = [{"typed": term.typed, "forms": list(term.forms)} for term in found.terms]
    asked = {
        "terms": terms,
        "total": found.total,
        "passages": found.passages_total,
        "passages_counted": found.passages_counted,
    }
    say_json({"query": asked})
    for answer in found.answers:
        say_json({"hit": answer.to_json()})
    for passage in found.passages:
        say_json({"hit": passage.to_json()})


def _show(found: Answers) -> None:
    for term in found.terms:
        if len(term.forms) > 1:
            tell(f"{term.typed}: looked for as {', '.join(term.forms)}")
    for answer in found.answers:
        say(_line(answer))
    for passage in found.passages:
        say(_passage_line(passage))
    shown = len(found.answers) + len(found.passages)
    total = found.total + found.passages_total
    at_least = "" if found.passages_counted else "at least "
    tell(f"{shown} of {at_least}{total:,} shown." if shown < total else f"{total:,} found.")


def _passage_line(answer: PassageAnswer) -> str:
    passage, segment = answer.hit.passage, answer.hit.passage.segment
    place = segment.locator.words() or f"characters {segment.start} to {segment.end}"
    file = f"{answer.file}, {passage.member}" if passage.member else answer.file
    who = segment.speaker or (segment.role.value if segment.role else _NOBODY)
    shown = " ".join(answer.hit.snippet.split())
    line = f"{passage.id}  {segment.at or _UNDATED}  {shown}  {who}  {file}, {place}"
    return f"{line}  {_by_sight(segment.confidence)}" if answer.is_by_sight else line


def _by_sight(confidence: float | None) -> str:
    sure = "" if confidence is None else f", {confidence:.0%} sure"
    return f"[read by a program{sure}]"


def _line(answer: Answer) -> str:
    if answer.claim is None:
        return f"{answer.hit.ref}  {answer.hit.type}: {answer.hit.snippet}"
    claim = answer.claim
    return (
        f"{claim.id}  {_day(claim)}  {claim.statement}  {claim.said_by or _NOBODY}  {_place(claim)}"
    )


def _day(claim: Claim) -> str:
    when = claim.when or claim.said
    return when.text if when else _UNDATED


def _place(claim: Claim) -> str:
    sheet = f", worksheet {claim.passage.sheet}" if claim.passage.sheet else ""
    return f"{claim.passage.file}{sheet}, row {claim.passage.row}"
