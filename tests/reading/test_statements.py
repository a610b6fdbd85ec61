"""Statements: who said it, how many, about what; a number is never put in anybody's mouth."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qantar.model.accession import Holds
from qantar.model.claim import Claim, FigureDetail
from qantar.model.date_order import DateOrder
from qantar.model.finding import Severity

from .tables import Columns, codes, column, one, read

FIGURE: Columns = {
    "id": "Id",
    "statement": "Text",
    "figure": column("N", thousands=","),
    "lower": "Low",
    "upper": "High",
    "stance": "Stance",
    "measure": column(constant="killed"),
}


def stated(n: str = "", low: str = "", high: str = "", stance: str = "") -> Claim:
    return one(Holds.STATEMENTS, FIGURE, Id="1", Text="x", N=n, Low=low, High=high, Stance=stance)


# --- amounts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "amount"),
    [
        (("164",), ("164", 164, 164)),
        (("3,811",), ("3811", 3811, 3811)),
        (("0",), ("0", 0, 0)),
        (("164.0",), ("164", 164, 164)),
        (("٣٤",), ("34", 34, 34)),
        (("200", "200"), ("200", 200, None)),
        (("4,000", "", "4000"), ("4000", None, 4000)),
        (("", "250", "300"), ("", 250, 300)),
        (("thousands", "1000"), ("thousands", 1000, None)),
        (("1.500",), ("1.5", Decimal("1.5"), Decimal("1.5"))),
    ],
)
def test_an_amount_is_exact_a_bound_a_range_or_a_word(
    cells: tuple[str, ...], amount: tuple[str, object, object]
) -> None:
    quantity = stated(*cells).quantity
    assert quantity is not None
    assert (quantity.text, quantity.lower, quantity.upper) == amount


@pytest.mark.parametrize("text", ["thousands", "²", "1O0", "=1+1", "#DIV/0!", "about 5", "5-7"])
def test_an_amount_that_is_no_number_and_has_no_bounds_is_kept_and_said(text: str) -> None:
    got = read(Holds.STATEMENTS, FIGURE, {"Id": "1", "Text": "x", "N": text})
    (finding,) = [found for found in got.findings if found.code == "not-a-number"]
    assert text in finding.text
    quantity = got.claims[0].quantity
    assert quantity is not None
    assert (quantity.text, quantity.is_stated) == (text, False)


def test_a_mark_of_thousands_is_not_taken_for_a_decimal_point() -> None:
    german: Columns = {**FIGURE, "figure": column("N", thousands=".")}
    got = read(Holds.STATEMENTS, german, {"Id": "1", "Text": "x", "N": "1.234"})
    quantity = got.claims[0].quantity
    assert quantity is not None
    assert (quantity.text, quantity.lower) == ("1234", Decimal(1234))


def test_no_amount_is_no_quantity() -> None:
    assert stated().quantity is None


@pytest.mark.parametrize("stance", ["denies", "Doubts", "withdraws", "asks"])
def test_who_speaks_of_anothers_figure_adds_no_value(stance: str) -> None:
    quantity = stated("164", stance=stance).quantity
    assert quantity is not None
    assert (quantity.text, quantity.is_stated) == ("164", False)


def test_who_denies_and_gives_bounds_states_them() -> None:
    quantity = stated("0", "0", "0", "denies").quantity
    assert quantity is not None
    assert (quantity.lower, quantity.upper) == (Decimal(0), Decimal(0))


def test_who_revises_states_the_new_value() -> None:
    quantity = stated("225", stance="revises").quantity
    assert quantity is not None
    assert quantity.lower == 225


def test_bounds_the_wrong_way_round_are_told_and_give_no_value() -> None:
    row = {"Id": "1", "Text": "x", "N": "250", "Low": "300", "High": "200", "Stance": ""}
    got = read(Holds.STATEMENTS, FIGURE, row)
    (told,) = got.findings
    assert (told.code, told.severity, told.where and told.where.cell) == (
        "impossible-range",
        Severity.LOSS,
        "D2",
    )
    assert '"300" is above the upper bound "200"' in told.text
    quantity = got.claims[0].quantity
    assert quantity is not None
    assert (quantity.text, quantity.is_stated) == ("250", False)
    assert got.rows_read == 1


# --- figures --------------------------------------------------------------------------------


def figure(claim: Claim) -> FigureDetail:
    assert isinstance(claim.detail, FigureDetail)
    return claim.detail


def test_a_measure_or_a_key_makes_a_figure_and_nothing_an_assertion() -> None:
    columns: Columns = {"statement": "T", "measure": "M", "figure_key": "K", "kind": "Kind"}
    by_measure = one(Holds.STATEMENTS, columns, T="x", M="killed", K="", Kind="")
    by_key = one(Holds.STATEMENTS, columns, T="x", M="", K="dead-in-town", Kind="")
    neither = one(Holds.STATEMENTS, columns, T="x", M="", K="", Kind="")
    asked = one(Holds.STATEMENTS, columns, T="x", M="", K="", Kind="question")
    assert [c.kind for c in (by_measure, by_key, neither, asked)] == [
        "figure",
        "figure",
        "assertion",
        "question",
    ]
    assert (figure(by_measure).measure, by_measure.figure_key) == ("killed", None)
    assert (figure(by_key).measure, by_key.figure_key) == ("other", "dead-in-town")
    assert neither.detail is None


COMPOSED: Columns = {
    "statement": "T",
    "measure": column(constant="killed"),
    "population": "P",
    "about_place": column("Place", split=";"),
    "period_start": "From",
    "period_end": "To",
    "when": "Day",
}


def key(
    population: str = "", place: str = "", start: str = "", end: str = "", day: str = ""
) -> str | None:
    row = {"T": "x", "P": population, "Place": place, "From": start, "To": end, "Day": day}
    return read(Holds.STATEMENTS, COMPOSED, row).claims[0].figure_key


def test_without_a_key_column_the_question_is_measure_population_place_and_time() -> None:
    assert key() == "killed"
    assert key("all", "Sayaqkent", day="2022-01-05") == "killed-all-sayaqkent-2022-01-05"
    assert key("all", "Sayaqkent", "2022-01-02", "2022-01-17", "2022-01-05") == (
        "killed-all-sayaqkent-2022-01-02/2022-01-17"
    )
    assert key("", "Nowhere at all") == "killed-nowhere-at-all"


def test_spellings_of_one_place_and_day_ask_one_question() -> None:
    assert key("", "Саяқкент", day="2022/01/05") == key("", "Sayaq-7", day="2022-01-05")
    assert key("", "Kazakhstan; Sayaqkent") == key("", "Sayaqkent ; Kazakhstan")
    assert key("", "Sayaqkent") != key("", "Kazakhstan")
    assert key(day="2022-01-05") != key(day="2022-01-06")


def test_where_the_key_is_mapped_and_empty_the_claim_answers_no_question() -> None:
    claim = one(Holds.STATEMENTS, {**COMPOSED, "figure_key": "K"}, T="x", Place="Sayaqkent", K="")
    assert claim.kind == "figure"
    assert claim.figure_key is None


@pytest.mark.parametrize(
    ("start", "end", "edtf"),
    [
        ("2022-01-02", "2022-01-17", "2022-01-02/2022-01-17"),
        ("2022-01-02", "2022-01-02", "2022-01-02"),
        ("2022-01-02", "", "2022-01-02/.."),
        ("", "2022-01-17", "../2022-01-17"),
    ],
)
def test_a_period_is_open_on_the_side_nobody_gave(start: str, end: str, edtf: str) -> None:
    claim = one(Holds.STATEMENTS, COMPOSED, T="x", From=start, To=end)
    period = figure(claim).period
    assert period is not None
    assert period.edtf == edtf


def test_days_of_a_figure_are_read_in_the_order_their_columns_declare() -> None:
    names = ("statement", "measure", "period_start", "period_end")
    columns = {name: COMPOSED[name] for name in names} | {"as_of": "AsOf"}
    row = {"T": "x", "From": "02.01.2022", "To": "05.01.2022", "AsOf": "09.01.2022"}
    got = read(Holds.STATEMENTS, columns, row, dates=DateOrder.DMY)
    assert got.findings == ()
    detail = figure(got.claims[0])
    assert detail.period is not None
    assert detail.as_of is not None
    assert (detail.period.edtf, detail.as_of.edtf) == ("2022-01-02/2022-01-05", "2022-01-09")


# --- what every claim has ------------------------------------------------------------------------


ALL: Columns = {
    "id": "Id",
    "statement": "Text",
    "said_by": "Who",
    "role": "Role",
    "outlet": "Paper",
    "source_kind": "SourceKind",
    "basis": "Basis",
    "stance": "Stance",
    "hedge": "Hedge",
    "made_at": "Made",
    "published": "Published",
    "evidence_status": "Evidence",
    "url": "Link",
    "topic": "Topic",
    "language": "Language",
    "when": "Day",
    "about_place": "Place",
}


def test_every_field_of_a_row_comes_through() -> None:
    claim = one(
        Holds.STATEMENTS,
        ALL,
        Id="C1",
        Text="The baker says the shop was closed",
        Who="Айдар Саяқов",
        Role="Akim",
        Paper="Sayaq News",
        SourceKind="official",
        Basis="witnessed",
        Stance="doubts",
        Hedge="about",
        Made="2022-01-06",
        Published="2022-01-07",
        Evidence="found_page",
        Link="https://example.org/1",
        Topic="bread",
        Language="kk",
        Day="2022-01-05",
        Place="Sayaqkent",
    )
    assert (claim.id, claim.kind, claim.source) == ("C1", "assertion", "collectors")
    assert (claim.said_by, claim.voice, claim.role) == ("Айдар Саяқов", "Aidar Sayaqov", "Akim")
    assert (claim.outlet, claim.url, claim.topic) == (
        "Sayaq News",
        "https://example.org/1",
        "bread",
    )
    assert (claim.source_kind, claim.basis, claim.stance, claim.hedge, claim.evidence) == (
        "official",
        "witnessed",
        "doubts",
        "about",
        "found_page",
    )
    assert claim.language == "kk"
    assert [w.edtf for w in (claim.made_at, claim.published, claim.when) if w] == [
        "2022-01-06",
        "2022-01-07",
        "2022-01-05",
    ]
    assert [where.place for where in claim.where] == ["L1"]
    assert (claim.passage.row, claim.passage.at_row, claim.passage.line) == (1, 2, 2)
    assert (claim.passage.file, claim.passage.accession) == ("lists/said.csv", "a1")


def test_what_is_not_stated_is_never_made_more_of() -> None:
    claim = one(Holds.STATEMENTS, ALL, Id="C1", Text="x")
    assert (claim.basis, claim.stance, claim.source_kind) == ("not-stated", "asserts", "unknown")
    empty = (claim.said_by, claim.voice, claim.hedge, claim.evidence, claim.made_at, claim.when)
    assert empty == (None,) * 6
    assert claim.where == ()


def test_a_row_with_bad_values_everywhere_is_read_without_them() -> None:
    row = dict.fromkeys(("Role", "Paper", "Link", "Topic", "Language", "Who"), "ok")
    bad = dict.fromkeys(("SourceKind", "Basis", "Stance", "Hedge", "Evidence"), "nonsense")
    worse = dict.fromkeys(("Made", "Published", "Day"), "yesteryear")
    got = read(Holds.STATEMENTS, ALL, {"Id": "1", "Text": "x", **row, **bad, **worse, "Place": "?"})
    assert (got.rows_read, got.rows_unreadable) == (1, 0)
    assert sorted(codes(got.findings)) == sorted(
        ["unknown-word"] * 5 + ["unparsed-date"] * 3 + ["unresolved-place"]
    )
    assert len({finding.where for finding in got.findings}) == 9
    assert (got.claims[0].basis, got.claims[0].stance) == ("not-stated", "asserts")


# --- voices ---------------------------------------------------------------------------------------


def test_without_a_body_column_the_voice_is_the_speaker_under_the_recorded_name() -> None:
    columns: Columns = {"statement": "T", "said_by": "Who"}
    voices = [
        one(Holds.STATEMENTS, columns, T="x", Who=who).voice
        for who in ("aidar  SAYAQOV", "Айдар Саяков", "A passer-by", "")
    ]
    assert voices == ["Aidar Sayaqov", "Aidar Sayaqov", "A passer-by", None]


def test_with_a_body_column_the_voice_is_what_stands_there_and_nobody_where_it_is_empty() -> None:
    columns: Columns = {"statement": "T", "said_by": "Who", "body": "Office"}
    voices = [
        one(Holds.STATEMENTS, columns, T="x", Who="Aidar Sayaqov", Office=office).voice
        for office in ("Town akimat", "", "  ")
    ]
    assert voices == ["Town akimat", None, None]


def test_a_stance_in_an_unknown_word_puts_no_amount_in_the_speakers_mouth() -> None:
    columns: Columns = {
        "id": "Id",
        "statement": "Text",
        "figure": "N",
        "lower": "Low",
        "stance": "Stance",
    }
    row = {"Id": "1", "Text": "x", "N": "164", "Low": "164", "Stance": "refutes"}
    got = read(Holds.STATEMENTS, columns, row)
    assert codes(got.findings) == ["unknown-word"]
    quantity = got.claims[0].quantity
    assert quantity is not None
    assert (quantity.text, quantity.is_stated) == ("164", False)


def test_a_body_column_that_the_file_lacks_adds_no_voice() -> None:
    columns: Columns = {"id": "Id", "statement": "Text", "said_by": "Who", "body": "Office"}
    got = read(Holds.STATEMENTS, columns, {"Id": "1", "Text": "x", "Who": "Somebody"})
    assert codes(got.findings) == ["unknown-column"]
    assert (got.claims[0].said_by, got.claims[0].voice) == ("Somebody", None)
