"""Framings: who blamed whom, in which word."""

from __future__ import annotations

from qantar.model.accession import Holds
from qantar.model.claim import FramingDetail

from .tables import Columns, one

FRAMING: Columns = {
    "id": "Id",
    "when": "Day",
    "made_at": "Made",
    "said_by": "Who",
    "term": "Word",
    "blamed": "Whom",
    "statement": "Text",
    "framing_key": "Key",
}


def test_a_row_says_who_blamed_whom_in_which_word_and_when() -> None:
    claim = one(
        Holds.FRAMINGS,
        FRAMING,
        Id="R1",
        Day="2022-01-07",
        Made="",
        Who="Aidar Sayaqov",
        Word="plotters",
        Whom="the baker",
        Text="He calls the baker a plotter",
        Key="baker-plotters",
    )
    assert (claim.kind, claim.voice, claim.statement) == (
        "framing",
        "Aidar Sayaqov",
        "He calls the baker a plotter",
    )
    assert claim.detail == FramingDetail(
        framing_key="baker-plotters", term="plotters", blamed="the baker"
    )
    assert claim.made_at == claim.when
    assert claim.when is not None
    assert claim.when.edtf == "2022-01-07"


def test_a_time_of_saying_of_its_own_goes_before_the_day() -> None:
    claim = one(Holds.FRAMINGS, FRAMING, Id="1", Day="2022-01-07", Made="2022-01-08", Text="x")
    assert claim.made_at is not None
    assert claim.made_at.edtf == "2022-01-08"


def test_without_a_key_those_who_blame_alike_share_one_in_any_script() -> None:
    def key(whom: str, word: str) -> str:
        claim = one(Holds.FRAMINGS, FRAMING, Id="1", Whom=whom, Word=word, Text="x")
        assert isinstance(claim.detail, FramingDetail)
        return claim.detail.framing_key

    assert key("The baker", "plotters") == "the-baker-plotters"
    assert key("Пекарь", "заговорщики") == key("пекарь", "«Заговорщики»")
    assert key("Пекарь", "заговорщики") != key("Мельник", "заговорщики")


def test_the_word_stands_for_a_statement_that_is_not_there() -> None:
    assert one(Holds.FRAMINGS, FRAMING, Id="1", Word="plotters").statement == "plotters"
