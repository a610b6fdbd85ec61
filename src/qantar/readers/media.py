"""Films and sound recordings: what their containers claim of time, place, device and makers.

Claims are kept as claims: a clock can be wrong, a place can be typed in, a program can
write either later. The pictures and the sound themselves are not decoded here, so that a
confined reader needs no library for them; what a film looks like is told by
`film_frames.py`, with a program of the system that is confined for itself.
"""

from __future__ import annotations

from typing import BinaryIO, Final

from qantar.readers.answer import DocumentWriter
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.job import Job
from qantar.readers.media_claims import Claims
from qantar.readers.media_iso import read_iso
from qantar.readers.media_marks import (
    AAC,
    AMR,
    FLAC,
    ISO,
    MATROSKA,
    MP3,
    OGG,
    RIFF,
    recording_in,
)
from qantar.readers.media_matroska import read_matroska
from qantar.readers.media_sound import read_bare, read_flac, read_mp3, read_ogg, read_riff
from qantar.readers.media_type import extension
from qantar.readers.start import Start

READER: Final = "media"
VERSION: Final = 2

_READ: Final = {
    ISO: read_iso,
    MATROSKA: read_matroska,
    RIFF: read_riff,
    FLAC: read_flac,
    OGG: read_ogg,
    MP3: read_mp3,
    AAC: read_bare,
    AMR: read_bare,
}
_ENDINGS: Final = {
    ISO: {"mp4", "m4v", "m4a", "m4b", "mov", "qt", "3gp", "3gpp", "3g2", "mp4v", "f4v", "aac"},
    MATROSKA: {"mkv", "mka", "webm", "weba", "mk3d"},
    RIFF: {"wav", "wave", "avi", "bwf"},
    FLAC: {"flac"},
    OGG: {"ogg", "oga", "ogv", "opus", "spx", "ogx"},
    MP3: {"mp3", "mp2", "mpga", "mpeg"},
    AAC: {"aac"},
    AMR: {"amr"},
}
_HEAD: Final = 64 * 1024
_PIECE: Final = 8 * 1024 * 1024


def knows(start: Start) -> bool:
    """Whether a file is a film or a sound recording, by its first bytes."""
    return recording_in(start.head) is not None


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read what a recording claims of itself; see `registry.read`."""
    source.seek(0)
    kind = recording_in(source.read(_HEAD))
    log = FindingLog(job.name)
    claims = Claims(log)
    if kind is None:  # a sheet asked for it
        out.begin(reader=READER, version=VERSION, media_type="application/octet-stream")
        out.loss("damaged", "This is no film and no sound recording that is known. It is kept.")
        out.end()
        return
    media_type = _READ[kind](source, claims)
    said = extension(job.name)
    if said and said not in _ENDINGS[kind]:
        form = claims.facts.get("container.format")
        text = f"The name {shown(job.name)} ends in .{said}, but the content is {form}."
        log.note("extension-mismatch", text)
    out.begin(reader=READER, version=VERSION, media_type=media_type, meta=claims.finish())
    log.write_to(out)
    if job.films and media_type.startswith("video/"):
        _carry_out(source, out)
    out.end()


def _carry_out(source: BinaryIO, out: DocumentWriter) -> None:
    """Hand on the bytes of a film that stands in another file: whoever asked has only that one."""
    inside = out.inside
    if inside is None or inside.budget.films <= 0:
        return
    inside.budget.films -= 1
    source.seek(0)
    while piece := source.read(_PIECE):
        out.carry(piece)
