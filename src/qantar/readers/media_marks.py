"""By which first bytes films, sound recordings and pictures are known, whatever their names say."""

from __future__ import annotations

import struct
from typing import Final

ISO, MATROSKA, RIFF, FLAC, OGG, MP3, AAC, AMR = (
    "iso", "matroska", "riff", "flac", "ogg", "mp3", "aac", "amr",
)  # fmt: skip
HEIF_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
)
_STARTS: Final = (
    (b"\x1a\x45\xdf\xa3", MATROSKA),
    (b"fLaC", FLAC),
    (b"OggS\0", OGG),
    (b"#!AMR", AMR),
)
_BMP_HEADS: Final = frozenset({12, 40, 52, 56, 64, 108, 124})  # bytes of what describes it
# A film of old QuickTime begins with one of these, and no `ftyp`.
_OLD_BOXES: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_FIRST_LETTER: Final = 9  # text would have a tab, or more, where a box has its size

_RATES: Final = {
    3: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}
_SYNC: Final = 0x7FF  # eleven bits that every frame begins with
# Thousands of bits a second, by version (1 or later) and layer.
_BITS: Final = {
    (True, 3): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 3): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 1): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def recording_in(head: bytes) -> str | None:
    """Name the container of a film or sound recording; None where it is none."""
    if head[4:8] == b"ftyp":
        return None if head[8:12] in HEIF_BRANDS else ISO
    if head[4:8] in _OLD_BOXES and _is_box(head):
        return ISO
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"AVI "):
        return RIFF
    if head[:3] == b"ID3" and head[3:4] in (b"\2", b"\3", b"\4") and head[4:5] != b"\xff":
        return MP3
    for mark, kind in _STARTS:
        if head.startswith(mark):
            return kind
    return _by_frames(head)


def is_picture(head: bytes) -> bool:
    """Whether these are the first bytes of a picture that its other marks do not tell."""
    if head[:2] == b"BM":
        return head[6:10] == bytes(4) and int.from_bytes(head[14:18], "little") in _BMP_HEADS
    if head[:4] in (b"II*\0", b"MM\0*"):
        return True
    return (head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS) or (
        head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    )


def _is_box(head: bytes) -> bool:
    """Whether a box begins here: the next has a name, or is not in sight."""
    if head[0] >= _FIRST_LETTER:
        return False
    (size,) = struct.unpack(">I", head[:4])
    if size < 8:  # noqa: PLR2004  # of its own head
        return size in (0, 1)
    after = head[size + 4 : size + 8]
    return not after or (len(after) == 4 and after.isalnum())  # noqa: PLR2004


def _by_frames(head: bytes) -> str | None:
    """Tell sound without a container: frames that follow each other where each says so."""
    first = Frame.at(head, 0)
    if first is not None:
        return MP3 if _follows(first, head) else None
    size = adts_bytes(head)
    return AAC if size and adts_bytes(head[size:]) else None


def _follows(first: Frame, head: bytes) -> bool:
    second = Frame.at(head, first.bytes)
    return second is not None and second.rate == first.rate


class Frame:
    """One frame of MPEG sound: how many bytes it has, and what it says of the sound.

    Source: ISO/IEC 11172-3, 2.4.1.3; ISO/IEC 13818-3.
    """

    __slots__ = ("bytes", "channels", "kilobits", "rate", "samples", "side")

    def __init__(self, word: int) -> None:
        """Take it apart; `word` is a head that `at` has looked at."""
        version, layer = word >> 19 & 3, word >> 17 & 3
        is_first = version == 3  # noqa: PLR2004  # as the head spells MPEG 1
        self.rate = _RATES[version][word >> 10 & 3]
        self.kilobits = _BITS[is_first, layer][word >> 12 & 15]
        self.channels = 1 if word >> 6 & 3 == 3 else 2  # noqa: PLR2004
        self.samples = 384 if layer == 3 else 1152 if is_first or layer == 2 else 576  # noqa: PLR2004
        padding = word >> 9 & 1
        if layer == 3:  # noqa: PLR2004  # as the head spells the first layer
            self.bytes = (12_000 * self.kilobits // self.rate + padding) * 4
        else:
            self.bytes = self.samples // 8 * self.kilobits * 1000 // self.rate + padding
        self.side = (32, 17)[self.channels == 1] if is_first else (17, 9)[self.channels == 1]

    @classmethod
    def at(cls, data: bytes, at: int) -> Frame | None:
        """Give the frame that begins here, None where none does."""
        if len(data) < at + 4:
            return None
        word = int.from_bytes(data[at : at + 4], "big")
        impossible = (
            word >> 21 != _SYNC
            or word >> 19 & 3 == 1
            or word >> 17 & 3 == 0
            or word >> 12 & 15 in (0, 15)
            or word >> 10 & 3 == 3  # noqa: PLR2004
        )
        return None if impossible else cls(word)


def adts_bytes(head: bytes) -> int:
    """Give the length of a frame of AAC that begins here; 0 where none does."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:  # noqa: PLR2004
        return 0
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return size if size > 7 else 0  # noqa: PLR2004
