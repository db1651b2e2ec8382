"""The chain rule in words and formulas: written out, and step by step."""
