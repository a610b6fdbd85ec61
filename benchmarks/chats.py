"""Exports of chats: messages a second, read and answered in one process, and peak memory.

    python -m benchmarks.chats [MESSAGES]

The export is generated (seeded), as Telegram Desktop writes one: with indentation, two
languages, entities, forwards, replies, media and reactions. Reading means what a confined
reader does, up to the last byte of its answer; checking is what the other side does with
it. Each figure is of a process of its own; "of one core" counts the time it was busy, which
a machine at other work does not stretch as much. Beside it stand, as a peer in the same run,
plain `json.load` of the same file, and for WhatsApp plain reading of its lines.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from qantar.readers.answer import DocumentWriter, records
from qantar.readers.job import Job
from qantar.readers.registry import read

MESSAGES = 200_000
BAR = 50_000
BAR_MB = 500
WORDS = (
    *("ertең", "сағат", "square", "мост", "street", "кеше", "water", "полиция", "дорога"),
    *("алаң", "бүгін", "жаңалық", "people", "сказали", "что", "near", "the", "station", "никто"),
)
SPEAKERS = tuple(f"Invented Person {number}" for number in range(40))
START = datetime(2022, 1, 2, tzinfo=UTC)


def telegram_messages(messages: int, chance: Random) -> Iterator[dict[str, object]]:
    """Give invented messages in the shape of the exporter."""
    number, at = 1, START
    for _ in range(messages):
        number += chance.choice((1,) * 30 + (2, 9))
        at += timedelta(seconds=chance.randint(0, 40))
        who = chance.randrange(len(SPEAKERS))
        text = " ".join(chance.choices(WORDS, k=chance.randint(3, 25)))
        entities: list[dict[str, str]] = [{"type": "plain", "text": text}]
        said: object = text
        message: dict[str, object] = {
            "id": number,
            "type": "message",
            "date": (at + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%S"),
            "date_unixtime": str(int(at.timestamp())),
            "from": SPEAKERS[who],
            "from_id": f"user{10_000 + who}",
        }
        match chance.randrange(10):
            case 0:
                message["edited_unixtime"] = str(int(at.timestamp()) + 60)
            case 1:
                message["forwarded_from"] = "Invented Channel"
            case 2 | 3:
                message["reply_to_message_id"] = number - 1
            case 4 | 5:
                message["photo"] = f"photos/photo_{number}@05-01-2022_10-00-00.jpg"
                message["width"], message["height"] = 1280, 720
            case 6:
                entities.append({"type": "link", "text": "https://example.org/"})
                said = [text + " ", entities[1]]
            case 7 | 8:
                message["reactions"] = [{"type": "emoji", "count": 3, "emoji": "👍"}]
        yield {**message, "text": said, "text_entities": entities}


def write_telegram(path: Path, messages: int) -> None:
    """Write an export of one chat."""
    chance = Random(messages)  # noqa: S311  # invented messages
    with path.open("w", encoding="utf-8") as out:
        out.write('{\n "name": "Invented chat",\n "type": "private_supergroup",\n "id": 1,\n')
        out.write(' "messages": [')
        for at, message in enumerate(telegram_messages(messages, chance)):
            written = json.dumps(message, ensure_ascii=False, indent=1).replace("\n", "\n  ")
            out.write(f"{',' if at else ''}\n  {written}")
        out.write("\n ]\n}")


def write_whatsapp(path: Path, messages: int) -> None:
    """Write an export of Android: some lines for each message, and some placeholders."""
    chance = Random(messages)  # noqa: S311  # invented messages
    at = START
    with path.open("w", encoding="utf-8") as out:
        for _ in range(messages):
            at += timedelta(seconds=chance.randint(0, 400))
            text = " ".join(chance.choices(WORDS, k=chance.randint(3, 25)))
            match chance.randrange(10):
                case 0:
                    text = "<Media omitted>"
                case 1:
                    text = f"IMG-{at:%Y%m%d}-WA0001.jpg (file attached)\n{text}"
                case 2 | 3:
                    text = f"{text}\n{text[:60]}"
                case 4:
                    text += " <This message was edited>"
            out.write(f"{at:%d/%m/%Y, %H:%M} - {chance.choice(SPEAKERS)}: {text}\n")


def lines(path: Path) -> None:
    """The peer: every line into memory, and nothing made of it."""
    with path.open(encoding="utf-8") as source:
        list(source)


def answer(path: Path, target: Path) -> None:
    """Read a file and write the whole answer."""
    with path.open("rb") as source, target.open("wb") as out:
        writer = DocumentWriter(out)
        read(source, Job(name=path.name), writer)
        writer.finish()


def check(target: Path) -> int:
    """Check an answer as whoever asked does; gives how many segments it has."""
    with target.open("rb") as source:
        return sum(1 for record in records(source) if hasattr(record, "segment"))


def load(path: Path) -> None:
    """The peer: the whole of the file into memory, and nothing made of it."""
    with path.open(encoding="utf-8") as source:
        json.load(source)


def measured(work: Callable[[], object]) -> tuple[float, float, float]:
    """Do something in a process of its own; gives seconds, of those busy, and peak memory in MB."""
    into, out = os.pipe()
    child = os.fork()
    if child == 0:
        began = time.perf_counter()
        work()
        os.write(out, f"{time.perf_counter() - began}".encode())
        os._exit(0)
    os.close(out)
    seconds = os.read(into, 64)
    os.close(into)
    _, status, usage = os.wait4(child, 0)
    if status:
        message = "a measured process failed"
        raise RuntimeError(message)
    return float(seconds), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def row(what: str, messages: int, work: Callable[[], object]) -> None:
    """Print one line of the table."""
    seconds, busy, megabytes = measured(work)
    print(
        f"| {what} | {messages:,} | {seconds:.2f} s | {messages / seconds:,.0f}/s "
        f"| {messages / busy:,.0f}/s | {megabytes:,.0f} MB |",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        telegram, answered = folder / "result.json", folder / "answer"
        write_telegram(telegram, messages)
        print(
            f"{telegram.stat().st_size / 1e6:,.0f} MB of JSON; this process holds "
            f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"
        )
        print("| | messages | time | rate | of one core | peak memory |\n|---|---|---|---|---|---|")
        row("Telegram: read and answered", messages, lambda: answer(telegram, answered))
        row("Telegram: answer checked", messages, lambda: check(answered))
        row("peer: json.load", messages, lambda: load(telegram))
        whatsapp = folder / "chat.txt"
        write_whatsapp(whatsapp, messages)
        row("WhatsApp: read and answered", messages, lambda: answer(whatsapp, answered))
        row("WhatsApp: answer checked", messages, lambda: check(answered))
        row("peer: its lines alone", messages, lambda: lines(whatsapp))
    print(f"bars: {BAR:,} messages/s, {BAR_MB} MB")


if __name__ == "__main__":
    main()
