"""What the browser tests stand on: a Chromium, pages that are watched, an accessibility check.

A dossier must ask the network for nothing. So every page of these tests opens
in a browser that resolves no name, each request that would leave the machine is
cut off and written down, and leaving the block fails if one was, or if the page
complained on its console.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Route

AXE = Path(__file__).parents[2] / "front/node_modules/axe-core/axe.min.js"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
INSIDE = ("file://", "data:", "blob:", "about:")
SETTLE_MS = 100
SERIOUS = ("serious", "critical")

# Chromium itself must stay silent too, or it would ask about updates while a page is watched.
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)

MISSING = (
    "no Chromium on this machine, so nothing was tested in a browser. Install it "
    "(Debian: apt-get install chromium), or point QANTAR_CHROMIUM at one."
)
WRONG = (
    "QANTAR_CHROMIUM names {named}, which is no program. Correct it, or unset it to have "
    "Chromium looked for on the path."
)


class ChromiumMissingError(Exception):
    """No Chromium was found; the message says what to install."""


class OpenPage(Protocol):
    """Opens one watched page."""

    def __call__(self, width: int = 1440, *, javascript: bool = True) -> Page:
        """Open an empty page `width` CSS pixels wide, with the page's scripts on or off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One rule of accessibility that a page breaks, and where.

    `impact` is `serious` or `critical`; `places` are CSS selectors.
    """

    rule: str
    impact: str
    text: str
    places: tuple[str, ...]


@dataclass
class Watch:
    """What went wrong in the pages of the browser contexts it is attached to, in order."""

    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def attach(self, context: BrowserContext) -> None:
        """Follow every page of `context`, pages that pages open included."""
        context.route(is_outside, _cut_off)
        # "request" also tells of what a content security policy stops; no route sees that.
        context.on("request", lambda request: self._note_address(request.url))
        context.on("console", self._note_message)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("page", self._follow_sockets)

    def check(self) -> None:
        """Fail when a page asked for something outside, or complained.

        Raises:
            AssertionError: lists every address and every complaint.
        """
        assert not self.outside, f"asked for something outside the dossier: {self.outside}"
        assert not self.complaints, f"errors in the page: {self.complaints}"

    def _follow_sockets(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._note_address(socket.url))

    def _note_address(self, url: str) -> None:
        if is_outside(url):
            self.outside.append(url)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self.complaints.append(f"{message.type}: {message.text}")


def _cut_off(route: Route) -> None:
    route.abort("internetdisconnected")


def is_outside(url: str) -> bool:
    """Whether fetching `url` would leave this machine's disk and the page itself."""
    return not url.lower().startswith(INSIDE)


def find_chromium() -> Path:
    """The Chromium to drive: `QANTAR_CHROMIUM`, else the first known name on the path.

    Raises:
        ChromiumMissingError: there is none, or the variable names no program.
    """
    named = os.environ.get("QANTAR_CHROMIUM")
    for name in (named,) if named else CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise ChromiumMissingError(WRONG.format(named=named) if named else MISSING)


def launch(playwright: Playwright, chromium: Path) -> Browser:
    """Start a headless Chromium; its sandbox is off only for root, who cannot have it."""
    return playwright.chromium.launch(
        executable_path=chromium, args=ARGUMENTS, chromium_sandbox=os.geteuid() != 0
    )


@contextmanager
def watched_pages(browser: Browser) -> Iterator[OpenPage]:
    """Give a function that opens watched pages; check and close them all on leaving.

    Raises:
        AssertionError: on leaving, if a page asked for anything outside or complained.
    """
    watch = Watch()
    contexts: list[BrowserContext] = []

    def open_page(width: int = 1440, *, javascript: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )
        contexts.append(context)
        watch.attach(context)
        return context.new_page()

    try:
        yield open_page
        _settle(contexts)
    finally:
        for context in contexts:
            context.close()
    watch.check()


def _settle(contexts: list[BrowserContext]) -> None:
    """Let the browser report what the pages have just begun, a window or a socket say."""
    for page in [page for context in contexts for page in context.pages][:1]:
        page.wait_for_timeout(SETTLE_MS)


def run_axe(page: Page) -> list[Fault]:
    """Faults of accessibility that axe-core calls serious or critical, in the page as it stands.

    The checker is handed over by the debugger, which a content security policy
    does not bind, so the page keeps its own policy and its present state (an open
    menu, a filter). Needs a page with scripts on.

    Raises:
        FileNotFoundError: axe-core is not installed.
    """
    if not AXE.is_file():
        message = f"{AXE} is missing: run `npm ci --ignore-scripts` in front/"
        raise FileNotFoundError(message)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # Without preload: axe would fetch every style sheet again, which no dossier page may do.
    found = page.evaluate("axe.run(document, {preload: false, resultTypes: ['violations']})")
    return [
        Fault(
            rule=fault["id"],
            impact=fault["impact"],
            text=fault["help"],
            places=tuple(str(node["target"][0]) for node in fault["nodes"]),
        )
        for fault in found["violations"]
        if fault["impact"] in SERIOUS
    ]
