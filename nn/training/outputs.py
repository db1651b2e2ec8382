"""What compile and fit are told in several ways: losses of several outputs, weights, epochs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd.cleaning import quoted
from autograd.options import check_length, whole_number
from nn import losses, metrics
from nn.data import Rows, as_rows
from nn.metrics import Metric


def only(given: Any) -> Any:
    """Return the one thing of a list or a dictionary of one, or the thing itself."""
    if isinstance(given, Mapping) and len(given) == 1:
        return next(iter(given.values()))
    return given[0] if isinstance(given, (list, tuple)) and len(given) == 1 else given


def flat_list(given: Any) -> list[Any]:
    """Return metrics in one list: those of a dictionary or of a list in a list, too."""
    given = only(given) if isinstance(given, Mapping) else given
    if not isinstance(given, (list, tuple)):
        return [] if given is None else [given]
    try:
        return [x for part in given for x in (flat_list(part) if _is_list(part) else [part])]
    except RecursionError:
        raise ValueError("expected a list of metrics, received lists nested too deep") from None


def of_outputs(
    sizes: Mapping[str, int], loss: Any, loss_weights: Any, chosen: Any
) -> tuple[losses.Several | None, list[tuple[str, Metric]]]:
    """Return the loss of several outputs, and their metrics: the loss of each, then the others.

    Args:
        sizes: how many numbers each output has, by its name.
        loss: one loss for all, a list of losses or a dictionary of them.
        loss_weights: how much each counts, as a list or a dictionary; 1 if None.
        chosen: metrics: a list for all, a list of lists or a dictionary of such.

    Raises:
        ValueError: there are more or fewer than outputs, or a name is unknown.
        TypeError: a loss is a function of the user's own, which takes all outputs.
    """
    names = list(sizes)
    found: list[losses.Loss | None] = []
    for part in _by_name(loss, names, "losses"):
        own = None if part is None else losses.get(part)
        if own is not None and not isinstance(own, losses.Loss):
            raise TypeError(
                f"expected losses of nn.losses for several outputs, received {quoted(own)}"
            )
        found.append(own)
    weights = _by_name(1.0 if loss_weights is None else loss_weights, names, "loss_weights")
    weights = [1.0 if weight is None else float(weight) for weight in weights]
    measures: list[tuple[str, Metric]] = []
    ends = itertools.accumulate(sizes.values())
    places = [(end - size, size) for end, size in zip(ends, sizes.values(), strict=True)]
    for name, place, own in zip(names, places, found, strict=True):
        if own is not None:
            called = f"{name}_loss"
            measures.append((called, metrics.OfPart(metrics.get(own)[1], called, *place)))
    is_flat = isinstance(chosen, (list, tuple)) and not any(map(_is_list, chosen))
    parts = [chosen] * len(names) if is_flat else _by_name(chosen, names, "metrics")
    for name, place, part in zip(names, places, parts, strict=True):
        for metric in flat_list(part):
            called, own_metric = metrics.get(metric)
            called = f"{name}_{called}"
            measures.append((called, metrics.OfPart(own_metric, called, *place)))
    several = None if loss is None else losses.Several(found, list(sizes.values()), weights)
    return several, measures


def _by_name(given: Any, names: Sequence[str], what: str) -> list[Any]:
    """One thing for each output: of a dictionary, a list, or one for all."""
    if isinstance(given, Mapping):
        if unknown := [name for name in given if name not in names]:
            raise ValueError(
                f"unknown output in {what}: {quoted(unknown[0])} (must be one of {quoted(names)})"
            )
        return [given.get(name) for name in names]
    if isinstance(given, (list, tuple)):
        check_length(given, len(names), f"{what} for {{}} outputs")
        return list(given)
    return [given] * len(names)


def _is_list(thing: Any) -> bool:
    return isinstance(thing, (list, tuple))


def weights_of(
    targets: Rows, sample_weight: Any = None, class_weight: Mapping[int, float] | None = None
) -> list[float] | None:
    """Return how much each sample counts; None if all count alike.

    Args:
        targets: a row for each sample: one number, or one-hot.
        sample_weight: a number for each sample.
        class_weight: a number for each class.

    Raises:
        ValueError: there are more or fewer numbers than samples, or one is negative; or a class has
            no number.
        TypeError: `class_weight` is no dictionary.

    >>> weights_of([[0.0], [1.0]], class_weight={0: 1.0, 1: 3.0})
    [1.0, 3.0]
    """
    if sample_weight is None and class_weight is None:
        return None
    found = [1.0] * len(targets)
    if sample_weight is not None:
        found = [weight for (weight,) in as_rows(sample_weight, 1, "sample_weight")]
        check_length(found, len(targets), "{} numbers in sample_weight, one for each sample")
    if class_weight is not None:
        if not isinstance(class_weight, Mapping):
            raise TypeError(
                "expected class_weight as a dictionary of a weight for each class, such as {0: 1.0,"
                f" 1: 3.0}}, received {quoted(class_weight, 60)}"
            )
        for i, row in enumerate(targets):
            label = int(row[0]) if len(row) == 1 else max(range(len(row)), key=row.__getitem__)
            if label not in class_weight:
                raise ValueError(
                    f"expected a weight for each class, received {quoted(class_weight, 80)} for"
                    f" class {label}"
                )
            found[i] *= class_weight[label]
    if min(found) < 0:
        raise ValueError(f"expected weights of at least 0, received {quoted(min(found))}")
    return found


def epochs_measured(frequency: int | Sequence[int], epochs: int) -> Callable[[int], bool]:
    """Return a function that tells whether there is a validation after an epoch, counted from 0.

    Args:
        frequency: after how many epochs each time, or the epochs, counted from 1.
        epochs: how many epochs there are.

    >>> [epoch for epoch in range(6) if epochs_measured(2, 6)(epoch)]
    [1, 3, 5]
    """
    if isinstance(frequency, (list, tuple, set, range)):
        chosen = {whole_number("validation_freq", number, least=1) for number in frequency}
    else:
        every = whole_number("validation_freq", frequency, least=1)
        chosen = set(range(every, epochs + 1, every))
    return lambda epoch: epoch + 1 in chosen
