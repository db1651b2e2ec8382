"""From a graph to a page in which it is alive."""

from autograd.explorer.page import Page, explore

__all__ = ["Page", "explore"]
