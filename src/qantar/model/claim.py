"""A claim: one statement, with who said it, how they know, and the passage it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from qantar.model.place import Where
from qantar.model.quantity import Quantity
from qantar.model.when import When

RELAYED_BASES = frozenset({"reported", "told"})
UNSOURCED = frozenset({"general_knowledge", "not_found"})
TARGETING_STANCES = frozenset({"denies", "doubts", "withdraws", "revises"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Where in an original a claim stands: the file and its row.

    `original` is the SHA-256 of the file, `file` its name as the sheet gives it,
    `row` the number among the data rows from 1, `line` the physical line.
    """

    original: str
    accession: str
    file: str
    row: int
    at_row: int
    line: int | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureDetail:
    """What a figure counts: the question it answers is `figure_key`.

    `as_of` is the time up to which the amount is said to hold; `period` the span
    it covers, only where the source says so.
    """

    type: Literal["figure"] = "figure"
    measure: str
    population: str | None = None
    figure_key: str | None = None
    as_of: When | None = None
    period: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetail:
    """What happened: the kind of event, and who took part, as the source puts it."""

    type: Literal["event"] = "event"
    event_kind: str
    family: str
    actors: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageDetail:
    """One window in which a network was down, degraded or restored, as one measurer saw it.

    The window is the claim's `when`. `level` is the share of normal, 0 to 1;
    `start_precision` and `end_precision` say how sharp its edges are. `rule` names the rule by
    which it was derived from measurements; None where somebody stated it.
    """

    type: Literal["outage"] = "outage"
    network: str
    state: str
    method: str | None = None
    level: Decimal | None = None
    start_precision: str | None = None
    end_precision: str | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandDetail:
    """What was demanded: `demand_key` is one word for the same demand in different towns."""

    type: Literal["demand"] = "demand"
    demand_key: str
    group: str | None = None
    addressed_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseDetail:
    """What came of a demand: `answer` is met, partly, refused or unknown (no answer found).

    `demand` is the id of the claim it answers; None where that is not among the
    claims looked at, as when it was voiced only after the day that is asked about.
    """

    type: Literal["response"] = "response"
    demand: str | None
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FramingDetail:
    """Who is blamed, in which word."""

    type: Literal["framing"] = "framing"
    framing_key: str
    term: str = ""
    blamed: str = ""


Detail = FigureDetail | EventDetail | OutageDetail | DemandDetail | ResponseDetail | FramingDetail


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement. That it is here says that its source says so, not that it is true.

    `id` is unique in the case. `statement` is in the collector's words; the
    passage leads to the row as found. `said_by` is the speaker as found and
    `voice` the body behind the speaker, which independent agreement counts: None
    where nobody knows who spoke. `outlet` is where it was read. `made_at` is when
    it was said, `published` when it was read in public, `when` the time it is
    about. `repeats` is the claim whose utterance this one merely carries on;
    `targets` the claims it denies, doubts, withdraws or revises.
    """

    id: str
    kind: str
    statement: str
    passage: Passage
    source: str
    said_by: str | None = None
    role: str | None = None
    voice: str | None = None
    outlet: str | None = None
    source_kind: str = "unknown"
    basis: str = "not-stated"
    stance: str = "asserts"
    hedge: str | None = None
    made_at: When | None = None
    published: When | None = None
    when: When | None = None
    where: tuple[Where, ...] = ()
    quantity: Quantity | None = None
    repeats: str | None = None
    targets: tuple[str, ...] = ()
    evidence: str | None = None
    url: str | None = None
    topic: str | None = None
    language: str | None = None
    detail: Detail | None = None

    def __post_init__(self) -> None:
        """Refuse a claim that names itself, or says nothing."""
        if not self.id or not self.statement:
            message = "a claim has an id and a statement"
            raise ValueError(message)
        if self.repeats == self.id or self.id in self.targets:
            message = f"claim {self.id} names itself"
            raise ValueError(message)

    @property
    def said(self) -> When | None:
        """When it was said: `made_at`, else `published`, else not known."""
        return self.made_at or self.published

    @property
    def is_sourced(self) -> bool:
        """Whether it has a source at all; without one it enters no figure, state or count."""
        return self.evidence not in UNSOURCED

    @property
    def is_relayed(self) -> bool:
        """Whether the speaker passes on what others said, so that its origin is not traced."""
        return self.basis in RELAYED_BASES

    @property
    def figure_key(self) -> str | None:
        """The question this claim answers, if it answers one."""
        return self.detail.figure_key if isinstance(self.detail, FigureDetail) else None
