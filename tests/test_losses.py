"""Losses and metrics compared with formulas of the math module; one-hot targets."""

import itertools
import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import autograd
from autograd import Value
from nn import Dense, Sequential, losses, metrics, to_categorical
from nn.losses import (
    EPSILON,
    LOSSES,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Hinge,
    Loss,
    MeanSquaredError,
)
from nn.metrics import METRICS

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

Rows = Sequence[Sequence[float]]


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def softmax(zs: Sequence[float]) -> list[float]:
    return [math.exp(z) / math.fsum(map(math.exp, zs)) for z in zs]


def mean_of(one: Callable[[float, float], float]) -> Callable[[Rows, Rows], float]:
    """Return the mean, over all pairs, of a formula for one target and one prediction."""

    def mean(y_true: Rows, y_pred: Rows) -> float:
        pairs = list(zip(itertools.chain(*y_true), itertools.chain(*y_pred), strict=True))
        return math.fsum(one(y, p) for y, p in pairs) / len(pairs)

    return mean


def categorical(y_true: Rows, y_pred: Rows) -> float:
    shares = [[p / math.fsum(row) for p in row] for row in y_pred]  # as Keras takes them
    pairs = zip(itertools.chain(*y_true), itertools.chain(*shares), strict=True)
    return -math.fsum(y * math.log(p) for y, p in pairs) / len(y_true)


BITS = [[1, 0], [0, 0], [1, 1]]
CLASSES: Rows = [[0, 1, 0], [1, 0, 0], [0.2, 0.3, 0.5], [0, 1, 1]]  # the last row has two classes
CHANCES = [[0.9, 0.2], [0.5, 0.01], [0.4, 0.75]]
SHARES = [[0.1, 0.7, 0.2], [0.25, 0.5, 0.25], [0.6, 0.3, 0.1], [0.05, 0.05, 0.9]]
SCORES = [[2.0, -1.5], [0.0, 30.0], [-0.25, -7.0]]
SCORES_OF_CLASSES = [[5.0, 6.0, 7.0], [0.0, 0.0, 0.0], [-3.0, 1.0, 20.0], [1.5, -2.5, 0.5]]

binary = mean_of(lambda y, p: -(y * math.log(p) + (1 - y) * math.log(1 - p)))
CASES: dict[str, tuple[Loss, Rows, Rows, Callable[[Rows, Rows], float]]] = {
    "mean squared error": (MeanSquaredError(), BITS, SCORES, mean_of(lambda y, p: (p - y) ** 2)),
    "binary": (BinaryCrossentropy(), BITS, CHANCES, binary),
    "binary, between 0 and 1": (BinaryCrossentropy(), [[0.3, 0.9], [0.5, 1]], CHANCES[:2], binary),
    "binary from logits": (
        BinaryCrossentropy(from_logits=True),
        [[1, 0], [0.25, 1], [0, 1]],
        SCORES,
        lambda y, z: binary(y, [[sigmoid(score) for score in row] for row in z]),
    ),
    "categorical": (CategoricalCrossentropy(), CLASSES, SHARES, categorical),
    "categorical from logits": (
        CategoricalCrossentropy(from_logits=True),
        CLASSES,
        SCORES_OF_CLASSES,
        lambda y, z: categorical(y, [softmax(row) for row in z]),
    ),
    "categorical, not summing to 1": (
        CategoricalCrossentropy(),
        [[0, 1, 0], [1, 0, 0]],
        [[1.0, 1.0, 1.0], [0.2, 0.9, 0.4]],
        categorical,
    ),
    "categorical, smoothed": (
        CategoricalCrossentropy(label_smoothing=0.3),
        CLASSES[:2],
        SHARES[:2],
        lambda y, p: categorical([[0.7 * t + 0.1 for t in row] for row in y], p),
    ),
    "binary, smoothed": (
        BinaryCrossentropy(label_smoothing=0.2),
        BITS,
        CHANCES,
        lambda y, p: binary([[0.8 * t + 0.1 for t in row] for row in y], p),
    ),
    "sparse": (
        losses.SparseCategoricalCrossentropy(),
        [[1], [0], [2], [2]],
        SHARES,
        lambda y, p: categorical([[float(i == row[0]) for i in range(3)] for row in y], p),
    ),
    "absolute": (losses.MeanAbsoluteError(), BITS, SCORES, mean_of(lambda y, p: abs(p - y))),
    "percentage": (
        losses.MeanAbsolutePercentageError(),
        [[1, 2], [-4, 0.5], [1, 1]],
        SCORES,
        mean_of(lambda y, p: 100 * abs((p - y) / y)),
    ),
    "logarithmic": (
        losses.MeanSquaredLogarithmicError(),
        BITS,
        CHANCES,
        mean_of(lambda y, p: (math.log(1 + p) - math.log(1 + max(y, 1e-7))) ** 2),
    ),
    "huber": (
        losses.Huber(0.75),
        BITS,
        SCORES,
        mean_of(
            lambda y, p: (p - y) ** 2 / 2 if abs(p - y) < 0.75 else 0.75 * (abs(p - y) - 0.375)
        ),
    ),
    "log cosh": (losses.LogCosh(), BITS, SCORES, mean_of(lambda y, p: math.log(math.cosh(p - y)))),
    "poisson": (losses.Poisson(), BITS, CHANCES, mean_of(lambda y, p: p - y * math.log(p + 1e-7))),
    "divergence": (
        losses.KLDivergence(),
        [[0.3, 0.3, 0.4], [0.8, 0.1, 0.1]],
        SHARES[:2],
        lambda y, p: (
            math.fsum(
                a * math.log(a / b)
                for a, b in zip(itertools.chain(*y), itertools.chain(*p), strict=True)
            )
            / len(y)
        ),
    ),
    "squared hinge": (
        losses.SquaredHinge(),
        [[1, -1], [-1, -1], [1, 1]],
        SCORES,
        mean_of(lambda y, p: max(1 - y * p, 0.0) ** 2),
    ),
    "hinge": (
        Hinge(),
        [[1, -1], [-1, -1], [1, 1]],
        SCORES,
        mean_of(lambda y, p: max(1 - y * p, 0.0)),
    ),
}

every_case = pytest.mark.parametrize(
    ("loss", "y_true", "y_pred", "formula"), CASES.values(), ids=CASES
)


def test_every_loss_has_a_case_here() -> None:
    assert {type(loss) for loss, *_ in CASES.values()} == set(LOSSES.values())


# --------------------------------------------------------------------------- values


@every_case
def test_a_loss_is_its_formula(loss: Loss, y_true: Rows, y_pred: Rows, formula: Any) -> None:
    assert loss(y_true, y_pred) == pytest.approx(formula(y_true, y_pred), rel=1e-12)


@every_case
def test_a_loss_of_values_is_a_value_of_the_same_number(
    loss: Loss, y_true: Rows, y_pred: Rows, formula: Any
) -> None:
    value = loss(y_true, [[Value(p) for p in row] for row in y_pred])
    assert type(value) is Value
    assert value.data == pytest.approx(formula(y_true, y_pred), rel=1e-12)


@every_case
def test_gradient_of_a_loss_is_the_slope_of_its_formula(
    loss: Loss, y_true: Rows, y_pred: Rows, formula: Any
) -> None:
    inputs = [[Value(p) for p in row] for row in y_pred]
    loss(y_true, inputs).backward()
    h = 1e-6
    for i, row in enumerate(y_pred):
        for j, number in enumerate(row):
            ends = []
            for change in (h, -h):
                moved = [list(row) for row in y_pred]
                moved[i][j] = number + change
                ends.append(formula(y_true, moved))
            slope = (ends[0] - ends[1]) / (2 * h)
            assert inputs[i][j].grad == pytest.approx(slope, rel=1e-6, abs=1e-8)


@every_case
def test_a_loss_takes_numpy_arrays_and_tuples(
    loss: Loss, y_true: Rows, y_pred: Rows, formula: Any
) -> None:
    expected = pytest.approx(formula(y_true, y_pred), rel=1e-12)
    arrays: list[Any] = [np.array(y_true), np.array(y_pred)]
    assert loss(*arrays) == expected
    assert loss(tuple(map(tuple, y_true)), tuple(map(tuple, y_pred))) == expected


@every_case
def test_a_loss_is_the_mean_over_its_samples(
    loss: Loss, y_true: Rows, y_pred: Rows, formula: Any
) -> None:
    one_by_one = [formula([y], [p]) for y, p in zip(y_true, y_pred, strict=True)]
    assert loss(y_true, y_pred) == pytest.approx(sum(one_by_one) / len(one_by_one), rel=1e-12)
    assert loss(y_true[:1], y_pred[:1]) == pytest.approx(one_by_one[0], rel=1e-12)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [(MeanSquaredError(), 0.1), (BinaryCrossentropy(), -math.log(0.8 * 0.6) / 2), (Hinge(), 0.8)],
)
def test_targets_of_one_output_may_be_plain_numbers(loss: Loss, expected: float) -> None:
    y_pred = [0.8, 0.4]
    assert loss([1, 0], y_pred) == pytest.approx(expected)
    assert loss([[1], [0]], [[p] for p in y_pred]) == pytest.approx(expected)
    array: Any = np.array([1, 0])
    assert loss(array, [Value(p) for p in y_pred]).data == pytest.approx(expected)


def test_a_perfect_prediction_costs_nothing() -> None:
    assert MeanSquaredError()([1, 2], [1, 2]) == 0.0
    assert Hinge()([1, -1], [1.0, -1.0]) == 0.0
    assert BinaryCrossentropy()([1, 0], [1.0, 0.0]) == pytest.approx(EPSILON)
    assert CategoricalCrossentropy()([[0, 1]], [[0.0, 1.0]]) == pytest.approx(EPSILON)


def test_hinge_takes_targets_that_are_all_0_and_1_for_minus_1_and_1() -> None:
    y_pred = [0.25, -2.0, 3.0]
    assert Hinge()([1, 0, 0], y_pred) == Hinge()([1, -1, -1], y_pred) == pytest.approx(4.75 / 3)
    assert Hinge()([0, 0, 0], y_pred) == Hinge()([-1, -1, -1], y_pred)
    assert Hinge()([1, 1, 1], y_pred) == pytest.approx((0.75 + 3.0 + 0.0) / 3)


def test_hinge_takes_targets_as_they_are_where_one_is_neither_0_nor_1() -> None:
    assert Hinge()([0, -1], [5.0, 0.5]) == pytest.approx((1.0 + 1.5) / 2)


# ------------------------------------------------------------------------ stability


@pytest.mark.parametrize(
    ("y", "z", "expected"),
    [
        (1, 1000.0, 0.0),
        (0, 1000.0, 1000.0),
        (1, -1000.0, 1000.0),
        (0, -1000.0, 0.0),
        (1, 0.0, None),
    ],
)
def test_binary_crossentropy_from_logits_is_exact_for_scores_of_any_size(
    y: float, z: float, expected: float | None
) -> None:
    score = Value(z)
    loss = BinaryCrossentropy(from_logits=True)([y], [score])
    loss.backward()
    assert loss.data == (math.log(2) if expected is None else expected)
    assert score.grad == (0.0 if z > 0 else -1.0 if z < 0 else -0.5) + (1 - y)


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_a_flat_list_of_classes_is_one_sample(kind: Any) -> None:
    loss = CategoricalCrossentropy()
    assert loss(kind([0.5, 0.5]), kind([0.25, 0.75])) == pytest.approx(
        -(math.log(0.25) + math.log(0.75)) / 2, rel=1e-15
    )
    from_scores = CategoricalCrossentropy(from_logits=True)
    assert from_scores(kind([1.0, 0.0]), kind([0.0, 0.0])) == pytest.approx(math.log(2))
    assert BinaryCrossentropy()(kind([1.0, 0.0]), kind([0.5, 0.5])) == pytest.approx(math.log(2))


def test_a_flat_list_of_shares_is_computed_from_its_scores() -> None:
    z = [Value(-800.0), Value(800.0)]
    loss = CategoricalCrossentropy()([1.0, 0.0], autograd.softmax(z))
    loss.backward()
    assert (loss.data, z[0].grad, z[1].grad) == (1600.0, -1.0, 1.0)


@pytest.mark.parametrize("kind", sorted({*LOSSES.values()}, key=str))
@pytest.mark.parametrize("one", [float, np.float64, np.array, Value])
def test_a_number_alone_is_one_sample_of_one_output(kind: Any, one: Any) -> None:
    y = 0.0 if kind is losses.SparseCategoricalCrossentropy else 1.0  # the only class is 0
    expected = kind()([[y]], [[0.25]])
    for found in (kind()(y, one(0.25)), kind()([y], one(0.25))):
        assert (found.data if one is Value else found) == expected


@pytest.mark.parametrize("high", [1000.0, 1e300])
def test_categorical_crossentropy_from_logits_is_exact_for_scores_of_any_size(high: float) -> None:
    scores = [Value(high), Value(-high), Value(0.0)]
    loss = CategoricalCrossentropy(from_logits=True)
    assert [loss([one_hot], [scores]).data for one_hot in to_categorical([0, 1, 2])] == [
        0.0,
        2 * high,
        high,
    ]
    loss([[0, 1, 0]], [scores]).backward()
    assert [score.grad for score in scores] == [1.0, -1.0, 0.0]


def test_a_logit_that_ran_away_has_an_infinite_loss_and_not_nan() -> None:
    loss = BinaryCrossentropy(from_logits=True)
    assert loss([0.0], [math.inf]) == math.inf
    assert loss([1.0], [math.inf]) == 0.0
    assert loss([1.0], [-math.inf]) == math.inf
    assert loss([0.0], [-math.inf]) == 0.0


@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("y", [0, 1, 0.0, 0.25, 1.0])
@pytest.mark.parametrize("z", [math.inf, -math.inf])
@pytest.mark.parametrize("from_logits", [True, False])
def test_the_loss_of_an_infinite_score_and_its_slope_are_limits(
    from_logits: bool, z: float, y: float, recorded: bool
) -> None:
    def loss(y: Any, z: Any) -> Any:
        return BinaryCrossentropy(from_logits)([y], [z if from_logits else autograd.sigmoid(z)])

    found = autograd.compile(autograd.value_and_grad(loss, 1)) if recorded else None
    # -(y ln p + (1 - y) ln(1 - p)) at p = 1 or 0, and p - y
    is_right = y == (1 if z > 0 else 0)
    expected = (0.0 if is_right else math.inf), (1 if z > 0 else 0) - y
    assert (found or autograd.value_and_grad(loss, 1))(y, z) == expected


@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize(
    ("y", "z", "loss", "slopes"),
    [
        ([1.0, 0.0], [math.inf, 0.0], 0.0, [0.0, 0.0]),
        ([0.0, 1.0], [math.inf, 0.0], math.inf, [1.0, -1.0]),
        ([1.0, 0.0], [0.0, -math.inf], 0.0, [0.0, 0.0]),
        ([0.0, 1.0], [0.0, -math.inf], math.inf, [1.0, -1.0]),
        ([0.5, 0.5], [math.inf, 1.0], math.inf, [0.5, -0.5]),
    ],
)
def test_the_loss_of_an_infinite_score_among_classes_and_its_slopes_are_limits(
    y: list[float], z: list[float], loss: float, slopes: list[float], recorded: bool
) -> None:
    def entropy(y: Any, z: Any) -> Any:
        return CategoricalCrossentropy(from_logits=True)([y], [z])

    both = autograd.value_and_grad(entropy, 1)
    assert (autograd.compile(both) if recorded else both)(y, z) == (loss, slopes)


def test_small_losses_from_logits_keep_their_digits() -> None:
    assert BinaryCrossentropy(from_logits=True)([1], [40.0]) == pytest.approx(
        math.exp(-40), rel=1e-12, abs=0.0
    )


@pytest.mark.parametrize("y", [0, 1])
def test_probabilities_of_0_and_1_have_a_finite_loss(y: int) -> None:
    wrong = float(1 - y)
    assert BinaryCrossentropy()([y], [wrong]) == pytest.approx(-math.log(1e-7), rel=1e-6)
    one_hot = [[y, 1 - y]]
    assert CategoricalCrossentropy()(one_hot, [[wrong, 1 - wrong]]) == pytest.approx(
        -math.log(1e-7), rel=1e-6
    )


# ------------------------------------------------- the gradient that the notes derive


@pytest.mark.parametrize("z", [-3.0, -0.5, 0.0, 1.0, 4.0])
@pytest.mark.parametrize("y", [0, 1, 0.25])
@pytest.mark.parametrize("from_logits", [True, False])
def test_gradient_by_a_score_is_probability_minus_target(
    y: float, z: float, from_logits: bool
) -> None:
    score = Value(z)
    prediction = score if from_logits else autograd.sigmoid(score)
    BinaryCrossentropy(from_logits)([y], [prediction]).backward()
    assert score.grad == pytest.approx(sigmoid(z) - y, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("from_logits", [True, False])
@pytest.mark.parametrize("y", [[0, 0, 1], [1, 0, 0], [0.2, 0.3, 0.5]])
def test_gradient_by_the_scores_of_classes_is_shares_minus_target(
    y: list[float], from_logits: bool
) -> None:
    scores = [Value(z) for z in (5.0, 6.0, 7.0)]
    prediction = scores if from_logits else autograd.softmax(scores)
    CategoricalCrossentropy(from_logits)([y], [prediction]).backward()
    expected = [p - target for p, target in zip(softmax([5.0, 6.0, 7.0]), y, strict=True)]
    assert [score.grad for score in scores] == pytest.approx(expected, rel=1e-12)


def test_gradients_of_a_batch_are_divided_by_its_size_and_its_outputs() -> None:
    predictions = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
    MeanSquaredError()([[0, 0], [0, 0]], predictions).backward()
    assert [[p.grad for p in row] for row in predictions] == [[0.5, 1.0], [1.5, 2.0]]


# --------------------------------------------------------------------- shapes, names


@pytest.mark.parametrize("loss", [make() for make in dict.fromkeys(LOSSES.values())])
@pytest.mark.parametrize(
    ("y_true", "y_pred"),
    [
        ([1, 0], [0.5]),
        ([1], [0.5, 0.5]),
        ([[1, 0]], [[0.5]]),
        ([[1, 0], [1, 0]], [[0.5, 0.5], [0.5]]),
        ([[1], [0]], [[0.5, 0.5]]),
        ([], []),
        ([], [0.5]),
        ([[]], [[]]),
    ],
)
def test_shapes_that_differ_and_empty_ones_are_refused(
    loss: Loss, y_true: Any, y_pred: Any
) -> None:
    is_empty = y_true == y_pred
    said = "at least one sample, with at least" if is_empty else "as many targets as predictions"
    with pytest.raises(ValueError, match=f"expected {said}"):
        loss(y_true, y_pred)


def test_the_error_says_which_shapes_came() -> None:
    message = "received rows of [2, 1] targets and [2, 2] predictions"
    with pytest.raises(ValueError, match=re.escape(message)):
        MeanSquaredError()([[1, 2], [3]], [[1, 2], [3, 4]])


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_taken_by_name_or_as_it_is(name: str) -> None:
    loss = losses.get(name)
    assert type(loss) is LOSSES[name]
    assert losses.get(loss) is loss


@pytest.mark.parametrize("name", ["SME", "crossentropy", "", None, 3])
def test_unknown_loss_is_told_which_there_are(name: Any) -> None:
    message = (
        f"unknown loss: {name!r} (must be one of mean_squared_error, mse, mean_absolute_error, mae,"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        losses.get(name)


# -------------------------------------------------------------------------- metrics


@pytest.mark.parametrize(
    ("y_true", "y_pred", "expected"),
    [
        ([1], [0.7], 1.0),
        ([1], [0.5000001], 1.0),
        ([1], [0.5], 0.0),
        ([0], [0.5], 1.0),
        ([0], [0.7], 0.0),
        ([0], [-3.0], 1.0),
        ([1], [40.0], 1.0),
        ([0, 0, 1], [0.2, 0.3, 0.5], 1.0),
        ([0, 1, 0], [0.2, 0.3, 0.5], 0.0),
        ([0.1, 0.8, 0.1], [-5.0, -1.0, -2.0], 1.0),
        ([1, 0], [0.4, 0.3], 1.0),
        ([1, 0], [0.5, 0.5], 1.0),  # among equal scores, the first counts
        ([0, 1], [0.5, 0.5], 0.0),
    ],
)
def test_accuracy_is_1_for_the_right_answer(
    y_true: list[float], y_pred: list[float], expected: float
) -> None:
    assert metrics.accuracy(y_true, y_pred) == expected
    assert metrics.Accuracy()(np.array([y_true]), np.array([y_pred])) == expected


@pytest.mark.parametrize("name", [name for name in METRICS if name.endswith("accuracy")])
def test_the_settings_of_an_accuracy_are_given_by_name(name: str) -> None:
    given = METRICS[name](name="mine", threshold=0.75)
    assert given.name == "mine"
    # 0.7 is above 0.5, and not above 0.75.
    assert [metric([[1.0]], [[0.7]]) for metric in (METRICS[name](), given)] == [1.0, 0.0]
    with pytest.raises(TypeError, match="positional"):
        METRICS[name]("mine", 0.75)


@pytest.mark.parametrize(
    ("y_true", "y_pred", "expected"),
    [([1], [0.25], 0.75), ([0], [0.0], 0.0), ([1, 2, 3], [2, 0, 3], 1.0), ([-1], [-4.0], 3.0)],
)
def test_mean_absolute_error_is_the_mean_distance(
    y_true: list[float], y_pred: list[float], expected: float
) -> None:
    assert metrics.mean_absolute_error(y_true, y_pred) == expected


def test_metrics_of_a_model_are_means_over_samples() -> None:
    model = Sequential([Dense(1, kernel_initializer="zeros", input_dim=1)])
    model.compile("sgd", "mse", ["accuracy", "mae"])
    assert model.evaluate([1, 2, 3, 4], [0, 0, 0, 1], batch_size=3, verbose=0) == [
        0.25,
        0.75,
        0.25,
    ]


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_is_taken_by_name_or_as_a_function(name: str) -> None:
    called, metric = metrics.get(name)
    assert called == name
    assert type(metric) is type(METRICS[name]())
    assert metrics.get(metric) == (metric.name, metric)


@pytest.mark.parametrize("name", ["Accurate", "loss", "", None, 3])
def test_unknown_metric_is_told_which_there_are(name: Any) -> None:
    message = f"unknown metric: {name!r} (must be one of accuracy, acc, binary_accuracy,"
    with pytest.raises(ValueError, match=re.escape(message)):
        metrics.get(name)


# -------------------------------------------------------------------------- one-hot


@pytest.mark.parametrize(
    "classes", [[0, 2, 1], (0, 2, 1), [0.0, 2.0, 1.0], [[0], [2], [1]], np.array([0, 2, 1])]
)
def test_one_hot_has_a_1_at_the_place_of_the_class(classes: Any) -> None:
    assert lists(to_categorical(classes)) == [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]


def test_one_hot_has_as_many_places_as_asked_for() -> None:
    assert lists(to_categorical([1, 0], 4)) == [[0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]]
    assert lists(to_categorical([0, 0])) == [[1.0], [1.0]]
    assert lists(to_categorical([False, True])) == [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize(
    ("classes", "count", "error", "message"),
    [
        ([0, 3], 3, ValueError, "whole numbers from 0 to 2, received 3"),
        ([0, -1], 3, ValueError, "whole numbers from 0 to 2, received -1"),
        ([0, 1.5], None, ValueError, "whole numbers from 0 to 1, received 1.5"),
        ([0, math.nan], None, ValueError, "expected finite classes, received nan in row 1"),
        ([[0, 1]], None, ValueError, "expected rows of 1 classes, received 2 in row 0"),
        ([], None, ValueError, "expected at least one row of classes, received none"),
        (["a", "b"], None, TypeError, "expected classes to be numbers, received str in row 0: 'a'"),
        ([0, None], None, TypeError, "expected classes to be numbers, received NoneType in row 1"),
        (None, None, TypeError, "expected classes as a list of rows, received NoneType"),
        (2, None, TypeError, "expected classes as a list of rows, received int"),
    ],
)
def test_what_are_no_classes_is_refused(
    classes: Any, count: int | None, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        to_categorical(classes, count)


@pytest.mark.parametrize("count", [0, -1, 2.5, "3", True, [3]])
def test_a_number_of_classes_that_is_none_is_refused(count: Any) -> None:
    with pytest.raises(ValueError, match=rf"num_classes .*received {re.escape(repr(count))}"):
        to_categorical([0, 1], count)


def test_negative_classes_alone_are_refused_in_words_that_make_sense() -> None:
    with pytest.raises(ValueError, match=r"whole numbers from 0\b(?! to -)"):
        to_categorical([-1])


def test_shares_of_a_sum_of_0_are_no_number() -> None:
    for row in ([0, 0], [0.0, 0.0], [Value(0.0), Value(0.0)]):
        loss = losses.CategoricalCrossentropy()([[0, 1]], [row])
        assert math.isnan(getattr(loss, "data", loss))


@pytest.mark.parametrize(
    ("targets", "predictions", "said"),
    [
        ([0, 1], [0.25, 0.75], "classes as whole numbers from 0 to 0, .* received 1;"),
        ([math.nan], [[0.5, 0.5]], "classes as whole numbers from 0 to 1, .* received nan;"),
        ([[1], [0, 1]], [[0.5, 0.5]] * 2, r"classes as whole numbers .* received \[0, 1\];"),
        ([], [], r"at least one sample, .* received rows of \[\] numbers, as targets and as"),
        ([[]], [[]], r"received rows of \[0\] numbers, as targets and as predictions"),
    ],
)
def test_targets_that_are_no_classes_and_none_at_all_are_named(
    targets: Any, predictions: Any, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        losses.SparseCategoricalCrossentropy()(targets, predictions)


@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize(
    "loss",
    [
        lambda y_true, y_pred: ((y_true - y_pred) ** 2).mean(),
        lambda y_true, y_pred: ((y_true - y_pred) ** 2).mean(axis=1),
        lambda y_true, y_pred: (y_true - y_pred) ** 2,
    ],
    ids=["a number", "one for each sample", "one for each number"],
)
def test_what_a_loss_of_ones_own_returns_is_averaged(loss: Any, *, jit_compile: bool) -> None:
    model = Sequential([Dense(2, input_shape=(1,))])
    model.set_weights([[[1.0, -1.0]], [0.5, 0.0]])
    model.compile("sgd", loss, jit_compile=jit_compile)
    x, y = [[1.0], [2.0], [4.0]], [[1.0, 0.0], [2.0, 0.0], [3.0, -2.0]]
    errors = np.array([[0.5, -1.0], [0.5, -2.0], [1.5, -2.0]])  # by hand
    assert model.evaluate(x, y, verbose=0) == pytest.approx((errors**2).mean())
    model.fit(x, y, batch_size=3, verbose=0)
    moved = np.array([[1.0, -1.0]]) - 0.01 * np.array([[1.0, 2.0, 4.0]]) @ errors / 3.0
    assert model.get_weights()[0] == pytest.approx(moved)
