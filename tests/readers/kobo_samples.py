"""Exports of forms put together file by file: a form in three languages, tables, repeats, a picture.

`python -m tests.readers.kobo_samples` writes `samples/archive/submissions.zip` anew.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from tests.readers.table_samples import Grid, csv_text, xlsx

FIRST = "aaaaaaaa-0000-4000-8000-000000000001"
SECOND = "bbbbbbbb-0000-4000-8000-000000000002"
EDITED = "cccccccc-0000-4000-8000-000000000003"
_LABELS = ["label::English (en)", "label::Русский (ru)", "label::Қазақша (kk)"]

SURVEY: Grid = [
    ["type", "name", *_LABELS, "calculation"],
    ["start", "start", None, None, None, None],
    ["begin_group", "event", "What happened", "Что произошло", "Не болды", None],
    ["select_one kinds", "kind", "What kind of place?", "Какое это место?", "Қандай жер?", None],
    ["text", "place", "Where was it?", "Где это было?", "Қай жерде?", None],
    ["end_group", None, None, None, None, None],
    ["begin_repeat", "persons", "People", "Люди", "Адамдар", None],
    ["text", "name", "Name", "Имя", "Аты", None],
    ["select_multiple harms", "harm", "What was done?", "Что сделали?", "Не істеді?", None],
    ["begin_repeat", "injuries", "Injuries", None, None, None],
    ["text", "what", "Which part of the body?", None, None, None],
    ["end_repeat", None, None, None, None, None],
    ["end_repeat", None, None, None, None, None],
    ["image", "photo", "A photograph", "Фотография", "Сурет", None],
    ["calculate", "total", None, None, None, "count(${persons})"],
    ["note", "thanks", "Thank you", "Спасибо", "Рақмет", None],
]
CHOICES: Grid = [
    ["list_name", "name", *_LABELS],
    ["kinds", "square", "A square", "Площадь", "Алаң"],
    ["kinds", "street", "A street", "Улица", "Көше"],
    ["harms", "beaten", "Beaten", "Избили", "Ұрды"],
    ["harms", "detained", "Detained", "Задержали", "Ұстады"],
]
SETTINGS: Grid = [["form_title", "form_id", "version"], ["Invented form", "invented", "7"]]
FORM: Mapping[str, Grid] = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}

_HEAD = "SubmissionDate start event-kind event-place photo total meta-instanceID KEY SubmitterID"
_HEAD += " SubmitterName AttachmentsPresent AttachmentsExpected Status ReviewState DeviceID Edits"
_HEAD += " FormVersion"


def submission(root: str, own: str, kind: str, place: str, photo: str, edits: int) -> list[str]:
    sent, began = "2022-01-09T04:50:30.100Z", "2022-01-09T10:15:00.000+06:00"
    ids = [f"uuid:{own}", f"uuid:{root}", "28", "collector_7"]
    return [sent, began, kind, place, photo, "2", *ids, "1", "1", "", "", "c:AbCd", str(edits), "7"]


MAIN = [
    _HEAD.split(),
    submission(FIRST, FIRST, "square", "Sayakkent, the square (invented)", "1641.jpg", 0),
    submission(SECOND, EDITED, "street", "Саяккент, улица (вымысел)", "1642.jpg", 1),
]
PERSONS = [
    ["name", "harm", "PARENT_KEY", "KEY"],
    ["Ivan Invented", "beaten detained", f"uuid:{FIRST}", f"uuid:{FIRST}/persons[1]"],
    ["Айгүл Ойдан", "", f"uuid:{FIRST}", f"uuid:{FIRST}/persons[2]"],
    ["Second Form", "detained", f"uuid:{SECOND}", f"uuid:{SECOND}/persons[1]"],
    ["Nobody's Row", "beaten", "uuid:gone", "uuid:gone/persons[1]"],
]
INJURIES = [
    ["what", "PARENT_KEY", "KEY"],
    ["left arm", f"uuid:{FIRST}/persons[1]", f"uuid:{FIRST}/persons[1]/injuries[1]"],
    ["head", f"uuid:{FIRST}/persons[1]", f"uuid:{FIRST}/persons[1]/injuries[2]"],
]


def picture() -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((64, 48), (-2, -1, 1, 1), 20).save(out, "JPEG", quality=30)
    return out.getvalue()


def packed(members: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2022, 1, 9, 12, 0, 0)), data)
    return out.getvalue()


def central(**more: str | bytes) -> dict[str, str | bytes]:
    """An export of ODK Central, with the form as a workbook beside it."""
    return {
        "invented-persons-injuries.csv": csv_text(INJURIES),
        "invented-persons.csv": csv_text(PERSONS),
        "invented.csv": csv_text(MAIN),
        "media/1641.jpg": picture(),
        "invented-form.xlsx": xlsx(dict(FORM)),
        **more,
    }


if __name__ == "__main__":
    path = Path(__file__).parent / "samples" / "archive" / "submissions.zip"
    path.write_bytes(packed(central()))
