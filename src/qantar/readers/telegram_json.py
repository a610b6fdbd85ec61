"""`result.json` of Telegram Desktop: one chat, or a whole account without its private parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Final

from qantar.readers.answer import DocumentWriter
from qantar.readers.finding_log import FindingLog, counted
from qantar.readers.json_stream import BrokenJsonError, JsonStream
from qantar.readers.telegram_chat import MEDIA_TYPE, READER, VERSION, Chat, Whence
from qantar.readers.telegram_elements import decoded, look_behind, skip_private, tell_broken

MAX_CHATS: Final = 100_000
_CHAT_LISTS: Final = ("chats", "left_chats")


def read_json(
    source: BinaryIO,
    log: FindingLog,
    out: DocumentWriter,
    members: frozenset[str] | None = None,
) -> None:
    """Read an export; the documents are begun and ended here.

    Args:
        source: the file, seekable.
        log: of that file; what it holds already is told in the first document.
        out: receives a document for one chat; of an account, one for the export and one
            for each chat.
        members: the names of the files beside it, as the export would name them; None
            where they are not known.
    """
    if _is_account(JsonStream(source)):
        _read_account(source, log, out, members)
        return
    Chat(JsonStream(source), log, out, members).read()


def _is_account(stream: JsonStream) -> bool:
    """Whether lists of chats come before any messages."""
    try:
        stream.enter(b"{")
        while (key := stream.next_key(decoded)) is not None:
            if key == "messages":
                return False
            if key in _CHAT_LISTS:
                return True
            stream.skip()
    except BrokenJsonError:
        pass
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Where in an account's export a chat stands, and the hash of its bytes."""

    start: int
    end: int
    sha256: str


def _read_account(
    source: BinaryIO, log: FindingLog, out: DocumentWriter, members: frozenset[str] | None
) -> None:
    """Read the chats of an account, each as a document, and say what was left unread."""
    meta = {"telegram.export": "account"}
    export = out.begin(
        reader=READER, version=VERSION, media_type=MEDIA_TYPE, encoding="utf-8", meta=meta
    )
    chats: list[_Found] = []
    stream = JsonStream(source)
    try:
        _survey(stream, chats, log, out.room(MAX_CHATS))
        look_behind(stream, log)
    except BrokenJsonError as error:
        tell_broken(error, log, "The chats before it were read, the last one as far as it goes.")
    if not chats:
        log.loss("empty", "The export holds no chat.")
    log.write_to(out)
    out.end(meta={"telegram.chats": len(chats)})
    for number, chat in enumerate(chats, start=1):
        part = JsonStream(source, chat.start, chat.end)
        whence = Whence(parent=export, number=number, sha256=chat.sha256)
        Chat(part, FindingLog(log.file), out, members, whence).read()


def _survey(stream: JsonStream, chats: list[_Found], log: FindingLog, most: int) -> None:
    """Find up to `most` chats, and name the sections that are not read.

    Raises:
        BrokenJsonError: the export is cut short or damaged; what came before is in `chats`.
    """
    stream.enter(b"{")
    while (key := stream.next_key(decoded)) is not None:
        if key in _CHAT_LISTS:
            _survey_list(stream, chats, log, most)
        elif key == "about":
            stream.skip()
        else:
            skip_private(stream, key, log)


def _survey_list(stream: JsonStream, chats: list[_Found], log: FindingLog, most: int) -> None:
    if stream.peek() == b"{":
        stream.enter(b"{")
        while (key := stream.next_key(decoded)) is not None:
            if key == "list":
                _survey_chats(stream, chats, log, most)
            else:
                stream.skip()
    else:
        _survey_chats(stream, chats, log, most)


def _survey_chats(stream: JsonStream, chats: list[_Found], log: FindingLog, most: int) -> None:
    stream.enter(b"[")
    beyond = 0
    while stream.next_element(b"]"):
        start = stream.offset
        stream.start_hash()
        try:
            stream.skip()
        finally:
            found = _Found(start=start, end=stream.offset, sha256=stream.end_hash())
            if len(chats) < most:
                chats.append(found)
            else:
                beyond += 1
    if beyond:
        text = f"{counted(beyond, 'chat')} beyond the cap of {most:,} not read."
        log.loss("too-many", f"{text} Export fewer chats, or add this file by itself.")
