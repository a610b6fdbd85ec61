"""The published dossier: static pages, charts, maps and data files, made from the record."""
