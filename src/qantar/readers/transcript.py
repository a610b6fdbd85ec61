"""Transcripts of sound and film: SRT, WebVTT, and the JSON that Whisper tools write.

Each cue is a segment with the time it was said at, in milliseconds from the beginning.
Times are claims of whoever, or whatever, wrote the transcript; who speaks is given where
the file says so.

Source: WebVTT, W3C Candidate Recommendation, sections 4 and 6; SubRip by its common use;
JSON as openai-whisper, whisper.cpp, faster-whisper and WhisperX write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import msgspec

from qantar.model.finding import Locator
from qantar.model.segment import Segment, SegmentKind
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_TEXT_BYTES, MIB
from qantar.readers.encoding import choose_encoding
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.job import Job
from qantar.readers.start import START_BYTES, Start
from qantar.readers.text_lines import TextLines

READER: Final = "transcript"
VERSION: Final = 1

_SRT, _VTT, _JSON = "application/x-subrip", "text/vtt", "application/json"
_CLOCK = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d)[.,](\d{1,3})"
_TIMES: Final = re.compile(rf"\s*{_CLOCK}\s+-->\s+{_CLOCK}(?:\s.*)?\Z")
_TAG: Final = re.compile(r"</?(?:[biuc]|v|lang|ruby|rt|font)(?:[. ][^<>]{0,200})?>|<[\d:.]{4,20}>")
_VOICE: Final = re.compile(r"<v(?:\.[^\s>]{0,50})?\s+([^<>]{1,200})>")
_ENTITY: Final = {
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&nbsp;": "\u00a0",
    "&lrm;": "\u200e",
    "&rlm;": "\u200f",
}
_ENTITIES: Final = re.compile("|".join(_ENTITY))
_MOST_CUES: Final = 1_000_000
_LONGEST: Final = 1000 * 3600 * 1000  # milliseconds; beyond a thousand hours nothing was recorded


class _Piece(msgspec.Struct, omit_defaults=True):
    """A stretch of speech: seconds in most tools, milliseconds under `offsets` in whisper.cpp."""

    text: str
    start: float | None = None
    end: float | None = None
    offsets: dict[str, int] | None = None
    speaker: str | None = None


class _Whisper(msgspec.Struct, omit_defaults=True):
    segments: list[_Piece] | None = None
    transcription: list[_Piece] | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cue:
    """What is said from one moment to another, in milliseconds."""

    start: int
    end: int
    text: str
    line: int | None = None
    speaker: str | None = None


def knows(start: Start) -> bool:
    """Whether a file is a transcript with times, by its first lines."""
    if not start.is_text:
        return False
    text = start.text.lstrip("\ufeff \r\n")
    if text.startswith("WEBVTT"):
        return True
    lines = text.splitlines()[:3]
    if any(_TIMES.match(line) for line in lines[:2]):
        return True
    return text.startswith("{") and (_is_whisper(text) or _ends_as_whisper(start))


def _ends_as_whisper(start: Start) -> bool:
    """Whether the end of a long file says so: the whole text stands before its pieces."""
    start.source.seek(max(0, start.size - START_BYTES))
    end = start.source.read(START_BYTES)
    return start.text.lstrip("\ufeff \r\n{").startswith('"text"') and b'"no_speech_prob"' in end


def _is_whisper(text: str) -> bool:
    """Whether a JSON object begins as those of speech recognisers do."""
    named = re.search(r'"(?:segments|transcription)"\s*:\s*\[\s*\{', text)
    return named is not None and re.search(r'"(?:start|offsets|timestamps)"\s*:', text) is not None


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a transcript; see `registry.read`."""
    log = FindingLog(job.name)
    size = source.seek(0, 2)
    encoding = choose_encoding(source, declared=job.encoding, log=log)
    meta = {"encoding_origin": str(encoding.origin)}
    if size > MAX_TEXT_BYTES:
        out.begin(reader=READER, version=VERSION, media_type="text/plain", encoding=encoding.name)
        cap = f"the cap is {MAX_TEXT_BYTES // MIB} MiB"
        out.loss("too-large", f"The transcript has {size / MIB:,.0f} MiB; {cap}. It was not read.")
        out.end()
        return
    lines = TextLines(source, encoding)
    text = "".join(line.replace("\r\n", "\n").replace("\r", "\n") for line in lines)
    media_type = _media_type(text)
    out.begin(
        reader=READER, version=VERSION, media_type=media_type, encoding=encoding.name, meta=meta
    )
    if media_type == _JSON:
        _write(_json_cues(text, log), out, log)
    else:
        _write(_cues(text, log, vtt=media_type == _VTT), out, log)
    lines.report_damage(log)
    log.write_to(out)
    out.end()


def _media_type(text: str) -> str:
    begin = text.lstrip("\ufeff \n")
    if begin.startswith("{"):
        return _JSON
    return _VTT if begin.startswith("WEBVTT") else _SRT


def _write(cues: Iterator[_Cue], out: DocumentWriter, log: FindingLog) -> None:
    last, said = 0, 0
    for count, cue in enumerate(cues, start=1):
        if count > _MOST_CUES:
            log.loss("too-many", f"There are more than {_MOST_CUES:,} cues. The rest was not read.")
            break
        if cue.start < last:
            text = "This cue begins before the one that stands above it. The order is the file's."
            log.note("out-of-order", text, _place(cue))
        last = cue.start
        said += _write_cue(cue, out)
    if not said:
        log.loss("empty", "The transcript says nothing.")


def _write_cue(cue: _Cue, out: DocumentWriter) -> bool:
    if not cue.text:
        return False
    start, end = out.text(cue.text)
    out.text("\n")
    out.segment(
        Segment(
            kind=SegmentKind.CUE,
            start=start,
            end=end,
            locator=_place(cue),
            speaker=cue.speaker,
        )
    )
    out.close_block()
    return True


def _place(cue: _Cue) -> Locator:
    return Locator(line=cue.line, time_ms=(cue.start, cue.end))


def _cues(text: str, log: FindingLog, *, vtt: bool) -> Iterator[_Cue]:
    """Give the cues of SRT or WebVTT: a line of times, and what stands below it up to a blank."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        times = _TIMES.match(lines[at])
        if times is None:
            if "-->" in lines[at]:
                _lose(at + 1, lines[at], log)
            at += 1
            continue
        first = at + 1
        at = first
        while at < len(lines) and lines[at].strip() and not _TIMES.match(lines[at]):
            at += 1
        last = at
        # Without a blank line the number of the next cue stands right above its times.
        if at < len(lines) and lines[at].strip() and lines[at - 1].strip().isdigit():
            last -= 1
        yield from _cue(times, "\n".join(lines[first:last]), first, log, vtt=vtt)


def _cue(
    times: re.Match[str], said: str, line: int, log: FindingLog, *, vtt: bool
) -> Iterator[_Cue]:
    start, end = _milliseconds(times.groups()[:4]), _milliseconds(times.groups()[4:])
    if end < start or end > _LONGEST:
        _lose(line, times[0], log)
        return
    voice = _VOICE.search(said) if vtt else None
    plain = _TAG.sub("", said)
    if vtt:
        plain = _ENTITIES.sub(lambda found: _ENTITY[found[0]], plain)
    yield _Cue(
        start=start,
        end=end,
        text=plain.strip(),
        line=line,
        speaker=voice[1].strip() if voice else None,
    )


def _lose(line: int, said: str, log: FindingLog) -> None:
    text = (
        f"This is no time from one moment to a later one: {shown(said.strip())}. It was left out."
    )
    log.loss("broken-line", text, Locator(line=line))


def _milliseconds(clock: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, part = clock
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole * 1000 + int((part or "0").ljust(3, "0"))


def _json_cues(text: str, log: FindingLog) -> Iterator[_Cue]:
    try:
        said = msgspec.json.decode(text.lstrip("\ufeff").encode("utf-8", "replace"), type=_Whisper)
    except (msgspec.DecodeError, RecursionError) as error:
        log.loss("damaged", f"The transcript cannot be followed ({error}). It was not read.")
        return
    for number, piece in enumerate(said.segments or said.transcription or [], start=1):
        times = _times_of(piece)
        if times is None:
            text = f"Piece {number} has no time from one moment to a later one. It was left out."
            log.loss("broken-line", text)
            continue
        yield _Cue(
            start=times[0],
            end=times[1],
            text=piece.text.strip(),
            speaker=piece.speaker,
        )


def _times_of(piece: _Piece) -> tuple[int, int] | None:
    if piece.offsets is not None:
        start, end = piece.offsets.get("from", -1), piece.offsets.get("to", -1)
    elif piece.start is not None and piece.end is not None:
        # Compared first: an infinite number of seconds is no whole number of anything.
        if not 0 <= piece.start <= piece.end <= _LONGEST / 1000:
            return None
        start, end = round(piece.start * 1000), round(piece.end * 1000)
    else:
        return None
    return (start, end) if 0 <= start <= end <= _LONGEST else None
