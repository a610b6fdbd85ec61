"""Cells: how a sheet's columns become texts, words, times and places, and what becomes of bad ones."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.accession import Holds
from qantar.model.date_order import DateOrder
from qantar.model.finding import Finding, Locator, Severity
from qantar.model.place import Place, Where
from qantar.model.vocabulary import Term, load
from qantar.reading.cells import Cells, Layout
from qantar.reading.wording import quoted

from .tables import ORIGINAL, Columns, cells, codes, column, context, document


def finding(row: Cells) -> Finding:
    (found,) = row.findings
    return found


# --- texts, maps, constants, defaults ---------------------------------------------------


def test_a_text_is_the_cell_without_outer_space() -> None:
    row = cells({"statement": "Text"}, Text="  Two  words\n", Other="x")
    assert (row.raw("statement"), row.text("statement")) == ("  Two  words\n", "Two  words")
    assert (row.raw("url"), row.text("url"), row.optional("url")) == ("", "", None)


def test_a_map_says_what_a_text_means_and_the_rest_stays_as_it_is() -> None:
    stance = column("S", values={"да": "asserts", "-": "", " нет ": "denies"})
    said = {given: cells({"stance": stance}, S=given).text("stance") for given in ("да", "-", "x")}
    assert said == {"да": "asserts", "-": "", "x": "x"}
    assert cells({"stance": stance}, S="  нет").text("stance") == "denies"


def test_a_constant_stands_in_every_row_and_needs_no_column() -> None:
    row = cells({"measure": column(constant="killed")}, Text="x")
    assert row.text("measure") == "killed"
    assert row.layout.has("measure")
    assert row.layout.missing == []


def test_a_default_fills_an_empty_cell_and_not_one_that_says_nothing() -> None:
    basis = column("B", default="told", values={"?": ""})
    texts = [
        cells({"basis": basis}, B=given).text("basis") for given in ("", "  ", "?", "official")
    ]
    assert texts == ["told", "told", "", "official"]


def test_headers_and_cells_are_compared_whatever_way_their_letters_are_composed() -> None:
    sheet = {"kind": column("Мой вид", values={"бои\u0306": "clash"})}
    row = cells(sheet, **{"Мои\u0306 вид": "бой"})
    assert row.text("kind") == "clash"
    assert row.layout.missing == []


def test_a_column_that_the_file_does_not_have_is_missing_and_reads_as_empty() -> None:
    row = cells({"statement": "Txet", "url": "Link"}, Text="x", Link="y")
    assert [one.field for one, _ in row.layout.missing] == ["statement"]
    assert (row.layout.has("statement"), row.layout.has("url")) == (False, True)
    assert row.text("statement") == ""


# --- several values -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("A; B ;C", ("A", "B", "C")),
        ("A", ("A",)),
        ("", ()),
        (" ; ;", ()),
        ("A; A", ("A",)),
        ("old; B", ("new", "B")),
        ("B; -", ("B",)),
        ("both of them", ("A", "B")),
        ("swap", ("paws",)),
    ],
)
def test_a_cell_of_several_values_is_parted_and_each_part_mapped(
    cell: str, parts: tuple[str, ...]
) -> None:
    values = {"old": "new", "-": "", "both of them": "A;B", "swap": "paws", "paws": "swap"}
    places = column("P", split=";", values=values)
    assert cells({"about_place": places}, P=cell).many("about_place") == parts


def test_without_a_split_a_cell_holds_one_value() -> None:
    assert cells({"about_place": "P"}, P="A; B").many("about_place") == ("A; B",)
    assert cells({"about_place": "P"}, P="").many("about_place") == ()
    assert cells({"targets": column(constant="a;b")}, P="").many("targets") == ("a;b",)
    assert cells({}, P="A").many("about_place") == ()


def test_a_default_may_hold_several_values() -> None:
    places = column("P", split=";", default="A; B")
    assert cells({"about_place": places}, P="").many("about_place") == ("A", "B")


# --- words --------------------------------------------------------------------------------


def test_a_known_word_is_found_in_any_case_and_spelling_of_its_hyphens() -> None:
    row = cells({"basis": "B"}, B="Not Stated")
    assert row.word("basis", "basis") == "not-stated"
    assert row.findings == []


def test_an_unknown_word_is_a_finding_with_cell_and_text_and_counts_as_absent() -> None:
    row = cells({"basis": "Basis"}, Id="1", Basis="oficial")
    assert row.word("basis", "basis", default="not-stated") == "not-stated"
    assert finding(row) == Finding(
        code="unknown-word",
        text='"oficial" is no word of the vocabulary basis; left empty. Did you mean "official"? '
        "Map it with `values` in the sheet, or declare it under [vocabulary].",
        severity=Severity.LOSS,
        file="lists/said.csv",
        where=Locator(row=1, line=2, cell="B2", column="Basis"),
        original=ORIGINAL,
        accession="a1",
    )


def test_an_unknown_word_never_enters_a_vocabulary() -> None:
    before = set(load("measure").terms)
    row = cells({"measure": "M"}, M="applauded")
    assert row.word("measure", "measure") is None
    assert row.word("measure", "measure") is None
    assert set(row.context.vocabulary("measure").terms) == before
    assert codes(row.findings) == ["unknown-word"]


def test_an_empty_cell_is_no_unknown_word() -> None:
    row = cells({"basis": "B"}, B="")
    assert row.word("basis", "basis", default="not-stated") == "not-stated"
    assert row.findings == []


def test_each_unknown_part_of_several_words_is_named_and_the_others_are_kept() -> None:
    row = cells({"addressed_to": column("A", split=";")}, A="government; nobody; parliament")
    assert row.terms("addressed_to", "addressee") == ("government", "parliament")
    assert '"nobody"' in finding(row).text


def test_the_cases_own_words_are_known() -> None:
    term = Term(
        id="bread-queue",
        labels={"en": "queue"},
        note="",
        family=None,
        crosswalk={},
        aliases=(),
        flags={},
    )
    seen = context(
        Holds.EVENTS,
        {"event_kind": "K"},
        vocabularies={"event-kind": load("event-kind").extended([term])},
    )
    table = document(["K"], ["bread-queue"])
    row = Cells(table.rows[0], Layout(table, seen.accession), seen)
    assert row.word("event_kind", "event-kind") == "bread-queue"
    assert load("event-kind").find("bread-queue") is None


# --- numbers, times, zones ------------------------------------------------------------------


def test_a_number_is_read_with_its_columns_marks() -> None:
    marks = column("N", thousands=".", decimal=",")
    assert cells({"lower": marks}, N="1.234,5").number("lower") == Decimal("1234.5")
    assert cells({"lower": "N"}, N="").number("lower") is None


def test_what_is_no_number_is_a_finding_and_left_empty() -> None:
    row = cells({"lower": "N"}, N="some 20")
    assert row.number("lower") is None
    assert finding(row).code == "not-a-number"
    assert finding(row).where == Locator(row=1, line=2, cell="A2", column="N")
    assert '"some 20"' in finding(row).text


def test_the_order_of_a_date_is_the_columns_else_the_files() -> None:
    table = document(["A", "B"], ["05.01.2022", "01.05.2022"])
    seen = context(
        Holds.STATEMENTS,
        {"made_at": "A", "published": column("B", dates=DateOrder.MDY)},
        dates=DateOrder.DMY,
    )
    row = Cells(table.rows[0], Layout(table, seen.accession), seen)
    made, published = row.when("made_at"), row.when("published")
    assert made is not None
    assert published is not None
    assert (made.edtf, published.edtf) == ("2022-01-05", "2022-01-05")
    assert row.findings == []


def test_the_zone_is_the_rows_else_the_columns_else_the_files_else_the_cases() -> None:
    table = document(["A"], ["2022-01-05 10:00"])
    columns: Columns = {"made_at": "A", "published": column("A", zone="Asia/Aqtau")}
    for zone, expected in ((None, "Asia/Almaty"), ("Europe/Moscow", "Europe/Moscow")):
        seen = context(Holds.STATEMENTS, columns, zone=zone)
        row = Cells(table.rows[0], Layout(table, seen.accession), seen)
        assert (row.zone("made_at"), row.zone("published")) == (expected, "Asia/Aqtau")
        made = row.when("made_at", zone="Asia/Tokyo")
        assert made is not None
        assert made.zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2022-02-30", "impossible-date"),
        ("05.01.2022", "ambiguous-date"),
        ("in winter or so", "unparsed-date"),
        ("٣٠.٠٢.٢٠٢٢", "impossible-date"),
    ],
)
def test_a_bad_date_is_left_empty_and_quoted_as_found(cell: str, code: str) -> None:
    row = cells({"made_at": "D"}, Id="1", D=f" {cell}  ")
    assert row.when("made_at") is None
    assert (finding(row).code, finding(row).severity) == (code, Severity.LOSS)
    assert quoted(cell) in finding(row).text
    assert finding(row).where == Locator(row=1, line=2, cell="B2", column="D")


def test_a_window_marks_the_cell_that_is_bad_and_keeps_the_other_edge() -> None:
    row = cells({"start": "From", "end": "To"}, Holds.EVENTS, From="2022-01-05", To="2022-13-06")
    when = row.span("start", "end")
    assert when is not None
    assert when.edtf == "2022-01-05"
    assert finding(row).where == Locator(row=1, line=2, cell="B2", column="To")
    assert '"2022-13-06"' in finding(row).text


# --- places -----------------------------------------------------------------------------------


def test_a_name_resolves_to_its_place_with_the_places_point() -> None:
    place = Place(id="L5", name="Bazaar", kind="square", lat=Decimal("51.5"), lon=Decimal(64))
    table = document(["P"], ["BAZAAR"])
    seen = context(Holds.EVENTS, {"place": "P"}, places=[place])
    row = Cells(table.rows[0], Layout(table, seen.accession), seen)
    assert row.places("place") == (
        Where(text="BAZAAR", place="L5", lat=place.lat, lon=place.lon, reach_m=place.reach_m),
    )


@pytest.mark.parametrize("name", ["Sayaqkent", "Саяқкент", "саяккент", "Sayaq-7", "SAYAQ–7"])
def test_every_recorded_form_resolves(name: str) -> None:
    row = cells({"place": "P"}, Holds.EVENTS, P=name)
    (where,) = row.places("place")
    assert (where.place, where.text) == ("L1", name)


def test_a_name_nobody_recorded_is_kept_and_told() -> None:
    row = cells({"place": "P"}, Holds.EVENTS, P="Nowhere")
    assert row.places("place") == (Where(text="Nowhere"),)
    assert (finding(row).code, finding(row).severity) == ("unresolved-place", Severity.NOTE)
    assert finding(row).text.startswith('"Nowhere" is in no list')


def test_a_name_of_two_places_is_never_guessed() -> None:
    row = cells({"place": "P"}, Holds.EVENTS, P="Square")
    assert row.places("place") == (Where(text="Square"),)
    assert finding(row).code == "ambiguous-place"
    assert "Square (square, L2), Square (square, L3)" in finding(row).text


POINT: Columns = {"place": column("P", split=";"), "lat": "Lat", "lon": "Lon"}


def point(place: str, lat: str, lon: str) -> tuple[tuple[Where, ...], list[str]]:
    row = cells(POINT, Holds.EVENTS, P=place, Lat=lat, Lon=lon)
    return row.places("place", lat="lat", lon="lon"), codes(row.findings)


def test_the_rows_own_point_is_that_of_its_one_place() -> None:
    (where,), told = point("Sayaqkent", "51.5", "64")
    assert (where.place, where.lat, where.lon, told) == ("L1", Decimal("51.5"), Decimal(64), [])
    (where,), told = point("Nowhere", "51.5", "64")
    assert (where.lat, told) == (Decimal("51.5"), ["unresolved-place"])


def test_a_point_without_a_name_is_not_lost() -> None:
    assert point("", "51.50", "64") == (
        (Where(text="51.50, 64", lat=Decimal("51.5"), lon=Decimal(64)),),
        [],
    )


def test_one_point_cannot_be_that_of_two_places() -> None:
    where, told = point("Sayaqkent; Kazakhstan", "51.5", "64")
    assert [(one.place, one.lat) for one in where] == [("L1", None), ("KZ", None)]
    assert told == ["impossible-place"]


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        ("91", "64", "impossible-place"),
        ("51.5", "181", "impossible-place"),
        ("51.5", "", "impossible-place"),
        ("", "64", "impossible-place"),
        ("north", "64", "not-a-number"),
    ],
)
def test_what_is_no_point_is_told_once_and_the_place_stands(lat: str, lon: str, code: str) -> None:
    (where,), told = point("Sayaqkent", lat, lon)
    assert (where.place, where.lat, where.lon, told) == ("L1", None, None, [code])


# --- findings -----------------------------------------------------------------------------------


def test_a_finding_names_the_cell_as_a_spreadsheet_does() -> None:
    header = [f"c{n}" for n in range(30)]
    table = document(header, ["1"] * 27 + ["x", "y", "z"])
    seen = context(Holds.STATEMENTS, {"lower": "c27"})
    row = Cells(table.rows[0], Layout(table, seen.accession), seen)
    row.number("lower")
    assert finding(row).where == Locator(row=1, line=2, cell="AB2", column="c27")


def test_a_finding_of_a_constant_names_the_row() -> None:
    row = cells({"measure": column(constant="clapped")}, T="x")
    row.word("measure", "measure")
    assert finding(row).where == Locator(row=1, line=2)


def test_a_giant_cell_does_not_make_a_giant_finding() -> None:
    for field in ("lower", "made_at", "about_place", "basis"):
        row = cells({field: "F"}, F="9x" * 50_000)
        _ = (row.number("lower"), row.when("made_at"), row.places("about_place"))
        row.word("basis", "basis")
        assert len(finding(row).text) < 1000


@given(st.text(max_size=200))
def test_quoted_text_is_one_line_and_steers_no_terminal(text: str) -> None:
    shown = quoted(text)
    assert shown.isprintable()
    assert len(shown) <= 2 + 1 + 120 * 10
    if text.isprintable() and len(text) <= 120:
        assert shown == f'"{text}"'
