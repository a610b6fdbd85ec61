"""The shipped example, from its files to a dossier: the two-minute tour."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

from qantar.archive.case import Case
from qantar.archive.journal import append, read
from qantar.archive.lock import writing
from qantar.archive.unlock import open_case
from qantar.errors import MissingPathError, NotACaseError, OutputExistsError
from qantar.model.decision import Verdict
from qantar.readers.sheet import read_sheet
from qantar.workbench.add import add
from qantar.workbench.build import BuildReport, build
from qantar.workbench.create import create
from qantar.workbench.entries import decision
from qantar.workbench.publish import PublishReport, publish, refuse_foreign_output
from qantar.workbench.stores import folded_of
from qantar.workbench.team_entries import CASE_INIT, case_init_of

EXAMPLE: Final = "january-2022"
TITLE: Final = "January 2022 in Kazakhstan (the shipped example)"
_SHEET: Final = "sheet.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What the demo made. `taken_in` is false when the case already held the shipped files."""

    case: Path
    start_page: Path
    taken_in: bool
    build: BuildReport
    release: PublishReport


def example_folder() -> Path:
    """Where the shipped example lies: in the installed package, or beside a checkout's sources.

    Raises:
        MissingPathError: it is in neither place.
    """
    package = Path(str(files("qantar")))
    places = (package / "examples" / EXAMPLE, package.parent.parent / "examples" / EXAMPLE)
    for place in places:
        if (place / _SHEET).is_file():
            return place
    message = "the shipped example is not in this installation."
    raise MissingPathError(message, next="Install Qantar again, or run the demo in a checkout.")


def demo(
    example: Path,
    out: Path,
    *,
    case_path: Path,
    replace: bool,
    now: datetime,
    software: str,
    progress: Callable[[str], None],
) -> DemoReport:
    """Build the example in the case `case_path` and publish it to `out`.

    A case that an earlier demo made is used again; it takes the files in anew only
    where their bytes have changed.

    Args:
        example: the folder of the example: `sheet.toml` and what it names.
        out: the dossier's folder.
        case_path: the case's folder; made if it is not there.
        replace: whether an earlier dossier in `out` may be replaced.
        now: aware.
        software: name and version of the program, for the record.
        progress: is told what is being done, in words.

    Raises:
        OutputExistsError: `out` is there and `replace` is false, or `case_path`
            holds something that is no case of the example.
    """
    refuse_foreign_output(out, replace_old=replace)
    progress("taking in the example")
    case = _case(case_path, now)
    taken_in = not _holds(case, example)
    if taken_in:
        _take_in(case, example, now)
    with writing(case):
        progress("building the record")
        built = build(case, software=software)
        progress("publishing the dossier")
        release = publish(
            case, out, as_of=None, language="en", replace_old=replace, now=now, software=software
        )
    return DemoReport(
        case=case.root,
        start_page=out.resolve() / "index.html",
        taken_in=taken_in,
        build=built,
        release=release,
    )


def _case(path: Path, now: datetime) -> Case:
    """Open the case of an earlier demo, or make one."""
    if not path.exists() or (path.is_dir() and next(path.iterdir(), None) is None):
        return create(path, title=TITLE, now=now)
    try:
        case = open_case(path)
    except NotACaseError as error:
        raise _occupied(path) from error
    if case.founder != case.device or _first_title(case) != TITLE:
        raise _occupied(path)
    return case


def _first_title(case: Case) -> str | None:
    """What the case was called when it was made."""
    first = next(read(case), None)
    return case_init_of(first).title if first and first.kind == CASE_INIT else None


def _take_in(case: Case, example: Path, now: datetime) -> None:
    """Add the example; what an older edition brought in is set aside, or it would count twice."""
    older = tuple(one.name for one in folded_of(case).accessions)
    if older:
        kind, body = decision(Verdict.WITHDRAW, older, "a newer edition of the example is shipped")
        append(case, kind=kind, body=body, at=now)
    added = add(case, paths=(), sheet_path=example / _SHEET, now=now, acknowledge=lambda _: None)
    added.raise_if_refused()


def _occupied(path: Path) -> OutputExistsError:
    message = "this folder holds something that the demo did not make."
    hint = "Name another folder with --case; nothing was changed."
    return OutputExistsError(message, where=str(path), next=hint)


def _holds(case: Case, example: Path) -> bool:
    """Whether the newest taking-in of sheet and files has the bytes that are shipped now."""
    folded = folded_of(case)
    if not folded.sheets or folded.sheets[-1] != _sha256(example / _SHEET):
        return False
    held = {one.accession.path: one.original for one in folded.accessions}
    sheet = read_sheet((example / _SHEET).read_text(encoding="utf-8"), name=_SHEET)
    return all(held.get(one.path) == _sha256(example / one.path) for one in sheet.accessions)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
