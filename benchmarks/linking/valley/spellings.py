"""How names of the valley are written elsewhere: by a Russian clerk, and in Latin by ten tables.

The tables are those of ISO 9 (1995, with and without its marks), of the German Duden, of the French
press, of the library of Congress without marks, of Uzbek (1995), Kyrgyz as written in Turkey, Tatar
(2012), Uyghur (ULY, 2001) and of a telegraph. None of them is taken from what is measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from random import Random
from typing import Final

_CLERK: Final = {
    "ў": ("у", "у", "о"),
    "қ": ("к",),
    "ғ": ("г",),
    "ҳ": ("х", "х", "г"),
    "ә": ("а", "а", "э", "я"),
    "ө": ("о", "у", "е"),
    "ү": ("у", "у", "ю"),
    "җ": ("дж", "ж"),
    "ң": ("н", "нг"),
    "һ": ("х", "г"),
    "ё": ("ё", "е", "е"),
}
"""How a Russian clerk writes letters that Russian lacks, each time as likely as it stands here."""

_SAME: Final = (
    "а a|б b|в v|г g|д d|е e|з z|и i|й j|к k|л l|м m|н n|о o|п p|р r|с s|т t|у u|ф f|ы y|э e"
)
_OWN: Final[Mapping[str, str]] = {
    "iso9": "ё ë|ж ž|х h|ц c|ч č|ш š|щ ŝ|ъ ʺ|ь ʹ|ю û|я â|э è",
    "iso9-bare": "ё e|ж z|х h|ц c|ч c|ш s|щ s|ъ |ь |ю u|я a",
    "duden": "ё jo|ж sch|з s|в w|х ch|ц z|ч tsch|ш sch|щ schtsch|ю ju|я ja|ъ |ь |й i|дж dsch|кс x",
    "french": "ё io|ж j|х kh|ц ts|ч tch|ш ch|щ chtch|ю iou|я ia|ъ |ь |й ï|у ou|дж dj",
    "library": "ё e|ж zh|х kh|ц ts|ч ch|ш sh|щ shch|ю iu|я ia|ъ |ь '|й i",
    "telegraph": "ё e|ж j|х h|ц c|ч ch|ш sh|щ sch|ю u|я ya|ъ |ь |й y",
    "uzbek": "ё yo|ж j|х x|ц ts|ч ch|ш sh|ю yu|я ya|қ q|ғ g‘|ў o‘|ҳ h|й y|ъ ’|ь |ы i|щ sh",
    "kyrgyz": "ё yo|ж c|х h|ц ts|ч ç|ш ş|ю yu|я ya|ө ö|ү ü|ң ñ|ы ı|й y|ъ |ь |щ ş",
    "tatar": "ё yo|ж j|х x|ц ts|ч ç|ш ş|ю yu|я ya|ә ä|ө ö|ү ü|ң ñ|җ c|һ h|ы ı|й y|в w|ъ |ь |щ şç",
    "uyghur": "ё yo|ж zh|х x|ц ts|ч ch|ш sh|ю yu|я ya|ә e|ө ö|ү ü|ң ng|җ j|һ h|қ q|ғ gh|й y|в w|е ë"
    "|ъ |ь |щ sh|ы i",
}


def _table(own: str) -> dict[str, str]:
    parted = (one.partition(" ") for text in (_SAME, own) for one in text.split("|"))
    return {letters: latin for letters, _, latin in parted}


_TABLES: Final = {name: _table(own) for name, own in _OWN.items()}
ABROAD: Final = ("iso9", "iso9-bare", "duden", "french", "library", "telegraph")
"""Tables for what a Russian clerk wrote."""
AT_HOME: Final = {"uzbek": "uzbek", "kyrgyz": "kyrgyz", "tatar": "tatar", "uyghur": "uyghur"}


def by_a_clerk(name: str, chance: Random) -> str:
    """Write a name from home in Russian letters, as one clerk does it once."""
    made = []
    for at, letter in enumerate(name):
        ways = _CLERK.get(letter.lower())
        if letter.lower() == "ъ" and at and name[at - 1].lower() in "аеиоуэюяў":
            continue
        new = chance.choice(ways) if ways else letter
        made.append(new.capitalize() if letter.isupper() else new)
    return "".join(made)


@lru_cache(maxsize=1 << 16)
def in_latin(name: str, table: str) -> str:
    """Write a Cyrillic name by a table; the letters that it lacks stay."""
    letters = _TABLES[table]
    low, made, at = name.lower(), [], 0
    while at < len(low):
        two = low[at : at + 2]
        taken = two if two in letters else low[at]
        new = letters.get(taken, taken)
        if taken == "е" and table in {"library", "duden", "uzbek", "kyrgyz"} and _begins(low, at):
            new = "je" if table == "duden" else "ye"
        made.append(new.capitalize() if name[at].isupper() else new)
        at += len(taken)
    return "".join(made)


def _begins(word: str, at: int) -> bool:
    return at == 0 or word[at - 1] in " -аеёиоуыэюяъь"
