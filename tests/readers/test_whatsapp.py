"""Exports of WhatsApp: one style a file, one order of dates, and nobody's words but their own."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, timedelta
from io import BytesIO
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.readers.answer import Begin, DocumentWriter, Noted, Quoted
from qantar.readers.confined import Readers
from qantar.readers.finding_log import FindingLog
from qantar.readers.job import Job
from qantar.readers.whatsapp import read_chat
from tests.readers.golden import SAMPLES
from tests.readers.reading import ReadDocument, documents, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate

FOLDER = SAMPLES / "whatsapp"
MARK = "\u200e"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestWhatsapp(ReaderSuite):
    reader = "whatsapp"


def chat(text: str, **asked: object) -> ReadDocument:
    (read,) = read_bytes(text.encode(), "chat.txt", **asked)
    assert read.begin.reader == "whatsapp"
    return read


def said(read: ReadDocument) -> list[tuple[str | None, str]]:
    return [(s.speaker, read.text[s.start : s.end]) for s in read.segments if s.kind == "message"]


# One moment, the 15th of January 2022 at 14:05 (and 33 seconds), as telephones write it.
SPELLINGS = {
    "android en": "15/01/2022, 14:05 - Ainur: A",
    "android en-US": "1/15/22, 2:05\u202fPM - Ainur: A",
    "android en-US, plain space": "1/15/22, 2:05 PM - Ainur: A",
    "android en-IN": "15/01/22, 2:05 pm - Ainur: A",
    "android de": "15.01.22, 14:05 - Ainur: A",
    "android es": "15/1/22, 2:05 p.\u00a0m. - Ainur: A",
    "android pt-BR": "15/01/2022 14:05 - Ainur: A",
    "android nl": "15-01-2022 14:05 - Ainur: A",
    "android sv": "2022-01-15 14:05 - Ainur: A",
    "android en-CA": "2022-01-15, 2:05 p.m. - Ainur: A",
    "android fi": "15.1.2022 klo 14.05 - Ainur: A".replace("klo ", ""),
    "android, en dash": "15/01/2022, 14:05 – Ainur: A",
    "android ar": "١٥\u200f/١\u200f/٢٠٢٢، ٢:٠٥ م - Ainur: A",
    "android fa": "۲۰۲۲/۱/۱۵،\u200f ۱۴:۰۵ - Ainur: A",
    "android ko": "2022. 1. 15. 오후 2:05 - Ainur: A",
    "android zh": "2022/1/15 下午2:05 - Ainur: A",
    "android ru, with year's word": "15.01.2022 г., 14:05 - Ainur: A",
    "android tr": "15.01.2022 ÖS 2:05 - Ainur: A",
    "iphone en": "[15/01/2022, 14:05:33] Ainur: A",
    "iphone en-US": "[1/15/22, 2:05:33\u202fPM] Ainur: A",
    "iphone de": f"{MARK}[15.01.22, 14:05:33] Ainur: A",
    "iphone without seconds": "[15.01.22, 14:05] Ainur: A",
    "iphone pt-BR": "[15/01/2022 14:05:33] Ainur: A",
    "iphone sv": "[2022-01-15, 14:05:33] Ainur: A",
    "iphone kk": "[15.01.2022, 14:05:33] Ainur: A",
    "iphone es": "[15/1/22 14:05:33] Ainur: A",
    "iphone it": "[15/01/22, 14:05:33] Ainur: A",
}


@pytest.mark.parametrize("line", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_every_spelling_of_one_moment_is_that_moment(line: str) -> None:
    read = chat(line + "\n")
    seconds = ":33" if ":33" in line else ""
    assert [(s.at, s.at_zone, s.at_other) for s in read.segments] == [
        (f"2022-01-15T14:05{seconds}", None, None)
    ]
    assert said(read) == [("Ainur", "A")]
    assert "ambiguous-date" not in read.codes()
    assert "no-zone" in read.codes()


@pytest.mark.parametrize(
    ("clock", "at"),
    [
        *(("12:00 AM", "00:00"), ("12:30 PM", "12:30"), ("1:00 PM", "13:00")),
        *(("11:59 am", "11:59"), ("12:59 a.m.", "00:59"), ("13:00 PM", None), ("0:10 AM", None)),
    ],
)
def test_the_halves_of_a_day(clock: str, at: str | None) -> None:
    read = chat(f"1/15/22, {clock} - Ainur: A\n")
    assert [s.at for s in read.segments] == [f"2022-01-15T{at}" if at else None]
    assert ("impossible-date" in read.codes()) == (at is None)


def test_values_decide_over_the_whole_file() -> None:
    lines = "05/01/22, 14:05 - A: one\n06/01/22, 14:05 - A: two\n13/01/22, 14:05 - A: three\n"
    assert [s.at for s in chat(lines).segments] == [
        "2022-01-05T14:05",
        "2022-01-06T14:05",
        "2022-01-13T14:05",
    ]


def test_one_pasted_line_does_not_turn_all_dates_of_a_chat_around() -> None:
    """Its 13 once made months of all days, and nothing was said."""
    days = ("05/01", "06/01", "03/02", "04/02", "02/03", "07/03")
    lines = [f"{day}/2022, 10:00 - Dana: said on {day}\n" for day in days]
    pasted = "01/13/2022, 09:00 - Bob: from another telephone\n"
    read = chat("".join([*lines[:3], pasted, *lines[3:]]))
    first = read.segments[0]
    assert (first.at, first.at_other) == ("2022-01-05T10:00", "2022-05-01T10:00")
    assert "ambiguous-date" in read.codes()
    assert "Bob" not in {s.speaker for s in read.segments}
    without = chat("".join(lines))
    assert (without.segments[0].at, without.segments[0].at_other) == ("2022-01-05T10:00", None)


def test_where_values_do_not_tell_the_course_does() -> None:
    (read,) = read_bytes((FOLDER / "course.txt").read_bytes(), "course.txt")
    assert [s.at_other for s in read.segments] == [None] * 3
    assert "ambiguous-date" not in read.codes()
    backwards = "02/01/22, 14:05 - A: one\n02/02/22, 14:06 - A: two\n01/03/22, 14:07 - A: three\n"
    assert [s.at for s in chat(backwards).segments][-1] == "2022-03-01T14:07"


def test_where_nothing_tells_both_readings_are_given_and_a_sheet_can_decide() -> None:
    text = (FOLDER / "ambiguous.txt").read_text(encoding="utf-8")
    read = chat(text)
    assert [(s.at, s.at_other) for s in read.segments] == [
        ("2022-02-01T14:05", "2022-01-02T14:05"),
        ("2022-02-02T14:06", None),
        ("2022-03-03T14:07", None),
    ]
    assert sum(f.code == "ambiguous-date" for f in read.findings) == 1
    for order, at in (("dmy", "2022-02-01T14:05"), ("mdy", "2022-01-02T14:05")):
        decided = chat(text, dates=order)
        assert (decided.segments[0].at, decided.segments[0].at_other) == (at, None)
        assert "ambiguous-date" not in decided.codes()


def test_the_twelve_hour_clock_of_english_puts_the_month_first_where_nothing_tells() -> None:
    read = chat("1/2/22, 2:05 PM - Ainur: A\n")
    assert (read.segments[0].at, read.segments[0].at_other) == (
        "2022-01-02T14:05",
        "2022-02-01T14:05",
    )


def test_one_pasted_line_does_not_turn_the_dates_of_a_file() -> None:
    days = [date(2022, 1, 5) + timedelta(days=n) for n in range(60)]
    lines = [f"{day:%d/%m/%Y}, 14:05 - A: words\n" for day in days]
    lines.insert(30, "01/31/2022, 14:05 - B: pasted\n")
    read = chat("".join(lines))
    assert [s.at for s in read.segments] == [f"{day}T14:05" for day in days]
    assert read.text.count("01/31/2022, 14:05 - B: pasted") == 1
    assert "header-in-message" in read.codes()


def test_a_day_that_no_calendar_has_is_told_and_its_message_kept() -> None:
    read = chat("28/02/2022, 14:05 - A: one\n30/02/2022, 14:05 - A: two\n")
    assert [s.at for s in read.segments] == ["2022-02-28T14:05", None]
    assert "impossible-date" in read.codes()


@pytest.mark.parametrize(
    "line",
    [
        "[05.01.22, 08:00:00] Ainur: not of this file",
        "1/5/22, 8:01 AM - Ainur: not of this file",
        "05.01.2022, 08:01 - Ainur: not of this file",
        "05/01/22, 08:01 - Ainur: not of this file",
        "05/01/2022, 08:01:02 - Ainur: not of this file",
        "05/01/2022 08:01 - Ainur: not of this file",
        "2022/01/05, 08:01 - Ainur: not of this file",
    ],
)
def test_a_line_of_another_style_stays_in_the_message(line: str) -> None:
    read = chat(f"15/01/2022, 14:05 - Daulet: she wrote\n{line}\nand so on\n")
    assert said(read) == [("Daulet", f"she wrote\n{line}\nand so on")]
    assert "header-in-message" in read.codes()


def test_lines_pasted_into_a_message_on_an_iphone_speak_for_nobody() -> None:
    (read,) = read_bytes((FOLDER / "iphone_pasted.txt").read_bytes(), "_chat.txt")
    assert not any(
        s.speaker == "Daulet (invented)" and "I did it" in t
        for s, t in zip(
            read.segments, (read.text[s.start : s.end] for s in read.segments), strict=True
        )
    )
    assert len(read.segments) == 26


def test_lines_pasted_on_android_are_at_least_told_by_their_date() -> None:
    read = chat(
        "15/01/2022, 14:05 - Daulet: see\n05/01/2022, 08:00 - Ainur: pasted\n"
        "15/01/2022, 14:06 - Daulet: yes\n"
    )
    (told,) = (f for f in read.findings if f.code == "out-of-order")
    assert told.where is not None
    assert told.where.line == 2


MEDIA = {
    "<Media omitted>": ("file", None, False),
    "<Без медиафайлов>": ("file", None, False),
    "<Медиафайл қосылмаған>": ("file", None, False),
    "<Medien ausgeschlossen>": ("file", None, False),
    "<Multimedia omitido>": ("file", None, False),
    "<Archivo omitido>": ("file", None, False),
    "<Mídia oculta>": ("file", None, False),
    "<Arquivo de mídia oculto>": ("file", None, False),
    "<Ficheiro não revelado>": ("file", None, False),
    "<View once voice message omitted>": ("voice", None, False),
    "IMG-20220105-WA0001.jpg (file attached)": ("photo", "IMG-20220105-WA0001.jpg", None),
    "VID-20220105-WA0002.mp4 (Datei angehängt)": ("video", "VID-20220105-WA0002.mp4", None),
    "PTT-20220105-WA0003.opus (archivo adjunto)": ("voice", "PTT-20220105-WA0003.opus", None),
    "STK-20220105-WA0004.webp (файл добавлен)": ("sticker", "STK-20220105-WA0004.webp", None),
    "AUD-20220105-WA0005.mp3 (arquivo anexado)": ("audio", "AUD-20220105-WA0005.mp3", None),
    "list of names.pdf (file attached)": ("file", "list of names.pdf", None),
    "DOC-20220105-WA0006.pdf (in no known words)": ("file", "DOC-20220105-WA0006.pdf", None),
    "Nobody.vcf (файл тіркелді)": ("contact", "Nobody.vcf", None),
    f"{MARK}IMG-20220105-WA0007.jpg (file attached)": ("photo", "IMG-20220105-WA0007.jpg", None),
    "location: https://maps.google.com/?q=43.25,76.95": ("location", "43.25,76.95", None),
    "Местоположение: https://maps.google.com/?q=-1,2": ("location", "-1,2", None),
}
IPHONE_MEDIA = {
    "image omitted": ("photo", None, False),
    "video omitted": ("video", None, False),
    "GIF omitted": ("video", None, False),
    "sticker omitted": ("sticker", None, False),
    "document omitted": ("file", None, False),
    "Contact card omitted": ("contact", None, False),
    "изображение отсутствует": ("photo", None, False),
    "аудиофайл отсутствует": ("audio", None, False),
    "стикер не добавлен": ("sticker", None, False),
    "сурет қосылмады": ("photo", None, False),
    "Bild weggelassen": ("photo", None, False),
    "Kontaktkarte ausgelassen": ("contact", None, False),
    "imagen omitida": ("photo", None, False),
    "imagem ocultada": ("photo", None, False),
    "áudio ocultado": ("audio", None, False),
    "<attached: 00000012-PHOTO-2022-01-05-14-05-33.jpg>": (
        "photo",
        "00000012-PHOTO-2022-01-05-14-05-33.jpg",
        None,
    ),
    "<прикреплено: 00000013-AUDIO-2022-01-05-14-05-33.opus>": (
        "voice",
        "00000013-AUDIO-2022-01-05-14-05-33.opus",
        None,
    ),
    "<тіркелді: 00000014-STICKER-2022-01-05-14-05-33.webp>": (
        "sticker",
        "00000014-STICKER-2022-01-05-14-05-33.webp",
        None,
    ),
    "<Anhang: Liste.pdf>": ("file", "Liste.pdf", None),
    "<adjunto: lista.pdf>": ("file", "lista.pdf", None),
    "<anexado: lista.pdf>": ("file", "lista.pdf", None),
    f"report.pdf • {MARK}3 pages {MARK}document omitted": ("file", "report.pdf", False),
}


@pytest.mark.parametrize(("words", "media"), MEDIA.items())
def test_what_stands_for_a_file_is_no_text(
    words: str, media: tuple[str, str | None, bool | None]
) -> None:
    read = chat(f"15/01/2022, 14:05 - A: {words}\nWhat it shows.\n15/01/2022, 14:06 - A: {words}\n")
    if media[0] == "location":
        read = chat(f"15/01/2022, 14:05 - A: {words}\n")
    found = read.segments[-1]
    assert [(m.kind, m.name, m.present) for m in found.media] == [media]
    assert found.start == found.end
    if media[0] != "location":
        assert said(read)[0] == ("A", "What it shows.")


@pytest.mark.parametrize(("words", "media"), IPHONE_MEDIA.items())
def test_what_stands_for_a_file_on_an_iphone_is_no_text(
    words: str, media: tuple[str, str | None, bool | None]
) -> None:
    read = chat(f"{MARK}[15.01.2022, 14:05:33] A: {MARK}{words}\r\n")
    (found,) = read.segments
    assert [(m.kind, m.name, m.present) for m in found.media] == [media]
    assert read.text == "\n"


def test_a_caption_of_an_iphone_stands_before_its_picture() -> None:
    read = chat(f"[15.01.2022, 14:05:33] A: The square. {MARK}<attached: 00000012-PHOTO-1.jpg>\r\n")
    assert said(read) == [("A", "The square.")]
    assert read.segments[0].media[0].name == "00000012-PHOTO-1.jpg"


@pytest.mark.parametrize(
    "words",
    [
        *("видео жоқ", "<3 <3", "<b>", "<medicine>", "a (file attached)", "price (in tenge)"),
        *("<https://example.org/media>", "This message was deleted by mistake, I think"),
        *("they said: <This message was edited> and laughed", "11:05: we go", "image omitted?"),
    ],
)
def test_what_people_write_themselves_stays_their_text(words: str) -> None:
    read = chat(f"15/01/2022, 14:05 - A: {words}\n")
    assert said(read) == [("A", words)]
    assert not read.segments[0].media
    assert not read.segments[0].deleted
    assert read.segments[0].edited is None


@pytest.mark.parametrize(
    "words",
    [
        *("This message was deleted", "You deleted this message", "This message was deleted."),
        *("Данное сообщение удалено", "Вы удалили данное сообщение.", "Это сообщение удалено"),
        *("Бұл хабар жойылды", "Бұл хабарлама өшірілді", "Сіз бұл хабарды өшірдіңіз"),
        *("Diese Nachricht wurde gelöscht.", "Du hast diese Nachricht gelöscht."),
        *("Se eliminó este mensaje.", "Eliminaste este mensaje."),
        *("Mensagem apagada", "Você apagou esta mensagem", "Esta mensagem foi apagada."),
        f"{MARK}This message was deleted.",
    ],
)
def test_a_deleted_message_has_no_text(words: str) -> None:
    read = chat(f"15/01/2022, 14:05 - A: {words}\n")
    assert [(s.deleted, s.start, s.end) for s in read.segments] == [(True, 0, 0)]


@pytest.mark.parametrize(
    "mark",
    [
        *("<This message was edited>", "<Сообщение изменено>", "<Бұл хабар өңделді>"),
        *("<Diese Nachricht wurde bearbeitet.>", "<Se editó este mensaje.>", "<Mensagem editada>"),
    ],
)
def test_the_mark_of_an_edit_is_a_field(mark: str) -> None:
    read = chat(f"15/01/2022, 14:05 - A: one\ntwo {MARK}{mark}\n")
    assert said(read) == [("A", "one\ntwo")]
    assert read.segments[0].edited is True


SYSTEM_LINES = (
    "Messages and calls are end-to-end encrypted.",
    'Ainur created group "Sayakkent: news"',
    "Айнур создал(-а) группу «Саяккент: новости»",
    "Айнұр «Саяққант: жаңалық» тобын құрды",
    "Daulet hat die Gruppe „Sayakkent: neu“ erstellt",
    'Ainur changed the subject from "A: b" to "C: d"',
    "Daulet left",
    "See https://faq.whatsapp.com/general",
)


@pytest.mark.parametrize("line", SYSTEM_LINES)
def test_lines_of_the_program_are_nobodys_words(line: str) -> None:
    read = chat(f"15/01/2022, 14:05 - {line}\n")
    (found,) = read.segments
    assert (found.kind, found.speaker, found.service) == ("system", None, line)


@pytest.mark.parametrize(
    "words",
    [
        *("Messages and calls are end-to-end encrypted.", "You added Daulet", "Missed voice call"),
        *("Сообщения и звонки защищены сквозным шифрованием.", "Айнур добавил(-а) Даулета"),
        *("Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.", "Ainur salió del grupo"),
        *("Айнұр Дәулетті қосты", "Ainur criou este grupo"),
    ],
)
def test_lines_of_the_program_on_an_iphone_carry_a_mark(words: str) -> None:
    read = chat(f"[15.01.2022, 14:05:33] Sayakkent: {MARK}{words}\r\n")
    assert [(s.kind, s.service) for s in read.segments] == [("system", words)]
    unmarked = chat(f"[15.01.2022, 14:05:33] Sayakkent: {words}\r\n")
    assert [s.kind for s in unmarked.segments] == ["message"]


def test_names_are_without_the_marks_around_them() -> None:
    read = chat("[15.01.2022, 14:05:33] \u202a+7\u00a0000\u202c: A\r\n15.01.2022\r\n")
    assert said(read) == [("+7\u00a0000", "A\n15.01.2022")]


def test_lines_above_the_first_message_are_kept() -> None:
    read = chat("Chat with Ainur\n\n15/01/2022, 14:05 - A: one\n", reader="whatsapp")
    assert read.of_kind("paragraph") == ["Chat with Ainur"]
    assert said(read) == [("A", "one")]


def test_files_that_came_with_it_are_present() -> None:
    text = "".join(
        f"15/01/2022, 14:0{n} - A: IMG-20220115-WA000{n}.jpg (file attached)\n" for n in (1, 2)
    )
    out = BytesIO()
    writer = DocumentWriter(out)
    archive = writer.begin(reader="archive", version=1, media_type="application/zip")
    writer.end()
    read_chat(
        BytesIO(text.encode()),
        Job(name="chat.zip"),
        FindingLog("chat.zip"),
        writer,
        members=frozenset({"IMG-20220115-WA0001.jpg"}),
        parent=archive,
        member="_chat.txt",
    )
    writer.finish()
    _, read = documents(out.getvalue())
    assert (read.begin.parent, read.begin.member) == (archive, "_chat.txt")
    assert [s.media[0].present for s in read.segments] == [True, False]


def test_an_export_in_an_old_encoding_is_read() -> None:
    text = "15.01.2022, 14:05 - Айнур: На площади люди, их двадцать\n"
    (read,) = read_bytes(text.encode("cp1251"), "chat.txt")
    assert said(read) == [("Айнур", "На площади люди, их двадцать")]
    assert "encoding-guessed" in read.codes()


@pytest.mark.parametrize(
    "text",
    [
        "2022-01-05 14:05:33 - worker: started\n2022-01-05 14:05:34 - worker: ended\n",
        "One line.\n\nAnother: line.\n",
        "05/01/2022;14:05;A\n06/01/2022;14:06;B\n",
    ],
)
def test_other_texts_are_left_to_others(text: str) -> None:
    (read,) = read_bytes(text.encode(), "notes.txt")
    assert read.begin.reader != "whatsapp"


@pytest.mark.parametrize(
    "hostile",
    [
        "a:" * 1_500_000,
        "<" * 1_500_000,
        " " * 3_000_000 + "<",
        f"{MARK}gruppe " * 300_000,
        "x <This message was edited> " * 100_000,
        "15/01/2022, " * 200_000,
        "\n" * 2_000_000,
        "\n1/1/22" * 300_000,
        "POLL:\nOPTION: " + "( (1" * 300_000,
    ],
    ids=["colons", "angles", "spaces", "system", "edits", "dates", "lines", "almost", "poll"],
)
def test_hostile_messages_take_no_longer_than_others(hostile: str) -> None:
    began = process_time()
    read = chat(f"15/01/2022, 14:05 - A: {hostile}\n15/01/2022, 14:06 - A: end\n")
    assert said(read)[-1] == ("A", "end")
    assert process_time() - began < 20


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(2013, 1, 1), datetime(2038, 1, 1)),  # noqa: DTZ001  # as written
            st.text(
                st.characters(exclude_categories=["C", "Z"], exclude_characters=":\u200e<>"),
                min_size=1,
                max_size=30,
            ),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(
        [
            "{0:%d/%m/%Y, %H:%M} - A: ",
            "{0:%m/%d/%y, %I:%M %p} - A: ",
            "[{0:%d.%m.%y, %H:%M:%S}] A: ",
            "{0:%Y-%m-%d %H:%M} - A: ",
        ]
    ),
)
def test_what_a_telephone_wrote_comes_back(
    messages: list[tuple[datetime, str]], spelling: str
) -> None:
    """A chat in order comes back whole: its words, and its times in the first or other reading."""
    messages.sort()
    text = "".join(f"{spelling.format(at)}{words}\n" for at, words in messages)
    read = chat(text, reader="whatsapp")
    if not any(s.deleted or s.media for s in read.segments):
        assert [words for _, words in said(read)] == [words for _, words in messages]
    for (at, _), segment in zip(messages, read.segments, strict=True):
        expected = at.strftime("%Y-%m-%dT%H:%M:%S" if "%S" in spelling else "%Y-%m-%dT%H:%M")
        assert expected in (segment.at, segment.at_other)


def test_an_export_is_read_in_confinement() -> None:
    with Readers() as readers, tempfile.TemporaryFile() as file:
        file.write((FOLDER / "iphone_de.txt").read_bytes())
        file.flush()
        came = list(readers.read(file.fileno(), Job(name="_chat.txt")))
        assert isinstance(came[0], Begin)
        assert came[0].reader == "whatsapp"
        assert sum(isinstance(one, Quoted) for one in came) == 9
        assert not any(isinstance(one, Noted) and one.code == "unparsed" for one in came)
