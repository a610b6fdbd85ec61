"""The sources: every voice and every outlet with all that it said, in the order said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from qantar.dossier.edition import Edition
from qantar.dossier.links import speaker_of
from qantar.dossier.pages.figures import FigureName, fate_words, figure_name
from qantar.dossier.pages.files import PublishedFile, published_files
from qantar.dossier.pages.listing import CLAIMS_A_PART, Tally, by_kind, tally
from qantar.dossier.pages.paging import in_parts, part_paths
from qantar.dossier.site import Site
from qantar.model.claim import Claim
from qantar.model.declared import DeclaredSource
from qantar.model.speaker import Speaker, Speakers
from qantar.weighing.fates import Point
from qantar.weighing.figures import Figure

NAMES_A_PART = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One voice or outlet in an index: its page, what kinds of voice, how much it said.

    `known` is false for a speaker whose body nobody knows.
    """

    name: str
    page: str
    kinds: tuple[str, ...]
    tally: Tally
    figures: int = 0
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """The values that one voice gave to one question, in the order said."""

    figure: Figure
    name: FigureName
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A source that the sheets declare, with its files."""

    source: DeclaredSource
    files: tuple[PublishedFile, ...]


def write_sources(site: Site) -> None:
    """Write both indexes, a page for each voice and a page for each outlet."""
    voices = _grouped((speaker_of(claim), claim) for claim in site.edition.claims)
    outlets = _grouped((claim.outlet or "", claim) for claim in site.edition.claims)
    spoken = _successions(site.edition)
    _write_index(site, voices, outlets, spoken)
    speakers = Speakers.of(site.edition.speakers)
    for name, claims in voices.items():
        _write_voice(site, name, claims, spoken.get(name, []), speakers.named(name))
    for name, claims in outlets.items():
        _write_outlet(site, name, claims)


def _grouped(named: Iterable[tuple[str, Claim]]) -> dict[str, list[Claim]]:
    groups: dict[str, list[Claim]] = {}
    for name, claim in named:
        if name:
            groups.setdefault(name, []).append(claim)
    return groups


def _successions(edition: Edition) -> dict[str, list[Succession]]:
    """What each voice said to each question, by the name it is filed under."""
    made: dict[str, list[Succession]] = {}
    for figure in edition.figures:
        points: dict[str, list[Point]] = {}
        for point in figure.points:
            points.setdefault(speaker_of(point.utterance.origin), []).append(point)
        name = figure_name(figure, edition)
        for voice, said in points.items():
            one = Succession(figure=figure, name=name, points=tuple(said))
            made.setdefault(voice, []).append(one)
    for listed in made.values():
        listed.sort(key=lambda one: (-len(one.points), one.name.text))
    return made


def _write_index(
    site: Site,
    voices: Mapping[str, list[Claim]],
    outlets: Mapping[str, list[Claim]],
    spoken: Mapping[str, list[Succession]],
) -> None:
    links = site.links
    indexes = (
        (
            "sources/index.html",
            "sources.html",
            site.text("Sources"),
            [
                _listed(name, links.voices[name], claims, len(spoken.get(name, ())))
                for name, claims in voices.items()
            ],
        ),
        (
            "outlets/index.html",
            "outlets.html",
            site.text("Outlets"),
            [
                replace(_listed(name, links.outlets[name], claims), known=True)
                for name, claims in outlets.items()
            ],
        ),
    )
    declared = _declared(site)
    outlets_read = sum(tally(claims).sourced > 0 for claims in outlets.values())
    nobody = tally(claim for claim in site.edition.claims if not speaker_of(claim))
    for path, template, title, listed in indexes:
        listed.sort(key=_rank)
        parts = in_parts([(None, listed)], NAMES_A_PART)
        paths = part_paths(path, len(parts))
        for at, sections in enumerate(parts):
            site.page(
                paths[at],
                template,
                title=title,
                listed=[one for section in sections for one in section.items],
                total=len(listed),
                counted=sum(one.tally.sourced > 0 and one.known for one in listed),
                outlets=outlets_read,
                declared=declared,
                nobody=nobody,
                paths=paths,
                at=at,
            )


def _rank(one: Listed) -> tuple[bool, bool, int, str]:
    """Voices first, then names without a known body, then what has no source; most said first."""
    return (not one.tally.sourced, not one.known, -one.tally.sourced, one.name)


def _listed(name: str, page: str, claims: list[Claim], figures: int = 0) -> Listed:
    return Listed(
        name=name,
        page=page,
        kinds=_kinds(claims),
        tally=tally(claims),
        figures=figures,
        known=any(claim.voice and claim.is_sourced for claim in claims),
    )


def _kinds(claims: Iterable[Claim]) -> tuple[str, ...]:
    """What kinds of voice the collectors took it for, the most frequent first."""
    counts: dict[str, int] = {}
    for claim in claims:
        counts[claim.source_kind] = counts.get(claim.source_kind, 0) + 1
    return tuple(sorted(counts, key=lambda kind: (-counts[kind], kind)))


def _declared(site: Site) -> tuple[Declared, ...]:
    files: dict[str, list[PublishedFile]] = {}
    for file in published_files(site):
        files.setdefault(file.record.accession.source, []).append(file)
    return tuple(
        Declared(source=source, files=tuple(files.get(source.id, ())))
        for source in site.edition.sources
    )


def _write_voice(
    site: Site,
    name: str,
    claims: list[Claim],
    successions: list[Succession],
    spellings: Speaker | None,
) -> None:
    _write_parts(
        site,
        site.links.voices[name],
        "voice.html",
        claims,
        title=name,
        name=name,
        kinds=_kinds(claims),
        speakers=_speakers(claims),
        known=any(claim.voice for claim in claims),
        spellings=spellings,
        successions=successions,
        fate=fate_words(site),
    )


def _speakers(claims: Iterable[Claim]) -> tuple[tuple[str, tuple[str, ...], int], ...]:
    """Who spoke: each speaker with the roles given and the claims with a source, most first."""
    spoken = _grouped((claim.said_by or "", claim) for claim in claims)
    listed = [
        (
            name,
            tuple(dict.fromkeys(claim.role for claim in said if claim.role)),
            tally(said).sourced,
        )
        for name, said in spoken.items()
    ]
    return tuple(sorted(listed, key=lambda one: (-one[2], one[0])))


def _write_outlet(site: Site, name: str, claims: list[Claim]) -> None:
    voices: dict[str, int] = {}
    for claim in claims:
        if speaker := speaker_of(claim):
            voices[speaker] = voices.get(speaker, 0) + claim.is_sourced
    ranked = sorted(voices.items(), key=lambda pair: (-pair[1], pair[0]))
    _write_parts(
        site,
        site.links.outlets[name],
        "outlet.html",
        claims,
        title=name,
        name=name,
        kinds=_kinds(claims),
        voices=ranked,
    )


def _write_parts(
    site: Site, path: str, template: str, claims: list[Claim], *, title: str, **context: object
) -> None:
    kinds = by_kind(claims)
    counted = tally(claims)
    parts = in_parts(kinds, CLAIMS_A_PART)
    paths = part_paths(path, len(parts))
    for at, sections in enumerate(parts):
        site.page(
            paths[at],
            template,
            title=title,
            sections=sections,
            tally=counted,
            kind_counts=[(kind, len(of_kind)) for kind, of_kind in kinds],
            paths=paths,
            at=at,
            **context,
        )
