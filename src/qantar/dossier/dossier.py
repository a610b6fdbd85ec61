"""A whole dossier: every page, chart and data file of one edition, written to one folder."""

from __future__ import annotations

from pathlib import Path

from qantar.dossier.edition import Edition
from qantar.dossier.pages.figures import write_figures
from qantar.dossier.pages.passages import write_passages
from qantar.dossier.site import Site, static

ASSETS = ("dossier.css", "dossier.js")


def write_dossier(edition: Edition, out: Path) -> Site:
    """Write the dossier to the empty folder `out`; the site tells its pages and bytes."""
    site = Site(edition, out)
    for name in ASSETS:
        site.write(f"assets/{name}", static(name))
    write_figures(site)
    write_passages(site)
    return site
