from __future__ import annotations

import hashlib
import time
import tracemalloc
from collections.abc import Iterable

import pytest

from qantar.model.accession import Accession, CaseSettings, Consent, Holds, Sheet
from qantar.model.canonical import JSON
from qantar.model.column import Column
from qantar.model.counting_asked import Counting
from qantar.model.decision import Verdict
from qantar.model.declared import DeclaredPlace, DeclaredSource, DeclaredTerm, SourceKind
from qantar.model.entry import Entry, Ref
from qantar.workbench import entries
from qantar.workbench.fold import Folded, fold
from qantar.workbench.placing import MOST_BRANCHES
from qantar.workbench.roster import Aside
from qantar.workbench.team_entries import case_init
from tests.model.journals import AT, Writer, device, made_entry

from .team import founder, joined, table


def folded(*drafts: entries.Draft) -> Folded:
    """The fold of what one device wrote."""
    writer = Writer("founder")
    for draft in drafts:
        writer.write(draft)
    return fold(writer.entries)


def begun(title: str | None) -> entries.Draft:
    return case_init(title, device("founder"))


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
    return entries.sheet("0" * 64, 9, said, object="1" * 64)


def test_an_empty_journal_folds_to_an_empty_case() -> None:
    assert folded() == Folded(state=hashlib.sha256(b"qantar/v1/state\0").hexdigest())


def test_a_title_given_at_the_start_holds_until_a_sheet_says_another() -> None:
    start = begun("Winter")
    assert folded(start).title == "Winter"
    assert folded(start, sheet(CaseSettings(zone="Asia/Almaty"))).title == "Winter"
    assert folded(start, sheet(CaseSettings(title="Frost"))).title == "Frost"


def test_later_sheets_override_only_what_they_speak_of() -> None:
    first = CaseSettings(title="Winter", languages=("kk", "ru"), zone="Asia/Almaty")
    second = CaseSettings(languages=("en",), span="2030-01-01/2030-01-31")
    assert folded(sheet(first), sheet(second)).settings == CaseSettings(
        title="Winter", languages=("en",), zone="Asia/Almaty", span="2030-01-01/2030-01-31"
    )


def test_what_is_marked_invented_stays_so_until_a_sheet_says_otherwise() -> None:
    marked, silent = CaseSettings(invented=True), CaseSettings(title="Frost")
    assert folded(sheet(marked), sheet(silent)).settings.invented is True
    assert folded(sheet(marked), sheet(CaseSettings(invented=False))).settings.invented is False


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
        begun(None),
        entries.accession("a" * 64, 12, first, object="c" * 64),
        entries.accession("b" * 64, 0, second, object="d" * 64),
    )
    told = [(one.id, one.original, one.object, one.size) for one in case.accessions]
    assert told == [("a1", "a" * 64, "c" * 64, 12), ("a2", "b" * 64, "d" * 64, 0)]
    assert case.objects == {"c" * 64: ("a" * 64, 12), "d" * 64: ("b" * 64, 0)}
    assert [one.accession for one in case.accessions] == [first, second]


def test_a_source_that_is_used_and_never_declared_goes_by_its_id() -> None:
    case = folded(entries.accession("a" * 64, 1, Accession(path="letter.txt"), object="c" * 64))
    assert case.sources == (DeclaredSource(id="unknown", name="unknown"),)


def test_the_latest_map_layer_is_the_one_that_counts() -> None:
    old = entries.boundaries("a" * 64, 8, "old.geojson", object="c" * 64)
    new = entries.boundaries("b" * 64, 9, "m.geojson", object="d" * 64)
    layer = folded(old, new).boundaries
    assert layer == entries.LayerTaken(original="b" * 64, object="d" * 64, size=9)


def counting(name: str, population: str = "persons", *, asked: bool = True) -> entries.Draft:
    said = Counting(id=name, population=population, lists=("court", "press"), asked=asked)
    return entries.counting("a" * 64, 8, said, object="c" * 64)


def test_the_latest_word_on_a_counting_holds_and_may_take_it_back() -> None:
    first, second = counting("killed", "people"), counting("held", "persons held")
    later, back = counting("killed", "persons killed"), counting("held", asked=False)
    assert [one.id for one in folded(first, second).countings] == ["killed", "held"]
    (one,) = folded(first, second, later, back).countings
    assert (one.id, one.population) == ("killed", "persons killed")


def test_the_record_follows_from_what_is_to_be_counted() -> None:
    assert folded(counting("killed")).state != folded(counting("held")).state


def test_a_decision_is_named_after_its_entry() -> None:
    writer = Writer("founder")
    made = writer.write(entries.decision(Verdict.SPLIT, ("e1", "e2"), "morning and evening"))
    (decision,) = fold(writer.entries).decisions
    assert (decision.id, decision.entry) == (f"d-{made.id[:16]}", made.id)
    assert (decision.seq, decision.device, decision.at) == (1, writer.id, AT)
    assert (decision.verdict, decision.targets) == (Verdict.SPLIT, ("e1", "e2"))
    assert decision.reason == "morning and evening"


def test_a_kind_from_the_future_is_counted_and_passed_over() -> None:
    strange: entries.Draft = ("estimate.seed", {"seed": 7})
    case = folded(begun("Winter"), strange, strange)
    assert case.unknown == {"estimate.seed": 2}
    assert case.title == "Winter"


def test_a_release_is_remembered_and_leaves_the_record_as_current_as_it_was() -> None:
    start = begun("Winter")
    out = entries.release(
        "c" * 64, policy="public-only", as_of="2030-01-10", object="e" * 64, size=7
    )
    case = folded(start, out)
    assert case.state == folded(start).state
    assert folded(start, out, sheet()).state != case.state
    (made,) = case.releases
    assert (made.release, made.as_of, made.at) == ("c" * 64, "2030-01-10", AT)
    assert (made.object, made.size) == ("e" * 64, 7)


def test_the_state_is_the_hash_of_the_ids_that_count() -> None:
    """Worked out without the code that it tests."""
    writer = founder()
    writer.write(table())
    ids = sorted(bytes.fromhex(one.id) for one in writer.entries)
    by_hand = hashlib.sha256(b"qantar/v1/state\0" + b"".join(ids)).hexdigest()
    assert fold(writer.entries).state == by_hand


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("case.init", {"title": 7}),
        ("case.init", {"title": "Winter", "device": device("founder").to_record(), "x": 1}),
        ("case.init", {"title": "Winter", "device": device("other").to_record()}),
        ("device.admit", {"name": "b", "device": {}}),
        ("device.revoke", {"device": "b" * 32, "last": [0, "c" * 64]}),
        ("device.revoke", {"device": "b", "last": None}),
        ("erase", {"entries": ["b"], "objects": [], "reason": "safety", "by_name": []}),
        ("erase", {"entries": [], "objects": [], "reason": "spite", "by_name": []}),
        ("erase.done", {"request": "b"}),
        (entries.SHEET, {"original": "0" * 64}),
        (
            entries.ACCESSION,
            {
                "original": "0" * 64,
                "object": "1" * 64,
                "size": 1,
                "accession": {"path": "/etc/hosts"},
            },
        ),
        (entries.ACCESSION, {"original": "0" * 64, "size": 1, "accession": {"paths": "a"}}),
        (entries.COUNTING, {"original": "0" * 64, "object": "1" * 64, "size": 1}),
        (
            entries.COUNTING,
            {
                "original": "0" * 64,
                "object": "1" * 64,
                "size": 1,
                "counting": {"id": "killed", "lists": ["court"]},
            },
        ),
        (entries.BOUNDARIES, {"original": None, "object": "", "size": 1, "name": "m.geojson"}),
        (entries.DECISION, {"verdict": "perhaps", "targets": [], "reason": "x"}),
        (entries.DECISION, {"verdict": "undo", "targets": [1], "reason": "x"}),
        (entries.DECISION, {"verdict": "undo", "targets": ["d"], "reason": "x", "more": 1}),
        (entries.DECISION, {"verdict": ["undo"], "targets": [], "reason": "x"}),
        (entries.RELEASE, {"release": "c", "policy": 1, "as_of": None}),
    ],
)
def test_a_known_kind_in_an_unknown_form_is_set_aside_and_stops_nothing(
    kind: str, body: dict[str, object]
) -> None:
    draft: entries.Draft = (kind, body)  # type: ignore[assignment]  # what no builder writes
    writer = founder()
    strange = writer.write(draft)
    case = fold(writer.entries)
    assert [(one.id, one.reason) for one in case.set_aside] == [(strange.id, Aside.UNKNOWN_FORM)]
    assert case.state == fold(founder().entries).state


@pytest.mark.parametrize(
    "change",
    [
        {"sources": [1]},
        {"sources": [{"id": ["a"], "name": "A"}]},
        {"sources": [{"id": 1, "name": "A"}]},
        {"sources": [{"id": "a", "name": "A", "protected": "no"}]},
        {"places": [{"id": "p", "name": "P", "lat": [], "lon": "1"}]},
        {"places": [{"id": "p", "name": "P", "latin": 1}]},
        {"vocabulary": ["word"]},
        {"case": {"title": 1}},
        {"case": {"languages": [1]}},
        {"object": "../../../../home/somebody/file"},
        {"original": "C" * 64},
        {"size": -1},
        {"size": True},
    ],
)
def test_a_sheet_of_no_known_form_stops_no_command(change: dict[str, JSON]) -> None:
    """Any member's device can write such an entry; the others must still open the case."""
    kind, body = sheet(sources=[DeclaredSource(id="s", name="S")])
    case = folded(begun("Winter"), (kind, {**body, **change}), sheet())
    assert [one.reason for one in case.set_aside] == [Aside.UNKNOWN_FORM]
    assert len(case.sheets) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"path": 1},
        {"path": ["a"]},
        {"title": 7},
        {"header_row": "1"},
        {"columns": [1]},
        {"columns": [{"field": "name", "header": "N", "values": 5}]},
        {"columns": [{"field": "name", "header": "N", "values": [["a", 1]]}]},
        {"acquired": "by hand"},
        {"acquired": {"by": 1}},
    ],
)
def test_an_accession_of_no_known_form_stops_no_command(change: dict[str, JSON]) -> None:
    kind, body = table()
    made = body["accession"]
    assert isinstance(made, dict)
    case = folded(begun("Winter"), (kind, {**body, "accession": {**made, **change}}))
    assert [one.reason for one in case.set_aside] == [Aside.UNKNOWN_FORM]


@pytest.mark.parametrize("name", ["../record/record.db", "e" * 63, "E" * 64, ""])
def test_a_publication_under_no_name_of_ours_is_not_looked_for_on_the_disk(name: str) -> None:
    case = folded(
        begun("Winter"), entries.release("c" * 64, policy="p", as_of=None, object=name, size=1)
    )
    assert [one.reason for one in case.set_aside] == [Aside.UNKNOWN_FORM]
    assert not case.objects


def test_a_device_that_was_copied_over_and_over_is_folded_in_seconds() -> None:
    """As many branches as are ever adopted, and each of them names all others at every turn."""
    first = founder()
    other = joined(first, "other")
    newest = [other.write(("note", {"n": "before"}))] * MOST_BRANCHES
    written: list[Entry] = []
    for turn in range(10_000 // MOST_BRANCHES):
        refs = [Ref(one.device, one.seq, one.id) for one in newest] if turn else []
        for at, before in enumerate(list(newest)):
            body = {"n": f"{turn}-{at}"}
            seen = [ref for ref in refs if ref.id != before.id]
            newest[at] = made_entry(other.id, before.seq + 1, before.id, seen, "note", body)
        written += newest
    tracemalloc.start()
    begun = time.process_time()
    found = fold([*other.entries, *written], founder=first.id)
    spent = time.process_time() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.forks) == 1
    assert sum(found.unknown.values()) == len(written) + 1
    assert spent < 60
    assert peak < 200 * 2**20
