"""Which scored pairs are asked at random.

Pairs are drawn with chances in proportion to their doubt (the standard deviation of yes or no
at the shipped score), so that few questions are spent on what is plain, and every score at
which something can be wrong is asked. The order of the draw is fixed by the names of the
rows: the same case asks the same pairs.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from qantar.linking.chance import drawn_order, pair_chance
from qantar.linking.people_table import PeopleTable
from qantar.linking.result import Ints
from qantar.linking.scoring import Scored

_SEED: Final = 1
_PLAIN: Final = 0.005
"""Probability below which pairs are two: far more than all others, and hardly one is true."""


def audit_order(table: PeopleTable, shipped: Scored) -> Ints:
    """Give the places of the pairs in the order in which they are asked at random.

    Args:
        table: the rows.
        shipped: the pairs with their scores as without any answer.
    """
    found, said = shipped.found, shipped.probability
    chance = pair_chance(table, found.left, found.right, _SEED)
    doubt = np.sqrt(said * (1.0 - said))
    return drawn_order(chance, np.where(said < _PLAIN, 0.0, doubt))
