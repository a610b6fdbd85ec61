from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from qantar.dossier.pages.counts import write_counts
from qantar.dossier.pages.data import write_data
from qantar.dossier.pages.demands import write_demands
from qantar.dossier.pages.events import write_events
from qantar.dossier.pages.findings import write_findings
from qantar.dossier.pages.framings import write_framings
from qantar.dossier.pages.lists import write_lists
from qantar.dossier.pages.method import write_method
from qantar.dossier.pages.passages import write_passages
from qantar.dossier.pages.persons import write_persons
from qantar.dossier.pages.places import write_places
from qantar.dossier.pages.search import write_search
from qantar.dossier.pages.sources import write_sources
from qantar.dossier.pages.start import write_start
from qantar.dossier.site import Site

from .counted import COUNTS
from .test_data import PEOPLE, everything

ROOT = Path(__file__).parents[2]
TOOL = runpy.run_path(str(ROOT / "tools/catalog.py"))
TEMPLATE = ROOT / "src/qantar/dossier/locale/dossier.pot"
WRITERS = (
    write_start, write_demands, write_framings, write_events, write_sources, write_places,
    write_findings, write_method, write_search, write_data, write_passages, write_persons,
    write_lists, write_counts,
)  # fmt: skip


def test_the_template_for_translators_is_what_the_pages_say() -> None:
    assert TEMPLATE.read_bytes() == TOOL["catalog"](), "run: python tools/catalog.py"


def test_every_text_that_pages_ask_for_stands_in_it(tmp_path: Path) -> None:
    """Extraction and rendering must cut the texts alike, or a translation is never found."""
    asked: set[str] = set()
    site = Site(everything().edition(people=PEOPLE, counts=COUNTS), tmp_path)

    def one(message: str) -> str:
        asked.add(message)
        return message

    def many(singular: str, plural: str, count: int) -> str:
        asked.update((singular, plural))
        return singular if count == 1 else plural

    i18n: Any = site._env
    i18n.install_gettext_callables(gettext=one, ngettext=many, newstyle=True)
    for write in WRITERS:
        write(site)
    with TEMPLATE.open("rb") as stream:
        listed = read_po(stream)
    known = {
        form
        for message in listed
        for form in ([message.id] if isinstance(message.id, str) else message.id)
    }
    assert len(asked) > 200
    assert asked - known == set()


def test_a_text_that_no_translator_could_see_is_refused(tmp_path: Path) -> None:
    module = tmp_path / "page.py"
    module.write_text("def f(site, what):\n    return site.text('a' + what)\n", encoding="utf-8")
    with pytest.raises(TOOL["UnreadableTextError"], match=r"page\.py:2"):
        list(TOOL["code_texts"](module))


def test_plural_forms_stand_together(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        "{% trans n=n %}{{ n }} loaf{% pluralize %}{{ n }} loaves{% endtrans %}{{ _('Bread') }}",
        encoding="utf-8",
    )
    assert list(TOOL["template_texts"](template)) == [("%(n)s loaf", "%(n)s loaves"), "Bread"]
