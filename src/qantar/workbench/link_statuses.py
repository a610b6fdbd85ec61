"""What became of the persons of a link result, as lists state it: side by side, none resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from qantar.linking.result import Linked
from qantar.model.person_row import DaySpan
from qantar.model.vocabulary import Vocabulary
from qantar.weighing.status_histories import History, StatusStatement, history_of
from qantar.workbench.link_result import write_csv
from qantar.workbench.statuses import body_of

STATUSES: Final = "statuses.csv"
_COLUMNS: Final = (
    "person", "number", "list", "row", "status", "words", "first", "last", "circa", "body",
    "said_by", "source", "published_first", "published_last", "acquired", "against",
)  # fmt: skip


def write_statuses(
    path: Path,
    linked: Linked,
    statements: Iterable[StatusStatement],
    *,
    sources: Mapping[str, str],
    words: Vocabulary,
) -> None:
    """Write every statement once, by person, each person's in order of the days they are about.

    `number` counts those of one person from 1; `against` names those that cannot be true together
    with one, parted by spaces.

    Args:
        path: the file.
        linked: who is who.
        statements: what the rows state.
        sources: names of sources by their ids.
        words: the vocabulary person-status, with the sheet's own terms.
    """
    histories = _histories(linked, statements, words)
    write_csv(path, _COLUMNS, _lines(histories, sources))


def _histories(
    linked: Linked, statements: Iterable[StatusStatement], words: Vocabulary
) -> Iterator[tuple[int, History]]:
    who = {row.key: int(of) for row, of in zip(linked.rows, linked.person.tolist(), strict=True)}
    of_person: dict[int, list[StatusStatement]] = {}
    for one in statements:
        of_person.setdefault(who[one.accession, one.row], []).append(one)
    for person, stated in sorted(of_person.items()):
        yield person, history_of(stated, words)


def _lines(
    histories: Iterable[tuple[int, History]], sources: Mapping[str, str]
) -> Iterator[tuple[object, ...]]:
    for person, history in histories:
        for at, one in enumerate(history.statements):
            against = " ".join(str(other + 1) for other in history.against.get(at, ()))
            circa = None if one.days is None else int(one.days.about)
            yield (
                person, at + 1, one.accession, one.row, one.status, one.words, *_days(one.days),
                circa, body_of(one, sources), one.said_by, one.source, *_days(one.published),
                one.acquired, against,
            )  # fmt: skip


def _days(span: DaySpan | None) -> tuple[str | None, str | None]:
    if span is None:
        return None, None
    return date.fromordinal(span.first).isoformat(), date.fromordinal(span.last).isoformat()
