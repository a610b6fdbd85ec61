"""What happens to words and days on their way onto a list of the valley."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Final

_KEYS: Final = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_CYRILLIC_KEYS: Final = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LATIN_KEYS: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_LIKE: Final = dict(zip("аеорсухАЕОРСХВНКМТ", "aeopcyxAEOPCXBHKMT", strict=True))
_MISTAKEN: Final = """
    и:н н:и н:п п:н ш:щ щ:ш ц:п л:п е:с с:е о:0 з:3 б:6 ь:ъ ы:ьг ю:го ж:лс м:ин г:т д:л а:л в:я
    ә:э ө:о қ:к ғ:г ҳ:х ў:у ү:у ң:н rn:m m:rn l:1 e:c c:e u:v h:b o:0 t:f a:o n:u i:l
    ş:s ç:c ö:o ü:u ‘: ı:i
"""
"""What a program that reads scans takes for what."""
_MISREAD: Final = tuple(
    (right, wrong) for right, _, wrong in (one.partition(":") for one in _MISTAKEN.split())
)
_SHORT: Final = 3


def misread(word: str, chance: Random) -> str:
    """Read a word off a scan with one mistake."""
    low = word.lower()
    fitting = [(right, wrong) for right, wrong in _MISREAD if right in low]
    if not fitting:
        return word
    right, wrong = chance.choice(fitting)
    at = chance.choice([n for n in range(len(low)) if low.startswith(right, n)])
    return (
        word[:at] + (wrong.capitalize() if word[at].isupper() else wrong) + word[at + len(right) :]
    )


def mistyped(word: str, chance: Random) -> str:
    """Type a word with one slip of the hand."""
    if len(word) <= _SHORT:
        return word
    at = chance.randrange(1, len(word) - 1)
    before, letter, behind = word[:at], word[at], word[at + 1 :]
    ways = (
        f"{before}{behind[0]}{letter}{behind[1:]}",
        f"{before}{behind}",
        f"{before}{letter}{letter}{behind}",
        f"{before}{_beside(letter, chance)}{behind}",
    )
    return chance.choices(ways, (30, 25, 15, 30))[0]


def _beside(letter: str, chance: Random) -> str:
    for row in _KEYS:
        at = row.find(letter.lower())
        if at >= 0:
            near = row[max(0, at - 1) : at] + row[at + 1 : at + 2]
            return chance.choice(near)
    return letter


def other_layout(word: str) -> str:
    """Type a Cyrillic word while the keyboard is set to Latin letters."""
    keys = dict(zip(_CYRILLIC_KEYS, _LATIN_KEYS, strict=True))
    return "".join(keys.get(one.lower(), one) for one in word)


def half_latin(word: str, chance: Random) -> str:
    """Put a Latin letter that looks the same in the place of one of a Cyrillic word."""
    places = [at for at, letter in enumerate(word) if letter in _LIKE]
    if not places:
        return word
    at = chance.choice(places)
    return word[:at] + _LIKE[word[at]] + word[at + 1 :]


def wrong_day(day: date, chance: Random) -> date:
    """Note a date of birth with one mistake."""
    safe = min(day.day, 28)
    swapped = date(day.year, day.day, day.month) if day.day <= 12 else None  # noqa: PLR2004  # a month
    ways = (
        swapped or date(day.year, chance.randint(1, 12), safe),
        date(day.year + chance.choice((-10, -1, 1, 10)), day.month, safe),
        date(day.year, day.month, chance.randint(1, 28)),
        date(day.year, chance.randint(1, 12), safe),
    )
    return chance.choices(ways, (40, 20, 20, 20))[0]
