"""What goes wrong in a training: looked for on the way, and said once, with what to try."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from operator import attrgetter
from statistics import fmean, pstdev
from typing import Any

import autograd
from autograd import Parameter, detect_anomaly, topological_order
from autograd.languages import marked, words
from autograd.notation import show_number
from autograd.options import warn
from nn.data import Rows
from nn.losses import LOSSES

FLAT = 1e-6
"""A smaller slope lets no gradient through: that of a dead `relu`, or of `sigmoid` beyond 14."""

HARDLY, MOST = 1e-2, 0.8
"""A layer is stuck where a share of at least `MOST` of its units and samples has a slope of at most
`HARDLY`."""

LEARNED = 0.95
"""Predictions with a larger share of the loss of one number for all samples have not learned."""

WORSE, RESTLESS = 1.2, 0.25
"""A training got worse if its loss is more than `WORSE` times that of one number for all samples,
and did not fall in at least the share `RESTLESS` of the later epochs."""

FALLS = 1.0 - 1e-6
"""A loss falls where it is less than this share of the loss before."""

OFF_CENTRE = 5.0
"""If a column's mean is more than so many standard deviations, one weight undoes the others."""

SEVERAL = 5
"""If the later half of a training has fewer epochs, they do not show whether a loss falls."""

LARGE = 10.0
"""Inputs beyond this saturate units by themselves, with the usual weights."""

REMEDY = marked(
    "Begin anew with a smaller learning rate, or inputs as (x - mean) / standard deviation"
)


class Watch:
    """A follower of one training, which changes nothing of it."""

    params: dict[str, Any]

    def __init__(self, model: Any, inputs: Rows, targets: Rows) -> None:
        self._model, self._inputs, self._targets = model, inputs, targets
        self._is_enough = len(inputs) > 2  # to show how large a column is, or that a unit is dead
        self._epoch, self.is_lost = 1, False
        self._losses: list[float] = []
        self._has_warned = False
        names = ((p, p.label.partition(".neuron")) for p in model.parameters())
        self._layers = {parameter: layer for parameter, (layer, is_one, _) in names if is_one}

    def on_train_begin(self) -> None:
        """Look at how large the columns of the inputs are, and at the layers as they are now."""
        rows = [] if self._scales_inputs() else self._inputs
        columns = enumerate(zip(*rows, strict=True), start=1)
        sizes = sorted((max(map(abs, x)), f"x{i}") for i, x in columns if any(x)) or [(1.0, "")]
        (least, _), (most, _) = ends = sizes[0], sizes[-1]
        self._goes = list(dict.fromkeys((name, show_number(float(size))) for size, name in ends))
        is_unscaled = most >= 1000 or (most > 100 * least and self._is_enough)
        if is_unscaled:
            self._warn(self._unscaled(), UserWarning)
        self._is_large = most > LARGE
        self._flat = self._flat_layers() if self._is_enough else None
        self._stuck = self._stuck_layers() if self._is_enough and not is_unscaled else set()
        self._numbers = [parameter.data for parameter in self._model.parameters()]

    @staticmethod
    def is_due(done: int) -> bool:
        """Return whether the layers are looked at after so many epochs: after a power of 4."""
        return done & (done - 1) == 0 and done.bit_length() % 2 == 1

    def on_epoch_end(self, epoch: int, logs: Any) -> None:
        """Look at the layers after epochs 1, 4, 16, 64 and so on, and after the last."""
        self._losses.append(logs["loss"])
        done, self._epoch = epoch + 1, epoch + 2
        is_last = done == self.params["epochs"]
        if self.is_lost or self._flat is None or not (self.is_due(done) or is_last):
            return
        if self._stuck and (done > 1 or is_last):
            self._stuck &= self._stuck_layers()
            if self._stuck and not self._predicts():
                self._flat = None  # it is said once
                advice = self._large() or words("begin with smaller weights and biases")
                self._warn(
                    words(
                        "after epoch {epoch}, the units of {layers} are saturated or dead on nearly"
                        " every sample, as they were at the beginning, and one number for all"
                        " samples would predict as well: {advice}",
                        epoch=done,
                        layers=_listed(self._stuck),
                        advice=advice,
                    )
                )
                return
        flat = self._flat_layers()
        dead = flat & self._flat if done > 1 or is_last else None
        if dead and not self._predicts():
            self._flat = None
            self._warn(
                words(
                    "after epoch {epoch}, all units of {layers} are saturated or dead on every"
                    " sample, as they were at the beginning: no gradient passes through them; begin"
                    " with other weights, and with biases of 0",
                    epoch=done,
                    layers=_listed(dead),
                )
            )
            return
        if names := flat - self._flat:
            self._flat = None
            self._warn(
                words(
                    "after epoch {epoch}, all units of {layers} are saturated or dead on every"
                    " sample: no gradient passes through them. {advice}",
                    epoch=done,
                    layers=_listed(names),
                    advice=words(REMEDY),
                )
            )

    def on_train_end(self, _logs: Any = None) -> None:
        """Look at whether the loss went anywhere, if nothing has been said yet."""
        if self.is_lost or self._has_warned or not self._losses or not self._is_known_loss():
            return
        later = self._losses[len(self._losses) // 2 - 1 :]
        loss, known, samples = self._losses[-1], self._loss_of_one_number(), self._samples()
        if loss <= known:
            return
        now = self._loss(samples, [self._model(self._inputs[i]) for i in samples])
        if self._model.noise_size():  # to warn of labels that are clipped with noise alone
            self._loss(samples, self._model.rehearsed([self._inputs[i] for i in samples]))
        numbers = {"epoch": len(self._losses), "known": show_number(known, 3)}
        advice = self._off_centre() or self._large() or lowered(words(REMEDY))
        if len(later) < SEVERAL:  # too few to see whether it falls
            before = self._loss_before(samples) if self._is_enough and now > WORSE * known else now
            if now > WORSE * before:
                self._warn(
                    words(
                        "after epoch {epoch}, the loss is {loss}, where it was {before} before the"
                        " training, and one number for all samples has {known}: {advice}",
                        loss=show_number(now, 3),
                        before=show_number(before, 3),
                        advice=advice,
                        **numbers,
                    )
                )
            return
        stays = sum(after >= FALLS * before for before, after in itertools.pairwise(later))
        is_restless, far = stays >= RESTLESS * (len(later) - 1), self._off_centre()
        if loss > WORSE * known and (is_restless or far):
            said = {"loss": show_number(loss, 3), "advice": advice, **numbers}
            self._warn(
                words(
                    "after epoch {epoch}, the loss is {loss} and does not go on falling, where one"
                    " number for all samples has {known}: {advice}",
                    **said,
                )
                if is_restless
                else words(
                    "after epoch {epoch}, the loss is {loss}, where one number for all samples has"
                    " {known}: {advice}",
                    **said,
                )
            )

    def _scales_inputs(self) -> bool:
        """Whether the first layers bring columns to one scale, or look numbers up in a table."""
        inputs = set(getattr(self._model, "inputs", ()))
        calls = getattr(self._model, "calls", ())
        first = [call.layer for call in calls if inputs.intersection(call.sources)]
        return bool(first) and all(layer.takes_any_scale for layer in first)

    def _off_centre(self) -> str:
        """What to do about a column that is far from 0 for its spread; "" if there is none."""
        if self._scales_inputs():
            return ""
        for i, column in enumerate(zip(*self._inputs, strict=True), start=1):
            mean, deviation = fmean(column), pstdev(column)
            if 0.0 < OFF_CENTRE * deviation < abs(mean) and max(map(abs, column)) > LARGE:
                return words(
                    "x{number} is about {mean} +- {deviation}, so give (x - mean) / standard"
                    " deviation",
                    number=i,
                    mean=show_number(mean, 3),
                    deviation=show_number(deviation, 2),
                )
        return ""

    def _unscaled(self) -> str:
        """What is said of columns of very different size."""
        places = [{"name": name, "size": size} for name, size in self._goes]
        if len(places) == 1:
            return words(
                "the inputs are not scaled: {name} goes up to {size}, and no learning rate suits"
                " all weights; give (x - mean) / standard deviation",
                **places[0],
            )
        return words(
            "the inputs are not scaled: {name} goes up to {size} and {other} goes up to {most},"
            " and no learning rate suits all weights; give (x - mean) / standard deviation",
            **places[0],
            other=places[1]["name"],
            most=places[1]["size"],
        )

    def _large(self) -> str:
        """What to do about inputs that are large; "" if they are not."""
        if not self._is_large:
            return ""
        name, size = self._goes[-1]
        return words(
            "{name} goes up to {size}, so give (x - mean) / standard deviation",
            name=name,
            size=size,
        )

    def _warn(self, message: str, category: type[Warning] = RuntimeWarning) -> None:
        self._has_warned = True
        warn(message, category)

    def _is_known_loss(self) -> bool:
        """Whether the loss is one of ours: a user's may take other things than numbers."""
        return type(self._model.loss) in LOSSES.values()

    def _loss(self, samples: Iterable[int], outputs: Any) -> float:
        """The loss of some samples, by their outputs; it warns of clipped labels."""
        return float(self._model.batch_loss([self._targets[i] for i in samples], outputs).data)

    def _loss_before(self, samples: Iterable[int]) -> float:
        """The loss of some samples as the model was when the training began."""
        with suppress(TypeError):  # as in `lost`
            return self._loss(samples, self._outputs(samples, self._numbers))
        return math.inf

    def _loss_of_one_number(self) -> float:
        """The loss if the mean of the targets is predicted for all samples.

        Of scores it is that of 0: all classes are as likely.
        """
        loss = self._model.loss
        columns = zip(*self._targets, strict=True)
        means = [0.0 if getattr(loss, "from_logits", False) else fmean(x) for x in columns]
        return float(loss.of_rows(self._targets, [means] * len(self._targets)))

    def _flat_layers(self) -> set[str]:
        """The layers before the output in which no unit has a slope on any of the samples."""
        return self._layers_without_slope(1.0, lambda slope, _: not abs(slope) <= FLAT)

    def _stuck_layers(self) -> set[str]:
        """The layers before the output whose units have hardly a slope on nearly all samples.

        Where the inputs are not large, a unit that `relu` leaves out is not stuck: the scale of the
        inputs is no cause of that.
        """
        return self._layers_without_slope(
            MOST, lambda slope, op: not abs(slope) <= HARDLY or (op.chooses and not self._is_large)
        )

    def _layers_without_slope(
        self, share: float, has_slope: Callable[[Any, Any], bool]
    ) -> set[str]:
        """The layers before the output where, over samples, at least this share has no slope."""
        most, samples = 1.0 - share, self._samples()
        sums: dict[str, float] = {}
        for i in samples:
            for layer, slopes in self._slopes(i).items():
                part = sum(has_slope(*slope) for slope in slopes) / len(slopes)
                sums[layer] = sums.get(layer, 0.0) + part / len(samples)
            if sums and min(sums.values()) > most:
                break
        return {layer for layer, total in sums.items() if total <= most}

    def _samples(self) -> range:
        """The places of at most 100 samples."""
        return range(0, len(self._inputs), len(self._inputs) // 100 + 1)

    def _slopes(self, sample: int) -> dict[str, list[tuple[float, Any]]]:
        """The slope of each unit before the output, by layer, and the operation that it is of."""
        outputs = set(self._model(self._inputs[sample]))
        layers: dict[Any, str] = {}
        found: dict[str, list[tuple[float, Any]]] = {}
        for node in filter(attrgetter("parents"), topological_order(autograd.sum(outputs))):
            layer = self._layers.get(node.parents[0])
            if layer is not None:  # a weighted sum, whose first parent is a weight
                layers[node] = layer
            elif node not in outputs:
                for parent, slope in zip(node.parents, node.partials, strict=True):
                    if parent in layers:
                        found.setdefault(layers[parent], []).append((slope, node.op))
        return found

    def _predicts(self) -> bool:
        """Whether predictions have a smaller loss than their mean has; yes if all targets agree."""
        samples = self._samples()
        targets = [self._targets[i] for i in samples]
        if all(target == targets[0] for target in targets):
            return True
        outputs = [self._model(self._inputs[i]) for i in samples]
        columns = zip(*outputs, strict=True)
        mean = [autograd.mean([autograd.Value(y.data) for y in column]) for column in columns]
        losses = [self._model.batch_loss(targets, y) for y in (outputs, [mean] * len(outputs))]
        return bool(losses[0].data < LEARNED * losses[1].data)

    def lost(self, loss: float, batch: int, steps: Sequence[Any]) -> None:
        """Say that the loss of a batch is nan or infinite, and which node is the first of such.

        The latest `steps`, each its samples and the parameters' numbers before it, are done again.
        """
        self.is_lost, cause = True, ""
        sentences = (marked("In the batch before it, {error}."), marked("There, {error}."))
        for text, (samples, numbers) in zip(sentences[-len(steps) :], steps, strict=True):
            try:
                with detect_anomaly():
                    self._run(samples, numbers)
            except FloatingPointError as error:  # two steps at most
                said = str(error).replace(
                    "the error's node.parents", "in the error that detect_anomaly() raises"
                )
                cause = f" {words(text, error=said)}"
                break
            except TypeError:  # the model has parameters of its own, outside of neurons
                break
        place = {"epoch": self._epoch, "batch": batch + 1}
        said = words("the loss is {loss} in epoch {epoch}, batch {batch}.", loss=loss, **place)
        warn(f"{said}{cause} {words(REMEDY)}", RuntimeWarning)

    def _run(self, samples: Sequence[int], numbers: Sequence[float]) -> None:
        """Compute the loss of these samples and its gradients, with these numbers as parameters."""
        outputs = self._outputs(samples, numbers)
        self._model.batch_loss([self._targets[i] for i in samples], outputs).backward()

    def _outputs(self, samples: Iterable[int], numbers: Sequence[float]) -> list[Any]:
        """The outputs of some samples, with these numbers as parameters."""
        pairs = zip(numbers, self._model.parameters(), strict=True)
        parameters = [Parameter(number, parameter.label) for number, parameter in pairs]
        return [self._model.stateless_call(parameters, self._inputs[i]) for i in samples]


def _listed(layers: Iterable[str]) -> str:
    first, *others = sorted(layers)
    for other in others:
        first = words("{most} and {last}", most=first, last=other)
    return first


def lowered(sentence: str) -> str:
    """Return a sentence as a part of another one."""
    return sentence[:1].lower() + sentence[1:]
