"""Cut an HTML page into tags and text, with the place of each: a browser's rules, in linear time.

Nothing is built, nothing refers to anything, and nothing is looked for twice: what a page
leaves open (a comment, a quote, a script) reaches to its end, as in a browser.

Source: the WHATWG HTML Standard, 13.2.5 (tokenization), of which what decides where text
is text was kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final

MAX_ATTRIBUTES: Final = 256  # of one tag; more are stepped over
_LONGEST_TAG_NAME: Final = 100

_NAME: Final = re.compile(r"[A-Za-z][^\s/>]*", re.ASCII)
_SIMPLE: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})>", re.ASCII)
_BETWEEN: Final = re.compile(r"[\s/]*", re.ASCII)
_ATTRIBUTE: Final = re.compile(r"[^\s/>][^\s/>=]*", re.ASCII)
_EQUALS: Final = re.compile(r"\s*=\s*", re.ASCII)
_BARE: Final = re.compile(r"[^\s>]*", re.ASCII)
_COMMENT_END: Final = re.compile(r"--!?>")

RAW: Final = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes"})
"""Elements whose content is no markup."""
ESCAPABLE: Final = frozenset({"textarea", "title"})
"""The same, but for character references."""
_ENDS: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in (*RAW, *ESCAPABLE)
}
_ENDLESS: Final = re.compile(r"&#[0-9]{9,}")


@dataclass(slots=True)
class Tag:
    """A start tag or (`closing`) an end tag: its name, lower case, where it begins and ends.

    Of start tags whose content is no markup `content` is the span of that.
    """

    name: str
    start: int
    end: int
    closing: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    content: tuple[int, int] | None = None


@dataclass(slots=True)
class Words:
    """Text between tags, as it stands there: `start` to `end` of the page."""

    start: int
    end: int


@dataclass(slots=True)
class Comment:
    """A comment, or what a browser takes for one; its inside."""

    start: int
    end: int


@dataclass(slots=True)
class Unclosed:
    """A tag that the page ends in, so that nothing behind `start` is shown."""

    start: int


Token = Tag | Words | Comment | Unclosed


def tokens(page: str) -> Iterator[Token]:
    """Cut a page; spans are offsets into it."""
    at = words = 0
    while (opening := page.find("<", at)) >= 0:
        token = _markup(page, opening)
        if token is None:  # a "<" that is only a "<"
            at = opening + 1
            continue
        if opening > words:
            yield Words(words, opening)
        yield token
        if isinstance(token, Unclosed):
            return
        at = words = _next(page, token)
    if len(page) > words:
        yield Words(words, len(page))


def unescaped(text: str) -> str:
    """Put characters for their references, as in `&amp;`; impossible ones become U+FFFD."""
    if "&" not in text:
        return text
    try:
        return unescape(text)
    except ValueError:  # a number with more digits than Python turns into one
        return unescape(_ENDLESS.sub("&#1114112", text))


def _next(page: str, token: Tag | Comment) -> int:
    if isinstance(token, Tag):
        return token.content[1] if token.content else token.end
    found = _COMMENT_END.match(page, token.end)
    return found.end() if found else min(token.end + 1, len(page))


def _markup(page: str, at: int) -> Tag | Comment | Unclosed | None:
    if simple := _SIMPLE.match(page, at):  # most tags: no attributes
        name, end, closing = simple[2].lower(), simple.end(), bool(simple[1])
        return Tag(name, at, end, closing, {}, None if closing else _content(page, name, end))
    mark, following = page[at + 1 : at + 2], page[at + 2 : at + 3]
    if mark == "!" and page.startswith("--", at + 2):
        return _comment(page, at + 4)
    if mark.isascii() and mark.isalpha():
        return _tag(page, at, at + 1, closing=False)
    if mark == "/" and following.isascii() and following.isalpha():
        return _tag(page, at, at + 2, closing=True)
    return _bogus(page, at + 2) if mark and mark in "!?/" and following else None


def _comment(page: str, start: int) -> Comment:
    if page.startswith((">", "->"), start):  # an empty one, cut short
        return Comment(start, start + (0 if page[start] == ">" else 1))
    found = _COMMENT_END.search(page, start)
    return Comment(start, found.start() if found else len(page))


def _bogus(page: str, start: int) -> Comment:
    end = page.find(">", start)
    return Comment(start, end if end >= 0 else len(page))


def _tag(page: str, at: int, name_at: int, *, closing: bool) -> Tag | Unclosed:
    named = _NAME.match(page, name_at)
    position = named.end() if named else name_at
    name = page[name_at : min(position, name_at + _LONGEST_TAG_NAME)].lower()
    attributes: dict[str, str] = {}
    while True:
        between = _BETWEEN.match(page, position)
        position = between.end() if between else position
        if position >= len(page):
            return Unclosed(at)
        if page[position] == ">":
            break
        position = _attribute(page, position, attributes)
        if position < 0:
            return Unclosed(at)
    end = position + 1
    if closing:
        return Tag(name, at, end, closing=True)
    content = _content(page, name, end)
    return Tag(name, at, end, attributes=attributes, content=content)


def _attribute(page: str, at: int, found: dict[str, str]) -> int:
    """Read one attribute; gives where it ends, or -1 where the page ends in it."""
    named = _ATTRIBUTE.match(page, at)
    end = named.end() if named else at + 1
    name, value = page[at:end], ""
    if equals := _EQUALS.match(page, end):
        start = equals.end()
        quote = page[start : start + 1]
        if quote and quote in "\"'":
            close = page.find(quote, start + 1)
            if close < 0:
                return -1
            value, end = page[start + 1 : close], close + 1
        else:
            bare = _BARE.match(page, start)
            end = bare.end() if bare else start
            value = page[start:end]
    if len(found) < MAX_ATTRIBUTES:
        found.setdefault(name.lower(), unescaped(value))
    return end


def _content(page: str, name: str, end: int) -> tuple[int, int] | None:
    if name == "plaintext":
        return end, len(page)
    ends = _ENDS.get(name)
    if ends is None:
        return None
    found = ends.search(page, end)
    return end, found.start() if found else len(page)


def words_of(page: str) -> str:
    """Give all text between tags, shown or not; only to compare it with another."""
    spans = (token for token in tokens(page) if isinstance(token, Words))
    return " ".join(unescaped(page[one.start : one.end]) for one in spans)
