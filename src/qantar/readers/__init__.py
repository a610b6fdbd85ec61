"""Untrusted bytes become documents, rows and findings; one module per source format."""
