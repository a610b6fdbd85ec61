"""Text of a page that a browser does not show: counted, and its beginning told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from qantar.model.finding import Locator
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.markup import unescaped

_NAMED: Final = 8
_NAMED_CHARS: Final = 200


@dataclass(slots=True)
class HiddenText:
    """Collects it for one page."""

    _chars: int = 0
    _said: list[str] = field(default_factory=list)

    def take(self, said: str) -> None:
        """Take a piece of it, as the page has it."""
        text = " ".join(unescaped(said).split())
        if text:
            self._chars += len(text)
            if len(self._said) < _NAMED:
                self._said.append(text[:_NAMED_CHARS])

    def report(self, log: FindingLog, where: Locator | None) -> None:
        """Tell of it, if there is any."""
        if self._chars:
            said = "; ".join(map(shown, self._said))
            log.loss(
                "hidden-content",
                f"{counted(self._chars, 'character')} of text that a browser does not show "
                f"(hidden elements, templates, what stands in for scripts) are not in the text: "
                f"{said}{' …' if len(self._said) == _NAMED else ''}.",
                where,
            )
