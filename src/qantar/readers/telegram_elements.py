"""The messages of a list in `result.json`, many at a time where they are sound, else one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from qantar.model.finding import Locator
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.json_mending import BrokenValueError, Flaw, mended, strict
from qantar.readers.json_stream import BrokenJsonError, JsonStream

MESSAGE_START: Final = re.compile(
    rb'\{\s{0,64}"id"\s{0,64}:\s{0,64}-?\d{1,20}\s{0,64},\s{0,64}"type"'
)
START_BYTES: Final = 512
"""No match of `MESSAGE_START` is longer."""
_BATCH_BYTES: Final = 256 * 1024
_BETWEEN: Final = re.compile(rb"\}[ \t\r\n]{0,64},[ \t\r\n]{0,64}\{")


def elements(stream: JsonStream, log: FindingLog) -> Iterator[list[dict[str, object]]]:
    """Give the messages of a list that has been entered, in batches.

    A batch is cut where the text between two messages looks like that between the two
    before. Whether it was cut rightly shows when it is decoded: only whole elements, with
    commas between them, are a list.

    Raises:
        BrokenJsonError: the list does not go on.
    """
    gap, slow_until = b"", 0
    while stream.next_element(b"]"):
        if gap and stream.offset >= slow_until:
            if len(stream.data) - stream.at < _BATCH_BYTES:
                stream.more()
            cut = stream.data.rfind(gap, stream.at, stream.at + _BATCH_BYTES)
            if cut >= 0:
                batch = strict(b"[%b]" % stream.data[stream.at : cut + 1])
                if batch is not None:
                    stream.at = cut + 1
                    yield batch
                    continue
                slow_until = stream.base + cut + 1
        one = _element(stream, log)
        if one is not None:
            yield [one]
        gap = _gap(stream)


def _gap(stream: JsonStream) -> bytes:
    """The end of the last message, the beginning of the next, and what is between them."""
    found = _BETWEEN.match(stream.data, max(0, stream.at - 1))
    return found[0] if found else b""


def _element(stream: JsonStream, log: FindingLog) -> dict[str, object] | None:
    """Give the message that stands here; None where it is no message, which is told.

    Raises:
        BrokenJsonError: it is cut short, too long or too deep.
    """
    start, first = stream.offset, stream.at
    data = stream.value()
    first = stream.at - len(data)
    whole = strict(b"[%b]" % data)
    if whole:
        return whole[0]
    try:
        value, flaws = mended(data, start)
    except BrokenValueError:
        log.loss("broken-line", f"No message can be made out at byte {start:,}: {_raw(data)}.")
        # It may have swallowed others, where a quotation mark is missing.
        inner = MESSAGE_START.search(data, 1)
        if inner:
            stream.at = first + inner.start()
        return None
    if not isinstance(value, dict):
        log.loss("broken-line", f"What stands at byte {start:,} is no message: {_raw(data)}.")
        return None
    _tell(flaws, value, log)
    return value


def _raw(data: bytes) -> str:
    return shown(data[:START_BYTES].decode(errors="replace"))


def _tell(flaws: list[Flaw], message: dict[str, object], log: FindingLog) -> None:
    number = message.get("id")
    place = Locator(message=str(number)) if isinstance(number, int | str) else None
    for flaw in flaws:
        say = log.loss if flaw.is_loss else log.note
        say(flaw.code, f"{flaw.text} (byte {flaw.offset:,} of the file).", place)


def decoded(data: bytes) -> object:
    """Decode a key or a name; None where it cannot be."""
    try:
        return mended(data, 0)[0]
    except BrokenValueError:
        return None


def tell_broken(error: BrokenJsonError, log: FindingLog, then: str) -> None:
    """Say where the JSON breaks off, and what that means for the reading."""
    words = f"{error.message[:1].upper()}{error.message[1:]}, at byte {error.offset:,} of the file."
    log.loss(error.code, f"{words} {then}")


def skip_private(stream: JsonStream, key: str, log: FindingLog) -> None:
    """Step over the value of a key that is not about a chat, and say so.

    Raises:
        BrokenJsonError: it is cut short.
    """
    stream.peek()
    start = stream.offset
    stream.skip()
    size = stream.offset - start
    log.note(
        "private-section",
        f"The section {shown(key)} ({size:,} bytes from byte {start:,} on) is about the account "
        "and its owner. It was not read; the original keeps it.",
    )


def look_behind(stream: JsonStream, log: FindingLog) -> None:
    """Say whether anything stands behind the end."""
    if stream.peek():
        words = f"Something stands behind the end of the export, from byte {stream.offset:,} on."
        log.loss("damaged", f"{words} It was not read.")
