"""LCMCR in R, run beside ours where R has it: a program of its own, which Qantar never needs.

It is run as it was for the stored figures of the calibration: ten classes, 5,000 iterations to
burn in, then 1,000 samples of every twentieth, one chain, the seed 1000 + the table's number.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

from benchmarks.counting.answer import Answer
from qantar.counting.table import CaptureTable

SCRIPT: Final = Path(__file__).with_name("lcmcr.R")
_RUN: Final = (5_000, 1_000, 20)  # burn-in, samples, thinning
_FIRST_SEED: Final = 1001  # of the first of a design's tables, as R counts them


@cache
def program() -> str | None:
    """Give the path of R's `Rscript`; None where there is none or it has no package LCMCR."""
    found = shutil.which("Rscript")
    if found is None:
        return None
    asked = subprocess.run((found, "-e", "library(LCMCR)"), check=False, capture_output=True)
    return None if asked.returncode else found


def lcmcr(table: CaptureTable, seed: int) -> Answer:
    """Give LCMCR's interval of 95 % and its median; no R-hat, as it has none.

    Raises:
        RuntimeError: R or its package is not here, or R stopped; what it said.
    """
    rscript = program()
    if rscript is None:
        message = "Rscript with the package LCMCR is not installed; leave the method LCMCR out"
        raise RuntimeError(message)
    counts = dict(zip(table.masks.tolist(), table.counts.tolist(), strict=True))
    cells = (counts.get(mask, 0) for mask in range(1, 2 ** len(table.lists)))
    line = ",".join(str(one) for one in (len(table.lists), _FIRST_SEED + seed, *_RUN, *cells))
    ran = subprocess.run(
        (rscript, str(SCRIPT)), check=False, capture_output=True, text=True, input=f"{line}\n"
    )
    if ran.returncode:
        message = f"R stopped: {ran.stderr.strip()}"
        raise RuntimeError(message)
    low, point, high = (float(number) for number in ran.stdout.split())
    return Answer(low=low, point=point, high=high)
