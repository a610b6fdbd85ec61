"""Linking: each person once."""
