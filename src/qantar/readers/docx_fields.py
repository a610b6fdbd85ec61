"""Fields of a DOCX: a command that is not text, and the result that a program stored for it.

Source: ECMA-376 Part 1, section 17.16.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from qantar.model.finding import Locator
from qantar.readers.docx_names import value
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.office_package import Attributes

_REACHING: Final = frozenset(
    {
        *("dde", "ddeauto", "includetext", "includepicture", "import", "link", "database"),
        *("macrobutton", "rd", "autotext"),
    }
)
"""Commands that fetch or start something."""
_MOST_CHARS: Final = 2_000
_MOST_FIELDS: Final = 1_000
_MOST_LINKS: Final = 1_000


@dataclass(slots=True)
class _Field:
    command: list[str] = field(default_factory=list)
    is_command: bool = True


@dataclass(slots=True)
class Fields:
    """The fields that are open, the outermost first; `links` gathers addresses they name."""

    log: FindingLog
    links: dict[str, None]
    _open: list[_Field] = field(default_factory=list)
    _commands: int = 0

    @property
    def is_command(self) -> bool:
        """Whether text that comes now is part of a command, or of a field within one."""
        return self._commands > 0

    def mark(self, attributes: Attributes, where: Locator) -> None:
        """Begin a field, its result, or its end."""
        match value(attributes, "fldCharType"):
            case "begin" if len(self._open) < _MOST_FIELDS:
                self._open.append(_Field())
                self._commands += 1
            case "separate" if self._open:
                self._end_command(self._open[-1], where)
            case "end" if self._open:
                self._end_command(self._open.pop(), where)

    def simple(self, attributes: Attributes, where: Locator) -> None:
        """Take a field whose command is an attribute."""
        self.look(value(attributes, "instr"), where)

    def say(self, text: str) -> None:
        """Add to the command of the innermost field."""
        if self._open and sum(map(len, self._open[-1].command)) < _MOST_CHARS:
            self._open[-1].command.append(text)

    def _end_command(self, one: _Field, where: Locator) -> None:
        if one.is_command:
            one.is_command = False
            self._commands -= 1
            self.look("".join(one.command), where)

    def look(self, untrusted_command: str, where: Locator) -> None:
        """Look at a whole command for what it would fetch, start or link to."""
        command = untrusted_command.strip()[:_MOST_CHARS]
        name, _, rest = command.partition(" ")
        if name.lower() in _REACHING:
            self.log.note(
                "active-content",
                f"A field would fetch or start something: {shown(command)}. It was not; the result "
                "that is stored was read.",
                where,
            )
        elif name.lower() == "hyperlink" and len(self.links) < _MOST_LINKS:
            address = rest.strip().partition(" ")[0].strip('"')
            if not address.startswith("\\"):  # a place within the document
                self.links.setdefault(address)
