"""Make pytorch_reference.json: what PyTorch computes, for tests that need no PyTorch.

    pip install torch==2.13.0 && python tests/data/make_pytorch_reference.py

Networks with their gradients, runs of the optimisers, activation functions and kinks, all in
doubles. Weights and gradients are in the layout of Keras: kernel[input][output], then bias, layer
after layer. All inputs are stored as well, so no number depends on a random generator.

Optimisers: Keras and PyTorch put epsilon at different places of the same formulas. With epsilon 0
the formulas are the same, and PyTorch's own optimisers make the runs. Runs with Keras's default
epsilon follow Keras's formulas, written out below; at epsilon 0 each formula is first compared
with PyTorch's optimiser.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

Network = list[tuple[Tensor, Tensor]]
"""For each layer, its kernel[input][output] and its bias."""


# PyTorch's softplus is a plain `a` above a threshold. The default threshold is 20, where
# ln(1 + e**a) is still a + 2e-9. At 40 the two are the same double; far above, e**a overflows.
def _softplus(z: Tensor) -> Tensor:
    return torch.nn.functional.softplus(z, threshold=40.0)


def _leaky_relu(z: Tensor) -> Tensor:
    return torch.nn.functional.leaky_relu(z, 0.01)


ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "linear": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": _leaky_relu,
    "softplus": _softplus,
    "softmax": lambda z: torch.softmax(z, dim=1),
}

LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "mean_squared_error": torch.nn.MSELoss(),
    "binary_crossentropy": torch.nn.BCELoss(),
    "binary_crossentropy_from_logits": torch.nn.BCEWithLogitsLoss(),
    "categorical_crossentropy": lambda p, y: -(y * torch.log(p)).sum(dim=1).mean(),
    "categorical_crossentropy_from_logits": torch.nn.CrossEntropyLoss(),
}


@dataclass(frozen=True)
class Shape:
    """A network: the number of its inputs, its layers, the loss it is trained with."""

    inputs: int
    layers: Sequence[tuple[int, str]]
    loss: str
    samples: int = 8
    seed: int = 1


NETWORKS = {
    "regression": Shape(3, [(4, "tanh"), (1, "linear")], "mean_squared_error", samples=6),
    "two_outputs": Shape(2, [(3, "tanh"), (2, "linear")], "mean_squared_error"),
    "binary": Shape(2, [(4, "tanh"), (1, "sigmoid")], "binary_crossentropy"),
    "binary_logits": Shape(2, [(4, "tanh"), (1, "linear")], "binary_crossentropy_from_logits"),
    "classes": Shape(2, [(5, "sigmoid"), (3, "softmax")], "categorical_crossentropy"),
    "classes_logits": Shape(
        2, [(5, "sigmoid"), (3, "linear")], "categorical_crossentropy_from_logits"
    ),
    "relu": Shape(2, [(6, "relu"), (6, "leaky_relu"), (1, "linear")], "mean_squared_error"),
    "softplus": Shape(2, [(3, "softplus"), (1, "linear")], "mean_squared_error"),
}


# ------------------------------------------------------------------------ networks


def _start(shape: Shape) -> tuple[Tensor, Tensor, Network]:
    """Inputs, targets and initial weights."""
    random = torch.Generator().manual_seed(shape.seed)
    x = torch.randn(shape.samples, shape.inputs, generator=random)
    outputs = shape.layers[-1][0]
    if shape.loss.startswith("binary"):
        y = (torch.arange(shape.samples) % 2).to(x).unsqueeze(1)
        y[-1] = 0.25  # a target between the classes
    elif shape.loss.startswith("categorical"):
        y = torch.eye(outputs)[torch.arange(shape.samples) % outputs]
    else:
        y = torch.randn(shape.samples, outputs, generator=random)
    weights, width = [], shape.inputs
    for units, _ in shape.layers:
        kernel = torch.randn(width, units, generator=random) / math.sqrt(width)
        bias = 0.3 * torch.randn(units, generator=random)
        weights.append((kernel.requires_grad_(), bias.requires_grad_()))
        width = units
    return x, y, weights


def _flat(weights: Network) -> list[Tensor]:
    return [tensor for layer in weights for tensor in layer]


def _outputs(shape: Shape, weights: Network, x: Tensor) -> Tensor:
    for (_, activation), (kernel, bias) in zip(shape.layers, weights, strict=True):
        z = torch.nn.functional.linear(x, kernel.T, bias)
        if activation in {"relu", "leaky_relu"}:
            assert z.abs().min() > 1e-6, "a kink too near for rounding errors"
        x = ACTIVATIONS[activation](z)
    return x


def _network(shape: Shape) -> dict[str, Any]:
    x, y, weights = _start(shape)
    outputs = _outputs(shape, weights, x)
    loss = LOSSES[shape.loss](outputs, y)
    loss.backward()
    return {
        "inputs": shape.inputs,
        "layers": shape.layers,
        "loss_function": shape.loss,
        "x": x.tolist(),
        "y": (y.squeeze(1) if y.shape[1] == 1 else y).tolist(),
        "weights": [tensor.tolist() for tensor in _flat(weights)],
        "outputs": outputs.tolist(),
        "loss": loss.item(),
        "gradients": [tensor.grad.tolist() for tensor in _flat(weights)],
    }


# ---------------------------------------------------------------------- optimisers

Settings = dict[str, Any]
"""An optimiser's arguments, as Keras calls them."""

Rule = Callable[[Tensor, dict[str, Tensor], int, Settings], Tensor]
"""Gives what a step subtracts from a parameter, from the gradient, kept tensors, step number."""


def _keras_adam(g: Tensor, kept: dict[str, Tensor], t: int, s: Settings) -> Tensor:
    beta_1, beta_2 = s["beta_1"], s["beta_2"]
    kept["m"] = beta_1 * kept.get("m", 0.0) + (1 - beta_1) * g
    kept["v"] = beta_2 * kept.get("v", 0.0) + (1 - beta_2) * g * g
    alpha = s["learning_rate"] * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return alpha * kept["m"] / (torch.sqrt(kept["v"]) + s["epsilon"])


def _keras_rmsprop(g: Tensor, kept: dict[str, Tensor], _: int, s: Settings) -> Tensor:
    kept["v"] = s["rho"] * kept.get("v", 0.0) + (1 - s["rho"]) * g * g
    increment = s["learning_rate"] * g / torch.sqrt(kept["v"] + s["epsilon"])
    kept["momentum"] = s["momentum"] * kept.get("momentum", 0.0) + increment
    return kept["momentum"]


def _keras(rule: Rule, settings: Settings) -> Callable[[list[Tensor]], Callable[[], None]]:
    """Return a function that takes parameters and returns a `step`, which applies `rule` once."""

    def make(parameters: list[Tensor]) -> Callable[[], None]:
        kept: list[dict[str, Tensor]] = [{} for _ in parameters]
        taken = 0

        def step() -> None:
            nonlocal taken
            taken += 1
            with torch.no_grad():
                for p, memory in zip(parameters, kept, strict=True):
                    # Decoupled weight decay, before the step; of biases too.
                    p -= settings["learning_rate"] * settings.get("weight_decay", 0.0) * p
                    p -= rule(p.grad, memory, taken, settings)

        return step

    return make


def _pytorch(kind: str, settings: Settings) -> Callable[[list[Tensor]], Callable[[], None]]:
    """Return a function that takes parameters and returns the `step` of PyTorch's optimiser."""
    s = dict(settings)
    assert s.pop("epsilon", 0.0) == 0.0, "Keras has epsilon elsewhere"
    arguments = {"lr": s.pop("learning_rate")}
    if kind != "SGD":
        arguments["eps"] = 0.0
    if kind == "RMSprop":
        arguments["alpha"] = s.pop("rho")
    if kind.startswith("Adam"):
        arguments["betas"] = (s.pop("beta_1"), s.pop("beta_2"))
    arguments |= s  # momentum, nesterov and weight_decay have the same name in both

    def make(parameters: list[Tensor]) -> Callable[[], None]:
        step: Callable[[], None] = getattr(torch.optim, kind)(parameters, **arguments).step
        return step

    return make


def _train(
    make: Callable[[list[Tensor]], Callable[[], None]], steps: int = 100
) -> tuple[list[float], list[Any]]:
    """Train "regression" on full batches; return the loss before each step, and the weights."""
    shape = NETWORKS["regression"]
    x, y, weights = _start(shape)
    parameters = _flat(weights)
    step = make(parameters)
    losses = []
    for _ in range(steps):
        for p in parameters:
            p.grad = None
        loss = LOSSES[shape.loss](_outputs(shape, weights, x), y)
        loss.backward()
        step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0], "the loss should fall"
    assert max(losses) == losses[0], "and never diverge"
    return losses, [p.tolist() for p in parameters]


# Without epsilon, a gradient that passes through 0 is scaled up without bound. At a rate of 0.01
# RMSprop gets so near the minimum within 100 steps that a rounding error at the start moves the
# end by 1e-5.
RMSPROP = {"learning_rate": 0.003, "rho": 0.9, "momentum": 0.0}
RMSPROP_MOMENTUM = {"learning_rate": 0.001, "rho": 0.9, "momentum": 0.9}
ADAM = {"learning_rate": 0.02, "beta_1": 0.9, "beta_2": 0.999}
ADAMW = {**ADAM, "weight_decay": 0.004}

OPTIMISERS: dict[str, tuple[str, Settings]] = {
    "sgd": ("SGD", {"learning_rate": 0.05}),
    "sgd_momentum": ("SGD", {"learning_rate": 0.05, "momentum": 0.9}),
    "sgd_nesterov": ("SGD", {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}),
    "rmsprop": ("RMSprop", RMSPROP),
    "rmsprop_momentum": ("RMSprop", RMSPROP_MOMENTUM),
    "adam": ("Adam", ADAM),
    "adamw": ("AdamW", ADAMW),
}
KERAS_EPSILON = 1e-7  # the default of each of them
KERAS_RULES: dict[str, Rule] = {
    "RMSprop": _keras_rmsprop,
    "Adam": _keras_adam,
    "AdamW": _keras_adam,
}


def _optimisers() -> dict[str, Any]:
    runs: dict[str, Any] = {}

    def store(name: str, kind: str, settings: Settings, run: tuple[list[float], list[Any]]) -> None:
        losses, weights = run
        runs[name] = {"class": kind, "settings": settings, "losses": losses, "weights": weights}

    for name, (kind, settings) in OPTIMISERS.items():
        if kind == "SGD":
            store(name, kind, settings, _train(_pytorch(kind, settings)))
            continue
        rule = KERAS_RULES[kind]
        without = {**settings, "epsilon": 0.0}
        losses, weights = _train(_pytorch(kind, without))
        same_losses, same_weights = _train(_keras(rule, without))
        for ours, theirs in zip([same_losses, *same_weights], [losses, *weights], strict=True):
            torch.testing.assert_close(
                torch.tensor(ours), torch.tensor(theirs), rtol=1e-11, atol=1e-11
            )
        store(name, kind, without, (losses, weights))
        with_epsilon = _train(_keras(rule, {**settings, "epsilon": KERAS_EPSILON}))
        store(f"{name}_default_epsilon", kind, settings, with_epsilon)
    return runs


# ------------------------------------------------------ activation functions, kinks

POINTS = [-1000.0, -20.0, -1.0, -0.5, 0.0, 0.5, 1.0, 20.0, 1000.0]


def _activation(function: Callable[[Tensor], Tensor]) -> dict[str, Any]:
    a = torch.tensor(POINTS, requires_grad=True)
    y = function(a)
    y.sum().backward()
    return {"points": POINTS, "values": y.tolist(), "derivatives": a.grad.tolist()}


KINKS: list[tuple[str, Callable[..., Tensor], list[float]]] = [
    ("relu", torch.relu, [0.0]),
    ("leaky_relu", _leaky_relu, [0.0]),
    ("abs", torch.abs, [0.0]),
    ("maximum", torch.maximum, [3.0, 3.0]),
    ("minimum", torch.minimum, [3.0, 3.0]),
    ("maximum", torch.maximum, [0.0, -0.0]),
    ("pow", torch.pow, [0.0, 0.0]),
    ("pow", torch.pow, [0.0, 1.0]),
    ("pow", torch.pow, [0.0, 2.0]),
]


def _kink(name: str, function: Callable[..., Tensor], at: list[float]) -> dict[str, Any]:
    inputs = [torch.tensor(number, requires_grad=True) for number in at]
    y = function(*inputs)
    y.backward()
    return {
        "operation": name,
        "at": at,
        "value": y.item(),
        "derivatives": [a.grad.item() for a in inputs],
    }


# --------------------------------------------------------------------------- output


def _written(thing: Any, indent: str = "") -> str:
    """JSON with a line for each entry of an object; lists of plain numbers on one line."""
    inner = indent + " "
    if isinstance(thing, dict):
        lines = [f"{inner}{json.dumps(k)}: {_written(v, inner)}" for k, v in thing.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(thing, list) and any(isinstance(part, dict) for part in thing):
        return "[\n" + ",\n".join(inner + _written(part, inner) for part in thing) + f"\n{indent}]"
    return json.dumps(thing, allow_nan=False)


def main() -> None:
    """Compute everything and write it beside this script."""
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    reference = {
        "pytorch": torch.__version__.partition("+")[0],
        "networks": {name: _network(shape) for name, shape in NETWORKS.items()},
        "optimisers": _optimisers(),
        "activations": {
            name: _activation(function)
            for name, function in ACTIVATIONS.items()
            if name not in {"linear", "softmax"}
        },
        "kinks": [_kink(*kink) for kink in KINKS],
    }
    text = _written(reference) + "\n"
    Path(__file__).with_name("pytorch_reference.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
