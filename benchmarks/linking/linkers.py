"""Who is measured: Qantar, and beside it its peers where they are installed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from benchmarks.linking.dataset import DataSet
from benchmarks.linking.outcome import Answer, Linker, Outcome, outcome
from benchmarks.linking.peers import recordlinkage, splink
from benchmarks.linking.sets import Measured


def qantar(data: DataSet) -> Answer:
    """Link with Qantar at its default settings, without decisions."""
    from qantar.linking.link import link  # noqa: PLC0415  # a peer is measured without its memory

    linked = link(data.rows, lists=data.rules, seed=0)
    return Answer(
        person=linked.person,
        left=linked.pairs.left,
        right=linked.pairs.right,
        probability=linked.pairs.probability,
    )


OURS = "Qantar"
PEERS: Mapping[str, tuple[str, Linker]] = {
    "splink": ("Splink", splink),
    "recordlinkage": ("recordlinkage", recordlinkage),
}
LINKERS: Mapping[str, Linker] = {
    OURS: qantar,
    **{name: linker for package, (name, linker) in PEERS.items() if find_spec(package)},
}
"""Qantar, and of the peers those that are installed."""


def measured(one: Measured, linker: str) -> Outcome:
    """Load the set and measure one linker on it."""
    return outcome(one.load(), LINKERS[linker])
