"""From a graph to a page in which it is alive."""

from autograd.explorer.page import Page, explore
from autograd.explorer.playground import playground
from autograd.explorer.training import training_page

__all__ = ["Page", "explore", "playground", "training_page"]
