"""The PDFium library, loaded when this module is: a confined process can load nothing later.

Source: PDFium's public headers.
"""

from __future__ import annotations

import ctypes
import importlib
from typing import Any, Final

_MAX_STRING_BYTES: Final = 2 * 1024 * 1024


def _load() -> Any:
    try:
        return importlib.import_module("pypdfium2.raw")  # its package sets the library up
    except ImportError:
        return None


_LIBRARY: Final = _load()


def is_there() -> bool:
    """Whether the library is installed."""
    return _LIBRARY is not None


def library() -> Any:  # it has no types
    """Give the library.

    Raises:
        RuntimeError: it is not installed.
    """
    if _LIBRARY is None:
        message = "PDFium is not installed"
        raise RuntimeError(message)
    return _LIBRARY


def wide_string(ask: Any) -> str:  # a call of the library that fills a buffer
    """Have the library fill a buffer with UTF-16; half a pair becomes U+FFFD."""
    size = min(ask(None, 0), _MAX_STRING_BYTES)
    if size <= 2:  # noqa: PLR2004  # the closing zero alone
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    ask(buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").split("\0", 1)[0]


def narrow_string(ask: Any) -> str:
    """Have the library fill a buffer with bytes that should be UTF-8."""
    size = min(ask(None, 0), _MAX_STRING_BYTES)
    if size <= 1:  # the closing zero alone
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(buffer, size)
    return buffer.value.decode("utf-8", "replace")
