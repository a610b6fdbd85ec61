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
from qantar.linking.name_parts import Part, part_of, whole_word

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
        key = _whole_key(name)
        for form in (name, *forms):
            found.setdefault(_whole_key(form), set()).add(key)
    return {form: frozenset(names) for form, names in found.items()}


def as_given(part: Part) -> Part:
    """Give a word that stands as a given name; a known one is no surname, though it ends so.

    "Марина" has the root of "Мария" where it is taken for a surname.
    """
    whole = whole_word(part)
    return whole if whole.skeleton in shipped_forms() else part


def are_two_names(one: str, other: str, forms: Mapping[str, frozenset[str]]) -> bool:
    """Whether both stems are known names, and no name has both: "Ержан" is no slip for "Ерлан"."""
    of_one, of_other = (forms.get(_whole_key(stem)) for stem in (one, other))
    return bool(of_one and of_other and not of_one & of_other)


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
    a, b = (_whole_key(x) if given else part_of(x).skeleton for x in (short, long))
    of_a, of_b = (forms.get(x, frozenset((x,) if given else ())) for x in (a, b))
    if of_a & of_b:
        return True
    folded, whole = skeleton(short), skeleton(long)
    return len(folded) >= _LEAST and len(whole) > len(folded) and whole.startswith(folded)


def _whole_key(text: str) -> str:
    return whole_word(part_of(text)).skeleton


def _same(one: str, other: str) -> bool:
    return bool(one) and part_of(one).skeleton == part_of(other).skeleton
