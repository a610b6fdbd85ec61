"""The guards of the browser tests can fail: each is shown a page that breaks its rule."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .support import (
    ChromiumMissingError,
    OpenPage,
    find_chromium,
    is_outside,
    run_axe,
    watched_pages,
)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'"
)
OUTSIDE = "http://outside.invalid/"


def write_page(folder: Path, body: str, *, policy: str = POLICY) -> str:
    """Write one page under `policy` (empty: none) and return its address."""
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
    page = folder / "page.html"
    page.write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}<title>Page</title>'
        f"</head><body><main><h1>Page</h1>{body}</main></body></html>",
        encoding="utf-8",
    )
    return page.as_uri()


def visit(browser: Browser, address: str, *, then: Callable[[], object] = int) -> None:
    """Open `address` as the fixture `open_page` would, do `then`, and end the test there."""
    with watched_pages(browser) as open_page:
        open_page().goto(address)
        then()


def test_a_silent_page_passes(open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "quiet.js").write_text("document.title = 'ran';", encoding="utf-8")
    page = open_page()
    page.goto(write_page(tmp_path, '<script src="quiet.js"></script>'))
    assert page.title() == "ran"


@pytest.mark.parametrize("policy", [POLICY, ""], ids=["policy", "no policy"])
@pytest.mark.parametrize(
    "body",
    [
        f'<img alt="" src="{OUTSIDE}a.png">',
        f'<script src="{OUTSIDE}a.js"></script>',
        f'<link rel="stylesheet" href="{OUTSIDE}a.css">',
    ],
    ids=["image", "script", "style"],
)
def test_a_request_to_outside_fails_the_test(
    browser: Browser, tmp_path: Path, body: str, policy: str
) -> None:
    address = write_page(tmp_path, body, policy=policy)
    with pytest.raises(AssertionError, match=r"outside the dossier: \['http://outside"):
        visit(browser, address)


@pytest.mark.parametrize(
    "script",
    [
        f"fetch('{OUTSIDE}a.json').catch(() => {{}})",
        f"new WebSocket('{OUTSIDE}'.replace('http', 'ws'))",
        f"navigator.sendBeacon('{OUTSIDE}', 'x')",
        f"window.open('{OUTSIDE}')",
    ],
    ids=["fetch", "websocket", "beacon", "window"],
)
def test_a_script_that_reaches_outside_fails_the_test(
    browser: Browser, tmp_path: Path, script: str
) -> None:
    (tmp_path / "loud.js").write_text(script, encoding="utf-8")
    address = write_page(tmp_path, '<script src="loud.js"></script>', policy="")
    with pytest.raises(AssertionError, match="outside the dossier"):
        visit(browser, address)


@pytest.mark.parametrize(
    "script",
    ["throw new Error('torn')", "console.error('torn')", "Promise.reject(new Error('torn'))"],
)
def test_an_error_in_the_page_fails_the_test(browser: Browser, tmp_path: Path, script: str) -> None:
    (tmp_path / "torn.js").write_text(script, encoding="utf-8")
    address = write_page(tmp_path, '<script src="torn.js"></script>')
    with pytest.raises(AssertionError, match=r"errors in the page.*torn"):
        visit(browser, address)


def test_what_the_policy_forbids_fails_the_test(browser: Browser, tmp_path: Path) -> None:
    address = write_page(tmp_path, "<script>document.title = 'ran'</script>")
    with pytest.raises(AssertionError, match=r"errors in the page.*inline script"):
        visit(browser, address)


def test_a_missing_file_fails_the_test(browser: Browser, tmp_path: Path) -> None:
    address = write_page(tmp_path, '<script src="gone.js"></script>')
    with pytest.raises(AssertionError, match=r"errors in the page.*ERR_FILE_NOT_FOUND"):
        visit(browser, address)


def test_a_failing_test_keeps_its_own_error(browser: Browser, tmp_path: Path) -> None:
    address = write_page(tmp_path, f'<img alt="" src="{OUTSIDE}a.png">')
    with pytest.raises(ZeroDivisionError):
        visit(browser, address, then=lambda: 1 // 0)


def test_the_width_and_the_scripts_are_as_asked(open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "write.js").write_text("document.body.append('written');", encoding="utf-8")
    address = write_page(tmp_path, '<script src="write.js"></script>')
    narrow, unscripted = open_page(390), open_page(1440, javascript=False)
    narrow.goto(address)
    unscripted.goto(address)
    assert narrow.evaluate("window.innerWidth") == 390
    assert "written" in narrow.inner_text("body")
    assert "written" not in unscripted.inner_text("body")


def test_axe_finds_what_a_screen_reader_stumbles_over(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page()
    page.goto(write_page(tmp_path, '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><input>'))
    faults = run_axe(page)
    assert {(fault.rule, fault.impact) for fault in faults} == {
        ("image-alt", "critical"),
        ("label", "critical"),
    }
    assert {fault.places for fault in faults} == {("img",), ("input",)}


def test_axe_finds_nothing_in_a_sound_page(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page()
    page.goto(write_page(tmp_path, "<label>Place <input></label>"))
    assert run_axe(page) == []


def test_axe_sees_the_page_as_it_stands(open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "grow.js").write_text(
        "document.querySelector('button').onclick = () =>"
        " document.querySelector('main').append(document.createElement('input'))",
        encoding="utf-8",
    )
    page = open_page()
    page.goto(write_page(tmp_path, '<button>More</button><script src="grow.js"></script>'))
    assert run_axe(page) == []
    page.click("button")
    assert [fault.rule for fault in run_axe(page)] == ["label"]


@pytest.mark.parametrize(
    ("url", "outside"),
    [
        ("file:///dossier/index.html", False),
        ("data:image/png;base64,AA==", False),
        ("about:blank", False),
        ("blob:null/1", False),
        ("HTTPS://outside.invalid/", True),
        ("ws://outside.invalid/", True),
        ("http://127.0.0.1/", True),
    ],
)
def test_only_the_disk_and_the_page_itself_are_inside(url: str, outside: bool) -> None:  # noqa: FBT001
    assert is_outside(url) is outside


def test_without_chromium_the_reason_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("QANTAR_CHROMIUM", raising=False)
    with pytest.raises(ChromiumMissingError, match="apt-get install chromium"):
        find_chromium()


def test_a_wrong_chromium_is_named_and_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QANTAR_CHROMIUM", "no-such-chromium")
    with pytest.raises(ChromiumMissingError, match="names no-such-chromium"):
        find_chromium()


@pytest.mark.parametrize(
    ("required", "ending", "words"),
    [("0", 0, "BROWSER TESTS SKIPPED: "), ("1", 1, "QANTAR_REQUIRE_BROWSER=1, but ")],
)
def test_without_chromium_tests_skip_loudly_or_fail_where_one_is_required(
    tmp_path: Path, required: str, ending: int, words: str
) -> None:
    run = subprocess.run(  # noqa: S603 (our own test, in a pytest of its own)
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "silent", __file__],
        env={
            **os.environ,
            "QANTAR_CHROMIUM": str(tmp_path / "absent"),
            "QANTAR_REQUIRE_BROWSER": required,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == ending, run.stdout
    assert words in run.stdout + run.stderr
