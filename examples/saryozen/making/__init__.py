"""How the invented town of Saryozen is made: its people, the lists of them, and what is said."""
