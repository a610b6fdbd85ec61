"""Which encoding a text has: the sheet's word, a byte order mark, UTF-8, or a reported guess."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final

from qantar.readers import eight_bit
from qantar.readers.caps import MIB
from qantar.readers.finding_log import FindingLog
from qantar.readers.text_codecs import BOMS, codec_for, spoken, unit_of

_HEAD_BYTES: Final = 64 * 1024
_ASCII: Final = bytes(range(128))
# In UTF-16 without a mark: share of code units whose high byte is Latin's 00, Cyrillic's 04 or
# punctuation's 20 and 21. The other byte order scores near zero, as does any one-byte text.
_WIDE_SHARE: Final = 0.8
_WIDE_HIGH_BYTES: Final = bytes((0x00, 0x04, 0x20, 0x21))
# Valid multi-byte characters for each invalid byte, from which a broken file still counts as UTF-8.
# Cyrillic in a one-byte alphabet almost never forms a valid sequence by chance.
_VALID_FOR_EACH_INVALID: Final = 2
_CONTROL_SHARE: Final = 0.1
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Origin(StrEnum):
    """How the encoding came to be known."""

    SHEET = "given by the sheet"
    MARK = "byte order mark"
    VALID = "valid throughout"
    DAMAGED = "valid but for damage"
    GUESS = "guessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEncoding:
    """The encoding a text is read in.

    `codec` is Python's name, with its byte order; `mark` counts the bytes of the
    byte order mark at the start; `sure` is False for a guess that fits poorly;
    `rivals` are codecs that fit about as well and would read other text.
    """

    codec: str
    origin: Origin
    mark: int = 0
    sure: bool = True
    rivals: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name to report, such as `windows-1251`."""
        return spoken(self.codec)


@dataclass(slots=True)
class _Survey:
    """What one pass over the bytes showed."""

    utf8: bool = True
    multi_byte: int = 0
    invalid: int = 0
    high_words: bytes = b""
    head: bytes = b""
    nul: bool = False


def choose_encoding(source: BinaryIO, *, declared: str | None, log: FindingLog) -> TextEncoding:
    """Decide how to read a text file, and report what is a guess or looks wrong.

    Args:
        source: the file; read from its start, in pieces.
        declared: what the sheet says, if anything; it is always obeyed.
        log: where a guess or a doubt is noted.

    Raises:
        InputRefusedError: the sheet names no known text encoding.
    """
    survey = _survey(source)
    found = _detect(survey)
    if declared is None:
        chosen = found
        if chosen.origin is Origin.GUESS:
            _report_guess(chosen, log)
    else:
        chosen = _obey(codec_for(declared, where=log.file), found, survey)
        _report_doubt(chosen, found, survey, log)
    _report_controls(chosen, survey, log)
    return chosen


def text_start(survey_head: bytes, encoding: TextEncoding) -> str:
    """Decode the first bytes of a file, forgiving what is cut or damaged."""
    return survey_head[encoding.mark :].decode(encoding.codec, "replace").lstrip("\ufeff")


def _survey(source: BinaryIO) -> _Survey:
    survey, words = _Survey(), bytearray()
    decoder = codecs.getincrementaldecoder("utf-8")()
    source.seek(0)
    while chunk := source.read(MIB):
        survey.head = survey.head or chunk[:_HEAD_BYTES]
        survey.nul = survey.nul or b"\x00" in chunk
        room = eight_bit.SAMPLE_BYTES - len(words)
        if room > 0 and not chunk.isascii():
            words += eight_bit.words_with_high_bytes(chunk, room)
        survey.utf8 = survey.utf8 and _continues(decoder, chunk)
    survey.utf8 = survey.utf8 and _continues(decoder, b"", final=True)
    survey.high_words = bytes(words)
    if not survey.utf8:
        survey.multi_byte, survey.invalid = _utf8_counts(source)
    return survey


def _continues(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _utf8_counts(source: BinaryIO) -> tuple[int, int]:
    """How many valid characters beyond ASCII, and how many invalid sequences, UTF-8 finds."""
    valid = invalid = 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    source.seek(0)
    more = True
    while more:
        more = bool(chunk := source.read(MIB))
        text = decoder.decode(chunk, final=not more)
        bad = text.count("\ufffd")
        valid += len(text) - len(text.encode("ascii", "ignore")) - bad
        invalid += bad
    return valid, invalid


def _detect(survey: _Survey) -> TextEncoding:
    for mark, codec in BOMS:
        if survey.head.startswith(mark):
            return TextEncoding(codec=codec, origin=Origin.MARK, mark=len(mark))
    if survey.nul and (wide := _wide(survey.head)):
        return TextEncoding(codec=wide, origin=Origin.GUESS)
    if survey.utf8:
        return TextEncoding(codec="utf-8", origin=Origin.VALID)
    if survey.multi_byte >= _VALID_FOR_EACH_INVALID * survey.invalid:
        return TextEncoding(codec="utf-8", origin=Origin.DAMAGED)
    best = eight_bit.guess(survey.high_words)
    return TextEncoding(codec=best.codec, origin=Origin.GUESS, sure=best.sure, rivals=best.rivals)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark, told by which of two bytes is always the high one."""
    for codec, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        plausible = len(high) - len(high.translate(None, _WIDE_HIGH_BYTES))
        other = head[::2] if codec == "utf-16-le" else head[1::2]
        low_plausible = len(other) - len(other.translate(None, b"\x00\x04"))
        if plausible >= _WIDE_SHARE * len(high) and low_plausible < plausible / 2:
            return codec
    return None


def _obey(codec: str, found: TextEncoding, survey: _Survey) -> TextEncoding:
    """Give a declared codec its byte order and its byte order mark."""
    if codec in {"utf-16", "utf-32"}:
        codec = found.codec if found.codec.startswith(codec) else f"{codec}-le"
    mark = next((mark for mark, of in BOMS if of == codec and survey.head.startswith(mark)), b"")
    return TextEncoding(codec=codec, origin=Origin.SHEET, mark=len(mark))


def _report_guess(chosen: TextEncoding, log: FindingLog) -> None:
    log.note(
        "encoding-guessed",
        f"The file does not say its encoding and is not UTF-8. It was read as {chosen.name}: "
        f"{_guess_words(chosen)}. Should words look wrong, give `encoding` in the sheet.",
    )


def _guess_words(chosen: TextEncoding) -> str:
    if unit_of(chosen.codec) > 1:
        return "every second byte is that of Latin or Cyrillic letters"
    if not chosen.sure:
        return "nothing fits well, so this may be wrong"
    if chosen.rivals:
        others = ", ".join(map(spoken, chosen.rivals))
        return f"its letters read as words, but the text is short, and {others} fits nearly as well"
    return "it is the one whose letters read as words"


def _report_doubt(
    chosen: TextEncoding, found: TextEncoding, survey: _Survey, log: FindingLog
) -> None:
    """Say when the sheet's encoding makes no sense of the file and another one does."""
    if chosen.codec == found.codec or not _fits_better(found, chosen, survey):
        return
    why = {
        Origin.MARK: f"it begins with the byte order mark of {found.name}",
        Origin.VALID: "every byte of it is valid UTF-8",
        Origin.DAMAGED: "nearly every byte of it is valid UTF-8",
    }.get(found.origin, f"its letters read as words in {found.name}")
    log.loss(
        "encoding-damage",
        f"The sheet says that the file is {chosen.name}, and so it was read, but {why}. "
        f'The text is probably wrong throughout; encoding = "{found.name}" would fit.',
    )


def _fits_better(found: TextEncoding, chosen: TextEncoding, survey: _Survey) -> bool:
    if _decoded(survey, chosen) == _decoded(survey, found):
        return False
    by_letters = found.origin is Origin.GUESS and unit_of(found.codec) == 1
    if not by_letters or unit_of(chosen.codec) > 1:
        return found.sure
    return found.sure and eight_bit.clearly_better(
        survey.high_words, found.codec, than=chosen.codec
    )


def _decoded(survey: _Survey, encoding: TextEncoding) -> str:
    """A sample of the text as an encoding shows it: its beginning and its words beyond ASCII."""
    words = survey.high_words if unit_of(encoding.codec) == 1 else b""
    return text_start(survey.head, encoding) + words.decode(encoding.codec, "replace")


def _report_controls(chosen: TextEncoding, survey: _Survey, log: FindingLog) -> None:
    text = text_start(survey.head, chosen)
    controls = len(_CONTROL.findall(text))
    if text and controls > _CONTROL_SHARE * len(text):
        log.loss(
            "encoding-damage",
            f"Read as {chosen.name}, {controls:,} of the first {len(text):,} characters are "
            "control characters: the file is probably no text, or in another encoding. "
            "Give the right `encoding` in the sheet, or add the file without a table reader.",
        )
