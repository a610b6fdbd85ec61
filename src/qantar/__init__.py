"""Qantar: scattered accounts become one record in which every statement keeps its source."""

__version__ = "0.1.0"
