"""Every row is accounted for; ids are unique in the case; references lead where they pointed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.accession import Holds
from qantar.model.claim import Claim
from qantar.model.finding import Locator, Severity
from qantar.reading.context import RowsRead
from qantar.reading.identifiers import Identifiers, Ids
from qantar.reading.table import CLAIM_READERS

from .tables import Columns, codes, column, document, read

SAID: Columns = {
    "id": "Id",
    "statement": "Text",
    "repeats": "Repeats",
    "targets": column("Targets", split=";"),
    "stance": "Stance",
    "published": "Date",
    "lower": "Low",
    "about_place": "Place",
}
LINKED: Columns = {name: SAID[name] for name in ("id", "statement", "repeats", "targets")}
some_ids = st.sampled_from(["", " ", "C1", "C2", "C1#2", "C3", "C1/response", "Ж1"])
some_texts = st.sampled_from(["", "   ", "Two people were hurt", "2"])
said_rows = st.lists(
    st.fixed_dictionaries(
        {
            "Id": some_ids,
            "Text": some_texts,
            "Repeats": some_ids,
            "Targets": st.lists(some_ids, max_size=3).map("; ".join),
            "Stance": st.sampled_from(["", "asserts", "DENIES", "shrugs"]),
            "Date": st.sampled_from(["", "2022-01-05", "31.02.2022", "soon"]),
            "Low": st.sampled_from(["", "5", "five"]),
            "Place": st.sampled_from(["", "Sayaqkent", "Square", "Nowhere"]),
        }
    ),
    max_size=8,
)
demand_rows = st.lists(
    st.fixed_dictionaries(
        {
            "Id": some_ids,
            "Demand": some_texts,
            "Answer": st.sampled_from(["", "met", "unknown", "perhaps"]),
            "Note": st.sampled_from(["", "The akim came out"]),
        }
    ),
    max_size=6,
)
DEMANDED: Columns = {
    "id": "Id",
    "demand": "Demand",
    "response": "Answer",
    "response_statement": "Note",
}


def accounted(got: RowsRead, given_rows: int) -> None:
    assert got.rows_in == got.rows_read + got.rows_unreadable == given_rows


@given(said_rows, said_rows, demand_rows, st.integers(0, 3))
def test_every_row_is_read_or_told_and_no_two_claims_share_an_id(
    first: list[dict[str, str]],
    second: list[dict[str, str]],
    demanded: list[dict[str, str]],
    unreadable: int,
) -> None:
    """Two tables of statements and one of demands, whose ids clash within and between them."""
    taken = Identifiers()
    tables = (
        (Holds.STATEMENTS, SAID, first, "Text"),
        (Holds.DEMANDS, DEMANDED, demanded, "Demand"),
        (Holds.STATEMENTS, SAID, second, "Text"),
    )
    claims: list[Claim] = []
    for holds, columns, rows, stated in tables:
        got = read(holds, columns, *rows, identifiers=taken, unreadable=unreadable)
        accounted(got, len(rows) + unreadable)
        kept = [row for row in rows if row["Id"].strip() and row[stated].strip()]
        assert got.rows_read == len(kept)
        assert len({c.passage.row for c in got.claims}) == len(kept)
        lost = [f for f in got.findings if f.code in {"missing-id", "missing-statement"}]
        assert len(lost) == len(rows) - len(kept)
        assert all(finding.severity is Severity.LOSS for finding in lost)
        claims += got.claims
    ids = [claim.id for claim in claims]
    assert len(set(ids)) == len(ids)
    for claim in claims:
        assert {claim.repeats, *claim.targets} - {None} <= set(ids) - {claim.id}


@given(
    st.lists(st.sampled_from(["L1", "L2", ""]), max_size=5), st.sampled_from(["places", "speakers"])
)
def test_every_row_of_places_and_speakers_is_accounted_for(ids: list[str], holds: str) -> None:
    rows = [{"Id": name, "Name": f"N{n % 2}"[: 2 * (n % 3)]} for n, name in enumerate(ids)]
    taken = Identifiers(places=["L2"], speakers=["L2"])
    got = read(Holds(holds), {"id": "Id", "name": "Name"}, *rows, identifiers=taken)
    accounted(got, len(rows))
    made = [place.id for place in got.places] + [speaker.id for speaker in got.speakers]
    assert len(made) == got.rows_read == sum(bool(row["Id"] and row["Name"]) for row in rows)
    assert len({*made, "L2"}) == len(made) + 1


# --- ids ---------------------------------------------------------------------------------------


def rows(*listed: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of Id, Text, Repeats, Targets; what is left out is empty."""
    names = ("Id", "Text", "Repeats", "Targets")
    return [dict(zip(names, (*row, "", "", "", "")[:4], strict=True)) for row in listed]


def test_a_repeated_id_is_kept_under_a_number_and_told_at_its_cell() -> None:
    got = read(Holds.STATEMENTS, LINKED, *rows(("C1", "a"), ("C1", "b"), ("C1", "c")))
    assert [(claim.id, claim.statement) for claim in got.claims] == [
        ("C1", "a"),
        ("C1#2", "b"),
        ("C1#3", "c"),
    ]
    told = [finding for finding in got.findings if finding.code == "duplicate-id"]
    assert [(f.where and f.where.cell, f.severity) for f in told] == [
        ("A3", Severity.NOTE),
        ("A4", Severity.NOTE),
    ]
    assert '"C1" is taken; this row is kept as "C1#2"' in told[0].text


def test_an_id_that_looks_like_a_second_one_is_left_to_whom_it_belongs() -> None:
    got = read(Holds.STATEMENTS, LINKED, *rows(("C1#2", "a"), ("C1", "b"), ("C1", "c")))
    assert [claim.id for claim in got.claims] == ["C1#2", "C1", "C1#3"]


def test_a_row_that_is_left_out_takes_no_id() -> None:
    got = read(Holds.STATEMENTS, LINKED, *rows(("C1", ""), ("C1", "said")))
    assert [claim.id for claim in got.claims] == ["C1"]
    assert codes(got.findings) == ["missing-statement"]


def test_ids_that_clash_between_two_tables_lead_to_rows_of_their_own_table_first() -> None:
    taken = Identifiers()
    read(Holds.STATEMENTS, LINKED, *rows(("C1", "old"), ("C9", "old")), identifiers=taken)
    got = read(
        Holds.STATEMENTS,
        LINKED,
        *rows(("C1", "new"), ("C2", "b", "C1"), ("C3", "c", "C9"), ("C4", "d", "C1#2")),
        identifiers=taken,
    )
    assert [(claim.id, claim.repeats) for claim in got.claims] == [
        ("C1#2", None),
        ("C2", "C1#2"),
        ("C3", "C9"),
        ("C4", "C1#2"),
    ]


def test_a_table_with_one_id_in_all_its_rows_is_read_without_counting_from_one_each_time() -> None:
    ids = Ids()
    given_out = [ids.take("same") for _ in range(20_000)]
    assert given_out[:3] == ["same", "same#2", "same#3"]
    assert given_out[-1] == "same#20000"
    assert len(set(given_out)) == 20_000


def test_asking_which_id_is_free_gives_none_out() -> None:
    ids = Ids(["C1"])
    assert [ids.free("C1"), ids.free("C1"), ids.take("C1"), ids.free("C1")] == [
        "C1#2",
        "C1#2",
        "C1#2",
        "C1#3",
    ]


def test_without_an_id_column_a_row_goes_by_its_file_and_number() -> None:
    columns = {"statement": "Text"}
    got = read(Holds.STATEMENTS, columns, {"Text": "a"}, {"Text": ""}, {"Text": "c"})
    assert [claim.id for claim in got.claims] == ["said-1", "said-3"]


def test_a_row_without_an_id_is_left_out_and_told_with_its_cell() -> None:
    got = read(Holds.STATEMENTS, LINKED, *rows((" ", "said")))
    (told,) = got.findings
    assert (told.code, told.severity) == ("missing-id", Severity.LOSS)
    assert told.where == Locator(row=1, line=2, cell="A2", column="Id")


# --- references ----------------------------------------------------------------------------------


def test_references_lead_backward_and_forward_and_to_several_rows() -> None:
    got = read(
        Holds.STATEMENTS,
        LINKED,
        *rows(("C1", "a", "", "C3; C2"), ("C2", "b", "C3"), ("C3", "c")),
    )
    first, second, third = got.claims
    assert (first.targets, second.repeats, third.repeats) == (("C3", "C2"), "C3", None)
    assert got.findings == ()


def test_a_reference_to_the_row_itself_or_to_nothing_is_told_and_left_empty() -> None:
    got = read(
        Holds.STATEMENTS,
        LINKED,
        *rows(("C1", "a", "C1", "C9; C2"), ("C2", "b", "C8"), ("C3", ""), ("C4", "d", "C3")),
    )
    assert [(claim.repeats, claim.targets) for claim in got.claims] == [
        (None, ("C2",)),
        (None, ()),
        (None, ()),
    ]
    told = [(f.where and f.where.cell, f.text) for f in got.findings if "reference" in f.code]
    assert told == [
        ("C2", 'repeats names "C1", which is the row itself; left empty.'),
        ("D2", 'targets names "C9", which is no row read so far; left empty.'),
        ("C3", 'repeats names "C8", which is no row read so far; left empty.'),
        ("C5", 'repeats names "C3", which is no row read so far; left empty.'),
    ]


def test_a_second_row_of_one_id_may_repeat_the_first() -> None:
    got = read(Holds.STATEMENTS, LINKED, *rows(("C1", "a"), ("C1", "b", "C1")))
    assert [(claim.id, claim.repeats) for claim in got.claims] == [("C1", None), ("C1#2", "C1")]


def test_an_answer_to_a_demand_can_be_named_and_its_id_is_its_own() -> None:
    taken = Identifiers()
    answered = {"Id": "D1", "Demand": "Water", "Answer": "met", "Note": ""}
    got = read(Holds.DEMANDS, DEMANDED, answered, identifiers=taken)
    assert [claim.id for claim in got.claims] == ["D1", "D1/response"]
    said = read(
        Holds.STATEMENTS,
        LINKED,
        *rows(("D1/response", "a"), ("C2", "b", "", "D1/response")),
        identifiers=taken,
    )
    assert [(claim.id, claim.targets) for claim in said.claims] == [
        ("D1/response#2", ()),
        ("C2", ("D1/response#2",)),
    ]


# --- columns that are not there ---------------------------------------------------------------------


def test_a_misspelt_column_is_told_once_with_the_nearest_there_is() -> None:
    columns = {"id": "Id", "statement": "Text", "said_by": "Speeker"}
    got = read(Holds.STATEMENTS, columns, {"Id": "1", "Text": "a", "Speaker": "b"})
    (told,) = got.findings
    assert (told.code, told.severity, told.where) == ("unknown-column", Severity.LOSS, None)
    assert 'said_by from a column "Speeker"' in told.text
    assert 'Did you mean "Speaker"? It has: Id, Text, Speaker.' in told.text
    accounted(got, 1)
    assert got.claims[0].said_by is None


def test_a_file_of_a_thousand_columns_is_not_told_column_by_column() -> None:
    row = {f"c{n}": "x" for n in range(1000)}
    got = read(Holds.STATEMENTS, {"statement": "c0", "url": "Link"}, row)
    (told,) = got.findings
    assert told.text.endswith("c28, c29 and 970 more.")


@pytest.mark.parametrize(
    ("holds", "columns", "code"),
    [
        (Holds.STATEMENTS, {"id": "No", "statement": "Text"}, "missing-id"),
        (Holds.STATEMENTS, {"id": "Id", "statement": "Txet"}, "missing-statement"),
        (Holds.DEMANDS, {"id": "Id", "demand": "Dmand"}, "missing-statement"),
        (Holds.FRAMINGS, {"id": "Id", "blamed": "Text"}, "missing-statement"),
        (Holds.PLACES, {"id": "Id", "name": "Nmae"}, "missing-name"),
        (Holds.SPEAKERS, {"id": "Id", "name": "Nmae"}, "missing-name"),
        (Holds.MESSAGES, {"text": "Text"}, "not-yet-read"),
    ],
)
def test_a_table_of_which_no_row_can_be_read_is_told_once_and_its_rows_are_counted(
    holds: Holds, columns: Columns, code: str
) -> None:
    got = read(holds, columns, *[{"Id": str(n), "Text": "a"} for n in range(50)], unreadable=2)
    assert (got.rows_in, got.rows_read, got.rows_unreadable) == (52, 0, 52)
    (told,) = [finding for finding in got.findings if finding.code == code]
    assert "all 50 rows are left out" in told.text
    assert set(codes(got.findings)) <= {code, "unknown-column"}


def test_a_framing_may_live_on_its_word_alone() -> None:
    got = read(Holds.FRAMINGS, {"id": "Id", "term": "Word"}, {"Id": "1", "Word": "plotters"})
    assert [(claim.id, claim.statement) for claim in got.claims] == [("1", "plotters")]
    twice = {"Id": "1", "Word": "plotters"}
    again = read(Holds.FRAMINGS, {"id": "Id", "term": "Word"}, twice, twice)
    assert [claim.id for claim in again.claims] == ["1", "1#2"]


def test_a_file_without_a_header_has_no_rows_and_no_columns_to_miss() -> None:
    got = read(Holds.STATEMENTS, {"id": "Id", "statement": "Text"}, unreadable=1)
    assert (got.rows_in, got.rows_read, got.rows_unreadable) == (1, 0, 1)
    assert got.findings == ()


def test_every_kind_of_claim_has_a_reader_that_needs_one_field() -> None:
    needed: Mapping[Holds, str] = {holds: field for holds, (_, field) in CLAIM_READERS.items()}
    assert needed[Holds.DEMANDS] == "demand"
    assert {field for holds, field in needed.items() if holds is not Holds.DEMANDS} == {"statement"}
    assert document(["A"]).rows == ()
