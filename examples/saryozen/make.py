"""Make the invented material of Saryozen anew: `python -m examples.saryozen.make`.

One seed gives the same people, lists and chats, byte for byte (what lies in a package
of a workbook or a document: member for member). A test holds the folder to it. What is
written by hand, and not made here, is the sheet, the statements and the README.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from examples.saryozen.making import voices
from examples.saryozen.making.files import csv_text, letter, workbook
from examples.saryozen.making.lists import PeopleList, all_lists
from examples.saryozen.making.people import Person, population

SEED = 2034
HERE = Path(__file__).parent
_BOM = "\ufeff"


def made(seed: int = SEED) -> dict[str, bytes]:
    """Give every file that is made, by its path below this folder."""
    random = Random(seed)
    people = population(random)
    lists = all_lists(random, people)
    told = voices.Voices(random, _spoken_of(random, people, lists))
    return {
        **_list_files({one.name: one for one in lists}),
        voices.TELEGRAM: voices.telegram(told).encode(),
        voices.WHATSAPP: voices.whatsapp(told).encode(),
        voices.TEACHER: voices.teacher(told).encode(),
        voices.DRIVER: letter(voices.driver(told)),
        voices.NURSE: voices.NURSE_TEXT.encode(),
        **_truth(people, lists, told.mentions),
    }


def write(folder: Path = HERE) -> None:
    """Write all of it."""
    for path, data in made().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def _spoken_of(
    random: Random, people: Sequence[Person], lists: Iterable[PeopleList]
) -> list[Person]:
    """Those whom chats and testimonies name, from the last to the first; some are on no list."""
    listed = {one.number for each in lists for one, _ in each.rows}
    unlisted = [one for one in people if one.number not in listed]
    named = [one for one in people if one.number in listed]
    chosen = random.sample(named, 48) + random.sample(unlisted, 12)
    random.shuffle(chosen)
    return chosen


def _list_files(lists: dict[str, PeopleList]) -> dict[str, bytes]:
    files = {}
    for edition in ("2034-02-25", "2034-03-10"):
        rows = _rows(lists[f"lawyers ({edition})"])
        files[f"lists/lawyers-{edition}.xlsx"] = workbook("Список", rows)
    files["lists/akimat.csv"] = (_BOM + csv_text(_rows(lists["akimat"]), ";")).encode()
    files["lists/press.csv"] = csv_text(_rows(lists["press"])).encode()
    # The old program of the hospital stores letters as Windows did.
    files["lists/hospital.csv"] = csv_text(_rows(lists["hospital"]), ";").encode("windows-1251")
    return files


def _rows(one: PeopleList) -> list[Sequence[str]]:
    """The mark, the header below it, and the rows."""
    return [(one.mark,), one.header, *(cells for _, cells in one.rows)]


def _truth(
    people: Iterable[Person],
    lists: Iterable[PeopleList],
    mentions: Iterable[tuple[str, str, str]],
) -> dict[str, bytes]:
    rows = [
        (each.name, str(row), one.id)
        for each in lists
        for row, (one, _) in enumerate(each.rows, start=1)
    ]
    everybody = [(one.id, one.happened, one.hard or "") for one in people]
    return {
        "truth.csv": csv_text([("list", "row", "person"), *rows]).encode(),
        "people.csv": csv_text([("person", "happened", "hard"), *everybody]).encode(),
        "mentions.csv": csv_text([("file", "words", "person"), *mentions]).encode(),
    }


if __name__ == "__main__":
    write()
