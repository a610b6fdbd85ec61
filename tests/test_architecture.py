"""`docs/architecture.md` is the import contract in words: same packages, same order, same rules."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "qantar"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS: dict[str, dict[str, Any]] = {
    contract["name"]: contract for contract in SETTINGS["tool"]["importlinter"]["contracts"]
}
CONTRACT = CONTRACTS["Imports point down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One package: its layer from 1 at the top, its name, whether there is one."""

    layer: int
    name: str
    built: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One row of the page's table."""

    package: Package
    holds: str
    may_import: tuple[str, ...]
    read_first: str


def contracted() -> list[Package]:
    """The packages of the contract, in its order; a name in brackets is not built."""
    return [
        Package(layer=layer, name=name.strip("()"), built=not name.startswith("("))
        for layer, names in enumerate(CONTRACT["layers"], start=1)
        for name in re.split(r"\s*\|\s*", names)
    ]


def described() -> list[Described]:
    """The rows of the page's table of packages."""
    section = PAGE.partition("\n## Packages\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d) \|(.*)\|$", section, re.MULTILINE)
    return [_row(int(layer), [cell.strip() for cell in rest.split("|")]) for layer, rest in rows]


def _row(layer: int, cells: list[str]) -> Described:
    name, holds, may_import, read_first = cells
    return Described(
        package=Package(layer=layer, name=name.strip("()`"), built=not name.startswith("(")),
        holds=holds,
        may_import=tuple(re.findall(r"`(\w+)`", may_import)),
        read_first=read_first.strip("`"),
    )


BUILT = [one for one in described() if one.package.built]


def test_the_page_names_the_packages_of_the_contract_in_its_order() -> None:
    assert [one.package for one in described()] == contracted()


def test_what_is_built_is_there_and_what_is_there_is_in_the_contract() -> None:
    there = {path.name for path in SOURCES.iterdir() if (path / "__init__.py").is_file()}
    there |= {path.stem for path in SOURCES.glob("*.py")} - {"__init__"}
    exempt = set(CONTRACT["exhaustive_ignores"])
    assert there - exempt == {package.name for package in contracted() if package.built}


@pytest.mark.parametrize("one", BUILT, ids=lambda one: one.package.name)
def test_a_package_may_import_every_layer_below_its_own(one: Described) -> None:
    below = [p.name for p in contracted() if p.built and p.layer > one.package.layer]
    assert list(one.may_import) == below
    assert one.holds


@pytest.mark.parametrize("one", BUILT, ids=lambda one: one.package.name)
def test_the_file_to_read_first_is_the_packages_own(one: Described) -> None:
    assert (SOURCES / one.read_first).is_file()
    assert Path(one.read_first).parts[0].removesuffix(".py") == one.package.name


def test_the_pure_core_is_that_of_the_contract() -> None:
    (said,) = re.findall(r"^The core is pure: (.*?) touch no disk", PAGE, re.MULTILINE)
    sources = CONTRACTS["The core touches no disk"]["source_modules"]
    assert re.findall(r"`(\w+)`", said) == [name.removeprefix("qantar.") for name in sources]


def test_every_file_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"\b((?:\w+/)+\w+\.py)\b", PAGE))
    missing = {name for name in named if not any((at / name).is_file() for at in (SOURCES, ROOT))}
    assert len(named) > 10
    assert missing == set()
