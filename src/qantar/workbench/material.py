"""Which files are taken in, and as what: the sheet's words, or the paths given, made into a list.

Nothing is read here. What cannot be taken in is named with its reason, and the
rest goes on. The journal only ever hears of names relative to the sheet, or to
the path that was given: where things lie on this machine is nobody's business.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from qantar.model.accession import Accession, Sheet
from qantar.model.relative import path_refusal

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_LEADS_OUT = "is a link that leads out of {folder}; put a copy of the file there instead"
_LINKED_FOLDER = "is a link to a folder; name the folder itself"
_IN_CASE = "lies in the case's own folder; material comes from outside it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file to take in. `shown` is how its path is acknowledged, `file` where it lies."""

    accession: Accession
    file: Path
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A path that is not taken in, and why; the reason completes the sentence "PATH …".

    `erased` is true where nothing is wrong with the path: its bytes were erased.
    """

    path: str
    reason: str
    erased: bool = False

    def words(self) -> str:
        """Say it in one line."""
        return f"{self.path} {self.reason}"


@dataclass(slots=True)
class Material:
    """What is to be taken in, in order, and what is not."""

    items: list[Item] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def from_sheet(
    sheet: Sheet, folder: Path, *, paths: Sequence[Path], case_root: Path | None
) -> Material:
    """List the files of the sheet that lies in `folder`: all of them, or those under `paths`.

    A path that the sheet does not name is refused: taken in without a
    description, it would look as if nobody had one. Without a case, `case_root` is None.
    """
    found = Material()
    for accession in sheet.accessions:
        for part in _parts(folder / accession.path, accession.path, inside=folder):
            _keep(found, part, accession, case_root)
    if not paths:
        return found
    wanted = {real(path): path for path in paths}
    chosen = [item for item in found.items if _within(item.file, wanted)]
    refused = [one for one in found.refused if _within(real(folder / one.path), wanted)]
    reached = [*(item.file for item in chosen), *(real(folder / one.path) for one in refused)]
    for resolved, path in wanted.items():
        if not any(_within(file, (resolved,)) for file in reached):
            refused.append(Refused(path=str(path), reason=_unnamed(path, sheet)))
    return Material(chosen, refused)


def from_paths(paths: Iterable[Path], *, case_root: Path) -> Material:
    """List the files given on the command line: documents of which nothing is known."""
    found = Material()
    for path in paths:
        name = path.name or real(path).name
        for part in _parts(path, name, inside=None):
            below = part.name[len(name) :]
            shown = f"{path}{below}" if below else str(path)
            _keep(found, replace(part, shown=shown), None, case_root)
    return found


def described(material: Material, sheet: Sheet) -> Material:
    """Let every accession of a shipped sheet describe every file: each says which rows it means."""
    items = [
        replace(item, accession=replace(accession, path=item.accession.path))
        for item in material.items
        for accession in sheet.accessions
    ]
    return Material(items, material.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A file found under a path, or why there is none; `name` is for the journal."""

    name: str
    file: Path
    shown: str
    reason: str | None = None


def _keep(
    found: Material, part: _Part, accession: Accession | None, case_root: Path | None
) -> None:
    reason = part.reason
    if reason is None and case_root is not None and part.file.is_relative_to(case_root):
        reason = _IN_CASE
    if reason is not None:
        found.refused.append(Refused(path=part.shown, reason=reason))
        return
    name = recordable(part.name)
    described = Accession(path=name) if accession is None else replace(accession, path=name)
    found.items.append(Item(accession=described, file=part.file, shown=part.shown))


def _parts(path: Path, name: str, *, inside: Path | None) -> Iterator[_Part]:
    """Find what `path` stands for; a folder without a file in it stands for nothing."""
    parts = tuple(_below(path, name, inside=inside))
    yield from parts or (_Part(name=name, file=path, shown=name, reason="is an empty folder"),)


def _below(path: Path, name: str, *, inside: Path | None) -> Iterator[_Part]:
    """Find the file at `path`, or every file below it where it is a folder, in order of name.

    With `inside`, nothing that lies elsewhere is followed to.
    """
    file = real(path)
    part = _Part(name=name, file=file, shown=name)
    if inside is not None and not file.is_relative_to(inside):
        yield replace(part, reason=_LEADS_OUT.format(folder=inside.name))
        return
    try:
        mode = file.stat().st_mode
    except OSError as error:
        yield replace(part, reason=_why(error))
        return
    if stat.S_ISDIR(mode):
        yield from _in_folder(file, name, inside=inside or file)
    elif stat.S_ISREG(mode):
        yield part
    else:
        yield replace(part, reason="is neither a file nor a folder")


def real(path: Path) -> Path:
    """Follow every link; a path that leads nowhere, or in a circle, is given as it is."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "is not there"
    return f"cannot be opened: {error.strerror}"


def _in_folder(folder: Path, name: str, *, inside: Path) -> Iterator[_Part]:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        yield _Part(name=name, file=folder, shown=name, reason=_why(error))
        return
    for entry in entries:
        part = str(PurePosixPath(name) / entry.name)
        if entry.is_symlink() and entry.is_dir():
            # Followed, it could lead in a circle, or bring the same files in twice.
            yield _Part(name=part, file=entry, shown=part, reason=_LINKED_FOLDER)
        else:
            yield from _below(entry, part, inside=inside)


def _within(file: Path, folders: Iterable[Path]) -> bool:
    return any(file.is_relative_to(folder) for folder in folders)


def _unnamed(path: Path, sheet: Sheet) -> str:
    if not path.exists():
        return "is not there"
    return f"is not named by {sheet.name}; describe it there, or add it without a sheet"


def recordable(name: str) -> str:
    """Make a name from a disk one that the journal takes; names that it takes stay as they are.

    A disk allows what text does not (bytes that are no UTF-8) and what a path in
    a sheet may not hold (control characters, a backslash, a leading "~").
    """
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if path_refusal(text) is None:
        return text
    plain = "".join(_REPLACEMENT if char == "\\" or _is_control(char) else char for char in text)
    return plain if path_refusal(plain) is None else f"./{plain}"


def _is_control(char: str) -> bool:
    return ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0  # noqa: PLR2004  # C0, DEL and C1
