"""Signal's messages as text: sigtop's two forms, and the Markdown of signal-export."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import dropwhile
from typing import Final

from qantar.model.finding import Locator
from qantar.model.segment import Media, MediaKind, Reaction
from qantar.readers.chat_writer import clock_time, kind_of_file
from qantar.readers.signal_message import SignalMessages, kind_of_content

Lines = Iterable[tuple[int, str]]
"""Lines without their ends, each with its number."""

_FIELD: Final = re.compile(r"(From|Type|Sent|Received|Attachment|Reaction|Edited): (.*)")
_TYPE: Final = re.compile(r"Type: [a-z0-9-]{1,60}")
_SENT: Final = re.compile(
    r"\w{3}, (?P<day>\d{1,2}) (?P<month>\w{3}) (?P<year>\d{4}) (?P<hour>\d\d):(?P<minute>\d\d)"
    r":(?P<second>\d\d) (?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>\d\d)",
    re.ASCII,
)
_MONTHS: Final = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
_FILE: Final = re.compile(r"(.*) \(([^(),]{0,100}), \d{1,18} bytes\)")
_REACTION: Final = re.compile(r"(.{1,40}?) from .*")
_MOST_FILES: Final = 100  # of one message, where only their number is told
_SPOKEN: Final = frozenset({"incoming", "outgoing"})

_SHORT: Final = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d) (?P<name>[^\n]{1,200}?):"
    r"(?: \[(?P<what>[^\]\n]{1,300})\])?(?: (?P<text>.*))?"
)
_MARKDOWN: Final = re.compile(
    r"\[(?P<date>\d{4}-\d\d-\d\d),? (?P<time>\d\d:\d\d(?::\d\d)?)\] (?P<name>[^\n]{1,200}?):"
    r" ?(?P<text>.*)"
)
_MARKDOWN_FILE: Final = re.compile(r"!?\[([^\[\]\n]{0,300})\]\(([^()\n]{1,600})\) {0,2}")
_MARKDOWN_REACTIONS: Final = re.compile(r"\(- (.{1,2000}) -\)")
_DELETED: Final = "(This message was deleted)"


def is_long(lines: list[str]) -> bool:
    """Whether a text begins as sigtop's longer form."""
    return lines[0].startswith("Conversation: ") and any(
        line.startswith("Type: ") for line in lines[:4]
    )


def is_short(lines: list[str]) -> bool:
    """Whether a text begins as sigtop's shorter form; `[1 attachment]` and the like tell it."""
    found = [_SHORT.fullmatch(line) for line in lines]
    return found[0] is not None and any(
        one is not None and _is_detail(one["what"]) for one in found
    )


def _is_detail(what: str | None) -> bool:
    return bool(what) and bool(_DETAIL.fullmatch(what or ""))


_DETAIL: Final = re.compile(
    r"(?:reply to .*|edited|\d{1,4} attachments?|[a-z0-9-]{3,40} message).*"
)


def is_markdown(lines: list[str]) -> bool:
    """Whether a text begins as the Markdown of signal-export, which ends lines in two spaces."""
    return _MARKDOWN.fullmatch(lines[0]) is not None and any(line.endswith("  ") for line in lines)


def read_long(lines: Lines, messages: SignalMessages) -> None:
    """Read sigtop's longer form: fields, a blank line, the text, a blank line."""
    for block in _blocks(lines):
        _add_long(block, messages)


def _blocks(lines: Lines) -> Iterator[list[tuple[int, str]]]:
    """Part the lines at each blank one that a new set of fields follows."""
    block: list[tuple[int, str]] = []
    held: list[tuple[int, str]] = []
    for number, line in lines:
        held.append((number, line))
        if _TYPE.fullmatch(line):
            # The set begins with this line, or with the one before, where that names who.
            begin = -2 if len(held) > 1 and held[-2][1].startswith("From: ") else -1
            before = held[begin - 1][1] if len(held) > -begin else block[-1][1] if block else ""
            if before == "":
                block += held[:begin]
                yield block
                block, held = held[begin:], []
                continue
        if len(held) > 2:  # noqa: PLR2004  # a blank line, and who
            block.append(held.pop(0))
    block += held
    yield block


def _add_long(block: list[tuple[int, str]], messages: SignalMessages) -> None:
    if not any(line.startswith("Type: ") for _, line in block[:2]):
        return  # the name of the conversation
    fields: dict[str, list[str]] = {}
    for _, line in block:
        found = _FIELD.fullmatch(line)
        if found is None:
            break
        fields.setdefault(found[1], []).append(found[2])
    rest = [line for _, line in block[sum(map(len, fields.values())) :]]
    place = Locator(message=messages.ordinal, line=block[0][0])
    if "Edited" in fields:
        messages.versions += 1
        rest = _last_version(rest)
    rest = list(dropwhile(lambda line: not line, rest))
    is_reply = bool(rest) and rest[0].startswith("> From: ")
    text, quoted = with_quote(rest) if is_reply else ("\n".join(rest).strip("\n"), None)
    kind = fields.get("Type", ["unknown"])[0]
    files = (messages.file(*_file(one)) for one in fields.get("Attachment", ()))
    messages.add(
        text,
        place,
        at=_sent(fields, messages, place),
        speaker=fields.get("From", [None])[0],
        edited=True if "Edited" in fields else None,
        service=None if kind in _SPOKEN else kind,
        is_system=kind not in _SPOKEN,
        media=tuple(files),
        reactions=tuple(_reactions(fields.get("Reaction", ()))),
        quoted=quoted,
    )


def _sent(fields: dict[str, list[str]], messages: SignalMessages, place: Locator) -> str | None:
    written = (fields.get("Sent") or fields.get("Received") or ["unknown"])[0]
    found = _SENT.fullmatch(written)
    at = _instant(found) if found and found["month"] in _MONTHS else None
    if at is None:
        messages.no_time(written, place)
    return at


def _instant(found: re.Match[str]) -> str | None:
    """The instant, in UTC; None where no calendar or clock has it."""
    numbers = {key: int(value) for key, value in found.groupdict().items() if value.isdecimal()}
    offset = timedelta(hours=numbers["hours"], minutes=numbers["minutes"])
    try:
        local = datetime(
            numbers["year"],
            _MONTHS.index(found["month"]) + 1,
            numbers["day"],
            numbers["hour"],
            numbers["minute"],
            numbers["second"],
            tzinfo=timezone(-offset if found["sign"] == "-" else offset),
        )
        return local.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return None


def _file(written: str) -> tuple[str | None, MediaKind]:
    found = _FILE.fullmatch(written)
    name, kind = (found[1], found[2]) if found else (written, "")
    return (None if name == "no filename" else name, kind_of_content(kind))


def _reactions(written: Iterable[str]) -> Iterator[Reaction]:
    counts: dict[str, int] = {}
    for one in written:
        found = _REACTION.fullmatch(one)
        sign = found[1] if found else one
        counts[sign] = counts.get(sign, 0) + 1
    yield from (Reaction(sign=sign, count=count) for sign, count in counts.items())


def _last_version(lines: list[str]) -> list[str]:
    """The text of the first version listed, which is the last that was sent."""
    bare = [line.removeprefix("|").removeprefix(" ") for line in lines if line.startswith("|")]
    kept: list[str] = []
    for line in bare[1:]:
        if line.startswith("Version: "):
            break
        kept.append(line)
    return list(dropwhile(_FIELD.fullmatch, kept))


def with_quote(lines: list[str]) -> tuple[str, tuple[int, int] | None]:
    """A text, and the span in it of what it quotes: lines with a mark, behind their fields."""
    text = "\n".join(lines).strip("\n")
    kept = text.split("\n")
    count = next((at for at, line in enumerate(kept) if not line.startswith(">")), len(kept))
    quote = [line.removeprefix(">").removeprefix(" ") for line in kept[:count]]
    quote = list(dropwhile(lambda line: not line or _FIELD.fullmatch(line), quote))
    said = "\n".join(quote).strip("\n")
    rest = "\n".join(kept[count:]).strip("\n")
    whole = "\n\n".join(part for part in (said, rest) if part)
    return whole, (0, len(said)) if said else None


def read_short(lines: Lines, messages: SignalMessages) -> None:
    """Read sigtop's shorter form: a line for each message, and the further ones of its text."""
    for number, found, said in _messages(lines, _SHORT, messages, behind_blank=False):
        what = found["what"] if _is_detail(found["what"]) else None
        text = f"[{found['what']}] {said}" if found["what"] and what is None else said
        system = bool(what) and (what or "").endswith(" message")
        many = re.search(r"(\d{1,4}) attachment", what or "")
        place = Locator(message=messages.ordinal, line=number)
        messages.add(
            text,
            place,
            at=_clock(found, messages, place),
            speaker=found["name"],
            edited=True if what and re.search(r"(?:^|, )edited", what) else None,
            service=what if system else None,
            is_system=system,
            media=(Media(kind=MediaKind.FILE),) * (min(int(many[1]), _MOST_FILES) if many else 0),
        )


def parted_by_blanks(lines: Lines) -> bool:
    """Whether a blank line stands before each message, as signal-export writes since 2022.

    Before, each message followed the one before at once. Of the newer form no line within a
    message begins one, though it looks like it: it is somebody's quotation of another chat.
    """
    behind_blank = behind_text = 0
    before = None
    for _, line in lines:
        if before is not None and _MARKDOWN.fullmatch(line):
            if before.strip():
                behind_text += 1
            else:
                behind_blank += 1
        before = line
    return behind_blank * _MOSTLY >= behind_text


_MOSTLY: Final = 20
"""Messages follow each other at once where not one in so many has a blank line before it."""


def read_markdown(lines: Lines, messages: SignalMessages, *, behind_blank: bool) -> None:
    """Read the Markdown of signal-export; `behind_blank` as `parted_by_blanks` says."""
    for number, found, whole in _messages(lines, _MARKDOWN, messages, behind_blank=behind_blank):
        place = Locator(message=messages.ordinal, line=number)
        gone = whole.strip() == _DELETED
        text, media = _without_files(whole, messages)
        text, reactions = _without_reactions(text)
        text, quoted = with_quote([line.rstrip(" ") for line in text.split("\n")])
        messages.add(
            "" if gone else text,
            place,
            at=_clock(found, messages, place),
            speaker=None if found["name"] == "No-Sender" else found["name"],
            deleted=gone,
            media=media,
            reactions=reactions,
            quoted=None if gone else quoted,
        )


def _messages(
    lines: Lines, begins: re.Pattern[str], messages: SignalMessages, *, behind_blank: bool
) -> Iterator[tuple[int, re.Match[str], str]]:
    """Part lines into messages: the first line's number and parts, and all of the text."""
    number, opened, parts = 0, None, list[str]()
    before = ""
    for here, line in lines:
        found = begins.fullmatch(line)
        if found is not None and behind_blank and before.strip():
            messages.headers_within += 1
            found = None
        before = line
        if found is None:
            parts.append(line)
            continue
        if opened is not None:
            yield number, opened, "\n".join(parts).strip("\n")
        number, opened, parts = here, found, [found["text"] or ""]
    if opened is not None:
        yield number, opened, "\n".join(parts).strip("\n")


def _clock(found: re.Match[str], messages: SignalMessages, place: Locator) -> str | None:
    written = f"{found['date']}T{found['time']}"
    if clock_time(written) is None:
        messages.no_time(written, place)
        return None
    return written


def _without_files(text: str, messages: SignalMessages) -> tuple[str, tuple[Media, ...]]:
    """Take the files off the end of a text, which signal-export puts there as links."""
    media = tuple(
        messages.file(found[1] or None, kind_of_file(found[1]))
        for found in _MARKDOWN_FILE.finditer(text)
        if _is_file(found)
    )
    if media:
        text = _MARKDOWN_FILE.sub(lambda found: "" if _is_file(found) else found[0], text)
    return text, media


def _is_file(link: re.Match[str]) -> bool:
    return link[2].startswith(("./media/", "media/"))


def _without_reactions(text: str) -> tuple[str, tuple[Reaction, ...]]:
    line = text.rstrip().rpartition("\n")[2]
    found = _MARKDOWN_REACTIONS.fullmatch(line.strip())
    if found is None:
        return text, ()
    signs = [one.rpartition(": ")[2].strip() for one in found[1].split(", ")]
    counts = {sign: signs.count(sign) for sign in dict.fromkeys(signs) if sign}
    before = text.rstrip()[: -len(line)]
    return before, tuple(Reaction(sign=sign, count=count) for sign, count in counts.items())
