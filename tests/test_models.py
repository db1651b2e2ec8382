"""Models the Keras way: built, summed up, compiled, evaluated; data on their way in; weights."""

import array
import copy
import math
import pickle
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import autograd
from autograd import Parameter, Value
from nn import (
    Activation,
    Add,
    Concatenate,
    Dense,
    Input,
    Model,
    Sequential,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    regularizers,
    set_random_seed,
)
from nn.initializers import Constant

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

pytestmark = pytest.mark.usefixtures("run_both_ways")


# The course notes' summary of the Keras way, to the letter.
NOTES = """\
# Import libraries, model  elements
from keras.models import Sequential
from keras.layers import Dense, Activation

model = Sequential()

# For the first layer, specify the input dimension
model.add(Dense(units=4, input_dim=3))

# Specify activation function
model.add(Activation('sigmoid'))

# For subsequent layers, the input dimension is presumed from the previous layer
model.add(Dense(units=4))
model.add(Activation('sigmoid'))
"""


def linear(inputs: int = 2, outputs: int = 1) -> Sequential:
    """One linear layer whose weights are all 1, ready to be trained."""
    model = Sequential([Dense(outputs, kernel_initializer=Constant(1.0), input_dim=inputs)])
    model.compile("sgd", "mse", ["mae"])
    return model


def labels(model: Model) -> list[str]:
    return [parameter.label for parameter in model.parameters()]


# ----------------------------------------------------------------------- Sequential


def test_code_of_the_course_notes_runs_with_its_imports_changed() -> None:
    names: dict[str, Any] = {}
    exec(NOTES.replace("from keras.", "from nn."), names)  # noqa: S102  # the code above
    model = names["model"]
    assert type(model) is Sequential
    assert [repr(layer) for layer in model.layers] == [
        "Dense(4, 'linear')",
        "Activation('sigmoid')",
        "Dense(4, 'linear')",
        "Activation('sigmoid')",
    ]
    assert len(model.parameters()) == (3 + 1) * 4 + (4 + 1) * 4
    model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])
    x, y = [[1, 2, 3], [4, 5, 6]], [[0, 1, 0, 1], [1, 0, 1, 0]]
    assert len(model.fit(x, y, batch_size=1, epochs=2, verbose=0).history["loss"]) == 2
    (first, _second) = lists(model.predict(x))
    assert len(first) == 4
    assert all(0 < share < 1 for share in first)
    measured = model.evaluate(x, y, verbose=0)
    assert isinstance(measured, list)
    assert len(measured) == 2


def test_layers_infer_their_inputs_from_the_layer_before() -> None:
    model = Sequential([Dense(4, input_dim=3), Activation("tanh"), Dense(2), Dense(5)])
    assert [call.sources[0].size for call in model.calls] == [3, 4, 4, 2]
    assert len(model.parameters()) == 16 + 10 + 15


def test_input_may_come_first() -> None:
    model = Sequential([Input(shape=(3,)), Dense(2)])
    assert len(model.parameters()) == 8
    assert lists(model.predict([[0, 0, 0]])) == [[0.0, 0.0]]


@pytest.mark.parametrize(
    "show",
    [
        lambda model: model([1.0, 2.0, 3.0]),
        lambda model: model.predict([[1, 2, 3]]),
        lambda model: model.predict(np.ones((4, 3))),
        lambda model: model.fit([[1, 2, 3]], [0], verbose=0),
        lambda model: model.evaluate([[1, 2, 3]], [0], verbose=0),
        lambda model: model.compute_loss([[1, 2, 3]], [0]),
        lambda model: model(Input(3)),
    ],
)
def test_a_model_without_a_size_of_inputs_learns_it_from_the_first_data(
    show: Callable[[Model], Any],
) -> None:
    model = Sequential([Dense(4), Activation("tanh"), Dense(1)])
    model.compile("sgd", "mse")
    assert model.parameters() == []
    show(model)
    assert len(model.parameters()) == 16 + 5
    assert labels(model)[-1] == "output.neuron1.b"
    with pytest.raises(ValueError, match="expected rows of 3 inputs, received 2"):
        model.predict([[1, 2]])


def test_layers_can_be_added_after_the_first_data() -> None:
    model = Sequential([Dense(4)])
    model.predict([[1, 2, 3]])
    model.add(Dense(2))
    assert len(lists(model.predict([[1, 2, 3]]))[0]) == 2
    assert labels(model)[0] == "hidden1.neuron1.w1"
    assert labels(model)[-1] == "output.neuron2.b"


def test_parameters_of_a_sequential_model_are_labelled_by_their_place() -> None:
    model = Sequential([Dense(2, input_dim=1), Activation("relu"), Dense(1), Dense(1, name="last")])
    assert labels(model) == [
        "hidden1.neuron1.w1",
        "hidden1.neuron1.b",
        "hidden1.neuron2.w1",
        "hidden1.neuron2.b",
        "hidden2.neuron1.w1",
        "hidden2.neuron1.w2",
        "hidden2.neuron1.b",
        "last.neuron1.w1",
        "last.neuron1.b",
    ]


def test_a_layer_that_does_not_fit_leaves_the_model_as_it_was() -> None:
    model = Sequential([Dense(4, input_dim=3)])
    with pytest.raises(ValueError, match="Dense expected 5 inputs, received 4"):
        model.add(Dense(1, input_dim=5))
    assert [repr(layer) for layer in model.layers] == ["Dense(4, 'linear')"]
    assert len(lists(model.predict([[1, 2, 3]]))[0]) == 4


@pytest.mark.parametrize("thing", [None, "relu", 4, Dense, [Dense(1)]])
def test_what_is_no_layer_is_not_added(thing: Any) -> None:
    message = r"expected a layer \(one of Dense, Activation, Concatenate, Add, .*\), received "
    with pytest.raises(TypeError, match=message + type(thing).__name__):
        Sequential().add(thing)


def test_an_input_and_a_first_layer_that_disagree_are_refused() -> None:
    with pytest.raises(ValueError, match="Dense expected 5 inputs, received 3"):
        Sequential([Input(shape=(3,)), Dense(2, input_dim=5)])
    assert len(Sequential([Input(shape=(3,)), Dense(2, input_dim=3)]).parameters()) == 8


def test_a_second_input_is_not_added() -> None:
    with pytest.raises(ValueError, match="expected an input before any layer, and one only"):
        Sequential([Dense(1, input_dim=2)]).add(Input(shape=(2,)))
    with pytest.raises(ValueError, match="expected an input before any layer, and one only"):
        Sequential([Input(shape=(2,)), Input(shape=(3,))])


@pytest.mark.parametrize("call", [lambda model: model([1.0]), lambda model: model.predict([[1.0]])])
def test_a_model_without_layers_says_so(call: Callable[[Model], Any]) -> None:
    with pytest.raises(ValueError, match="the model has no layers; add one first"):
        call(Sequential())


def test_a_call_on_one_sample_gives_a_list_of_values_that_reach_every_parameter() -> None:
    set_random_seed(0)
    model = Sequential([Dense(3, "tanh", input_dim=2), Dense(2)])
    outputs = model([1.0, 2.0])
    assert [type(output) for output in outputs] == [Value, Value]
    autograd.sum(outputs).backward()
    assert all(parameter.has_grad for parameter in model.parameters())
    assert [output.data for output in outputs] == lists(model.predict([[1.0, 2.0]]))[0]


@pytest.mark.parametrize("x", [[1.0], [1.0, 2.0, 3.0]])
def test_a_call_on_a_sample_of_another_size_is_refused(x: list[float]) -> None:
    with pytest.raises(ValueError, match=f"expected 2 inputs, received {len(x)}"):
        linear()(x)


def test_a_copy_of_a_model_trains_by_itself() -> None:
    model = linear()
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):  # noqa: S301  # own
        assert lists(other.get_weights()) == lists(model.get_weights())
        other.fit([[1, 2]], [9], verbose=0)
        assert lists(other.get_weights()) != lists(model.get_weights())


# -------------------------------------------------------------------------- summary


def test_summary_is_a_table_of_layers(capsys: pytest.CaptureFixture[str]) -> None:
    Sequential([Dense(40, "relu", input_dim=30), Activation("tanh"), Dense(1)]).summary()
    assert (
        capsys.readouterr().out
        == """\
Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ dense (Dense)                   │ (None, 40)             │         1,240 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ activation (Activation)         │ (None, 40)             │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_1 (Dense)                 │ (None, 1)              │            41 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 1,281 (10.01 KB)
 Trainable params: 1,281 (10.01 KB)
 Non-trainable params: 0 (0.00 B)
"""
    )


def test_summary_counts_the_parameters_of_a_shared_layer_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    x, shared = Input(2), Dense(2, "tanh")
    Model(x, Add()([shared(x), shared(shared(x))])).summary()
    printed = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("│")] for line in printed.splitlines()]
    counts = [row[3] for row in rows if len(row) == 6 and row[3]]
    assert counts == ["0", "6", "0 (shared)", "0 (shared)", "0"]
    assert "Total params: 6 (" in printed


def test_summary_of_branches_says_what_each_layer_is_connected_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second = Input((2,), name="in1"), Input((2,))
    joined = Concatenate()([Dense(3)(first), Dense(3)(second)])
    Model(
        [first, second], [Dense(1, name="a")(joined), Dense(2, "softmax", name="b")(joined)]
    ).summary()
    # Keras 3.15 prints this.
    assert (
        capsys.readouterr().out
        == """\
Model: "functional"
┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓
┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
│ in1 (InputLayer)    │ (None, 2)         │          0 │ -                 │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ input_layer_1       │ (None, 2)         │          0 │ -                 │
│ (InputLayer)        │                   │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ dense (Dense)       │ (None, 3)         │          9 │ in1[0][0]         │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ dense_1 (Dense)     │ (None, 3)         │          9 │ input_layer_1[0]… │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ concatenate         │ (None, 6)         │          0 │ dense[0][0],      │
│ (Concatenate)       │                   │            │ dense_1[0][0]     │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ a (Dense)           │ (None, 1)         │          7 │ concatenate[0][0] │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ b (Dense)           │ (None, 2)         │         14 │ concatenate[0][0] │
└─────────────────────┴───────────────────┴────────────┴───────────────────┘
 Total params: 39 (312.00 B)
 Trainable params: 39 (312.00 B)
 Non-trainable params: 0 (0.00 B)
"""
    )


def test_summary_of_a_model_that_is_not_built_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Sequential([Dense(4)]).summary()
    printed = capsys.readouterr().out
    assert "0 (unbuilt)" in printed
    assert "Total params: 0 (" in printed


# ---------------------------------------------------------------- compile, evaluate


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"optimizer": "sdg"},
            "unknown optimizer: 'sdg' (must be one of sgd, rmsprop, adam, adamw)",
        ),
        (
            {"loss": "crossentropy"},
            "unknown loss: 'crossentropy' (must be one of mean_squared_error, mse,",
        ),
        (
            {"metrics": ["area"]},
            "unknown metric: 'area' (must be one of accuracy, acc, binary_accuracy,",
        ),
        ({"optimizer": optimizers.SGD}, "(must be one of sgd, rmsprop, adam, adamw)"),
        ({"optimizer": None}, "unknown optimizer: None (must be one of sgd,"),
        ({"metrics": [None]}, "unknown metric: None (must be one of accuracy,"),
        ({"loss": 3}, "unknown loss: 3 (must be one of mean_squared_error,"),
    ],
)
def test_unknown_names_are_told_which_there_are_and_change_nothing(
    arguments: dict[str, Any], message: str
) -> None:
    model = linear()
    before = (model.optimizer, model.loss, model.metrics)
    with pytest.raises(ValueError, match=re.escape(message)):
        model.compile(**arguments)
    assert (model.optimizer, model.loss, model.metrics) == before


def test_metrics_by_name_without_a_list_are_refused_by_their_whole_name() -> None:
    with pytest.raises((TypeError, ValueError), match="'accuracy'"):
        linear().compile("sgd", "mse", metrics="accuracy")


@pytest.mark.parametrize(
    ("give", "what"),
    [
        (lambda: Dense(1, kernel_regularizer=regularizers.L2), "a regularizer, .* class L2"),
        (lambda: Dense(1, kernel_initializer=initializers.Zeros), "an initializer, .* Zeros"),  # type: ignore[arg-type]
    ],
)
def test_a_class_in_place_of_its_object_is_refused_when_it_is_given(
    give: Callable[[], Any], what: str
) -> None:
    with pytest.raises(TypeError, match=rf"expected {what}: write it with \(\)"):
        give()


@pytest.mark.parametrize("kind", [losses.MeanSquaredError, losses.BinaryCrossentropy, losses.Hinge])
def test_a_loss_class_in_place_of_a_loss_is_refused_when_it_is_given(kind: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=kind.__name__):
        linear().compile("sgd", kind)


def loss(_y_true: Any, _y_pred: Any) -> float:
    return 7.0


@pytest.mark.parametrize("chosen", [[loss], [lambda _y, _p: 1.0, lambda _y, _p: 2.0]])
def test_measures_of_one_name_are_refused_for_one_would_hide_the_other(chosen: Any) -> None:
    with pytest.raises(ValueError, match=r"loss|lambda"):
        linear().compile("sgd", "mse", chosen)


@pytest.mark.parametrize(
    "call",
    [
        lambda model: model.fit([[1, 2]], [1], verbose=0),
        lambda model: model.evaluate([[1, 2]], [1], verbose=0),
        lambda model: model.compute_loss([[1, 2]], [1]),
    ],
)
def test_a_model_that_is_not_compiled_says_so(call: Callable[[Model], Any]) -> None:
    with pytest.raises(RuntimeError, match=r"call compile\(optimizer, loss\) first"):
        call(Sequential([Dense(1, input_dim=2)]))


@pytest.mark.parametrize("jit_compile", ["auto", True, False])
def test_a_model_without_a_loss_is_neither_trained_nor_measured(jit_compile: Any) -> None:
    model = linear()
    model.compile("sgd", jit_compile=jit_compile)
    for call in (model.fit, model.evaluate):
        with pytest.raises(RuntimeError, match="the model is not compiled; call compile"):
            call([[1, 2]], [1], verbose=0)
    assert lists(model.predict([[1, 2]])) == [[3.0]]


def test_objects_and_functions_can_be_given_in_place_of_names() -> None:
    def distance(y_true: Any, y_pred: Any) -> Any:
        return autograd.sum([abs(p - y) for (y,), (p,) in zip(y_true, y_pred, strict=True)])

    def error(y_true: Any, y_pred: Any) -> float:
        return (y_pred - y_true).mean()  # type: ignore[no-any-return]  # of the batch's arrays

    model = linear()
    model.compile(optimizers.Adam(0.1), distance, [error, metrics.mean_absolute_error, "mae"])
    assert model.evaluate([[1, 1], [2, 2]], [4, 3], verbose=0, return_dict=True) == {
        "loss": 3.0,
        "error": -0.5,
        "mean_absolute_error": 1.5,
        "mae": 1.5,
    }


def test_evaluate_gives_the_loss_or_a_list_or_a_dictionary() -> None:
    model = linear()
    x, y = [[1, 1], [2, 2]], [3, 1]  # predictions 2 and 4
    assert model.evaluate(x, y, verbose=0) == [5.0, 2.0]
    assert model.evaluate(x, y, verbose=0, return_dict=True) == {"loss": 5.0, "mae": 2.0}
    model.compile("sgd", "mse")
    assert model.evaluate(x, y, verbose=0) == 5.0


@pytest.mark.parametrize("batch_size", [1, 2, 3, 5, None])
def test_evaluate_weights_batches_by_their_samples(batch_size: int | None) -> None:
    x, y = [[k, 0] for k in range(5)], [0.0] * 5
    assert linear().evaluate(x, y, batch_size=batch_size, verbose=0) == pytest.approx([6.0, 2.0])


def test_evaluate_leaves_weights_gradients_and_optimizer_alone() -> None:
    model = linear()
    model.parameters()[0].grad = 5.0
    before = lists(model.get_weights())
    model.evaluate([[1, 2]], [3], verbose=0)
    assert lists(model.get_weights()) == before
    assert [parameter.grad for parameter in model.parameters()] == [5.0, 0.0, 0.0]
    assert model.optimizer.iterations == 0


@pytest.mark.parametrize("verbose", ["auto", 1, 2])
def test_evaluate_prints_one_line_on_stdout(
    verbose: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    linear().evaluate([[1, 1]], [4], verbose=verbose)
    shown = capsys.readouterr()
    assert shown.err == ""
    assert len(shown.out.splitlines()) == 1
    assert "loss: 4.0000 - mae: 2.0000" in shown.out


def test_evaluate_says_nothing_where_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    linear().evaluate([[1, 1]], [4], verbose=0)
    assert tuple(capsys.readouterr()) == ("", "")


def test_predict_gives_a_row_of_floats_for_each_sample() -> None:
    rows = lists(linear(2, 3).predict([[1, 2], [3, 4]], verbose=0))
    assert rows == [[3.0, 3.0, 3.0], [7.0, 7.0, 7.0]]
    assert {type(number) for row in rows for number in row} == {float}


def test_predict_needs_no_compiling() -> None:
    model = Sequential([Dense(1, kernel_initializer="zeros", input_dim=1)])
    assert lists(model.predict([[1.0]])) == [[0.0]]


def test_compute_loss_is_the_graph_of_the_whole_batch() -> None:
    model = linear()
    loss = model.compute_loss([[1, 1], [2, 2]], [3, 1])
    loss.backward()
    assert loss.data == 5.0
    # Errors are -1 and 3: d/dw of their mean square is (2 * -1 * 1 + 2 * 3 * 2) / 2.
    assert [parameter.grad for parameter in model.parameters()] == [5.0, 5.0, 2.0]


# --------------------------------------------------------------- the functional way


def test_branches_are_computed_each_from_the_same_input_and_meet() -> None:
    x = Input(shape=(2,))
    left = Dense(1, kernel_initializer=Constant(1.0), name="left")(x)
    right = Dense(1, kernel_initializer=Constant(10.0), name="right")(x)
    output = Dense(1, kernel_initializer=Constant(2.0))(Concatenate()([left, right]))
    model = Model(inputs=x, outputs=output)
    assert lists(model.predict([[1.0, 2.0]])) == [[66.0]]
    assert labels(model) == [
        *("left.neuron1.w1", "left.neuron1.w2", "left.neuron1.b"),
        *("right.neuron1.w1", "right.neuron1.w2", "right.neuron1.b"),
        *("output.neuron1.w1", "output.neuron1.w2", "output.neuron1.b"),
    ]


def test_branches_of_different_depths_are_labelled_sources_first() -> None:
    x = Input(1)
    deep = Dense(1)(Dense(1)(x))
    model = Model(x, Dense(1)(Add()([x, deep])))
    assert labels(model) == [
        *("hidden1.neuron1.w1", "hidden1.neuron1.b"),
        *("hidden2.neuron1.w1", "hidden2.neuron1.b"),
        *("output.neuron1.w1", "output.neuron1.b"),
    ]


def test_parameters_of_a_shared_layer_are_counted_once_and_its_gradients_add_up() -> None:
    a, b = Input(shape=(1,)), Input(shape=(1,))
    shared = Dense(1, kernel_initializer=Constant(3.0))
    model = Model([a, b], Add()([shared(a), shared(b)]))
    assert len(model.parameters()) == 2
    model.compile("sgd", lambda _, y_pred: y_pred[0][0])
    model.compute_loss([[[10.0]], [[100.0]]], [0]).backward()
    assert [parameter.grad for parameter in model.parameters()] == [110.0, 2.0]


@pytest.mark.filterwarnings("ignore:after epoch 1, the loss is")  # of inputs that are not scaled
def test_several_inputs_take_a_list_of_data_in_their_order() -> None:
    a, b = Input(shape=(1,)), Input(shape=(2,))
    model = Model([a, b], Dense(1, kernel_initializer=Constant(1.0))(Concatenate()([b, a])))
    model.compile("sgd", "mse")
    x: Any = [[1, 2, 3], np.array([[10, 20], [30, 40], [50, 60]])]
    assert lists(model.predict(x)) == [[31.0], [72.0], [113.0]]
    assert model.evaluate(x, [31, 72, 113], verbose=0) == 0.0
    assert lists(model.predict(tuple(x))) == lists(model.predict(x))
    history = model.fit(x, [0, 0, 0], validation_data=(x, [31, 72, 113]), verbose=0).history
    assert list(history) == ["loss", "val_loss"]
    assert [output.data for output in model([1.0, 10.0, 20.0])] == lists(
        model.predict([[1], [[10, 20]]])
    )[0]


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([[[1.0]]], "expected data for 2 inputs, received 1"),
        ([[[1.0]], [[2.0, 3.0]], [[4.0]]], "expected data for 2 inputs, received 3"),
        ([[1.0, 2.0], [[2.0, 3.0]]], r"expected as many rows for each input, received \[2, 1\]"),
        ([[1.0], [[2.0]]], "expected rows of 2 inputs, received 1 in row 0"),
        ([[1.0], []], "expected at least one row of inputs, received none"),
    ],
)
def test_data_that_do_not_fit_several_inputs_are_refused(x: Any, message: str) -> None:
    a, b = Input(shape=(1,)), Input(shape=(2,))
    model = Model([a, b], Dense(1)(Concatenate()([a, b])))
    with pytest.raises(ValueError, match=message):
        model.predict(x)


@pytest.mark.parametrize("inner_class", ["Sequential", "Model"])
def test_a_model_used_as_a_layer_shares_its_parameters(inner_class: str) -> None:
    inner: Model = Sequential([Dense(3, "tanh", input_dim=2), Dense(2)])
    if inner_class == "Model":
        x = Input(2)
        inner = Model(x, Add()([Dense(2, "tanh")(x), x]))
    a, b = Input(2), Input(2)
    outer = Model([a, b], Dense(1)(Concatenate()([inner(a), inner(b)])))
    assert set(inner.parameters()) < set(outer.parameters())
    assert len(outer.parameters()) == len(inner.parameters()) + 5
    first, second = lists(inner.predict([[1, 2], [3, 4]]))
    dense = outer.layers[-1]
    assert lists(outer.predict([[[1, 2]], [[3, 4]]]))[0] == [
        output.data for output in dense([*first, *second])
    ]


def test_a_model_used_as_a_layer_refuses_an_input_of_another_size() -> None:
    with pytest.raises(
        ValueError, match="expected one input of 2 numbers, received <an input of 3"
    ):
        linear(2)(Input(3))


def test_a_model_may_stand_first_in_another_which_then_knows_its_inputs() -> None:
    inner = Sequential([Dense(2, input_dim=3)])
    outer = Sequential([inner])
    assert (outer.input_shape, outer.output_shape) == ((None, 3), (None, 2))
    outer.add(Dense(1))
    assert outer.layers[0] is inner.layers[0]
    assert outer.output_shape == (None, 1)


def test_a_model_that_does_not_fit_between_layers_is_refused() -> None:
    with pytest.raises(ValueError, match="give the first layer input_dim"):
        Sequential([Dense(3), Sequential([Dense(2, input_dim=3)])])
    x = Input(2)
    with pytest.raises(TypeError, match="a model with one output, received one with several"):
        Sequential([Input(2), Model(x, [Dense(1)(x), Dense(1)(x)])])


def test_the_same_input_twice_is_refused_as_in_keras() -> None:
    x = Input(2)
    output = Dense(1)(x)
    with pytest.raises(ValueError, match=r"input.* (once|twice)"):
        Model([x, x], output)


def test_an_input_may_be_the_output_and_an_input_may_be_left_unused() -> None:
    a, b = Input(1), Input(1)
    assert lists(Model([a, b], a).predict([[1.0], [2.0]])) == [[1.0]]
    assert lists(Model([a, b], b).predict([[1.0], [2.0]])) == [[2.0]]


def test_a_chain_of_thousands_of_layers_is_a_model() -> None:
    x = tensor = Input(1)
    for _ in range(3000):
        tensor = Activation("linear")(tensor)
    assert lists(Model(x, tensor).predict([[2.5]])) == [[2.5]]


def test_an_output_that_depends_on_a_foreign_input_is_refused() -> None:
    own, foreign = Input(2), Input(5)
    output = Dense(1)(Concatenate()([own, foreign]))
    message = "the output depends on <an input of 5 numbers>, which is not an input"
    with pytest.raises(ValueError, match=message):
        Model(own, output)
    assert lists(Model([own, foreign], output).predict([[[0, 0]], [[0] * 5]])) == [[0.0]]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Model(Input(2), [Dense(1)]),  # type: ignore[list-item]
        lambda: Model([], Dense(1)(Input(2))),
        lambda: Model(Input(2), Dense(1)),  # type: ignore[arg-type]
        lambda: Model(Input(2), None),
    ],
)
def test_what_is_no_input_or_no_single_output_is_refused(make: Callable[[], Model]) -> None:
    with pytest.raises(TypeError, match=r"expected what Input\(\.\.\.\) made and one output"):
        make()


def test_a_clone_has_as_many_outputs() -> None:
    x = Input(2)
    for count in (1, 2, 3):
        model = Model(x, [Dense(size)(x) for size in range(1, count + 1)])
        again = models.clone_model(model)
        assert [t.size for t in again.outputs] == list(range(1, count + 1))
        assert again.output_shape == model.output_shape


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        # Two samples of two numbers each, or one sample of two rows.
        (lambda ones: [Dense(1, kernel_initializer=ones), layers.Flatten()], [[3.0], [7.0]]),
        (lambda ones: [layers.Flatten(), Dense(1, kernel_initializer=ones)], [[10.0]]),
    ],
)
def test_the_first_layer_says_whether_rows_are_samples_or_one_sample(
    make: Any, expected: list[Any]
) -> None:
    found = Sequential(make(Constant(1.0)))([[1.0, 2.0], [3.0, 4.0]])
    rows = found if isinstance(found[0], list) else [found]
    assert [[output.data for output in row] for row in rows] == expected


def test_a_picture_may_be_one_input_of_several() -> None:
    picture, numbers = Input((2, 2)), Input(1)
    model = Model([picture, numbers], Concatenate()([layers.Flatten()(picture), numbers]))
    assert lists(model.predict([[[[1, 2], [3, 4]]], [[5]]])) == [[1.0, 2.0, 3.0, 4.0, 5.0]]
    with pytest.raises(TypeError, match="expected inputs to be numbers, received list in row 0"):
        model.predict([[[[1, 2], [3, 4]]], [[[5]]]])
    with pytest.raises(TypeError, match="expected inputs to be numbers, received list in row 0"):
        linear(2).predict([[[1, 2]], [[3, 4]]])
    assert model.get_config()["inputs"] == [[2, 2], 1]


def test_the_array_of_the_only_input_may_stand_in_a_list() -> None:
    rows = np.array([[1.0, 2.0], [3.0, 4.0]])
    for one in ([rows], (rows,)):
        assert lists(linear().predict(one)) == [[3.0], [7.0]]
    pictures = Sequential([layers.Flatten(input_shape=(2, 2))])
    assert lists(pictures.predict([rows[None]])) == [[1.0, 2.0, 3.0, 4.0]]
    assert lists(pictures.predict([rows])) == [[1.0, 2.0, 3.0, 4.0]]  # a sample of two rows
    assert lists(linear().predict([rows[0]])) == [[3.0]]


# -------------------------------------------------------------------- data on their way in


DTYPES = ["float64", "float32", "float16", "int64", "int8", "uint8", "bool", "longdouble"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_numpy_arrays_of_any_real_type_are_taken(dtype: str) -> None:
    x: Any = np.array([[1, 0], [0, 1]]).astype(dtype)
    y: Any = np.array([1, 0]).astype(dtype)
    model = linear()
    assert lists(model.predict(x)) == [[1.0], [1.0]]
    assert model.evaluate(x, y, verbose=0) == [0.5, 0.5]
    assert model.evaluate(x, y[:, None], verbose=0) == [0.5, 0.5]
    assert len(model.fit(x, y, verbose=0).epoch) == 1


@pytest.mark.parametrize(
    "x",
    [
        [[1, 2], [3, 4]],
        ((1, 2), (3, 4)),
        ([1, 2], (3, 4)),
        [range(1, 3), range(3, 5)],
        [np.array([1, 2]), np.array([3.0, 4.0])],
        [[Fraction(1), Decimal(2)], [np.float32(3), True + 3]],
        np.array([[1, 2], [3, 4]], order="F"),
        np.array([[1, 0, 2, 0], [3, 0, 4, 0]])[:, ::2],
        np.array([[1, 2], [3, 4]], dtype=object),
        [array.array("d", [1, 2]), array.array("d", [3, 4])],
        [[Value(1.0), Value(2.0)], [Parameter(3.0), 4]],
    ],
)
def test_rows_may_be_any_lists_of_real_numbers(x: Any) -> None:
    assert lists(linear().predict(x)) == [[3.0], [7.0]]


@pytest.mark.parametrize("y", [[1, 2], (1, 2), [[1], [2]], np.array([1, 2]), np.array([[1], [2]])])
def test_targets_of_one_output_may_be_plain_numbers_or_rows(y: Any) -> None:
    assert linear().evaluate([[1, 0], [2, 0]], y, verbose=0) == [0.0, 0.0]


def test_inputs_of_one_number_may_be_plain_numbers() -> None:
    assert (
        lists(linear(1).predict([1, 2])) == lists(linear(1).predict([[1], [2]])) == [[1.0], [2.0]]
    )


def test_data_are_left_as_they_were() -> None:
    x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), [[5.0], [6.0]]
    linear().fit(x, y, verbose=0, epochs=3)
    assert x.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert y == [[5.0], [6.0]]


# Inputs that do not fit a model of two inputs.
BAD_INPUTS: list[tuple[Any, type[Exception], str]] = [
    ([[1, 2], [3]], ValueError, "expected rows of 2 inputs, received 1 in row 1"),
    ([[1, 2, 3], [4, 5, 6]], ValueError, "expected rows of 2 inputs, received 3 in row 0"),
    ([1, 2], ValueError, "expected rows of 2 inputs, received 1 in row 0"),
    (np.zeros((2, 3)), ValueError, "expected rows of 2 inputs, received 3 in row 0"),
    ([[], []], ValueError, "expected rows of 2 inputs, received 0 in row 0"),
    ([], ValueError, "expected at least one row of inputs, received none"),
    (np.zeros((0, 2)), ValueError, "expected at least one row of inputs, received none"),
    ([[1, 2], [3, math.nan]], ValueError, "expected finite inputs, received nan in row 1"),
    ([[1, 2], [math.inf, 3]], ValueError, "expected finite inputs, received inf in row 1"),
    ([[-math.inf, 2], [3, 4]], ValueError, "expected finite inputs, received -inf in row 0"),
    ([[1, 2], [3, 10**400]], ValueError, "expected finite inputs"),
    ([[1, 2], [3, "4"]], TypeError, "expected inputs to be numbers, received str in row 1: '4'"),
    ([[1, 2], [3, None]], TypeError, "expected inputs to be numbers, received NoneType in row 1"),
    ([[1, 2], None], TypeError, "expected inputs to be numbers, received NoneType in row 1"),
    ([[1, 2], "34"], TypeError, "expected inputs to be numbers, received str in row 1: '34'"),
    ([[1, 2], [3, 4j]], TypeError, "expected inputs to be numbers, received complex in row 1"),
    ([[1, 2], {3, 4}], TypeError, "expected inputs to be numbers, received set in row 1"),
    ([[[1], [2]], [[3], [4]]], TypeError, "expected inputs to be numbers, received list in row 0"),
    (np.zeros((2, 2, 2)), TypeError, "expected inputs to be numbers, received list in row 0"),
    (np.zeros((2, 2), complex), TypeError, "expected inputs to be numbers, received complex"),
    (np.array([["a", "b"]] * 2), TypeError, "expected inputs to be numbers, received str in row 0"),
    (np.float64(3.0), TypeError, "expected inputs as a list of rows, received float64"),
    (None, TypeError, "expected inputs as a list of rows, received NoneType"),
    (3, TypeError, "expected inputs as a list of rows, received int"),
    ("ab", TypeError, "expected inputs as a list of rows, received str"),
    ({"a": [1, 2]}, TypeError, "expected inputs as a list of rows, received dict"),
]

# Targets that do not fit two samples and a model of one output.
BAD_TARGETS: list[tuple[Any, type[Exception], str]] = [
    ([1], ValueError, "expected as many targets as inputs, received 1 targets and 2 inputs"),
    ([1, 2, 3], ValueError, "expected as many targets as inputs, received 3 targets and 2 inputs"),
    ([[1, 2], [3, 4]], ValueError, "expected rows of 1 targets, received 2 in row 0"),
    ([[1], [2, 3]], ValueError, "expected rows of 1 targets, received 2 in row 1"),
    ([[1], []], ValueError, "expected rows of 1 targets, received 0 in row 1"),
    ([], ValueError, "expected at least one row of targets, received none"),
    ([1, math.nan], ValueError, "expected finite targets, received nan in row 1"),
    ([math.inf, 1], ValueError, "expected finite targets, received inf in row 0"),
    ([1, 10**400], ValueError, "expected finite targets"),
    (["yes", "no"], TypeError, "expected targets to be numbers, received str in row 0: 'yes'"),
    ([1, None], TypeError, "expected targets to be numbers, received NoneType in row 1"),
    (None, TypeError, "expected targets beside the inputs, received none: write fit(x, y)"),
    (1, TypeError, "expected targets as a list of rows, received int"),
    ("01", TypeError, "expected targets as a list of rows, received str"),
]


def assert_as_made(model: Model) -> None:
    """Of the weights, gradients and optimizer of `linear`."""
    assert lists(model.get_weights()) == [[[1.0], [1.0]], [0.0]]
    assert [parameter.grad for parameter in model.parameters()] == [0.0, 0.0, 0.0]
    assert model.optimizer.iterations == 0


@pytest.mark.parametrize(("x", "error", "message"), BAD_INPUTS)
def test_inputs_that_do_not_fit_are_refused_and_the_model_is_as_it_was(
    x: Any, error: type[Exception], message: str
) -> None:
    model = linear()
    for call in (
        lambda: model.predict(x),
        lambda: model.evaluate(x, [1, 2], verbose=0),
        lambda: model.fit(x, [1, 2], verbose=0),
        lambda: model.fit([[1, 2]], [1], validation_data=(x, [1, 2]), verbose=0),
        lambda: model.compute_loss(x, [1, 2]),
    ):
        with pytest.raises(error, match=re.escape(message)):
            call()
        assert_as_made(model)


@pytest.mark.parametrize(("y", "error", "message"), BAD_TARGETS)
def test_targets_that_do_not_fit_are_refused_and_the_model_is_as_it_was(
    y: Any, error: type[Exception], message: str
) -> None:
    model = linear()
    x = [[1, 2], [3, 4]]
    for call in (
        lambda: model.evaluate(x, y, verbose=0),
        lambda: model.fit(x, y, verbose=0),
        lambda: model.fit(x, [1, 2], validation_data=(x, y), verbose=0),
        lambda: model.compute_loss(x, y),
    ):
        with pytest.raises(error, match=re.escape(message)):
            call()
        assert_as_made(model)


def test_classes_by_number_are_told_the_rows_that_were_expected() -> None:
    with pytest.raises(ValueError, match="expected rows of 3 targets, received 1 in row 0"):
        linear(2, 3).fit([[1, 2]], [2], verbose=0)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([[1, 2, 3]], [[1, 2]]),
        ([[1, 2, 3]], [1, 2]),
        ([[1, 2, 3]], None),
        ([[1, 2, 3], [4, 5]], [1, 2]),
    ],
)
def test_data_that_do_not_fit_do_not_choose_the_size_of_a_model_that_has_none(
    x: Any, y: Any
) -> None:
    model = Sequential([Dense(2), Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises((TypeError, ValueError)):
        model.fit(x, y, verbose=0)
    assert len(lists(model.predict([[1, 2], [3, 4]]))) == 2


@pytest.mark.parametrize("sample", ["abc", [[1, 2, None]], [1, 2, None], [1, 2, "3"]])
def test_what_is_no_sample_does_not_choose_the_size_of_a_model_that_has_none(sample: Any) -> None:
    model = Sequential([Dense(2), Dense(1)])
    with pytest.raises(TypeError, match="expected a real number, received"):
        model(sample)
    assert len(lists(model.predict([[1, 2], [3, 4]]))) == 2


def test_inputs_too_wide_for_a_later_layer_do_not_spoil_the_layers_before_it() -> None:
    model = Sequential([Activation("relu"), Dense(4, input_dim=3)])
    with pytest.raises(ValueError, match="Dense expected 3 inputs, received 5"):
        model.predict([[1, 2, 3, 4, 5]])
    assert len(lists(model.predict([[1, 2, 3]]))[0]) == 4


# -------------------------------------------------------------------------- weights


def shared() -> Model:
    """Branches, a shared layer, and one without biases."""
    x = Input(2)
    twice = Dense(2, "tanh")
    joined = Concatenate()([twice(twice(x)), Dense(3, use_bias=False)(x)])
    return Model(x, Dense(1, "sigmoid")(joined))


MODELS: list[Callable[[], Model]] = [
    linear,
    lambda: Sequential([Dense(3, "relu", input_dim=2), Activation("tanh"), Dense(2)]),
    shared,
]


@pytest.mark.parametrize("make", MODELS)
def test_weights_go_from_one_model_to_another(make: Callable[[], Model]) -> None:
    one, other = make(), make()
    for i, parameter in enumerate(one.parameters()):
        parameter.data = math.sin(i)
    parameters = other.parameters()
    other.set_weights(lists(one.get_weights()))
    assert lists(other.get_weights()) == lists(one.get_weights())
    assert lists(other.predict([[1, 2], [3, 4]])) == lists(one.predict([[1, 2], [3, 4]]))
    assert other.parameters() == parameters  # the same Parameters, with new numbers


def test_weights_are_a_kernel_with_a_row_for_each_input_and_biases() -> None:
    model = linear(2, 3)
    model.set_weights([[[1, 2, 3], [4, 5, 6]], [7, 8, 9]])
    assert lists(model.predict([[1, 0]])) == [[8.0, 10.0, 12.0]]
    assert lists(model.predict([[0, 1]])) == [[11.0, 13.0, 15.0]]
    assert lists(model.get_weights()) == [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [7.0, 8.0, 9.0]]


def test_weights_may_be_numpy_arrays() -> None:
    model = linear(2, 3)
    arrays = [np.arange(6, dtype="float32").reshape(2, 3), np.array([7, 8, 9])]
    model.set_weights(arrays)
    assert lists(model.get_weights()) == [[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], [7.0, 8.0, 9.0]]


def test_weights_that_were_got_are_a_copy() -> None:
    model = linear()
    weights = lists(model.get_weights())
    weights[0][0][0] = weights[1][0] = 9.0
    assert_as_made(model)


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        (
            [],
            ValueError,
            "expected 2 lists of weights, kernel and biases of each layer, received 0",
        ),
        ([[[2], [3]]], ValueError, "expected 2 lists of weights"),
        ([[[2], [3]], [4], [5]], ValueError, "expected 2 lists of weights"),
        ([[[2], [3], [4]], [5]], ValueError, "expected a kernel of 2 rows for Dense(1, 'linear')"),
        ([[[2, 3], [4, 5]], [6]], ValueError, "expected rows of 1 weights, received 2 in row 0"),
        ([[[2], [3, 4]], [6]], ValueError, "expected rows of 1 weights, received 2 in row 1"),
        ([[[2], [3]], [4, 5]], ValueError, "expected 1 biases for Dense(1, 'linear'), received 2"),
        ([[[2], [3]], []], ValueError, "expected at least one row of biases, received none"),
        ([[[2], [3]], [math.nan]], ValueError, "expected finite biases, received nan"),
        ([[[2], [math.inf]], [4]], ValueError, "expected finite weights, received inf in row 1"),
        ([[[2], [3]], ["4"]], TypeError, "expected biases to be numbers, received str"),
        ([[[2], [None]], [4]], TypeError, "expected weights to be numbers, received NoneType"),
        ([[[2], [3]], None], TypeError, "expected biases as a list of rows, received NoneType"),
        ([3, 4], TypeError, "expected weights as a list of rows, received int"),
    ],
)
def test_weights_of_another_shape_leave_the_model_as_it_was(
    weights: Any, error: type[Exception], message: str
) -> None:
    model = linear()
    with pytest.raises(error, match=re.escape(message)):
        model.set_weights(weights)
    assert_as_made(model)


def test_other_numbers_than_weights_and_biases_are_called_by_their_own_name() -> None:
    model = Sequential([layers.LayerNormalization(input_dim=2)])
    with pytest.raises(
        ValueError, match=r"^expected 2 gamma for LayerNormalization\(\), received 1"
    ):
        model.set_weights([[1.0], [0.0, 0.0]])
    with pytest.raises(
        TypeError, match=r"^expected beta to be numbers, received str in row 0: 'b'"
    ):
        model.set_weights([[3.0, 4.0], ["b", 0.0]])
    assert lists(model.get_weights()) == [[1.0, 1.0], [0.0, 0.0]]


def test_weights_of_a_model_that_has_none_yet_can_be_neither_got_nor_set() -> None:
    model = Sequential([Dense(2)])
    with pytest.raises(RuntimeError, match="does not know its number of inputs yet"):
        model.get_weights()
    with pytest.raises(RuntimeError, match="does not know its number of inputs yet"):
        model.set_weights([[[1, 2]], [3, 4]])


@pytest.mark.parametrize(
    ("verbose", "out", "err"), [(0, "", ""), (2, "3 samples", ""), (1, "", "3/3")]
)
def test_predicting_shows_what_verbose_asks_for(
    verbose: int, out: str, err: str, capsys: pytest.CaptureFixture[str]
) -> None:
    linear().predict([[1, 2], [3, 4], [5, 6]], verbose=verbose)
    printed = capsys.readouterr()
    assert printed.out.strip() == out
    assert err in printed.err
    assert bool(printed.err) == bool(err)


def test_evaluating_prints_one_line_of_measures(capsys: pytest.CaptureFixture[str]) -> None:
    model = linear()
    model.compile("sgd", "mse", ["mae"])
    model.evaluate([[1, 2]], [3])
    assert re.fullmatch(r"loss: [0-9.]+ - mae: [0-9.]+\n", capsys.readouterr().out)
