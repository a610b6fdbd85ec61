"""What the header of a mail claims: who, to whom, when, about what, and by which programs."""

from __future__ import annotations

from typing import Final

from qantar.model.read_document import MetaValue
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.mail_header import Header
from qantar.readers.mail_text import iso_date

_ONCE: Final = ("from", "sender", "subject", "date", "message-id", "to")
_META: Final = (
    *("from", "sender", "reply-to", "to", "cc", "bcc", "subject", "message-id", "in-reply-to"),
    *("references", "list-id", "return-path", "x-originating-ip", "user-agent", "x-mailer"),
)
_DELETED: Final = 0x0008  # of X-Mozilla-Status


def header_facts(header: Header, log: FindingLog) -> dict[str, MetaValue]:
    """Give what the header claims, as `mail.…`."""
    found: dict[str, MetaValue] = {}
    for name in _META:
        if value := header.get(name):
            found[f"mail.{name.removeprefix('x-').replace('-', '_')}"] = value
    if said := header.get("date"):
        date = iso_date(said)
        if date is None:
            text = f"The date of the mail, {shown(said)}, is none that can be read."
            log.loss("impossible-date", text)
        else:
            found["mail.date"] = date[0]
            if not date[1]:
                text = f"The date of the mail, {shown(said)}, says no zone that is known."
                log.note("no-zone", f"{text} It is kept as a clock time.")
    received = header.get("received").rpartition(";")[2]
    if received and (date := iso_date(received.strip())):
        found["mail.received"] = date[0]
    if _is_deleted(header.get("x-mozilla-status")):
        found["mail.deleted"] = True
        log.note("hidden-content", "The mail was deleted in its program, and still stands here.")
    return found


def _is_deleted(untrusted_status: str) -> bool:
    try:
        return bool(int(untrusted_status[:8], 16) & _DELETED)
    except ValueError:
        return False


def note_fields(header: Header, log: FindingLog) -> None:
    """Note fields that stand more than once though they may not."""
    for name in _ONCE:
        values = header.all(name)
        if len(values) > 1:
            said = ", ".join(map(shown, values[:4]))
            log.note(
                "duplicate-header",
                f"The header has {len(values):,} fields {name}, which it may have once: {said}. "
                "The first was taken; mail programs may show another.",
            )
