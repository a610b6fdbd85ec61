"""Write docs/vocabularies.md from the vocabulary files; a test compares.

Usage: python tools/vocabulary_reference.py docs/vocabularies.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from qantar.model.vocabulary import NAMES, Term, Vocabulary, load

_HEAD = """\
# Vocabularies

Written by `tools/vocabulary_reference.py` from `src/qantar/model/vocabularies/`: edit those
files, not this page.

A field that takes a word of a vocabulary takes its id; capitals, spaces, underscores and
hyphens make no difference (`Troop arrival` is `troop-arrival`), and the other spellings
listed are taken too. Any other word is a finding (`unknown-word`): it is never added on
the way. A case that needs a term of its own declares it in its accession sheet, and
cannot redefine one of these.

*Elsewhere* names what a term corresponds to in other systems, only where it truly does:
HURIDOCS Events Standard Formats (`ESF`, field number) and Micro-thesauri (`MT`, list and
code), ACLED (event type and sub-event type, or column), GeoNames feature codes, EDTF.
Several terms joined by *or* mean one of these, by circumstances. HURIDOCS lists acts as
violations; the correspondence here does not say that an act was one.
"""

_SYSTEMS = {"huridocs": "HURIDOCS", "acled": "ACLED", "geonames": "GeoNames", "edtf": "EDTF"}


def reference() -> str:
    """Give the whole page as Markdown, in the order of `NAMES` and of each file."""
    return "\n".join([_HEAD, *_contents(), *(_section(load(name)) for name in NAMES)])


def _contents() -> Iterator[str]:
    """List the vocabularies, each linked to its section."""
    for name in NAMES:
        yield f"* [{name}](#{name}): {load(name).title}"
    yield ""


def _section(vocabulary: Vocabulary) -> str:
    """Show one vocabulary: what it is for, then its terms as a table."""
    terms = vocabulary.terms.values()
    wanted = {
        "Family": any(term.family for term in terms),
        "Flags": any(term.flags for term in terms),
        "Also spelt": any(term.aliases for term in terms),
        "Elsewhere": any(term.crosswalk for term in terms),
    }
    columns = ["Id", "English", "Русский", "Қазақша", "Meaning"]
    columns += [column for column, shown in wanted.items() if shown]
    lines = [f"## {vocabulary.name}", "", f"{vocabulary.title}. Version {vocabulary.version}.", ""]
    lines += [vocabulary.note, ""]
    if vocabulary.crosswalk:
        lines += [f"Elsewhere: {_pairs(vocabulary.crosswalk.items())}.", ""]
    lines += [_row(columns), _row(["---"] * len(columns))]
    lines += [_row([_cell(term, column) for column in columns]) for term in terms]
    return "\n".join([*lines, ""])


def _cell(term: Term, column: str) -> str:
    """Give what one column says of a term."""
    cells = {
        "Id": f"`{term.id}`",
        "English": term.label("en"),
        "Русский": term.label("ru"),
        "Қазақша": term.label("kk"),
        "Meaning": term.note,
        "Family": term.family or "",
        "Flags": ", ".join(f"{key} = {_flag(value)}" for key, value in term.flags.items()),
        "Also spelt": ", ".join(term.aliases),
        "Elsewhere": _pairs(term.crosswalk.items()),
    }
    return cells[column]


def _flag(value: bool | str) -> str:  # noqa: FBT001  # a flag's value is what it shows
    """Spell a flag as the file does."""
    return value if isinstance(value, str) else str(value).lower()


def _pairs(items: Iterable[tuple[str, str]]) -> str:
    """Say a crosswalk as text: each system, then its terms."""
    return " · ".join(
        f"{_SYSTEMS[system]}: {term.replace(' | ', ' *or* ')}" for system, term in items
    )


def _row(cells: list[str]) -> str:
    """Draw one table row; a bar inside a cell must not end it."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main(arguments: list[str]) -> int:
    """Write the page to the one path given."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    Path(arguments[0]).write_text(reference(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
