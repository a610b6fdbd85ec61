"""Contents made by hand, with one of everything that a record holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from qantar.model.accession import Accession, Acquired, CaseSettings, Consent, Holds
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
from qantar.model.column import Column
from qantar.model.counted import Counted, Density, Sensitivity, Without
from qantar.model.counting_asked import Counting, Method
from qantar.model.dates import read_when, window
from qantar.model.decision import Decision, Verdict
from qantar.model.declared import DeclaredSource, SourceKind
from qantar.model.document import Row
from qantar.model.estimate import Caution, Diagnostics, Estimate, Interval, Refusal
from qantar.model.finding import Finding, Locator, Severity
from qantar.model.name_table import NameForms, NameKind
from qantar.model.pattern_row import PatternRow
from qantar.model.person_row import DaySpan, NameOrder, PersonRow, Sex
from qantar.model.place import Gazetteer, Place, Where
from qantar.model.quantity import Quantity
from qantar.model.read_document import Begin, End, MetaValue, Quoted, Sound, Text
from qantar.model.segment import Segment, SegmentKind
from qantar.model.speaker import Speaker
from qantar.model.when import When
from qantar.record.contents import AccessionRecord, Contents, DocumentRecord, TextRecord
from qantar.record.counts import Counts, CountTable, StratumPatterns
from qantar.record.persons import Linkage, PeopleCount, PeopleList
from qantar.weighing.events import happenings
from qantar.weighing.figures import figures
from qantar.weighing.status_histories import StatusStatement

KEY = bytes(range(32))
ORIGINAL = "5a" * 32
CANARY = "Kanareika-7f3a"
ZONE = "Asia/Almaty"
PASSAGE = Passage(original=ORIGINAL, accession="a1", file="said.csv", row=1, at_row=2, line=2)


def when(text: str) -> When:
    """A time in the zone of the case."""
    read = read_when(text, zone=ZONE)
    assert isinstance(read, When)
    return read


def span(start: str, end: str, precision: str) -> When:
    """A window in the zone of the case."""
    read = window(start, end, precision=precision, zone=ZONE)
    assert isinstance(read, When)
    return read


def _claim(name: str, kind: str, **more: object) -> Claim:
    facts: dict[str, object] = {"statement": f"{name} says so", "source": "s1", "passage": PASSAGE}
    return Claim(id=name, kind=kind, **facts | more)  # type: ignore[arg-type]  # named by the caller


CLAIMS = (
    _claim(
        "C1",
        "figure",
        said_by="Саяқ",
        voice="Town akimat",
        role="Akim",
        outlet="Sayaq News",
        source_kind="official",
        basis="official",
        hedge="about",
        published=when("2022-01-06"),
        when=when("2022-01-05 16:30"),
        where=(
            Where(text="Саяқкент", place="L1", lat=Decimal("51.50"), lon=Decimal(64), reach_m=5000),
            Where(text=CANARY),
        ),
        quantity=Quantity(text="164", unit="people", lower=Decimal(164), upper=Decimal(164)),
        evidence="found_page",
        url="https://example.org/1",
        topic="bread",
        language="kk",
        detail=FigureDetail(
            measure="killed",
            population="all",
            figure_key="killed-all",
            as_of=when("2022-01"),
            period=span("2022-01-02", "2022-01-17", "day"),
        ),
    ),
    _claim(
        "C2",
        "figure",
        voice="Paper",
        stance="denies",
        repeats="C1",
        targets=("C1",),
        quantity=Quantity(text="thousands", lower=Decimal(1000)),
        detail=FigureDetail(measure="killed", figure_key="killed-all"),
    ),
    _claim(
        "E1",
        "event",
        when=when("2022-01-04 evening"),
        where=(Where(text="Sayaqkent", place="L1"),),
        detail=EventDetail(event_kind="rally", family="assembly", actors="drivers"),
    ),
    _claim(
        "E2",
        "event",
        repeats="E1",
        detail=EventDetail(event_kind="rally", family="assembly"),
    ),
    _claim(
        "N1",
        "outage",
        when=span("2022-01-05 16:30", "2022-01-05 19:00", "minute"),
        detail=OutageDetail(
            network="mobile",
            state="down",
            method="probe",
            level=Decimal("0.15"),
            start_precision="minute",
            end_precision="minute",
        ),
    ),
    _claim(
        "D1",
        "demand",
        detail=DemandDetail(demand_key="lower-price", group="economic", addressed_to=("akim",)),
    ),
    _claim("D1/response", "response", detail=ResponseDetail(demand="D1", answer="partly")),
    _claim("D2/response", "response", detail=ResponseDetail(demand=None, answer="met")),
    _claim(
        "R1",
        "framing",
        detail=FramingDetail(framing_key="baker-plotter", term="plotter", blamed="b"),
    ),
    _claim("S1", "assertion", statement=f"A line\nand\t{CANARY} \0 and \u202e and 🜛"),
)
PLACES = (
    Place(id="KZ", name="Kazakhstan", kind="country"),
    Place(
        id="L1",
        name="Sayaqkent",
        kind="town",
        names=(("kk", "Саяқкент"), ("ru", "Саяккент")),
        variants=("Saiaqkent",),
        former=("Sayaq-7",),
        parent="KZ",
        country="Kazakhstan",
        lat=Decimal("51.50"),
        lon=Decimal(64),
        code="631",
        evidence=(("coordinates", "approximate"),),
        original=ORIGINAL,
        accession="a2",
        row=1,
    ),
)
ACCESSION = Accession(
    path="said.csv",
    source="s1",
    acquired=Acquired(by="D.", on="2022-02-01", how="typed", from_="https://example.org"),
    consent=Consent.PUBLIC,
    holds=Holds.STATEMENTS,
    columns=(
        Column(field="statement", header="Мәтін", values={"иә": "yes"}),
        Column(field="measure", constant="killed"),
    ),
)
MAIL_META: dict[str, MetaValue] = {
    "mail.from": "s",
    "protected.account": CANARY,
    "protected.device": "d",
}
MAIL = Begin(id="7", reader="mail", version=2, media_type="message/rfc822", meta=MAIL_META)
LETTER = Begin(
    id="8",
    parent="7",
    member="letter.txt",
    reader="text",
    version=1,
    media_type="text/plain",
    encoding="utf-8",
    sha256=ORIGINAL,
)
FIRST, SECOND = f"One {CANARY}.", "And another one."
SAID = f"{FIRST}\n\n{SECOND}"
END = End(chars=0, meta={"html.title": "T"})
READ: tuple[Sound, ...] = (
    MAIL,
    END,
    LETTER,
    Text(SAID[:20]),
    Text(SAID[20:]),
    *(
        Quoted(
            Segment(
                kind=kind,
                start=SAID.index(said),
                end=SAID.index(said) + len(said),
                locator=Locator(paragraph=number),
                speaker=speaker,
                at=at,
            ),
            said,
        )
        for number, (kind, said, speaker, at) in enumerate(
            (
                (SegmentKind.TURN, SAID, None, None),
                (SegmentKind.PARAGRAPH, FIRST, "Саяқ", "2022-01-05T10:00:00+06:00"),
                (SegmentKind.PARAGRAPH, SECOND, None, "2022-01-05T09:00:00"),
            ),
            start=1,
        )
    ),
    End(chars=len(SAID)),
)
PERSONS = (
    PersonRow(
        list="court",
        row=1,
        id="7",
        name="Саяқов Айдар",
        given="Айдар",
        surname="Саяқов",
        patronymic="Серікұлы",
        aliases=("Айдос", "Aidar"),
        name_order=NameOrder.SURNAME_FIRST,
        birth=DaySpan(726000, 726364, about=True),
        sex=Sex.MALE,
        place="Саяқкент",
        birth_place="Sayaqkent",
        event=DaySpan(738160, 738160),
        status="detained",
        document_number="000000000000",
        phone="+7 000",
        address="Invented street",
        postcode="000000",
        email="a@example.org",
        occupation="baker",
        note=CANARY,
    ),
    PersonRow(list="court", row=3),
)
NAMES = (
    NameForms(kind=NameKind.SURNAME, name="Саяқов", forms=("Sayaq", CANARY), accession="a2", row=4),
    NameForms(kind=NameKind.GIVEN, name="Aidar", forms=("Айка",), accession="a1", row=1),
)
STATUSES = (
    StatusStatement(
        accession="a1", row=1, number=1, source="bureau", words="задержан", status="detained",
        days=DaySpan(738160, 738162, about=True), acquired="2022-01-20",
    ),
    StatusStatement(
        accession="a1", row=1, number=2, source="bureau", words=f"{CANARY} released?",
        said_by="A. Bekov", body="Town akimat", published=DaySpan(738170, 738170),
    ),
    StatusStatement(accession="a1", row=2, number=1, source="clinic", words="died", status="died"),
)  # fmt: skip
LINKAGE = Linkage(
    lists=(
        PeopleList(name="court", source="bureau", accessions=("a1", "a2"), rows=3),
        PeopleList(name="Мəйіт", source="clinic", accessions=("a3",), rows=1),
    ),
    persons={("a1", 1): "a1/1", ("a1", 2): "a1/2", ("a2", 1): "a1/1", ("a3", 1): "a1/2"},
    count=PeopleCount(point=2, low=2, high=3, level=0.95),
    seed=7,
    patterns={"10": 1, "11": 1},
    drawn=({"10": 2, "01": 1}, {"10": 1, "11": 1}),
)
PATTERNS = (
    PatternRow(row=1, on=("сот", "press"), count=3, strata=(("sex", "female"),)),
    PatternRow(row=2, on=(), count=0),
)
COUNTING = Counting(
    id="killed",
    population="persons killed",
    lists=("court", "Мəйіт"),
    status=("killed",),
    strata=("sex",),
    copied=(("court", "Мəйіт"),),
    methods=(Method.CHAPMAN,),
)
TABLE = CountTable(
    counting=COUNTING,
    lists=("court", "Мəйіт"),
    strata=(
        StratumPatterns(
            stratum=(("sex", "female"),),
            patterns={"10": 30, "11": 10},
            drawn=({"10": 31, "01": 1, "11": 9}, {"10": 30, "11": 10}),
        ),
        StratumPatterns(
            stratum=(("sex", ""),),
            patterns={"01": 7},
            drawn=({}, {"01": 7}),
            uncountable=3,
            repeated=1,
        ),
    ),
    accessions=("a1", "a3"),
    rest={"10": 2},
    mark="f" * 64,
)
COUNTED = Counted(
    observed=47,
    lists=("court", "Мəйіт"),
    patterns=((1, 30), (2, 7), (3, 10)),
    estimates=(
        Estimate(
            method="chapman",
            estimate=66.45,
            low=51.2,
            high=None,
            level=0.95,
            interval=Interval.LOG_NORMAL,
            conditions=("Being on one list does not change the chance of being on the other.",),
            diagnostics=Diagnostics(converged=True, models=1),
        ),
    ),
    headline=None,
    cautions=(Caution(code="dependence-assumed", text="Two lists cannot show it."),),
    refused=Refusal(code="few-lists", text="Two lists are too few."),
    seed=0,
    sensitivity=Sensitivity(
        without=(Without(list="court", method="chapman", estimate=None, low=None, high=None),)
    ),
    densities=(Density(method="chapman", points=(47.0, 48.5), heights=(0.1, 1e-7)),),
)
COUNTS = (
    Counts(counting=COUNTING, table=TABLE, found=COUNTED),
    Counts(counting=replace(COUNTING, id="held"), problem="nobody is named"),
)
CONTENTS = Contents(
    settings=CaseSettings(
        title="Winter", languages=("kk", "ru"), zone=ZONE, span="2022-01-02/2022-01-31"
    ),
    sources=(
        DeclaredSource(id="s2", name=CANARY, kind=SourceKind.WITNESS, protected=True),
        DeclaredSource(id="s1", name="Collectors"),
    ),
    accessions=(
        AccessionRecord(
            id="a1",
            entry="e1" * 32,
            original=ORIGINAL,
            size=164,
            accession=ACCESSION,
            consent="public",
        ),
        AccessionRecord(
            id="a2",
            entry="e2" * 32,
            original=ORIGINAL,
            size=164,
            accession=Accession(path="letter.txt"),
            consent="unknown",
            in_use=False,
        ),
    ),
    documents=(
        DocumentRecord(
            accession="a1",
            original=ORIGINAL,
            reader="table/1",
            media_type="text/csv",
            encoding="utf-8",
            header=("Id", "Мәтін"),
            rows=(
                Row(number=1, line=2, at_row=2, values=("C1", CANARY)),
                Row(number=2, line=None, at_row=3, values=("", "\0"), sheet="Sheet1", extra=("x",)),
            ),
            meta=(("delimiter", ";"), ("encoding_origin", "declared")),
        ),
    ),
    texts=(
        TextRecord(
            accession="a2",
            original=ORIGINAL,
            documents=((MAIL, END), (LETTER, END)),
            records=lambda: iter(READ),
        ),
    ),
    claims=CLAIMS,
    places=PLACES,
    speakers=(
        Speaker(
            id="O1", name="Aidar Sayaqov", role="Akim", forms=("Айдар Саяқов",), accession="a2"
        ),
    ),
    findings=(
        Finding(
            code="unknown-word",
            text=f'"{CANARY}" is no word',
            severity=Severity.LOSS,
            file="said.csv",
            where=Locator(sheet="Sheet1", row=1, line=2, cell="B2", column="Мәтін"),
            original=ORIGINAL,
            accession="a1",
        ),
        Finding(code="no-consent", text="unknown", severity=Severity.NOTE),
    ),
    events=happenings(CLAIMS, Gazetteer.of(PLACES)),
    figures=figures(CLAIMS, is_cumulative=lambda _: True),
    decisions=(
        Decision(
            id="d-1",
            seq=5,
            entry="d1" * 32,
            device="de" * 16,
            at=datetime(2022, 2, 1, 12, 30, tzinfo=UTC),
            verdict=Verdict.JOIN,
            targets=("E1", "E2"),
            reason=CANARY,
        ),
    ),
    own_ids={claim.id: f"own-{claim.id}" for claim in CLAIMS},
    persons={"a1": PERSONS},
    names=NAMES,
    statuses=STATUSES,
    linkage=LINKAGE,
    patterns={"a2": PATTERNS},
    counts=COUNTS,
)
EMPTY = Contents(
    settings=CaseSettings(),
    sources=(),
    accessions=(),
    documents=(),
    claims=(),
    places=(),
    speakers=(),
    findings=(),
    events=(),
    figures=(),
    decisions=(),
)
