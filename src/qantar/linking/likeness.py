"""How alike two words are: by the letters that all alphabets share, and by the learned model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from qantar.linking.distinct import distinct
from qantar.linking.folding import skeleton
from qantar.linking.result import Floats, Ints
from qantar.linking.spelling import SpellingModel

_A_BIT: Final = 0.01
"""What a bit of the model's evidence counts for, beside the likeness of skeletons."""
_LEAST, _MOST = -20.0, 6.0
"""Bits beyond which more evidence says no more."""
_SHAPE: Final = JaroWinkler.normalized_similarity
_EASE: Final = 1e-9
_HOPELESS: Final = 0.45
"""Likeness of skeletons below which the model is not asked: no two spellings of a name."""


def likeness(left: Sequence[str], right: Sequence[str]) -> Floats:
    """Give how alike words are, pair by pair: about 1 for one name in two spellings, 0 for two.

    Jaro-Winkler of the skeletons knows slips of the hand, which fall anywhere; the learned
    model knows how one alphabet is written in another. Each forgives what the other counts.
    """
    words = list(dict.fromkeys((*left, *right)))
    number = {word: at for at, word in enumerate(words)}
    one, two = (np.array([number[x] for x in side], dtype=np.int64) for side in (left, right))
    return alike(words, one, two)


def alike(words: Sequence[str], left: Ints, right: Ints, least: float = 0.0) -> Floats:
    """Give the same for words that go by their numbers in `words`.

    Args:
        words: distinct ones.
        left: numbers of words.
        right: numbers, as many.
        least: likeness that matters; below it a lower one may be said.
    """
    skeletons = np.full(len(words), "", dtype=object)
    for number in distinct(np.concatenate((left, right))).tolist():
        skeletons[number] = skeleton(words[number])
    shape: Floats = cpdist(skeletons[left], skeletons[right], scorer=_SHAPE, dtype=np.float64)
    hopeless = max(_HOPELESS, least - _A_BIT * _MOST - _EASE)
    ask = np.flatnonzero(shape >= hopeless)
    bits = SpellingModel.shipped().score_numbered(words, left[ask], right[ask])
    shape[shape < hopeless] += _A_BIT * _LEAST
    shape[ask] += _A_BIT * np.clip(bits, _LEAST, _MOST)
    return np.clip(shape, 0.0, 1.0)
