"""Reads a published dossier as a careful stranger would: every page, link and anchor."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

WEB = ("http://", "https://")
ASKS_THE_NETWORK = {"dns-prefetch", "preconnect", "prefetch", "preload", "prerender"}


@dataclass
class Page:
    """One page: its anchors, where it leads, what it loads, and what it must not have."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    claims: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    policy: str = ""
    language: str = ""
    headings: int = 0
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self._note(tag, named)
        self._loads(tag, named)
        if tag == "meta":
            self._meta(named)

    def _note(self, tag: str, named: dict[str, str]) -> None:
        page = self.page
        page.anchors.update(
            filter(None, [named.get("id"), named.get("name") if tag == "a" else ""])
        )
        page.claims.update(filter(None, [named.get("data-claim")]))
        page.faults += [
            f"{tag} {name}" for name in named if name == "style" or name.startswith("on")
        ]
        if tag == "html":
            page.language = named.get("lang", "")
        if tag == "h1":
            page.headings += 1
        if tag == "a" and "href" in named:
            page.links.append(named["href"])
        if tag == "style" or (tag == "script" and "src" not in named):
            page.faults.append(f"inline {tag}")

    def _loads(self, tag: str, named: dict[str, str]) -> None:
        page = self.page
        if tag == "link" and named.get("rel", "") in ASKS_THE_NETWORK:
            page.faults.append(f"link {named['rel']}")
        if tag in {"iframe", "object", "embed", "base", "form"} and (
            tag != "form" or "action" in named
        ):
            page.faults.append(tag)
        for name in ("src", "srcset", "poster", "data", "xlink:href"):
            if named.get(name):
                page.loads.append(named[name])
        if tag in {"link", "image", "use"} and "href" in named:
            page.loads.append(named["href"])

    def _meta(self, named: dict[str, str]) -> None:
        kind = named.get("http-equiv", "").lower()
        if kind == "content-security-policy":
            self.page.policy = named["content"]
        elif kind:
            self.page.faults.append(f"meta {kind}")

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    def close(self) -> None:
        super().close()
        self.page.text = " ".join("".join(self._texts).split())


def read_page(path: Path) -> Page:
    """Read one page."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader.page


@dataclass
class Crawl:
    """A whole dossier, walked from its start page."""

    root: Path
    pages: dict[str, Page]
    reached: set[str]
    dead: list[str]

    def holding(self, claim: str) -> list[str]:
        """The pages on which the claim stands."""
        return [name for name, page in self.pages.items() if claim in page.claims]


def crawl(root: Path) -> Crawl:
    """Read all pages, follow all links from `index.html`, and note what leads nowhere."""
    names = sorted(p.relative_to(root).as_posix() for p in root.rglob("*.html"))
    pages = {name: read_page(root / name) for name in names}
    dead = [
        f"{name} -> {link}"
        for name, page in pages.items()
        for link in (*page.links, *page.loads)
        if not _leads_somewhere(root, pages, name, link)
    ]
    reached, waiting = {"index.html"}, deque(["index.html"])
    while waiting:
        name = waiting.popleft()
        for link in pages[name].links if name in pages else ():
            target = target_of(name, link)[0]
            if target in pages and target not in reached:
                reached.add(target)
                waiting.append(target)
    return Crawl(root, pages, reached, dead)


def target_of(name: str, link: str) -> tuple[str, str]:
    """The file and the anchor to which a link on page `name` leads, relative to the root."""
    parts = urlsplit(link)
    if not parts.path:
        return name, unquote(parts.fragment)
    steps: list[str] = name.split("/")[:-1]
    for step in unquote(parts.path).split("/"):
        if step == "..":
            steps.pop()
        elif step not in {"", "."}:
            steps.append(step)
    return "/".join(steps), unquote(parts.fragment)


def _leads_somewhere(root: Path, pages: dict[str, Page], name: str, link: str) -> bool:
    if link.startswith(WEB):
        return True
    if re.match(r"[a-z][a-z0-9+.-]*:", link, re.IGNORECASE):
        return link.startswith("data:image/")
    try:
        target, anchor = target_of(name, link)
    except IndexError:
        return False
    if not (root / target).is_file():
        return False
    # `#q=…` carries the state of a script, not an anchor.
    return "=" in anchor or not anchor or target not in pages or anchor in pages[target].anchors
