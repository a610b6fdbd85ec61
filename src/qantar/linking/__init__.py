"""Each person once: which rows of several lists are one human being, with reasons and doubt."""
