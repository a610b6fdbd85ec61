"""The dossier of the shipped example, published once a test run; nobody writes to it."""

from __future__ import annotations

import pickle
import shutil
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
