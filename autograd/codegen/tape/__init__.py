"""Tapes: long programs as a few instructions over arrays, instead of as code for each line."""
