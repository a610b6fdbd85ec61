"""A page of the HTML export of Telegram Desktop, taken apart into its messages.

Pure: text in, messages out. Only what the exporter writes is looked for, by its class
names; markup that somebody wrote into a message is text here, because the exporter escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from typing import Final

_MAX_DEPTH: Final = 256
_MAX_NAME: Final = 21
# Attribute values hold no "<" or ">": the exporter writes them as entities.
_TAG: Final = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})(\s[^<>]{0,16384})?/?>|<[!?][^<>]{0,1000}>"
)
_ATTRIBUTE: Final = re.compile(r'\s([a-z-]{1,20})="([^"]*)"')
_ENTITY: Final = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{1,20}));")
_VOID: Final = frozenset({"br", "img", "meta", "link", "hr", "input"})
_UNREAD: Final = frozenset({"script", "style"})
_LAST_CHARACTER: Final = 0x10FFFF
_FIRST_HALF: Final = 0xD800
_LAST_HALF: Final = 0xDFFF

# The class of an element, and which part of a message its text is.
_PARTS: Final = {
    "from_name": "from",
    "text": "text",
    "reply_to": "reply",
    "signature": "signature",
    "title": "title",
    "description": "description",
    "status": "status",
    "question": "question",
    "answer": "answer",
    "total": "",
    "initials": "",
    "userpic_wrap": "",
    "userpics": "",
    "video_duration": "",
    "gif_play": "",
    "pagination": "",
    "date": "",
    "emoji": "emoji",
    "count": "count",
}
_WRAPS: Final = frozenset({"photo_wrap", "video_file_wrap", "animated_wrap", "sticker_wrap"})


@dataclass(slots=True)
class Post:
    """One message of a page: what each of its parts says, as found but for entities.

    `number` is the exporter's own; the lines that only show a day have none below 1 and are
    not given. `joined` says that the names are those of the message before. `media` are the
    class and link of each file shown; `answers` those of a poll with their votes.
    """

    number: int
    is_service: bool
    joined: bool
    when: str = ""
    parts: dict[str, list[str]] = field(default_factory=dict)
    is_forwarded: bool = False
    forwarded_from: str = ""
    forwarded_when: str = ""
    reply_link: str = ""
    media: list[tuple[str, str]] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)
    quotes: list[tuple[int, int]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    chars: int = 0

    def add(self, part: str, text: str) -> None:
        """Add to a part; `chars` counts those of the message's own text."""
        self.parts.setdefault(part, []).append(text)
        if part == "text":
            self.chars += len(text)

    def said(self, part: str) -> str:
        """The text of a part, without the white space of the page's own layout around it."""
        return "".join(self.parts.get(part, ())).strip(" \t\r\n")


@dataclass(slots=True)
class _Open:
    """An element that has begun: its name, and the part that its text belongs to.

    `link` is its address, and how many pieces of text stood before it.
    """

    name: str
    part: str
    ends_post: bool = False
    link: tuple[str, int] | None = None
    quote_from: int = -1


class Page:
    """The messages of a page; `title`, the chat's name, is known once they were given."""

    def __init__(self, text: str) -> None:
        """Take apart nothing yet."""
        self._text = text
        self._open: list[_Open] = []
        self._title: list[str] = []
        self._post: Post | None = None

    @property
    def title(self) -> str:
        """The name of the chat, as the page's head shows it."""
        return "".join(self._title).strip()

    def posts(self) -> Iterator[Post]:
        """Give the messages in order; the last one as far as it goes, if the page is cut."""
        at = 0
        for tag in _TAG.finditer(self._text):
            self._add_text(self._text[at : tag.start()])
            at = tag.end()
            name = (tag[2] or "").lower()
            if not name:
                continue
            if tag[1]:
                if (done := self._close(name)) is not None:
                    yield done
            elif (done := self._begin(name, tag[3] or "")) is not None:
                yield done
        self._add_text(self._text[at:])
        if self._post is not None:
            yield self._post

    @property
    def is_cut(self) -> bool:
        """Whether the page ended before it had closed what it opened."""
        return bool(self._open)

    def _part(self) -> str:
        return self._open[-1].part if self._open else ""

    def _add_text(self, raw: str) -> None:
        if not raw or not self._open or self._open[-1].name in _UNREAD:
            return
        self._add(unescaped(raw) if "&" in raw else raw)

    def _add(self, text: str) -> None:
        part = self._part()
        if part == "page title":
            self._title.append(text)
        elif part and self._post is not None:
            self._post.add(part, text)

    def _begin(self, name: str, raw: str) -> Post | None:
        """Begin an element; gives the message before, where one begins within another."""
        if name == "br":
            self._add("\n")
        if name in _VOID or len(self._open) >= _MAX_DEPTH:
            return None
        attributes = {key: unescaped(value) for key, value in _ATTRIBUTE.findall(raw)}
        classes = attributes.get("class", "").split()
        before = None
        element = _Open(name, self._part())
        if "message" in classes and name == "div":
            before, self._post = self._post, _post(classes, attributes.get("id", ""))
            element.ends_post, element.part = True, ""
        elif self._post is not None:
            self._look_at(element, classes, attributes)
        elif "text" in classes and "bold" in classes:
            element.part = "page title"
        self._open.append(element)
        return before

    def _look_at(self, element: _Open, classes: list[str], attributes: dict[str, str]) -> None:
        """Note what an element within a message says by its classes and attributes."""
        post = self._post
        if post is None:
            return
        part = next((_PARTS[one] for one in classes if one in _PARTS), None)
        if part is not None:
            element.part = "forwarded" if part == "from" and post.is_forwarded else part
        if "date" in classes and not post.when:
            post.when = attributes.get("title", "")
        if "forwarded" in classes and "body" in classes:
            post.is_forwarded = True
        if "details" in classes and element.name == "span":
            element.part = {"forwarded": "forwarded date", "answer": "votes"}.get(
                element.part, element.part
            )
        if post.is_service and "body" in classes:
            element.part = "service"
        kind = next((one for one in classes if one.startswith("media_") or one in _WRAPS), None)
        if kind is not None and kind != "media_wrap":
            post.media.append((kind, attributes.get("href", "")))
        self._look_at_text(post, element, attributes)

    def _look_at_text(self, post: Post, element: _Open, attributes: dict[str, str]) -> None:
        link = attributes.get("href", "")
        if element.part in ("reply", "service") and "go_to_message" in link:
            post.reply_link = link
        if element.part == "text" and element.name in ("a", "blockquote"):
            if element.name == "blockquote":
                element.quote_from = post.chars
            elif link:
                element.link = (link, len(post.parts.get("text", ())))

    def _close(self, name: str) -> Post | None:
        """End an element, and all within it that was not ended; gives a message that is done."""
        if not any(one.name == name for one in self._open[-_MAX_NAME:]):
            return None
        done = None
        while self._open:
            element = self._open.pop()
            if element.ends_post:
                done, self._post = self._post, None
            elif self._post is not None:
                self._end_of(element, self._post)
            if element.name == name:
                break
        return done

    def _end_of(self, element: _Open, post: Post) -> None:
        if element.link is not None:
            target, first = element.link
            post.links.append((target, "".join(post.parts.get("text", ())[first:])))
        if element.quote_from >= 0:
            post.quotes.append((element.quote_from, post.chars))
        if element.part == self._part():
            return
        if element.part == "answer":
            votes = "".join(post.parts.pop("votes", ()))
            answer = "".join(post.parts.pop("answer", ())).strip().removeprefix("- ")
            post.answers.append((answer, votes.strip()))
        if element.part == "emoji":
            post.reactions.append(("".join(post.parts.pop("emoji", ())).strip(), ""))
        if element.part == "count" and post.reactions:
            sign, _ = post.reactions[-1]
            post.reactions[-1] = (sign, "".join(post.parts.pop("count", ())).strip())


def _post(classes: list[str], name: str) -> Post:
    digits = name.removeprefix("message")
    number = int(digits) if re.fullmatch(r"-?\d{1,18}", digits) else 0
    return Post(number, "service" in classes, "joined" in classes)


def unescaped(text: str) -> str:
    """Put characters in place of entities; what is none is kept as it is."""
    return _ENTITY.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return html5.get(f"{found[3]};", found[0])
    code = int(found[1]) if found[1] else int(found[2], 16)
    if code > _LAST_CHARACTER or _FIRST_HALF <= code <= _LAST_HALF:
        return "\ufffd"
    return chr(code)
