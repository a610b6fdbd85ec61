"""The header of a mail or of a part of one: its fields as written, and what they say decoded.

Mails come with every fault there is: raw letters beyond ASCII, encoded words cut in the
middle, names in three ways. What can be read is read; nothing here raises.

Source: RFC 5322 (fields), RFC 2047 (encoded words), RFC 2231 (parameters), RFC 2045 and
2183 (content type and disposition).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_to_bytes

from qantar.readers.charsets import codec_of, decode_header, without_halves

MAX_FIELDS: Final = 2_000
MAX_HEADER_BYTES: Final = 1024 * 1024
MAX_VALUE_CHARS: Final = 64 * 1024
_MAX_PARAMETERS: Final = 100
_MAX_SECTIONS: Final = 1_000

_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
_ENCODED: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")
_FOLD: Final = re.compile(r"\r\n|\n|\r")
_PARAMETER: Final = re.compile(
    r"\s*;\s*([^\s=;]{1,200})\s*=\s*(\"(?:[^\"\\]|\\.)*(?:\"|\Z)|[^;]*)", re.DOTALL
)
_SECTION: Final = re.compile(r"(.+?)(?:\*(\d{1,4}))?(\*)?\Z", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderField:
    """One field: its name as written, its value unfolded and decoded, the line it begins on."""

    name: str
    value: str
    line: int


@dataclass(slots=True)
class Header:
    """The fields in the order in which they stand.

    `end` is where the body begins. `stray` is what stands where a field should, at which
    the header was taken to end; `left_out` counts fields beyond the cap.
    """

    fields: list[HeaderField] = field(default_factory=list)
    end: int = 0
    stray: str = ""
    left_out: int = 0
    cut: bool = False

    def get(self, name: str) -> str:
        """Give the first value of a field; "" where there is none."""
        return next((one.value for one in self.fields if one.name.lower() == name), "")

    def all(self, name: str) -> list[str]:
        """Give every value of a field."""
        return [one.value for one in self.fields if one.name.lower() == name]

    @property
    def media_type(self) -> str:
        """The content type, lower case, without its parameters; text/plain where none is."""
        found = _TOKEN.match(self.get("content-type").strip())
        return found[0].lower() if found else "text/plain"

    @property
    def charset(self) -> str | None:
        """The encoding that the content type names."""
        return parameters(self.get("content-type")).get("charset") or None

    @property
    def file_name(self) -> str | None:
        """The name that the part is to have as a file, as data."""
        said = parameters(self.get("content-disposition")).get("filename")
        said = said or parameters(self.get("content-type")).get("name")
        return decode_words(said).strip() or None if said else None

    @property
    def is_attachment(self) -> bool:
        """Whether the part says that it is no text of the mail itself."""
        return self.get("content-disposition").strip().lower().startswith("attachment")


def parse_header(data: bytes, start: int, end: int) -> Header:
    """Read the header that begins at `start`; it ends at an empty line, or before `end`."""
    header = Header()
    at, line = start, 0
    pieces: list[bytes] = []
    first_line = 0
    limit = min(end, start + MAX_HEADER_BYTES)
    while at < end:
        found = _LINE_END.search(data, at, end)
        stop, after = found.span() if found else (end, end)
        line += 1
        if stop == at:  # an empty line
            at = after
            break
        if data[at] in b" \t" and pieces:
            pieces.append(data[at:stop])
        elif _FIELD.match(data, at, stop):
            _keep(header, pieces, first_line)
            pieces, first_line = [data[at:stop]], line
        elif line > 1 or not data.startswith((b"From ", b">From "), at, stop):
            header.stray = decode_header(data[at : min(stop, at + 200)])
            break
        at = after
        if at > limit:
            header.cut = True
            break
    _keep(header, pieces, first_line)
    header.end = at
    return header


def _keep(header: Header, pieces: list[bytes], line: int) -> None:
    if not pieces:
        return
    if len(header.fields) >= MAX_FIELDS:
        header.left_out += 1
        return
    raw = b"\n".join(pieces)[:MAX_VALUE_CHARS]
    name, _, value = raw.partition(b":")
    said = decode_words(decode_header(value))
    header.fields.append(
        HeaderField(name=name.decode("ascii").strip(), value=said.strip(), line=line)
    )


def decode_words(untrusted_value: str) -> str:
    """Unfold a value and put text for its encoded words."""
    value = _FOLD.sub("", untrusted_value)
    if "=?" not in value:
        return without_halves(value)
    pieces: list[str] = []
    held, held_codec, at = b"", "", 0
    for found in _ENCODED.finditer(value):
        codec = codec_of(found[1].partition("*")[0])
        raw = _word_bytes(found[2], found[3])
        between = value[at : found.start()]
        touches = at > 0 and not between.strip()
        if held_codec and not (touches and codec == held_codec):
            pieces.append(held.decode(held_codec, "replace"))
            held, held_codec = b"", ""
        if not touches:
            pieces.append(between)
        if codec is None or raw is None:
            pieces.append(found[0])
        else:
            held, held_codec = held + raw, codec
        at = found.end()
    if held_codec:
        pieces.append(held.decode(held_codec, "replace"))
    pieces.append(value[at:])
    return without_halves("".join(pieces))


def _word_bytes(how: str, said: str) -> bytes | None:
    data = said.encode("ascii", "ignore")
    if how in "qQ":
        return binascii.a2b_qp(data, header=True)
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4)) or None
    except binascii.Error:
        return None


def parameters(untrusted_value: str) -> dict[str, str]:
    """Give the parameters of a value such as a content type, their names lower case."""
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, value in _raw_parameters(untrusted_value):
        cut = _SECTION.match(name)
        if cut is None or (cut[2] is None and cut[3] is None):
            plain.setdefault(name, value)
            continue
        known = sections.setdefault(cut[1], {})
        if len(known) < _MAX_SECTIONS:
            known.setdefault(int(cut[2] or 0), (value, cut[3] is not None))
    return {**plain, **{name: _joined(known) for name, known in sections.items()}}


def _raw_parameters(value: str) -> Iterator[tuple[str, str]]:
    at = value.find(";")
    for _ in range(_MAX_PARAMETERS):
        if at < 0:
            return
        found = _PARAMETER.match(value, at)
        if found is None:
            at = value.find(";", at + 1)
            continue
        said = found[2].strip()
        if said.startswith('"'):
            said = _ESCAPED.sub(r"\1", said[1:].removesuffix('"'))
        yield found[1].lower(), said
        at = value.find(";", found.end())


def _joined(known: dict[int, tuple[str, bool]]) -> str:
    """Put a value together again that was cut into numbered sections (RFC 2231)."""
    codec, pieces = "utf-8", []
    for at, (number, (value, is_encoded)) in enumerate(sorted(known.items())):
        said = value
        if is_encoded and at == 0 and number == 0 and said.count("'") > 1:
            label, _, rest = said.split("'", 2)
            codec, said = codec_of(label) or "utf-8", rest
        pieces.append(unquote_to_bytes(said) if is_encoded else said.encode(codec, "replace"))
    return without_halves(b"".join(pieces).decode(codec, "replace"))
