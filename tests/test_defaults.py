"""What is taken where an argument is left out: Keras's, micrograd's or what the documents chose."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

import nn
from nn import callbacks, datasets, initializers, models, optimizers, perceptron, plots

ADAM = {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
NEURON = {"activation": "relu", "initializer": None, "bias_initializer": "zeros"}
DRAWN = {"axes": None, "title": ""}

DEFAULTS: dict[Callable[..., Any], dict[str, Any]] = {
    optimizers.SGD: {"learning_rate": 0.01, "momentum": 0.0, "nesterov": False},
    optimizers.RMSprop: {"learning_rate": 0.001, "rho": 0.9, "momentum": 0.0, "epsilon": 1e-7},
    optimizers.Adam: ADAM,
    optimizers.AdamW: ADAM | {"weight_decay": 0.004},
    optimizers.ExponentialDecay: {"staircase": False},
    initializers.RandomUniform: {"minval": -0.05, "maxval": 0.05, "seed": None},
    initializers.Constant: {"value": 0.0},
    initializers.GlorotUniform: {"seed": None},
    initializers.HeUniform: {"seed": None},
    callbacks.EarlyStopping: {
        "monitor": "val_loss",
        "min_delta": 0.0,
        "patience": 0,
        "mode": "auto",
        "restore_best_weights": False,
    },
    nn.Dense: {
        "activation": None,
        "use_bias": True,
        "kernel_initializer": "glorot_uniform",
        "bias_initializer": "zeros",
        "input_dim": None,
        "input_shape": None,
        "name": None,
    },
    nn.Activation: {"name": None},
    models.Model.compile: {
        "optimizer": "rmsprop",
        "loss": None,
        "metrics": None,
        "jit_compile": "auto",
    },
    models.Model.fit: {
        "batch_size": None,
        "epochs": 1,
        "verbose": "auto",
        "callbacks": None,
        "validation_split": 0.0,
        "validation_data": None,
        "shuffle": True,
    },
    models.Model.evaluate: {
        "batch_size": None,
        "verbose": "auto",
        "return_dict": False,
        "callbacks": None,
    },
    models.Model.predict: {"verbose": 0, "batch_size": None, "callbacks": None},
    nn.Sequential: {"layers": None},
    nn.Neuron: NEURON | {"fan_out": 1},
    nn.Layer: NEURON,
    nn.MLP: {"activation": "relu", "output_activation": None, "initializer": None, "seed": None},
    nn.to_categorical: {"num_classes": None},
    datasets.moons: {"samples": 100, "noise": 0.1, "seed": 0},
    datasets.circles: {"samples": 100, "noise": 0.05, "factor": 0.5, "seed": 0},
    datasets.blobs: {"samples": 100, "centers": 2, "spread": 1.0, "seed": 0},
    datasets.spiral: {"samples": 100, "classes": 2, "noise": 0.02, "turns": 1.0, "seed": 0},
    perceptron.approach: {"limit": 10_000},
    perceptron.train: {"rate": 0.01, "epochs": 10, "seed": 0, "start": None},
    plots.activation_functions: {"names": None, "axes": None},
    plots.boundary_lines: DRAWN,
    plots.decision_map: DRAWN
    | {"inputs": None, "targets": None, "threshold": None, "resolution": 60, "limits": None},
    plots.gradients_by_layer: DRAWN,
    plots.loss_curve: DRAWN,
    nn.draw_network: {
        "x": None,
        "target": None,
        "loss": None,
        "direction": "LR",
        "bias": "inside",
        "numbers": None,
        "digits": 4,
        "max_neurons": 60,
        "title": "",
        "derivatives": True,
        "colors": "light",
        "slide": False,
    },
}


@pytest.mark.parametrize("function", DEFAULTS, ids=lambda f: f.__qualname__)
def test_what_is_left_out_is_as_promised(function: Callable[..., Any]) -> None:
    parameters = inspect.signature(function).parameters.values()
    taken = {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}
    assert taken == DEFAULTS[function]
