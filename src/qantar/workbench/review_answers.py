"""Answers to the questions of review: written to the journal, read from a file, compared.

Nothing here compares rows: answers can be taken in where the libraries for that are not
installed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from qantar.archive.case import Case
from qantar.archive.journal import append_many
from qantar.archive.lock import writing
from qantar.errors import DecisionRefusedError
from qantar.linking.agreement import Agreement, agreement
from qantar.model.decision import Asked, Decision, Verdict
from qantar.workbench import entries
from qantar.workbench.csv_lines import csv_lines
from qantar.workbench.decide_rows import two_rows
from qantar.workbench.folded import Folded
from qantar.workbench.names import decision_id, row_name, row_of_id
from qantar.workbench.persons import decided_pairs
from qantar.workbench.stores import folded_of

REASON: Final = "review"
"""The reason of an answer to which nobody wrote another."""


class Answer(NamedTuple):
    """What somebody said of two rows, by their ids (`a3/17`)."""

    left: str
    right: str
    verdict: Verdict
    asked: Asked | None = None
    reason: str = REASON


_WORDS: Final = {
    **{one.value: one for one in (Verdict.SAME, Verdict.NOT_SAME, Verdict.UNSURE)},
    "s": Verdict.SAME,
    "n": Verdict.NOT_SAME,
    "u": Verdict.UNSURE,
}
_NEEDED: Final = ("left", "right", "answer")
_MOST_TOLD: Final = 20


def read_answers(path: Path, *, blind: bool = False) -> tuple[Answer, ...]:
    """Read answers from a CSV file, in its order; a line without an answer is passed over.

    Args:
        path: the file, with the columns left, right and answer; asked and reason may be there.
        blind: they are second opinions, whatever `asked` says.

    Raises:
        MissingPathError, InputRefusedError: as `csv_lines`.
        DecisionRefusedError: a line says what is no answer; it names every such line.
    """
    found: list[Answer] = []
    faults: list[str] = []
    for line, cells in csv_lines(path, _NEEDED):
        if not cells["answer"].strip():
            continue
        try:
            found.append(_answer(cells, blind=blind))
        except ValueError as error:
            faults.append(f"line {line}: {error}")
    if faults:
        more = [f"and {len(faults) - _MOST_TOLD:,} more"] if len(faults) > _MOST_TOLD else []
        message = f"{'; '.join([*faults[:_MOST_TOLD], *more])}."
        hint = "Answers are same, not-same or unsure. Nothing was taken in."
        raise DecisionRefusedError(message, where=str(path), next=hint)
    return tuple(found)


def _answer(cells: Mapping[str, str], *, blind: bool) -> Answer:
    word, asked = cells["answer"].strip(), cells.get("asked", "").strip()
    if word not in _WORDS:
        message = f'"{word[:80]}" is no answer'
        raise ValueError(message)
    if asked and asked not in list(Asked):
        message = f'"{asked[:80]}" is no way to be asked; expected is one of {", ".join(Asked)}'
        raise ValueError(message)
    return Answer(
        left=cells["left"].strip(),
        right=cells["right"].strip(),
        verdict=_WORDS[word],
        asked=Asked.BLIND if blind else (Asked(asked) if asked else None),
        reason=cells.get("reason", "").strip() or REASON,
    )


def answer_all(case: Case, answers: Sequence[Answer], *, at: datetime) -> list[str]:
    """Write answers to the journal, all or none; give the ids of the decisions.

    Raises:
        DecisionRefusedError: one of them is not about two rows of the lists in use.
        RecordMissingError: the case has not been built.
    """
    with writing(case):
        folded = folded_of(case)
        entry_of = {one.id: one.entry for one in folded.accessions}
        drafts = []
        for one in answers:
            rows = (row_of_id(name) for name in two_rows(case, folded, (one.left, one.right)))
            names = tuple(row_name(entry_of[row[0]], row[1]) for row in rows if row)
            drafts.append(entries.decision(one.verdict, names, one.reason or REASON, one.asked))
        return [decision_id(entry.id) for entry in append_many(case, drafts, at=at)]


def agreed(folded: Folded) -> Agreement:
    """How far second opinions, given blind, agree with the first ones of other devices."""
    first: dict[tuple[str, str], dict[str, Decision]] = {}
    both: dict[tuple[tuple[str, str], str], tuple[str, str]] = {}
    for pair, one in decided_pairs(folded):
        if one.asked is Asked.BLIND:
            others = (said for device, said in first.get(pair, {}).items() if device != one.device)
            before = next(others, None)
            if before is not None:
                both[pair, one.device] = before.verdict.value, one.verdict.value
        else:
            first.setdefault(pair, {}).setdefault(one.device, one)
    return agreement(list(both.values()))
