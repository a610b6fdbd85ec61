"""How many there were, those on no list included: capture patterns, estimators, refusals.

    from qantar.counting import About, Asked, CaptureTable, Stratum, count, count_strata

Each of these is loaded when it is first asked for: estimators need libraries that are large.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from qantar.counting.asked import About, Asked
    from qantar.counting.one_table import count
    from qantar.counting.strata import Stratum, count_strata
    from qantar.counting.table import CaptureTable

_WHERE: Final = {
    "About": "asked",
    "Asked": "asked",
    "CaptureTable": "table",
    "Stratum": "strata",
    "count": "one_table",
    "count_strata": "strata",
}

__all__ = ["About", "Asked", "CaptureTable", "Stratum", "count", "count_strata"]


def __getattr__(name: str) -> object:
    """Load a public name from the module that holds it."""
    if name not in _WHERE:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
