"""An invented town on three lists, for whose models the answers are known in closed form."""

from __future__ import annotations

from qantar.counting.table import CaptureTable

TOWN = CaptureTable.of(
    ["court", "hospital", "press"],
    [
        ((1, 0, 0), 50),
        ((0, 1, 0), 40),
        ((0, 0, 1), 30),
        ((1, 1, 0), 20),
        ((1, 0, 1), 12),
        ((0, 1, 1), 10),
        ((1, 1, 1), 4),
    ],
)
