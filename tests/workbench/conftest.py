from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.archive.lock import writing
from qantar.archive.unlock import open_case
from qantar.workbench.add import add
from qantar.workbench.build import build
from qantar.workbench.create import create

NOW = datetime(2030, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An empty open case."""
    return create(tmp_path / "case", title="Winter", now=NOW)


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a case with all the material of Sayaqkent, built; nobody writes to it."""
    made = create(tmp_path_factory.mktemp("built") / "case", title="Winter", now=NOW)
    sheet = Path(__file__).parents[1] / "material" / "sayaqkent" / "sheet.toml"
    add(made, paths=(), sheet_path=sheet, now=NOW, acknowledge=lambda _: None)
    rebuild(made)
    return made.root


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Case:
    """A case with all the material of Sayaqkent, built."""
    return open_case(Path(shutil.copytree(built_once, tmp_path / "built")))


def rebuild(case: Case) -> None:
    """Derive the record anew."""
    with writing(case):
        build(case, software="test")
