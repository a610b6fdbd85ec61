"""One module per page of the dossier; each takes the site and writes its pages."""
