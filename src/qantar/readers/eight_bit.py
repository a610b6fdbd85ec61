"""Which one-byte alphabet fits text that is not Unicode: Windows-1251, KOI8-R and their neighbours.

A general detector needs more text than a short list holds, and KOI8-R read as
Windows-1251 is still made of Cyrillic letters: only their case and frequency
are wrong. So each candidate is scored as a reader of Russian or Kazakh would:
common letters, case as words have it, no drawing characters inside words.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

from qantar.readers.text_codecs import TEXT_CODECS

# In order of how common they are in the region: an equal score goes to the first.
CANDIDATES: Final = ("cp1251", "koi8-r", "kz1048", "cp866", "cp1252")
SAMPLE_BYTES: Final = 16 * 1024
# Mean log-probability a character. Russian and Kazakh score about -3.5, names in capitals -4;
# another language below -4.7, the wrong alphabet below -6.
PLAUSIBLE: Final = -4.5
# Files in these are three times rarer; it decides only where a word or two is all there is.
_LOG_RARER: Final = {"koi8-r": math.log(0.3), "cp866": math.log(0.3)}
# How much better, in total and a character, before a declared encoding is called wrong.
_CLEAR_TOTAL: Final = 8.0
_CLEAR_EACH: Final = 1.0

_WORD_WITH_HIGH_BYTES: Final = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")

# Letters per thousand of Russian text (Lyashevskaya & Sharov, Frequency Dictionary, 2009, rounded);
# the letters that Kazakh and its neighbours add get one common, modest share.
_LETTERS: Final = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
_SHARES: Final = (
    *(110, 85, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19),
    *(17, 17, 16, 16, 14, 12, 10, 9, 7, 6, 5, 4, 3, 3, 0.4, 0.4),
)
_RUSSIAN: Final = dict(zip(_LETTERS, _SHARES, strict=True))
_NEIGHBOURS: Final = dict.fromkeys("әғқңөұүһіїєў", 10.0)
_LOG_LETTER: Final = {
    letter: math.log(share / 1000) for letter, share in (_RUSSIAN | _NEIGHBOURS).items()
}
_WESTERN: Final = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüß")
_LOG_WESTERN: Final = math.log(0.02)  # one of these next to plain Latin letters
_LOG_TYPOGRAPHY: Final = math.log(0.004)
_LOG_STRAY_LETTER: Final = math.log(0.0002)
_LOG_NO_LETTER: Final = math.log(0.00001)
_LOG_CASE_BREAK: Final = math.log(0.01)  # a capital after a small letter
_LOG_MIXED_SCRIPT: Final = math.log(0.05)
# What a vowel or consonant says about the next letter, beyond the letters' own frequency: names in
# the wrong alphabet can be made of frequent letters, but not in an order that can be spoken.
# Source: Markov (1913), who counted 20,000 letters of Eugene Onegin.
_VOWELS: Final = frozenset("аеёиоуыэюяәіөүұї")
_LOG_PAIR: Final = {
    (True, True): math.log(0.128 / 0.432),
    (True, False): math.log(0.872 / 0.568),
    (False, True): math.log(0.663 / 0.432),
    (False, False): math.log(0.337 / 0.568),
}
_TYPOGRAPHY: Final = frozenset("«»„“”‘’–—…№•°§©\xa0")
_CYRILLIC: Final = range(0x0400, 0x0500)


def words_with_high_bytes(untrusted_bytes: bytes, limit: int = SAMPLE_BYTES) -> bytes:
    """Collect the words an encoding decides about, one a line, up to `limit` bytes."""
    sample = bytearray()
    for found in _WORD_WITH_HIGH_BYTES.finditer(untrusted_bytes):
        sample += found.group()[:limit] + b"\n"
        if len(sample) >= limit:
            break
    return bytes(sample)


def score(sample: bytes, codec: str) -> tuple[float, int]:
    """How natural a sample reads in an encoding: its log-probability, and over how many letters."""
    total, characters = 0.0, 0
    for word in sample.decode(codec, "replace").split("\n"):
        western = any(c.isascii() for c in word)
        previous = ""
        for c in word:
            if not c.isascii():
                total += _log_probability(c, western=western)
                characters += 1
            total += _log_pair(previous, c)
            previous = c
    return total, characters


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding, whether it fits well, and those that fit about as well and read otherwise."""

    codec: str
    sure: bool
    rivals: tuple[str, ...] = ()


def guess(sample: bytes) -> Guess:
    """Name the encoding that fits best.

    Args:
        sample: what `words_with_high_bytes` collected; not empty.

    Returns:
        The best candidate; where none fits well, the general detector's word
        (or, where that has none, Windows-1251), and not `sure`.
    """
    scores = {codec: score(sample, codec)[0] + _LOG_RARER.get(codec, 0.0) for codec in CANDIDATES}
    best = max(CANDIDATES, key=scores.__getitem__)
    total, characters = score(sample, best)
    if total < PLAUSIBLE * characters:
        found = from_bytes(sample, cp_isolation=sorted(TEXT_CODECS.one_byte)).best()
        return Guess(found.encoding if found else "cp1251", sure=False)
    text = sample.decode(best, "replace")
    close = [codec for codec in CANDIDATES if scores[best] - scores[codec] < _CLEAR_TOTAL]
    rivals = tuple(codec for codec in close if sample.decode(codec, "replace") != text)
    return Guess(best, sure=True, rivals=rivals)


def clearly_better(sample: bytes, codec: str, than: str) -> bool:
    """Whether the sample reads far more naturally in `codec` than in the declared `than`."""
    if sample.decode(codec, "replace") == sample.decode(than, "replace"):
        return False
    (good, many), (bad, few) = score(sample, codec), score(sample, than)
    return good - bad >= _CLEAR_TOTAL and good / max(many, 1) - bad / max(few, 1) >= _CLEAR_EACH


def _log_probability(character: str, *, western: bool) -> float:
    if not character.isalpha():
        return _LOG_TYPOGRAPHY if character in _TYPOGRAPHY else _LOG_NO_LETTER
    if ord(character) in _CYRILLIC:
        likely = _LOG_LETTER.get(character.lower(), _LOG_STRAY_LETTER)
        return likely + (_LOG_MIXED_SCRIPT if western else 0.0)
    return _LOG_WESTERN if western and character.lower() in _WESTERN else _LOG_STRAY_LETTER


def _log_pair(first: str, second: str) -> float:
    """How likely a letter is after the one before it, by case and by sound."""
    likely = _LOG_CASE_BREAK if first.islower() and second.isupper() else 0.0
    both = first.lower(), second.lower()
    if all(letter in _LOG_LETTER for letter in both):
        likely += _LOG_PAIR[both[0] in _VOWELS, both[1] in _VOWELS]
    return likely
