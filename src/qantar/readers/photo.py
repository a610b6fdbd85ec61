"""Photographs and other still pictures: what they claim of themselves, and what they look like.

The claims of EXIF and XMP are kept as claims: a clock can be wrong, a place can be typed
in. What a picture looks like is kept as a perceptual hash (PDQ), of it and of its mirror
image, so that copies and re-encodings are found across a case. No face is looked for.

Source: CIPA DC-008 (Exif 3.0); Meta, "PDQ & TMK+PDQF" (2019), for the hash.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import BinaryIO, Final

from qantar.model.read_document import MetaValue
from qantar.readers import libraries
from qantar.readers.answer import DocumentWriter
from qantar.readers.c2pa import read_credentials
from qantar.readers.caps import MAX_PIXELS
from qantar.readers.exif import exif_facts
from qantar.readers.finding_log import FindingLog
from qantar.readers.job import Job
from qantar.readers.jumbf import BrokenBoxesError, store_in_picture
from qantar.readers.media_claims import Claims
from qantar.readers.media_type import PICTURES, report_extension
from qantar.readers.showing import MAX_FRAMES, TooMuchToSeeError, of_eight_bits, stills
from qantar.readers.start import Start
from qantar.readers.xmp import xmp_facts

try:
    import numpy
    import pdqhash
    import pi_heif
    from PIL import AvifImagePlugin, Image, ImageOps

    # A confined reader starts no more threads than it must.
    pi_heif.options.DECODE_THREADS = 1
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    pi_heif.register_heif_opener()
    Image.init()  # a confined reader can load nothing later
    Image.MAX_IMAGE_PIXELS = None  # our own cap is looked at before anything is decoded
    INSTALLED = True
except ImportError:
    INSTALLED = False

READER: Final = "photo"
VERSION: Final = 5

_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "HEIF", "AVIF")
_MARKS: Final = (
    (b"\xff\xd8\xff", 0),
    (b"\x89PNG\r\n\x1a\n", 0),
    (b"GIF8", 0),
    (b"WEBP", 8),
    (b"II*\0", 0),
    (b"MM\0*", 0),
    (b"BM", 0),
)
_HEIF: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
_SMALL: Final = (1024, 1024)  # what a hash is made of; it needs far less
_OBJECT: Final = re.compile(r" ?<[^<>]{1,100} at 0x[0-9a-f]{1,16}>")
_WITHOUT: Final = (
    "Reading pictures needs libraries that are not installed. The file is kept, and was not read. "
    f"Run `{libraries.INSTALL}`, then build again."
)


def knows(start: Start) -> bool:
    """Whether a file is a still picture, by its first bytes."""
    head = start.head
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        return True
    return any(head[at:].startswith(mark) for mark, at in _MARKS) and not (
        head.startswith(b"BM") and start.extension not in ("bmp", "dib")
    )


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a picture; see `registry.read`."""
    log = FindingLog(job.name)
    if not INSTALLED:
        out.begin(reader=READER, version=VERSION, media_type="image/*")
        out.loss("unsupported", _WITHOUT)
        out.end()
        return
    with warnings.catch_warnings(action="ignore"):  # of damage, which is told otherwise
        _read(source, job, out, log)


def _read(source: BinaryIO, job: Job, out: DocumentWriter, log: FindingLog) -> None:
    source.seek(0)
    try:
        image = Image.open(source, formats=_FORMATS)
    except Exception as error:  # noqa: BLE001  # whatever a decoder made of hostile bytes
        out.begin(reader=READER, version=VERSION, media_type="image/*")
        out.loss(
            "damaged", f"The picture cannot be followed ({_why(error)}). It is kept as it came."
        )
        out.end()
        return
    with image:
        if kind := PICTURES.get(image.format or ""):
            report_extension(kind, job.name, log)
        meta = dict(_facts(image, log))
        meta |= _credentials(source, log) | _looks(image, log)
        media_type = Image.MIME.get(image.format or "", "image/*")
        out.begin(reader=READER, version=VERSION, media_type=media_type, meta=meta)
        if job.sight and "pdq" in meta:
            out.pass_on()
            _show(source, log, out)
        log.write_to(out)
        out.end()


def _facts(image: Image.Image, log: FindingLog) -> Iterator[tuple[str, MetaValue]]:
    """What the file says of itself, without decoding a pixel."""
    yield "photo.format", str(image.format)
    yield "photo.width", image.width
    yield "photo.height", image.height
    try:
        frames = getattr(image, "n_frames", 1)
        if frames > 1:
            yield "photo.frames", frames
        # Of a PNG that says nothing at its beginning, Pillow would decode all to look at its end.
        if "exif" in image.info or _is_small(image):
            yield from exif_facts(image, log)
    except Exception as error:  # noqa: BLE001  # Exif is parsed by many hands; no word of it stops us
        log.loss("damaged", f"What the picture says of itself cannot be followed ({_why(error)}).")
    yield from xmp_facts(image, log)


def _credentials(source: BinaryIO, log: FindingLog) -> dict[str, MetaValue]:
    """What Content Credentials (C2PA) claim, where the picture carries any."""
    claims = Claims(log)
    at = source.tell()
    try:
        store = store_in_picture(source)
    except BrokenBoxesError as error:
        log.loss("too-large", f"The picture's Content Credentials were not read: {error}.")
        store = None
    if store:
        read_credentials(store, source, claims)
    source.seek(at)  # the picture is still to be decoded
    return claims.facts


def _looks(image: Image.Image, log: FindingLog) -> dict[str, MetaValue]:
    """Give the perceptual hashes, where the picture can be decoded within the cap."""
    if not _is_small(image):
        log.loss(
            "too-large",
            f"The picture has {image.width:,} × {image.height:,} points; the cap is "
            f"{MAX_PIXELS:,}. It was not decoded.",
        )
        return {}
    try:
        image.draft("RGB", _SMALL)
        upright = of_eight_bits(ImageOps.exif_transpose(image)).convert("RGB")
        upright.thumbnail(_SMALL)
    except Exception as error:  # noqa: BLE001  # whatever a decoder made of hostile bytes
        code = "too-large" if isinstance(error, MemoryError) else "damaged"
        log.loss(code, f"The picture cannot be decoded ({_why(error)}). What it says was kept.")
        return {}
    looks, detail = _pdq(upright)
    mirrored, _ = _pdq(ImageOps.mirror(upright))
    return {"pdq": looks, "pdq_mirrored": mirrored, "pdq_detail": detail}


def _show(source: BinaryIO, log: FindingLog, out: DocumentWriter) -> None:
    """Show the picture to whoever reads it by sight; opened anew, as hashing made it smaller."""
    source.seek(0)
    try:
        with Image.open(source, formats=_FORMATS) as image:
            for picture in stills(image, out.may_show):
                out.show(picture)
            if getattr(image, "n_frames", 1) > MAX_FRAMES and image.format == "TIFF":
                text = f"The picture has more than {MAX_FRAMES} pages; the rest was not looked at."
                log.loss("too-many", text)
    except TooMuchToSeeError as error:
        text = (
            f"From page {error} on the picture was not read by sight: so much of this file was "
            "already. Add it as a file of its own."
        )
        log.loss("too-many", text)
    except Exception as error:  # noqa: BLE001  # whatever a decoder made of hostile bytes
        log.loss("damaged", f"The picture, or a page of it, cannot be decoded ({_why(error)}).")


def _why(error: Exception) -> str:
    """Say why a decoder gave up, as it says it but for places in memory, which differ each time."""
    if isinstance(error, MemoryError):
        return "it takes more memory than a reader may use"
    return _OBJECT.sub("", str(error)) or type(error).__name__


def _is_small(image: Image.Image) -> bool:
    """Whether the picture may be decoded: it says itself how large it is."""
    return image.width * image.height <= MAX_PIXELS


def _pdq(image: Image.Image) -> tuple[str, int]:
    """Give the PDQ hash, 64 hex digits, and how much the picture shows, of 100."""
    bits, detail = pdqhash.compute(numpy.asarray(image))
    return numpy.packbits(bits).tobytes().hex(), int(detail)
