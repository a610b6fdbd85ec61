"""Public speakers: spellings and offices of people who speak for an office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qantar.model.text import name_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A public speaker under the name shown, with every spelling recorded."""

    id: str
    name: str
    role: str = ""
    forms: tuple[str, ...] = ()
    evidence: str | None = None
    original: str | None = None
    accession: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Speakers:
    """All public speakers of a case, found by any recorded spelling that only one of them has."""

    by_form: Mapping[str, tuple[Speaker, ...]]

    @classmethod
    def of(cls, speakers: Iterable[Speaker]) -> Speakers:
        """Index the speakers by every recorded spelling."""
        index: dict[str, list[Speaker]] = {}
        for speaker in speakers:
            for key in dict.fromkeys(
                name_key(form) for form in (speaker.name, *speaker.forms) if form
            ):
                index.setdefault(key, []).append(speaker)
        return cls({key: tuple(found) for key, found in index.items()})

    def named(self, text: str) -> Speaker | None:
        """The one speaker with this spelling, or None when none or several have it."""
        found = self.by_form.get(name_key(text), ())
        return found[0] if len(found) == 1 else None

    def forms_of(self, text: str) -> tuple[str, ...]:
        """Every recorded spelling of every speaker that has this one."""
        found = self.by_form.get(name_key(text), ())
        return tuple(dict.fromkeys(form for s in found for form in (s.name, *s.forms) if form))
