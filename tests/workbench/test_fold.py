from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from qantar.errors import NewerFormatError
from qantar.model.accession import (
    Accession,
    CaseSettings,
    Column,
    Consent,
    DeclaredPlace,
    DeclaredSource,
    DeclaredTerm,
    Holds,
    Sheet,
    SourceKind,
)
from qantar.model.decision import Verdict
from qantar.model.entry import Entry
from qantar.workbench import entries
from qantar.workbench.fold import Folded, fold

AT = datetime(2030, 2, 3, 4, 5, tzinfo=UTC)


def entry(seq: int, draft: entries.Draft) -> Entry:
    kind, body = draft
    previous = f"{seq - 1:064x}" if seq > 1 else ""
    return Entry(id=f"{seq:064x}", seq=seq, prev=previous, kind=kind, at=AT, body=body)


def folded(*drafts: entries.Draft) -> Folded:
    return fold(entry(seq, draft) for seq, draft in enumerate(drafts, start=1))


def sheet(
    case: CaseSettings | None = None,
    sources: Iterable[DeclaredSource] = (),
    places: Iterable[DeclaredPlace] = (),
    vocabulary: Iterable[DeclaredTerm] = (),
) -> entries.Draft:
    said = Sheet(
        name="sheet.toml",
        text="",
        case=case or CaseSettings(),
        sources=tuple(sources),
        places=tuple(places),
        vocabulary=tuple(vocabulary),
    )
    return entries.sheet("0" * 64, said)


def test_an_empty_journal_folds_to_an_empty_case() -> None:
    assert folded() == Folded()


def test_a_title_given_at_the_start_holds_until_a_sheet_says_another() -> None:
    start = entries.case_init("Winter")
    assert folded(start).title == "Winter"
    assert folded(start, sheet(CaseSettings(zone="Asia/Almaty"))).title == "Winter"
    assert folded(start, sheet(CaseSettings(title="Frost"))).title == "Frost"


def test_later_sheets_override_only_what_they_speak_of() -> None:
    first = CaseSettings(title="Winter", languages=("kk", "ru"), zone="Asia/Almaty")
    second = CaseSettings(languages=("en",), span="2030-01-01/2030-01-31")
    assert folded(sheet(first), sheet(second)).settings == CaseSettings(
        title="Winter", languages=("en",), zone="Asia/Almaty", span="2030-01-01/2030-01-31"
    )


def test_a_protected_source_stays_protected_when_a_later_sheet_forgets_it() -> None:
    before = DeclaredSource(id="w", name="Witness", kind=SourceKind.WITNESS, protected=True)
    after = DeclaredSource(id="w", name="A baker", kind=SourceKind.WITNESS)
    (source,) = folded(sheet(sources=[before]), sheet(sources=[after])).sources
    assert (source.name, source.protected) == ("A baker", True)


def test_a_source_may_become_protected_later() -> None:
    before = DeclaredSource(id="w", name="Witness")
    after = DeclaredSource(id="w", name="Witness", protected=True)
    (source,) = folded(sheet(sources=[before]), sheet(sources=[after])).sources
    assert source.protected


def test_the_latest_definition_of_a_place_or_term_holds() -> None:
    old, new = DeclaredPlace(id="L", name="Sayak"), DeclaredPlace(id="L", name="Sayaqkent")
    was = DeclaredTerm(vocabulary="event-kind", id="queue", en="line")
    now_is = DeclaredTerm(vocabulary="event-kind", id="queue", en="queue")
    elsewhere = DeclaredTerm(vocabulary="measure", id="queue", en="queues")
    case = folded(
        sheet(places=[old], vocabulary=[was, elsewhere]),
        sheet(places=[new], vocabulary=[now_is]),
    )
    assert case.places == (new,)
    assert set(case.vocabulary) == {now_is, elsewhere}


def test_accessions_are_numbered_in_the_order_of_the_journal_and_come_back_whole() -> None:
    first = Accession(
        path="lists/claims.csv",
        source="collectors",
        consent=Consent.PUBLIC,
        holds=Holds.STATEMENTS,
        columns=(Column(field="statement", header="Мәтін", values={"иә": "yes"}),),
    )
    second = Accession(path="letter.txt")
    case = folded(
        entries.case_init(None),
        entries.accession("a" * 64, 12, first),
        entries.accession("b" * 64, 0, second),
    )
    assert [(one.id, one.seq, one.original, one.size) for one in case.accessions] == [
        ("a1", 2, "a" * 64, 12),
        ("a2", 3, "b" * 64, 0),
    ]
    assert [one.accession for one in case.accessions] == [first, second]


def test_a_source_that_is_used_and_never_declared_goes_by_its_id() -> None:
    case = folded(entries.accession("a" * 64, 1, Accession(path="letter.txt")))
    assert case.sources == (DeclaredSource(id="unknown", name="unknown"),)


def test_the_latest_map_layer_is_the_one_that_counts() -> None:
    layers = entries.boundaries("a" * 64, "old.geojson"), entries.boundaries("b" * 64, "m.geojson")
    assert folded(*layers).boundaries == "b" * 64


def test_a_decision_is_named_after_its_entry() -> None:
    draft = entries.decision(Verdict.SPLIT, ("e1", "e2"), "morning and evening")
    (decision,) = folded(draft).decisions
    assert (decision.id, decision.seq, decision.at) == ("d-0000000000000000", 1, AT)
    assert (decision.verdict, decision.targets) == (Verdict.SPLIT, ("e1", "e2"))
    assert decision.reason == "morning and evening"


def test_a_kind_from_the_future_is_counted_and_passed_over() -> None:
    strange: entries.Draft = ("estimate.seed", {"seed": 7})
    case = folded(entries.case_init("Winter"), strange, strange)
    assert case.unknown == {"estimate.seed": 2}
    assert case.title == "Winter"


def test_a_release_is_remembered_and_leaves_the_record_as_current_as_it_was() -> None:
    start = entries.case_init("Winter")
    out = entries.release("c" * 64, policy="public-only", as_of="2030-01-10")
    case = folded(start, out)
    assert (case.seq, case.head) == (folded(start).seq, folded(start).head)
    assert [(one.release, one.as_of, one.at) for one in case.releases] == [
        ("c" * 64, "2030-01-10", AT)
    ]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (entries.CASE_INIT, {"title": 7}),
        (entries.CASE_INIT, {"title": "Winter", "colour": "white"}),
        (entries.SHEET, {"original": "0" * 64}),
        (entries.ACCESSION, {"original": "0" * 64, "size": 1, "accession": {"path": "/etc/hosts"}}),
        (entries.ACCESSION, {"original": "0" * 64, "size": 1, "accession": {"paths": "a"}}),
        (entries.BOUNDARIES, {"original": None, "name": "m.geojson"}),
        (entries.DECISION, {"verdict": "perhaps", "targets": [], "reason": "x"}),
        (entries.DECISION, {"verdict": "undo", "targets": [1], "reason": "x"}),
        (entries.RELEASE, {"release": "c", "policy": 1, "as_of": None}),
    ],
)
def test_a_known_kind_in_an_unknown_form_stops_the_fold(kind: str, body: dict[str, object]) -> None:
    draft: entries.Draft = (kind, body)  # type: ignore[assignment]  # what no builder writes
    with pytest.raises(NewerFormatError, match="unknown form"):
        folded(draft)
