"""What WhatsApp itself writes into its exports, beside what people say, in six languages.

English, Russian, Kazakh, German, Spanish, Portuguese. Pure data and look-ups. Words are
compared in lower case, without marks of writing direction and the full stop at the end.
What a language may say in several ways, by the age and the make of the telephone, is
all there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Final

from qantar.model.segment import MediaKind

MARKS: Final = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Marks of writing direction, which the program puts around what is not people's words."""
SPACES: Final = " \u00a0\u202f\u2009"

_NOUNS: Final[dict[MediaKind, tuple[tuple[str, ...], ...]]] = {
    # en, ru, kk, de, es, pt
    MediaKind.PHOTO: (
        ("image", "photo"),
        ("изображение", "фото"),
        ("сурет", "кескін", "фото"),
        ("bild",),
        ("imagen",),
        ("imagem",),
    ),
    MediaKind.VIDEO: (
        ("video", "gif", "video note", "video message"),
        ("видео", "gif", "видеозаметка", "видеосообщение"),
        ("бейне", "видео", "gif", "бейнежазба"),
        ("video", "gif", "videonachricht", "videonotiz"),
        ("video", "vídeo", "gif", "nota de video", "videomensaje"),
        ("vídeo", "video", "gif", "mensagem de vídeo"),
    ),
    MediaKind.AUDIO: (
        ("audio",),
        ("аудио", "аудиофайл"),
        ("аудио", "дыбыс", "аудиофайл"),
        ("audio",),
        ("audio",),
        ("áudio", "ficheiro de áudio"),
    ),
    MediaKind.VOICE: (
        ("voice message", "view once voice message"),
        ("голосовое сообщение",),
        ("дауыстық хабар", "дауыстық хабарлама"),
        ("sprachnachricht",),
        ("mensaje de voz", "nota de voz"),
        ("mensagem de voz",),
    ),
    MediaKind.STICKER: (
        ("sticker",),
        ("стикер",),
        ("стикер", "жапсырма"),
        ("sticker",),
        ("sticker",),
        ("figurinha", "sticker"),
    ),
    MediaKind.FILE: (
        ("document",),
        ("документ", "файл"),
        ("құжат", "файл"),
        ("dokument",),
        ("documento",),
        ("documento",),
    ),
    MediaKind.CONTACT: (
        ("contact card",),
        ("карточка контакта", "контакт"),
        ("контакт картасы", "байланыс картасы", "контакт"),
        ("kontaktkarte", "kontakt"),
        ("tarjeta de contacto",),
        ("cartão do contato", "cartão de contato", "contacto"),
    ),
}
_LEFT_OUT: Final = (
    ("omitted",),
    (
        *("отсутствует", "пропущено", "пропущен", "пропущена", "опущено", "опущен", "опущена"),
        *("не добавлен", "не добавлена", "не добавлено"),
    ),
    ("жоқ", "қосылмады", "қосылмаған", "алынып тасталды", "өткізілді", "енгізілмеген"),
    ("weggelassen", "ausgelassen"),
    ("omitido", "omitida"),
    *[("omitido", "omitida", "ocultado", "ocultada", "não revelado", "não revelada")],
)
_KAZAKH: Final = 2  # its words, "no video", are also said by people


def _left_out() -> Iterator[tuple[str, MediaKind, bool]]:
    for kind, languages in _NOUNS.items():
        for at, (nouns, verbs) in enumerate(zip(languages, _LEFT_OUT, strict=True)):
            for noun, verb in product(nouns, verbs):
                yield f"{noun} {verb}", kind, at == _KAZAKH


LEFT_OUT: Final = {words: kind for words, kind, marked in _left_out() if not marked}
"""What an iPhone writes for each kind of file that was not exported."""
LEFT_OUT_IF_MARKED: Final = {words: kind for words, kind, _ in _left_out()}
"""The same, where a mark of writing direction tells that the program speaks."""

# `<Media omitted>` of Android: whatever stands in angles and speaks of media or files.
_ANY_LEFT_OUT: Final = re.compile(
    r"<(?=[^<>]*(?:\b(?:media|medien|multimedia|mídia|archivo|arquivo|ficheiro|datei)\b"
    r"|медиа|файл|الوسائط|omitted\b|omitid[ao]\b))"
    r"[^<>:/\\@#=\d]{5,60}>"
)
_FILE_WORDS: Final = frozenset(
    {
        "file attached",
        *("файл добавлен", "файл прикреплен", "файл прикреплён", "прикрепленный файл"),
        *("файл тіркелді", "файл тіркелген", "файл қосылды", "файл қоса берілді"),
        *("файл қоса тіркелді", "тіркелген файл", "қоса берілген файл"),
        *("datei angehängt", "datei angefügt"),
        *("archivo adjunto", "archivo adjuntado"),
        *("arquivo anexado", "ficheiro anexado", "arquivo anexo"),
    }
)
_ATTACHED_WORDS: Final = frozenset(
    {
        "attached",
        *("прикреплено", "прикреплён", "прикреплен", "вложение", "прикрепленный файл"),
        *("тіркелді", "тіркелген", "қоса берілген", "қоса тіркелген", "қосымша"),
        *("anhang", "angehängt"),
        *("adjunto", "archivo adjunto"),
        *("anexado", "anexo", "arquivo anexado"),
    }
)
# IMG-20220105-WA0001.jpg of Android, 00000012-PHOTO-2022-01-05-14-05-33.jpg of an iPhone.
_OWN_NAME: Final = re.compile(r"[A-Z]{3}-\d{8}-WA\d{4,}\..+|\d{8}-.+", re.DOTALL)
_NAMED_FILE: Final = re.compile(r"(?P<name>\S.{0,250}\.\w{1,8}) \((?P<words>[^()\n]{3,40})\)")
_ATTACHED: Final = re.compile(r"<(?P<words>[^<>:\n]{3,30}): (?P<name>[^<>\n]{1,250})>")
_LONGEST_ANGLES: Final = 300
_DOCUMENT: Final = re.compile(
    rf"(?P<name>[^\n]{{1,250}}?) • [{MARKS}]*\d{{1,6}}[{SPACES}]\w{{1,20}}"
    rf"(?:[{SPACES}{MARKS}]+(?P<rest>[^\n•]{{1,100}}))?"
)

_EDITED_WORDS: Final = (
    *("this message was edited", "message edited", "edited"),
    *("сообщение изменено", "это сообщение изменено", "данное сообщение изменено", "изменено"),
    *("бұл хабар өзгертілді", "бұл хабар өңделді", "хабар өңделді", "хабар өзгертілді"),
    *("бұл хабарлама өңделді", "бұл хабарлама өзгертілді", "өңделді", "өзгертілді"),
    *("diese nachricht wurde bearbeitet", "nachricht bearbeitet", "bearbeitet"),
    *("se editó este mensaje", "este mensaje fue editado", "mensaje editado", "editado"),
    *("mensagem editada", "esta mensagem foi editada", "editou esta mensagem", "editada"),
)
_EDITED: Final = re.compile(rf"<(?:{'|'.join(_EDITED_WORDS)})\.?>", re.IGNORECASE)

_DELETED: Final = re.compile(
    "|".join(
        (
            r"this message was deleted(?: by admin .{1,100})?",
            r"you deleted this message(?: as admin)?",
            r"(?:данное|это) сообщение (?:было )?удалено(?: админ\S* .{1,100})?",
            r"вы удалили (?:данное|это) сообщение",
            r"бұл (?:хабар|хабарлама) (?:жойылды|жойылған|өшірілді|өшірілген)",
            r"(?:сіз )?бұл (?:хабарды|хабарламаны) (?:жойдыңыз|өшірдіңіз)",
            r"diese nachricht wurde (?:von admin .{1,100} )?gelöscht",
            r"du hast diese nachricht (?:als admin )?gelöscht",
            r"(?:se eliminó este mensaje|este mensaje fue eliminado|eliminaste este mensaje)",
            r"(?:esta )?mensagem (?:foi )?apagada|(?:você )?apagou esta mensagem",
            r"esta mensagem foi (?:eliminada|apagada)(?: pelo admin .{1,100})?",
        )
    )
)

# Lines of the program that carry a name before the colon, as an iPhone writes them.
SYSTEM: Final = re.compile(
    "|".join(
        (
            r"end-to-end encrypted|created (?:this )?group|changed the (?:subject|group|settings)",
            r"changed (?:this group|their phone|to \+)|(?:was|were) added|\badded\b|\bremoved\b",
            r"\bleft\b|joined (?:using|from|via)|security code|missed (?:voice|video|group)",
            r"(?:voice|video) call|(?:an|no longer an) admin|disappearing messages",
            r"pinned a message",
            r"сквозным шифрованием|создал\S* (?:эту )?группу|изменил\S*|добавил\S*|удалил\S*",
            r"покинул\S*|вышел|вышла|присоединил\S*|код безопасности|пропущенн\S* \S*звон|звонок",
            r"исчезающие сообщения|закрепил\S*|администратор",
            r"шифрланған|шифрлаумен|топты? құрды|тобын құрды|қосты|қосылды|шығарды|шықты|өзгертті",
            r"қауіпсіздік код\S*|қабылданбаған|бекітті|жоғалатын хабар\S*",
            r"ende-zu-ende-verschlüsselt|gruppe .*erstellt|hinzugefügt|entfernt|verlassen|geändert",
            r"beigetreten|sicherheitsnummer|verpasster|sprachanruf|videoanruf|selbstlöschende",
            r"cifrados de extremo|creó (?:el|este) grupo|añadió|agregó|eliminó a|salió|cambió",
            r"se unió|código de seguridad|llamada|mensajes temporales|fijó",
            r"protegidas com a criptografia|encriptadas|criou (?:o|este) grupo|adicionou|removeu",
            r"saiu|mudou|entrou usando|código de segurança|chamada|ligação|mensagens temporárias",
        )
    ),
    re.IGNORECASE,
)
_QUOTES: Final = (('"', '"'), ("“", "”"), ("«", "»"), ("„", "“"))

LOCATION: Final = re.compile(
    r"(?:[^\n:]{3,40}: )?https://maps\.google\.com/\?q="
    r"(?P<where>-?\d{1,3}(?:\.\d{1,20})?,-?\d{1,3}(?:\.\d{1,20})?)",
)
POLL: Final = re.compile(
    rf"[{MARKS}]*(?:POLL|ОПРОС|САУАЛНАМА|УМФРАГЕ|UMFRAGE|ENCUESTA|ENQUETE|SONDAGEM):"
)
OPTION: Final = re.compile(
    rf"[{MARKS}]*(?:OPTION|ВАРИАНТ|НҰСҚА|OPCIÓN|OPÇÃO): (?P<answer>.*?)"
    rf"(?:[{SPACES}]\([{MARKS}]*(?P<votes>\d{{1,9}})[^()]{{0,40}}\))?"
)


def plain(text: str) -> str:
    """A text as it is compared: lower case, no marks, plain spaces, no full stop at the end."""
    if not text.isascii() and _UNUSUAL.search(text):
        text = text.translate(_BARE)
    return text.strip().casefold().removesuffix(".")


_BARE: Final = {**dict.fromkeys(map(ord, MARKS)), **dict.fromkeys(map(ord, SPACES), " ")}
_UNUSUAL: Final = re.compile(f"[{MARKS}{SPACES[1:]}]")


def is_deleted(text: str) -> bool:
    """Whether a text is what the program puts in the place of a deleted message."""
    bare = plain(text)
    return bare[:4] in _DELETED_BEGINS and bool(_DELETED.fullmatch(bare))


_DELETED_BEGINS: Final = frozenset(
    {
        *("this", "you ", "данн", "это ", "вы у", "бұл ", "сіз ", "dies", "du h"),
        *("se e", "este", "elim", "esta", "mens", "você", "apag"),
    }
)


def left_out(text: str, *, iphone: bool) -> MediaKind | None:
    """The kind of file that a text stands for, which was not exported."""
    if not (iphone or text[:1] in _MAY_STAND_FOR_A_FILE):
        return None
    bare = plain(text)
    if bare.startswith("<"):
        if not _ANY_LEFT_OUT.fullmatch(bare):
            return None
        return LEFT_OUT_IF_MARKED.get(bare.strip("<>").strip(), MediaKind.FILE)
    if text.startswith("\u200e"):
        return LEFT_OUT_IF_MARKED.get(bare)
    return LEFT_OUT.get(bare) if iphone else None


_MAY_STAND_FOR_A_FILE: Final = frozenset(("<", *MARKS))


def named_file(line: str) -> str | None:
    """The file that a line of Android names, as in `IMG-20220105-WA0001.jpg (file attached)`."""
    if ")" not in line[-3:]:
        return None
    found = _NAMED_FILE.fullmatch(line.strip(MARKS + SPACES))
    if found and (plain(found["words"]) in _FILE_WORDS or _OWN_NAME.fullmatch(found["name"])):
        return found["name"].strip(MARKS)
    return None


def _angles(text: str) -> tuple[str, str] | None:
    """What stands in angles at the end of a text, and what before it."""
    at = text.rfind("<")
    if at < 0 or len(text) - at > _LONGEST_ANGLES:
        return None
    return text[:at].rstrip(MARKS + SPACES), text[at:].rstrip(MARKS + SPACES)


def without_edit_mark(text: str) -> str | None:
    """The text before `<This message was edited>`; None where that does not end it."""
    cut = _angles(text)
    return cut[0] if cut and _EDITED.fullmatch(cut[1]) else None


def attached_file(text: str) -> tuple[str, str] | None:
    """The text before `<attached: NAME>` of an iPhone, and the name; None where there is none."""
    cut = _angles(text)
    found = _ATTACHED.fullmatch(cut[1]) if cut else None
    if cut is None or found is None:
        return None
    name = found["name"].strip(MARKS + SPACES)
    if plain(found["words"]) not in _ATTACHED_WORDS and not _OWN_NAME.fullmatch(name):
        return None
    return cut[0], name


def titled_document(text: str) -> tuple[str, str] | None:
    """The title of `report.pdf • 3 pages`, and what comes behind; None where it is no such line."""
    found = _DOCUMENT.fullmatch(text.strip(MARKS + SPACES))
    return (found["name"].strip(MARKS), found["rest"] or "") if found else None


def is_half_quoted(name: str) -> bool:
    """Whether a quotation begins in what would be a name: then the colon stands within it."""
    for opening, closing in _QUOTES:
        count = name.count(opening)
        if count % 2 if opening == closing else count > name.count(closing):
            return True
    return False
