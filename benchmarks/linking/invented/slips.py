"""Slips of hand, ear and machine, one at a time, on one word.

Each takes a word and chance, and gives the word with one slip; a word that leaves no room
for it comes back as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from benchmarks.linking.invented.letters import BESIDE, VOWELS, pairs

Slip = Callable[[str, Random], str]


def _each(text: str) -> Sequence[tuple[str, str]]:
    """Part "meant>written" pairs, of which several may have one sound."""
    return [(meant, written) for meant, _, written in (one.partition(">") for one in text.split())]


HEARD = _each(
    """о>а е>и я>е ы>и и>ы у>о э>е ё>е дж>ж ж>дж х>г г>х к>г г>к ф>п п>ф в>ф б>п д>т з>с ш>щ
    сч>щ ц>тс ч>щ ль>л л>ль нн>н лл>л мм>м й> ъ> ия>я уу>у ээ>э ий>и ьев>ев х> мбе>нбе
    ндж>нж"""
)
HEARD_LATIN = _each(
    """zh>j j>dj dzh>j kh>h h>kh k>q q>k y>i i>y u>oo o>a a>e e>a sh>s ş>s ch>c ç>c ou>u ov>off
    ev>eff v>w ya>ia yu>iu ts>z nn>n ll>l mm>m s>ss b>p d>t z>s yy>y iy>y"""
)
MISREAD = pairs(
    """а>л в>а г>т д>л ж>к з>э и>й й>и к>х л>п м>и н>к о>с п>н р>р с>о т>г у>ч х>к ц>и ч>у ш>и
    ы>н ь>в э>з ю>о я>л б>6 е>о a>o e>o l>t t>f f>t u>n n>u r>n c>o g>q 0>О 1>7 3>8 5>6
    6>5 7>1 8>3 9>4 4>9 2>7"""
)
SHORTEST = 4


def neighbours_swapped(word: str, chance: Random) -> str:
    """Write two letters in the other order."""
    at = _inner(word, chance)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :] if at else word


def letter_twice(word: str, chance: Random) -> str:
    """Write a letter twice."""
    at = _inner(word, chance)
    return word[:at] + word[at] + word[at:] if at else word


def letter_lost(word: str, chance: Random) -> str:
    """Leave a letter out."""
    at = _inner(word, chance)
    return word[:at] + word[at + 1 :] if at else word


def key_beside(word: str, chance: Random) -> str:
    """Hit the key beside the right one."""
    at = _inner(word, chance)
    beside = BESIDE.get(word[at].lower(), "") if at else ""
    return word[:at] + chance.choice(beside) + word[at + 1 :] if beside else word


def heard(word: str, chance: Random) -> str:
    """Write one sound as it is heard on the telephone."""
    return _one_of(HEARD, word, chance)


def heard_in_latin(word: str, chance: Random) -> str:
    """Write one sound as another language would."""
    return _one_of(HEARD_LATIN, word, chance)


def misread(word: str, chance: Random) -> str:
    """Take one letter or digit for another that looks like it."""
    places = [at for at, letter in enumerate(word) if letter.lower() in MISREAD]
    if not places:
        return word
    at = chance.choice(places)
    wrong = MISREAD[word[at].lower()]
    return word[:at] + (wrong.upper() if word[at].isupper() else wrong) + word[at + 1 :]


TYPED: Sequence[Slip] = (neighbours_swapped, letter_twice, letter_lost, key_beside, key_beside)
TOLD: Sequence[Slip] = (heard, heard, heard, letter_lost)
ABROAD: Sequence[Slip] = (
    heard_in_latin,
    heard_in_latin,
    neighbours_swapped,
    letter_twice,
    key_beside,
)
SCANNED: Sequence[Slip] = (misread, misread, letter_lost)


def _inner(word: str, chance: Random) -> int:
    """Give a place behind the first letter and before the last; 0 where the word is short."""
    return chance.randrange(1, len(word) - 1) if len(word) >= SHORTEST else 0


def _one_of(sounds: Sequence[tuple[str, str]], word: str, chance: Random) -> str:
    low = word.lower()
    fitting = [(sound, other) for sound, other in sounds if sound in low[1:]]
    if not fitting:
        return word
    sound, other = chance.choice(fitting)
    at = low.index(sound, 1)
    if not other and low[at - 1] in VOWELS and len(word) < SHORTEST:
        return word
    return word[:at] + other + word[at + len(sound) :]
