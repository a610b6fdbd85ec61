"""How the sampler is compiled: to the same numbers on every processor, and kept once compiled.

Nothing is reordered for speed, no multiplication is fused with an addition, and nothing runs
side by side. Such code gives the same last digit wherever numbers are those of IEEE 754, as
long as it calls nothing of the C library that is rounded as the processor likes (`portable`).
Division by zero gives infinity, as in NumPy. Nothing that is compiled makes an array, so that no
references need counting.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final, TypeVar, cast
from zlib import crc32

import numba
from numba.core import config
from numba.core.compiler import Compiler

Compiled = TypeVar("Compiled", bound=Callable[..., object])


class _WithoutVectors(Compiler):
    """Compile, but do not look for loops to be done several steps at a time.

    Loops here are over a few lists or patterns: that makes them no faster, and the search takes an
    eighth of the time.
    """

    def compile_extra(self, function: Callable[..., object]) -> Any:
        """Do so, and leave the settings as they were."""
        settings: Any = config
        before = settings.LOOP_VECTORIZE, settings.SLP_VECTORIZE
        settings.LOOP_VECTORIZE = settings.SLP_VECTORIZE = 0
        try:
            return cast(Any, super()).compile_extra(function)
        finally:
            settings.LOOP_VECTORIZE, settings.SLP_VECTORIZE = before


_OPTIONS: Final[dict[str, Any]] = {
    "error_model": "numpy",
    "_nrt": False,
    "no_cfunc_wrapper": True,
    "pipeline_class": _WithoutVectors,
}


def compiled(function: Compiled) -> Compiled:
    """Compile what only compiled functions call; it cannot be called from outside."""
    compiler: Any = numba.njit
    return cast(Compiled, compiler(no_cpython_wrapper=True, **_OPTIONS)(function))


def entered(function: Compiled) -> Compiled:
    """Compile what is called from outside, and keep the machine code where it can be kept.

    That is beside the function's file; where an installation cannot be written to, in the user's
    own cache folder; else it is compiled again in every process. What is kept is used again while
    the function's file is the same, and what the function closes over (`edition`).
    """
    compiler: Any = numba.njit
    try:
        return cast(Compiled, compiler(cache=True, **_OPTIONS)(function))
    except RuntimeError:  # the compiler's word for: no folder can be written to
        return cast(Compiled, compiler(**_OPTIONS)(function))


def edition(*modules: ModuleType) -> int:
    """Give a number that changes with the text of modules.

    The compiler looks at the file of the function that it was asked to compile, and not at those
    that this one calls. A function that closes over this number is compiled anew when they change.
    """
    return crc32("".join(inspect.getsource(module) for module in modules).encode())
