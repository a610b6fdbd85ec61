"""Controlled vocabularies: the words a field may hold, as versioned data files.

A vocabulary is one file of `vocabularies/`: its version, and per term an id, labels
in English, Russian and Kazakh, a definition, and where a true match exists the term
of HURIDOCS, ACLED and others. A word that no vocabulary holds is never added on the
way; a case that needs a term of its own declares it in its accession sheet.

A crosswalk names what a term corresponds to in the other system, for a reader and for
exports. It never says that an act was a violation, although HURIDOCS lists acts as
such. Several terms, parted by " | ", mean one of these, by circumstances.

Sources: HURIDOCS Events Standard Formats (ESF field numbers) and Micro-thesauri (MT
list and code), Dueck, Guzman and Verstappen (2001); ACLED codebook (event type and
sub-event type); GeoNames feature codes; EDTF (ISO 8601-2).
"""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

NAMES: Final = (
    "addressee",
    "basis",
    "claim-fate",
    "claim-kind",
    "consent",
    "demand-group",
    "event-kind",
    "evidence-status",
    "figure-state",
    "hedge",
    "measure",
    "name-kind",
    "network",
    "outage-method",
    "outage-state",
    "part-of-day",
    "person-status",
    "place-kind",
    "population",
    "precision",
    "response",
    "source-kind",
    "stance",
)
"""Every vocabulary that ships with Qantar, in alphabetical order."""

AS_ITS_FAMILY: Final = frozenset({"person-status"})
"""Those in which a word that a case declares has the flags of the shipped word that it names as its
family: whoever was "executed", of the family "killed", was dead. Elsewhere a family says that two
words may speak of one happening, and nothing of what rules know of them."""

LANGUAGES: Final = ("en", "ru", "kk")
"""Languages of the labels: English, Russian, Kazakh in Cyrillic script."""

_TERM_ID: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_FILE_KEYS: Final = frozenset({"version", "title", "note", "crosswalk", "terms"})
_TERM_KEYS: Final = frozenset({*LANGUAGES, "note", "family", "crosswalk", "aliases", "flags"})
_NOT_CLOSE: Final = 0.6  # below this share of common letters a suggestion misleads


class RedefinedTermError(ValueError):
    """A new term takes an id or alias that already means something.

    Attributes:
        word: the id or alias that is taken.
        term: id of the term that has it.
    """

    def __init__(self, *, vocabulary: str, word: str, term: str) -> None:
        """Keep the facts for the caller, who knows the line of the sheet."""
        self.word, self.term = word, term
        super().__init__(
            f"the vocabulary {vocabulary} already has {word!r}, as its term {term!r}: "
            "a term is never redefined, give the new one another name"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word a field may hold.

    `labels` go from a language of `LANGUAGES` to what a reader sees; shipped terms
    have all three, a term declared by a case at least one. `family` groups terms that
    may describe one and the same thing. `aliases` are other spellings found in real
    material. `flags` are facts that rules use; the file's own note explains them.
    """

    id: str
    labels: Mapping[str, str] = field(hash=False)
    note: str = ""
    family: str | None = None
    crosswalk: Mapping[str, str] = field(default_factory=dict, hash=False)
    aliases: tuple[str, ...] = ()
    flags: Mapping[str, bool | str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Refuse a term that could not be shown or found; freeze what is left.

        Raises:
            ValueError: the id is not lower-case words joined by "-" or "_", no label
                or an empty one is given, or a language is not one of `LANGUAGES`.
        """
        if not _TERM_ID.fullmatch(self.id):
            message = f"{self.id!r} is no term id: use lower-case Latin letters, digits and hyphens"
            raise ValueError(message)
        if not self.labels or not all(label.strip() for label in self.labels.values()):
            message = f"the term {self.id!r} needs a label that is not empty"
            raise ValueError(message)
        if stray := sorted(self.labels.keys() - set(LANGUAGES)):
            message = f"the term {self.id!r} has a label in {stray[0]!r}; labels are in en, ru, kk"
            raise ValueError(message)
        for name in ("labels", "crosswalk", "flags"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def label(self, language: str) -> str:
        """Say the term in `language`, else in English, else in any language it has."""
        return (
            self.labels.get(language) or self.labels.get("en") or next(iter(self.labels.values()))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The terms of one kind of field, in the order of the file.

    No two terms share an id or alias, also not when case, spaces, underscores and
    hyphens are read alike.
    """

    name: str
    version: int
    title: str
    terms: Mapping[str, Term] = field(hash=False)
    note: str = ""
    crosswalk: Mapping[str, str] = field(default_factory=dict, hash=False)
    _ids: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index every spelling.

        Raises:
            RedefinedTermError: two terms share a spelling.
        """
        ids: dict[str, str] = {}
        for term in self.terms.values():
            for word in (term.id, *term.aliases):
                if (holder := ids.setdefault(_key(word), term.id)) != term.id:
                    raise RedefinedTermError(vocabulary=self.name, word=word, term=holder)
        terms = {term.id: term for term in self.terms.values()}
        object.__setattr__(self, "terms", MappingProxyType(terms))
        object.__setattr__(self, "crosswalk", MappingProxyType(dict(self.crosswalk)))
        object.__setattr__(self, "_ids", MappingProxyType(ids))

    def find(self, word: str) -> Term | None:
        """Resolve `word`, or say None: nothing is guessed and nothing is added.

        Tried in this order: the exact id; the id with case folded and spaces,
        underscores and hyphens read alike; a listed alias, compared the same way.
        """
        if term := self.terms.get(word):
            return term
        identifier = self._ids.get(_key(word))
        return self.terms[identifier] if identifier is not None else None

    def nearest(self, word: str) -> str | None:
        """Name the id of the term spelt most like `word`, for "did you mean", if any is close."""
        close = difflib.get_close_matches(_key(word), self._ids, n=1, cutoff=_NOT_CLOSE)
        return self._ids[close[0]] if close else None

    def extended(self, terms: Iterable[Term]) -> Vocabulary:
        """Give a vocabulary that holds `terms` too, after its own; this one stays as it is.

        For terms that a case declares in its sheet, never for words met in material.

        Raises:
            RedefinedTermError: an id or alias is taken, by this vocabulary or by
                another of `terms`.
        """
        wider = dict(self.terms)
        for term in terms:
            if holder := self.find(term.id) or wider.get(term.id):
                raise RedefinedTermError(vocabulary=self.name, word=term.id, term=holder.id)
            wider[term.id] = term
        return replace(self, terms=wider)


@cache
def load(name: str) -> Vocabulary:
    """Give the shipped vocabulary called `name`, one of `NAMES`; read once a process.

    Raises:
        LookupError: there is no such vocabulary.
    """
    if name not in NAMES:
        message = f"there is no vocabulary {name!r}; there are {', '.join(NAMES)}"
        raise LookupError(message)
    file = files("qantar.model").joinpath("vocabularies", f"{name}.toml")
    return parse(name, file.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Vocabulary:
    """Read the TOML `text` of a vocabulary file.

    Raises:
        ValueError: it is no TOML, a key is missing, unknown or of the wrong type, a
            label is empty, or two terms share a spelling.
    """
    table = tomllib.loads(text)
    _check_keys(name, table, allowed=_FILE_KEYS, needed={"version", "title", "note", "terms"})
    version = table["version"]
    if type(version) is not int or version < 1:
        message = f"{name}: version is a whole number from 1, not {version!r}"
        raise ValueError(message)
    rows = _table(f"{name}.terms", table["terms"])
    return Vocabulary(
        name=name,
        version=version,
        title=_text(f"{name}.title", table["title"]),
        terms={each: _term(f"{name}.{each}", each, row) for each, row in rows.items()},
        note=_text(f"{name}.note", table["note"]),
        crosswalk=_texts(f"{name}.crosswalk", table.get("crosswalk", {})),
    )


def _term(where: str, identifier: str, row: object) -> Term:
    """Read one `[terms.…]` table; shipped terms have every label and a note."""
    row = _table(where, row)
    _check_keys(where, row, allowed=_TERM_KEYS, needed={*LANGUAGES, "note"})
    aliases, flags = row.get("aliases", []), _table(where, row.get("flags", {}))
    if not isinstance(aliases, list):
        message = f"{where}: aliases is a list of texts, not {aliases!r}"
        raise ValueError(message)  # noqa: TRY004  # one kind of error for a faulty file
    if not all(isinstance(value, bool | str) for value in flags.values()):
        message = f"{where}: a flag is true, false or a text"
        raise ValueError(message)
    return Term(
        id=identifier,
        labels=_texts(where, {language: row[language] for language in LANGUAGES}),
        note=_text(f"{where}.note", row["note"]),
        family=_text(f"{where}.family", row["family"]) if "family" in row else None,
        crosswalk=_texts(f"{where}.crosswalk", row.get("crosswalk", {})),
        aliases=tuple(_text(f"{where}.aliases", alias) for alias in aliases),
        flags=flags,
    )


def _check_keys(
    where: str, table: Mapping[str, Any], *, allowed: frozenset[str], needed: set[str]
) -> None:
    """Refuse a misspelt or missing key: a flag that is not read would change a rule silently."""
    if stray := sorted(table.keys() - allowed):
        message = f"{where}: unknown key {stray[0]!r}; known are {', '.join(sorted(allowed))}"
        raise ValueError(message)
    if absent := sorted(needed - table.keys()):
        message = f"{where}: the key {absent[0]!r} is missing"
        raise ValueError(message)


def _text(where: str, value: object) -> str:
    """Take a value that must be a text."""
    if not isinstance(value, str):
        message = f"{where} must be a text, not {value!r}"
        raise ValueError(message)  # noqa: TRY004  # one kind of error for a faulty file
    return value


def _table(where: str, value: object) -> dict[str, Any]:
    """Take a value that must be a table."""
    if not isinstance(value, dict):
        message = f"{where} must be a table, not {value!r}"
        raise ValueError(message)  # noqa: TRY004  # one kind of error for a faulty file
    return value


def _texts(where: str, value: object) -> dict[str, str]:
    """Take a table whose values must all be texts."""
    return {key: _text(f"{where}.{key}", each) for key, each in _table(where, value).items()}


def _key(word: str) -> str:
    """Read case, spaces, underscores and hyphens alike, and both encodings of й alike."""
    folded = unicodedata.normalize("NFC", word).casefold()
    return "-".join(folded.replace("_", " ").split())
