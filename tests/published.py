"""Dossiers for tests: of the shipped example, once a test run, and of files that a test makes."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from qantar.archive.case import Case
from qantar.archive.lock import writing
from qantar.archive.unlock import open_case
from qantar.workbench.add import add
from qantar.workbench.build import BuildReport, build
from qantar.workbench.create import create
from qantar.workbench.publish import PublishReport, publish

EXAMPLE = Path(__file__).parents[1] / "examples" / "january-2022"
NOW = datetime(2026, 11, 24, 10, 37, 41, tzinfo=UTC)


@dataclass(frozen=True)
class Published:
    """A built case and its dossier."""

    case: Case
    out: Path
    built: BuildReport
    report: PublishReport


@dataclass(frozen=True)
class PublishedFiles:
    """A case of files that a test made, the folder they are in, and each file of the dossier."""

    case: Case
    folder: Path
    files: dict[str, bytes]


def build_case(folder: Path, sheet: Path, now: datetime = NOW) -> tuple[Case, BuildReport]:
    """Make a case of all that a sheet names, and build it."""
    case = create(folder, title=None, now=now)
    report = add(case, paths=(), sheet_path=sheet, now=now, acknowledge=lambda _: None)
    assert report.refused == ()
    with writing(case):
        return case, build(case, software="test")


def publish_case(case: Case, out: Path, *, as_of: date | None = None, **more: Any) -> PublishReport:
    """Publish the dossier of a case."""
    with writing(case):
        return publish(
            case,
            out,
            as_of=as_of,
            language="en",
            replace_old=False,
            now=more.get("now", NOW),
            software="Qantar test",
        )


def publish_files(
    folder: Path, made: Mapping[str, bytes], said: Mapping[str, str] | None = None, **more: Any
) -> PublishedFiles:
    """Publish a case of these files, all declared public by one source; `said` adds to a sheet.

    Args:
        folder: an empty one, for files, case and dossier.
        made: the bytes of each file, by its name.
        said: what the sheet says of a file, by its name, as lines of TOML.
        more: what `publish_case` takes.
    """
    sheet = ['[case]\nzone = "Asia/Almaty"\n[sources.s]\nname = "S"\nkind = "ngo"\n']
    for name, data in made.items():
        (folder / name).write_bytes(data)
        sheet.append(f'[[accession]]\npath = "{name}"\nsource = "s"\nconsent = "public"\n')
        sheet.append((said or {}).get(name, ""))
    (folder / "sheet.toml").write_text("".join(sheet), encoding="utf-8")
    case, _ = build_case(folder / "case", folder / "sheet.toml")
    publish_case(case, folder / "out", **more)
    return PublishedFiles(case, folder, files_in(folder / "out"))


def files_in(out: Path) -> dict[str, bytes]:
    """Every file of a dossier, by its path in it."""
    files = (path for path in out.rglob("*") if path.is_file())
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def publish_example(folder: Path) -> Published:
    """Build and publish the shipped example."""
    case, built = build_case(folder / "case", EXAMPLE / "sheet.toml")
    report = publish_case(case, folder / "out")
    return Published(case, folder / "out", built, report)


def share_example(shared: Path, own: Path) -> Published:
    """The same for all workers of a test run: the first publishes, each has its copy of the case."""
    made = shared / "january"
    reports = made / "reports"
    with FileLock(shared / "january.lock"):
        if not reports.is_file():
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            first = publish_example(made)
            reports.write_bytes(pickle.dumps((first.built, first.report)))
    built, report = pickle.loads(reports.read_bytes())  # noqa: S301  # written above
    case = open_case(Path(shutil.copytree(made / "case", own / "case")))
    return Published(case, made / "out", built, report)
