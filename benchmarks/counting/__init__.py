"""How well and how fast the uncounted are estimated."""
