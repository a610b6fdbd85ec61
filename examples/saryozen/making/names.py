"""The names of Saryozen: ordinary given names, and surnames that nobody is known to bear.

Surnames are put together of birds, grasses, stones and winds, so that no row names anybody
who lives. Where somebody bears such a name after all, it is chance.
"""

from __future__ import annotations

from typing import Final

KAZAKH_MEN: Final = (
    "Айдар Арман Асқар Бақыт Берік Болат Дәурен Ержан Ерлан Жандос Қайрат Қуаныш Марат Мұрат "
    "Нұрлан Олжас Рүстем Самат Серік Тимур Төлеген Әлихан Ғалым Бауыржан Жасұлан Еркебұлан "
    "Темірлан Мақсат Санжар Дінмұхамед"
).split()
KAZAKH_WOMEN: Final = (
    "Айгүл Әсел Гүлнар Динара Жанар Мәдина Сәуле Шолпан Әйгерім Назгүл Зере Қарлығаш"
).split()
RUSSIAN_MEN: Final = "Александр Андрей Виктор Евгений Михаил Сергей Юрий Николай".split()
RUSSIAN_WOMEN: Final = "Ольга Наталья Светлана Ирина Екатерина".split()

KAZAKH_SURNAMES: Final = (
    "Бозторғайбеков Ақжусантаев Қаратұмарбаев Көкқұтантаев Тасбұлақбеков Желқанатбаев "
    "Құмсағызтаев Сарышымбаев Ақбөкентаев Қызғышбаев Тұзқұмбаев Мұзтаубеков Шөптібеков "
    "Қоңырқазбеков Бұлдырықтаев Сексеуілбаев Теректаубаев Қарақұзғынов Айдынкөлбаев Жыңғылтаев "
    "Үкіжанов Дуадақтаев Шілдежелов Қамысбұлтов Боранбұлтов Қыраутасов Сазқұсбаев Жапалақтасов "
    "Өрмекжелов Құралайтасов"
).split()
RUSSIAN_SURNAMES: Final = (
    "Зимородкоградов Сухоковылев Камышедолов Солонцеградов Тихополынов Пыльнобродов "
    "Белоковылин Сизокаменев"
).split()

FAMILIAR: Final = {
    "Александр": "Саша",
    "Андрей": "Андрюша",
    "Виктор": "Витя",
    "Евгений": "Женя",
    "Михаил": "Миша",
    "Николай": "Коля",
    "Наталья": "Наташа",
    "Екатерина": "Катя",
    "Ольга": "Оля",
}

_PLAIN: Final = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")
_IN_RUSSIAN: Final = {
    "Айгүл": "Айгуль",
    "Әсел": "Асель",
    "Назгүл": "Назгуль",
    "Гүлнар": "Гульнар",
    "Қарлығаш": "Карлыгаш",
    "Мәдина": "Мадина",
    "Ғалым": "Галым",
}
_PATRONYMICS: Final = {
    "Андрей": "Андрее",
    "Сергей": "Сергее",
    "Юрий": "Юрье",
    "Евгений": "Евгенье",
    "Николай": "Николае",
}
_PASSPORT: Final = (
    "а a б b в v г g д d е e ё e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f "
    "х kh ц ts ч ch ш sh щ shch ы y э e ю iu я ia ә a ғ g қ k ң n ө o ұ u ү u һ h і i"
).split()
_BOARD: Final = {"й": "y", "ю": "yu", "я": "ya", "ғ": "gh", "қ": "q", "ң": "ng", "ө": "ö", "ү": "ü"}
_PAPER: Final = {"й": "y", "ю": "yu", "я": "ya", "ж": "j", "х": "h"}
_FROM: Final = dict(zip(_PASSPORT[::2], _PASSPORT[1::2], strict=True))
HABITS: Final = (_FROM, {**_FROM, **_BOARD}, {**_FROM, **_PAPER})
"""Three habits of writing names in Latin letters: passports, maps, newspapers."""


def plain(text: str) -> str:
    """Write Kazakh letters as a Russian keyboard has them."""
    return text.translate(_PLAIN)


def in_russian(given: str) -> str:
    """Write a given name as Russian papers do."""
    return _IN_RUSSIAN.get(given, plain(given))


def russian_patronymic(father: str, *, woman: bool) -> str:
    """Make the Russian patronymic of a father's name."""
    ending = "вна" if woman else "вич"
    if father in _PATRONYMICS:
        return _PATRONYMICS[father] + ending
    return f"{in_russian(father).rstrip('ь')}о{ending}"


def kazakh_patronymic(father: str, *, woman: bool) -> str:
    """Make the Kazakh patronymic of a father's name."""
    return father + ("қызы" if woman else "ұлы")


def in_latin(text: str, habit: int) -> str:
    """Write a name in Latin letters by one of the three habits."""
    letters = HABITS[habit]
    written = []
    for letter in text:
        new = letters.get(letter.lower(), "" if letter in "ьъ" else letter)
        written.append(new.capitalize() if letter.isupper() else new)
    return "".join(written)
