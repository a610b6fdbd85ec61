"""What EXIF claims of a picture: time, place, camera; and what of it is protected.

Source: CIPA DC-008 (Exif 3.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from qantar.model.read_document import MetaValue
from qantar.readers.finding_log import FindingLog, shown

if TYPE_CHECKING:
    from PIL import Image

with suppress(ImportError):  # without it no picture is read
    from PIL import ExifTags

_LONGEST: Final = 500
_DAY: Final = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_OFFSET: Final = re.compile(r"[+-]\d\d:\d\d")


def exif_facts(image: Image.Image, log: FindingLog) -> Iterator[tuple[str, MetaValue]]:
    """Give what EXIF claims.

    Raises:
        Exception: whatever Pillow raises where it cannot be followed.
    """
    exif = image.getexif()
    main = {ExifTags.TAGS.get(tag, ""): value for tag, value in exif.items()}
    more = {ExifTags.TAGS.get(tag, ""): v for tag, v in exif.get_ifd(ExifTags.IFD.Exif).items()}
    place = {ExifTags.GPSTAGS.get(t, ""): v for t, v in exif.get_ifd(ExifTags.IFD.GPSInfo).items()}
    named = main | more
    for name, tag in (
        ("exif.make", "Make"),
        ("exif.model", "Model"),
        ("exif.software", "Software"),
        ("exif.description", "ImageDescription"),
        ("protected.exif.body_serial", "BodySerialNumber"),
        ("protected.exif.lens_serial", "LensSerialNumber"),
        ("protected.exif.owner", "CameraOwnerName"),
        # Cameras write the name of their owner here.
        ("protected.exif.artist", "Artist"),
        ("protected.exif.copyright", "Copyright"),
        ("protected.exif.unique_id", "ImageUniqueID"),
    ):
        if text := _text(named.get(tag)):
            yield name, text
    for name, tag, zone in (
        ("exif.datetime", "DateTimeOriginal", "OffsetTimeOriginal"),
        ("exif.digitized", "DateTimeDigitized", "OffsetTimeDigitized"),
        ("exif.modified", "DateTime", "OffsetTime"),
    ):
        yield from _moment(name, named.get(tag), named.get(zone), log)
    yield from _gps(place, log)
    if image.format != "TIFF" and exif.get_ifd(ExifTags.IFD.IFD1):  # there it is the next page
        log.note(
            "hidden-content",
            "The picture carries a small picture of itself, which may show what was cut off since.",
        )


def _moment(
    name: str, value: object, zone: object, log: FindingLog
) -> Iterator[tuple[str, MetaValue]]:
    if not (said := _text(value)):
        return
    found = _DAY.match(said)
    try:
        moment = _stated(found) if found else None
    except ValueError:
        moment = None
    if moment is None:
        log.loss("impossible-date", f"{name} is {shown(said)}, which is no time. It was left out.")
        return
    offset = _text(zone)
    known = offset if offset and _OFFSET.fullmatch(offset) else ""
    yield name, f"{moment.isoformat()}{known}"
    log.note(
        "metadata-date-guessed",
        f"{name} is what the clock of the device or of a program said"
        + ("" if known else ", in a zone that it does not say")
        + ". It can be wrong, or have been written later.",
    )


def _stated(found: re.Match[str]) -> datetime:
    """Give the time as stated; `strptime` would load a module, which a confined child cannot."""
    year, month, day, hour, minute, second = (int(part) for part in found.groups())
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # its zone is not stated


def _gps(place: Mapping[str, Any], log: FindingLog) -> Iterator[tuple[str, MetaValue]]:
    lat = _degrees(place.get("GPSLatitude"), place.get("GPSLatitudeRef"), "S", 90)
    lon = _degrees(place.get("GPSLongitude"), place.get("GPSLongitudeRef"), "W", 180)
    if lat is not None and lon is not None:
        yield "exif.gps", {"lat": lat, "lon": lon}
    elif "GPSLatitude" in place or "GPSLongitude" in place:
        log.loss("impossible-place", "The place that the picture claims is none on Earth.")


def _degrees(value: object, ref: object, negative: str, most: int) -> float | None:
    if not isinstance(value, tuple) or len(value) != 3:  # noqa: PLR2004  # degrees, minutes, seconds
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    if not 0 <= found <= most:
        return None
    return round(-found if _text(ref).upper() == negative else found, 7)


def _text(value: object) -> str:
    """Give a text of EXIF as it reads, without its filling; "" for what is none."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    text = value.replace("\0", " ").strip() if isinstance(value, str) else ""
    return text[:_LONGEST]
