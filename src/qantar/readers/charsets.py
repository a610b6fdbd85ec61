"""Decode text whose container names its encoding: a page, or a part of a mail.

What the container says is tried first. Where it cannot be so, the bytes decide, and a
finding says which of the two was believed, and how much could not be decoded.

Source: the WHATWG Encoding Standard, for the names that mean windows-1252.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from qantar.model.finding import Locator
from qantar.readers.encoding import choose_encoding
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.text_codecs import BOMS, TEXT_CODECS, spoken

# Text encodings of mail that carry state, which no table has.
_STATEFUL: Final = frozenset({"iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_kr", "hz"})
_MORE: Final = frozenset({"utf-7", "euc_jis_2004", "shift_jisx0213", "johab"})
_KNOWN: Final = TEXT_CODECS.all | _STATEFUL | _MORE
_LATIN: Final = frozenset({"iso8859-1", "ascii"})
_HALF: Final = re.compile("[\ud800-\udfff]")
_LONGEST_LABEL: Final = 60
_SURE_LETTERS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text, and the encoding that it was read in, as people call it."""

    text: str
    encoding: str


def codec_of(untrusted_label: str) -> str | None:
    """Give the codec of an encoding's name as mails and pages spell it, or None."""
    label = untrusted_label.strip().strip("\"'").lower()
    if not label.isascii() or not 0 < len(label) <= _LONGEST_LABEL:
        return None
    for name in (
        label,
        label.removeprefix("x-"),
        label.replace("cp-", "cp").replace("x-mac-", "mac-"),
    ):
        try:
            codec = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        if codec in _KNOWN:
            return codec
    return None


def decode(
    data: bytes, label: str | None, *, what: str, log: FindingLog, where: Locator | None = None
) -> Decoded:
    """Decode bytes in the encoding that their container names, or else in the one that fits.

    Args:
        data: the bytes.
        label: the name given, if any.
        what: who says so, to begin a sentence with: "The page".
        log: where a doubt or damage is told.
        where: the part meant.
    """
    for mark, codec in BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], codec, log, where)
    codec_named = codec_of(label) if label else None
    if label and codec_named is None:
        log.note(
            "encoding-guessed",
            f"{what} names the encoding {shown(label)}, which is none that Qantar knows.",
            where,
        )
    if codec_named is None:
        return _detected(data, log, where)
    return _declared(data, codec_named, what, log, where)


def decode_header(data: bytes) -> str:
    """Decode raw bytes of a header: UTF-8, or else what their letters read as."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        found = choose_encoding(BytesIO(data), declared=None, log=FindingLog(""))
        return data.decode(found.codec, "replace")


def _declared(
    data: bytes, codec: str, what: str, log: FindingLog, where: Locator | None
) -> Decoded:
    if codec in {"utf-16", "utf-32"}:
        codec = f"{codec}-le"
    if data.isascii() and codec not in _STATEFUL and codec != "utf-7" and "16" not in codec:
        return _decoded(data, codec, log, where)
    if codec in _LATIN:
        codec = "cp1252"
    if codec not in {"utf-8", *_STATEFUL} and _is_utf8(data):
        log.note(
            "encoding-guessed",
            f"{what} says that it is {spoken(codec)}, but every byte of it is valid UTF-8, and so "
            "it was read.",
            where,
        )
        codec = "utf-8"
    elif codec == "utf-8" and not _is_nearly_utf8(data):
        log.note(
            "encoding-guessed",
            f"{what} says that it is UTF-8, which most of its letters are not. The encoding was "
            "found out from them.",
            where,
        )
        return _detected(data, log, where)
    return _decoded(data, codec, log, where)


def _is_utf8(data: bytes) -> bool:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(data) - len(text) >= _SURE_LETTERS


def _is_nearly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    return bad == 0 or good >= bad


def _detected(data: bytes, log: FindingLog, where: Locator | None) -> Decoded:
    own = FindingLog(log.file)
    found = choose_encoding(BytesIO(data), declared=None, log=own)
    for finding in own.findings():
        add = log.loss if finding.severity == "loss" else log.note
        add(finding.code, finding.text, where)
    return _decoded(data[found.mark :], found.codec, log, where)


def _decoded(data: bytes, codec: str, log: FindingLog, where: Locator | None) -> Decoded:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        text = data.decode(codec, "replace")
        bad = text.count("\ufffd")
        log.loss(
            "encoding-damage",
            f"{counted(bad, 'place')} that cannot be decoded as {spoken(codec)}, the first at "
            f"byte {error.start:,} (hexadecimal {data[error.start : error.start + 8].hex(' ')}). "
            "Each was replaced by U+FFFD.",
            where,
        )
    return Decoded(text=without_halves(text), encoding=spoken(codec))


def without_halves(text: str) -> str:
    """Replace halves of characters, which some codecs let through and no text may have."""
    return _HALF.sub("\ufffd", text)
