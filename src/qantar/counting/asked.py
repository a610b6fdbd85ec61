"""What is asked of the estimators, and what the lists are about."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import numpy as np

from qantar.counting.methods import METHODS

Grid: TypeAlias = Literal["adaptive", "dga"]

_MOST_DRAWS: Final = 25
MOST_LEVEL: Final = 0.999
"""Of 20,000 draws ten lie beyond each end at this level. Farther out the ends are chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a table is to be counted.

    Attributes:
        methods: names of `counting.methods`; None for all that apply.
        level: of every interval, above 0 and at most 0.999.
        seed: of all chance; the same table, options and seed give the same numbers, on any
            processor of the x86 family.
        grid: of `decomposable_graphs`.
        copied: lists that are known to take from one another: (copy, original).
        covered: how many could have been listed at all, the covered population; None where nobody
            said. Of strata it is of all together.
        sensitivity: whether to look at what would move the answer.
        draws: of the draws of linking, how many are estimated from.
        replicates: of the bootstrap of `loglinear`; as many as it takes by itself where None.

    Raises:
        ValueError: a method has no such name, or the level is no such share.
    """

    methods: tuple[str, ...] | None = None
    level: float = 0.95
    seed: int = 0
    grid: Grid = "adaptive"
    copied: tuple[tuple[str, str], ...] = ()
    covered: int | None = None
    sensitivity: bool = True
    draws: int = _MOST_DRAWS
    replicates: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        if unknown := set(self.methods or ()) - set(METHODS):
            message = f"no such method: {', '.join(sorted(unknown))}; there are {METHODS}"
            raise ValueError(message)
        if not 0 < self.level <= MOST_LEVEL:
            message = f"the level of an interval lies between 0 and {MOST_LEVEL}: {self.level}"
            raise ValueError(message)

    def with_seed_of(self, *numbers: int) -> Asked:
        """Ask the same with a seed for one part of the whole, by its number: a draw of linking."""
        spawned = np.random.SeedSequence([self.seed, *numbers]).generate_state(1, np.uint32)
        return replace(self, seed=int(spawned[0]))

    def with_seed_of_words(self, *words: str) -> Asked:
        """Ask the same with a seed for one part of the whole, by its name: a stratum.

        It is the same one whatever other parts there are.
        """
        said = "\0".join(f"{len(word)}:{word}" for word in words).encode(errors="surrogatepass")
        digest = hashlib.sha256(said).digest()
        return self.with_seed_of(*np.frombuffer(digest, dtype="<u4").tolist())


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the lists are about, in words that stand in a sentence.

    `what`: who is counted, in the plural ("persons killed"). `where`, `when`: with their
    preposition ("in Sayaqkent", "from 5 to 8 January 2022"); None where nobody said.

    Raises:
        ValueError: one of them is empty: the sentence would count "different" nothing.
    """

    what: str = "persons"
    where: str | None = None
    when: str | None = None

    def __post_init__(self) -> None:
        """Refuse empty words."""
        if not all(said.strip() for said in (self.what, self.where, self.when) if said is not None):
            message = f"words that say nothing: {self}"
            raise ValueError(message)

    @property
    def words(self) -> str:
        """All of it: "persons killed in Sayaqkent from 5 to 8 January 2022"."""
        return " ".join(part for part in (self.what, self.where, self.when) if part)
