"""What is taken where an argument is left out: Keras's, micrograd's or what the documents chose."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

import nn
from nn import callbacks, datasets, initializers, models, optimizers, perceptron, plots

ADAM = {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
CLIPPING = {"clipvalue": None, "clipnorm": None, "global_clipnorm": None}
NEURON = {"activation": "relu", "initializer": None, "bias_initializer": "zeros"}
DRAWN = {"axes": None, "title": ""}

DEFAULTS: dict[Callable[..., Any], dict[str, Any]] = {
    optimizers.SGD: CLIPPING | {"learning_rate": 0.01, "momentum": 0.0, "nesterov": False},
    optimizers.RMSprop: CLIPPING
    | {"learning_rate": 0.001, "rho": 0.9, "momentum": 0.0, "epsilon": 1e-7},
    optimizers.Adam: CLIPPING | ADAM,
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
        "verbose": 0,
        "baseline": None,
        "start_from_epoch": 0,
    },
    callbacks.ModelCheckpoint: {
        "monitor": "val_loss",
        "verbose": 0,
        "save_best_only": False,
        "save_weights_only": False,
        "mode": "auto",
        "save_freq": "epoch",
        "initial_value_threshold": None,
    },
    callbacks.ReduceLROnPlateau: {
        "monitor": "val_loss",
        "factor": 0.1,
        "patience": 10,
        "verbose": 0,
        "mode": "auto",
        "min_delta": 1e-4,
        "cooldown": 0,
        "min_lr": 0.0,
    },
    callbacks.CSVLogger: {"separator": ",", "append": False},
    callbacks.LearningRateScheduler: {"verbose": 0},
    nn.Dense: {
        "activation": None,
        "use_bias": True,
        "kernel_initializer": "glorot_uniform",
        "bias_initializer": "zeros",
        "kernel_regularizer": None,
        "bias_regularizer": None,
    },
    nn.layers.KerasLayer: {
        "input_size": None,
        "name": None,
        "input_dim": None,
        "input_shape": None,
        "trainable": True,
    },
    nn.Activation: {},
    nn.layers.Dropout: {"seed": None},
    nn.layers.LeakyReLU: {"negative_slope": 0.3},
    nn.layers.BatchNormalization: {
        "axis": -1,
        "momentum": 0.99,
        "epsilon": 1e-3,
        "center": True,
        "scale": True,
        "beta_initializer": "zeros",
        "gamma_initializer": "ones",
        "moving_mean_initializer": "zeros",
        "moving_variance_initializer": "ones",
        "beta_regularizer": None,
        "gamma_regularizer": None,
    },
    nn.layers.LayerNormalization: {"axis": -1, "epsilon": 1e-3},
    nn.layers.Embedding: {"embeddings_initializer": "uniform", "input_length": None},
    nn.layers.SimpleRNN: {
        "activation": "tanh",
        "use_bias": True,
        "kernel_initializer": "glorot_uniform",
        "recurrent_initializer": "orthogonal",
        "bias_initializer": "zeros",
        "return_sequences": False,
    },
    nn.losses.Huber: {"delta": 1.0},
    nn.metrics.AUC: {"num_thresholds": 200, "name": None, "curve": "ROC"},
    nn.regularizers.L2: {"l2": 0.01},
    models.Model.compile: {
        "optimizer": "rmsprop",
        "loss": None,
        "metrics": None,
        "jit_compile": "auto",
        "loss_weights": None,
    },
    models.Model.fit: {
        "y": None,
        "batch_size": None,
        "epochs": 1,
        "verbose": "auto",
        "callbacks": None,
        "validation_split": 0.0,
        "validation_data": None,
        "shuffle": True,
        "class_weight": None,
        "sample_weight": None,
        "initial_epoch": 0,
        "validation_freq": 1,
        "validation_batch_size": None,
    },
    models.Model.evaluate: {
        "y": None,
        "batch_size": None,
        "verbose": "auto",
        "return_dict": False,
        "callbacks": None,
        "sample_weight": None,
    },
    models.Model.predict: {"verbose": 0, "batch_size": None, "callbacks": None},
    nn.Sequential: {"layers": None, "name": None},
    nn.Neuron: NEURON | {"fan_out": 1},
    nn.Layer: NEURON,
    nn.MLP: {"activation": "relu", "output_activation": None, "initializer": None, "seed": None},
    nn.to_categorical: {"num_classes": None},
    datasets.xor: {"noise": 0.0, "seed": 0},
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
    plots.loss_curve: {"log": False, **DRAWN},
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
        "language": None,
    },
}


@pytest.mark.parametrize("function", DEFAULTS, ids=lambda f: f.__qualname__)
def test_what_is_left_out_is_as_promised(function: Callable[..., Any]) -> None:
    parameters = inspect.signature(function).parameters.values()
    taken = {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}
    assert taken == DEFAULTS[function]
