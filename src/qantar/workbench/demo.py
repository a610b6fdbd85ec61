"""The shipped examples, from their files to dossiers: the two-minute tour."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
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
INVENTED: Final = "saryozen"
"""The example with lists of people: its town and all who are named in it are invented."""
COUNTS: Final = "kosovo-1999"
"""The example of counting: published patterns of four lists, and nobody's name."""

_TITLES: Final = {
    EXAMPLE: "January 2022 in Kazakhstan (the shipped example)",
    INVENTED: "Winter in Saryozen (an invented example)",
    COUNTS: "Killings in Kosovo, March to June 1999 (published counts)",
}
_SHEET: Final = "sheet.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """One example on its way: the folder of it, the case that it goes through, and the dossier.

    `example` holds `sheet.toml` and what that names. `title` is the one that the case is made
    with: by it a case that an earlier demo made is known again.
    """

    example: Path
    title: str
    case: Path
    out: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What the demo made. `taken_in` is false when the case already held the shipped files."""

    case: Path
    start_page: Path
    taken_in: bool
    build: BuildReport
    release: PublishReport


def tours(out: Path, case: Path | None = None) -> tuple[Tour, ...]:
    """Give the tours of the shipped examples: January 2022 first, Kosovo 1999, Saryozen.

    Args:
        out: the first dossier's folder. The others lie beside it, named for their examples.
        case: the folder of the first case, if not beside the dossier.

    Raises:
        MissingPathError: the examples are not in this installation.
    """
    return tuple(_tour(name, out, case) for name in (EXAMPLE, COUNTS, INVENTED))


def _tour(name: str, out: Path, case: Path | None) -> Tour:
    own = _beside(out, name)
    return Tour(
        example=example_folder(name),
        title=_TITLES[name],
        case=_beside(case, name) if case else own.with_name(f"{own.name}-case"),
        out=own,
    )


def _beside(folder: Path, name: str) -> Path:
    """Where an example lies: named for its own, or by what the first is called."""
    if name == EXAMPLE:
        return folder
    own = folder.name.replace(EXAMPLE, name)
    return folder.with_name(own if own != folder.name else f"{folder.name}-{name}")


def example_folder(name: str = EXAMPLE) -> Path:
    """Where a shipped example lies: in the installed package, or beside a checkout's sources.

    Raises:
        MissingPathError: it is in neither place.
    """
    package = Path(str(files("qantar")))
    places = (package / "examples" / name, package.parent.parent / "examples" / name)
    for place in places:
        if (place / _SHEET).is_file():
            return place
    message = "the shipped example is not in this installation."
    raise MissingPathError(message, next="Install Qantar again, or run the demo in a checkout.")


def demos(
    asked: Sequence[Tour],
    *,
    replace: bool,
    now: datetime,
    software: str,
    progress: Callable[[str], None],
    beside: Executor | None = None,
) -> tuple[DemoReport, ...]:
    """Take, build and publish each; nothing is begun where one dossier may not be written.

    Args:
        asked: the tours; no two share a folder.
        replace: whether earlier dossiers may be replaced.
        now: aware.
        software: name and version of the program, for the record.
        progress: is told what is being done, in words; with `beside` it is called in other
            processes too, and must be a function that they can find by its name.
        beside: where every second one is made, side by side with the others; without one they
            are made one after another. Each is a case and a dossier of its own, so the order in
            which they come about changes nothing.

    Returns:
        One report a tour, in the order of `asked`.

    Raises:
        OutputExistsError: as `demo`.
    """
    for tour in asked:
        refuse_foreign_output(tour.out, replace_old=replace)
    make = partial(demo, replace=replace, now=now, software=software, progress=progress)
    if beside is None:
        return tuple(make(tour) for tour in asked)
    others = [beside.submit(make, tour) for tour in asked[1::2]]
    made = [make(tour) for tour in asked[::2]]
    for at, other in enumerate(others):
        made.insert(2 * at + 1, other.result())
    return tuple(made)


def demo(
    tour: Tour,
    *,
    replace: bool,
    now: datetime,
    software: str,
    progress: Callable[[str], None],
) -> DemoReport:
    """Build one example and publish it.

    A case that an earlier demo made is used again; it takes the files in anew only
    where their bytes have changed.

    Args:
        tour: the example, and where its case and its dossier lie.
        replace: whether an earlier dossier may be replaced.
        now: aware.
        software: name and version of the program, for the record.
        progress: is told what is being done, in words.

    Raises:
        OutputExistsError: the dossier is there and `replace` is false, or the case's
            folder holds something that is no case of the example.
    """
    refuse_foreign_output(tour.out, replace_old=replace)
    name = tour.example.name
    progress(f"{name}: taking in the example")
    case = _case(tour, now)
    taken_in = not _holds(case, tour.example)
    if taken_in:
        _take_in(case, tour.example, now)
    with writing(case):
        progress(f"{name}: building the record")
        built = build(case, software=software)
        progress(f"{name}: publishing the dossier")
        release = publish(
            case,
            tour.out,
            as_of=None,
            language="en",
            replace_old=replace,
            now=now,
            software=software,
        )
    return DemoReport(
        case=case.root,
        start_page=tour.out.resolve() / "index.html",
        taken_in=taken_in,
        build=built,
        release=release,
    )


def _case(tour: Tour, now: datetime) -> Case:
    """Open the case of an earlier demo, or make one."""
    path = tour.case
    if not path.exists() or (path.is_dir() and next(path.iterdir(), None) is None):
        return create(path, title=tour.title, now=now)
    try:
        case = open_case(path)
    except NotACaseError as error:
        raise _occupied(path) from error
    if case.founder != case.device or _first_title(case) != tour.title:
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
