"""Message catalogues: every text of the dossier, so that other languages can follow."""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from importlib.resources import as_file, files

from babel.support import Translations

LANGUAGES = ("en",)
DOMAIN = "dossier"


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English texts are their own keys and need none."""
    if language == "en":
        return NullTranslations()
    with as_file(files("qantar.dossier") / "locale") as folder:
        return Translations.load(folder, [language], DOMAIN)
