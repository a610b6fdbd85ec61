"""What a page says of itself: title, author, address and dates, each with where it says so.

A date in a page's code is a guess at when its text was published: programs set it, and
people change it. The first of the more trustworthy places is taken, and all are told.

Source: Open Graph and article tags (ogp.me), schema.org (datePublished, dateModified,
author), the HTML Standard (time, link rel=canonical), Dublin Core in HTML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from qantar.model.finding import Locator
from qantar.model.read_document import MetaValue
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.markup import unescaped
from qantar.readers.page_links import PageLinks

_MOST_CHARS: Final = 2_000
_MOST_JSON: Final = 1024 * 1024
_MOST_NODES: Final = 10_000
_MOST_DATES: Final = 200
_DATES_NAMED: Final = 12

# In the order in which they are believed.
_PUBLISHED: Final = (
    "article:published_time", "og:article:published_time", "datepublished", "dateposted",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dc.date.created",
    "dcterms.created", "dc.date", "dcterms.date", "article.published", "publishdate",
    "publish-date", "publication_date", "pubdate", "article_date_original",
    "cxenseparse:recs:publishtime", "date", "og:published_time", "mediator_published_time",
    "citation_date",
)  # fmt: skip
_MODIFIED: Final = (
    "article:modified_time", "og:updated_time", "datemodified", "dc.date.modified",
    "dcterms.modified", "last-modified", "lastmod", "revised",
)  # fmt: skip
_AUTHOR: Final = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author",
                  "sailthru.author", "byl", "citation_author")  # fmt: skip
_TITLE: Final = ("og:title", "twitter:title", "dc.title")
_SITE: Final = ("og:site_name", "application-name")
_DATED: Final = frozenset((*_PUBLISHED, *_MODIFIED))
_KEPT: Final = _DATED | frozenset((*_AUTHOR, *_TITLE, *_SITE, "og:url", "generator"))

_DATE_IN_ADDRESS: Final = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=\D|\Z)")
_ISO: Final = re.compile(r"\d{4}-\d\d(?:-\d\d)?(?:[T ]\d\d:\d\d.*)?\Z")
_SAVED_FROM: Final = re.compile(r"\s*saved from url=\(\d+\)(\S{1,2000})")


@dataclass(slots=True)
class PageFacts:
    """Collects what a page says of itself, and what it would run and load."""

    links: PageLinks = field(default_factory=PageLinks)
    title: str = ""
    canonical: str = ""
    saved_from: str = ""
    charset: str = ""
    named: dict[str, str] = field(default_factory=dict)
    times: list[tuple[str, str]] = field(default_factory=list)
    comments: int = 0
    comment_chars: int = 0
    first_comment: str = ""
    pictures: int = 0
    picture_words: list[str] = field(default_factory=list)
    unreadable_json: int = 0

    def tag(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in a start tag."""
        self.links.tag(name, attributes)
        if not attributes:
            return
        if name == "meta":
            self._meta(attributes)
        elif name == "link" and "canonical" in attributes.get("rel", "").lower().split():
            self.canonical = self.canonical or attributes.get("href", "").strip()[:_MOST_CHARS]
        elif name == "time" and (said := attributes.get("datetime", "").strip()):
            which = "time marked as that of publishing" if "pubdate" in attributes else "time"
            self._date(which, said)
        elif name == "img" and (words := attributes.get("alt", "").strip()):
            self.pictures += 1
            if len(self.picture_words) < _DATES_NAMED:
                self.picture_words.append(words)
        if attributes.get("itemprop", "").lower() in ("datepublished", "datemodified"):
            self._item(attributes)

    def content(
        self, name: str, attributes: Mapping[str, str], inside: str, *, in_page: bool
    ) -> None:
        """Take in what stands in a title, script or style element."""
        if name == "title" and not self.title and not in_page:
            self.title = " ".join(unescaped(inside[:_MOST_CHARS]).split())
        elif name == "style":
            self.links.style(inside)
        elif name == "script" and "ld+json" in attributes.get("type", "").lower():
            self._linked_data(inside)

    def comment(self, inside: str) -> None:
        """Take in a comment."""
        if found := _SAVED_FROM.match(inside):
            self.saved_from = self.saved_from or found[1]
        elif inside.strip() and not inside.lower().startswith(
            ("doctype", "[if", "xml", "<![endif")
        ):
            self.comments += 1
            self.comment_chars += len(inside)
            self.first_comment = self.first_comment or inside.strip()[:_MOST_CHARS]

    def meta(self) -> dict[str, MetaValue]:
        """Give what the page claims, as `html.…`."""
        date, modified = (
            self._best(_PUBLISHED, "datePublished"),
            self._best(_MODIFIED, "dateModified"),
        )
        found = {
            "html.title": self.title or self._first(_TITLE),
            "html.url": self.address,
            "html.author": self._first(_AUTHOR),
            "html.site": self._first(_SITE),
            "html.saved_from": self.saved_from,
            "html.generator": self.named.get("generator", ""),
            "html.date": date[1] if date else "",
            "html.modified": modified[1] if modified else "",
        }
        return {key: value for key, value in found.items() if value}

    @property
    def address(self) -> str:
        """The page's address, as it says itself; "" where it says none."""
        return self.canonical or self.named.get("og:url", "")

    def report(self, log: FindingLog, where: Locator | None) -> None:
        """Note all that somebody should know."""
        self._report_dates(log, where)
        if self.unreadable_json:
            log.note(
                "damaged",
                f"{counted(self.unreadable_json, 'block')} of linked data (JSON-LD) in the page's "
                "code cannot be read; dates and names in them are not known.",
                where,
            )
        if self.comments:
            log.note(
                "hidden-content",
                f"Comments in the page's code are not in the text ({self.comments:,}, together "
                f"{counted(self.comment_chars, 'character')}); the first is "
                f"{shown(self.first_comment)}.",
                where,
            )
        if self.pictures:
            log.note(
                "hidden-content",
                f"Words that stand in for pictures are not in the text ({self.pictures:,}): "
                f"{', '.join(map(shown, self.picture_words))}"
                f"{' …' if self.pictures > len(self.picture_words) else ''}.",
                where,
            )
        self.links.report(log, where, own=self.address or self.saved_from)

    def _meta(self, attributes: Mapping[str, str]) -> None:
        key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = " ".join(attributes.get("content", "")[:_MOST_CHARS].split())
        name = (key or attributes.get("http-equiv", "")).lower().strip()
        if content and name in _KEPT:
            self.named.setdefault(name, content)
            if name in _DATED:
                self._date(f"meta {name}", content)

    def _item(self, attributes: Mapping[str, str]) -> None:
        name = attributes["itemprop"].lower()
        said = attributes.get("content") or attributes.get("datetime") or ""
        if said.strip():
            self.named.setdefault(name, said.strip()[:_MOST_CHARS])
            self._date(f"itemprop {name}", said.strip())

    def _linked_data(self, inside: str) -> None:
        if len(inside) > _MOST_JSON:
            self.unreadable_json += 1
            return
        try:
            data = json.loads(inside)
        except (ValueError, RecursionError):
            self.unreadable_json += 1
            return
        for key, value in _walk(data):
            if key in ("datePublished", "dateModified", "dateCreated", "uploadDate"):
                self._date(f"JSON-LD {key}", value)
            elif key in ("author", "creator") and value:
                self.named.setdefault("author", value[:_MOST_CHARS])

    def _date(self, origin: str, said: str) -> None:
        if len(self.times) < _MOST_DATES:
            self.times.append((origin, said[:100]))

    def _first(self, names: tuple[str, ...]) -> str:
        return next((self.named[name] for name in names if name in self.named), "")

    def _best(self, names: tuple[str, ...], linked: str) -> tuple[str, str] | None:
        """Give the date believed most, and where it stands: (origin, date in ISO form)."""
        order = [f"meta {names[0]}", f"JSON-LD {linked}", "itemprop " + linked.lower()]
        order += [f"meta {name}" for name in names[1:]]
        if names is _PUBLISHED:
            order += ["time marked as that of publishing", "JSON-LD dateCreated", "time"]
        for wanted in order:
            for origin, said in self.times:
                if origin.startswith(wanted) and (date := as_iso(said)):
                    return origin, date
        if names is _PUBLISHED and (date := _in_address(self.address or self.saved_from)):
            return "the page's address", date
        return None

    def _report_dates(self, log: FindingLog, where: Locator | None) -> None:
        best = self._best(_PUBLISHED, "datePublished")
        in_address = _in_address(self.address or self.saved_from)
        all_dates = self.times + ([("the page's address", in_address)] if in_address else [])
        if not all_dates:
            return
        said = list(dict.fromkeys(f"{origin} {shown(date)}" for origin, date in all_dates))
        more = f" and {len(said) - _DATES_NAMED:,} more" if len(said) > _DATES_NAMED else ""
        taken = f"{best[1]} (from {best[0]}) was taken" if best else "None of them was taken"
        log.note(
            "metadata-date-guessed",
            f"Dates in the page's code: {'; '.join(said[:_DATES_NAMED])}{more}. {taken} as the "
            "date of the page, which is a guess: anybody who edits a page can set them.",
            where,
        )


def as_iso(untrusted_date: str) -> str | None:
    """Give a date of a page's code in ISO form, or None where it is in no form that is."""
    said = untrusted_date.strip()
    if _ISO.match(said):
        try:
            datetime.fromisoformat(said if len(said) > len("2022-01") else f"{said}-01")
        except ValueError:
            return None
        return said
    try:
        return parsedate_to_datetime(said).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _in_address(address: str) -> str | None:
    found = _DATE_IN_ADDRESS.search(address)
    return as_iso(f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}") if found else None


def _walk(data: object) -> Iterator[tuple[str, str]]:
    """Give the texts in linked data with their keys; of a person or body, its name."""
    waiting: list[tuple[str, object]] = [("", data)]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        key, value = waiting.pop()
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, list):
            waiting.extend((key, one) for one in reversed(value[:_MOST_NODES]))
        elif isinstance(value, dict):
            if key in ("author", "creator"):
                yield key, str(value.get("name") or "")
                continue
            waiting.extend((str(name), one) for name, one in reversed(value.items()))
