"""How well rows are joined into persons: lists with known truth, and the measures of it."""
