"""Attacks on a case: power cuts, full disks, kills, searches for what must not be readable."""
