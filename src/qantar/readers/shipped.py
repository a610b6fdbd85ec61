"""Sheets that come with Qantar: what the columns of well-known data sets and programs mean.

They are accession sheets like any other, without paths. `like = "NAME"` in an accession
takes over what the shipped one says and this one does not; so does `--sheet NAME`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

from qantar.readers.sheet_lines import KeyPath
from qantar.readers.sheet_words import near_and_known, quoted

UNNAMED: Final = "file"
_FOLDER: Final = "sheets"
_ENDING: Final = ".toml"


@cache
def shipped_names() -> tuple[str, ...]:
    """The names of all sheets that ship, in alphabetical order."""
    folder = files("qantar.readers").joinpath(_FOLDER)
    names = (one.name for one in folder.iterdir())
    return tuple(sorted(n.removesuffix(_ENDING) for n in names if n.endswith(_ENDING)))


def shipped_text(name: str) -> str:
    """The sheet of that name, as it ships.

    Raises:
        KeyError: there is none.
    """
    if name not in shipped_names():
        raise KeyError(name)
    path = files("qantar.readers").joinpath(_FOLDER, f"{name}{_ENDING}")
    return path.read_text(encoding="utf-8")


@cache
def shipped(name: str) -> dict[str, Any]:
    """The same, parsed.

    Raises:
        KeyError: there is none.
    """
    return tomllib.loads(shipped_text(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Expanded:
    """A parsed sheet in which every `like` is carried out.

    `origins` leads from the number of an accession to that of the one written in the
    sheet; `faults` are what could not be carried out, at its place in `sheet`.
    """

    sheet: dict[str, Any]
    origins: tuple[int, ...]
    faults: tuple[tuple[KeyPath, str], ...] = ()

    def written(self, path: KeyPath) -> KeyPath:
        """Where the sheet itself says what stands at `path`."""
        match path:
            case ("accession", int(index), *rest) if index < len(self.origins):
                return ("accession", self.origins[index], *rest)
        return path


def expanded(parsed: Mapping[str, Any]) -> Expanded:
    """Put what shipped sheets say in the place of each `like`.

    A value of a wrong type stays as it is: the schema names it. A sheet of several
    kinds of rows makes several accessions of one.
    """
    written = parsed.get("accession")
    if not isinstance(written, list):
        return Expanded(sheet=dict(parsed), origins=())
    made = _Made()
    for index, one in enumerate(written):
        name = one.get("like") if isinstance(one, dict) else None
        if isinstance(name, str):
            made.take_like(index, one, name)
        else:
            made.take(index, [one])
    whole = {**parsed, "accession": made.accessions}
    declared = parsed.get("sources", {})
    if made.sources and isinstance(declared, dict):
        whole["sources"] = {**made.sources, **declared}
    if any(made.words):
        whole["vocabulary"] = _with_words(parsed.get("vocabulary", {}), made.words)
    return Expanded(sheet=whole, origins=tuple(made.origins), faults=tuple(made.faults))


@dataclass(slots=True)
class _Made:
    """The accessions so far, and what shipped sheets declare for them."""

    accessions: list[object] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    faults: list[tuple[KeyPath, str]] = field(default_factory=list)
    sources: dict[str, Any] = field(default_factory=dict)
    words: list[Mapping[str, Any]] = field(default_factory=list)

    def take(self, index: int, accessions: Sequence[object]) -> None:
        """Take what an accession of the sheet comes to."""
        self.accessions.extend(accessions)
        self.origins.extend(index for _ in accessions)

    def take_like(self, index: int, one: Mapping[str, Any], name: str) -> None:
        """Take an accession that is like a shipped one."""
        fault = _fault(one, name)
        if fault is not None:
            key, message = fault
            self.faults.append((("accession", len(self.accessions), key), message))
            # Without it, so that one slip is told once.
            one = {given: value for given, value in one.items() if given != key}
        if name not in shipped_names():
            self.take(index, [one])
            return
        said = shipped(name)
        self.take(index, [_merged(one, each) for each in said["accession"]])
        self.words.append(said.get("vocabulary", {}))
        if "source" not in one:
            self.sources |= said.get("sources", {})


def _fault(one: Mapping[str, Any], name: str) -> tuple[str, str] | None:
    """What is wrong with a `like`, and at which key."""
    if name not in shipped_names():
        return "like", f"no sheet {quoted(name)} ships{near_and_known(name, shipped_names())}"
    if "holds" in one:
        return "holds", f"like = {quoted(name)} says already what its rows hold; take holds out"
    several = len(shipped(name)["accession"]) > 1
    if several and ("columns" in one or "only" in one):
        key = "columns" if "columns" in one else "only"
        message = f"{quoted(name)} describes several kinds of rows; {key} would be that of each"
        return key, f"{message}. Take it out, or write the columns of each kind yourself"
    return None


def _merged(one: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What the shipped sheet says, and over it what this one says; columns field by field."""
    own = {key: value for key, value in one.items() if key != "like"}
    columns = own.get("columns", {})
    if isinstance(columns, dict):
        own["columns"] = {**said.get("columns", {}), **columns}
    if said.get("republish") is False:
        own["republish"] = False  # what may not be published is not for a case to say
    return {**said, **own}


def _with_words(declared: object, words: list[Mapping[str, Any]]) -> object:
    """The words that the sheet declares, and those of the shipped ones that it does not."""
    if not isinstance(declared, dict):
        return declared
    whole = {
        name: dict(terms) if isinstance(terms, dict) else terms for name, terms in declared.items()
    }
    for shipped_words in words:
        for name, terms in shipped_words.items():
            known = whole.setdefault(name, {})
            if isinstance(known, dict):
                whole[name] = {**terms, **known}
    return whole
