"""From a graph to a picture of it, through Graphviz."""

from autograd.drawing.diagram import draw
from autograd.drawing.picture import Picture

__all__ = ["Picture", "draw"]
