"""Whether derivatives are right: those of a hand, and those of the table."""
