"""Data sets of well-known layout, through the sheets that ship: added, built and published.

All rows are invented; the layouts are those that UCDP, ACLED, Uwazi and FollowTheMoney publish.
`shipped/claims.expected.json` is written by `python -m tests.workbench.test_shipped_sheets`:
look at it before you commit it, line by line.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.archive.lock import writing
from qantar.errors import UsageError
from qantar.model.accession import Accession, Consent, Holds
from qantar.model.claim import Claim, EventDetail, OutageDetail
from qantar.model.column import Column, RowChoice
from qantar.model.decision import Verdict
from qantar.model.fields import FIELDS, check_columns
from qantar.model.finding import Finding
from qantar.model.read_document import Quoted
from qantar.model.vocabulary import load
from qantar.readers.sheet import read_sheet, read_shipped
from qantar.readers.shipped import shipped_names, shipped_text
from qantar.record.codec import CLAIMS
from qantar.record.contents import Contents
from qantar.workbench.add import add
from qantar.workbench.build import build, derive
from qantar.workbench.build_report import RowCount
from qantar.workbench.create import create
from qantar.workbench.decide import decide
from qantar.workbench.plan import plan
from qantar.workbench.stores import folded_of
from tests.published import NOW, build_case, publish_case
from tests.readers.table_samples import xlsx

SHIPPED = Path(__file__).parent / "shipped"
EXPECTED = SHIPPED / "claims.expected.json"
# Words that stand in no other row of the samples.
OF_ACLED, OF_A_PERSON = "QANTARPROBE", "UNTOLDPERSON"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case of all samples, built."""
    case, _ = build_case(tmp_path_factory.mktemp("shipped") / "case", SHIPPED / "sheet.toml")
    return case


@pytest.fixture(scope="module")
def contents(made: Case) -> Contents:
    return derive(made, folded_of(made)).contents


@pytest.fixture(scope="module")
def out(made: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dossier."""
    folder = tmp_path_factory.mktemp("dossier") / "out"
    publish_case(made, folder)
    return folder


def claim(contents: Contents, name: str) -> Claim:
    (found,) = (one for one in contents.claims if one.id == name)
    return found


def found(contents: Contents, code: str) -> list[Finding]:
    return [one for one in contents.findings if one.code == code]


def kept(contents: Contents) -> list[object]:
    return [json.loads(CLAIMS.encode(one)) for one in contents.claims]


def test_every_claim_is_as_the_golden_file_says(contents: Contents) -> None:
    assert kept(contents) == json.loads(EXPECTED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_sheet_is_one_that_its_own_checks_accept(name: str) -> None:
    for one in read_shipped(name).accessions:
        check_columns(one)
    with_path = read_sheet(f'[[accession]]\npath = "a.csv"\nlike = "{name}"\n', name="sheet.toml")
    assert [one.columns for one in with_path.accessions]
    assert [one.id for one in with_path.sources] == [one.id for one in read_shipped(name).sources]


@pytest.mark.parametrize("name", shipped_names())
def test_the_command_names_every_shipped_sheet(name: str) -> None:
    page = Path(__file__).parents[2] / "docs" / "commands.md"
    assert name in page.read_text(encoding="utf-8").partition("## qantar add")[2]


@pytest.mark.parametrize("name", shipped_names())
def test_words_of_a_shipped_sheet_are_words_of_the_vocabularies(name: str) -> None:
    sheet = read_shipped(name)
    declared = {(term.vocabulary, term.id) for term in sheet.vocabulary}
    for one in sheet.accessions:
        for column in one.columns:
            vocabulary = FIELDS[Holds(one.holds or "")][column.field].vocabulary
            for word in {*column.values.values(), column.constant or ""} - {""}:
                if vocabulary:
                    assert load(vocabulary).find(word) or (vocabulary, word) in declared, word


# UCDP


def test_deaths_of_ucdp_are_a_figure_with_its_bounds(contents: Contents) -> None:
    figure = claim(contents, "900001/figure")
    assert figure.kind == "figure"
    assert figure.figure_key == "killed-all-sayakkent-2022-01-05"
    assert figure.quantity is not None
    assert (figure.quantity.text, figure.quantity.lower, figure.quantity.upper) == (
        "12",
        Decimal(9),
        Decimal(19),
    )
    assert (figure.voice, figure.basis) == ("Uppsala Conflict Data Program", "inferred")


def test_days_between_which_ucdp_places_an_event_are_its_window(contents: Contents) -> None:
    exact, days, month = (claim(contents, name).when for name in ("900001", "900002", "900003"))
    assert exact is not None
    assert days is not None
    assert month is not None
    # The clock times that UCDP writes after its dates are none: 8 January is within.
    assert exact.edtf == "2022-01-05"
    assert days.edtf == "2022-01-05/2022-01-08"
    assert month.edtf == "2022-01-01/2022-01-31"


def test_how_sure_ucdp_is_of_a_place_is_its_reach(contents: Contents) -> None:
    reaches = [claim(contents, name).where[0].reach_m for name in ("900001", "900002", "900003")]
    assert reaches == [5_000, 200_000, 25_000]


def test_kinds_of_violence_of_ucdp_are_words_of_the_case(contents: Contents) -> None:
    details = [claim(contents, name).detail for name in ("900001", "900002", "900003")]
    kinds = [detail.event_kind for detail in details if isinstance(detail, EventDetail)]
    assert kinds == ["attack", "clash", "clash"]


# ACLED


def test_a_zero_of_acled_is_no_report_that_nobody_died(contents: Contents) -> None:
    names = {one.id for one in contents.claims}
    assert "SAY2/figure" in names
    assert names.isdisjoint({"SAY1/figure", "SAY3/figure"})


def test_a_day_of_acled_may_be_wrong_by_three_or_stand_for_its_month(contents: Contents) -> None:
    whens = [claim(contents, name).when for name in ("SAY1", "SAY2", "SAY3")]
    assert [when.edtf for when in whens if when] == [
        "2022-01-04",
        "2022-01-03/2022-01-09",
        "2022-01",
    ]


def test_acled_says_when_it_said_so(contents: Contents) -> None:
    made_at = claim(contents, "SAY1").made_at
    assert made_at is not None
    assert made_at.earliest is not None
    assert made_at.earliest.isoformat() == "2022-01-13T00:00:00+00:00"


def test_nothing_of_acled_is_ever_in_a_dossier(made: Case, out: Path) -> None:
    """The sheet of this case even says `public` and `republish = true`: it is not asked."""
    assert OF_ACLED in (SHIPPED / "acled.csv").read_text(encoding="utf-8")
    told = [path for path in out.rglob("*") if path.is_file() and OF_ACLED.encode() in _data(path)]
    assert told == []
    assert [one.accession.path for one in plan(made, as_of=None).withheld] == ["acled.csv"]
    assert "acled.csv (it may not be republished)" in "\n".join(plan(made, as_of=None).lines())


def _data(path: Path) -> bytes:
    return path.read_bytes()


def test_that_acled_may_not_be_republished_is_a_finding(contents: Contents) -> None:
    (told,) = found(contents, "do-not-republish")
    assert told.file == "acled.csv"


def test_the_same_bytes_under_another_sheet_stay_back_too(tmp_path: Path) -> None:
    case = create(tmp_path / "case", title=None, now=NOW)
    take(case, "acled", "acled.csv")
    mine = tmp_path / "mine.toml"
    mine.write_text(
        '[[accession]]\npath = "acled.csv"\nconsent = "public"\nholds = "statements"\n'
        '[accession.columns]\nstatement = "notes"\n',
        encoding="utf-8",
    )
    (tmp_path / "acled.csv").write_bytes((SHIPPED / "acled.csv").read_bytes())
    add(case, paths=(), sheet_path=mine, now=NOW, acknowledge=lambda _: None)
    assert plan(case, as_of=None).shipped == ()
    with writing(case):
        build(case, software="test")
    decide(case, verdict=Verdict.WITHDRAW, targets=("a1",), reason="by mistake", now=NOW)
    assert plan(case, as_of=None).shipped == ()


def test_a_table_that_looks_like_acleds_is_told(tmp_path: Path) -> None:
    (tmp_path / "acled.csv").write_bytes((SHIPPED / "acled.csv").read_bytes())
    (tmp_path / "s.toml").write_text(
        '[[accession]]\npath = "acled.csv"\nholds = "statements"\n'
        '[accession.columns]\nstatement = "notes"\n',
        encoding="utf-8",
    )
    case, _ = build_case(tmp_path / "case", tmp_path / "s.toml")
    (told,) = found(derive(case, folded_of(case)).contents, "do-not-republish")
    assert "--sheet acled" in told.text


@pytest.mark.parametrize("holds", ["", 'holds = "statements"\n'])
def test_a_table_that_looks_like_acleds_is_not_published_whatever_its_sheet_says(
    tmp_path: Path, holds: str
) -> None:
    (tmp_path / "acled.csv").write_bytes((SHIPPED / "acled.csv").read_bytes())
    columns = '[accession.columns]\nstatement = "notes"\npublished = "notes"\n' if holds else ""
    (tmp_path / "s.toml").write_text(
        f'[[accession]]\npath = "acled.csv"\nconsent = "public"\n{holds}{columns}',
        encoding="utf-8",
    )
    case, _ = build_case(tmp_path / "case", tmp_path / "s.toml")
    shipped = derive(case, folded_of(case), shipped=frozenset({"a1"}))
    contents = shipped.contents
    assert (contents.claims, contents.documents) == ((), ())
    assert OF_ACLED not in str(contents.findings)
    assert shipped.left_out == (3 if holds else 0)


def in_the_shapes_that_acled_comes_in(folder: Path) -> list[str]:
    """Write the sample as the service gives it, in an archive, in a mail and below a title."""
    text = (SHIPPED / "acled.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    data = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    answer = json.dumps({"status": 200, "count": len(data), "data": data})
    (folder / "acled.json").write_text(answer, encoding="utf-8")
    (folder / "acled.xlsx").write_bytes(xlsx({"Data": [["Our data"], *rows]}))
    with zipfile.ZipFile(folder / "acled.zip", "w") as archive:
        archive.writestr("data/acled.csv", text)
    mail = EmailMessage()
    mail["From"], mail["Date"] = "d@example.org", "Mon, 10 Jan 2022 10:00:00 +0600"
    mail.set_content("Here it is.")
    mail.add_attachment(text.encode(), maintype="text", subtype="csv", filename="acled.csv")
    (folder / "acled.eml").write_bytes(bytes(mail))
    return ["acled.eml", "acled.json", "acled.xlsx", "acled.zip"]


def test_acled_stays_back_in_whatever_it_is_wrapped(tmp_path: Path) -> None:
    names = in_the_shapes_that_acled_comes_in(tmp_path)
    files = (f'[[accession]]\npath = "{name}"\nconsent = "public"\n' for name in names)
    (tmp_path / "s.toml").write_text("".join(files), encoding="utf-8")
    case, _ = build_case(tmp_path / "case", tmp_path / "s.toml")
    withheld = [one.accession.path for one in plan(case, as_of=None).withheld]
    assert sorted(withheld) == names
    # Also where the plan could not know, because nothing was built yet.
    unplanned = derive(case, folded_of(case), shipped=frozenset({"a1", "a2", "a3", "a4"}))
    assert (unplanned.contents.texts, unplanned.contents.documents) == ((), ())


# Uwazi


def test_rows_of_uwazi_go_each_to_its_kind_and_the_rest_is_told_once(contents: Contents) -> None:
    assert claim(contents, "uwazi-1").kind == "event"
    assert claim(contents, "uwazi-2").kind == "assertion"
    texts = [one.text for one in found(contents, "rows-not-chosen") if one.file == "uwazi.csv"]
    assert len(texts) == 1
    assert '"Person" (1)' in texts[0]


def test_a_range_and_a_point_of_uwazi_are_taken_apart(contents: Contents) -> None:
    event = claim(contents, "uwazi-1")
    assert event.when is not None
    assert event.when.edtf == "2022-01-05/2022-01-06"
    assert (event.where[0].lat, event.where[0].lon) == (Decimal("45.5"), Decimal("70.25"))


def test_rows_that_nobody_chose_are_not_published_with_the_others(out: Path) -> None:
    assert OF_A_PERSON in (SHIPPED / "uwazi.csv").read_text(encoding="utf-8")
    told = [p for p in out.rglob("*") if p.is_file() and OF_A_PERSON.encode() in p.read_bytes()]
    assert told == []


# FollowTheMoney


def test_links_between_entities_are_read_with_their_names(contents: Contents) -> None:
    event = claim(contents, "e1")
    assert isinstance(event.detail, EventDetail)
    assert event.detail.actors.split("\n") == [
        "Dana Sayakova (invented)",
        "District police of Sayakkent (invented)",
    ]
    assert event.url == "https://example.org/e1"


def test_bodies_of_followthemoney_are_speakers_also_one_within_another(contents: Contents) -> None:
    assert {one.id: one.name for one in contents.speakers} == {
        "o1": "Akimat of Sayakkent (invented)",
        "o2": "District police of Sayakkent (invented)",
    }
    assert contents.speakers[0].forms


def test_entities_of_other_schemata_are_said_and_not_dropped(contents: Contents) -> None:
    (told,) = [one for one in found(contents, "rows-not-chosen") if one.file == "entities.ftm.json"]
    assert '"Vehicle" (1)' in told.text
    assert '"Membership" (1)' in told.text


def test_people_of_followthemoney_are_a_list(contents: Contents) -> None:
    (people,) = (one for one in contents.accessions if one.accession.holds is Holds.PERSONS)
    rows = [d for d in contents.documents if d.accession == people.id]
    assert [len(one.rows) for one in rows] == [1]


# Viber


def test_messages_of_a_table_are_a_document_with_instants(made: Case, contents: Contents) -> None:
    (text,) = (one for one in contents.texts if one.documents[0][0].reader == "chat")
    messages = [one.segment for one in text.records() if isinstance(one, Quoted)]
    # The zone is that of the case; 31 January 25:00 is no time.
    assert [one.at for one in messages] == [
        "2022-01-05T08:03:21+00:00",
        "2022-01-05T08:04:02+00:00",
        "2022-01-05T08:05:40+00:00",
        "2022-01-06T03:00:00+00:00",
        None,
    ]
    assert {one.at_zone for one in messages} == {"Asia/Almaty", None}
    assert "no-zone" not in {one.code for one in contents.findings}
    assert derive(made, folded_of(made)).rows["messages"].read == len(messages)


def test_telephone_numbers_of_a_chat_are_never_published(out: Path) -> None:
    told = [
        path for path in out.rglob("*") if path.is_file() and b"000 000 00 0" in path.read_bytes()
    ]
    assert told == []
    pages = "".join(page.read_text(encoding="utf-8") for page in out.rglob("*.html"))
    assert "Are you on the square?" in pages


# Measurements


def test_measured_series_are_outages_beside_each_other(contents: Contents) -> None:
    found = {one.id: one for one in contents.claims if isinstance(one.detail, OutageDetail)}
    assert {name: (one.said_by, _window(one)) for name, one in found.items()} == {
        "ioda-1-outage-1": (
            "IODA ping-slash24",
            ("2022-01-05T11:00+00:00", "2022-01-06T00:00+00:00"),
        ),
        # Three hours in which it was back part the outage of the traffic.
        "traffic-outage-1": (
            "Traffic of a large site (invented)",
            ("2022-01-05T11:00+00:00", "2022-01-06T00:00+00:00"),
        ),
        "traffic-outage-2": (
            "Traffic of a large site (invented)",
            ("2022-01-06T03:00+00:00", "2022-01-07T03:00+00:00"),
        ),
    }
    assert {one.detail.rule for one in found.values() if isinstance(one.detail, OutageDetail)} == {
        "series/1"
    }


def _window(one: Claim) -> tuple[str, str]:
    when = one.when
    assert when is not None
    assert when.earliest is not None
    assert when.latest is not None
    return when.earliest.isoformat(timespec="minutes"), when.latest.isoformat(timespec="minutes")


def test_hours_without_a_value_are_told_and_are_no_outage(contents: Contents) -> None:
    (told,) = found(contents, "measurement-gap")
    assert (told.file, "2022-01-02 15:00 UTC to 2022-01-02 22:00 UTC" in told.text) == (
        "traffic.csv",
        True,
    )


def test_all_rows_are_counted_and_those_of_outages_kept(made: Case) -> None:
    derived = derive(made, folded_of(made))
    assert derived.rows["series"] == RowCount(rows_in=504, read=504, unreadable=0)
    kept_rows = {
        one.accession: len(one.rows)
        for one in derived.contents.documents
        if one.reader.startswith("measurement/") or one.header == ("hour", "requests")
    }
    # 78 values of the probes and one on each side; of the traffic 13 and 24 hours, each with
    # its neighbours.
    assert sorted(kept_rows.values()) == [41, 80]


def test_the_outage_page_names_instrument_and_rule(out: Path) -> None:
    page = (out / "outages.html").read_text(encoding="utf-8")
    assert "IODA ping-slash24" in page
    assert "Traffic of a large site (invented)" in page
    assert page.count("derived by the rule series/1") == 3
    listed = json.loads((out / "data" / "outages.json").read_text(encoding="utf-8"))
    assert [one["rule"] for one in listed] == ["series/1"] * 3


# The command


def take(case: Case, sheet: str, *names: str) -> list[str]:
    told: list[str] = []
    add(
        case,
        paths=[SHIPPED / name for name in names],
        sheet_path=Path(sheet),
        now=NOW,
        acknowledge=lambda one: told.append(one.path),
    )
    return told


def test_a_shipped_sheet_describes_the_files_that_are_named(tmp_path: Path) -> None:
    case = create(tmp_path / "case", title=None, now=NOW)
    take(case, "ucdp-ged", "ged.csv")
    take(case, "ftm", "entities.ftm.json")
    folded = folded_of(case)
    assert [one.accession.path for one in folded.accessions] == ["ged.csv"] + [
        "entities.ftm.json"
    ] * 4
    assert folded.accessions[0].accession.consent is Consent.PUBLIC
    assert "attack" in {term.id for term in folded.vocabulary}
    assert len(derive(case, folded).contents.claims) == 8


def test_a_shipped_sheet_without_a_file_is_wrong_usage(tmp_path: Path) -> None:
    case = create(tmp_path / "case", title=None, now=NOW)
    with pytest.raises(UsageError, match="ucdp-ged"):
        take(case, "ucdp-ged")


def test_a_file_of_that_name_goes_before_a_shipped_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acled").write_text('[[accession]]\npath = "mine.csv"\n', encoding="utf-8")
    (tmp_path / "mine.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    case = create(tmp_path / "case", title=None, now=NOW)
    add(case, paths=(), sheet_path=Path("acled"), now=NOW, acknowledge=lambda _: None)
    assert [one.accession.path for one in folded_of(case).accessions] == ["mine.csv"]


def test_what_an_accession_says_of_its_rows_survives_the_journal() -> None:
    made = Accession(
        path="a.csv",
        holds=Holds.EVENTS,
        only=RowChoice(header="Вид", values=("a", "b")),
        republish=False,
        columns=(
            Column(field="statement", template="{A}: {B}", optional=True),
            Column(field="lat", header="P", split="|", part=1),
            Column(field="start", header="D", as_=("day",)),
        ),
    )
    assert Accession.from_record(made.to_record()) == made


def test_no_shipped_sheet_says_a_path() -> None:
    assert all("\npath" not in shipped_text(name) for name in shipped_names())


def _samples() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        case, _ = build_case(Path(folder) / "case", SHIPPED / "sheet.toml")
        for one in kept(derive(case, folded_of(case)).contents):
            yield json.dumps(one, ensure_ascii=False)


if __name__ == "__main__":
    EXPECTED.write_text("[\n" + ",\n".join(_samples()) + "\n]\n", encoding="utf-8")
    sys.stdout.write("written; look at it\n")
