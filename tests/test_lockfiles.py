"""The lock files pin every package by hash and name no address to fetch it from."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|^\s*-|\s@\s", re.IGNORECASE)
PINNED = re.compile(r"[\w.-]+(\[[\w,.-]+\])?==[\w.!+-]+( ; [^;]+)?( --hash=sha256:[0-9a-f]{64})+")


def unpinned(text: str) -> list[str]:
    """Requirements of a pip lock file that lack an exact version or a hash, or name a place."""
    joined = re.sub(r"\s*\\\n\s*", " ", text)
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [line for line in lines if not PINNED.fullmatch(line) or ADDRESS.search(line)]


def unsealed(lock: dict[str, Any]) -> list[str]:
    """Packages of an npm lock file without a SHA-512, or with a place to fetch them from."""
    packages = {path: entry for path, entry in lock["packages"].items() if path}
    return [
        path
        for path, entry in packages.items()
        if not entry.get("integrity", "").startswith("sha512-") or {"resolved", "link"} & set(entry)
    ]


def front_lock() -> str:
    """The npm lock file's text."""
    return (ROOT / "front/package-lock.json").read_text(encoding="utf-8")


def test_there_are_lock_files_to_look_at() -> None:
    assert {path.name for path in REQUIREMENTS} >= {"demo.txt", "dev.txt", "install.txt"}


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_by_hash_and_names_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert unpinned(text) == []
    assert text.count("==") > (0 if path.name == "install.txt" else 10)


def pins(name: str) -> set[tuple[str, str, str]]:
    """Each package of a lock file with its version, and where it is for (`; python…`) if it says."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)==([\w.!+-]+)( ; [^\\\n]+)?", text, re.MULTILINE)
    return {(package, version, where.strip()) for package, version, where in found}


def test_dev_and_demo_agree_where_they_overlap() -> None:
    assert pins("demo.txt") <= pins("dev.txt")


def test_peers_are_installed_beside_dev_and_change_nothing_there() -> None:
    dev, peers = pins("dev.txt"), pins("peers.txt")
    assert {package for package, _, _ in peers} >= {"splink", "recordlinkage", "numpy"}
    assert not {package for package, _, _ in dev} & {"splink", "recordlinkage", "duckdb"}
    versions = {(package, version) for package, version, _ in dev}
    shared = {package for package, _, _ in dev}
    assert {(p, v) for p, v, _ in peers if p in shared} <= versions


def test_every_npm_package_is_sealed_and_names_no_address() -> None:
    lock = json.loads(front_lock())
    assert unsealed(lock) == []
    assert len(lock["packages"]) > 1
    assert "://" not in front_lock()


def test_the_npm_lock_fits_the_packages_asked_for() -> None:
    asked = json.loads((ROOT / "front/package.json").read_text(encoding="utf-8"))
    locked = json.loads(front_lock())["packages"]
    wanted = asked["dependencies"] | asked["devDependencies"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted


@pytest.mark.parametrize(
    "line",
    [
        "click==8.2.0",
        "click>=8 --hash=sha256:" + "0" * 64,
        "click @ https://outside.invalid/click.whl --hash=sha256:" + "0" * 64,
        "--index-url https://outside.invalid/simple",
        "--find-links /srv/wheels",
        "-e .",
        "click==8.2.0 --hash=md5:" + "0" * 32,
    ],
)
def test_an_unpinned_requirement_is_caught(line: str) -> None:
    sound = "babel==2.17.0 \\\n    --hash=sha256:" + "a" * 64 + "\n"
    assert unpinned(sound + line + "\n") == [line]


@pytest.mark.parametrize(
    "entry",
    [
        {"version": "1.0.0"},
        {"version": "1.0.0", "integrity": "sha1-AAAA"},
        {"version": "1.0.0", "integrity": "sha512-AAAA", "resolved": "outside.invalid/a.tgz"},
        {"version": "1.0.0", "integrity": "sha512-AAAA", "link": True},
    ],
)
def test_an_unsealed_npm_package_is_caught(entry: dict[str, Any]) -> None:
    sound = {"version": "1.0.0", "integrity": "sha512-AAAA"}
    packages = {"": {"name": "front"}, "node_modules/sound": sound, "node_modules/loose": entry}
    assert unsealed({"packages": packages}) == ["node_modules/loose"]
