"""The protected part: what tells a device, a network or a person is in no dossier and in no search.

The values are planted in every format that can carry them, and looked for in every form.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image

from qantar.cli.main import run
from qantar.record.database import opened
from qantar.workbench.search import protected_answers, search
from qantar.workbench.stores import record_of
from tests.dossier.test_withheld import forms_of
from tests.published import PublishedFiles, build_case, publish_case, publish_files
from tests.readers.golden import SAMPLES

NOW = datetime(2022, 2, 3, 4, 57, 13, tzinfo=UTC)
IN_ROWS = ("tabledevice", "tablephone", "tablessid", "tabletelefon", "tablemekenzhai")
IN_LISTS = ("listsdevice", "liststelefon")
STANDS = "The square of Sayakkent was full (invented)."


def canary(name: str) -> str:
    """A value that no file has by chance; it begins as a word of its own does."""
    return f"zqk{name}9x"


FOLDER = canary("folder")


def picture() -> bytes:
    """A photograph with the serial numbers of its camera and its owner."""
    exif = Image.Exif()
    more = exif.get_ifd(0x8769)
    more[0xA430], more[0xA431] = canary("exifowner"), canary("exifserial")
    exif[0x013B], exif[0x8298] = canary("exifartist"), canary("exifcopyright")
    more[0xA435], more[0xA420] = canary("exiflens"), canary("exifunique")
    out = io.BytesIO()
    Image.effect_mandelbrot((96, 64), (-2, -1, 1, 1), 50).convert("RGB").save(
        out, "JPEG", exif=exif
    )
    return out.getvalue()


def film() -> bytes:
    """A film whose tag names its device, in a sample of as many letters."""
    data = (SAMPLES / "media" / "keys.mov").read_bytes()
    planted = canary("film").encode()
    return data.replace(b"SN-INVENTED-1", planted + b" " * (13 - len(planted)))


def submissions() -> bytes:
    """What a form's program wrote beside the answers."""
    one = {
        "_id": 1,
        "_uuid": "11111111-2222-4333-8444-555555555555",
        "formhub/uuid": "a" * 32,
        "_xform_id_string": "invented",
        "_submission_time": "2022-01-06T08:00:00",
        "_submitted_by": canary("kobocollector"),
        "deviceid": canary("kobodevice"),
        "phonenumber": canary("kobophone"),
        "simserial": canary("kobosim"),
        "what_happened": STANDS,
    }
    return json.dumps([one]).encode()


def table() -> bytes:
    """Rows as a form's program exports them, of which the sheet names two columns."""
    head = "id,said,deviceid,phonenumber,wifi_ssid,Телефон,Мекенжайы"
    row = f"1,{STANDS},{','.join(map(canary, IN_ROWS))}"
    return f"{head}\n{row}\n".encode()


def credentials() -> bytes:
    """A picture whose Content Credentials name its device, its network and who signed."""
    data = (SAMPLES / "photo" / "signed.jpg").read_bytes()
    for name in ("c2paserial", "c2paimei", "c2pasigner"):
        found = name.removeprefix("c2pa")
        data = data.replace(f"INVENTED-{found}".encode(), canary(name).encode())
    return data  # the name of its network is one of these already


def proof() -> bytes:
    """What ProofMode says of a picture and of the telephone."""
    said = json.loads((SAMPLES / "provenance" / "square.jpg.proof.json").read_text("utf-8"))
    planted = {
        "DeviceID": "proofdevice",
        "Wifi MAC": "proofmac",
        "IPv4": "proofip",
        "CellInfo": "proofcell",
        "Network": "proofnetwork",
    }
    said |= {name: canary(value) for name, value in planted.items()}
    return json.dumps(said).encode()


def tella() -> bytes:
    """The same as Tella writes it, as a table."""
    rows = f"fileHashSHA256,{'a' * 64}\ndeviceID,{canary('telladevice')}\n"
    return f"{rows}wifis,{canary('tellassid')}\nphone,{canary('tellaphone')}\n".encode()


def lists() -> bytes:
    """An archive with a table in a folder: no sheet says what its columns mean."""
    row = f"1,A line of a list (invented).,{','.join(map(canary, IN_LISTS))}"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{FOLDER}/rows.csv", f"id,said,deviceid,Телефон\n{row}\n")
        archive.writestr(f"{FOLDER}\\letter.txt", "A letter about the evening (invented).")
    return out.getvalue()


def letter() -> bytes:
    """A mail with the same table."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.org", "A list (invented)"
    mail.set_content("Here is the list.")
    row = f"id,said,IMEI\n1,A line of a list (invented).,{canary('mailimei')}\n"
    mail.add_attachment(row, subtype="csv", filename=f"{FOLDER}/rows.csv")
    return mail.as_bytes()


FILES = {
    "lists.zip": lists(),
    "letter.eml": letter(),
    "signed.jpg": credentials(),
    "square.proof.json": proof(),
    "tella.csv": tella(),
    "photo.jpg": picture(),
    "film.mov": film(),
    "form.json": submissions(),
    "rows.csv": table(),
}
PLANTED = {
    "lists.zip": IN_LISTS,
    "letter.eml": ("mailimei",),
    "signed.jpg": ("c2paserial", "c2paimei", "c2passid", "c2pasigner"),
    "square.proof.json": ("proofdevice", "proofmac", "proofip", "proofcell", "proofnetwork"),
    "tella.csv": ("telladevice", "tellassid", "tellaphone"),
    "photo.jpg": (
        *("exifowner", "exifserial", "exiflens", "exifunique"),
        *("exifartist", "exifcopyright"),
    ),
    "film.mov": ("film",),
    "form.json": ("kobocollector", "kobodevice", "kobophone", "kobosim"),
}
# A folder within an archive is in the case, and told where something in it is found.
ALL = ("folder", *(one for names in PLANTED.values() for one in names), *IN_ROWS)


SAID = {"rows.csv": 'holds = "statements"\n[accession.columns]\nid = "id"\nstatement = "said"\n'}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> PublishedFiles:
    """A case in which all of it may be published, and its dossier."""
    return publish_files(tmp_path_factory.mktemp("protected"), FILES, SAID, now=NOW)


def test_no_planted_value_is_in_any_file_of_the_dossier(made: PublishedFiles) -> None:
    assert STANDS.encode() in b"".join(made.files.values())
    hits = [
        (name, file)
        for name in ALL
        for form in forms_of(canary(name))
        for file, data in made.files.items()
        if form in data or form in file.encode()
    ]
    assert hits == []


@pytest.mark.parametrize("name", ALL)
def test_no_search_finds_a_planted_value(made: PublishedFiles, name: str) -> None:
    for words in (canary(name), canary(name)[:6]):
        found = search(made.case, words, limit=None)
        assert (found.total, found.passages_total) == (0, 0)


def test_the_same_search_finds_what_was_said(made: PublishedFiles) -> None:
    found = search(made.case, "Sayakkent", limit=None)
    assert found.total >= 1
    assert found.passages_total >= 1
    assert canary("") not in repr(found)


@pytest.mark.parametrize("file", PLANTED)
def test_who_asks_for_the_protected_part_finds_each_with_its_file(
    made: PublishedFiles, file: str
) -> None:
    """And so the tests above can fail: the values are in the record."""
    for name in PLANTED[file]:
        (found,) = protected_answers(made.case, canary(name).upper())
        assert (found.fact.value.strip(), found.file) == (canary(name), file)


def test_in_the_record_they_stand_in_their_own_table_alone(made: PublishedFiles) -> None:
    with opened(*record_of(made.case)) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        holding = {
            table
            for table in tables
            for row in _rows(connection, table)
            for file in PLANTED
            for name in PLANTED[file]
            if canary(name) in repr(row)
        }
    assert holding == {"protected_facts"}


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    try:
        return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  # our tables
    except sqlite3.Error:
        return []


def test_the_command_shows_them_only_when_asked(
    made: PublishedFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the flag nothing is found; with it the fact, its name and its file."""
    asked = ["search", str(made.case.root), canary("exifserial"), "--json"]
    assert run(asked) == 0
    assert "hit" not in capsys.readouterr().out
    assert run([*asked, "--protected"]) == 0
    *_, last = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (last["hit"]["name"], last["hit"]["file"]) == ("exif.body_serial", "photo.jpg")


def test_a_number_in_the_place_of_a_name_is_in_no_dossier(tmp_path: Path) -> None:
    """A chat names whom its owner did not save by their number; so it names the file."""
    chat = tmp_path / "WhatsApp Chat with +7 700 000 11 22.txt"
    chat.write_text(
        "13/01/2022, 14:05 - +7 700 000 11 22: shots near the square\n"
        "13/01/2022, 14:06 - +7 700 000 33 44: where\n"
        "13/01/2022, 14:07 - +7 700 000 11 22: by the akimat\n"
        "13/01/2022, 14:08 - +7 700 000 55 66 left\n"
    )
    (tmp_path / "signal.txt").write_text(
        "Conversation: Dana (+77000001122)\n\nFrom: Dana (+77000001122)\nType: incoming\n"
        "Sent: Wed, 5 Jan 2022 14:03:00 +0600\n\nThe road is closed\n\n"
    )
    files = (
        f'[[accession]]\npath = "{p.name}"\nconsent = "public"\n' for p in tmp_path.glob("*.txt")
    )
    (tmp_path / "s.toml").write_text("".join(files))
    case, _ = build_case(tmp_path / "case", tmp_path / "s.toml")
    out = tmp_path / "out"
    publish_case(case, out)
    said = "\n".join(
        f"{path.name} {path.read_text(errors='replace')}"
        for path in out.rglob("*")
        if path.is_file()
    )
    for text in (
        "shots near the square",
        "The road is closed",
        "<b>number-1</b>",
        "<b>number-2</b>",
    ):
        assert text in said
    assert "<b>Dana</b>" in said
    bare = re.sub(r"[^0-9A-Za-z]", "", said)
    assert re.findall(r"7?700000(?:1122|3344|5566)", bare) == []


def test_an_answer_to_a_question_for_a_telephone_is_in_no_dossier(tmp_path: Path) -> None:
    one = {
        **json.loads(submissions())[0],
        "contact/phone": canary("askedphone"),
        "persons": [{"persons/Телефон": canary("askedtelefon"), "persons/said": "It was loud."}],
        "end-iin": canary("askediin"),
        "_notes": [{"note": f"Do not call {canary('askednote')}"}],
        "_tags": [canary("askedtag")],
    }
    made = publish_files(tmp_path, {"k.json": json.dumps([one]).encode()})
    said = b"".join(made.files.values()).decode(errors="replace")
    assert STANDS in said
    assert "It was loud." in said
    for name in ("askedphone", "askedtelefon", "askediin", "askednote", "askedtag"):
        assert canary(name) not in said
        assert search(made.case, canary(name), limit=5).passages_total == 1
