from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from tests.order import slowest_first
from tests.published import Published, share_example

# No test is timed, and a test that fails once fails again.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.hookimpl(trylast=True)  # pytest itself orders tests by what their fixtures are made with
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each of several workers begin with what is slow; one alone keeps the order."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers > 1:
        items[:] = slowest_first(items, workers)


@pytest.fixture
def sayaqkent(tmp_path: Path) -> Path:
    """A folder of invented material, with the sheet that describes it: `sheet.toml`."""
    source = Path(__file__).parent / "material" / "sayaqkent"
    return Path(shutil.copytree(source, tmp_path / "material"))


@pytest.fixture(scope="session")
def january(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The shipped example, built and published once for all workers; nobody writes to it."""
    own = tmp_path_factory.mktemp("january")
    shared = tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return share_example(shared, own)
