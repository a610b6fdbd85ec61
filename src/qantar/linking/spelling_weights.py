"""The weights of the spelling model as a text that can be read, compared and checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from qantar.linking.letter_groups import (
    ALONE,
    LONGEST_GROUP,
    MATCHES,
    PLACES,
    SWAP,
    Factors,
    GroupNumbers,
    Reals,
    Shape,
)
from qantar.linking.letters import CYRILLIC, LETTERS, OTHER

UNIT = 100
"""Parts of a bit that weights are counted in."""
UNLIKE = -506
"""Weight of two letters never seen to stand for each other: about 0.03 of chance."""
NEAR = 5
"""Weights this near to `UNLIKE` are left out."""
ALONE_AT_MOST = -130
BELOW_SAME = 100
"""A letter for another of its alphabet is worth less than itself, by at least this."""
OTHER_SAME, OTHER_ALONE = 600, -600
PLACE_NAMES = ("inside", "at_end", "at_start")
ALPHABETS = ("across", "within")


@dataclass(frozen=True, slots=True)
class SpellingWeights:
    """Weights of units in hundredths of a bit; -inf where a unit does not exist."""

    numbers: GroupNumbers
    tables: Mapping[Shape, Reals]
    bias: int

    @classmethod
    def rounded(cls, numbers: GroupNumbers, factors: Factors, bias: float) -> SpellingWeights:
        """Round learned factors, and hold them to what spelling weights must be.

        Args:
            numbers: of the groups that the tables are laid out by.
            factors: what training found.
            bias: in nats.
        """
        with np.errstate(divide="ignore"):
            tables = {s: np.round(np.log2(table) * UNIT) for s, table in factors.items()}
        _hold_single(tables[1, 1])
        for k in range(2, LONGEST_GROUP + 1):
            _hold_grouped(numbers, tables, k)
        alone = np.minimum(tables[ALONE], ALONE_AT_MOST).reshape(2, PLACES, -1)
        alone[:, :, [LETTERS.index(letter) for letter in OTHER]] = OTHER_ALONE
        tables[ALONE] = alone.reshape(2, -1)
        return cls(numbers, tables, round(bias / float(np.log(2)) * UNIT))

    def factors(self) -> dict[Shape, Reals]:
        """Give the factors of all units."""
        return {shape: np.exp2(table / UNIT) for shape, table in self.tables.items()}

    def to_text(self, about: Mapping[str, object]) -> str:
        """Write the weights as JSON, a line for each left group."""
        alone = self.tables[ALONE].reshape(2, PLACES, -1)
        content = {
            "about": about,
            "bias": self.bias,
            "swap": int(self.tables[SWAP][0, 0]),
            "alone": {
                alphabet: {
                    place: " ".join(
                        f"{letter} {int(alone[a, p, number])}"
                        for number, letter in enumerate(LETTERS)
                        if letter not in OTHER
                    )
                    for p, place in enumerate(PLACE_NAMES)
                }
                for a, alphabet in enumerate(ALPHABETS)
            },
            "units": {f"{k}-{m}": dict(self._lines((k, m))) for k, m in MATCHES if k >= m},
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    def _lines(self, shape: Shape) -> Iterator[tuple[str, str]]:
        left, right = (self.numbers.members[n - 1] for n in shape)
        table = self.tables[shape]
        for i, group in enumerate(left):
            if set(group) & set(OTHER):
                continue
            units = [
                f"{right[j]} {int(table[i, j])}"
                for j in np.flatnonzero(np.isfinite(table[i, :-1]))
                if right[j] not in OTHER
                and (shape != (1, 1) or (j >= i and abs(table[i, j] - UNLIKE) > NEAR))
            ]
            if units:
                yield group, " ".join(units)

    @classmethod
    def from_text(cls, text: str) -> SpellingWeights:
        """Read what `to_text` wrote."""
        content = json.loads(text)
        units = {
            (int(name[0]), int(name[-1])): {
                group: dict(_pairs(line)) for group, line in lines.items()
            }
            for name, lines in content["units"].items()
        }
        numbers = GroupNumbers(
            [group for lines in units.values() for group in lines if len(group) > 1]
        )
        tables = {shape: np.full(numbers.table_shape(shape), -np.inf) for shape in MATCHES}
        tables[1, 1][:-1, :-1] = UNLIKE
        others = [LETTERS.index(letter) for letter in OTHER]
        tables[1, 1][others, others] = OTHER_SAME
        for (k, m), lines in units.items():
            for group, line in lines.items():
                i = numbers.by_length[k - 1][group]
                for other, weight in line.items():
                    j = numbers.by_length[m - 1][other]
                    tables[k, m][i, j] = tables[m, k][j, i] = weight
        tables[ALONE] = _alone(numbers, content["alone"])
        tables[SWAP] = np.full((1, 1), float(content["swap"]))
        return cls(numbers, tables, int(content["bias"]))


def _alone(numbers: GroupNumbers, written: Mapping[str, Mapping[str, str]]) -> Reals:
    table = np.full((2, PLACES, numbers.sizes[0]), float(OTHER_ALONE))
    table[:, :, -1] = -np.inf
    for a, alphabet in enumerate(ALPHABETS):
        for p, place in enumerate(PLACE_NAMES):
            for letter, weight in _pairs(written[alphabet][place]):
                table[a, p, LETTERS.index(letter)] = weight
    return table.reshape(2, -1)


def _pairs(line: str) -> Iterator[tuple[str, int]]:
    parts = line.split(" ")
    return ((group, int(weight)) for group, weight in zip(parts[::2], parts[1::2], strict=True))


def _hold_single(table: Reals) -> None:
    """Hold the weights of two single letters below those of each letter for itself."""
    cyrillic = np.array([letter in CYRILLIC for letter in LETTERS])
    others = np.array([letter in OTHER for letter in LETTERS])
    inner = table[:-1, :-1]
    own = np.diag(inner).copy()
    most = np.minimum(own[:, None], own[None, :]) - BELOW_SAME
    within = cyrillic[:, None] == cyrillic[None, :]
    np.copyto(inner, np.minimum(inner, most), where=within)
    inner[others[:, None] | others[None, :]] = UNLIKE
    np.fill_diagonal(inner, np.where(others, OTHER_SAME, own))


def _hold_grouped(numbers: GroupNumbers, tables: dict[Shape, Reals], length: int) -> None:
    """Hold a group for a letter of its alphabet below the letter for itself: both ways."""
    cyrillic = np.array([letter in CYRILLIC for letter in LETTERS])
    first = np.array([group[-1] in CYRILLIC for group in numbers.members[length - 1]], dtype=bool)
    most = np.diag(tables[1, 1])[:-1] - BELOW_SAME
    inner = tables[length, 1][:-1, :-1]
    within = first[:, None] == cyrillic[None, :]
    np.copyto(inner, np.minimum(inner, most[None, :]), where=within)
    tables[1, length] = tables[length, 1].T.copy()
