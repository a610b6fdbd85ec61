"""Telegram: chats that Telegram Desktop exported, as `result.json` or as pages of HTML."""

from __future__ import annotations

import re
from typing import BinaryIO, Final

from qantar.readers.answer import DocumentWriter
from qantar.readers.finding_log import FindingLog
from qantar.readers.job import Job
from qantar.readers.media_type import HTML, JSON, report_extension
from qantar.readers.start import Start
from qantar.readers.telegram_chat import READER, VERSION
from qantar.readers.telegram_html import is_page, is_private_page, read_html, read_private
from qantar.readers.telegram_json import read_json

__all__ = ["READER", "VERSION", "knows", "read", "streams"]

_OBJECT: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}\{")
_MESSAGES: Final = re.compile(rb'"messages"\s{0,64}:\s{0,64}\[')
_MESSAGE: Final = re.compile(
    rb'\{\s{0,64}"id"\s{0,64}:\s{0,64}-?\d{1,20}\s{0,64},\s{0,64}"type"\s{0,64}:\s{0,64}'
    rb'"(?:message|service|unsupported)"'
)
_KIND: Final = re.compile(
    rb'"type"\s{0,64}:\s{0,64}"(?:saved_messages|replies|verification_codes|personal_chat|bot_chat'
    rb'|private_group|private_supergroup|public_supergroup|private_channel|public_channel)"'
)
_SECTIONS: Final = re.compile(
    rb'"(?:personal_information|profile_pictures|frequent_contacts|web_sessions|left_chats)"'
    rb'\s{0,64}:|"chats"\s{0,64}:\s{0,64}\{\s{0,64}"about"'
)


def knows(start: Start) -> bool:
    """Whether a file is an export of Telegram Desktop, by how it begins."""
    head = start.head
    if not _OBJECT.match(head):
        return is_page(head) or is_private_page(head)
    if _MESSAGES.search(head):
        return bool(_KIND.search(head) or _MESSAGE.search(head))
    return bool(_SECTIONS.search(head))


def streams(head: bytes) -> bool:
    """Whether what begins so, if it is an export, is read without ever being held whole."""
    return bool(_OBJECT.match(head))


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read an export; see `registry.read`."""
    log = FindingLog(job.name)
    if job.encoding:
        log.note("setting-unused", "Exports of Telegram are UTF-8; `encoding` has no use here.")
    source.seek(0)
    head = source.read(_HEAD_BYTES)
    if is_page(head):
        report_extension(HTML, job.name, log)
        read_html(source, log, out)
    elif is_private_page(head):
        report_extension(HTML, job.name, log)
        read_private(log, out)
    else:
        report_extension(JSON, job.name, log)
        read_json(source, log, out, _members(out))


def _members(out: DocumentWriter) -> frozenset[str] | None:
    """Give the files that came with an export in an archive; None where there is none."""
    return (out.inside.beside() or None) if out.inside else None


_HEAD_BYTES: Final = 64 * 1024
