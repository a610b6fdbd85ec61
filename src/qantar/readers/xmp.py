"""What XMP claims of a picture: times, a place, the program; and what of it is protected.

Programs write it beside EXIF, or in its place: whoever sets the place of a picture on a map
afterwards may do it here only. It is looked for by the names that all programs use and is never
parsed as XML, so that nothing in it can be followed.

Source: ISO 16684-1 (XMP); CIPA DC-010 (Exif metadata for XMP); Adobe XMP specification, part 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from qantar.model.read_document import MetaValue
from qantar.readers.finding_log import FindingLog

if TYPE_CHECKING:
    from PIL import Image


def _named(*names: str) -> re.Pattern[str]:
    """What a property says, written as an attribute or as an element."""
    either = "|".join(names)
    return re.compile(
        rf"""\b(?:{either})(?:\s*=\s*"([^"<]{{1,200}})"|\s*=\s*'([^'<]{{1,200}})'|>([^<]{{1,200}})<)"""
    )


_TIMES: Final = {
    "xmp.create_date": _named("xmp:CreateDate"),
    "xmp.modify_date": _named("xmp:ModifyDate"),
    "xmp.date_created": _named("photoshop:DateCreated"),
    "xmp.datetime_original": _named("exif:DateTimeOriginal"),
}
_TEXTS: Final = {
    "xmp.creator_tool": _named("xmp:CreatorTool"),
    "protected.xmp.body_serial": _named("aux:SerialNumber", "exifEX:BodySerialNumber"),
    "protected.xmp.lens_serial": _named("aux:LensSerialNumber", "exifEX:LensSerialNumber"),
    "protected.xmp.owner": _named("aux:OwnerName", "exifEX:CameraOwnerName"),
}
_LATITUDE: Final = _named("exif:GPSLatitude")
_LONGITUDE: Final = _named("exif:GPSLongitude")
_ANGLE: Final = re.compile(
    r"(\d{1,3}),(\d{1,2}(?:\.\d{1,12})?)(?:,(\d{1,2}(?:\.\d{1,12})?))?([NSEW])"
)
_SHORTEST_TIME: Final = len("2022")


def xmp_facts(image: Image.Image, log: FindingLog) -> Iterator[tuple[str, MetaValue]]:
    """Give what XMP claims of times, place, program and camera."""
    said = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    times = [(name, found) for name, one in _TIMES.items() if (found := _value(one, text))]
    told = [(name, found) for name, found in times if len(found) >= _SHORTEST_TIME]
    yield from told
    if told:
        log.note(
            "metadata-date-guessed",
            f"{', '.join(name for name, _ in told)}: so said the clock of a device or a program. "
            "It can be wrong, or have been written later.",
        )
    for name, pattern in _TEXTS.items():
        if found := _value(pattern, text):
            yield name, found
    yield from _place(text, log)


def _value(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return next(filter(None, found.groups()), "").strip() if found else ""


def _place(text: str, log: FindingLog) -> Iterator[tuple[str, MetaValue]]:
    said = _value(_LATITUDE, text), _value(_LONGITUDE, text)
    lat, lon = degrees(said[0], "NS", 90), degrees(said[1], "EW", 180)
    if lat is not None and lon is not None:
        yield "xmp.gps", {"lat": lat, "lon": lon}
    elif any(said):
        log.loss("impossible-place", "The place that the picture's XMP claims is none on Earth.")


def degrees(said: str, signs: str, most: int) -> float | None:
    """Read an angle of XMP, as in 51,30.5N or 51,30,15S; None where it is none.

    Args:
        said: the angle as found.
        signs: the letters for more and for less than nothing.
        most: how many degrees there are.
    """
    found = _ANGLE.fullmatch(said)
    if found is None or found[4] not in signs:
        return None
    angle = int(found[1]) + float(found[2]) / 60 + float(found[3] or 0) / 3600
    if angle > most:
        return None
    return round(-angle if found[4] == signs[1] else angle, 7)
