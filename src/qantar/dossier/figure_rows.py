"""Figures as data: in JSON each with its points inside, in CSV a row for each point."""

from __future__ import annotations

from collections.abc import Iterator

from qantar.dossier.pages.figures import figure_name
from qantar.dossier.site import Site
from qantar.dossier.tables import (
    ORIGIN,
    SPEAKER,
    Row,
    amount,
    origin,
    origins,
    speaker,
    time,
)
from qantar.model.claim import Claim
from qantar.weighing.fates import Point
from qantar.weighing.figures import Figure

ONLY_IN_JSON = ("points", "versions", "contradictions", "speaking_about", "without_source")
POINT_COLUMNS = (
    "id",
    "name",
    "measure",
    "population",
    "state",
    "agreed_by",
    "claim_count",
    "voice_count",
    "standing_count",
    "claim",
    "statement",
    "amount",
    "as_of",
    "fate",
    "replaced_by",
    "carried_by",
    "marked_by",
    "origin_claim",
    *SPEAKER,
    *ORIGIN,
)


def figure_rows(site: Site) -> Iterator[Row]:
    """Every figure, in order of key."""
    for figure in site.edition.figures:
        yield {
            **_head(site, figure),
            "points": [_point(site, point) for point in figure.points],
            "versions": [
                {
                    "amount": amount(version.quantity),
                    "claims": [point.utterance.shown.id for point in version.points],
                    "fits": [point.utterance.shown.id for point in version.fits],
                }
                for version in figure.versions
            ],
            "contradictions": [
                {
                    "left": one.left.utterance.shown.id,
                    "right": one.right.utterance.shown.id,
                    "why": str(one.why),
                }
                for one in figure.contradictions
            ],
            "speaking_about": [claim.id for claim in figure.speaking_about],
            "without_source": [claim.id for claim in figure.unsourced],
            **origins(_claims(figure), site.links.figures[figure.key]),
        }


def point_rows(site: Site) -> Iterator[Row]:
    """Every point of every figure; a figure that nobody answered has no row."""
    for figure in site.edition.figures:
        head = _head(site, figure)
        for point in figure.points:
            yield head | _point(site, point)


def _head(site: Site, figure: Figure) -> Row:
    return {
        "id": figure.key,
        "name": figure_name(figure, site.edition).text,
        "measure": figure.measure,
        "population": figure.population,
        "state": str(figure.state),
        "agreed_by": figure.agreed_by,
        "claim_count": figure.claims,
        "voice_count": figure.voices,
        "standing_count": figure.standing,
    }


def _point(site: Site, point: Point) -> Row:
    """One thing said once: the claim that stands for it, who said it first, what became of it."""
    shown, first = point.utterance.shown, point.utterance.origin
    return {
        "claim": shown.id,
        "statement": shown.statement,
        "amount": amount(shown.quantity),
        "as_of": time(point.as_of),
        "fate": str(point.fate),
        "replaced_by": point.replaced_by,
        "carried_by": [claim.id for claim in point.utterance.carried_by],
        "marked_by": [f"{mark.id} {mark.stance}" for mark in point.marks],
        "origin_claim": first.id,
        **speaker(shown),
        "said_by": first.said_by,
        "role": first.role,
        "voice": first.voice,
        "basis": first.basis,
        **origin(shown, site.links.claim(shown)),
    }


def _claims(figure: Figure) -> list[Claim]:
    spoken = (claim for point in figure.points for claim in point.utterance.claims)
    return [*spoken, *figure.speaking_about, *figure.unsourced]
