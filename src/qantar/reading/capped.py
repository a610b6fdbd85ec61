"""Findings of a long table: the first thousand of a kind one by one, the rest counted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from qantar.model.finding import Finding

MOST_OF_A_KIND: Final = 1_000


@dataclass(slots=True)
class CappedFindings:
    """Findings in the order they were met; those of a kind beyond the cap close the list."""

    _kept: list[Finding] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)
    _last: dict[str, Finding] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Take one more."""
        seen = self._seen.get(finding.code, 0) + 1
        self._seen[finding.code] = seen
        if seen <= MOST_OF_A_KIND:
            self._kept.append(finding)
        else:
            self._last[finding.code] = finding

    def all(self) -> tuple[Finding, ...]:
        """Give everything, the closing findings last."""
        return (*self._kept, *map(self._closing, self._last.values()))

    def _closing(self, last: Finding) -> Finding:
        rest = self._seen[last.code] - MOST_OF_A_KIND
        where = f", the last in {last.where.words()}" if last.where else ""
        text = (
            f"{rest:,} more {'finding' if rest == 1 else 'findings'} of this kind{where}: only the "
            f"first {MOST_OF_A_KIND:,} are told one by one."
        )
        return replace(last, text=text)
