"""What the keys of each `[[counting]]` must say together.

Like `sheet_checks.py`, this reads the parsed TOML: values of a wrong type are passed over
here, because the schema names them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from qantar.model.counting_asked import LEAST_LISTS, Stratum, is_copied_pair
from qantar.readers.sheet_columns import Fault, table
from qantar.readers.sheet_lines import KeyPath
from qantar.readers.sheet_words import none_of, quoted


def counting_faults(sheet: Mapping[str, object]) -> Iterator[Fault]:
    """Find every fault between the keys of the countings of a sheet."""
    found = sheet.get("counting")
    first: dict[str, int] = {}
    for index, one in enumerate(found if isinstance(found, list) else []):
        counting, path = table(one), ("counting", index)
        name = counting.get("id")
        if isinstance(name, str) and first.setdefault(name, index) != index:
            message = f"{quoted(name)} is the name of counting {first[name] + 1} already"
            yield (*path, "id"), f"{message}; give each its own"
        yield from _lists(path, counting)
        yield from _strata(path, counting)


def _lists(path: KeyPath, counting: Mapping[str, object]) -> Iterator[Fault]:
    lists = _texts(counting.get("lists"))
    if lists is None:
        return
    if len(lists) < LEAST_LISTS:
        message = "to count whom no list names takes several lists, and two at least"
        yield (*path, "lists"), f"{message}; name more"
    pairs = counting.get("copied")
    for index, one in enumerate(pairs if isinstance(pairs, list) else []):
        pair = _texts(one)
        if pair is not None and not is_copied_pair(pair, lists):
            message = "what was copied is told in pairs of two lists that are counted"
            yield (*path, "copied", index), f'{message}: copied = [["press", "court"]]'


def _strata(path: KeyPath, counting: Mapping[str, object]) -> Iterator[Fault]:
    given = counting.get("strata")
    strata = [given] if isinstance(given, str) else _texts(given) or []
    is_of_persons = "table" not in counting
    for index, one in enumerate(strata if is_of_persons else ()):
        if one not in list(Stratum):
            place = (*path, "strata") if isinstance(given, str) else (*path, "strata", index)
            yield place, none_of(one, Stratum)
    parts_time = is_of_persons and Stratum.PERIOD in strata
    if parts_time and not counting.get("cuts"):
        message = "periods need the days on which all but the first begin"
        yield (*path, "strata"), f"{message}: cuts = [2022-01-05]"
    if "cuts" in counting and not parts_time:
        what = 'write strata = ["period"]' if is_of_persons else "a table has them as columns"
        yield (*path, "cuts"), f"days part periods alone, and none are asked for; {what}"
    days = [str(day) for day in _listed(counting.get("cuts"))]
    if any(before >= after for before, after in pairwise(days)):
        yield (*path, "cuts"), "the days stand in their order, each once"
    if "status" in counting and not is_of_persons:
        message = "a table of patterns does not say what became of anybody; take status out"
        yield (*path, "status"), message


def _texts(value: object) -> list[str] | None:
    """Give a list of texts; None of anything else, which the schema names."""
    listed = _listed(value)
    return [one for one in listed if isinstance(one, str)] if isinstance(value, list) else None


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
