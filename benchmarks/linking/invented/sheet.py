"""The accession sheet of the lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.linking.invented.style import SEX_WORDS, Style
from qantar.model.person_row import NameOrder

HEAD = """# Invented lists of invented people, written by benchmarks/linking/generator.py.
[case]
title = "An invented event"
languages = ["ru", "en", "tr"]
zone = "Etc/UTC"
span = "2018-10-09/2018-10-31"
"""
FIELDS = {"aliases": "alias", "event": "event_date"}
BORN = {
    "year-or-date": 'born = {{ column = "{}", as = "year-or-date" }}',
    "date-or-age": 'born = {{ column = "{}", as = "date-or-age" }}',
    "age": 'age = "{}"',
}


def sheet(styles: Sequence[Style]) -> str:
    """Word the sheet of these lists."""
    return "\n".join([HEAD, *(part for style in styles for part in _list(style))])


def _list(style: Style) -> Iterator[str]:
    kind = "official" if style.name == "prison" else "list"
    yield f'[sources.{style.name}]\nname = "{style.source}"\nkind = "{kind}"\n'
    yield f'[[accession]]\npath = "{style.name}.csv"\nsource = "{style.name}"'
    yield 'consent = "public"\nholds = "persons"\ndates = "dmy"'
    if style.order is not NameOrder.ANY:
        yield f'name_order = "{style.order}"'
    yield "\n[accession.columns]"
    yield from (_column(style, name, header) for name, header in style.columns.items())
    yield ""


def _column(style: Style, name: str, header: str) -> str:
    if name == "birth":
        return BORN[style.reads_as["birth"]].format(header)
    if name == "sex":
        values = ", ".join(f'"{word}" = "{sex}"' for sex, word in SEX_WORDS.items())
        return f'sex = {{ column = "{header}", values = {{ {values} }} }}'
    return f'{FIELDS.get(name, name)} = "{header}"'
