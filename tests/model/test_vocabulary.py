"""The shipped vocabularies are whole, and a word is found or not found, never added."""

from __future__ import annotations

import csv
import re
import runpy
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.vocabulary import (
    LANGUAGES,
    NAMES,
    RedefinedTermError,
    Term,
    Vocabulary,
    load,
    parse,
)

ROOT = Path(__file__).parents[2]
JANUARY = ROOT / "examples" / "january-2022"
CYRILLIC = re.compile(r"[Ѐ-ӿ]")
NOT_RUSSIAN_OR_KAZAKH = re.compile(r"[Ѐ-ӿ](?<![А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі])")
ONLY_KAZAKH = re.compile(r"[ӘәҒғҚқҢңӨөҰұҮүҺһІі]")

# Event and sub-event types of the ACLED codebook (2023).
ACLED = {
    "Battles": {
        "Government regains territory",
        "Non-state actor overtakes territory",
        "Armed clash",
    },
    "Protests": {
        "Excessive force against protesters",
        "Protest with intervention",
        "Peaceful protest",
    },
    "Riots": {"Violent demonstration", "Mob violence"},
    "Violence against civilians": {
        "Sexual violence",
        "Attack",
        "Abduction/forced disappearance",
    },
    "Strategic developments": {
        "Agreement",
        "Arrests",
        "Change to group/activity",
        "Disrupted weapons use",
        "Headquarters or base established",
        "Looting/property destruction",
        "Non-violent transfer of territory",
        "Other",
    },
}
# Codes and terms of the HURIDOCS Micro-thesauri, as OpenEvSys, HURIDOCS' own program, ships them.
MICRO_THESAURI = {
    "MT 4: 01 01 06 01 Death in detention or police custody",
    "MT 4: 02 01 11 11 Torture",
    "MT 4: 03 01 01 Arrest",
    "MT 4: 03 01 02 Detention, imprisonment",
    "MT 4: 13 01 01 Looting; theft",
    "MT 17: 06 01 Monument",
    "MT 17: 06 02 Open plaza, town square",
    "MT 17: 06 03 Park, playground, playing field",
    "MT 17: 07 01 Road; highway",
    "MT 17: 07 03 03 Airport",
    "MT 17: 08 04 Border crossing",
    "MT 17: 10 01 Country",
    "MT 17: 10 02 District; region; province",
    "MT 17: 10 03 City",
    "MT 17: 10 05 Town",
    "MT 17: 10 06 Village",
    "MT 19: 01 Involved in the event",
    "MT 19: 01 02 Witness",
    "MT 19: 03 Third party (relayed information from witnesses or participants in the event)",
    "MT 19: 99 Unknown",
    "MT 25: 01 01 Dead",
    "MT 25: 01 02 Wounded; injured",
    "MT 25: 01 03 Still missing",
    "MT 25: 02 01 Arrested and released or escaped",
    "MT 25: 02 02 Arrested and currently held",
    "MT 28: 01 01 Officials acknowledge or state circumstances of the act",
    "MT 28: 01 02 Officials deny act",
    "MT 28: 02 01 Non-state actors acknowledge or state circumstances of act",
    "MT 28: 02 02 Non-state actors deny act",
    "MT 48: 02 Unknown day",
    "MT 48: 03 Unknown month and day",
}
# Which column of the January data holds words of which vocabulary.
JANUARY_COLUMNS = [
    ("claims.csv", "source_type", "source-kind"),
    ("claims.csv", "measure", "measure"),
    ("claims.csv", "population", "population"),
    ("claims.csv", "stance", "stance"),
    ("claims.csv", "basis", "basis"),
    ("claims.csv", "evidence_status", "evidence-status"),
    ("events.csv", "kind", "event-kind"),
    ("events.csv", "source_type", "source-kind"),
    ("events.csv", "precision", "precision"),
    ("events.csv", "stance", "stance"),
    ("events.csv", "basis", "basis"),
    ("events.csv", "evidence_status", "evidence-status"),
    ("connectivity.csv", "start_precision", "precision"),
    ("connectivity.csv", "end_precision", "precision"),
    ("connectivity.csv", "network", "network"),
    ("connectivity.csv", "measure", "outage-method"),
    ("connectivity.csv", "state", "outage-state"),
    ("connectivity.csv", "source_type", "source-kind"),
    ("connectivity.csv", "evidence_status", "evidence-status"),
    ("demands.csv", "demand_group", "demand-group"),
    ("demands.csv", "response", "response"),
    ("demands.csv", "addressed_to", "addressee"),
    ("demands.csv", "source_type", "source-kind"),
    ("demands.csv", "evidence_status", "evidence-status"),
    ("demands.csv", "response_evidence_status", "evidence-status"),
    ("narratives.csv", "speaker_type", "source-kind"),
    ("narratives.csv", "basis", "basis"),
    ("narratives.csv", "evidence_status", "evidence-status"),
    ("places.csv", "kind", "place-kind"),
]
FAULTLESS = """
version = 1
title = "Weather"
note = "Made up."
[terms.dry-wind]
en = "dry wind"
ru = "суховей"
kk = "аңызақ"
note = "A dry wind."
"""


@pytest.fixture(params=NAMES)
def vocabulary(request: pytest.FixtureRequest) -> Vocabulary:
    return load(request.param)


def test_every_file_is_named_and_every_name_has_a_file() -> None:
    folder = files("qantar.model").joinpath("vocabularies")
    assert sorted(file.name for file in folder.iterdir()) == [f"{name}.toml" for name in NAMES]


def test_a_vocabulary_is_read_once_and_says_its_version(vocabulary: Vocabulary) -> None:
    assert load(vocabulary.name) is vocabulary
    assert vocabulary.version >= 1
    assert vocabulary.terms


def test_every_term_is_labelled_in_its_own_script_and_defined(vocabulary: Vocabulary) -> None:
    for term in vocabulary.terms.values():
        assert tuple(term.labels) == LANGUAGES, term.id
        assert not CYRILLIC.search(term.labels["en"]), term.id
        assert CYRILLIC.search(term.labels["ru"]), term.id
        assert not ONLY_KAZAKH.search(term.labels["ru"]), term.id
        assert CYRILLIC.search(term.labels["kk"]), term.id
        for label in term.labels.values():
            assert not NOT_RUSSIAN_OR_KAZAKH.search(label), term.id
        assert term.note.endswith("."), term.id


def test_no_word_of_one_script_hides_a_letter_of_the_other(vocabulary: Vocabulary) -> None:
    """A Latin "o" in a Cyrillic word looks right and is found by no search."""
    for term in vocabulary.terms.values():
        for word in re.findall(r"\w+", " ".join(term.labels.values())):
            assert not (CYRILLIC.search(word) and re.search(r"[A-Za-z]", word)), word


def test_labels_tell_terms_apart(vocabulary: Vocabulary) -> None:
    for language in LANGUAGES:
        labels = [term.label(language) for term in vocabulary.terms.values()]
        assert len(set(labels)) == len(labels)


def test_an_acled_crosswalk_names_what_the_codebook_has(vocabulary: Vocabulary) -> None:
    for term in vocabulary.terms.values():
        for name in term.crosswalk.get("acled", "fatalities").split(" | "):
            event, _, sub_event = name.partition(": ")
            columns = {"fatalities", "time_precision 1"}
            assert name in columns or sub_event in ACLED[event], term.id


def test_a_huridocs_crosswalk_names_what_the_thesauri_have(vocabulary: Vocabulary) -> None:
    for term in vocabulary.terms.values():
        if "huridocs" in term.crosswalk:
            assert set(term.crosswalk["huridocs"].split(" | ")) <= MICRO_THESAURI, term.id


def test_basis_is_field_2509_of_the_events_formats() -> None:
    assert load("basis").crosswalk["huridocs"] == "ESF 2509: Source Connection to Information"


@pytest.mark.parametrize(
    ("name", "word", "found"),
    [
        ("source-kind", "official", "official"),
        ("source-kind", "media", "media"),
        ("source-kind", "NGO", "ngo"),
        ("source-kind", "witness", "witness"),
        ("source-kind", "analyst", "analyst"),
        ("source-kind", "social media", "social-media"),
        ("event-kind", "troop arrival", "troop-arrival"),
        ("event-kind", "troop withdrawal", "troop-withdrawal"),
        ("event-kind", "occupation of building", "building-occupation"),
        ("event-kind", "Rally", "rally"),
        ("place-kind", "oblast since June 2022", "oblast-since-2022"),
        ("place-kind", "oil field", "oil-field"),
        ("place-kind", "border crossing", "border-crossing"),
        ("evidence-status", "found_page_no_address", "found_page_no_address"),
        ("evidence-status", "found-page-no-address", "found_page_no_address"),
        ("evidence-status", "Found page", "found_page"),
        ("measure", "in_custody_deaths", "in-custody-deaths"),
        ("stance", "  asserts\u00a0", "asserts"),
        ("hedge", "more than", "at-least"),
    ],
)
def test_spellings_found_in_real_data_resolve(name: str, word: str, found: str) -> None:
    term = load(name).find(word)
    assert term is not None
    assert term.id == found


@pytest.mark.parametrize(("file", "column", "name"), JANUARY_COLUMNS)
def test_every_word_of_the_january_data_resolves(file: str, column: str, name: str) -> None:
    with (JANUARY / file).open(encoding="utf-8", newline="") as stream:
        cells = {row[column] for row in csv.DictReader(stream)} - {""}
    words = {word for cell in cells for word in cell.split("; ")}
    assert words
    assert {word for word in words if load(name).find(word) is None} == set()


@pytest.mark.parametrize("word", ["", " ", "-", "massacre", "rallies", "rallly", "митинг"])
def test_an_unknown_word_is_none(word: str) -> None:
    assert load("event-kind").find(word) is None


@given(word=st.text(), name=st.sampled_from(NAMES))
def test_finding_never_adds(word: str, name: str) -> None:
    vocabulary = load(name)
    before = dict(vocabulary.terms)
    term = vocabulary.find(word)
    vocabulary.nearest(word)
    assert dict(vocabulary.terms) == before
    assert term is None or term.id in before


def test_nobody_can_change_a_shared_vocabulary() -> None:
    terms = load("basis").terms
    with pytest.raises(TypeError):
        terms["heard"] = terms["told"]  # type: ignore[index]
    with pytest.raises(TypeError):
        terms["told"].flags["relayed"] = False  # type: ignore[index]


def test_the_nearest_term_is_suggested_and_far_ones_are_not() -> None:
    kinds = load("event-kind")
    assert kinds.nearest("raly") == "rally"
    assert kinds.nearest("Occupation of buildings") == "building-occupation"
    assert kinds.nearest("xyzzy") is None


def test_a_case_may_declare_terms_of_its_own() -> None:
    shipped = load("event-kind")
    siege = Term(id="siege", labels={"en": "siege"}, aliases=("Encirclement",))
    own = shipped.extended([siege])
    assert own.find("encirclement") is siege
    assert list(own.terms) == [*shipped.terms, "siege"]
    assert own.version == shipped.version
    assert shipped.find("siege") is None


@pytest.mark.parametrize(
    ("terms", "word"),
    [
        ([Term(id="rally", labels={"en": "march"})], "rally"),
        ([Term(id="troop_arrival", labels={"en": "march"})], "troop_arrival"),
        ([Term(id="protest", labels={"en": "march"})], "protest"),
        ([Term(id="march", labels={"en": "march"}, aliases=("Court",))], "Court"),
        ([Term(id="march", labels={"en": "march"}, aliases=("TRIAL",))], "TRIAL"),
        ([Term(id="march", labels={"en": "a"}), Term(id="march", labels={"en": "b"})], "march"),
        (
            [
                Term(id="march", labels={"en": "a"}, aliases=("walk",)),
                Term(id="parade", labels={"en": "b"}, aliases=("Walk",)),
            ],
            "Walk",
        ),
    ],
)
def test_a_case_cannot_redefine_a_term(terms: list[Term], word: str) -> None:
    with pytest.raises(RedefinedTermError, match="never redefined") as caught:
        load("event-kind").extended(terms)
    assert caught.value.word == word


@pytest.mark.parametrize(
    ("identifier", "labels", "said"),
    [
        ("Rally", {"en": "rally"}, "no term id"),
        ("", {"en": "rally"}, "no term id"),
        ("a b", {"en": "rally"}, "no term id"),
        ("rally", {}, "label that is not empty"),
        ("rally", {"en": "rally", "ru": " "}, "label that is not empty"),
        ("rally", {"en": "rally", "de": "Kundgebung"}, "'de'"),
    ],
)
def test_a_term_nobody_could_find_or_read_is_refused(
    identifier: str, labels: dict[str, str], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Term(id=identifier, labels=labels)


def test_a_label_falls_back_to_english_then_to_any() -> None:
    assert Term(id="siege", labels={"en": "siege", "ru": "осада"}).label("kk") == "siege"
    assert Term(id="siege", labels={"ru": "осада"}).label("kk") == "осада"


def test_there_is_no_vocabulary_of_another_name() -> None:
    with pytest.raises(LookupError, match="no vocabulary"):
        load("../basis")


def test_a_faultless_file_is_read() -> None:
    assert parse("weather", FAULTLESS).terms["dry-wind"].label("kk") == "аңызақ"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version = 1", "version = true", "version is a whole number"),
        ("version = 1", "", "'version' is missing"),
        ('title = "Weather"', "title = 3", "weather.title must be a text"),
        ('kk = "аңызақ"', "", "weather.dry-wind: the key 'kk' is missing"),
        ('kk = "аңызақ"', 'kz = "аңызақ"', "weather.dry-wind: unknown key 'kz'"),
        ('kk = "аңызақ"', 'kk = ""', "label that is not empty"),
        ('kk = "аңызақ"', 'kk = "аңызақ"\naliases = "dust"', "aliases is a list"),
        ('kk = "аңызақ"', 'kk = "аңызақ"\nflags = { hours = 3 }', "a flag is true, false"),
        ('kk = "аңызақ"', 'kk = "аңызақ"\ncrosswalk = { acled = 1 }', "acled must be a text"),
        ("[terms.dry-wind]", "terms = 3\n[other]", "unknown key 'other'"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    assert old in FAULTLESS
    with pytest.raises(ValueError, match=re.escape(said)):
        parse("weather", FAULTLESS.replace(old, new))


def flagged(name: str, flag: str, *, value: bool) -> set[str]:
    return {term.id for term in load(name).terms.values() if term.flags.get(flag) == value}


def test_what_is_told_or_reported_is_relayed_and_nothing_else() -> None:
    assert flagged("basis", "relayed", value=True) == {"told", "reported"}


def test_only_two_evidence_statuses_have_no_source() -> None:
    assert flagged("evidence-status", "sourced", value=False) == {"general_knowledge", "not_found"}
    assert all("sourced" in term.flags for term in load("evidence-status").terms.values())


def test_a_reader_sees_how_a_statement_was_found_in_words() -> None:
    said = {term.id: term.label("en") for term in load("evidence-status").terms.values()}
    assert said["found_page"] == "Read on the page"
    assert said["found_page_no_address"] == "Read on a page whose address is not known"
    assert said["found_title"] == "Headline only"
    assert said["general_knowledge"] == "No source (general knowledge)"
    assert load("response").terms["unknown"].label("en") == "No answer found"


def test_every_measure_says_what_it_counts_and_whether_it_only_grows() -> None:
    for term in load("measure").terms.values():
        assert term.flags["counts"] in {"persons", "cases", "things", "money", "other"}, term.id
        assert type(term.flags["cumulative"]) is bool, term.id
    on_a_date = {"in-custody", "missing", "participants", "attackers", "foreign-troops", "prices"}
    assert on_a_date <= flagged("measure", "cumulative", value=False)
    growing = {"killed", "injured", "detained", "released", "criminal-cases", "damage"}
    assert growing <= flagged("measure", "cumulative", value=True)


def test_kinds_of_one_family_can_report_one_happening() -> None:
    families: dict[str | None, set[str]] = {}
    for term in load("event-kind").terms.values():
        families.setdefault(term.family, set()).add(term.id)
    assert families == {
        "assembly": {"rally", "strike"},
        "violence": {"clash", "shooting", "arson", "building-occupation", "looting"},
        "arrest": {"detention"},
        "authority": {"decree", "court"},
        "speech": {"statement"},
        "network": {"shutdown"},
        "troops": {"troop-arrival", "troop-withdrawal"},
        "harm": {"death", "injury"},
        None: {"other"},
    }


def test_parts_of_a_day_are_spans_of_its_local_hours() -> None:
    spans = {
        term.id: (term.flags["from"], term.flags["until"])
        for term in load("part-of-day").terms.values()
    }
    assert spans == {
        "night": ("00:00", "06:00"),
        "early": ("00:00", "06:00"),
        "morning": ("06:00", "12:00"),
        "afternoon": ("12:00", "18:00"),
        "evening": ("18:00", "24:00"),
        "late": ("21:00", "24:00"),
    }


def test_the_page_of_vocabularies_is_what_the_files_say() -> None:
    reference = runpy.run_path(str(ROOT / "tools" / "vocabulary_reference.py"))["reference"]
    page = (ROOT / "docs" / "vocabularies.md").read_text(encoding="utf-8")
    assert page == reference(), "run: python tools/vocabulary_reference.py docs/vocabularies.md"
