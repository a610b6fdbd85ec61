"""Findings that all readers of documents make in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from qantar.readers.answer import DocumentWriter
from qantar.readers.finding_log import FindingLog, counted, shown, some_of
from qantar.readers.story import Story

NAMED: Final = 20
"""So many names, addresses or places are listed."""


def report_dates(meta: Mapping[str, object], dates: Sequence[str], log: FindingLog) -> None:
    """Say that the file's own dates are claims."""
    named = [f"{name} {shown(str(meta[name]))}" for name in dates if name in meta]
    if named:
        log.note(
            "metadata-date-guessed",
            f"The file says of itself when it was made or changed ({', '.join(named)}). Some "
            "program wrote that by the clock of its computer; anybody can change it.",
        )


def report_too_long(story: Story, most: int, log: FindingLog) -> None:
    """Say that the text was cut at a cap."""
    log.loss(
        "too-large",
        f"The text has more than {most:,} characters; the rest was not read. Split the document.",
        story.where,
    )


def report_story(story: Story, out: DocumentWriter, log: FindingLog) -> None:
    """Tell of tables that lie too deep, and of a document without text."""
    if story.too_deep:
        log.note(
            "too-deep",
            f"{counted(story.too_deep, 'table')} lie too deep in other tables: their text is part "
            "of the cell around them.",
        )
    if out.chars == 0:
        log.loss("empty", "The document has no text.")


def report_hidden(characters: int, paragraphs: Iterable[int], log: FindingLog) -> None:
    """Tell of text that is set not to be shown, which was read; paragraph 0 stands aside."""
    if not characters:
        return
    numbers = sorted(number for number in paragraphs if number)
    places = some_of([f"{number:,}" for number in numbers[:NAMED]], len(numbers))
    log.note(
        "hidden-content",
        f"{counted(characters, 'character')} of the text are set to be hidden"
        + (f" (paragraphs {places})" if numbers else "")
        + ". They were read like the rest.",
    )


def report_links(addresses: Iterable[str], log: FindingLog) -> None:
    """Tell of addresses that links lead to."""
    links = list(dict.fromkeys(addresses))
    if links:
        listed = some_of([shown(address) for address in links[:NAMED]], len(links))
        log.note(
            "external-reference",
            f"Links lead to {counted(len(links), 'address', 'addresses')} ({listed}). Nothing was "
            "followed.",
        )


def report_fetched(found: Iterable[tuple[str, str]], log: FindingLog) -> None:
    """Tell of what a word processor may fetch as it opens the file: what it is, and whence."""
    fetched = list(dict.fromkeys(found))
    for what, address in fetched[:NAMED]:
        log.note(
            "external-reference",
            f"Opening the document in a word processor may fetch {shown(address)} ({shown(what)}), "
            "and tell its owner so. It was not fetched. Open the document offline only.",
        )
    if len(fetched) > NAMED:
        rest = counted(len(fetched) - NAMED, "more address", "more addresses")
        log.note("external-reference", f"{rest} that may be fetched: not named here.")


def report_twice(names: Sequence[str], log: FindingLog) -> None:
    """Tell of parts that a package has twice."""
    if names:
        listed = some_of([shown(name) for name in names[:NAMED]], len(names))
        log.note(
            "hidden-content",
            f"The package has parts of the same name twice ({listed}). The first of each was read; "
            "another program may show the other.",
        )
