"""Fixtures of the browser tests: one Chromium for each worker, watched pages for each test."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from .support import (
    ChromiumMissingError,
    OpenPage,
    find_chromium,
    launch,
    watched_pages,
)

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that `-m "not browser"` leaves all of them out."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Path:
    """The Chromium to drive. Without one the tests skip, or fail where one is required."""
    try:
        return find_chromium()
    except ChromiumMissingError as missing:
        if os.environ.get("QANTAR_REQUIRE_BROWSER") == "1":
            pytest.fail(f"QANTAR_REQUIRE_BROWSER=1, but {missing}", pytrace=False)
        _say_aloud(request.config, f"\nBROWSER TESTS SKIPPED: {missing}\n")
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """One running Chromium for all browser tests of this worker."""
    with sync_playwright() as playwright:
        started = launch(playwright, chromium)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages, `open_page(390, javascript=False)`.

    The test fails at its end if a page asked for anything outside, or had errors.
    """
    with watched_pages(browser) as opener:
        yield opener


def _say_aloud(config: pytest.Config, text: str) -> None:
    """Write past pytest's capturing: under `-q` the reason of a skip is never shown."""
    capture = config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        sys.stderr.write(text)
        sys.stderr.flush()
