"""What an estimator made of a table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one estimator made of one table: numbers, or the code of the refusal."""

    low: float | None = None
    point: float | None = None
    high: float | None = None
    refused: str | None = None
    cautions: tuple[str, ...] = ()
    rhat: float | None = None
    draws: float | None = None

    @property
    def is_usable(self) -> bool:
        """Whether there is an interval."""
        return self.low is not None and self.high is not None

    def holds(self, people: int) -> bool:
        """Whether the interval holds the truth; a refusal does not."""
        return self.low is not None and self.high is not None and self.low <= people <= self.high

    @property
    def width(self) -> float:
        """How wide the interval is, in persons; 0 where there is none."""
        return 0.0 if self.low is None or self.high is None else self.high - self.low
