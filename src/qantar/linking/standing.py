"""How things stand after decisions: scores, ties and persons, ready for the next decision."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qantar.linking.clusters import Clustering, Ties
from qantar.linking.decided import Decided
from qantar.linking.result import Ints
from qantar.linking.scoring import Scored


@dataclass(frozen=True, slots=True)
class Standing:
    """Rows divided into persons under decisions.

    `scores` are corrected by what was decided; behind the candidates they hold pairs that no
    rule found and somebody decided. `person` marks each row with the first of its person.
    """

    told: Decided
    scores: Scored
    ties: Ties
    person: Ints
    clustering: Clustering

    def after(self, told: Decided) -> Standing:
        """Give how things stand when something was decided or taken back.

        Only what hangs together with the rows in question is divided anew. The scores stay
        as they are: what one more answer teaches is learned when rows are linked again.

        Args:
            told: all decisions that hold now, of the same rows.
        """
        ties = replace(self.ties, together=told.together, apart=told.apart)
        touched = self.told.rows_changed(told)
        person = self.clustering.around(ties, self.person, touched)
        return replace(self, told=told, ties=ties, person=person)
