"""Entities of FollowTheMoney as rows: properties are columns, and those within are rows too."""

from __future__ import annotations

import json

import pytest

from tests.readers.reading import ReadDocument, read_bytes


def rows(*values: object, name: str = "e.json") -> tuple[ReadDocument, list[dict[str, str]]]:
    data = "\n".join(v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values)
    (document,) = read_bytes(data.encode(), name, reader="table")
    header = document.begin.header or ()
    return document, [
        dict(zip(header, segment.raw or (), strict=True)) for segment in document.segments
    ]


def entity(ident: str, schema: str, /, **properties: object) -> dict[str, object]:
    return {"id": ident, "schema": schema, "properties": properties}


def test_properties_are_columns_and_several_values_stand_one_below_the_other() -> None:
    _, (row,) = rows(entity("p", "Person", name=["Dana", "Дана"], phone=["1"]))
    assert row == {"id": "p", "schema": "Person", "caption": "Dana", "name": "Dana\nДана",
                   "phone": "1"}  # fmt: skip


def test_an_entity_within_a_property_is_a_row_of_its_own() -> None:
    inner = entity("o", "Company", name=["Works"])
    document, (event, company) = rows(entity("e", "Event", name=["Strike"], involved=[inner, "x"]))
    assert (event["involved"], event["involved.caption"]) == ("o\nx", "Works\nx")
    assert (company["id"], company["schema"], company["name"]) == ("o", "Company", "Works")
    assert [segment.locator.line for segment in document.segments] == [1, 1]


def test_a_link_is_named_whichever_entity_comes_first() -> None:
    person = entity("p", "Person", name=["Dana"])
    event = entity("e", "Event", name=["Strike"], involved=["p"])
    for order in ((person, event), (event, person)):
        _, found = rows(*order)
        assert [row["involved.caption"] for row in found if row["id"] == "e"] == ["Dana"]


def test_a_caption_that_the_file_gives_goes_before_ours() -> None:
    _, (row,) = rows({**entity("p", "Person", name=["Dana"]), "caption": "D. S."})
    assert row["caption"] == "D. S."


@pytest.mark.parametrize(
    "other",
    [
        {"id": 1, "schema": "Person", "properties": {}},
        {"id": "p", "schema": "Person", "properties": []},
        {"id": "p", "schema": "Person"},
        {"id": " ", "schema": "Person", "properties": {}},
    ],
)
def test_what_is_no_entity_is_an_object_as_before(other: dict[str, object]) -> None:
    _, (row,) = rows(other)
    assert "caption" not in row
    assert set(row) == set(other)


def test_entities_within_entities_without_end_are_told_or_read_but_never_a_crash() -> None:
    deep = '{"id":"a","schema":"S","properties":{"x":[' * 3000 + "1" + "]}}" * 3000
    document, found = rows(deep, entity("p", "Person", name=["Dana"]))
    assert found[-1]["caption"] == "Dana"
    assert document.codes() <= {"broken-line", "encoding-guessed"}
    chain = '{"id":"a","schema":"S","properties":{"x":[' * 200 + "1" + "]}}" * 200
    assert len(rows(chain)[1]) == 200


def test_a_property_with_the_name_of_a_key_is_told_and_kept() -> None:
    document, (row,) = rows(entity("p", "Person", id=["other"], name=["Dana"]))
    assert (row["id"], row["id#2"]) == ("p", "other")
    assert "duplicate-key" in document.codes()
