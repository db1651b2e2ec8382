"""The page of a network's training: its units with their maps, its data, and its moments."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import autograd
from autograd.languages import words
from autograd.options import wrong_kind
from nn.data import Rows
from nn.losses import by_sample
from nn.models import Model
from nn.pictures.network import Circle, Network
from nn.pictures.network_drawing import draw_network
from nn.pictures.plane import around
from nn.training.record import Record

_BATCH = 32
_MOST_CIRCLES = 60  # of a still picture
_SHARES = {"sigmoid", "softmax"}
_REMEMBERED = {
    "SGD": ("velocity",),
    "RMSprop": ("mean of g²", "velocity"),
    "Adam": ("m", "v"),
    "AdamW": ("m", "v"),
}
"""What optimizers call the numbers that they keep for each parameter."""


@dataclasses.dataclass(frozen=True)
class Choice:
    """What a page's reader can choose from: data sets of points, and their noise.

    Attributes:
        make: `noise -> points and targets`, by the name of the data set.
        name: the one that the record is of.
        noise: its noise.
    """

    make: Mapping[str, Callable[[float], tuple[Rows, Sequence[float]]]]
    name: str
    noise: float

    def data(self) -> dict[str, Any]:
        """Return what the page needs to make each data set with any noise: see training.js."""
        found: dict[str, Any] = {}
        for name, make in self.make.items():
            (points, targets), (moved, _) = make(0.0), make(1.0)
            pairs = zip(points, moved, strict=True)
            shifts = [[b - a for a, b in zip(*pair, strict=True)] for pair in pairs]
            found[name] = {"x": points, "shifts": shifts, "y": targets}
        every = [point for set_of_points in found.values() for point in set_of_points["x"]]
        own = {"choices": found, "choice": self.name, "noise": self.noise}
        return own | {"limits": around(every)}


def explore_training(
    record: Record, *, title: str = "", height: int = 820, choice: Choice | None = None
) -> autograd.Page:
    """Return the page of a training that was recorded; see `nn.explore`."""
    model = record.model
    if not isinstance(model, Model):
        raise wrong_kind("a record of a Sequential or a Model", model)
    loss = by_sample(model.loss)
    if model.noise_size():
        raise TypeError("expected a model without layers that draw by chance, such as Dropout")
    if model.moving_parameters():
        raise TypeError(
            "expected a model without BatchNormalization: the page trains sample by sample, and"
            " that layer takes a whole batch"
        )
    network = Network(model)
    units = [circle for circle in network.circles() if circle.kind != "input"]

    def sample(parameters: Sequence[Any], x: Sequence[Any], y: Sequence[Any]) -> Any:
        return model.with_parameters(parameters, run, x, y)

    def run(x: Sequence[Any], y: Sequence[Any]) -> list[Any]:
        network.compute(x)
        outputs = [circle.output for circle in network.outputs]
        penalties: Any = sum(model.penalties())
        return [loss.sample(y, outputs) + penalties, *(unit.output for unit in units)]

    def update(
        data: Any, gradient: Any, memory: list[Any], settings: Sequence[Any]
    ) -> tuple[Any, list[Any]]:
        optimizer = copy.copy(model.optimizer)
        rate, optimizer.iterations = settings
        return optimizer.moved(data, gradient, rate, memory), memory

    return autograd.training_page(
        sample,
        update,
        _data(record, network, units) | ({} if choice is None else choice.data()),
        title=title or words("{model}: its training, moment by moment", model=type(model).__name__),
        height=height,
        still=still_of(model, (True,), _MOST_CIRCLES),
    )


def still_of(model: Any, slides: Sequence[bool], most: int, *x: Any, **look: Any) -> str:
    """Return the DOT text of the network's picture; "" if it is too large for one.

    Args:
        model: as for `draw_network`.
        slides: whether to fit it to a slide: the first of these that can be drawn.
        most: how many circles are drawn at the most that does not fit a slide.
        x: as for `draw_network`.
        look: as for `draw_network`.
    """
    for slide in slides:
        with suppress(ValueError):
            return draw_network(model, *x, slide=slide, max_neurons=most, **look).source
    return ""


def _data(record: Record, network: Network, units: Sequence[Circle]) -> dict[str, Any]:
    """What the page shows; see training.js."""
    model = record.model
    parameters = model.parameters()
    trained = set(model.trainable_parameters())
    index = {parameter: i for i, parameter in enumerate(parameters)}
    circles = [*network.circles()]
    number = {circle: i for i, circle in enumerate(circles)}
    inputs = network.inputs()
    names = _names(network)
    moments = record.moments or [record.now()]
    targets = [[float(y) for y in row] for row in model.loss.targets(record.y)]
    optimizer = model.optimizer
    validation = [(m.epoch, m.logs["val_loss"]) for m in moments if "val_loss" in m.logs]
    return {
        "columns": [
            [
                {
                    "circle": number[circle],
                    "name": names[circle],
                    "text": "" if circle.kind == "input" else circle.text,
                    "input": inputs.index(circle) if circle.kind == "input" else None,
                    "place": None if circle.kind == "input" else units.index(circle),
                    "bias": None if circle.bias is None else index[circle.bias],
                    "isShare": circle.text in _SHARES,
                }
                for circle in group.circles
            ]
            for group in network.groups
        ],
        "lines": [
            [number[source], number[circle], None if weight is None else index[weight]]
            for circle in circles
            for source, weight in circle.arrows
        ],
        "outputs": [number[circle] for circle in network.outputs],
        "names": [p.label or f"p{i + 1}" for i, p in enumerate(parameters)],
        "fixed": [i for i, parameter in enumerate(parameters) if parameter not in trained],
        "inputs": [circle.text for circle in inputs],
        "x": [[float(x) for x in row] for row in record.x],
        "y": targets,
        "classes": _classes(targets),
        "limits": around(record.x) if len(inputs) == 2 else None,
        "moments": [
            {key: v for key, v in dataclasses.asdict(m).items() if key != "logs"} for m in moments
        ],
        "validation": validation or None,
        "memorySize": optimizer.memory_size,
        "memoryNames": _REMEMBERED.get(type(optimizer).__name__, ()),
        "optimizer": type(optimizer).__name__,
        "loss": type(model.loss).__name__,
        "rate": float(optimizer.current_rate()),
        "batchSize": min(_BATCH, len(record.x)),
        "shuffle": False,
    }


def _names(network: Network) -> dict[Circle, str]:
    """What the page calls each circle: x1; h1, of several hidden layers h1.2; output."""
    computed = [group for group in network.groups if group.compute is not None]
    hidden = [group for group in computed if not set(group.circles) & set(network.outputs)]
    names: dict[Circle, str] = {}
    for group in network.groups:
        for i, circle in enumerate(group.circles, start=1):
            if group.compute is None:
                names[circle] = circle.text
            elif group in hidden:
                place = "" if len(hidden) == 1 else f"{hidden.index(group) + 1}."
                names[circle] = f"h{place}{i}"
            else:
                names[circle] = "output" if len(network.outputs) == 1 else f"output {i}"
    return names


def _classes(targets: Rows) -> list[int]:
    """The class of each sample, for its color: of numbers that are no classes, low or high."""
    if len(targets[0]) > 1:
        return [row.index(max(row)) for row in targets]
    numbers = [row[0] for row in targets]
    if all(number in range(8) for number in numbers):
        return [int(number) for number in numbers]
    middle = (min(numbers) + max(numbers)) / 2
    return [int(number > middle) for number in numbers]
