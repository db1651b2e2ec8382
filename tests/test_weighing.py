"""How much samples, classes and outputs count, against sums by hand; which epochs are measured."""

import math
from typing import Any

import pytest

from nn import Dense, Input, Model, Sequential
from nn.initializers import Constant
from nn.optimizers import SGD
from nn.training.outputs import epochs_measured, flat_list, only, weights_of

pytestmark = pytest.mark.usefixtures("run_both_ways")

X, Y = [[1.0], [2.0], [3.0]], [0.0, 1.0, 0.0]
SQUARES = [1.0, 1.0, 9.0]  # (x - y)**2


def line(rate: float = 0.0) -> Sequential:
    """The model x -> x, that moves by the squared error."""
    model = Sequential([Dense(1, kernel_initializer=Constant(1.0), input_dim=1)])
    model.compile(SGD(rate), "mse", ["mae"])
    return model


# ---------------------------------------------------------------- samples and classes


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"sample_weight": [2.0, 0.0, 0.5]}, [2.0, 0.0, 0.5]),
        ({"sample_weight": [[2], [0], [1]]}, [2.0, 0.0, 1.0]),
        ({"class_weight": {0: 0.5, 1: 3.0}}, [0.5, 3.0, 0.5]),
        ({"sample_weight": [1, 2, 3], "class_weight": {0: 0.5, 1: 3.0}}, [0.5, 6.0, 1.5]),
    ],
)
def test_a_sample_counts_as_much_as_its_weights_and_the_metrics_do_not_ask(
    weights: dict[str, Any], expected: list[float]
) -> None:
    loss = sum(w * s for w, s in zip(expected, SQUARES, strict=True)) / 3
    found = line().fit(X, Y, verbose=0, **weights).history
    assert found == {"loss": [pytest.approx(loss)], "mae": [pytest.approx(5 / 3)]}
    assert line().train_on_batch(X, Y, **weights) == pytest.approx([loss, 5 / 3])
    if "class_weight" not in weights:
        assert line().evaluate(X, Y, verbose=0, **weights) == pytest.approx([loss, 5 / 3])
        assert line().test_on_batch(X, Y, **weights) == pytest.approx([loss, 5 / 3])


@pytest.mark.parametrize("batch", [False, True])
def test_a_step_goes_down_the_slope_of_the_weighed_loss(batch: bool) -> None:
    model, weights = line(0.1), [2.0, 0.0, 0.5]
    train: Any = model.train_on_batch if batch else model.fit
    train(X, Y, sample_weight=weights, **({} if batch else {"verbose": 0}))
    slopes = [2 * w * (x - y) for w, (x,), y in zip(weights, X, Y, strict=True)]
    kernel = 1 - 0.1 * sum(s * x for s, (x,) in zip(slopes, X, strict=True)) / 3
    (((found,),), (bias,)) = model.get_weights()
    assert (found, bias) == pytest.approx((kernel, -0.1 * sum(slopes) / 3))


def test_the_weights_of_samples_to_measure_by_are_the_third_of_their_data_and_else_1() -> None:
    history = line().fit(X, Y, validation_data=(X, Y, [0.0, 1.0, 2.0]), verbose=0).history
    assert history["loss"] == pytest.approx([11 / 3])
    assert history["val_loss"] == pytest.approx([19 / 3])
    assert history["val_mae"] == pytest.approx([5 / 3])
    history = line().fit(X, Y, validation_data=(X, Y), sample_weight=[0, 0, 1], verbose=0).history
    assert history["loss"] == [3.0]
    assert history["val_loss"] == pytest.approx([11 / 3])


def test_samples_split_off_to_measure_by_keep_their_weights() -> None:
    history = line().fit(X, Y, validation_split=0.3, sample_weight=[3, 5, 2], verbose=0).history
    assert (history["loss"], history["val_loss"]) == ([(3 + 5) / 2], [2 * 9.0])


def test_the_class_of_a_row_is_its_largest_number_and_that_of_one_number_itself() -> None:
    weights = {0: 1.0, 1: 2.0, 2: 4.0}
    assert weights_of([[0, 0, 1], [1, 0, 0], [0, 1, 0]], class_weight=weights) == [4.0, 1.0, 2.0]
    assert weights_of([[2.0], [0.0], [1.0]], class_weight=weights) == [4.0, 1.0, 2.0]
    assert weights_of([[0.0]]) is None


def test_a_weight_may_be_0_and_not_less() -> None:
    assert weights_of([[0.0], [1.0]], [0.0, 2.0]) == [0.0, 2.0]
    with pytest.raises(ValueError, match=r"weights of at least 0, received -0\.1"):
        weights_of([[0.0], [1.0]], [3.0, -0.1])


def test_samples_with_weights_need_a_loss_that_is_a_mean_over_samples() -> None:
    model = line()
    model.compile("sgd", lambda y_true, y_pred: ((y_true - y_pred) ** 2).mean())
    with pytest.raises(TypeError, match=r"a loss of nn\.losses where samples have weights"):
        model.fit(X, Y, sample_weight=[1, 1, 1], verbose=0)
    with pytest.raises(TypeError, match="class_weight as a dictionary of a weight for each class"):
        line().fit(X, Y, class_weight=[1.0, 2.0], verbose=0)  # type: ignore[arg-type]  # a mistake


# --------------------------------------------------------------------------- outputs


def fork(**chosen: Any) -> Model:
    """The model x -> x, (x, 2 x), with two outputs named "a" and "b"."""
    x = Input(1)
    a, b = Dense(1, name="a", kernel_initializer=Constant(1.0)), Dense(2, name="b")
    model = Model(x, [a(x), b(x)])
    b.set_weights([[[1.0, 2.0]], [0.0, 0.0]])
    model.compile(SGD(0.0), **chosen)
    return model


DATA = [[1.0], [2.0]], [[0.0, 0.0], [[1.0, 0.0], [1.0, 2.0]]]
# The errors of a are 1 and 2; those of b are 0 and 2, then 1 and 2.
LOSS_A, LOSS_B = (1 + 4) / 2, (0 + 4 + 1 + 4) / 4
MAE_A, MAE_B = 3 / 2, (0 + 2 + 1 + 2) / 4


@pytest.mark.parametrize(
    ("loss", "loss_weights", "expected"),
    [
        ("mse", None, {"loss": LOSS_A + LOSS_B, "a_loss": LOSS_A, "b_loss": LOSS_B}),
        (["mse", "mae"], None, {"loss": LOSS_A + MAE_B, "a_loss": LOSS_A, "b_loss": MAE_B}),
        (
            {"b": "mae", "a": "mse"},
            {"b": 0.5},
            {"loss": LOSS_A + 0.5 * MAE_B, "a_loss": LOSS_A, "b_loss": MAE_B},
        ),
        (["mse", "mse"], [0.0, 3.0], {"loss": 3 * LOSS_B, "a_loss": LOSS_A, "b_loss": LOSS_B}),
        ({"b": "mse"}, None, {"loss": LOSS_B, "b_loss": LOSS_B}),
        ([None, "mae"], [5.0, 2.0], {"loss": 2 * MAE_B, "b_loss": MAE_B}),
    ],
)
def test_the_loss_of_several_outputs_is_the_weighed_sum_of_theirs(
    loss: Any, loss_weights: Any, expected: dict[str, float]
) -> None:
    model = fork(loss=loss, loss_weights=loss_weights)
    found: Any = model.evaluate(*DATA, verbose=0, return_dict=True)
    assert found == {name: pytest.approx(number) for name, number in expected.items()}
    history = model.fit(*DATA, verbose=0).history
    assert history == {name: [pytest.approx(number)] for name, number in expected.items()}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["mae"], {"a_mae": MAE_A, "b_mae": MAE_B}),
        ("mae", None),
        ([["mae"], ["mse"]], {"a_mae": MAE_A, "b_mse": LOSS_B}),
        ({"b": "mae"}, {"b_mae": MAE_B}),
        ({"b": ["mae", "mse"]}, {"b_mae": MAE_B, "b_mse": LOSS_B}),
        (None, {}),
    ],
)
def test_metrics_of_several_outputs_are_named_after_them(chosen: Any, expected: Any) -> None:
    if expected is None:
        with pytest.raises(ValueError, match="expected metrics as a list"):
            fork(loss="mse", metrics=chosen)
        return
    found: Any = fork(loss="mse", metrics=chosen).evaluate(*DATA, verbose=0, return_dict=True)
    assert list(found)[3:] == list(expected)
    assert found.items() >= expected.items()


def test_weights_of_losses_are_refused_where_there_is_one_output() -> None:
    with pytest.raises(ValueError, match="loss_weights are of several outputs"):
        line().compile("sgd", "mse", loss_weights=[1.0])
    with pytest.raises(TypeError, match=r"expected losses of nn\.losses for several outputs"):
        fork(loss=lambda *_: 0.0)


def test_one_thing_in_a_list_or_a_dictionary_is_that_thing() -> None:
    assert [only(given) for given in ([1], (1,), {"a": 1}, 1)] == [1] * 4
    assert [only(given) for given in ([1, 2], [], {"a": 1, "b": 2}, {})] == [
        [1, 2], [], {"a": 1, "b": 2}, {},
    ]  # fmt: skip
    assert flat_list(None) == flat_list([]) == flat_list([[]]) == []
    assert flat_list("mae") == flat_list(["mae"]) == flat_list({"a": [["mae"]]}) == ["mae"]
    assert flat_list([["mae", ("mse",)], "acc"]) == ["mae", "mse", "acc"]
    deep: Any = "mae"
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(ValueError, match="lists nested too deep"):
        flat_list(deep)


# ---------------------------------------------------------------------------- epochs


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        (1, [0, 1, 2, 3, 4, 5]),
        (2, [1, 3, 5]),
        (3, [2, 5]),
        (4, [3]),
        (6, [5]),
        (7, []),
        ([1, 6], [0, 5]),
        (range(2, 4), [1, 2]),
        ({9}, []),
    ],
)
def test_epochs_are_measured_each_so_many_or_as_they_are_listed(
    frequency: Any, expected: list[int]
) -> None:
    measured = epochs_measured(frequency, 6)
    assert [epoch for epoch in range(6) if measured(epoch)] == expected
    history = line().fit(
        X, Y, epochs=6, validation_data=(X, Y), validation_freq=frequency, verbose=0
    )
    assert len(history.history.get("val_loss", [])) == len(expected)


@pytest.mark.parametrize("frequency", [0, [0], [1, -1], 1.5, [math.nan]])
def test_epochs_that_are_none_are_refused(frequency: Any) -> None:
    with pytest.raises(ValueError, match="validation_freq to be a whole number of at least 1"):
        epochs_measured(frequency, 6)
