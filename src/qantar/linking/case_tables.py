"""The tables by which names and places are compared: those that ship, and what a case adds.

A case's own names go before nothing: a form belongs to all names that any table gives it. Places
are those of its gazetteer, under any name that they had; a name that several have leads to none,
though one of them is shown by it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Final
from unicodedata import decimal

from qantar.linking.folding import skeleton, tokens
from qantar.linking.name_forms import as_given, shipped_forms
from qantar.linking.name_parts import Part, part_of, whole_word
from qantar.model.name_table import NameForms, NameKind

Forms = Mapping[str, frozenset[str]]
"""By skeleton of a form the skeletons of the names that it belongs to; a name belongs to itself."""
_NUMBERS: Final = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Tables:
    """What names and places have in common beyond their spelling.

    `given` and `surname` are all forms. `own` are the names that the case's tables lead a form to,
    by kind and skeleton, `origins` where that stands. `places` leads from each key that is of one
    place alone to that of the first such name of this place: no two places have one key. `numbered`
    has the numbers in the latter, where there are any.
    """

    given: Forms
    surname: Forms
    own: Mapping[NameKind, Mapping[str, tuple[Part, ...]]] = field(default_factory=dict)
    origins: Mapping[tuple[NameKind, str, str], str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    numbered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def place(self, text: str) -> str:
        """Give the key under which a place is compared; "" where its text has no letter."""
        key = place_key(text)
        if not self.places:
            return key
        # A numbered place of the gazetteer goes by its number, all others without.
        found = self.places.get(_numbered_key(text))
        return self.places.get(key, key) if found is None else found

    def are_two_places(self, one: str, other: str) -> bool:
        """Whether two keys are of places of the gazetteer with other numbers."""
        known = self.numbered
        return one in known and other in known and known[one] != known[other]

    def names_of(self, kind: NameKind, part: Part | None) -> tuple[Part, ...]:
        """Give the names to which a word belongs by the case's own tables."""
        if part is None or part.initial:
            return ()
        return self.own.get(kind, {}).get(part.skeleton, ())

    def origin(self, kind: NameKind, one: str, other: str) -> str | None:
        """Say which row of the case's tables makes two forms one name, by their skeletons.

        None where the tables that ship say so already, or no row does.
        """
        if kind is NameKind.GIVEN and _names(shipped_forms(), one) & _names(shipped_forms(), other):
            return None
        forms = self.given if kind is NameKind.GIVEN else self.surname
        for name in sorted(_names(forms, one) & _names(forms, other)):
            for form in (one, other):
                if found := self.origins.get((kind, form, name)):
                    return found
        return None


def place_key(text: str) -> str:
    """Fold the name of a place: its words by their skeletons."""
    return " ".join(skeleton(word) for word in tokens(text))


def _numbered_key(text: str) -> str:
    """Fold the name of a place, its numbers too: "LA-155/4" is not "LA-166/1"."""
    parts = (
        "".join(str(decimal(digit)) for digit in part) if part.isdecimal() else place_key(part)
        for part in _NUMBERS.split(text)
    )
    return " ".join(filter(None, parts))


@cache
def shipped_tables() -> Tables:
    """Give the tables without a case."""
    return Tables(shipped_forms(), {})


def tables_of(
    names: Iterable[NameForms] = (), places: Iterable[Sequence[str]] = ()
) -> Tables:  # fmt: skip
    """Add what a case says to the tables that ship.

    Args:
        names: rows of its tables of names.
        places: of each place all names that it had, the one that it is shown by first.
    """
    sets: dict[NameKind, dict[str, set[str]]] = {kind: {} for kind in NameKind}
    own: dict[NameKind, dict[str, dict[str, Part]]] = {kind: {} for kind in NameKind}
    origins: dict[tuple[NameKind, str, str], str] = {}
    for row in names:
        is_given = row.kind is NameKind.GIVEN
        name = as_given(part_of(row.name)) if is_given else part_of(row.name)
        for key in _keys(row):
            sets[row.kind].setdefault(key, set()).add(name.skeleton)
            own[row.kind].setdefault(key, {}).setdefault(name.skeleton, name)
            origins.setdefault((row.kind, key, name.skeleton), row.origin)
    for key, shipped in shipped_forms().items():
        sets[NameKind.GIVEN].setdefault(key, set()).update(shipped)
    led = _places(places)
    return Tables(
        given={key: frozenset(found) for key, found in sets[NameKind.GIVEN].items()},
        surname={key: frozenset(found) for key, found in sets[NameKind.SURNAME].items()},
        own={
            kind: {key: tuple(found.values()) for key, found in of.items()}
            for kind, of in own.items()
        },
        origins=origins,
        places=led,
        numbered={key: found for key in led.values() if (found := tuple(_NUMBERS.findall(key)))},
    )


def _keys(row: NameForms) -> Iterator[str]:
    """Give the keys of a row's names, each name by all that lists may have it under."""
    for form in (row.name, *row.forms):
        part = part_of(form)
        yield part.skeleton
        if row.kind is NameKind.GIVEN:
            yield whole_word(part).skeleton


def mark_of(names: Iterable[NameForms], places: Iterable[Sequence[str]]) -> str:
    """Give one text for what a case adds: the same additions give the same, others another."""
    said = [
        [[one.kind.value, one.name, list(one.forms)] for one in names],
        [list(forms) for forms in places],
    ]
    line = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()


def _names(forms: Forms, key: str) -> frozenset[str]:
    return forms.get(key, frozenset((key,)))


def _places(places: Iterable[Sequence[str]]) -> dict[str, str]:
    """Lead from the keys that are of one place alone to the first of them.

    A key of several places leads nowhere, be it of the name that one of them is shown by. A place
    that is entered twice, by the same names, is one.
    """
    entered = [tuple(dict.fromkeys(filter(None, map(_numbered_key, forms)))) for forms in places]
    distinct = {frozenset(keys): keys for keys in reversed(entered)}
    borne = Counter(chain.from_iterable(distinct.values()))
    found = {}
    for keys in distinct.values():
        own = [key for key in keys if borne[key] == 1]
        found.update(dict.fromkeys(own, own[0] if own else ""))
    return found
