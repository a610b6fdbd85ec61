"""How many there were, those on no list included: capture patterns, estimators, refusals."""
