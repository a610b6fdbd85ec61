"""The case on disk: originals, journal, keys, lock."""
