"""How a film looks: one picture of each second, as a perceptual hash, so that copies are found.

A film is decoded by FFmpeg, a stranger's program, in the second profile of confinement
(`tool_run.py`): the film comes as its standard input, small grey pictures go out, and it
reaches nothing else. Which kind of container it is, our own reader said; FFmpeg is not
let to guess, so that no playlist sends it elsewhere. What comes back is points of a fixed
size, of which every value is possible: there is nothing in it to be misread.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from qantar.model.finding import Locator, Severity
from qantar.model.read_document import Begin, End, MetaValue, Noted, Quoted, Sound
from qantar.model.segment import Segment, SegmentKind
from qantar.readers.caps import MIB
from qantar.readers.finding_log import counted
from qantar.readers.tool import Tool, UnsafeToolError, find_tool
from qantar.readers.tool_run import Ending, Limits, run_tool

VERSION: Final = 1
MAX_SECONDS: Final = 3 * 3600
MAX_LOOKING: Final = 2 * 3600  # seconds by the clock, for all films of one file
SIDE: Final = 64
LEAST_DETAIL: Final = 50
"""Of 100: below it a picture shows too little to be told from others, say those who made PDQ."""
ENDINGS: Final = frozenset(
    {
        *("mp4", "m4v", "mov", "qt", "3gp", "3gpp", "3g2", "mkv", "webm", "avi", "ogv", "ogg", ""),
        *("zip", "tar", "gz", "tgz", "bz2", "xz", "eml", "mbox"),
    }
)
"""Of names of films, and of what films come in; whether FFmpeg is here matters to no other file."""

Lend: TypeAlias = Callable[[Begin], "int | None"]
_POINTS: Final = SIDE * SIDE
_LIMITS: Final = Limits(seconds=900, patience=1200, memory=2048 * MIB, output=MAX_SECONDS * _POINTS)
_DEMUXERS: Final = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "video/ogg": "ogg",
}
_NAMED: Final = re.compile(r"ffmpeg version (\S{1,60})")
INSTALL: Final = "Run `apt-get install ffmpeg` (or the like of your system), then build again."
_NO_LIBRARY: Final = 'Run `pip install "qantar[readers]"`, then build again.'


@dataclass(frozen=True, slots=True)
class Frame:
    """One second of a film: which, counting from 0, and its hashes as hex."""

    second: int
    pdq: str
    mirrored: str


def is_ready() -> bool:
    """Whether films can be looked at here."""
    return isinstance(_ffmpeg(), Tool)


def forget_program() -> None:
    """Look for the program anew: it may have been installed, or named, since."""
    _ffmpeg.cache_clear()
    _program.cache_clear()


def with_frames(answer: Iterator[Sound], lend: Lend) -> Iterator[Sound]:
    """Add to a film's document a segment for each second of it, which holds how it looks.

    Args:
        answer: what its reader says.
        lend: gives a descriptor of a film, in memory, as a confined program can open no path;
            None where it is not at hand.
    """
    film: Begin | None = None
    until = time.monotonic() + MAX_LOOKING
    for record in answer:
        if isinstance(record, Begin):
            film = record if record.media_type in _DEMUXERS and record.reader == "media" else None
        if isinstance(record, End) and film is not None:
            yield from _looked_at(film, record, lend, until)
        else:
            yield record


def _looked_at(film: Begin, end: End, lend: Lend, until: float) -> Iterator[Sound]:
    """Give the seconds of a film, or why there are none, and its end."""
    tool = _ffmpeg()
    missing = ""
    file: int | None = None
    if isinstance(tool, str):
        missing = tool
    elif not _has_libraries():
        missing = _NO_LIBRARY
    elif time.monotonic() > until:
        missing = "The films of this file took too long. Add it as a file of its own."
    elif (file := lend(film)) is None:
        missing = "It came with too many others in one file. Add it as a file of its own."
    if missing or not isinstance(tool, Tool):
        yield _noted(f"How the film looks was not kept: copies of it are not found. {missing}")
        yield end
        return
    ran = run_tool(tool, _arguments(film.media_type), file=file, limits=_LIMITS)
    whole = len(ran.untrusted_output) // _POINTS
    frames = 0
    for frame in hashed(ran.untrusted_output):
        frames += 1
        yield _segment(frame, end.chars)
    if ran.ending is Ending.TOO_MUCH or whole >= MAX_SECONDS:
        hours = MAX_SECONDS // 3600
        yield _noted(f"Only the first {hours} hours of the film were looked at.", "too-many")
    elif ran.ending is not Ending.DONE:
        yield _noted(
            f"The program that decodes films {ran.ending.words}: of the film "
            f"{counted(whole, 'second')} could be looked at."
        )
    if whole > frames:
        yield Noted(
            code="frames-missing",
            text=f"{counted(whole - frames, 'second')} of the film show too little to be compared.",
            severity=Severity.NOTE,
        )
    meta: dict[str, MetaValue] = {"frames.program": _program(), "frames.seconds": whole}
    yield End(chars=end.chars, meta={**end.meta, **meta}, unreadable=end.unreadable)


def _noted(text: str, code: str = "frames-missing") -> Noted:
    return Noted(code=code, text=text, severity=Severity.LOSS)


def _segment(frame: Frame, at: int) -> Quoted:
    begins = frame.second * 1000
    segment = Segment(
        kind=SegmentKind.FRAME,
        start=at,
        end=at,
        locator=Locator(time_ms=(begins, begins + 1000)),
        pdq=frame.pdq,
        pdq_mirrored=frame.mirrored,
    )
    return Quoted(segment, "")


def _arguments(media_type: str) -> list[str]:
    """What FFmpeg is asked: one grey picture of each second, of the first pictures there are."""
    asked = f"-nostdin -v error -protocol_whitelist file,fd -threads 1 -f {_DEMUXERS[media_type]}"
    given = f"-frames:v {MAX_SECONDS} -threads 1 -pix_fmt gray -f rawvideo pipe:1"
    looks = f"fps=1:round=up,scale={SIDE}:{SIDE}:flags=area,format=gray"
    input_ = ["-i", "/dev/fd/0", "-map", "0:v:0", "-an", "-sn", "-dn", "-vf", looks]
    return [*asked.split(), *input_, *given.split()]


def hashed(untrusted_points: bytes) -> Iterator[Frame]:
    """Hash pictures of 64 × 64 grey points that follow each other; those that show little are left.

    Source: Meta, "PDQ & TMK+PDQF" (2019).
    """
    import numpy  # noqa: PLC0415  # an extra
    import pdqhash  # noqa: PLC0415

    for second in range(len(untrusted_points) // _POINTS):
        piece = untrusted_points[second * _POINTS : (second + 1) * _POINTS]
        grey = numpy.frombuffer(piece, dtype=numpy.uint8).reshape(SIDE, SIDE)
        image = numpy.repeat(grey[:, :, None], 3, axis=2)
        bits, detail = pdqhash.compute(image)
        if detail < LEAST_DETAIL:
            continue
        mirrored, _ = pdqhash.compute(numpy.ascontiguousarray(image[:, ::-1]))
        yield Frame(
            second=second,
            pdq=numpy.packbits(bits).tobytes().hex(),
            mirrored=numpy.packbits(mirrored).tobytes().hex(),
        )


@cache
def _ffmpeg() -> Tool | str:
    """Give FFmpeg, or say why there is none."""
    try:
        return find_tool("ffmpeg") or f"FFmpeg is not installed here. {INSTALL}"
    except UnsafeToolError as error:
        return f"{error}."


@cache
def _program() -> str:
    """Name the program as it names itself."""
    tool = _ffmpeg()
    if isinstance(tool, str):
        return "none"
    said = run_tool(tool, ["-version"]).untrusted_output.decode("utf-8", "replace")
    found = _NAMED.match(said)
    return f"ffmpeg {found[1]}" if found else "ffmpeg"


@cache
def _has_libraries() -> bool:
    try:
        import numpy  # noqa: F401, PLC0415
        import pdqhash  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True
