"""Rows of a table, read through its accession sheet, become claims and places. Pure."""
