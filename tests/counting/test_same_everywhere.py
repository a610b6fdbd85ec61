"""The same seed gives the same answer on a processor without any of the newer instructions."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

OF_NUMPY: Any = import_module("numpy._core._multiarray_umath")

COUNTED = """
import json, math, sys
import numba
from numpy._core import _multiarray_umath as of_numpy
from qantar.counting import Asked, CaptureTable, count
from qantar.counting.as_json import counted_json

lists = ["court", "hospital", "press", "church"]
counts = [61, 48, 12, 37, 9, 8, 3, 55, 14, 9, 4, 7, 3, 2, 1]
table = CaptureTable.of_masks(lists, zip(range(1, 16), counts))
told = json.dumps(counted_json(count(table, asked=Asked(seed=11))))
roundings = [math.exp(place / 977) for place in range(20_000)]
print(json.dumps([told, roundings, of_numpy.__cpu_features__, numba.config.CPU_NAME]))
"""
"""Every estimator, the headline, and all that is tried beside them."""

NEWER = "AVX AVX2 FMA FMA4 AVX512F AVX512VL AVX512DQ AVX512BW AVX512CD BMI1 BMI2 SSE4_1 SSE4_2"


def plainest(cache: Path) -> dict[str, str]:
    """The settings that make every library we count with take a processor for the plainest."""
    return {
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=" + ",".join(f"-{name}" for name in NEWER.split()),
        "NPY_DISABLE_CPU_FEATURES": " ".join(OF_NUMPY.__cpu_dispatch__),
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_CACHE_DIR": str(cache),
        "OPENBLAS_CORETYPE": "Prescott",
        "OPENBLAS_NUM_THREADS": "1",
    }


def counted(settings: dict[str, str]) -> Any:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", COUNTED],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_count_is_the_same_byte_for_byte_on_the_plainest_processor(tmp_path: Path) -> None:
    told, roundings, features, _ = counted({})
    as_plain, other_roundings, plain_features, cpu = counted(plainest(tmp_path))
    assert as_plain == told
    answer = json.loads(told)
    assert [one["method"] for one in answer["estimates"]] == [
        "latent_class",
        "decomposable_graphs",
        "loglinear",
        "independent",
        "chao",
    ]
    assert answer["headline"]["method"] == "latent_class"
    assert answer["sensitivity"]["dependence"]
    # What was compared were two kinds of processor, wherever this one is not the plainest itself.
    assert cpu == "generic"
    assert not any(plain_features.get(name) for name in OF_NUMPY.__cpu_dispatch__)
    if features.get("FMA3") and platform.libc_ver()[0] == "glibc":
        assert other_roundings != roundings
