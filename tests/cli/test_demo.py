from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Run

OPEN = """
import sys, pathlib
from qantar.cli.demo import open_in_browser
sys.exit(0 if open_in_browser(pathlib.Path(sys.argv[1])) else 3)
"""


def test_the_demo_builds_and_publishes_the_shipped_examples(qantar: Run, tmp_path: Path) -> None:
    ran = qantar("demo", tmp_path / "tour", "--open-browser")
    assert ran.code == 0
    start, invented, counts = ran.out.splitlines()
    assert start == f"{tmp_path / 'tour' / 'index.html'}"
    assert invented == f"{tmp_path / 'tour-saryozen' / 'index.html'}"
    assert counts == f"{tmp_path / 'tour-kosovo-1999' / 'index.html'}"
    assert "persons killed in Kosovo" in Path(counts).with_name("counts.html").read_text("utf-8")
    assert "All of this is invented." in Path(invented).read_text(encoding="utf-8")
    assert "All of this is invented." not in Path(start).read_text(encoding="utf-8")
    assert "  3. " in ran.err
    (found,) = qantar("status", tmp_path / "tour-case", "--json").lines
    assert found["record"]["state"] == "current"
    assert found["consent"] == {"public": found["holds"] and len(found["accessions"])}
    assert qantar("demo", tmp_path / "tour").code == 42
    # The four forms of one town, on a Kazakh and a Russian keyboard and in Latin letters.
    towns = ("Жаңаөзен", "Жанаозен", "Zhanaozen", "Janaozen")
    hits = [qantar("search", tmp_path / "tour-case", town, "--limit", "0").out for town in towns]
    assert len(hits[0].splitlines()) > 20
    assert all(one == hits[0] for one in hits)


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A browser that notes what it is asked to open."""
    seen, script = tmp_path / "seen", tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" > "{seen}"\n')
    script.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{script} %s")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return seen


def opened(page: Path, **environment: str) -> int:
    return subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-c", OPEN, str(page)], env={**os.environ, **environment}, check=False
    ).returncode


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="always has a desktop")
def test_without_a_desktop_no_browser_is_started(browser: Path, tmp_path: Path) -> None:
    assert opened(tmp_path / "index.html") == 3
    assert not browser.exists()


def test_on_a_desktop_the_page_is_opened(browser: Path, tmp_path: Path) -> None:
    assert opened(tmp_path / "index.html", DISPLAY=":0") == 0
    assert browser.read_text() == f"{(tmp_path / 'index.html').as_uri()}\n"
