"""The HTML export of Telegram Desktop: `messages.html` and the pages that follow it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import BinaryIO, Final

from qantar.model.finding import Locator
from qantar.model.segment import Media, MediaKind, Reaction, Segment, SegmentKind
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_TEXT_BYTES, MIB
from qantar.readers.chat_writer import ChatWriter, Numbers, leads_elsewhere, place_of, zone_of
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.telegram_chat import READER, VERSION
from qantar.readers.telegram_page import Page, Post

_PAGE: Final = re.compile(
    rb'<div class="page_body chat_page">'
    rb'|<div class="history">\s{0,200}<(?:div class="message |a class="pagination)'
)
_TIME: Final = re.compile(
    r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d):(\d\d)(?: UTC([+-])(\d\d):?(\d\d)?)?", re.ASCII
)
_VIA: Final = re.compile(r"(.*\S)\s{1,9}via @\w{1,64}", re.DOTALL)
_COUNT: Final = re.compile(r"\d{1,9}", re.ASCII)
_DELETED: Final = "Deleted Account"
_NO_FILE: Final = ("Not included", "Exceeds maximum size", "Unavailable")
_KINDS: Final = {
    "photo_wrap": MediaKind.PHOTO,
    "video_file_wrap": MediaKind.VIDEO,
    "animated_wrap": MediaKind.VIDEO,
    "sticker_wrap": MediaKind.STICKER,
    "media_photo": MediaKind.PHOTO,
    "media_video": MediaKind.VIDEO,
    "media_voice_message": MediaKind.VOICE,
    "media_audio_file": MediaKind.AUDIO,
    "media_file": MediaKind.FILE,
    "media_contact": MediaKind.CONTACT,
    "media_location": MediaKind.LOCATION,
    "media_live_location": MediaKind.LOCATION,
    "media_venue": MediaKind.LOCATION,
    "media_poll": MediaKind.POLL,
}
_LINKS_NAMED: Final = 20


def is_page(head: bytes) -> bool:
    """Whether a file begins as a page of messages does."""
    return bool(_PAGE.search(head))


_PRIVATE_PAGE: Final = re.compile(
    rb'<div class="page_body list_page">|<div class="personal_info clearfix">'
)


def is_private_page(head: bytes) -> bool:
    """Whether a page is one of an account's export that is not about messages."""
    return b'<div class="page_wrap">' in head and bool(_PRIVATE_PAGE.search(head))


def read_private(log: FindingLog, out: DocumentWriter) -> None:
    """Name such a page, and read nothing of it."""
    out.begin(reader=READER, version=VERSION, media_type="text/html", encoding="utf-8")
    log.note(
        "private-section",
        "The page is about the account and its owner (contacts, sessions, profile and the like). "
        "It was not read; the original keeps it.",
    )
    log.write_to(out)
    out.end()


def read_html(source: BinaryIO, log: FindingLog, out: DocumentWriter) -> None:
    """Read one page as a document of its own."""
    out.begin(reader=READER, version=VERSION, media_type="text/html", encoding="utf-8")
    size = source.seek(0, 2)
    pages = TelegramPages(out, log)
    if size > MAX_TEXT_BYTES:
        log.loss(
            "too-large",
            f"The page has {size / MIB:,.0f} MiB; the cap is {MAX_TEXT_BYTES // MIB} MiB. None of "
            "it was read: the exporter itself writes a thousand messages to a page.",
        )
    else:
        source.seek(0)
        pages.add(source.read())
    pages.report()
    log.write_to(out)
    out.end(meta={"telegram.name": pages.title} if pages.title else {})


class TelegramPages:
    """Writes the messages of one page after another into a document that has begun.

    `members` are the names of the files beside the pages, as these would name them; None
    where they are not known.
    """

    def __init__(
        self, out: DocumentWriter, log: FindingLog, members: frozenset[str] | None = None
    ) -> None:
        """Begin with none."""
        self._log, self._members = log, members
        self._writer = ChatWriter(out, log)
        self._numbers = Numbers()
        self._speaker: str | None = None
        self._forwarded: str | None = None
        self._contacts = self._links = 0
        self.title = ""

    def add(self, untrusted: bytes) -> None:
        """Write the messages of a page, given as its bytes."""
        page = Page(self._decoded(untrusted))
        for post in page.posts():
            if post.number > 0:
                self._add(post)
        self.title = self.title or page.title
        if page.is_cut:
            self._log.loss(
                "truncated", "The page is cut off before its end; everything before it was read."
            )

    def report(self) -> None:
        """Write the rest, and say what is said once for a chat."""
        if not self._writer.messages:
            self._log.loss("empty", "The page holds no message.")
        self._writer.finish()
        self._numbers.report(self._log, shared=None)
        if self._contacts:
            words = counted(self._contacts, "message")
            self._log.note(
                "private-section",
                f"Contact cards in {words}: their names and telephone numbers were not read.",
            )
        if self._links > _LINKS_NAMED:
            words = counted(self._links - _LINKS_NAMED, "more link")
            self._log.note("external-reference", f"{words} with other words than their address.")

    def _decoded(self, untrusted: bytes) -> str:
        try:
            return untrusted.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raw = untrusted[error.start : error.end].hex(" ")
            self._log.loss(
                "encoding-damage",
                f"Bytes that are no UTF-8, the first ({raw}) at byte {error.start:,} of the page, "
                "were replaced by U+FFFD.",
            )
            return untrusted.decode("utf-8-sig", "replace")

    def _add(self, post: Post) -> None:
        self._numbers.add(post.number)
        place = place_of(str(post.number), author=post.said("signature") or None)
        if post.is_service:
            self._add_service(post, place)
            return
        self._take_names(post)
        text, quotes = _said(post)
        for target, words in post.links:
            self._look_at_link(target, words, place)
        at = self._time(post.when, place)
        start, end = self._writer.place(text)
        segment = Segment(
            kind=SegmentKind.MESSAGE,
            start=start,
            end=end,
            locator=place,
            at=at,
            at_zone=zone_of(at),
            speaker=self._speaker,
            id=str(post.number),
            forwarded_from=self._forwarded,
            forwarded_at=self._time(post.said("forwarded date"), place),
            reply_to=_reply(post),
            media=tuple(self._media(post)),
            reactions=_reactions(post),
            service=_other_content(post),
        )
        self._writer.add(segment)
        for quoted in quotes:
            self._writer.quote(text, quoted, segment)

    def _add_service(self, post: Post, place: Locator) -> None:
        said = post.said("service")
        start, end = self._writer.place(said)
        at = self._time(post.when, place)
        segment = Segment(
            kind=SegmentKind.SYSTEM,
            start=start,
            end=end,
            locator=place,
            at=at,
            at_zone=zone_of(at),
            id=str(post.number),
            reply_to=_reply(post),
            service=said or "service",
        )
        self._writer.add(segment)

    def _take_names(self, post: Post) -> None:
        """The names of a message; one that is joined to the last has the same."""
        if name := post.said("from"):
            self._speaker = _name(name)
        elif not post.joined:
            self._speaker = None
        if name := post.said("forwarded"):
            self._forwarded = _name(name) or _DELETED
        elif not post.is_forwarded:
            self._forwarded = None

    def _look_at_link(self, target: str, words: str, place: Locator) -> None:
        """Say where a link leads whose words are not its address."""
        if "://" not in target or not leads_elsewhere(target, words):
            return
        self._links += 1
        if self._links <= _LINKS_NAMED:
            text = f"The words {shown(words)} are a link to {shown(target)}. Not followed."
            self._log.note("external-reference", text, place)

    def _time(self, written: str, place: Locator) -> str | None:
        if not written:
            return None
        found = _TIME.fullmatch(written.strip())
        time = _instant(found) if found else None
        if time is None:
            words = f"{shown(written)} is no time; it was left out."
            self._log.loss("impossible-date", words, place)
        return time

    def _media(self, post: Post) -> list[Media]:
        found: list[Media] = []
        for kind, link in post.media:
            sort = _KINDS.get(kind)
            if sort is None:
                continue
            if sort is MediaKind.CONTACT:
                self._contacts += 1
                found.append(Media(kind=sort))
            elif sort is MediaKind.LOCATION:
                words = (post.said("title"), post.said("description"), post.said("status"))
                found.append(Media(kind=sort, name=", ".join(filter(None, words)) or None))
            elif sort is MediaKind.POLL:
                found.append(Media(kind=sort, name=post.said("question") or None))
            else:
                found.append(self._file(post, sort, kind, link))
        return found

    def _file(self, post: Post, sort: MediaKind, kind: str, link: str) -> Media:
        title = post.said("title")
        if title == "Sticker":
            sort = MediaKind.STICKER
        if link:
            present = None if self._members is None else link in self._members
            return Media(kind=sort, name=link, present=present)
        name = title if kind == "media_file" and title != "File" else None
        gone = post.said("description").startswith(_NO_FILE)
        return Media(kind=sort, name=name or None, present=False if gone else None)


def _name(said: str) -> str | None:
    via = _VIA.fullmatch(said)
    name = via[1] if via else said
    return None if name == _DELETED else name


def _said(post: Post) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text of a message, a poll's with it, and the spans of it that are quoted."""
    whole = "".join(post.parts.get("text", ()))
    lead = len(whole) - len(whole.lstrip(" \t\r\n"))
    quotes = tuple((first - lead, last - lead) for first, last in post.quotes)
    lines = (post.said("text"), post.said("question"), *(answer for answer, _ in post.answers))
    return "\n".join(line for line in lines if line), quotes


def _reply(post: Post) -> str | None:
    found = re.search(r"go_to_message(\d{1,18})", post.reply_link)
    return found[1] if found else None


def _reactions(post: Post) -> tuple[Reaction, ...]:
    both = (*post.answers, *post.reactions)
    return tuple(Reaction(sign=sign, count=_count(said, post)) for sign, said in both if sign)


def _count(said: str, post: Post) -> int:
    """How many; a reaction without a number is one, an answer without votes has none."""
    found = _COUNT.match(said)
    return int(found[0]) if found else int(not post.answers)


def _other_content(post: Post) -> str | None:
    """What a message shows that is neither text nor file, in a few words."""
    for kind, _ in post.media:
        if kind in ("media_call", "media_game", "media_invoice"):
            words = (post.said("title"), post.said("description"), post.said("status"))
            return f"{kind.removeprefix('media_')}: {', '.join(filter(None, words))}"
    return None


def _instant(found: re.Match[str]) -> str | None:
    """A time as the exporter writes it: in UTC where it says its distance from it, else naive."""
    day, month, year, hour, minute, second = (int(part) for part in found.groups()[:6])
    try:
        local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # as written
        if not found[7]:
            return local.isoformat()
        offset = timedelta(hours=int(found[8]), minutes=int(found[9] or 0))
        zone = timezone(-offset if found[7] == "-" else offset)
        return local.replace(tzinfo=zone).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return None
