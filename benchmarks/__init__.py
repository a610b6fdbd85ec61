"""Benchmarks, run by hand: `benchmarks/README.md` says how, and holds the last figures."""
