"""How likely each N is, as a curve for the eye."""

from __future__ import annotations

from typing import Final

import numpy as np

from qantar.counting.table import Floats
from qantar.model.counted import Density

POINTS: Final = 120
_DRAWS: Final = 2000
_SHOWN: Final = (0.002, 0.998)
_LEAST_WIDTH: Final = 1e-3
_DIGITS: Final = 6


def density(method: str, sample: Floats) -> Density | None:
    """Smooth a sample of N into a curve; None where it has no finite draws.

    A normal kernel on the scale of log N with Silverman's width (1986, eq. 3.31), over the range
    that holds all but 2 in 500 draws at each end.
    """
    drawn = sample[np.isfinite(sample) & (sample > 0)]
    if len(drawn) < 2 or len(drawn) < len(sample) / 2:  # noqa: PLR2004  # no curve from one draw
        return None
    logs = np.sort(np.log(drawn))
    logs = logs[np.linspace(0, len(logs) - 1, min(len(logs), _DRAWS)).round().astype(int)]
    low, quarter, three, high = np.quantile(logs, [_SHOWN[0], 0.25, 0.75, _SHOWN[1]]).tolist()
    spread = min(float(logs.std()), (three - quarter) / 1.34 or float(logs.std()))
    width = max(0.9 * spread * len(logs) ** -0.2, _LEAST_WIDTH)
    at = np.linspace(low - 2 * width, high + 2 * width, POINTS)
    kernel = np.exp(-0.5 * ((at[:, None] - logs[None, :]) / width) ** 2)
    on_logs = kernel.mean(axis=1) / (width * np.sqrt(2 * np.pi))
    points = np.exp(at)
    heights = on_logs / points
    return Density(
        method=method,
        points=tuple(round(float(point), 2) for point in points),
        heights=tuple(float(f"{height:.{_DIGITS}g}") for height in heights),
    )
