"""What people of Saryozen write and tell: two chats, and three testimonies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from examples.saryozen.making import names
from examples.saryozen.making.people import Person

ZONE: Final = ZoneInfo("Asia/Almaty")
TELEGRAM: Final = "chats/result.json"
WHATSAPP: Final = "chats/WhatsApp Chat with Kokmaral.txt"
TEACHER, DRIVER, NURSE = (
    "testimonies/teacher.txt",
    "testimonies/driver.docx",
    "testimonies/nurse.txt",
)
_GROUP: Final = "Сарыөзен: кім қайда? (ойдан шығарылған / выдумано)"
Spelled = Callable[[Person], str]


@dataclass(slots=True)
class Voices:
    """Names people as they come to be spoken of, and keeps who was meant where."""

    random: Random
    waiting: list[Person]
    mentions: list[tuple[str, str, str]] = field(default_factory=list)

    def filled(self, line: str, file: str, spelled: Spelled) -> str:
        """Put the next person into each gap `{}` of a line."""
        while "{}" in line:
            one = self.waiting.pop()
            said = spelled(one)
            self.mentions.append((file, said, one.id))
            line = line.replace("{}", said, 1)
        return line


def in_kazakh(one: Person) -> str:
    """Given name and surname as at home."""
    return f"{one.given} {one.own_surname}"


def russian(one: Person) -> str:
    """Given name and surname in Russian letters."""
    return names.plain(f"{names.in_russian(one.given)} {one.own_surname}")


def familiar(one: Person) -> str:
    """The short form where there is one, and the surname, on a Russian keyboard."""
    return names.plain(f"{names.FAMILIAR.get(one.given, one.given)} {one.own_surname}")


def in_full(one: Person) -> str:
    """Surname first, with the patronymic, as officials say it."""
    father = names.russian_patronymic(one.father, woman=one.is_woman)
    parts = (names.plain(one.own_surname), names.in_russian(one.given))
    return " ".join(parts if one.surname is None else (*parts, father))


_TELEGRAM_LINES: Final = (
    ("Айна", "Бұл топта Сарыөзенде жоғалғандар туралы ғана жазыңыздар. Бәрі ойдан шығарылған!", in_kazakh),
    ("Тас көпір", "{} кеше кешкі 7-де алаңнан қайтпады", in_kazakh),
    ("К.", "{}: кто-нибудь видел? телефон молчит", russian),
    ("Айна", "{} мен {} бірге ұсталды дейді, автобуспен алып кетті", in_kazakh),
    ("Диірмен 4", "В больнице лежит {}, жив, нога", russian),
    ("К.", "Подтверждаю: {} в списке на дверях, сам видел", russian),
    ("Тас көпір", "{} үйде, ештеңе болмаған. кешіріңіздер", in_kazakh),
    ("Ескі пошта", "Адвокат назвал на суде: {}, {} и {}", in_full),
    ("Айна", "{} қайтыс болды. Жаназа ертең", in_kazakh),
    ("К.", "это неправда: {}, то же самое говорили и вчера", familiar),
    ("Диірмен 4", "{} пишет: отпустили под подписку", familiar),
    ("Тас көпір", "әкімдік 60 адам дейді, біз 140 атты жинадық", in_kazakh),
    ("Ескі пошта", "{}, жёлтая куртка, кто видел?", russian),
    ("Айна", "{}: анасы іздеп жүр", in_kazakh),
    ("К.", "{}: есть новости? и по брату", familiar),
    ("Диірмен 4", "Вывезли в Теміртұз: {}, {}", in_full),
)  # fmt: skip
_WHATSAPP_LINES: Final = (
    ("Көкмарал дүкен", "Бәріміз ойдан шығарылғанбыз, ауыл да жоқ", in_kazakh),
    ("Мұғалім", "Бүгін мектепке {} келмеді", in_kazakh),
    ("Шофер", "Вчера подвозил до площади, обратно не садились: {}", russian),
    ("Көкмарал дүкен", "{} ауруханада екен, қолы сынған", in_kazakh),
    ("Мұғалім", "Полицияда {} бар, құжатын апардық", in_kazakh),
    ("Шофер", "<Без медиафайлов>", russian),
    ("Шофер", "на фото {} второй слева", familiar),
    ("Мұғалім", "Данное сообщение удалено", in_kazakh),
    ("Көкмарал дүкен", "{} деген бала табылды ма?", in_kazakh),
    ("Шофер", "нет. и {} тоже нет", russian),
)  # fmt: skip
_TEACHER_LINES: Final = (
    ("", "ВЫДУМАННОЕ интервью из выдуманного города Сарыозен. Записано 20 февраля 2034 года."),
    ("В", "Где вы были вечером 11 февраля?"),
    ("О", "У старой почты. Рядом {}, мы вместе учились. Свет погас около восьми."),
    ("В", "Что вы видели сами?"),
    ("О", "Я сама видела, как увели троих. Один человек из них мне знаком: {}. Стреляли со стороны Каменного моста."),
    ("В", "Знаете ли вы о погибших?"),
    ("О", "Мне рассказали, что среди погибших {}. Сама я этого не видела. Соседка говорит, что и {} тоже, "
          "но я не уверена."),
    ("В", "Сколько человек было задержано?"),
    ("О", "В нашем классе пятеро отцов. Называли разное: шестьдесят, потом больше ста."),
)  # fmt: skip
DRIVER_LINES: Final = (
    "ОЙДАН ШЫҒАРЫЛҒАН куәлік: Сарыөзен деген қала жоқ.",
    "Мен автобус жүргізушісімін. 12 ақпан күні таңертең мені полицияға шақырды.",
    "Автобусқа отызға жуық адам мінгізді. Біреуі {} еді, көршім. Екіншісі {}, оны сырттай танимын.",
    "Теміртұзға дейін ешкім сөйлеген жоқ. Жолда {} ауырып қалды.",
    "Кейін естідім: {} түрмеде. Оны өзім көрген жоқпын, маған айтты.",
)
NURSE_TEXT: Final = """\
INVENTED testimony from an invented town, Saryozen. Published with her consent; nobody is named.

Q: Where did you work that night?
A: In admissions, from six in the evening on 11 February until noon the next day.

Q: How many people were brought in?
A: I wrote down forty-one by morning. Later somebody took the journal, and it came back with pages that I had not written.

Q: How many of them died?
A: I saw four dead myself. A colleague of the day shift told me of three more.

Q: The town's office says that nobody was killed.
A: Then I do not know whose hands I folded.
"""


def telegram(voices: Voices) -> str:
    """An export of a group, as Telegram Desktop writes it."""
    at = datetime(2034, 2, 12, 9, 4, tzinfo=ZONE)
    messages: list[dict[str, object]] = [
        _message(1, at, type="service", actor="Айна", action="create_group", title=_GROUP)
    ]
    for number, (sender, line, spelled) in enumerate(_TELEGRAM_LINES, start=2):
        at += timedelta(minutes=voices.random.randint(2, 190))
        text = voices.filled(line, TELEGRAM, spelled)
        more = {"reply_to_message_id": number - 1} if text.startswith(("это", "Подтв")) else {}
        known = {"from": sender, "from_id": f"user{len(sender) * 1000 + ord(sender[0])}"}
        entities = [{"type": "plain", "text": text}]
        messages.append(
            _message(number, at, type="message", **known, **more, text=text, text_entities=entities)
        )
    group = {"name": _GROUP, "type": "private_supergroup", "id": 2034021201, "messages": messages}
    return json.dumps(group, ensure_ascii=False, indent=1) + "\n"


def _message(number: int, at: datetime, **more: object) -> dict[str, object]:
    """One message in the order of keys of an export; `at` as the clock of the exporter shows it."""
    seconds = str(int(at.timestamp()))
    shown = {"date": f"{at:%Y-%m-%dT%H:%M:%S}", "date_unixtime": seconds}
    return {"id": number, "type": more.pop("type"), **shown, **more}


def whatsapp(voices: Voices) -> str:
    """An export of a group, as WhatsApp on Android writes it in Russian."""
    at = datetime(2034, 2, 13, 8, 11, tzinfo=ZONE)

    def lines() -> Iterator[str]:
        nonlocal at
        yield f"{at:%d.%m.%Y, %H:%M} - Сообщения и звонки защищены сквозным шифрованием."
        for sender, line, spelled in _WHATSAPP_LINES:
            at += timedelta(minutes=voices.random.randint(1, 400))
            text = voices.filled(line, WHATSAPP, spelled)
            yield f"{at:%d.%m.%Y, %H:%M} - {sender} (вымысел): {text}"

    return "\n".join(lines()) + "\n"


def teacher(voices: Voices) -> str:
    """An interview in Russian, with questions and answers."""
    said = ((who, voices.filled(line, TEACHER, russian)) for who, line in _TEACHER_LINES)
    return "\n\n".join(f"{who}: {line}" if who else line for who, line in said) + "\n"


def driver(voices: Voices) -> Sequence[str]:
    """The paragraphs of a testimony in Kazakh."""
    return [voices.filled(line, DRIVER, in_kazakh) for line in DRIVER_LINES]
