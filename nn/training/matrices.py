"""Networks with many weights, a whole batch at a time: weighted sums as products of matrices.

Straight-line code has a line for each weight, and thousands of weights take long to compile and to
run. Here activations, the loss and the optimiser's formula are compiled, each once; a weighted sum
and its derivatives are left to NumPy (that by a weight is its input, that by an input its weight),
and so is what BatchNormalization makes of a whole batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd import Parameter
from nn import activations
from nn.activations import outputs_of
from nn.layers import (
    Activation,
    Add,
    BatchNormalization,
    Concatenate,
    Dense,
    Dropout,
    Flatten,
    LayerOutput,
    LeakyReLU,
    ReLU,
    Reshape,
    Softmax,
    Tensor,
)
from nn.losses import Loss
from nn.training.eager import Trainable

WORTH_MATRICES = 1000
"""From this number of parameters on, products of matrices are faster than a line for each."""

UNTHREADED = 2**19 - 1
"""Larger products are done in parts: OpenBLAS would start a second thread for them, and on a busy
machine waits for it longer than a product takes."""

_SETTINGS = {
    *("name", "units", "activation", "use_bias", "input_dim", "input_shape"),
    *("rate", "seed", "negative_slope", "target_shape"),
    *("momentum", "epsilon", "center", "scale"),
}
_KINDS = (
    *(Dense, Activation, ReLU, Softmax, LeakyReLU, Add, Concatenate),
    *(Dropout, Flatten, Reshape, BatchNormalization),
)
_Update = Callable[[Any, Any, list[Any], list[Any]], tuple[Any, list[Any]]]


class Matrices:
    """A network as products of matrices; `matrices_of` says of which networks there is one.

    Attributes:
        activation: that of the last layer; the scores are what it is applied to.
    """

    def __init__(self, model: Any, parameters: Sequence[Parameter]) -> None:
        self._inputs, self._calls, self._output = model.inputs, model.calls, model.output
        self._places: dict[Any, slice] = {}
        self._functions: dict[Any, Any] = {}
        start, held = 0, set(parameters)
        for layer in model.layers:
            end = start + len(held.intersection(layer.parameters()))
            self._places[layer] = slice(start, end)
            start = end
        last = self._output.layer
        self.activation = getattr(last, "activation", activations.linear)

    def forward(
        self, data: Any, x: Any, *, is_training: bool = False
    ) -> tuple[Any, dict[Any, Any]]:
        """Return the scores of a batch, and what `backward` needs: every layer's numbers."""
        known: dict[Any, Any] = {}
        start = 0
        for tensor in self._inputs:
            known[tensor] = x[:, start : start + tensor.size]
            start += tensor.size
        for call in self._calls:
            sources = [known[source] for source in call.sources]
            count = call.layer.noise_size(call.size) if start < x.shape[1] else 0
            if count:
                known[call, "slopes"] = x[:, start : start + count]
                known[call] = sources[0] * known[call, "slopes"]
                start += count
            elif isinstance(call.layer, BatchNormalization):
                known[call] = self._normalize(call, data, sources[0], known, is_training)
            else:
                known[call] = self._compute(call, data, sources, known)
        return known[self._output], known

    def _compute(
        self, call: LayerOutput, data: Any, sources: Sequence[Any], known: dict[Any, Any]
    ) -> Any:
        import numpy as np  # noqa: PLC0415  # without it, there are no matrices

        layer, numbers = call.layer, sources[0]
        if isinstance(layer, Dense):
            kernel, bias = self._block(layer, data)
            numbers = product(numbers, kernel.T)
            if bias is not None:
                numbers += bias
        elif isinstance(layer, Add):
            return sum(sources[1:], numbers)
        elif isinstance(layer, Concatenate):
            return np.concatenate(sources, axis=1)
        function = self._function(call)
        if function is None:
            return numbers
        values, slopes = function.value_and_grad(np.ascontiguousarray(numbers).ravel())
        known[call, "slopes"] = slopes.reshape(numbers.shape)
        return values.reshape(numbers.shape)

    def _normalize(
        self, call: LayerOutput, data: Any, x: Any, known: dict[Any, Any], is_training: bool
    ) -> Any:
        """What BatchNormalization makes of a batch; see its `forward_batch`."""
        import numpy as np  # noqa: PLC0415  # without it, there are no matrices

        layer: Any = call.layer
        numbers = self._rows_by_name(layer, data)
        if is_training:
            mean = x.mean(axis=0)
            normal = x - mean
            variance = (normal**2).mean(axis=0)
            known[call, "moments"] = mean, variance
        else:
            variance = numbers["moving_variance"]
            normal = x - numbers["moving_mean"]
        deviation = np.sqrt(variance + layer.epsilon)
        normal /= deviation
        known[call, "normal"] = normal, deviation
        return normal * numbers.get("gamma", 1.0) + numbers.get("beta", 0.0)

    def follow(self, known: dict[Any, Any]) -> None:
        """Let moving averages follow the batch that `forward` was given."""
        for call in self._calls:
            if (call, "moments") in known:
                layer: Any = call.layer
                layer.follow(*(numbers.tolist() for numbers in known[call, "moments"]))

    def _denormalize(
        self, call: LayerOutput, data: Any, grads: Any, known: dict[Any, Any], slope: Any, *,
        is_first: bool,
    ) -> Any:  # fmt: skip
        """Put slopes by gamma and beta into `grads`; return those by the layer's inputs.

        An input x moves its own output, and the batch's mean and variance: with n for normal, the
        slope by x is (gamma * slope - its mean - n * the mean of n * gamma * slope) / deviation.
        """
        normal, deviation = known[call, "normal"]
        own = {"gamma": slope * normal, "beta": slope}
        for name, numbers in self._rows_by_name(call.layer, grads).items():
            numbers[:] = own[name].sum(axis=0) + (0.0 if is_first else numbers)
        slope = slope * self._rows_by_name(call.layer, data).get("gamma", 1.0)
        turned = normal * (normal * slope).mean(axis=0)
        return (slope - slope.mean(axis=0) - turned) / deviation

    def _rows_by_name(self, layer: Any, numbers: Any) -> dict[str, Any]:
        """A layer's part of all parameters' numbers, by the names of its variables."""
        rows = numbers[self._places[layer]].reshape(-1, layer.input_size)
        return dict(zip((variable.name for variable in layer.variables()), rows, strict=False))

    def backward(self, data: Any, grads: Any, known: dict[Any, Any], slopes: Any) -> None:
        """Put into `grads` the slopes by the parameters, given those by the scores."""
        seen: set[Any] = set()
        by: dict[Tensor, Any] = {self._output: slopes}
        for call in reversed(self._calls):
            slope = by.pop(call)
            if (call, "slopes") in known:
                slope = slope * known[call, "slopes"]
            if isinstance(call.layer, Dense):
                self._put_slopes(call, grads, known, slope, is_first=call.layer not in seen)
            elif isinstance(call.layer, BatchNormalization):
                first = call.layer not in seen
                slope = self._denormalize(call, data, grads, known, slope, is_first=first)
            seen.add(call.layer)
            for source, part in self._parts(call, data, slope):
                by[source] = by[source] + part if source in by else part

    def _put_slopes(
        self, call: LayerOutput, grads: Any, known: dict[Any, Any], slope: Any, *, is_first: bool
    ) -> None:
        """Put the slopes by a layer's weights into `grads`; of a layer called again, add them."""
        kernel, bias = self._block(call.layer, grads)
        if is_first:
            product(slope.T, known[call.sources[0]], out=kernel)
        else:
            kernel += product(slope.T, known[call.sources[0]])
        if bias is not None:
            slope = slope.sum(axis=0)
            bias[:] = slope if is_first else bias + slope

    def _parts(self, call: LayerOutput, data: Any, slope: Any) -> list[tuple[Tensor, Any]]:
        """The slopes by the numbers that a layer was called on, where layers computed these."""
        computed = [source for source in call.sources if isinstance(source, LayerOutput)]
        if isinstance(call.layer, Dense):
            kernel, _ = self._block(call.layer, data)
            return [(source, product(slope, kernel)) for source in computed]
        if not isinstance(call.layer, Concatenate) or isinstance(call.layer, Add):
            return [(source, slope) for source in computed]
        parts: list[tuple[Tensor, Any]] = []
        start = 0
        for source in call.sources:
            if isinstance(source, LayerOutput):
                parts.append((source, slope[:, start : start + source.size]))
            start += source.size
        return parts

    def _block(self, layer: Any, numbers: Any) -> tuple[Any, Any]:
        """A layer's part of all parameters' numbers: its kernel, a row a neuron, and biases."""
        block = numbers[self._places[layer]].reshape(layer.units, -1)
        return (block[:, :-1], block[:, -1]) if layer.use_bias else (block, None)

    def _function(self, call: LayerOutput) -> Any:
        """What is applied to each number, compiled; None if nothing is, or the loss applies it."""
        layer: Any = call.layer
        if isinstance(layer, LeakyReLU):
            applied: Any = layer
        else:
            applied = getattr(layer, "activation", activations.linear)
            if call is self._output or applied is activations.linear:
                return None
        if applied not in self._functions:
            function = applied
            if applied is layer:
                function = lambda z: layer.forward([[z]])[0]  # noqa: E731  # the layer's own formula
            self._functions[applied] = autograd.compile(function, batch=0)
        return self._functions[applied]

    def outputs_of(self, scores: Any) -> Any:
        """Return the outputs of a batch, given its scores."""
        if self.activation is activations.linear:
            return scores
        if None not in self._functions:
            self._functions[None] = autograd.compile(
                lambda row: outputs_of(self.activation, row), batch=0
            )
        return self._functions[None](scores)


class MatrixStep:
    """A step of training on matrices, to be called as what `autograd.compile_step` makes.

    Attributes:
        backend: the back end of what is compiled.
    """

    def __init__(self, matrices: Matrices, loss: Loss, update: _Update) -> None:
        def of_scores(y: list[Any], scores: list[Any]) -> Any:
            return loss.sample(y, outputs_of(matrices.activation, scores))

        self._matrices = matrices
        self._loss = autograd.compile(of_scores, 1, batch=(0, 1), reduce="mean")
        self._update = autograd.compile_update(update)
        self.backend = self._update.backend

    def prepare(self, data: Any, grads: Any, memory: Any, settings: Any, x: Any, y: Any) -> None:
        """Record and compile what a step needs, without doing one."""
        self._run(data.copy(), grads.copy(), memory.copy(), settings, x, y)

    def __call__(
        self, data: Any, grads: Any, memory: Any, settings: Any, x: Any, y: Any
    ) -> tuple[float, Any]:
        """Do one step: change the first three in place; return the mean loss and the outputs."""
        value, outputs, known = self._run(data, grads, memory, settings, x, y)
        self._matrices.follow(known)
        return value, outputs

    def _run(
        self, data: Any, grads: Any, memory: Any, settings: Any, x: Any, y: Any
    ) -> tuple[float, Any, dict[Any, Any]]:
        """A step that leaves moving averages as they are."""
        scores, known = self._matrices.forward(data, x, is_training=True)
        value, slopes = self._loss.value_and_grad(y, scores)
        outputs = self._matrices.outputs_of(scores)
        self._matrices.backward(data, grads, known, slopes)
        self._update(data, grads, memory, settings)
        return value, outputs, known


def product(a: Any, b: Any, out: Any = None) -> Any:
    """Return the product of two matrices, put into `out` if it is given: a large one in parts."""
    import numpy as np  # noqa: PLC0415  # without it, there are no matrices

    (rows, inner), columns = a.shape, b.shape[1]
    out = np.empty((rows, columns)) if out is None else out
    longest = max(rows, inner, columns)
    step = -(-longest // -(-rows * inner * columns // UNTHREADED))  # parts of one size
    for i in range(0, longest, step):
        part = slice(i, i + step)
        if longest == columns:
            np.matmul(a, b[:, part], out=out[:, part])
        elif longest == rows:
            np.matmul(a[part], b, out=out[part])
        elif i == 0:
            np.matmul(a[:, part], b[part], out=out)
        else:
            out += a[:, part] @ b[part]
    return out


def matrices_of(model: Trainable, parameters: Sequence[Parameter]) -> Matrices | None:
    """Return a network as matrices; None if another way is faster, or some layer has none."""
    layers: Sequence[Any] = getattr(model, "layers", ())
    held = [parameter for layer in layers for parameter in layer.parameters()]
    moving = set(model.moving_parameters())
    if (
        (len(held) < WORTH_MATRICES and not moving)
        or list(parameters) not in (held, [p for p in held if p not in moving])
        or len(model.outputs) != 1  # type: ignore[attr-defined]  # a model of nn.models
        or not all(map(_is_plain, layers))
        or any(layer.activation is autograd.softmax for layer in _inside(model))
        or autograd.compile(abs, batch=0).backend == "python"
    ):
        return None
    return Matrices(model, parameters)


def _is_plain(layer: Any) -> bool:
    """Whether a layer does no more than `Matrices` knows."""
    others = [value for name, value in layer.config().items() if name not in _SETTINGS]
    return type(layer) in _KINDS and all(value in (None, True) for value in others)


def _inside(model: Any) -> list[Any]:
    """The layers with an activation that is not the network's last."""
    return [
        call.layer
        for call in model.calls
        if call is not model.output and hasattr(call.layer, "activation")
    ]
