"""What `qantar link` takes beside a sheet: decisions about pairs, and who was who before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from qantar.errors import DecisionRefusedError, InputRefusedError
from qantar.linking.result import Origin, PairDecision, RowKey, Verdict
from qantar.model.person_row import PersonRow
from qantar.workbench.csv_lines import Cells, csv_lines

PERSONS: Final = "persons.csv"
DECIDED: Final = ("left_list", "left_row", "right_list", "right_row", "decision")
"""Columns that a file of decisions must have; `reason` and `origin` may stand beside them."""

_MOST_TOLD: Final = 20
_MOST_DIGITS: Final = 9


def read_decisions(path: Path, rows: Sequence[PersonRow]) -> tuple[PairDecision, ...]:
    """Read decisions about pairs of these rows, in the order of the file.

    Raises:
        MissingPathError: there is no such file.
        InputRefusedError: it has not the columns of decisions, or is no CSV in UTF-8.
        DecisionRefusedError: a line decides nothing, or about a row that is not there; it
            names every such line.
    """
    found: list[tuple[int, PairDecision]] = []
    faults: list[str] = []
    lists = {row.list for row in rows}
    for line, cells in csv_lines(path, DECIDED):
        try:
            found.append((line, _decision(cells, lists)))
        except ValueError as error:
            faults.append(f"line {line}: {error}")
    asked = {key for _, one in found for key in (one.left, one.right)}
    there = {row.key for row in rows if row.key in asked} if asked else set()
    for line, one in found:
        faults.extend(
            f"line {line}: {_no_row(key, lists)}"
            for key in dict.fromkeys((one.left, one.right))
            if key not in there
        )
    if faults:
        raise _refused(path, faults)
    return tuple(one for _, one in found)


def read_previous(folder: Path) -> dict[RowKey, int]:
    """Read which row was which person in an earlier result.

    Raises:
        MissingPathError: it is no earlier result.
        InputRefusedError: a line of it names no row and person.
    """
    previous: dict[RowKey, int] = {}
    for line, cells in csv_lines(folder / PERSONS, ("list", "row", "person")):
        try:
            previous[cells["list"], _number(cells["row"])] = _number(cells["person"])
        except ValueError as error:
            hint = "Give the folder of an earlier result, as `qantar link` wrote it."
            message = f"line {line}: {error}."
            raise InputRefusedError(message, where=str(folder / PERSONS), next=hint) from error
    return previous


def _decision(cells: Cells, lists: set[str]) -> PairDecision:
    left, right = (
        (_list(cells[f"{side}_list"], lists), _number(cells[f"{side}_row"]))
        for side in ("left", "right")
    )
    if left == right:
        message = f"{left[0]} {left[1]} stands on both sides"
        raise ValueError(message)
    origin = cells.get("origin", "").strip()
    return PairDecision(
        left=left,
        right=right,
        verdict=Verdict(_word(cells["decision"], "decision", Verdict)),
        origin=Origin(_word(origin, "origin", Origin)) if origin else None,
        reason=cells.get("reason", "").strip(),
    )


def _list(text: str, lists: set[str]) -> str:
    """The name as it stands; outer space off where no list has it so."""
    return text if text in lists else text.strip()


def _word(text: str, what: str, words: Iterable[str]) -> str:
    text = text.strip()
    if text not in list(words):
        message = f'"{text[:80]}" is no {what}; expected is one of {", ".join(words)}'
        raise ValueError(message)
    return text


def _number(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        message = f'"{text[:80]}" is no number of a row or a person'
        raise ValueError(message)
    return int(text)


def _no_row(key: RowKey, lists: set[str]) -> str:
    if key[0] not in lists:
        return f'there is no list "{key[0][:80]}"; there are {", ".join(sorted(lists))}'
    return f'the list "{key[0]}" has no row {key[1]}'


def _refused(path: Path, faults: list[str]) -> DecisionRefusedError:
    more = len(faults) - _MOST_TOLD
    told = [*faults[:_MOST_TOLD], *([f"and {more:,} more"] if more > 0 else [])]
    hint = "Correct these lines; rows are named as in persons.csv. Nothing was linked."
    return DecisionRefusedError(f"{'; '.join(told)}.", where=str(path), next=hint)
