"""From operations of the table to programs in other languages, and compiled functions."""
