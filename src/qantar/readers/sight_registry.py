"""The registry of whoever reads what was made out on pages: one reader, which starts soon."""

from __future__ import annotations

from qantar.readers.ocr import read

__all__ = ["read"]
