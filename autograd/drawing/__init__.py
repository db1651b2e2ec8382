"""From a graph to a picture of it, through Graphviz."""

from autograd.drawing.animation import animate, draw_steps, save_steps
from autograd.drawing.diagram import draw
from autograd.drawing.picture import Picture

__all__ = ["Picture", "animate", "draw", "draw_steps", "save_steps"]
