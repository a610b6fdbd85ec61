"""Take material in: seal every file, then look at the tables among them.

Sealing never depends on parsing. Each file is stored, entered in the journal and
acknowledged before the next one is touched; only when all are sealed are tables
read, so that a misspelt column is told at once and costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import file_digest
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from qantar.archive.case import Case
from qantar.archive.journal import TornTail, append
from qantar.archive.lock import writing
from qantar.archive.originals import StoredOriginal, object_name, put
from qantar.errors import ErasedError, UsageError
from qantar.model.accession import Accession, Sheet
from qantar.readers.sheet import read_shipped
from qantar.readers.shipped import shipped_names
from qantar.workbench import entries
from qantar.workbench.folded import Folded
from qantar.workbench.look import look
from qantar.workbench.material import Item, Material, Refused, described, from_paths, from_sheet
from qantar.workbench.sheet_file import sheet_bytes, sheet_of
from qantar.workbench.stores import folded_of
from qantar.workbench.taken_in import AddReport, Sealed


@dataclass(slots=True)
class _Journal:
    """The journal while material is taken in: it counts accessions and keeps what was torn."""

    case: Case
    now: datetime
    folded: Folded
    accessions: int = 0
    torn: list[TornTail] = field(default_factory=list)

    @property
    def erased(self) -> frozenset[str]:
        """Names of objects that were erased and are not to come back."""
        return self.folded.erased_objects

    def enter_accession(self, draft: entries.Draft) -> str:
        """Enter one more accession; gives the id that the record will show for it."""
        named = self.folded.next_accession(self.case.device, after=self.accessions)
        self.enter(draft)
        self.accessions += 1
        return named

    def enter(self, draft: entries.Draft) -> None:
        kind, body = draft
        append(self.case, kind=kind, body=body, at=self.now, torn=self.torn)


def add(
    case: Case,
    *,
    paths: Sequence[Path],
    sheet_path: Path | None,
    now: datetime,
    acknowledge: Callable[[Sealed], None],
) -> AddReport:
    """Take in what the sheet names, or what `paths` name.

    Args:
        case: the case; its lock is taken.
        paths: files or folders. With a sheet: only these of what it names.
        sheet_path: the accession sheet, or the name of one that ships with Qantar, which
            then describes each of `paths`; without it, files are documents of the source
            `unknown`.
        now: aware; the journal keeps the minute.
        acknowledge: is told of each file the moment it is durable.

    Raises:
        SheetError: the sheet is not as it must be; nothing was taken in.
        MissingPathError: the sheet is not there.
        UsageError: there is nothing to take in.
        DiskError, OriginalAlteredError, CaseLockedError: as the archive says; what
            was acknowledged before is sealed.
    """
    if not paths and sheet_path is None:
        message = "there is nothing to add."
        raise UsageError(message, next="Name files or folders, or a sheet with --sheet.")
    shipped = _shipped(sheet_path, paths)
    untrusted = sheet_bytes(sheet_path) if sheet_path and not shipped else b""
    sheet = shipped or (sheet_of(untrusted, sheet_path.name) if sheet_path else None)
    folder = sheet_path.resolve().parent if sheet_path else Path()
    if shipped is not None:
        untrusted = shipped.text.encode()
        material = described(from_paths(paths, case_root=case.root), shipped)
    elif sheet is None:
        material = from_paths(paths, case_root=case.root)
    else:
        material = from_sheet(sheet, folder, paths=paths, case_root=case.root)
    with writing(case):
        ledger = _Journal(case, now, folded_of(case))
        if sheet is not None and _names_only_erased(case, sheet, material, ledger):
            # The sheet names persons and paths: it must not come back by what it cannot bring.
            gone = (_erased(item) for item in material.items)
            return AddReport(sealed=(), refused=(*material.refused, *gone), findings=())
        if sheet is not None:
            kept = put(case, BytesIO(untrusted), erased=ledger.erased)
            ledger.enter(entries.sheet(kept.sha256, kept.size, sheet, object=kept.object))
            for asked in sheet.countings:
                ledger.enter(entries.counting(kept.sha256, kept.size, asked, object=kept.object))
            _take_boundaries(case, sheet, folder, material, ledger)
        sealed = list(_seal_all(case, material, ledger, acknowledge))
        findings = tuple(look(case, sealed))
    return AddReport(
        sealed=tuple(one for one, _ in sealed),
        refused=tuple(material.refused),
        findings=findings,
        torn=tuple(ledger.torn),
        sheet=kept.sha256 if sheet is not None else None,
    )


def _shipped(sheet: Path | None, paths: Sequence[Path]) -> Sheet | None:
    """The shipped sheet of that name, unless a file has it.

    Raises:
        UsageError: no file is named that it could describe.
    """
    if sheet is None or str(sheet) not in shipped_names() or sheet.exists():
        return None
    if not paths:
        message = f"{sheet} is a sheet that ships with Qantar; it names no file."
        raise UsageError(message, next=f"Name the files: qantar add CASE FILE --sheet {sheet}.")
    return read_shipped(str(sheet))


def _take_boundaries(
    case: Case, sheet: Sheet, folder: Path, material: Material, ledger: _Journal
) -> None:
    """Store the case's own map layer, if the sheet names one."""
    if sheet.case.boundaries is None:
        return
    layer = Sheet(
        name=sheet.name, text=sheet.text, accessions=(Accession(path=sheet.case.boundaries),)
    )
    found = from_sheet(layer, folder, paths=(), case_root=case.root)
    material.refused.extend(found.refused)
    for item in found.items:
        source = _opened(item)
        if isinstance(source, Refused):
            material.refused.append(source)
            continue
        kept = _stored(case, item, source, ledger)
        if isinstance(kept, Refused):
            material.refused.append(kept)
            continue
        layer_entry = entries.boundaries(
            kept.sha256, kept.size, item.accession.path, object=kept.object
        )
        ledger.enter(layer_entry)


def _seal_all(
    case: Case, material: Material, ledger: _Journal, acknowledge: Callable[[Sealed], None]
) -> Iterator[tuple[Sealed, Accession]]:
    for item in material.items:
        sealed = _seal(case, item, ledger)
        if isinstance(sealed, Refused):
            material.refused.append(sealed)
            continue
        acknowledge(sealed)
        yield sealed, item.accession


def _seal(case: Case, item: Item, ledger: _Journal) -> Sealed | Refused:
    source = _opened(item)
    if isinstance(source, Refused):
        return source
    stored = _stored(case, item, source, ledger)
    if isinstance(stored, Refused):
        return stored
    made = entries.accession(stored.sha256, stored.size, item.accession, object=stored.object)
    return Sealed(
        original=stored.sha256,
        path=item.shown,
        accession=ledger.enter_accession(made),
        size=stored.size,
        new=stored.new,
    )


def _stored(case: Case, item: Item, source: BinaryIO, ledger: _Journal) -> StoredOriginal | Refused:
    """Store one file; one that was erased stops no other."""
    try:
        with source:
            return put(case, source, erased=ledger.erased)
    except ErasedError:
        return _erased(item)


def _names_only_erased(case: Case, sheet: Sheet, material: Material, ledger: _Journal) -> bool:
    """Whether all that a sheet would bring was erased; reads no further than to what was not."""
    if not (ledger.erased and material.items) or sheet.case.boundaries or case.case_key is None:
        return False
    return all(_is_erased(case, item, ledger) for item in material.items)


def _is_erased(case: Case, item: Item, ledger: _Journal) -> bool:
    try:
        with item.file.open("rb") as source:
            sha256 = file_digest(source, "sha256").hexdigest()
    except OSError:
        return False  # told when it is to be sealed
    return object_name(case, sha256) in ledger.erased


def _erased(item: Item) -> Refused:
    reason = "was erased from this case at somebody's request and is refused for good"
    return Refused(path=item.shown, reason=reason, erased=True)


def _opened(item: Item) -> BinaryIO | Refused:
    try:
        return item.file.open("rb")
    except OSError as error:
        return Refused(path=item.shown, reason=f"cannot be opened: {error.strerror}")
