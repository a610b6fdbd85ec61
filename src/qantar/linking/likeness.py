"""How alike two words are: by the letters that all alphabets share, and by the learned model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from qantar.linking.folding import skeleton
from qantar.linking.result import Floats
from qantar.linking.spelling import SpellingModel

_A_BIT: Final = 0.01
"""What a bit of the model's evidence counts for, beside the likeness of skeletons."""
_LEAST, _MOST = -20.0, 6.0
"""Bits beyond which more evidence says no more."""
_HOPELESS: Final = 0.45
"""Likeness of skeletons below which the model is not asked: no two spellings of a name."""


def likeness(left: Sequence[str], right: Sequence[str]) -> Floats:
    """Give how alike words are, pair by pair: about 1 for one name in two spellings, 0 for two.

    Jaro-Winkler of the skeletons knows slips of the hand, which fall anywhere; the learned
    model knows how one alphabet is written in another. Each forgives what the other counts.
    """
    one, two = ([skeleton(word) for word in side] for side in (left, right))
    shape: Floats = cpdist(one, two, scorer=JaroWinkler.normalized_similarity, dtype=np.float64)
    ask = np.flatnonzero(shape >= _HOPELESS).tolist()
    bits = SpellingModel.shipped().score_many([left[x] for x in ask], [right[x] for x in ask])
    shape[shape < _HOPELESS] += _A_BIT * _LEAST
    shape[ask] += _A_BIT * np.clip(bits, _LEAST, _MOST)
    return np.clip(shape, 0.0, 1.0)
