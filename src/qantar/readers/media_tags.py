"""Tags of sound recordings: ID3 of MP3, and the comments of Vorbis, Opus and FLAC.

Source: ID3v2.3 and ID3v2.4 "Informal standard" (2000), ID3v2.2 (1998), ID3v1; Xiph.Org,
"Ogg Vorbis I format specification: comment field".
"""

from __future__ import annotations

from typing import BinaryIO, Final

from qantar.readers.finding_log import counted
from qantar.readers.media_claims import Claims

MAX_TAG_BYTES: Final = 16 * 1024 * 1024
_MAX_FRAMES: Final = 2_000
_MAX_COMMENTS: Final = 2_000
_CODECS: Final = ("latin-1", "utf-16", "utf-16-be", "utf-8")
# Names of ID3v2.2 that have others now.
_OLD: Final = {
    "TT2": "TIT2", "TP1": "TPE1", "TAL": "TALB", "TYE": "TYER", "TCO": "TCON", "COM": "COMM",
    "TSS": "TSSE", "TCR": "TCOP", "TXX": "TXXX", "TDA": "TDAT", "PIC": "APIC", "TEN": "TENC",
}  # fmt: skip
_PERSONAL: Final = frozenset({"PRIV", "UFID", "OWNE", "TENC", "TOWN", "GEOB"})
_PICTURES: Final = frozenset({"APIC", "GEOB"})


def read_id3(source: BinaryIO, claims: Claims) -> int:
    """Read the tag that a file begins with, if it does; gives the bytes that it takes."""
    source.seek(0)
    head = source.read(10)
    if head[:3] != b"ID3" or len(head) < 10:  # noqa: PLR2004
        return 0
    version, flags = head[3], head[5]
    size = _seven_bits(head[6:10])
    data = source.read(min(size, MAX_TAG_BYTES))
    claims.keep("container.tags", f"ID3v2.{version}")
    if len(data) < size:
        text = f"The tag says to have {counted(size - len(data), 'byte')} more than were read."
        claims.log.loss("truncated" if size <= MAX_TAG_BYTES else "too-large", text)
    if flags & 0x80:
        data = data.replace(b"\xff\x00", b"\xff")
    if flags & 0x40 and len(data) > 4:  # noqa: PLR2004  # more about the tag itself
        more = _seven_bits(data[:4]) if version == 4 else int.from_bytes(data[:4], "big") + 4  # noqa: PLR2004
        data = data[more:]
    _frames(data, version, claims)
    return size + 10


def _frames(data: bytes, version: int, claims: Claims) -> None:
    is_old = version == 2  # noqa: PLR2004
    long = 6 if is_old else 10
    at = 0
    for _ in range(_MAX_FRAMES):
        name_size = 3 if is_old else 4
        name = data[at : at + name_size]
        if len(data) < at + long or not name.strip(b"\0"):
            return
        if is_old:
            size = int.from_bytes(data[at + 3 : at + 6], "big")
        elif version == 4:  # noqa: PLR2004
            size = _seven_bits(data[at + 4 : at + 8])
        else:
            size = int.from_bytes(data[at + 4 : at + 8], "big")
        body = data[at + long : at + long + size]
        if not name.isalnum() or len(body) < size:
            claims.log.loss("damaged", "The tags of the recording cannot be followed to their end.")
            return
        word = name.decode("ascii")
        _frame(_OLD.get(word, word) if is_old else word, body, claims)
        at += long + size
    claims.log.loss("too-many", f"There are more than {_MAX_FRAMES:,} tags. The rest was not read.")


def _frame(name: str, body: bytes, claims: Claims) -> None:
    if name in _PICTURES:
        size = counted(len(body), "byte")
        text = f"A picture or file of {size} stands in the tags. It was not read."
        claims.log.note("hidden-content", text)
    elif name in _PERSONAL:
        claims.say(f"protected.container.{name.lower()}", body[:200].decode("latin-1"))
    elif name == "TXXX" and body:
        told, _, text = _decoded(body[0], body[1:]).partition("\0")
        claims.tag(told, text)
    elif name in ("COMM", "USLT") and len(body) > 4:  # noqa: PLR2004  # its coding, its language
        _, _, text = _decoded(body[0], body[4:]).partition("\0")
        claims.tag("comment" if name == "COMM" else "lyrics", text.lstrip("\ufeff"))
    elif name.startswith("T") and body:
        claims.tag(name, _decoded(body[0], body[1:]).strip("\0").replace("\0", "; "))
    elif name.startswith("W"):
        claims.tag(name, body.decode("latin-1"))


def _decoded(code: int, data: bytes) -> str:
    codec = _CODECS[code] if code < len(_CODECS) else "latin-1"
    return data.decode(codec, "replace").replace("\ufeff", "")


def _seven_bits(data: bytes) -> int:
    """Read a number of four times seven bits."""
    number = 0
    for byte in data[:4]:
        number = number << 7 | byte & 0x7F
    return number


def read_id3v1(source: BinaryIO, claims: Claims) -> None:
    """Read the tag of 128 bytes that old programs put at the end; said again, it is not kept."""
    size = source.seek(0, 2)
    source.seek(max(0, size - 128))
    data = source.read(128)
    if len(data) != 128 or data[:3] != b"TAG":  # noqa: PLR2004
        return
    for name, start, end in (
        ("tit2", 3, 33),
        ("tpe1", 33, 63),
        ("talb", 63, 93),
        ("comm", 97, 125),
    ):
        text = data[start:end].partition(b"\0")[0].decode("latin-1").strip()
        known = str(claims.facts.get(f"container.{_V1[name]}", ""))
        if text and not known.startswith(text):
            claims.tag(name, text)


_V1: Final = {"tit2": "title", "tpe1": "artist", "talb": "album", "comm": "comment"}


def read_comments(data: bytes, claims: Claims) -> None:
    """Read comments of Vorbis, Opus and FLAC: a program's name, then NAME=text."""
    program, at = _counted_text(data, 0)
    claims.tag("encoder", program)
    if at + 4 > len(data):
        claims.log.loss("damaged", "The tags end within what begins them.")
        return
    count = int.from_bytes(data[at : at + 4], "little")
    at += 4
    for number in range(count):
        if at + 4 > len(data):
            claims.log.loss("damaged", f"Of {count:,} tags only {number:,} are there.")
            return
        if number >= _MAX_COMMENTS:
            text = f"There are {count:,} tags. The first {_MAX_COMMENTS:,} were read."
            claims.log.loss("too-many", text)
            return
        text, at = _counted_text(data, at)
        name, _, value = text.partition("=")
        if name.upper() == "METADATA_BLOCK_PICTURE":
            text = (
                f"A picture of {counted(len(value), 'letter')} stands in the tags. It was not read."
            )
            claims.log.note("hidden-content", text)
        else:
            claims.tag(name, value)


def _counted_text(data: bytes, at: int) -> tuple[str, int]:
    size = int.from_bytes(data[at : at + 4], "little")
    end = min(at + 4 + size, len(data))
    return data[at + 4 : end].decode("utf-8", "replace"), end
