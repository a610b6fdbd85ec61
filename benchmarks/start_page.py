"""The start page of the dossier at 10 times the January data: time until usable, and its weight.

    python -m benchmarks.start_page [TIMES]

Opened from disk in headless Chromium, three times in a fresh context; the time is from the
request to the end of the `load` event, as the browser itself counts it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, sync_playwright

from benchmarks.january import replicate
from benchmarks.scale import run

MILLISECONDS = 1000
KILOBYTE = 1000


def main() -> None:
    """Publish, open, print one line."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory(prefix="qantar-start-") as name:
        start = _published(Path(name), times)
        seconds, weight = _opened(start)
    print(f"| {times}x | {seconds:.2f} s | {weight / KILOBYTE:.0f} kB |")


def _published(folder: Path, times: int) -> Path:
    qantar = (sys.executable, "-m", "qantar")
    case, out = str(folder / "case"), str(folder / "dossier")
    replicate(folder / "material", times)
    run(*qantar, "init", case, "--open")
    run(*qantar, "add", case, "--sheet", str(folder / "material" / "sheet.toml"))
    run(*qantar, "build", case)
    run(*qantar, "publish", case, out, "--yes")
    return folder / "dossier" / "index.html"


def _opened(start: Path) -> tuple[float, int]:
    chromium = shutil.which(os.environ.get("QANTAR_CHROMIUM", "chromium"))
    options = ["--disable-gpu", "--disable-background-networking"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        opened = [_once(browser, start) for _ in range(3)]
        browser.close()
    return median(seconds for seconds, _ in opened), opened[0][1]


def _once(browser: Browser, start: Path) -> tuple[float, int]:
    loaded: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(start.as_uri())
    page.wait_for_load_state("load")
    took = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    page.close()
    sizes = (Path(unquote(urlsplit(url).path)).stat().st_size for url in loaded)
    return took / MILLISECONDS, sum(sizes)


if __name__ == "__main__":
    main()
