"""Model values as text and back: nothing is lost, and one value has one text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.claim import (
    Claim,
    DemandDetail,
    EventDetail,
    FigureDetail,
    FramingDetail,
    OutageDetail,
    Passage,
    ResponseDetail,
)
from qantar.model.finding import Finding, Locator, Severity
from qantar.model.place import Place, Where
from qantar.model.quantity import Quantity
from qantar.model.speaker import Speaker
from qantar.model.when import Bound, Precision, Qualifier, When, YearFrom
from qantar.record.codec import CLAIMS, FINDINGS, PLACES, SPEAKERS, Codec, plain

from . import material

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
said = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
maybe = st.none() | texts
several = st.lists(texts, max_size=3).map(tuple)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.integers().map(Decimal)
counts = st.integers(1, 10**6)


@st.composite
def whens(draw: st.DrawFn) -> When:
    start = draw(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # bounds are naive there
    length = draw(st.timedeltas(timedelta(seconds=1), timedelta(days=400)))
    return When(
        text=draw(texts),
        earliest=draw(st.none() | st.just(start)),
        latest=draw(st.none() | st.just(start + length)),
        precision=draw(st.sampled_from(Precision)),
        zone=draw(st.sampled_from(["Asia/Almaty", "UTC", "Asia/Aqtau"])),
        part=draw(maybe),
        qualifier=draw(st.sampled_from(Qualifier)),
        bound=draw(st.sampled_from(Bound)),
        year_from=draw(st.sampled_from(YearFrom)),
        edtf=draw(texts),
    )


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    edges = sorted([draw(numbers), draw(numbers)])
    lower, upper = (edge if draw(st.booleans()) else None for edge in edges)
    return Quantity(text=draw(texts), unit=draw(texts), lower=lower, upper=upper)


times = st.none() | whens()
wheres = st.builds(
    Where,
    text=texts,
    place=maybe,
    lat=st.none() | numbers,
    lon=st.none() | numbers,
    reach_m=st.none() | counts,
)
details = (
    st.builds(
        FigureDetail, measure=texts, population=maybe, figure_key=maybe, as_of=times, period=times
    )
    | st.builds(EventDetail, event_kind=texts, family=texts, actors=texts)
    | st.builds(
        OutageDetail,
        network=texts,
        state=texts,
        method=maybe,
        level=st.none() | numbers,
        start_precision=maybe,
        end_precision=maybe,
    )
    | st.builds(DemandDetail, demand_key=texts, group=maybe, addressed_to=several)
    | st.builds(ResponseDetail, demand=maybe, answer=texts)
    | st.builds(FramingDetail, framing_key=texts, term=texts, blamed=texts)
)
passages = st.builds(
    Passage,
    original=texts,
    accession=texts,
    file=texts,
    row=counts,
    at_row=counts,
    line=st.none() | counts,
    sheet=maybe,
)
claims = st.builds(
    Claim,
    id=said,
    kind=texts,
    statement=said,
    passage=passages,
    source=texts,
    said_by=maybe,
    role=maybe,
    voice=maybe,
    outlet=maybe,
    source_kind=texts,
    basis=texts,
    stance=texts,
    hedge=maybe,
    made_at=times,
    published=times,
    when=times,
    where=st.lists(wheres, max_size=2).map(tuple),
    quantity=st.none() | quantities(),
    # Never the claim's own id, which has no such mark.
    repeats=maybe.map(lambda name: name and f"{name}\n#other"),
    targets=several.map(lambda names: tuple(f"{name}\n#other" for name in names)),
    evidence=maybe,
    url=maybe,
    topic=maybe,
    language=maybe,
    detail=st.none() | details,
).filter(lambda claim: claim.id not in {claim.repeats, *claim.targets})
places = st.builds(
    Place,
    id=texts,
    name=texts,
    kind=texts,
    names=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    variants=several,
    former=several,
    parent=maybe,
    country=maybe,
    lat=st.none() | numbers,
    lon=st.none() | numbers,
    code=maybe,
    evidence=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    original=maybe,
    accession=maybe,
    row=st.none() | counts,
)
speakers = st.builds(
    Speaker,
    id=texts,
    name=texts,
    role=texts,
    forms=several,
    evidence=maybe,
    original=maybe,
    accession=maybe,
    row=st.none() | counts,
)
findings = st.builds(
    Finding,
    code=texts,
    text=texts,
    severity=st.sampled_from(Severity),
    file=maybe,
    where=st.none()
    | st.builds(
        Locator,
        sheet=maybe,
        row=st.none() | counts,
        line=st.none() | counts,
        cell=maybe,
        column=maybe,
    ),
    original=maybe,
    accession=maybe,
)


@given(claims)
def test_a_claim_comes_back_equal_and_of_the_same_kind(claim: Claim) -> None:
    written = CLAIMS.encode(claim)
    again = CLAIMS.decode(written)
    assert again == claim
    assert type(again.detail) is type(claim.detail)
    assert CLAIMS.encode(again) == written


@given(places)
def test_a_place_comes_back_equal(place: Place) -> None:
    assert PLACES.decode(PLACES.encode(place)) == place


@given(speakers)
def test_a_speaker_comes_back_equal(speaker: Speaker) -> None:
    assert SPEAKERS.decode(SPEAKERS.encode(speaker)) == speaker


@given(findings)
def test_a_finding_comes_back_equal(finding: Finding) -> None:
    assert FINDINGS.decode(FINDINGS.encode(finding)) == finding


def test_the_form_is_compact_and_leaves_out_what_is_absent() -> None:
    place = Place(id="L1", name="Саяқкент", kind="town", lat=Decimal("51.50"), former=("Sayaq-7",))
    assert PLACES.encode(place) == (
        '{"id":"L1","name":"Саяқкент","kind":"town","former":["Sayaq-7"],"lat":"51.50"}'
    )


def test_numbers_keep_the_digits_they_were_written_with() -> None:
    place = Place(id="L1", name="x", kind="town", lat=Decimal("51.50"), lon=Decimal("1E+1"))
    again = PLACES.decode(PLACES.encode(place))
    assert (str(again.lat), str(again.lon)) == ("51.50", "1E+1")


def test_instants_stay_in_utc() -> None:
    again = CLAIMS.decode(CLAIMS.encode(material.CLAIMS[0]))
    assert again.published is not None
    assert again.published.earliest is not None
    assert again.published.earliest.utcoffset() == timedelta(0)
    assert again.published.earliest.isoformat() == "2022-01-05T18:00:00+00:00"


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        (CLAIMS, '{"id":"","kind":"figure","statement":"x","passage":{},"source":"s"}'),
        (CLAIMS, "{}"),
        (PLACES, '{"id":"L1","name":"x"}'),
        (FINDINGS, '{"code":"x","text":"x","severity":"grave"}'),
        (Codec(Quantity), '{"text":"","lower":"5","upper":"4"}'),
        (SPEAKERS, "not JSON"),
    ],
)
def test_what_breaks_an_invariant_is_refused(codec: Codec[Any], text: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        codec.decode(text)


def test_plain_json_has_one_spelling() -> None:
    assert plain({"b": ["ә", 1], "a": None}) == '{"a":null,"b":["ә",1]}'
    assert plain({"a": None, "b": ["ә", 1]}) == plain({"b": ["ә", 1], "a": None})
