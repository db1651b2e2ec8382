"""Plots of what networks learn: boundaries, maps of decisions, curves of losses, activations.

Plots need matplotlib, the extra `plot`: `pip install 'glassgrad[plot]'`. The first plot imports it,
without pyplot: no window opens, no setting of yours is changed, and nothing is left behind when the
figure is dropped.

Each function returns a `matplotlib.figure.Figure`, which shows itself as the last line of a
notebook's cell and is written with `.savefig("plot.png")`. Given `axes`, it draws there instead.
"""

from nn.pictures.activation_functions import activation_functions
from nn.pictures.boundary_lines import boundary_lines
from nn.pictures.decision_map import decision_map
from nn.pictures.loss_valley import loss_valley
from nn.pictures.neuron_maps import neuron_maps
from nn.pictures.training_curves import gradients_by_layer, loss_curve

__all__ = [
    "activation_functions",
    "boundary_lines",
    "decision_map",
    "gradients_by_layer",
    "loss_curve",
    "loss_valley",
    "neuron_maps",
]
