"""Invented people of an invented land, and five ways of putting them on lists."""
