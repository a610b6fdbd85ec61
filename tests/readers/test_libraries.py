"""The list of libraries that readers can do without is that of the extra, and what needs them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from qantar.readers.libraries import ALL, missing, versions

ROOT = Path(__file__).parents[2]


def test_the_list_is_that_of_the_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extra = {re.match(r"[\w.-]+", one)[0] for one in project["optional-dependencies"]["readers"]}  # type: ignore[index]
    assert {one.name for one in ALL} == extra


def test_all_of_them_are_here_where_the_tests_run() -> None:
    assert missing() == ()
    assert all(re.match(r"\d", str(version)) for version in versions().values())
