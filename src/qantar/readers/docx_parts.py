"""How the parts of a DOCX belong together, and what the package says of itself.

Source: ECMA-376 Part 2, section 9.3 (relationships), 11 (core properties); Part 1,
section 22.2 (extended properties).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from qantar.readers.office_package import (
    Attributes,
    Elements,
    OfficePackage,
    UnreadableDocumentError,
    part_name,
)

_MOST_RELATIONS: Final = 100_000
_MOST_CHARS: Final = 10_000
_MAIN: Final = "word/document.xml"
# What the core and the extended properties are called here; others are left out.
_FACTS: Final = MappingProxyType(
    {
        "title": "docx.title",
        "subject": "docx.subject",
        "creator": "docx.author",
        "keywords": "docx.keywords",
        "description": "docx.description",
        "category": "docx.category",
        "lastModifiedBy": "docx.last_modified_by",
        "revision": "docx.revision",
        "created": "docx.created",
        "modified": "docx.modified",
        "lastPrinted": "docx.last_printed",
        "Application": "docx.application",
        "AppVersion": "docx.application_version",
        "Company": "docx.company",
        "Manager": "docx.manager",
        "Template": "docx.template",
        "TotalTime": "docx.editing_minutes",
    }
)
DATES: Final = ("docx.created", "docx.modified", "docx.last_printed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What a part is related to: the last word of the relation's type, and where it is."""

    id: str
    kind: str
    target: str
    is_outside: bool


@dataclass(slots=True)
class Relations:
    """The relations of one part, in their order; none where it has none, or they are broken."""

    part: str
    found: list[Relation] = field(default_factory=list)

    def of_kind(self, *kinds: str) -> list[Relation]:
        """Those of some kinds that stay inside the package."""
        return [one for one in self.found if one.kind in kinds and not one.is_outside]

    def name(self, relation: Relation) -> str:
        """The part that a relation leads to."""
        return part_name(self.part, relation.target)

    def read(self, package: OfficePackage) -> UnreadableDocumentError | None:
        """Read them; gives what is wrong with them, if anything."""
        folder, _, name = self.part.rpartition("/")
        part = f"{folder}/_rels/{name}.rels".lstrip("/")
        if not package.has(part):
            return None
        try:
            package.parse(part, Elements(self._start, _nothing, _nothing))
        except UnreadableDocumentError as fault:
            return fault
        return None

    def _start(self, name: str, attributes: Attributes) -> None:
        if name.rpartition(" ")[2] == "Relationship" and len(self.found) < _MOST_RELATIONS:
            self.found.append(
                Relation(
                    id=attributes.get("Id", ""),
                    kind=attributes.get("Type", "").rpartition("/")[2],
                    target=attributes.get("Target", ""),
                    is_outside=attributes.get("TargetMode", "").lower() == "external",
                )
            )


def main_part(package: OfficePackage) -> str:
    """Give the name of the part that is the document."""
    root = Relations("")
    root.read(package)
    names = [root.name(one) for one in root.of_kind("officeDocument")]
    return next((name for name in names if package.has(name)), _MAIN)


def facts(package: OfficePackage) -> dict[str, str]:
    """Give what the package says of itself, as found; nothing where that is broken."""
    found: dict[str, str] = {}
    for part in ("docProps/core.xml", "docProps/app.xml"):
        if package.has(part):
            follower = _Facts(found)
            try:
                package.parse(part, Elements(follower.start, follower.end, follower.text))
            except UnreadableDocumentError:
                continue
    return found


@dataclass(slots=True)
class _Facts:
    """Follows a part of properties: each is an element with text."""

    found: dict[str, str]
    _name: str | None = None
    _text: list[str] = field(default_factory=list)

    def start(self, name: str, _: Attributes) -> None:
        self._name = _FACTS.get(name.rpartition(" ")[2])
        self._text.clear()

    def text(self, text: str) -> None:
        if self._name is not None and sum(map(len, self._text)) < _MOST_CHARS:
            self._text.append(text)

    def end(self, _: str) -> None:
        said = "".join(self._text).strip()[:_MOST_CHARS]
        if self._name is not None and said:
            self.found.setdefault(self._name, said)
        self._name = None


def _nothing(_: str) -> None:
    return
