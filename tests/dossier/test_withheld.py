"""Publishing protects by default: canaries planted in restricted material are nowhere in OUT."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qantar.workbench.add import add
from tests.published import NOW, build_case, publish_case

from .crawler import crawl

HEAD = "id,statement,figure,said_by,published,evidence_status,place,measure,figure_key,url\n"
COLUMNS = """
[accession.columns]
id = "id"
statement = "statement"
figure = "figure"
said_by = "said_by"
published = "published"
evidence_status = "evidence_status"
about_place = "place"
measure = "measure"
figure_key = "figure_key"
url = "url"
"""
CONSENTS = ("given", "restricted", "unknown", None)
CYRILLIC = "Қанарейка"


def canary(name: str) -> str:
    return f"Kanarie{name}Zq"


def forms_of(text: str) -> list[bytes]:
    """The ways in which a text may hide in a file."""
    return [
        text.encode("utf-8"),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        text.casefold().encode("utf-8"),
        json.dumps(text)[1:-1].encode("ascii"),
        base64.b64encode(text.encode("utf-8"))[:-4],
    ]


def statement(name: str, said_by: str, place: str) -> str:
    said = f"{canary(name)} {CYRILLIC}{name} statement"
    address = f"https://example.org/{canary(name)}"
    return f"{canary(name)}id,{said},98{len(name)}7654,{said_by},2022-01-06,found_page,{place},killed,killed-sayaqkent,{address}\n"


def accession(path: str, consent: str | None, holds: str, columns: str, source: str) -> str:
    said = f'consent = "{consent}"\n' if consent else ""
    return (
        f'[[accession]]\npath = "{path}"\nsource = "{source}"\nholds = "{holds}"\n{said}'
        f'note = "{canary("Note")}"\n'
        f'acquired = {{ by = "{canary("Collector")}", on = 2022-02-01, how = "copied from C:/{canary("How")}", from = "/home/{canary("From")}" }}\n{columns}\n'
    )


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented case: one public table, and restricted ones that touch it in every way we know."""
    folder = tmp_path_factory.mktemp("canaries") / canary("Folder")
    (folder / canary("Sub")).mkdir(parents=True)
    sheet = [
        '[case]\ntitle = "Sayaqkent"\nzone = "Asia/Almaty"\n',
        '[sources.group]\nname = "A group"\nkind = "ngo"\n',
        f'[sources.shielded]\nname = "{canary("Shielded")}"\nkind = "witness"\nprotected = true\n',
        f'[places.hideout]\nname = "{canary("Hideout")}"\nkind = "town"\nlat = 43.1\nlon = 76.1\n',
    ]
    public = (
        HEAD
        + "P1,Twelve people were killed,12,Alias,2022-01-05,found_page,Sayaqkent,killed,killed-sayaqkent,\n"
    )
    (folder / canary("Sub") / "public.csv").write_text(public, encoding="utf-8")
    sheet.append(accession(f"{canary('Sub')}/public.csv", "public", "statements", COLUMNS, "group"))
    for consent in CONSENTS:
        name = f"{consent}Table"
        rows = HEAD + statement(name, canary(f"{consent}Speaker"), canary("Hideout"))
        (folder / f"{canary(name)}.csv").write_text(rows, encoding="utf-8")
        sheet.append(accession(f"{canary(name)}.csv", consent, "statements", COLUMNS, "group"))
    (folder / "shielded.csv").write_text(HEAD + statement("Shield", "X", "Y"), encoding="utf-8")
    sheet.append(accession("shielded.csv", "public", "statements", COLUMNS, "shielded"))
    names = f"id,name,spellings\nS1,{canary('RealName')},Alias\n"
    (folder / "speakers.csv").write_text(names, encoding="utf-8")
    columns = '\n[accession.columns]\nid = "id"\nname = "name"\nspellings = { column = "spellings", split = ";" }\n'
    sheet.append(accession("speakers.csv", "restricted", "speakers", columns, "group"))
    places = f"id,name,former\nL1,{canary('PlaceName')},Sayaqkent\n"
    (folder / "places.csv").write_text(places, encoding="utf-8")
    columns = '\n[accession.columns]\nid = "id"\nname = "name"\nformer = "former"\n'
    sheet.append(accession("places.csv", "restricted", "places", columns, "group"))
    (folder / "sheet.toml").write_text("\n".join(sheet), encoding="utf-8")
    return folder


PLANTED = (
    *(f"{consent}Table" for consent in CONSENTS),
    *(f"{consent}Speaker" for consent in CONSENTS),
    *(
        "Shield",
        "Shielded",
        "RealName",
        "PlaceName",
        "Hideout",
        "Collector",
        "Note",
        "Folder",
        "How",
        "From",
        "Sub",
    ),
)


def test_no_canary_is_found_in_any_file_or_name(material: Path, tmp_path: Path) -> None:
    now = datetime(2022, 2, 3, 4, 57, 13, tzinfo=UTC)
    case, _ = build_case(tmp_path / "case", material / "sheet.toml", now)
    out = tmp_path / "out"
    report = publish_case(case, out, now=now)
    assert report.withheld == len(CONSENTS) + 3
    findings_page = (out / "findings.html").read_text(encoding="utf-8")
    assert f"{len(CONSENTS) + 1} claims stand on what is withheld." in findings_page
    files = {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file()
    }
    assert b"Twelve people were killed" in b"".join(files.values())
    hits = [
        (text, name)
        for planted in PLANTED
        for text in (canary(planted), CYRILLIC + planted)
        for form in forms_of(text)
        for name, raw in files.items()
        if form in raw or form in name.encode()
    ]
    assert hits == []
    everything = b"".join(files.values())
    for trace in (b"04:57", b"10:57", str(tmp_path).encode(), str(material).encode(), b"987654"):
        assert trace not in everything, trace


def test_the_canaries_are_in_the_case_itself(material: Path, tmp_path: Path) -> None:
    """The search above can fail: the same forms are found in a release that ships everything."""
    sheet = (material / "sheet.toml").read_text(encoding="utf-8")
    opened = re.sub(r'consent = "[a-z]+"', 'consent = "public"', sheet).replace(
        "protected = true", ""
    )
    (material / "open.toml").write_text(opened, encoding="utf-8")
    case, _ = build_case(tmp_path / "case", material / "open.toml")
    out = tmp_path / "out"
    publish_case(case, out)
    everything = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    for planted in ("givenTable", "restrictedSpeaker", "Shield", "RealName", "PlaceName"):
        assert canary(planted).encode() in everything, planted


def test_withheld_material_changes_no_number_of_the_public_part(
    material: Path, tmp_path: Path
) -> None:
    case, _ = build_case(tmp_path / "case", material / "sheet.toml")
    publish_case(case, tmp_path / "out")
    pages = crawl(tmp_path / "out")
    assert pages.dead == []
    text = pages.pages["figures/killed-sayaqkent.html"].text
    assert "1 claim, 1 independent voice, 1 with a value that stands" in text


def test_bytes_that_any_accession_restricts_are_withheld(tmp_path: Path) -> None:
    rows = HEAD + statement("Twice", "Speaker", "Sayaqkent")
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text(rows, encoding="utf-8")
    sheet = '[sources.group]\nname = "A group"\nkind = "ngo"\n'
    sheet += accession("one.csv", "restricted", "statements", COLUMNS, "group")
    sheet += accession("two.csv", "public", "statements", COLUMNS, "group")
    (tmp_path / "sheet.toml").write_text(sheet, encoding="utf-8")
    case, built = build_case(tmp_path / "case", tmp_path / "sheet.toml")
    assert (built.originals, built.accessions) == (2, 2)
    publish_case(case, tmp_path / "out")
    assert canary("Twice").encode() not in b"".join(
        path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()
    )


def test_a_word_on_consent_that_was_forgotten_can_be_added(tmp_path: Path) -> None:
    """Publication follows what was stated, not that it was once left unsaid."""
    (tmp_path / "one.csv").write_text(
        HEAD + statement("Late", "Speaker", "Sayaqkent"), encoding="utf-8"
    )
    sheets = [("first.toml", None), ("second.toml", "public"), ("third.toml", None)]
    for name, consent in sheets:
        sheet = '[sources.group]\nname = "A group"\nkind = "ngo"\n'
        sheet += accession("one.csv", consent, "statements", COLUMNS, "group")
        (tmp_path / name).write_text(sheet, encoding="utf-8")
    case, _ = build_case(tmp_path / "case", tmp_path / "first.toml")
    assert publish_case(case, tmp_path / "out1").withheld == 1
    for name, _ in sheets[1:]:
        add(case, paths=(), sheet_path=tmp_path / name, now=NOW, acknowledge=lambda _: None)
    assert publish_case(case, tmp_path / "out2").withheld == 0


def test_an_untitled_case_does_not_publish_the_name_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(
        HEAD + "P1,Said,,B,2022-01-05,found_page,,,,\n", encoding="utf-8"
    )
    sheet = '[sources.group]\nname = "A group"\nkind = "ngo"\n'
    sheet += accession("one.csv", "public", "statements", COLUMNS, "group")
    (tmp_path / "sheet.toml").write_text(sheet, encoding="utf-8")
    case, _ = build_case(tmp_path / canary("Laptop"), tmp_path / "sheet.toml")
    publish_case(case, tmp_path / "out")
    everything = b"".join(p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert canary("Laptop").encode() not in everything
