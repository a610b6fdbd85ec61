"""Write the texts of the dossier, for translators; a test compares.

Usage: python tools/catalog.py [OUT]

Takes the texts of the templates, and of every `site.text("…")` in the code of the
dossier. OUT is `src/qantar/dossier/locale/dossier.pot` where none is given. The file
names no lines and no time, so that it changes only when a text does.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from jinja2.ext import babel_extract

DOSSIER = Path(__file__).parents[1] / "src" / "qantar" / "dossier"
TEMPLATE = DOSSIER / "locale" / "dossier.pot"
# As `site.py` sets the templates up: another setting would give other texts.
OPTIONS = {
    "extensions": "jinja2.ext.i18n",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "newstyle_gettext": "true",
    "silent": "false",
}
KEYWORDS = ("_", "gettext", "ngettext")
HEADER = """\
# Texts of the dossier of Qantar.
# Written by tools/catalog.py: change the templates, not this file."""

Message = str | tuple[str, str]


class UnreadableTextError(ValueError):
    """A call asks for a text that is not written where it stands, so no translator can see it."""

    def __init__(self, path: Path, line: int) -> None:
        """Say where."""
        super().__init__(f"{path}:{line}: site.text() takes a literal text")


def catalog() -> bytes:
    """Give the whole file, in order of text."""
    made = Catalog(project="Qantar", version="dossier", header_comment=HEADER, fuzzy=False)
    for path in sorted(DOSSIER.rglob("*.html")):
        for message in template_texts(path):
            made.add(message, locations=[(_named(path), 0)])
    for path in sorted(DOSSIER.rglob("*.py")):
        for message in code_texts(path):
            made.add(message, locations=[(_named(path), 0)])
    held = io.BytesIO()
    write_po(held, made, width=100, sort_output=True, include_lineno=False)
    timed = (b'"POT-Creation-Date:', b'"PO-Revision-Date:', b'"Generated-By:')
    lines = held.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(timed))


def _named(path: Path) -> str:
    return path.relative_to(DOSSIER).as_posix()


def template_texts(path: Path) -> Iterator[Message]:
    """The texts of a template, in the order in which they stand; with a plural, both forms."""
    with path.open("rb") as stream:
        for _, function, found, _ in babel_extract(stream, KEYWORDS, (), OPTIONS):
            listed = [found] if isinstance(found, str) else found or ()
            forms = [form for form in listed if form]
            yield (forms[0], forms[1]) if function == "ngettext" else forms[0]


def code_texts(path: Path) -> Iterator[str]:
    """The texts of a module, in the order in which they stand.

    Raises:
        UnreadableTextError: a text is put together or comes from elsewhere.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _asks_for_text(node.func):
            text = node.args[0] if node.args else None
            if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
                raise UnreadableTextError(path, node.lineno)
            yield text.value


def _asks_for_text(function: ast.expr) -> bool:
    """Whether this is `site.text`, or `self.site.text`."""
    if not isinstance(function, ast.Attribute) or function.attr != "text":
        return False
    owner = function.value
    return (isinstance(owner, ast.Name) and owner.id == "site") or (
        isinstance(owner, ast.Attribute) and owner.attr == "site"
    )


def main(arguments: list[str]) -> int:
    """Write the file."""
    out = Path(arguments[0]) if arguments else TEMPLATE
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(catalog())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
