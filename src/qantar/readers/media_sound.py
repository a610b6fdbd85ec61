"""Sound recordings, and films in RIFF: how long they are, what of, and what their tags claim.

Source: Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0"
(RIFF, INFO); EBU Tech 3285 (`bext`); RFC 9639 (FLAC); RFC 3533 (Ogg), RFC 7845 (Opus);
Gabriel Bouvigne, "MP3 info tag" for the count of frames; RFC 4867, section 5 (AMR).
"""

from __future__ import annotations

from typing import BinaryIO, Final

from qantar.readers.finding_log import counted, shown
from qantar.readers.media_claims import Claims
from qantar.readers.media_marks import Frame
from qantar.readers.media_tags import read_comments, read_id3, read_id3v1

_MAX_CHUNKS: Final = 100_000
_MAX_SMALL: Final = 1024 * 1024
_LOOK_AHEAD: Final = 64 * 1024
_MAX_BLOCKS: Final = 10_000
_LISTS: Final = (b"INFO", b"hdrl", b"strl")
_CODECS: Final = {
    1: "PCM",
    3: "float PCM",
    6: "A-law",
    7: "mu-law",
    0x55: "MP3",
    0xFFFE: "extended",
}


def read_riff(source: BinaryIO, claims: Claims) -> str:
    """Read WAV and AVI: their chunks one after another, and those in lists."""
    size = source.seek(0, 2)
    source.seek(8)
    is_film = source.read(4) == b"AVI "
    claims.keep("container.format", "AVI" if is_film else "WAV")
    at, said = 12, dict[bytes, int]()
    for _ in range(_MAX_CHUNKS):
        if at + 8 > size:
            break
        source.seek(at)
        head = source.read(8)
        kind, length = head[:4], int.from_bytes(head[4:], "little")
        if kind == b"LIST" and source.read(4) in _LISTS:
            at += 12
            continue
        if at + 8 + length > size:
            text = f"The part {shown(kind.decode('latin-1'))} says to be longer than the file."
            claims.log.loss("truncated", text)
            length = size - at - 8
        if kind == b"data":
            said[b"data"] = length
        else:
            source.seek(at + 8)
            _chunk(kind, source.read(min(length, _MAX_SMALL)), said, claims)
        at += 8 + length + length % 2
    else:
        claims.log.loss("too-many", "There are too many parts. The rest was not read.")
    if said.get(b"rate") and said.get(b"data"):
        claims.keep("container.duration", round(said[b"data"] / said[b"rate"], 3))
    return "video/x-msvideo" if is_film else "audio/wav"


def _chunk(kind: bytes, data: bytes, said: dict[bytes, int], claims: Claims) -> None:
    if kind == b"fmt " and len(data) >= 16:  # noqa: PLR2004
        code = int.from_bytes(data[:2], "little")
        claims.say("container.codec", _CODECS.get(code, f"number {code}"))
        claims.keep("container.channels", int.from_bytes(data[2:4], "little"))
        claims.keep("container.sample_rate", int.from_bytes(data[4:8], "little"))
        said[b"rate"] = int.from_bytes(data[8:12], "little")
    elif kind == b"avih" and len(data) >= 40:  # noqa: PLR2004
        step, frames = (int.from_bytes(data[at : at + 4], "little") for at in (0, 16))
        wide, high = (int.from_bytes(data[at : at + 4], "little") for at in (32, 36))
        claims.keep("container.width", wide)
        claims.keep("container.height", high)
        if step and frames:
            claims.keep("container.duration", round(step * frames / 1e6, 3))
    elif kind == b"strh" and len(data) >= 8:  # noqa: PLR2004
        claims.say("container.codec", data[4:8].decode("latin-1"))
    elif kind == b"bext" and len(data) >= 348:  # noqa: PLR2004
        claims.tag("description", _text(data[:256]))
        claims.say("protected.container.originator", _text(data[256:288]))
        claims.say("protected.container.originator_reference", _text(data[288:320]))
        day, clock = _text(data[320:330]), _text(data[330:338])
        claims.moment("container.datetime", f"{day.replace(':', '-')} {clock.replace('-', ':')}")
    elif kind in (b"id3 ", b"ID3 "):
        claims.log.note("hidden-content", "Tags of another kind (ID3) stand in it, not read.")
    elif kind[:1] == b"I" and kind.isalnum() and kind.upper() == kind:
        claims.tag(kind.decode("ascii"), _text(data))


def _text(data: bytes) -> str:
    plain = data.partition(b"\0")[0]
    try:
        return plain.decode("utf-8").strip()
    except UnicodeDecodeError:
        return plain.decode("latin-1").strip()


def read_flac(source: BinaryIO, claims: Claims) -> str:
    """Read FLAC: blocks before the sound."""
    claims.keep("container.format", "FLAC")
    source.seek(4)
    for _ in range(_MAX_BLOCKS):
        head = source.read(4)
        if len(head) < 4:  # noqa: PLR2004
            claims.log.loss("truncated", "The recording ends within what describes it.")
            break
        kind, size = head[0] & 0x7F, int.from_bytes(head[1:], "big")
        data = source.read(size)
        if kind == 0 and len(data) >= 18:  # noqa: PLR2004
            word = int.from_bytes(data[10:18], "big")
            rate, samples = word >> 44, word & 0xFFFFFFFFF
            claims.keep("container.sample_rate", rate)
            claims.keep("container.channels", (word >> 41 & 7) + 1)
            if rate and samples:
                claims.keep("container.duration", round(samples / rate, 3))
        elif kind == 4:  # noqa: PLR2004  # comments
            read_comments(data, claims)
        elif kind == 6:  # noqa: PLR2004  # a picture
            text = f"A picture of {counted(size, 'byte')} stands in it. It was not read."
            claims.log.note("hidden-content", text)
        if head[0] & 0x80:
            break
    return "audio/flac"


def read_ogg(source: BinaryIO, claims: Claims) -> str:
    """Read Ogg: its first packets say what it is, its last page how long it is."""
    source.seek(0)
    first, second, serial = _packets(source)
    claims.keep("container.format", "Ogg")
    rate, skip, media_type = 0, 0, "audio/ogg"
    if first.startswith(b"OpusHead") and len(first) >= 12:  # noqa: PLR2004
        rate, skip = 48_000, int.from_bytes(first[10:12], "little")
        claims.say("container.codec", "Opus")
        claims.keep("container.channels", first[9])
        if second.startswith(b"OpusTags"):
            read_comments(second[8:], claims)
    elif first.startswith(b"\x01vorbis") and len(first) >= 16:  # noqa: PLR2004
        rate = int.from_bytes(first[12:16], "little")
        claims.say("container.codec", "Vorbis")
        claims.keep("container.channels", first[11])
        claims.keep("container.sample_rate", rate)
        if second.startswith(b"\x03vorbis"):
            read_comments(second[7:], claims)
    elif first.startswith(b"\x80theora"):
        media_type = "video/ogg"
        claims.say("container.codec", "Theora")
        if second.startswith(b"\x81theora"):
            read_comments(second[7:], claims)
    else:
        claims.log.note(
            "hidden-content", "How the sound is coded is not known; tags were not read."
        )
    position = _last_position(source, serial)
    if rate and position > skip:
        claims.keep("container.duration", round((position - skip) / rate, 3))
    return media_type


def _packets(source: BinaryIO) -> tuple[bytes, bytes, bytes]:
    """Give the first two packets of the first stream, and its number."""
    packets, serial, piece = list[bytes](), b"", bytearray()
    for _ in range(_MAX_BLOCKS):
        head = source.read(27)
        if len(head) < 27 or head[:4] != b"OggS":  # noqa: PLR2004
            break
        sizes = source.read(head[26])
        body = source.read(sum(sizes))
        serial = serial or head[14:18]
        if head[14:18] != serial:
            continue
        at = 0
        for size in sizes:
            piece += body[at : at + size]
            at += size
            if size < 255:  # noqa: PLR2004  # a packet ends
                packets.append(bytes(piece))
                piece.clear()
        if len(packets) > 1 or len(piece) > _MAX_SMALL:
            break
    packets += [bytes(piece), b"", b""]
    return packets[0], packets[1], serial


def _last_position(source: BinaryIO, serial: bytes) -> int:
    """Give the position that the stream's last page in sight has."""
    size = source.seek(0, 2)
    source.seek(max(0, size - 2 * _LOOK_AHEAD))
    data = source.read()
    at = len(data)
    while (at := data.rfind(b"OggS", 0, at)) >= 0:
        if data[at + 14 : at + 18] == serial and data[at + 6 : at + 14] != b"\xff" * 8:
            return int.from_bytes(data[at + 6 : at + 14], "little")
    return 0


def read_mp3(source: BinaryIO, claims: Claims) -> str:
    """Read MP3: its tags, and its length by the count that its first frame has, or by its rate."""
    claims.keep("container.format", "MP3")
    at = read_id3(source, claims)
    read_id3v1(source, claims)
    size = source.seek(0, 2)
    source.seek(at)
    data = source.read(_LOOK_AHEAD)
    if data[:4] == b"fLaC":
        claims.log.note("hidden-content", "FLAC stands behind the tags, and was not read.")
        return "audio/flac"
    start, frame = _first_frame(data)
    if frame is None:
        claims.log.loss("damaged", "No sound was found behind the tags.")
        return "audio/mpeg"
    claims.keep("container.sample_rate", frame.rate)
    claims.keep("container.channels", frame.channels)
    mark = start + 4 + frame.side
    if data[mark : mark + 4] in (b"Xing", b"Info") and data[mark + 7] & 1:
        frames = int.from_bytes(data[mark + 8 : mark + 12], "big")
        claims.keep("container.duration", round(frames * frame.samples / frame.rate, 3))
    elif frame.kilobits:
        # Only right where every frame has the rate of the first.
        claims.keep("container.duration", round((size - at - start) * 8 / frame.kilobits / 1000, 3))
    return "audio/mpeg"


def _first_frame(data: bytes) -> tuple[int, Frame | None]:
    at = data.find(b"\xff")
    while at >= 0:
        frame = Frame.at(data, at)
        if frame is not None and Frame.at(data, at + frame.bytes) is not None:
            return at, frame
        at = data.find(b"\xff", at + 1)
    return 0, None


def read_bare(source: BinaryIO, claims: Claims) -> str:
    """Read what has sound and nothing else: AMR, AAC."""
    source.seek(0)
    if source.read(5) == b"#!AMR":
        claims.keep("container.format", "AMR")
        return "audio/amr"
    claims.keep("container.format", "AAC")
    return "audio/aac"
