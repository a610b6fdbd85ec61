"""A whole dossier: every page, chart and data file of one edition, written to one folder."""

from __future__ import annotations

from pathlib import Path

from qantar.dossier.edition import Edition
from qantar.dossier.pages.counts import write_counts
from qantar.dossier.pages.data import write_data
from qantar.dossier.pages.demands import write_demands
from qantar.dossier.pages.documents import write_documents
from qantar.dossier.pages.events import write_events
from qantar.dossier.pages.figures import write_figures
from qantar.dossier.pages.findings import write_findings
from qantar.dossier.pages.framings import write_framings
from qantar.dossier.pages.lists import write_lists
from qantar.dossier.pages.map import write_map
from qantar.dossier.pages.method import write_method
from qantar.dossier.pages.outages import write_outages
from qantar.dossier.pages.passages import write_passages
from qantar.dossier.pages.persons import write_persons
from qantar.dossier.pages.places import write_places
from qantar.dossier.pages.search import write_search
from qantar.dossier.pages.sources import write_sources
from qantar.dossier.pages.start import write_start
from qantar.dossier.pages.timeline import write_timeline
from qantar.dossier.site import Site, static

ASSETS = (
    "dossier.css",
    "dossier.js",
    "timeline.css",
    "timeline.js",
    "map.css",
    "map.js",
    "vendor/leaflet.js",
    "vendor/leaflet.css",
    # Named by the style sheet above; nothing on the pages shows them.
    "vendor/images/layers.png",
    "vendor/images/layers-2x.png",
    "vendor/images/marker-icon.png",
    "vendor/LICENSES.txt",
)


def write_dossier(edition: Edition, out: Path) -> Site:
    """Write the dossier to the empty folder `out`; the site tells its pages and bytes."""
    site = Site(edition, out)
    for name in ASSETS:
        site.write(f"assets/{name}", static(name))
    write_start(site)
    write_timeline(site)
    write_map(site)
    write_figures(site)
    write_demands(site)
    write_framings(site)
    write_outages(site)
    write_events(site)
    write_sources(site)
    write_documents(site)
    write_places(site)
    write_persons(site)
    write_lists(site)
    write_counts(site)
    write_findings(site)
    write_method(site)
    write_search(site)
    write_data(site)
    write_passages(site)
    return site
