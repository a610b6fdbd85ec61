"""One chat of `result.json` into one document, over whatever is broken in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qantar.readers.answer import DocumentWriter, MetaValue
from qantar.readers.chat_writer import ChatWriter
from qantar.readers.finding_log import FindingLog
from qantar.readers.json_stream import BrokenJsonError, JsonStream
from qantar.readers.telegram_elements import (
    MESSAGE_START,
    START_BYTES,
    decoded,
    elements,
    look_behind,
    skip_private,
    tell_broken,
)
from qantar.readers.telegram_message import UNRELIABLE, TelegramMessages

READER: Final = "telegram"
VERSION: Final = 1
MEDIA_TYPE: Final = "application/json"
HEADED: Final = ("name", "type", "id")
"""What is known of a chat beside its messages."""
# Chats in which Telegram numbers messages for that chat alone.
_OWN_NUMBERS: Final = frozenset(
    {"public_supergroup", "private_supergroup", "public_channel", "private_channel"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whence:
    """The export that a chat was found in, and which of its chats it is."""

    parent: str
    number: int
    sha256: str


class Chat:
    """Reads one chat into one document."""

    def __init__(
        self,
        stream: JsonStream,
        log: FindingLog,
        out: DocumentWriter,
        members: frozenset[str] | None,
        whence: Whence | None = None,
    ) -> None:
        """Stand before it; `members` as in `telegram_json.read_json`."""
        self._stream, self._log, self._out, self._whence = stream, log, out, whence
        self._members = members
        self._head: dict[str, MetaValue] = {}
        self._writer: ChatWriter | None = None
        self._messages: TelegramMessages | None = None
        self._stuck = -1

    def read(self) -> None:
        """Read it to its end, over whatever is broken in it."""
        resumed = False
        while True:
            try:
                self._read_on(resumed=resumed)
                look_behind(self._stream, self._log)
                break
            except BrokenJsonError as error:
                resumed = self._find_next(error)
                if not resumed:
                    break
        self._finish()

    def _find_next(self, error: BrokenJsonError) -> bool:
        """Step to the next message that begins behind the damage, if there is one."""
        # What did not fit in may itself be the beginning of a message; but never twice.
        if error.code != "damaged" or error.offset == self._stuck:
            self._stream.at += 1
        self._stuck = error.offset
        if self._stream.find(MESSAGE_START, START_BYTES):
            lost = BrokenJsonError(
                "damaged" if error.code == "truncated" else error.code, error.message, error.offset
            )
            then = f"What stands there up to byte {self._stream.offset:,} was not read."
            tell_broken(lost, self._log, then)
            return True
        tell_broken(error, self._log, "Everything before it was read.")
        return False

    def _read_on(self, *, resumed: bool) -> None:
        stream = self._stream
        if resumed:
            self._read_messages()
        else:
            stream.enter(b"{")
        while (key := stream.next_key(decoded)) is not None:
            if key == "messages":
                stream.enter(b"[")
                self._read_messages()
            elif key in HEADED:
                value = decoded(stream.value())
                if isinstance(value, str | int) and value != "":
                    self._head[f"telegram.{key}"] = value
            elif key == "about":
                stream.skip()
            else:
                skip_private(stream, key, self._log)

    def _read_messages(self) -> None:
        messages = self._messages or self._begin()
        for batch in elements(self._stream, self._log):
            for one in batch:
                messages.add(one)

    def _begin(self) -> TelegramMessages:
        whence, head = self._whence, self._head
        words = [str(head[key]) for key in ("telegram.type", "telegram.id") if key in head]
        member = str(head.get("telegram.name", " ".join(words) or "chat"))
        self._out.begin(
            reader=READER,
            version=VERSION,
            media_type=MEDIA_TYPE,
            encoding="utf-8",
            parent=whence.parent if whence else None,
            member=member if whence else None,
            sha256=whence.sha256 if whence else None,
            meta=head,
        )
        self._writer = ChatWriter(self._out, self._log)
        self._messages = TelegramMessages(self._writer, self._log, self._members)
        return self._messages

    def _finish(self) -> None:
        messages = self._messages or self._begin()
        if self._writer is not None:
            if not self._writer.messages:
                self._log.loss("empty", "The chat holds no message.")
            self._writer.finish(edits_are_unreliable=UNRELIABLE)
        kind = self._head.get("telegram.type")
        messages.report(shared=kind not in _OWN_NUMBERS if kind else None)
        self._log.write_to(self._out)
        self._out.end(meta=self._head)
