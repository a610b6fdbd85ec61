"""Collect what a reader notices about one file; a million faults stay readable and bounded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from qantar.model.finding import Finding, Locator, Severity
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_CELLS_NAMED, MAX_DAMAGED_LINES_NAMED, MAX_FINDINGS_OF_A_KIND

SHOWN_CHARS: Final = 120
_LIMITS: Final = {"control-characters": MAX_DAMAGED_LINES_NAMED}


def shown(untrusted_text: str) -> str:
    """Quote raw text for a finding: at most 120 characters, unprintable ones escaped.

    Escaping keeps terminal control sequences of the evidence inert.
    """
    cut = untrusted_text[:SHOWN_CHARS]
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
    return f'"{plain}{"…" if len(untrusted_text) > SHOWN_CHARS else ""}"'


def counted(number: int, one: str, many: str | None = None) -> str:
    """Spell a count with its noun: `1 row`, `2,000 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def some_of(names: list[str], total: int) -> str:
    """List the first names, then how many more there are of `total`."""
    first = names[:MAX_CELLS_NAMED]
    rest = total - len(first)
    return ", ".join(first) + (f" and {rest:,} more" if rest > 0 else "")


@dataclass(slots=True)
class _Overflow:
    """Findings of one kind beyond the limit: how many, where the first and last stood."""

    count: int = 0
    severity: Severity = Severity.NOTE
    first: Locator | None = None
    last: Locator | None = None


@dataclass(slots=True)
class FindingLog:
    """Findings about `file` in the order they were met.

    After the first 1,000 of a kind (100 for `control-characters`) the rest are
    told in one closing finding that counts them.
    """

    file: str
    _kept: list[Finding] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)
    _over: dict[str, _Overflow] = field(default_factory=dict)

    def note(self, code: str, text: str, where: Locator | None = None) -> None:
        """Notice something; nothing of the material was lost."""
        self._add(code, text, Severity.NOTE, where)

    def loss(self, code: str, text: str, where: Locator | None = None) -> None:
        """Notice that something could not be taken over."""
        self._add(code, text, Severity.LOSS, where)

    def write_to(self, out: DocumentWriter) -> None:
        """Write everything noticed so far into an answer."""
        for found in self.findings():
            out.find(found)

    def findings(self) -> tuple[Finding, ...]:
        """Everything noticed so far, closing findings last."""
        return (*self._kept, *(self._closing(code, rest) for code, rest in self._over.items()))

    def _add(self, code: str, text: str, severity: Severity, where: Locator | None) -> None:
        self._seen[code] = self._seen.get(code, 0) + 1
        if self._seen[code] <= _LIMITS.get(code, MAX_FINDINGS_OF_A_KIND):
            self._kept.append(
                Finding(code=code, text=text, severity=severity, file=self.file, where=where)
            )
            return
        rest = self._over.setdefault(code, _Overflow())
        rest.count += 1
        rest.first = rest.first or where
        rest.last = where or rest.last
        if severity is Severity.LOSS:
            rest.severity = severity

    def _closing(self, code: str, rest: _Overflow) -> Finding:
        named = self._seen[code] - rest.count
        span = ""
        if rest.first and rest.last:
            span = f", from {rest.first.words()} to {rest.last.words()}"
        text = (
            f"{counted(rest.count, 'more finding')} of this kind{span}: "
            f"only the first {named:,} are told one by one."
        )
        return Finding(
            code=code, text=text, severity=rest.severity, file=self.file, where=rest.first
        )
