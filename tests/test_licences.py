"""Nothing that Qantar runs on or ships binds its users, and the check that says so can fail."""

import json
import runpy
import tomllib
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
TOOL = runpy.run_path(str(ROOT / "tools/licences.py"))


def invented(folder: Path, *lines: str, files: dict[str, str] | None = None) -> Distribution:
    """An installed distribution `inventedthing` whose metadata holds `lines`."""
    info = folder / "inventedthing-1.0.dist-info"
    (info / "licenses").mkdir(parents=True)
    head = ["Metadata-Version: 2.4", "Name: inventedthing", "Version: 1.0"]
    (info / "METADATA").write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    for name, text in (files or {}).items():
        (info / "licenses" / name).write_text(text, encoding="utf-8")
    return Distribution.at(info)


def refusal(package: Distribution) -> str:
    """Why the tool refuses `package`; empty when it does not."""
    return str(TOOL["judge"]("inventedthing", "1.0", TOOL["statements_of"](package)).refusal)


def test_everything_the_project_runs_on_may_be_used() -> None:
    found = [*TOOL["reachable"](TOOL["python_roots"](ROOT)), *TOOL["npm_packages"](ROOT / "front")]
    assert [package for package in found if package.refusal] == []
    names = {package.name for package in found}
    assert names >= {"click", "pydantic-core", "altair", "narwhals", "hatchling", "leaflet"}


def test_what_each_extra_installs_is_looked_at() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = settings["project"]["optional-dependencies"]
    found = {package.name for package in TOOL["reachable"](TOOL["python_roots"](ROOT))}
    for extra, lines in extras.items():
        wanted = {canonicalize_name(TOOL["Requirement"](line).name) for line in lines}
        assert wanted <= found, extra
    assert {"pyspark", "py4j", "numba", "llvmlite", "rapidfuzz", "rfc3161-client"} <= found


def test_java_programs_within_a_package_wait_for_a_review_of_these(tmp_path: Path) -> None:
    """What a package says of its licence says nothing of the programs of others in it."""
    package = invented(tmp_path, "License-Expression: MIT")
    record = tmp_path / "inventedthing-1.0.dist-info" / "RECORD"
    record.write_text("inventedthing/a.py,,\n", encoding="utf-8")
    assert refusal(package) == ""
    said = []
    for jar in ("one-1.0.jar", "one-1.1.jar"):
        record.write_text(f"inventedthing/{jar},,\n", encoding="utf-8")
        said.append(TOOL["statements_of"](Distribution.at(record.parent)))
        assert refusal(Distribution.at(record.parent)) != ""
    assert said[0] != said[1]


def test_no_review_outlives_what_it_was_about() -> None:
    found = [*TOOL["reachable"](TOOL["python_roots"](ROOT)), *TOOL["npm_packages"](ROOT / "front")]
    assert {(p.name, p.stated) for p in found if p.reason} == set(TOOL["REVIEWED"])


@pytest.mark.parametrize(
    "lines",
    [
        ["License-Expression: GPL-3.0-only"],
        ["License-Expression: AGPL-3.0-or-later"],
        ["License-Expression: MIT AND GPL-2.0-only"],
        ["License-Expression: MIT AND (GPL-2.0-only OR BSD-3-Clause)"],
        ["License-Expression: LicenseRef-Proprietary"],
        ["License: GPLv3"],
        [
            "License: MIT",
            "Classifier: License :: OSI Approved :: GNU Affero General Public License",
        ],
        ["Classifier: License :: OSI Approved"],
        ["License: GNU GENERAL PUBLIC LICENSE", "        Version 3, 29 June 2007"],
        [],
    ],
)
def test_copyleft_and_silence_are_refused(tmp_path: Path, lines: list[str]) -> None:
    assert refusal(invented(tmp_path, *lines)) != ""


@pytest.mark.parametrize(
    "lines",
    [
        ["License-Expression: MIT"],
        ["License-Expression: Apache-2.0 OR GPL-2.0-only"],
        ["License-Expression: Apache-2.0 WITH LLVM-exception"],
        ["License-Expression: MIT AND (Apache-2.0 OR BSD-3-Clause)"],
        ["License: MIT"],
        ["Classifier: License :: OSI Approved :: BSD License"],
        ["License: Copyright the authors", "        All rights of", "License: MIT"],
    ],
)
def test_permissive_licences_pass(tmp_path: Path, lines: list[str]) -> None:
    assert refusal(invented(tmp_path, *lines)) == ""


def test_a_package_that_only_has_a_file_waits_for_a_review_of_that_file(tmp_path: Path) -> None:
    texts = ("Do as you like.", "Do as we like.")
    said = [
        TOOL["statements_of"](
            invented(tmp_path / text, "License-File: LICENSE", files={"LICENSE": text})
        )
        for text in texts
    ]
    assert said[0] != said[1]
    assert all(TOOL["judge"]("inventedthing", "1.0", words).refusal for words in said)


def test_a_dependency_of_a_dependency_is_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = ["Requires-Dist: hidden-thing ; extra == 'more'", "License-Expression: MIT"]
    invented(tmp_path, *needs, "Provides-Extra: more")
    monkeypatch.syspath_prepend(tmp_path)
    walk, wanted = TOOL["reachable"], TOOL["Requirement"]
    assert [p.name for p in walk([wanted("inventedthing")])] == ["inventedthing"]
    with_extra = list(walk([wanted("inventedthing"), wanted("inventedthing[more]")]))
    assert [(p.name, p.refusal) for p in with_extra] == [
        ("hidden-thing", "not installed"),
        ("inventedthing", ""),
    ]


@pytest.mark.parametrize(
    "said",
    [{"license": "GPL-3.0"}, {}, {"license": {"type": "MIT"}}, None],
    ids=["copyleft", "silent", "not a word", "not installed"],
)
def test_an_npm_package_is_refused_too(tmp_path: Path, said: dict[str, Any] | None) -> None:
    lock = {"packages": {"": {}, "node_modules/@invented/thing": {"version": "1.0.0"}}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    folder = tmp_path / "node_modules/@invented/thing"
    folder.mkdir(parents=True)
    if said is not None:
        described = json.dumps({"version": "1.0.0", **said})
        (folder / "package.json").write_text(described, encoding="utf-8")
    [package] = TOOL["npm_packages"](tmp_path)
    assert package.name == "@invented/thing"
    assert package.refusal != ""
