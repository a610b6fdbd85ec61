"""Review: the pairs of rows that are worth asking about, one after another, and the answers.

Each answer is a decision in the journal, at once: who stops has lost nothing. What an answer
teaches about other pairs is learned at the next build; what hangs together with it is
divided anew before the next question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from qantar.archive.case import Case
from qantar.archive.journal import append_many
from qantar.archive.lock import writing
from qantar.errors import DecisionRefusedError
from qantar.linking.decided import Pair, decided
from qantar.linking.link import Linker
from qantar.linking.questions import questions
from qantar.linking.result import Origin, PairDecision
from qantar.linking.result import Verdict as RowVerdict
from qantar.model.decision import Asked, Verdict
from qantar.record.read import read_person_rows, read_same_names
from qantar.workbench import entries
from qantar.workbench.accessions import accession_records
from qantar.workbench.current import ensure_sound
from qantar.workbench.names import row_of_id
from qantar.workbench.persons import decided_pairs, decisions_on, rules_of, tables_in
from qantar.workbench.review_answers import REASON, Answer, answer_all
from qantar.workbench.review_cards import Card, card
from qantar.workbench.stores import folded_of, record_of

if TYPE_CHECKING:
    from qantar.linking.standing import Standing
    from qantar.workbench.folded import Folded


def _nobody(_: str) -> None:
    """Hear a sentence that nobody asked for."""


@dataclass(slots=True)
class Review:
    """A sitting: what stands, and what was asked in it."""

    case: Case
    linker: Linker
    now: Standing
    decisions: list[PairDecision]
    names: dict[str, str]
    blind: tuple[Pair, ...] | None
    skipped: set[Pair]
    made: list[tuple[str, Card, list[PairDecision]]]

    def next(self) -> Card | None:
        """Give the next question; None where there is none left."""
        return next(self.cards(), None)

    def cards(self) -> Iterator[Card]:
        """Give the next questions as things stand now."""
        if self.blind is not None:
            for pair in self.blind:
                if pair not in self.skipped:
                    yield self._card(pair, Asked.BLIND)
            return
        for one in questions(self.linker, self.now, asked=self.skipped):
            yield self._card((one.left, one.right), _ASKED[one.origin])

    def answer(self, shown: Card, verdict: Verdict, *, at: datetime, reason: str = REASON) -> str:
        """Write an answer to the journal; give the decision's id."""
        said = Answer(shown.left.id, shown.right.id, verdict, shown.asked, reason)
        (made,) = answer_all(self.case, (said,), at=at)
        self.made.append((made, shown, list(self.decisions)))
        pair = self._pair(shown)
        self.skipped.add(pair)
        if shown.asked is not Asked.BLIND:
            left, right = (row_of_id(one.id) for one in (shown.left, shown.right))
            if left and right:
                origin = Origin(shown.asked.value)
                told = PairDecision(left, right, RowVerdict(verdict.value), origin)
                self._stand([*self.decisions, told])
        return made

    def skip(self, shown: Card) -> None:
        """Put a question aside for this sitting."""
        self.skipped.add(self._pair(shown))

    def undo(self, *, at: datetime) -> Card | None:
        """Take the last answer of this sitting back, with a decision; give its question again."""
        if not self.made:
            return None
        name, shown, before = self.made.pop()
        with writing(self.case):
            append_many(self.case, [entries.decision(Verdict.UNDO, (name,), REASON)], at=at)
        self.skipped.discard(self._pair(shown))
        self._stand(before)
        return self._card(self._pair(shown), shown.asked)

    def _stand(self, decisions: list[PairDecision]) -> None:
        self.decisions = decisions
        self.now = self.now.after(decided(decisions, self.linker.table.places))

    def _pair(self, shown: Card) -> Pair:
        places = self.linker.table.places
        keys = (row_of_id(one.id) for one in (shown.left, shown.right))
        left, right = sorted(places[key] for key in keys if key)
        return left, right

    def _card(self, pair: Pair, asked: Asked) -> Card:
        return card(self.case, self.linker, self.now, pair, asked, self.names)


_ASKED: Final = {Origin.TARGETED: Asked.TARGETED, Origin.AUDIT: Asked.AUDIT}


def review(
    case: Case,
    *,
    blind: bool = False,
    software: str = "qantar",
    tell: Callable[[str], None] = _nobody,
) -> Review:
    """Begin a sitting: read the rows of the record and the decisions of the journal.

    Args:
        case: the case.
        blind: ask again what other devices decided, and this one did not.
        software: name and version of the program, for a new record.
        tell: is told what is done, in sentences.

    Raises:
        RecordMissingError: the case has not been built.
        DecisionRefusedError: there are no two rows to compare.
    """
    with writing(case):
        folded = folded_of(case)
        said = ensure_sound(case, folded, software=software)
    if said:
        tell(said)
    rows = [replace(row, list=one) for one, row in read_person_rows(*record_of(case))]
    if len(rows) < 2:  # noqa: PLR2004  # a pair
        message = "this case holds no two rows of lists of people."
        hint = 'Add lists with a sheet (holds = "persons"), and build.'
        raise DecisionRefusedError(message, next=hint)
    tell(f"comparing {len(rows):,} rows")
    records = accession_records(folded)
    tables = tables_in(*read_same_names(*record_of(case)))
    linker = Linker.of(rows, lists=rules_of(records), tables=tables)
    decisions = list(decisions_on(folded, linker.table.places))
    return Review(
        case=case,
        linker=linker,
        # Who gives a second opinion is not told by a score either what the first one taught.
        now=linker.standing(() if blind else decisions),
        decisions=decisions,
        names={one.id: one.accession.list_name for one in records},
        blind=tuple(_of_others(case, folded, linker)) if blind else None,
        skipped=set(),
        made=[],
    )


def _of_others(case: Case, folded: Folded, linker: Linker) -> Iterator[Pair]:
    """The pairs that other devices decided on and this one did not, in the order of deciding."""
    said: dict[tuple[str, str], set[str]] = {}
    for pair, one in decided_pairs(folded):
        said.setdefault(pair, set()).add(one.device)
    shown = folded.rows_shown()
    for pair, devices in said.items():
        if case.device not in devices:
            keys = (row_of_id(shown.get(name, "")) for name in pair)
            where = linker.table.places
            places = [where[key] for key in keys if key and key in where]
            if len(places) == len(pair):
                yield min(places), max(places)
