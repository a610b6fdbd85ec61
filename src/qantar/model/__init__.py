"""Frozen records and vocabularies that all parts share. Pure."""
