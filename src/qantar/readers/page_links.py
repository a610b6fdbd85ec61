"""What a page would run, and what it would load from elsewhere: counted, never run or fetched."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from qantar.model.finding import Locator
from qantar.readers.finding_log import FindingLog, counted, shown, some_of
from qantar.readers.page_elements import names

_HOST: Final = re.compile(r"\s*(?:https?|wss?|ftp):?//([^/?#\s\\\"'<>]{1,255})", re.IGNORECASE)
_RELATIVE_HOST: Final = re.compile(r"\s*//([^/?#\s\\\"'<>]{1,255})")
_STYLE_HOST: Final = re.compile(
    r"(?:url\(|@import)\s{0,20}[\"']?\s{0,20}(?:https?:)?//([^/?#\s\\\"'<>()]{1,255})", re.I
)
_SCRIPT_LINK: Final = re.compile(r"[\s\x00]{0,20}(?:javascript|vbscript|data:text/html)", re.I)
_LOADING: Final = names("src srcset poster background data xlink:href manifest")
_LINKING: Final = names("href action formaction ping")
_LINKS: Final = frozenset({"a", "area", "form", "button", "input", "base"})
_LINK_KINDS: Final = names("stylesheet icon preload prefetch modulepreload manifest")
_ACTIVE: Final = {
    "script": "script",
    "iframe": "frame",
    "frame": "frame",
    "object": "embedded object",
    "embed": "embedded object",
    "applet": "embedded object",
    "form": "form",
}
_MOST_NAMED: Final = 20
_MOST_HOSTS: Final = 10_000
_MOST_STYLE_HOSTS: Final = 1_000


@dataclass(slots=True)
class PageLinks:
    """Counts what one page would run, load and link to."""

    active: Counter[str] = field(default_factory=Counter)
    loaded: Counter[str] = field(default_factory=Counter)
    linked: Counter[str] = field(default_factory=Counter)

    def tag(self, name: str, attributes: Mapping[str, str]) -> None:
        """Count what a start tag brings."""
        if name in _ACTIVE and not _is_data(name, attributes):
            self.active[_ACTIVE[name]] += 1
        for attribute, value in attributes.items():
            if attribute.startswith("on"):
                self.active["event handler"] += 1
            elif attribute == "style":
                self.style(value)
            elif attribute in _LOADING or attribute in _LINKING:
                self._reference(name, attribute, value, attributes)
        if name == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            self.active["redirection"] += 1

    def style(self, css: str) -> None:
        """Count what a style sheet would load from other hosts."""
        for at, found in enumerate(_STYLE_HOST.finditer(css)):
            if at >= _MOST_STYLE_HOSTS:
                return
            _count(self.loaded, found[1])

    def report(self, log: FindingLog, where: Locator | None, *, own: str | None) -> None:
        """Tell it all; `own` is the address of the page itself, whose host is no other one."""
        if self.active:
            said = ", ".join(counted(count, what) for what, count in sorted(self.active.items()))
            log.note("active-content", f"The page holds {said}. Nothing of it was run.", where)
        home = host_of(own) if own else None
        for hosts, verb in ((self.loaded, "load content from"), (self.linked, "link to")):
            others = {name: n for name, n in hosts.items() if name != home}
            if others:
                named = [f"{shown(name)} ×{n:,}" for name, n in most_of(others)]
                log.note(
                    "external-reference",
                    f"{counted(sum(others.values()), 'reference')} would {verb} "
                    f"{counted(len(others), 'other host')}: {some_of(named, len(others))}. Nothing "
                    "was fetched.",
                    where,
                )

    def _reference(
        self, name: str, attribute: str, value: str, attributes: Mapping[str, str]
    ) -> None:
        if _SCRIPT_LINK.match(value):
            self.active["script in a link"] += 1
            return
        host = host_of(value)
        if host is None:
            return
        links = attribute in _LINKING and name in _LINKS
        if attribute == "href" and name == "link":
            kinds = set(attributes.get("rel", "").lower().split())
            links = not kinds & _LINK_KINDS
        _count(self.linked if links else self.loaded, host)


def host_of(untrusted_address: str) -> str | None:
    """Give the host of an address that names one, lower case, or None."""
    found = _HOST.match(untrusted_address) or _RELATIVE_HOST.match(untrusted_address)
    return found[1].rpartition("@")[2].lower() if found else None


def _is_data(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether a script element only holds data, such as JSON-LD."""
    return name == "script" and "json" in attributes.get("type", "").lower()


def _count(hosts: Counter[str], host: str) -> None:
    host = host.lower()
    if host in hosts or len(hosts) < _MOST_HOSTS:
        hosts[host] += 1


def most_of(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Give the twenty largest counts; `Counter` would load a module for that, too late."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_MOST_NAMED]
