"""Neural networks made of `autograd` Values: neurons and layers, training, and the perceptron.

Two styles that people know: micrograd's `MLP(3, [4, 4, 1])`, and Keras's `Sequential`, `Dense`,
`compile`, `fit`. Names that are Keras's mean what they mean there.
"""

import sys as _sys

import autograd as _autograd

if not hasattr(_autograd, "Value"):
    _places = getattr(_autograd, "__path__", [_autograd.__file__])
    raise ImportError(
        f"expected glassgrad's package autograd, found another in {', '.join(_places)}: HIPS"
        " autograd, of the same name, was installed over it, took its files along when it was"
        " removed, or is found first. Type `pip uninstall -y autograd glassgrad`, install glassgrad"
        " again and restart Python"
    )

from autograd.elsewhere import Modules as _Modules
from autograd.options import missing as _missing
from nn import (
    activations,
    callbacks,
    datasets,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    perceptron,
    plots,
    regularizers,
    utils,
)
from nn.callbacks import EarlyStopping, History
from nn.data import to_categorical
from nn.exchange.keras import export_keras, import_keras
from nn.exchange.torch import export_torch, import_torch
from nn.foreign import OF_NN as _OF_NN
from nn.layers import Activation, Add, Concatenate, Dense, Input
from nn.models import Model, Sequential, load_model
from nn.neurons import MLP, Layer, Neuron
from nn.pictures.exploring import explore
from nn.pictures.live_curve import LiveCurve
from nn.pictures.network_drawing import draw_network
from nn.randomness import set_random_seed
from nn.training.record import Record, record

__all__ = [
    "MLP",
    "Activation",
    "Add",
    "Concatenate",
    "Dense",
    "EarlyStopping",
    "History",
    "Input",
    "Layer",
    "LiveCurve",
    "Model",
    "Neuron",
    "Record",
    "Sequential",
    "activations",
    "callbacks",
    "datasets",
    "draw_network",
    "explore",
    "export_keras",
    "export_torch",
    "import_keras",
    "import_torch",
    "initializers",
    "layers",
    "load_model",
    "losses",
    "metrics",
    "models",
    "optimizers",
    "perceptron",
    "plots",
    "record",
    "regularizers",
    "set_random_seed",
    "to_categorical",
    "utils",
]


_sys.meta_path.append(_Modules("nn", _OF_NN))


def __getattr__(name: str) -> object:
    """Say what to write for a name that other libraries have."""
    raise _missing("nn", name, _OF_NN)
