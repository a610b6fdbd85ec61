"""MP4, QuickTime, 3GP and M4A: what their boxes say of time, place, device and tracks.

Boxes are stepped through, never held (`iso_boxes.py`): only small ones that say something are
read.

Source: ISO/IEC 14496-12 (boxes, times), Apple QuickTime File Format (`udta`, `meta`, `keys`),
3GPP TS 26.244, section 8 (`loci`, `titl`, …).
"""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

from qantar.readers.c2pa import read_credentials
from qantar.readers.finding_log import counted, shown
from qantar.readers.iso_boxes import FULL, MAX_SMALL, Box, boxes, content
from qantar.readers.jumbf import MAX_STORE_BYTES, store_in_box
from qantar.readers.media_claims import Claims

_EPOCH: Final = 1904
_TEXT_TYPES: Final = (0, 1)  # unknown, UTF-8
_UTF16, _WHOLE, _UNSIGNED, _FLOAT = 2, 21, 22, 23
_THREE_GP: Final = frozenset({b"titl", b"auth", b"dscp", b"cprt", b"perf", b"gnre", b"albm"})
_FORMATS: Final = {b"qt  ": "QuickTime", b"M4A ": "M4A", b"M4B ": "M4A"}
_IDENTIFYING: Final = (b"CAME", b"FIRM", b"MUID", b"LENS", b"SNum", b"GUID")


def read_iso(source: BinaryIO, claims: Claims) -> str:
    """Read all that the boxes claim, and give the media type."""
    film = _Film(source, claims)
    for box in boxes(source, claims):
        film.take(box)
    return film.finish()


class _Film:
    """Takes the boxes of one file as they come."""

    def __init__(self, source: BinaryIO, claims: Claims) -> None:
        self._source, self._claims = source, claims
        self._format, self._keys = "MP4", list[str]()
        self._has_header = self._has_video = False
        self._pieces = 0
        self._freeform = ""

    def take(self, box: Box) -> None:
        """Keep what a box claims."""
        take = _TAKEN.get(box.kind)
        if box.path and box.path[-1] == b"ilst":
            self._entry(box)
        elif len(box.path) > 1 and box.path[-2] == b"ilst":
            self._value(box)
        elif take is not None and box.size <= MAX_SMALL:
            self._guarded(take, box)
        elif box.path and box.path[-1] == b"udta":
            self._user_data(box)
        elif box.kind == b"moof":
            self._pieces += 1
        elif box.kind == b"uuid" and not box.path:
            self._own_box(box)

    def _guarded(self, take: object, box: Box) -> None:
        try:
            take(self, content(self._source, box), box)  # type: ignore[operator]
        except (struct.error, ValueError, IndexError):
            name = shown(box.kind.decode("latin-1"))
            text = f"The box {name} is too short for what it should say. It was left out."
            self._claims.log.loss("damaged", text)

    def finish(self) -> str:
        """Say what is missing, and give the media type."""
        self._claims.keep("container.format", self._format)
        if self._pieces:
            self._claims.keep("container.fragments", self._pieces)
        if not self._has_header:
            text = "What describes the film (moov) is missing: it was cut, or never finished."
            self._claims.log.loss("truncated", text)
        kind = "video" if self._has_video or not self._has_header else "audio"
        return f"{kind}/quicktime" if self._format == "QuickTime" else f"{kind}/mp4"

    def brand(self, data: bytes, _: Box) -> None:
        """Which format the file says to be."""
        brand = data[:4]
        if brand[:3] in (b"3gp", b"3g2"):
            self._format = "3GP"
        else:
            self._format = _FORMATS.get(brand, "MP4")
        self._claims.say("container.brand", brand.decode("latin-1"))

    def header(self, data: bytes, box: Box) -> None:
        """When the film was made and how long it is; or a track of it."""
        is_long = data[0] == 1
        created, modified = struct.unpack_from(">QQ" if is_long else ">II", data, FULL)
        if box.kind == b"tkhd":
            self._track(data, created, is_long=is_long)
            return
        if box.kind == b"mvhd":
            self._has_header = True
            self._claims.seconds_since("container.created", _EPOCH, created)
            self._claims.seconds_since("container.modified", _EPOCH, modified)
            at = FULL + (16 if is_long else 8)
            scale, length = struct.unpack_from(">IQ" if is_long else ">II", data, at)
            unknown = length in (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
            if scale and length and not unknown:
                self._claims.keep("container.duration", round(length / scale, 3))

    def _track(self, data: bytes, created: int, *, is_long: bool) -> None:
        at = 88 if is_long else 76
        wide, high = struct.unpack_from(">II", data, at)
        if wide and high:
            self._claims.keep("container.width", wide >> 16)
            self._claims.keep("container.height", high >> 16)
        self._claims.seconds_since("container.track_created", _EPOCH, created)

    def handler(self, data: bytes, box: Box) -> None:
        """What a track is: pictures or sound."""
        kind = data[8:12]
        if b"trak" in box.path and kind == b"vide":
            self._has_video = True

    def coding(self, data: bytes, _: Box) -> None:
        """By which means pictures or sound are coded."""
        if len(data) >= 16:  # noqa: PLR2004  # a first entry
            self._claims.say("container.codec", data[12:16].decode("latin-1"))

    def keys(self, data: bytes, _: Box) -> None:
        """The names that the entries of the list which follows are numbered by."""
        (count,) = struct.unpack_from(">I", data, FULL)
        at = 8
        for _number in range(min(count, 1000)):
            if at + 8 > len(data):
                break
            (size,) = struct.unpack_from(">I", data, at)
            self._keys.append(data[at + 8 : at + size].decode("utf-8", "replace"))
            at += max(size, 8)

    def _entry(self, box: Box) -> None:
        """Note by which name the values that follow go."""
        number = int.from_bytes(box.kind, "big")
        if 1 <= number <= len(self._keys):
            self._name = self._keys[number - 1]
        else:
            self._name = box.kind.decode("latin-1")
        self._freeform = ""

    def _value(self, box: Box) -> None:
        data = content(self._source, box)
        if box.kind in (b"mean", b"name"):  # of an entry that spells its name out
            self._freeform += "." + data[FULL:].decode("utf-8", "replace")
        elif box.kind == b"data" and len(data) > 8:  # noqa: PLR2004
            name = self._freeform.strip(".") or self._name
            kind = int.from_bytes(data[:4], "big") & 0xFFFFFF
            value = _plain(kind, data[8:])
            if value is None:
                self._claims.log.note(
                    "hidden-content",
                    f"The tag {shown(name)} holds {counted(len(data) - 8, 'byte')} that are no "
                    "text, such as a cover picture. They were not read.",
                )
            else:
                self._claims.tag(name, value)

    def _user_data(self, box: Box) -> None:
        """Take a text of QuickTime or 3GP; what only a maker can read is named."""
        data = content(self._source, box)
        if box.kind[:1] == b"\xa9" and len(data) > 4:  # noqa: PLR2004  # its length, its language
            size = int.from_bytes(data[:2], "big")
            self._claims.tag(
                box.kind.decode("latin-1"), data[4 : 4 + size].decode("utf-8", "replace")
            )
        elif box.kind in _THREE_GP:
            self._claims.tag(box.kind.decode("latin-1"), _text_3gp(data[6:]))
        elif box.kind in _IDENTIFYING:
            name = box.kind.decode("latin-1").lower()
            self._claims.say(f"protected.container.{name}", data[:64].hex())
        elif box.kind not in (b"meta", b"free", bytes(4)) and box.size:
            name = shown(box.kind.decode("latin-1"))
            text = (
                f"The box {name} ({counted(box.size, 'byte')}) is a maker's own. It was not read."
            )
            self._claims.log.note("hidden-content", text)

    def _own_box(self, box: Box) -> None:
        """Read Content Credentials; what others put under an id of their own is not known."""
        data = content(self._source, box, MAX_STORE_BYTES)
        if store := store_in_box(data):
            read_credentials(store, self._source, self._claims)

    def place_3gp(self, data: bytes, _: Box) -> None:
        """A place as phones of 3GPP write it: longitude first, in 16.16 fixed point."""
        at = data.index(b"\0\0", 6) + 2 if data[6:8] in (b"\xfe\xff",) else data.index(b"\0", 6) + 1
        lon, lat, height = struct.unpack_from(">iii", data, at + 1)
        self._claims.point(lat / 65536, lon / 65536)
        if height:
            self._claims.keep("container.altitude", round(height / 65536, 3))


def _plain(kind: int, data: bytes) -> str | None:
    """Spell a value; None for what is no text and no number."""
    if kind in _TEXT_TYPES:
        text = data.decode("utf-8", "replace")
        return text if kind == 1 or text.replace("\0", "").isprintable() else data[:64].hex()
    if kind == _UTF16:
        return data.decode("utf-16-be", "replace")
    if kind in (_WHOLE, _UNSIGNED) and len(data) <= 8:  # noqa: PLR2004
        return str(int.from_bytes(data, "big", signed=kind == _WHOLE))
    if kind == _FLOAT and len(data) in (4, 8):
        return repr(struct.unpack(">f" if len(data) == 4 else ">d", data)[0])  # noqa: PLR2004
    return None


def _text_3gp(data: bytes) -> str:
    is_wide = data[:2] == b"\xfe\xff"
    return data.decode("utf-16" if is_wide else "utf-8", "replace").partition("\0")[0]


_TAKEN: Final = {
    b"ftyp": _Film.brand,
    b"mvhd": _Film.header,
    b"tkhd": _Film.header,
    b"hdlr": _Film.handler,
    b"stsd": _Film.coding,
    b"keys": _Film.keys,
    b"loci": _Film.place_3gp,
}
