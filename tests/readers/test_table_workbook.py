"""Workbooks: worksheets, formulas, errors, hidden content, dates and numbers, damage and bombs."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
import xlwt
from odf import opendocument, table
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from qantar.errors import InputRefusedError
from qantar.model.document import hidden_columns
from qantar.model.finding import Severity
from qantar.readers import caps
from qantar.readers.workbook_scan import Spans

from .table_samples import (
    Cell,
    Grid,
    codes,
    losses,
    ods,
    ods_bytes,
    ods_cell,
    ods_comment,
    only,
    part_of,
    read,
    saved,
    values,
    with_part,
    xls,
    xlsx,
)

TWO: Grid = [["id", "name"], [1, "a"], [2, "b"]]
MORE: Grid = [["id", "name"], [3, "c"]]
OTHER: Grid = [["name", "id"], ["d", 4], ["e", 5]]
MAKERS = {"list.xlsx": xlsx, "list.xls": xls, "list.ods": ods}


@pytest.fixture(params=MAKERS, name="kind")
def _kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_all_visible_worksheets_with_one_header_make_one_table(kind: str) -> None:
    document = read(MAKERS[kind]({"North": TWO, "South": MORE}), kind)
    assert values(document) == [("1", "a"), ("2", "b"), ("3", "c")]
    assert [(row.sheet, row.number, row.at_row) for row in document.rows] == [
        ("North", 1, 2),
        ("North", 2, 3),
        ("South", 3, 2),
    ]
    assert document.meta["worksheets"] == "North; South"
    assert document.encoding is None


def test_a_worksheet_with_another_header_is_unreadable_and_counted(kind: str) -> None:
    document = read(MAKERS[kind]({"North": TWO, "East": OTHER, "South": MORE}), kind)
    assert values(document) == [("1", "a"), ("2", "b"), ("3", "c")]
    assert document.unreadable == 2
    finding = only(document, "header-differs")
    assert finding.severity is Severity.LOSS
    assert finding.where is not None
    assert finding.where.sheet == "East"
    assert "2 rows" in finding.text
    assert [row.number for row in document.rows] == [1, 2, 5]


def test_hidden_worksheets_are_told_and_not_read(kind: str) -> None:
    document = read(MAKERS[kind]({"North": TWO, "Secret": MORE}, hidden=["Secret"]), kind)
    assert values(document) == [("1", "a"), ("2", "b")]
    finding = only(document, "hidden-content")
    assert finding.severity is Severity.LOSS
    assert finding.where is not None
    assert finding.where.sheet == "Secret"
    assert document.meta["worksheets_left_out"] == "Secret"


def test_a_hidden_worksheet_is_read_when_the_sheet_names_it(kind: str) -> None:
    data = MAKERS[kind]({"North": TWO, "Secret": MORE}, hidden=["Secret"])
    document = read(data, kind, worksheet="Secret")
    assert values(document) == [("3", "c")]
    assert only(document, "hidden-content").severity is Severity.NOTE


def test_very_hidden_worksheets_are_told_as_such() -> None:
    document = read(xlsx({"A": TWO, "B": MORE}, very=["B"]), "list.xlsx")
    assert "very hidden" in only(document, "hidden-content").text


def test_a_worksheet_that_is_not_there_is_refused_and_the_others_named(kind: str) -> None:
    with pytest.raises(InputRefusedError) as refused:
        read(MAKERS[kind]({"North": TWO}), kind, worksheet="South")
    assert '"South"' in refused.value.message
    assert '"North"' in str(refused.value.next)
    assert refused.value.where == kind


def test_a_header_further_down_and_to_the_right(kind: str) -> None:
    rows: Grid = [["A list"], [], [None, "id", "name"], [None, 1, "a"], [], [None, 2, "b"], []]
    document = read(MAKERS[kind]({"North": rows}), kind, header_row=3)
    assert document.header == ("column A", "id", "name")
    assert [(row.values, row.at_row) for row in document.rows] == [
        (("", "1", "a"), 4),
        (("", "2", "b"), 6),
    ]
    assert document.meta["blank_rows"] == "1"
    assert '"A list"' in only(document, "above-header").text


def test_text_beyond_the_header_is_kept_beside_its_row(kind: str) -> None:
    document = read(MAKERS[kind]({"N": [["id", "name"], [1, "a", None, "aside"]]}), kind)
    assert document.rows[0].extra == ("", "aside")
    where = only(document, "too-many-cells").where
    assert where is not None
    assert (where.sheet, where.cell) == ("N", "C2")


def test_an_empty_workbook_is_told(kind: str) -> None:
    document = read(MAKERS[kind]({"N": []}), kind)
    assert (document.header, document.rows) == ((), ())
    assert losses(document) == ["empty"]


def test_a_header_alone_is_a_note(kind: str) -> None:
    assert codes(read(MAKERS[kind]({"N": [["id", "name"]]}), kind)) == ["empty"]


def test_settings_for_text_are_said_to_mean_nothing(kind: str) -> None:
    document = read(MAKERS[kind]({"N": TWO}), kind, encoding="cp1251", delimiter=";")
    assert "encoding and delimiter" in only(document, "setting-unused").text


def test_values_have_one_canonical_spelling() -> None:
    typed: list[tuple[Any, str]] = [
        (3.0, "3"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e-7, "1e-07"),
        (1e20, "100000000000000000000"),
        (77011234567, "77011234567"),
        (True, "true"),
        (False, "false"),
        (date(2022, 1, 5), "2022-01-05"),
        (datetime(2022, 1, 5), "2022-01-05"),  # noqa: DTZ001  # a cell has no zone
        (datetime(2022, 1, 5, 18, 30), "2022-01-05T18:30:00"),  # noqa: DTZ001
        (time(3, 4, 5), "03:04:05"),
        (timedelta(hours=30, minutes=15), "PT30H15M00S"),
        (" text ", " text "),
        ("007", "007"),
        ("two\nlines", "two\nlines"),
    ]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["value", "end"])
    for value, _ in typed:
        sheet.append([value, "."])
    document = read(saved(book), "list.xlsx")
    assert [row.values[0] for row in document.rows] == [raw for _, raw in typed]


def test_a_length_of_time_beyond_all_counting_costs_its_row() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for value in ("span", 1, 1e15, 2):
        sheet.append([value])
        sheet.cell(sheet.max_row, 1).number_format = "[h]:mm"
    document = read(saved(book), "list.xlsx")
    assert [(row.number, row.values[0]) for row in document.rows] == [
        (1, "PT24H00M00S"),
        (3, "PT48H00M00S"),
    ]
    assert document.unreadable == 1
    where = only(document, "impossible-date").where
    assert where is not None
    assert (where.row, where.cell) == (2, "A3")


def test_formulas_give_their_stored_result_and_are_told() -> None:
    plain = xlsx({"N": [["a", "b"], [1, 10], [2, 20]]})
    data = part_of(plain, "xl/worksheets/sheet1.xml").replace(
        b'<c r="B3" t="n"><v>20</v></c>', b'<c r="B3"><f>A3*10</f><v>20</v></c>'
    )
    document = read(with_part(plain, "xl/worksheets/sheet1.xml", data), "list.xlsx")
    assert values(document) == [("1", "10"), ("2", "20")]
    finding = only(document, "formula")
    assert finding.severity is Severity.NOTE
    assert "B3" in finding.text


def test_formulas_without_a_stored_result_are_a_loss() -> None:
    sums: list[list[Cell]] = [[1, f"=A{n}*2"] for n in range(2, 40)]
    rows: Grid = [["a", "b"], *sums]
    document = read(xlsx({"N": rows}), "list.xlsx")
    (note, loss) = [each for each in document.findings if each.code == "formula"]
    assert note.severity is Severity.NOTE
    assert loss.severity is Severity.LOSS
    assert "38 formulas" in loss.text
    assert "B2, B3" in loss.text
    assert "and 18 more" in loss.text
    assert document.rows[0].values == ("1", "")


def test_error_cells_keep_their_code_as_text_and_are_told() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["a", "b"])
    sheet.append([1, "#REF!"])
    sheet.append(["#DIV/0!", 2])
    sheet["B2"].data_type = sheet["A3"].data_type = "e"
    document = read(saved(book), "list.xlsx")
    assert values(document) == [("1", "#REF!"), ("#DIV/0!", "2")]
    found = [each for each in document.findings if each.code == "error-cell"]
    assert [each.where.cell for each in found if each.where] == ["B2", "A3"]
    assert [each.where.column for each in found if each.where] == ["b", "a"]
    assert '"#REF!"' in found[0].text


def test_formulas_and_errors_of_an_ods() -> None:
    document = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="N")
    lines = [
        [ods_cell("a"), ods_cell("b")],
        [ods_cell(3, formula="of:=1+2"), ods_cell("#DIV/0!", formula="of:=1/0")],
        [ods_cell(None, formula="of:=A9"), ods_cell("#REF!")],
    ]
    for cells in lines:
        line = table.TableRow()
        for cell in cells:
            line.addElement(cell)
        sheet.addElement(line)
    lines[1][0].addElement(ods_comment("seen by nobody"))
    document.spreadsheet.addElement(sheet)
    read_back = read(ods_bytes(document), "list.ods")
    assert values(read_back) == [("3", "#DIV/0!"), ("", "#REF!")]
    where = only(read_back, "error-cell").where
    assert where is not None
    assert where.cell == "B2"
    assert [each.text[:7] for each in read_back.findings if each.code == "formula"] == [
        "3 cells",
        "1 formu",
    ]
    assert "comments" in only(read_back, "hidden-content").text


def test_formulas_and_errors_of_an_xls() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("N")
    for column, name in enumerate("ab"):
        sheet.write(0, column, name)
    sheet.write(1, 0, 5)
    sheet.row(1).set_cell_error(1, "#DIV/0!")
    sheet.write(2, 0, xlwt.Formula("A2+1"))
    sheet.write(2, 1, "x")
    out = io.BytesIO()
    book.save(out)
    document = read(out.getvalue(), "list.xls")
    assert values(document) == [("5", "#DIV/0!"), ("", "x")]
    where = only(document, "error-cell").where
    assert where is not None
    assert (where.row, where.cell) == (1, "B2")
    assert "1 cell holds a formula: A3" in only(document, "formula").text
    # The same, but the result is said to be a text, and no text follows.
    textless = out.getvalue().replace(b"\x03" + bytes(5) + b"\xff\xff", bytes(6) + b"\xff\xff")
    assert losses(read(textless, "list.xls")) == ["formula"]


def test_repeated_rows_and_cells_of_an_ods_are_all_there() -> None:
    document = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="N")
    for repeats, cells in ((1, ["a", "b"]), (3, ["x", "y"]), (1, ["z", "w"])):
        line = table.TableRow(numberrowsrepeated=repeats)
        for cell in cells:
            line.addElement(ods_cell(cell))
        sheet.addElement(line)
    document.spreadsheet.addElement(sheet)
    read_back = read(ods_bytes(document), "list.ods")
    assert values(read_back) == [("x", "y")] * 3 + [("z", "w")]
    assert [row.at_row for row in read_back.rows] == [2, 3, 4, 5]


def test_hidden_rows_and_columns_are_read_and_told() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in TWO:
        sheet.append(list(row))
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    document = read(saved(book), "list.xlsx")
    assert values(document) == [("1", "a"), ("2", "b")]
    assert "1 row and 1 column" in only(document, "hidden-content").text
    assert [row.hidden for row in document.rows] == [False, True]
    assert hidden_columns(document.meta) == {1}


@pytest.mark.parametrize("mark", [b'hidden="true"', b'ht="0" customHeight="1"'])
def test_a_row_without_height_is_hidden_too(mark: bytes) -> None:
    part = "xl/worksheets/sheet1.xml"
    data = xlsx({"N": TWO})
    changed = part_of(data, part).replace(b'<row r="3"', b'<row r="3" ' + mark)
    document = read(with_part(data, part, changed), "list.xlsx")
    assert [row.hidden for row in document.rows] == [False, True]


def test_what_a_hidden_header_names_is_hidden() -> None:
    part = "xl/worksheets/sheet1.xml"
    data = xlsx({"N": TWO})
    changed = part_of(data, part).replace(b'<row r="1"', b'<row r="1" hidden="1"')
    assert hidden_columns(read(with_part(data, part, changed), "list.xlsx").meta) == {0, 1}


def test_rows_and_columns_of_a_folded_group_are_hidden() -> None:
    document = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="list")
    sheet.addElement(table.TableColumn(numbercolumnsrepeated=1))
    folded = table.TableColumnGroup(display="false")
    folded.addElement(table.TableColumn())
    sheet.addElement(folded)
    rows = [table.TableRow() for _ in TWO]
    for line, cells in zip(rows, TWO, strict=True):
        for cell in cells:
            line.addElement(ods_cell(cell))
    sheet.addElement(rows[0])
    group = table.TableRowGroup(display="false")
    group.addElement(rows[1])
    sheet.addElement(group)
    sheet.addElement(rows[2])
    document.spreadsheet.addElement(sheet)
    read_back = read(ods_bytes(document), "list.ods")
    assert [row.hidden for row in read_back.rows] == [True, False]
    assert hidden_columns(read_back.meta) == {1}


def test_hidden_stretches_may_come_in_any_order_and_over_each_other() -> None:
    spans = Spans()
    for first, last in ((5, 9), (0, 1), (8, 12), (20, 19), (2, 2), (30, 40)):
        spans.add(first, last)
    named = {0, 1, 2, *range(5, 13), *range(30, 41)}
    assert {n for n in range(50) if n in spans} == named
    assert spans.within(7) == 5


def test_merged_cells_hold_their_value_once() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["a", "b"], [1, None], [2, 3]):
        sheet.append(row)
    sheet.merge_cells("A2:B2")
    assert values(read(saved(book), "list.xlsx")) == [("1", ""), ("2", "3")]


def test_comments_charts_and_strange_names_do_not_disturb() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = 'A & B <"x">'
    for row in TWO:
        sheet.append(list(row))
    sheet["A2"].comment = Comment("seen by nobody", "someone")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=3))
    book.create_chartsheet("Chart", 0).add_chart(chart)
    document = read(saved(book), "list.xlsx")
    assert values(document) == [("1", "a"), ("2", "b")]
    assert document.rows[0].sheet == 'A & B <"x">'
    assert codes(document) == ["hidden-content", "unsupported"]
    assert losses(document) == []


def test_a_damaged_worksheet_leaves_the_others() -> None:
    whole = xlsx({"North": TWO, "South": MORE})
    document = read(with_part(whole, "xl/worksheets/sheet1.xml", b"<worksheet><she"), "list.xlsx")
    assert values(document) == [("3", "c")]
    finding = only(document, "damaged")
    assert finding.severity is Severity.LOSS
    assert finding.where is not None
    assert finding.where.sheet == "North"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_damaged_part_that_all_need_is_told(part: str) -> None:
    document = read(with_part(xlsx({"N": TWO}), part, b"<broken"), "list.xlsx")
    assert document.rows == ()
    assert losses(document) == ["damaged"]


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("list.xlsx", "xl/worksheets/sheet1.xml"),
        ("list.xlsx", "xl/workbook.xml"),
        ("list.xlsx", "xl/sharedStrings.xml"),
        ("list.ods", "content.xml"),
        ("list.ods", "META-INF/manifest.xml"),
    ],
)
def test_a_document_type_is_never_read(kind: str, part: str) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    document = read(with_part(MAKERS[kind]({"N": TWO}), part, bomb), kind)
    assert document.rows == ()
    assert "document type" in only(document, "damaged").text


def test_a_cut_package_is_damaged(kind: str) -> None:
    data = MAKERS[kind]({"N": TWO})
    document = read(data[: len(data) // 2], kind)
    assert document.rows == ()
    assert losses(document) == ["damaged"]


def test_a_package_that_unpacks_out_of_proportion_is_not_unpacked() -> None:
    bomb = b"<worksheet>" + b" " * (caps.RATIO_FLOOR_BYTES + 1) + b"</worksheet>"
    document = read(with_part(xlsx({"N": TWO}), "xl/worksheets/sheet1.xml", bomb), "list.xlsx")
    assert document.rows == ()
    assert losses(document) == ["ratio"]


def test_sizes_that_lie_are_damage() -> None:
    whole = xlsx({"N": TWO})
    sheet = part_of(whole, "xl/worksheets/sheet1.xml")
    size = len(sheet).to_bytes(4, "little")
    assert size in whole
    lied = whole.replace(size, (len(sheet) // 2).to_bytes(4, "little"))
    assert losses(read(lied, "list.xlsx")) == ["damaged"]


@pytest.mark.parametrize("address", ["XFD1048576", "ZZZ9999999"])
def test_a_cell_far_out_does_not_fill_the_memory(address: str) -> None:
    whole = xlsx({"N": TWO, "S": MORE})
    sheet = part_of(whole, "xl/worksheets/sheet1.xml").replace(b'"B3"', f'"{address}"'.encode())
    document = read(with_part(whole, "xl/worksheets/sheet1.xml", sheet), "list.xlsx")
    assert values(document) == [("3", "c")]
    assert losses(document) == ["too-large"]


def test_an_ods_that_repeats_a_cell_without_end_is_not_laid_out() -> None:
    whole = ods({"N": TWO})
    content = part_of(whole, "content.xml").replace(
        b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="2000000000" ', 1
    )
    assert losses(read(with_part(whole, "content.xml", content), "list.ods")) == ["too-large"]


def test_a_count_of_shared_strings_that_cannot_be_is_damage() -> None:
    whole = xlsx({"N": TWO})
    strings = b'<sst xmlns="x" uniqueCount="99999999999"><si><t>a</t></si></sst>'
    document = read(with_part(whole, "xl/sharedStrings.xml", strings), "list.xlsx")
    assert losses(document) == ["damaged"]


def test_encrypted_workbooks_are_told() -> None:
    manifest = part_of(ods({"N": TWO}), "META-INF/manifest.xml").replace(
        b"</manifest:manifest>",
        b'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">'
        b"<manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
    )
    document = read(with_part(ods({"N": TWO}), "META-INF/manifest.xml", manifest), "list.ods")
    assert (document.rows, losses(document)) == ((), ["encrypted"])


def test_an_encrypted_zip_is_told() -> None:
    data = bytearray(xlsx({"N": TWO}))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # the central directory's flag of encryption
    document = read(bytes(data), "list.xlsx")
    assert (document.rows, losses(document)) == ((), ["encrypted"])


def test_a_zip_that_is_no_workbook_is_unsupported() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    document = read(out.getvalue(), "list.xlsx")
    assert document.media_type == "application/zip"
    assert codes(document) == ["extension-mismatch", "unsupported"]
