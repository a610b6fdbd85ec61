"""Submissions in JSON: as KoboToolbox's API gives them, and ODK Central's OData.

A list, a page of results, or one submission after another. Repeats are lists within a
submission; what stands in one is named with its number, as `persons[2]/name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO, Final, TypeAlias

from qantar.model.finding import Locator
from qantar.readers.caps import MAX_NAME_CHARS
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.json_stream import BrokenJsonError, JsonStream
from qantar.readers.json_values import JsonObject, JsonValue, as_spelled, without_surrogates
from qantar.readers.kobo_fields import MAX_ANSWERS, Submission, bare, degrees
from qantar.readers.telegram_elements import decoded, look_behind, tell_broken

_BEGINS: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}(?:\[\s{0,64})?\{")
_IDS: Final = (b'"_uuid"', b'"meta/instanceID"', b'"meta/rootUuid"')
_MARKS: Final = (b'"_submission_time"', b'"_xform_id_string"', b'"formhub/uuid"')
_ODATA: Final = (b'"__id"', b'"__system"', b'"submissionDate"')
_LISTS: Final = ("results", "value")
_ROOTS: Final = ("meta/rootUuid", "__id", "meta/instanceID", "_uuid")
_OTHER_PAGES: Final = ("next", "previous", "@odata.nextLink")
_PAIR: Final = 2
_INDEX: Final = re.compile(r"\[\d+\]")
_MOST_FIELDS: Final = 2 * MAX_ANSWERS

_Part: TypeAlias = tuple[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a submission stands in the file, in bytes; its number, and the id that stays."""

    number: int
    start: int
    end: int
    root: str | None


@dataclass(slots=True)
class Survey:
    """All submissions of a file, found by reading through it once.

    `beyond` the cap were not looked at; `broken` are no submissions. `is_lines` says that
    several stand behind each other, in no list.
    """

    most: int
    found: list[Found] = field(default_factory=list)
    beyond: int = 0
    broken: int = 0
    attachments: int = 0
    is_lines: bool = False


def is_submissions(head: bytes) -> bool:
    """Whether a file begins as JSON with submissions in it."""
    if not _BEGINS.match(head):
        return False
    kobo = any(one in head for one in _IDS) and any(one in head for one in _MARKS)
    return kobo or all(one in head for one in _ODATA)


def survey(source: BinaryIO, log: FindingLog, most: int) -> Survey:
    """Find up to `most` submissions; what is none, and where the file breaks off, is told."""
    seen = Survey(most)
    page = _page_start(source)
    stream = JsonStream(source, page or 0)
    try:
        if stream.peek() == b"[":
            _survey_list(stream, seen, log)
        else:
            while stream.peek():
                _survey_one(stream, seen, log)
            seen.is_lines = len(seen.found) + seen.broken > 1
        if page is not None:
            while stream.next_key(decoded) is not None:
                stream.skip()
        look_behind(stream, log)
        if page is not None:
            _tell_other_pages(source, log)
    except BrokenJsonError as error:
        tell_broken(error, log, "The submissions before it were read.")
    if seen.beyond:
        text = f"{counted(seen.beyond, 'submission')} beyond the cap of {most:,} were not read."
        log.loss("too-many", f"{text} Split the export.")
    return seen


def _page_start(source: BinaryIO) -> int | None:
    """Where in a page of results their list begins; None where the file is no such page.

    A repeat of a form may have the name of that list, but what has an id is a submission.
    """
    stream, found = JsonStream(source), None
    try:
        stream.enter(b"{")
        while (key := stream.next_key(decoded)) is not None:
            if key in _ROOTS:
                return None
            if key in _LISTS and found is None and stream.peek() == b"[":
                found = stream.offset
            stream.skip()
    except BrokenJsonError:
        pass  # told when it is read
    return found


def _tell_other_pages(source: BinaryIO, log: FindingLog) -> None:
    """Say that a page names one that comes behind it, or one before it: it is not all there is."""
    stream = JsonStream(source)
    stream.enter(b"{")
    while (key := stream.next_key(decoded)) is not None:
        if key in _OTHER_PAGES and stream.peek() == b'"':
            log.loss(
                "truncated",
                f"The file is one of several pages: it names another ({shown(key)}), of which it "
                "holds nothing. Export that too, or all at once, and add it.",
            )
        stream.skip()


def _survey_list(stream: JsonStream, seen: Survey, log: FindingLog) -> None:
    stream.enter(b"[")
    while stream.next_element(b"]"):
        _survey_one(stream, seen, log)


def _survey_one(stream: JsonStream, seen: Survey, log: FindingLog) -> None:
    """Look at the submission that stands here.

    Raises:
        BrokenJsonError: it is cut short, too long or too deep.
    """
    stream.peek()
    start = stream.offset
    data = stream.value()
    if len(seen.found) >= seen.most:
        seen.beyond += 1
        return
    value = as_spelled(data.decode("utf-8", "replace"))
    if not isinstance(value, JsonObject):
        seen.broken += 1
        begins = shown(data[:200].decode("utf-8", "replace"))
        text = f"What stands at byte {start:,} is no submission: {begins}. It was left out."
        log.loss("broken-line", text)
        return
    number = len(seen.found) + seen.broken + 1
    root = _root_of(value)
    seen.attachments += _attachments(value)
    seen.found.append(Found(number=number, start=start, end=stream.offset, root=root))


def _root_of(value: JsonObject) -> str | None:
    said = dict(reversed(value.pairs))  # the first of a repeated key, as when it is read
    texts = (said.get(name) for name in _ROOTS)
    return next((root for one in texts if isinstance(one, str) and (root := bare(one))), None)


def read_one(source: BinaryIO, found: Found, name: str) -> tuple[Submission, str]:
    """Read the submission that was found there; also gives the hash of its bytes."""
    source.seek(found.start)
    data = source.read(found.end - found.start)
    one = Submission(number=found.number, log=FindingLog(name))
    text = data.decode("utf-8", "replace")
    if "\ufffd" in text and "\ufffd".encode() not in data:
        one.log.loss("encoding-damage", "Bytes that are no UTF-8 became U+FFFD.")
    value = as_spelled(text)
    if isinstance(value, JsonObject):
        top = {name for name, _ in value.pairs}
        fields = _Fields(one)
        _look_around(value, one)
        one.take(fields.of(value), odk="__system" in top)
        fields.tell()
    one.finish()
    return one, sha256(data).hexdigest()


@dataclass(slots=True)
class _Fields:
    """Gives the fields of a submission with their full names, however they are nested."""

    one: Submission
    _halves: int = 0
    _cut: int = 0
    _twice: int = 0
    _left: int = _MOST_FIELDS

    def of(self, value: JsonObject) -> Iterator[tuple[str, str, Locator]]:
        """Give name, value and place of each, in the order of the file.

        Lists and groups are opened; an own stack, so that depth costs nothing.
        """
        stack: list[Iterator[tuple[str, JsonValue]]] = [self._parts("", value)]
        while stack and self._left > 0:
            name, inner = next(stack[-1], ("", None))
            if not name:
                stack.pop()
            elif isinstance(inner, JsonObject | list):
                stack.append(self._parts(name, inner))
            elif inner is not None:
                self._left -= 1
                text = self._whole(_text(inner))
                yield name, text, Locator(row=self.one.number, column=name)

    def tell(self) -> None:
        """Say what could not be kept as it was found."""
        log = self.one.log
        if self._halves:
            text = f"{counted(self._halves, 'escape')} for half a character became U+FFFD."
            log.loss("invalid-escape", text)
        if self._cut:
            text = f"{counted(self._cut, 'name')} of more than {MAX_NAME_CHARS:,} characters cut."
            log.loss("too-large", text)
        if self._twice:
            text = f"{counted(self._twice, 'key')} given more than once: the later ones have #2."
            log.note("duplicate-key", text)
        if self._left <= 0:
            text = f"The submission has more than {_MOST_FIELDS:,} fields. The rest was left out."
            log.loss("too-many", text)

    def _parts(self, above: str, value: JsonObject | list[JsonValue]) -> Iterator[_Part]:
        if isinstance(value, list):
            for number, inner in enumerate(value, start=1):
                yield f"{above}[{number}]", inner
            return
        plain = _INDEX.sub("", above) + "/"
        counts: dict[str, int] = {}
        for key, inner in value.pairs:
            counts[key] = count = counts.get(key, 0) + 1
            whole = self._whole(key)
            self._twice += count > 1
            if above:  # Kobo names what stands in a repeat by its whole path
                whole = f"{above}/{whole.removeprefix(plain)}"
            yield self._short(f"{whole}#{count}" if count > 1 else whole) or "/", inner

    def _short(self, name: str) -> str:
        self._cut += len(name) > MAX_NAME_CHARS
        return name[:MAX_NAME_CHARS]

    def _whole(self, text: str) -> str:
        if text.isprintable():
            return text
        whole, halves = without_surrogates(text)
        self._halves += halves
        return whole


def _text(value: str | bool) -> str:  # noqa: FBT001  # a JSON value, not a switch
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _look_around(value: JsonObject, one: Submission) -> None:
    """Take in where it was filled in, and how many files it names."""
    if files := _attachments(value):
        one.facts["kobo.attachments"] = files
    for name, inner in value.pairs:
        if name == "_geolocation" and isinstance(inner, list) and len(inner) == _PAIR:
            place = [degrees(each) if isinstance(each, str) else None for each in inner]
            one.place_at(place[0], place[1])


def _attachments(value: JsonObject) -> int:
    named = (inner for name, inner in value.pairs if name == "_attachments")
    return sum(len(one) for one in named if isinstance(one, list))
