"""Metrics against counting by hand: answers of each kind, the area under the curve, batches."""

import math
from typing import Any

import numpy as np
import pytest

from nn import losses, metrics
from nn.metrics import METRICS

# Two outputs, so eight answers; at a threshold of 0.5 a prediction of 0.5 answers 0.
Y = [[1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [1.0, 0.0]]
P = [[0.9, 0.6], [0.5, 0.7], [0.2, 0.8], [0.4, 0.5]]


@pytest.mark.parametrize(
    ("name", "expected", "at_three_quarters"),
    [
        ("true_positives", 2.0, 1.0),  # 0.9, 0.7; then 0.9 alone
        ("false_positives", 2.0, 1.0),  # 0.6, 0.8; then 0.8 alone
        ("true_negatives", 2.0, 3.0),
        ("false_negatives", 2.0, 3.0),
        ("precision", 2 / 4, 1 / 2),
        ("recall", 2 / 4, 1 / 4),
    ],
)
def test_answers_are_counted_each_output_by_itself_over_all_batches(
    name: str, expected: float, at_three_quarters: float
) -> None:
    for threshold, wanted in ((None, expected), (0.75, at_three_quarters)):
        metric: Any = METRICS[name](threshold)
        metric.update_state(Y[:1], P[:1])
        metric.update_state(np.array(Y[1:]), np.array(P[1:]))
        assert metric.result() == wanted
        metric.reset_state()
        assert metric.result() == 0.0


def test_precision_and_recall_differ_where_answers_and_targets_of_1_do() -> None:
    y, p = [1.0, 1.0, 1.0, 0.0, 0.0], [0.9, 0.1, 0.1, 0.8, 0.1]
    assert metrics.Precision()(y, p) == 1 / 2
    assert metrics.Recall()(y, p) == 1 / 3
    assert metrics.Precision()([1.0], [0.1]) == 0.0  # no answer of 1
    assert metrics.Recall()([0.0], [0.9]) == 0.0  # no target of 1


@pytest.mark.parametrize("kind", [list, np.array])
def test_binary_accuracy_is_the_share_of_outputs_and_accuracy_that_of_samples(kind: Any) -> None:
    y, p = kind([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]), kind([[0.9, 0.2], [0.5, 0.7], [0.4, 0.3]])
    assert metrics.BinaryAccuracy()(y, p) == 4 / 6  # 0.5 and 0.3 answer 0
    assert metrics.Accuracy()(y, p) == 1 / 3  # the first; of equal targets the first counts


@pytest.mark.parametrize("classes", [[2, 0, 1], [[2], [0], [1]], np.array([2, 0, 1])])
def test_classes_as_numbers_are_the_places_of_the_largest_predictions(classes: Any) -> None:
    p = [[0.1, 0.2, 0.7], [0.3, 0.4, 0.3], [0.1, 0.8, 0.1]]
    for predictions in (p, np.array(p)):
        assert metrics.SparseCategoricalAccuracy()(classes, predictions) == 2 / 3
        one_hot = np.eye(3)[[2, 0, 1]]
        assert metrics.SparseCategoricalAccuracy()(one_hot, predictions) == 2 / 3
        assert metrics.CategoricalAccuracy()(one_hot, predictions) == 2 / 3


def test_classes_as_numbers_of_one_output_are_0_and_1() -> None:
    for kind in (list, np.array):
        metric = metrics.SparseCategoricalAccuracy()
        assert metric(kind([[1.0], [0.0]]), kind([[0.7], [0.8]])) == 0.5


def share_of_pairs_in_order(negatives: list[float], positives: list[float]) -> float:
    """Return how many positives are above a negative, of all pairs; equal ones count half."""
    pairs = [(n, p) for n in negatives for p in positives]
    return sum(1.0 if p > n else 0.5 if p == n else 0.0 for n, p in pairs) / len(pairs)


@pytest.mark.parametrize(
    ("negatives", "positives"),
    [
        ([0.1, 0.4, 0.35], [0.8, 0.38, 0.9, 0.05]),
        ([0.0, 0.5], [0.5, 1.0]),
        ([0.0], [0.0]),
        ([1.0], [1.0]),
        ([1.0, 0.9], [0.0, 0.1]),
    ],
)
def test_the_area_under_the_curve_is_the_share_of_pairs_in_order(
    negatives: list[float], positives: list[float]
) -> None:
    y = [0.0] * len(negatives) + [1.0] * len(positives)
    expected = pytest.approx(share_of_pairs_in_order(negatives, positives))
    metric = metrics.AUC()
    assert metric(y, [*negatives, *positives]) == expected
    halves = metrics.AUC()
    halves.update_state(y[:1], [*negatives, *positives][:1])
    assert halves(y[1:], [*negatives, *positives][1:]) == expected


@pytest.mark.parametrize(
    ("negative", "positive", "expected"),
    [
        (0.3, 0.4, 0.5),  # both are above 0.25 and not above 0.5
        (0.25, 0.26, 1.0),
        (0.26, 0.25, 0.0),
        (0.0, 0.25, 0.5),
        (0.76, 1.0, 0.5),
        (0.75, 0.76, 1.0),
        (0.5, 0.51, 1.0),
    ],
)
def test_predictions_that_no_threshold_tells_apart_are_equal_to_the_area(
    negative: float, positive: float, expected: float
) -> None:
    assert metrics.AUC(5)([0.0, 1.0], [negative, positive]) == expected  # at 0, 1/4, 1/2, 3/4, 1


def test_the_area_of_one_class_alone_is_0_and_that_of_no_probability_is_refused() -> None:
    assert metrics.AUC()([1.0, 1.0], [0.2, 0.7]) == metrics.AUC()([0.0], [0.2]) == 0.0
    for p in (-0.001, 1.001):
        with pytest.raises(ValueError, match="AUC expected predictions from 0 to 1, received"):
            metrics.AUC()([1.0], [p])


@pytest.mark.parametrize(("count", "gap"), [(2, 0.9), (200, 0.004)])
def test_thresholds_are_as_many_as_asked_for_and_200_if_not(count: int, gap: float) -> None:
    metric = metrics.AUC() if count == 200 else metrics.AUC(count)
    # Just above a threshold and just below the next one, two are equal; from 1/199 on, they differ.
    assert metric([0.0, 1.0], [0.0051, 0.0051 + gap]) == 0.5
    assert metrics.AUC(201)([0.0, 1.0], [0.0, 0.00501]) == 1.0


@pytest.mark.parametrize(
    "function",
    [
        lambda y, p: abs(y - p),
        lambda y, p: abs(y - p).mean(axis=1),
        lambda y, p: abs(y - p).mean(axis=1).tolist(),
    ],
    ids=["for each number", "for each sample", "as a list"],
)
def test_what_a_function_of_ones_own_returns_is_averaged_over_the_samples(function: Any) -> None:
    metric = metrics.OfFunction(function, "own")
    metric.update_state([[0.0, 0.0]], [[1.0, 3.0]])
    assert metric([[0.0, 0.0], [1.0, 1.0]], [[2.0, 2.0], [1.0, 0.0]]) == (2.0 + 2.0 + 0.5) / 3


def test_one_number_of_a_function_of_ones_own_is_averaged_over_the_batches() -> None:
    metric = metrics.OfFunction(lambda y, p: (y - p).max())
    metric.update_state([[3.0]], [[1.0]])
    assert metric([[5.0], [0.0], [0.0]], [[1.0], [0.0], [0.0]]) == (2.0 + 4.0) / 2
    assert metric.name == "<lambda>"


def test_one_of_several_outputs_is_measured_by_its_own_numbers() -> None:
    part = metrics.OfPart(metrics.METRICS["mae"](), "second", 1, 2)
    y, p = [[9.0, 1.0, 2.0, 9.0]], [[0.0, 2.0, 4.0, 0.0]]
    assert part(y, p) == 1.5
    part.reset_state()
    assert part.result() == 0.0
    assert part.name == "second"


def test_a_loss_as_a_metric_is_named_after_its_class_and_a_function_after_its_metric() -> None:
    name, metric = metrics.get(losses.Huber(0.5))
    assert (name, metric.name) == ("huber", "huber")
    assert metric([0.0], [2.0]) == 0.5 * (2.0 - 0.25)
    for function in (metrics.accuracy, metrics.mean_absolute_error):
        assert metrics.get(function)[0] == function.__name__


def test_the_root_is_that_of_the_mean_over_all_batches() -> None:
    metric = metrics.RootMeanSquaredError()
    metric.update_state([[0.0]], [[1.0]])
    assert metric([[0.0], [0.0]], [[2.0], [4.0]]) == math.sqrt((1 + 4 + 16) / 3)
    assert metrics.RootMeanSquaredError("mine").name == "mine"
    assert metric.name == "root_mean_squared_error"


def test_arrays_of_one_shape_are_measured_at_once_and_anything_else_row_by_row() -> None:
    class Own(metrics.Metric):
        def of_arrays(self, y_true: Any, _y_pred: Any) -> Any:
            return np.full(len(y_true), 10.0)

        def of_sample(self, _y_true: Any, _y_pred: Any) -> float:
            return 1.0

    y, p = np.zeros((2, 1)), np.zeros((2, 3))
    assert Own()(p, p) == 10.0
    for given in ((y, p), (p, y), (p.tolist(), p), (p, p.tolist()), (y[:, 0], y[:, 0])):
        assert Own()(*given) == 1.0


def test_an_accuracy_of_ones_own_is_asked_for_each_sample_of_arrays_too() -> None:
    class Generous(metrics.Accuracy):
        def of_sample(self, _y_true: Any, _y_pred: Any) -> float:
            return 1.0

    wrong = np.array([[1.0], [0.0]]), np.array([[0.1], [0.9]])
    assert metrics.Accuracy()(*wrong) == 0.0
    assert Generous()(*wrong) == 1.0
    assert metrics.Accuracy()(np.array([[1.0], [1.0], [0.0]]), np.array([[0.1], [0.9], [0.5]])) == (
        2 / 3
    )
