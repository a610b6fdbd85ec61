"""Where a pair of rows stands among millions, without a dictionary of them."""

from __future__ import annotations

import numpy as np

from qantar.linking.decided import Pair
from qantar.linking.result import Places


class PairPlaces:
    """Finds pairs among those that it was made of."""

    def __init__(self, left: Places, right: Places) -> None:
        """Take pairs, each once, in order of `left`, then of `right`."""
        self._left, self._right = left, right

    def get(self, pair: Pair) -> int | None:
        """Give the place of a pair; None where it is not among them."""
        # A number of another type would have the whole column copied, at each look-up.
        one, other = self._left.dtype.type(pair[0]), self._right.dtype.type(pair[1])
        first = int(np.searchsorted(self._left, one))
        last = int(np.searchsorted(self._left, one, side="right"))
        place = first + int(np.searchsorted(self._right[first:last], other))
        return place if place < last and int(self._right[place]) == pair[1] else None

    def __contains__(self, pair: Pair) -> bool:
        """Whether a pair is among them."""
        return self.get(pair) is not None
