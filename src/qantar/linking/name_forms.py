"""Whether one name is another form of a name: familiar, cut short, or one of two.

"Саша" and "Александр" share no spelling, and no model of letters can know them; they are a
table. What is cut off ("Влад", "Нұр" of "Нұржан") and what is one of two names
("Али" of "Магомед-Али") is told by the letters.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from qantar.linking.folding import skeleton
from qantar.linking.name_parts import part_of

_LEAST: Final = 3


@cache
def shipped_forms() -> Mapping[str, frozenset[str]]:
    """Give by skeleton the names that a form belongs to, as skeletons; a name belongs to itself."""
    text = files("qantar.linking").joinpath("tables", "given_forms.toml").read_text("utf-8")
    return forms_of(tomllib.loads(text)["forms"])


def forms_of(table: Mapping[str, list[str]]) -> Mapping[str, frozenset[str]]:
    """Make a table of names with their forms into one that leads from forms to names."""
    found: dict[str, set[str]] = {}
    for name, forms in table.items():
        key = part_of(name).skeleton
        for form in (name, *forms):
            found.setdefault(part_of(form).skeleton, set()).add(key)
    return {form: frozenset(names) for form, names in found.items()}


def is_form(one: str, other: str, forms: Mapping[str, frozenset[str]], *, given: bool) -> bool:
    """Whether one stem is another form of the other.

    Args:
        one: a stem, as `Part.stem`.
        other: another.
        forms: the names that familiar forms belong to, by skeleton, as `shipped_forms`.
        given: whether they are given names or fathers'; a surname is a form only by `forms`.
    """
    short, long = sorted((one, other), key=len)
    if "-" in long and any(_same(short, part) for part in long.split("-")):
        return True
    a, b = part_of(short).skeleton, part_of(long).skeleton
    of_a, of_b = (forms.get(x, frozenset((x,) if given else ())) for x in (a, b))
    if of_a & of_b:
        return True
    folded, whole = skeleton(short), skeleton(long)
    return len(folded) >= _LEAST and len(whole) > len(folded) and whole.startswith(folded)


def _same(one: str, other: str) -> bool:
    return bool(one) and part_of(one).skeleton == part_of(other).skeleton
