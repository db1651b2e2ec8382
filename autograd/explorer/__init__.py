"""From a graph to a page in which it is alive."""

from autograd.explorer.page import Page, explore
from autograd.explorer.playground import playground

__all__ = ["Page", "explore", "playground"]
