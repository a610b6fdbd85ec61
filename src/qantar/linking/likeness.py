"""How alike two words are, from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from qantar.linking.folding import skeleton
from qantar.linking.result import Floats


def likeness(left: Sequence[str], right: Sequence[str]) -> Floats:
    """Give how alike words are, pair by pair: 1 for the same in whatever alphabet."""
    one, two = ([skeleton(word) for word in side] for side in (left, right))
    found: Floats = cpdist(one, two, scorer=JaroWinkler.normalized_similarity, dtype=np.float64)
    return found
