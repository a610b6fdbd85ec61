"""Capture patterns from the JSON form, which `qantar count --json` prints itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import Final

from qantar.counting.patterns import (
    MOST_COUNTED,
    SHOWN,
    Patterns,
    Sums,
    Words,
    no_column,
    patterns_of,
    refuse,
    whole,
)
from qantar.counting.table import MOST_LISTS

JSON_HINT: Final = (
    'The form is {"lists": ["a", "b", "c"], "patterns": [[[1, 0, 1], 25], ...]}; with strata '
    '{"lists": [...], "strata": [{"stratum": {"sex": "female"}, "patterns": [...]}]}.'
)


def of_json(value: Mapping[str, object], *, by: Sequence[str] | None = None) -> Patterns:
    """Read the JSON form: `lists` with `patterns`, or with `strata` of `stratum` and `patterns`.

    Args:
        value: the object, as parsed.
        by: of the values that make a stratum, the names of those to keep; all, where None.

    Raises:
        InputRefusedError: a part of it is not what it must be: which.
    """
    lists = _names(value.get("lists"))
    if ("patterns" in value) == ("strata" in value):
        refuse("it must have either patterns or strata.", "", JSON_HINT)
    tables: dict[Words, Sums] = {}
    if "patterns" in value:
        if by:
            message = f"it has no strata, and cannot be told apart by {', '.join(by)}."
            refuse(message, "", "Leave --strata out, or give a file with strata.")
        _add_patterns(tables.setdefault((), Sums()), value["patterns"], len(lists), "patterns")
        return patterns_of(lists, tables)
    names: dict[str, None] = {}
    for number, (words, patterns) in enumerate(_strata(value["strata"]), start=1):
        names |= dict.fromkeys(words)
        kept = tuple((name, said) for name, said in words.items() if by is None or name in by)
        place = f"strata, {number}"
        _add_patterns(tables.setdefault(kept, Sums()), patterns, len(lists), place)
    if missing := [name for name in by or () if name not in names]:
        no_column(missing, list(names))
    pooled = tuple(name for name in names if by is not None and name not in by)
    return patterns_of(lists, tables, by=tuple(n for n in names if n not in pooled), pooled=pooled)


def _names(found: object) -> tuple[str, ...]:
    if not isinstance(found, list) or not found:
        refuse("it names no lists.", "lists", JSON_HINT)
    names = [name.strip() for name in found if isinstance(name, str)]
    if len(names) != len(found) or not all(names):
        refuse("a list's name is no text.", "lists", JSON_HINT)
    if len(set(names)) != len(names):
        refuse("two lists have one name.", "lists", "Give each a name of its own.")
    if len(names) > MOST_LISTS:
        message = f"it has {len(names)} lists; {MOST_LISTS} are the most that can be counted."
        refuse(message, "lists", "Join lists of one kind, or leave some out.")
    return tuple(names)


def _strata(found: object) -> Iterator[tuple[dict[str, str], object]]:
    if not isinstance(found, list) or not found:
        refuse("it must be a list of strata.", "strata", JSON_HINT)
    for number, one in enumerate(found, start=1):
        where = f"strata, {number}"
        if not isinstance(one, dict) or "patterns" not in one:
            refuse("it must have patterns.", where, JSON_HINT)
        words = one.get("stratum")
        if not isinstance(words, dict) or not words:
            message = "its stratum must name at least one variable with its value."
            refuse(message, where, JSON_HINT)
        yield {str(name): _word(said) for name, said in words.items()}, one["patterns"]


def _word(said: object) -> str:
    return "" if said is None else said if isinstance(said, str) else str(said)


def _add_patterns(sums: Sums, found: object, lists: int, where: str) -> None:
    if not isinstance(found, list):
        refuse("patterns must be a list.", where, JSON_HINT)
    for number, one in enumerate(found, start=1):
        place = f"{where}, {number}"
        if not (isinstance(one, list | tuple) and len(one) == 2):  # noqa: PLR2004  # marks, count
            refuse("it is no pattern with its count.", place, JSON_HINT)
        mask = _json_mask(one[0], lists, place)
        sums.add(mask, _json_count(one[1], place), seen=(mask,))


def _json_mask(found: object, lists: int, where: str) -> int:
    if not isinstance(found, list | tuple) or len(found) != lists:
        message = f"its pattern must have one 0 or 1 for each of the {lists} lists."
        refuse(message, where, JSON_HINT)
    for mark in found:
        if not isinstance(mark, int | float) or mark not in (0, 1):
            message = f'the mark is "{str(mark)[:SHOWN]}", where a list has 0 or 1.'
            refuse(message, where, "Correct it.")
    return sum(int(mark) << bit for bit, mark in enumerate(found))


def _json_count(found: object, where: str) -> int:
    if found is None:
        message = "the count is missing."
        refuse(message, where, "Give how many persons have this pattern; 0 if nobody.")
    no_number = isinstance(found, bool) or (isinstance(found, float) and isnan(found))
    if no_number or not isinstance(found, int | float):
        message = f'the count is "{str(found)[:SHOWN]}", which is no number.'
        refuse(message, where, "Write it as a number.")
    exact = found if isinstance(found, int) else None
    if exact is not None and exact > MOST_COUNTED:
        found = float("inf")
    return whole(found, exact, str(found), where)
