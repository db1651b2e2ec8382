"""Cross entropies of what sigmoid and softmax made: saturated units learn, and one sees the way."""

import itertools
import math
import random
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import mpmath
import pytest

import autograd
import nn
from autograd import Value, detect_anomaly, maximum, no_grad, sigmoid, softmax, topological_order
from nn import Activation, Concatenate, Dense, Input, Model, Sequential, losses
from nn.initializers import Constant
from nn.losses import BinaryCrossentropy, CategoricalCrossentropy, KLDivergence
from nn.optimizers import SGD, Adam

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

SCORES = [-1e6, -800.0, -40.0, -17.0, -1.5, 0.0, 0.25, 17.0, 36.0, 40.0, 800.0, 1e6]
TARGETS = [0, 1, 0.0, 1.0, 0.3]


def exactly(number: float) -> Any:
    return pytest.approx(number, rel=1e-13, abs=0.0)


def binary_in_many_digits(y: float, z: float) -> tuple[float, float]:
    """Return -(y ln p + (1 - y) ln(1 - p)) for p = 1 / (1 + e**-z), and p - y."""
    with mpmath.workdps(400):
        z = mpmath.mpf(z)
        small = mpmath.exp(-abs(z))
        p = (1 if z >= 0 else small) / (1 + small)
        # ln p is z - ln(1 + e**z), without a difference of two large numbers
        log_p = (mpmath.mpf(0) if z >= 0 else z) - mpmath.log1p(small)
        log_not_p = (-z if z >= 0 else mpmath.mpf(0)) - mpmath.log1p(small)
        rest = small / (1 + small) if z >= 0 else 1 / (1 + small)
        y = mpmath.mpf(y)
        return float(-(y * log_p + (1 - y) * log_not_p)), float((1 - y) * p - y * rest)


# ----------------------------------------------------------------------------- one score


@pytest.mark.parametrize("y", TARGETS)
@pytest.mark.parametrize("z", SCORES)
def test_the_loss_of_a_sigmoid_and_its_slope_are_exact_for_scores_of_any_size(
    y: float, z: float
) -> None:
    score = Value(z)
    loss = BinaryCrossentropy()([y], [sigmoid(score)])
    loss.backward()
    expected, slope = binary_in_many_digits(y, z)
    assert loss.data == (exactly(expected) if expected > 1e-300 else pytest.approx(0.0, abs=1e-300))
    assert score.grad == pytest.approx(slope, rel=1e-13, abs=1e-16)


@pytest.mark.parametrize(
    "y", [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0.2, 0.3, 0.5], [0, 1, 1], [0.5, 0, 0]]
)
@pytest.mark.parametrize(
    "zs", [[5.0, 6.0, 7.0], [0.0, 40.0, -3.0], [1e5, -1e5, 0.0], [-800, 0, 800]]
)
def test_the_loss_of_a_softmax_and_its_slopes_are_exact_for_scores_of_any_size(
    y: list[float], zs: list[float]
) -> None:
    scores = [Value(z) for z in zs]
    loss = CategoricalCrossentropy()([y], [softmax(scores)])
    loss.backward()
    with mpmath.workdps(60):
        top = max(zs)
        whole = mpmath.fsum(mpmath.exp(mpmath.mpf(z) - top) for z in zs)
        logs = [mpmath.mpf(z) - top - mpmath.log(whole) for z in zs]
        expected = float(-mpmath.fsum(t * log for t, log in zip(y, logs, strict=True)))
        slopes = [float(sum(y) * mpmath.exp(log) - t) for t, log in zip(y, logs, strict=True)]
    assert loss.data == pytest.approx(expected, rel=1e-13, abs=1e-10)
    assert [score.grad for score in scores] == pytest.approx(slopes, rel=1e-11, abs=1e-15)


@pytest.mark.parametrize("y", TARGETS)
@pytest.mark.parametrize("z", [-9.0, -1.5, 0.0, 0.25, 9.0])
def test_in_the_ordinary_range_the_loss_is_that_of_the_probabilities_as_numbers(
    y: float, z: float
) -> None:
    p = sigmoid(Value(z))
    of_numbers = BinaryCrossentropy()([y], [p.data])
    assert BinaryCrossentropy()([y], [p]).data == pytest.approx(of_numbers, rel=1e-12)
    shares = softmax([Value(z), 0.0])
    numbers = [share.data for share in shares]
    assert CategoricalCrossentropy()([[y, 1 - y]], [shares]).data == pytest.approx(
        CategoricalCrossentropy()([[y, 1 - y]], [numbers]), rel=1e-12
    )


def test_probabilities_as_numbers_are_clipped_as_in_keras() -> None:
    p = sigmoid(40.0)
    assert p == 1.0
    assert BinaryCrossentropy()([0.0], [p]) == pytest.approx(-math.log(1e-7), rel=1e-6)
    with no_grad():  # there is no graph to go back by
        assert BinaryCrossentropy()([0], [sigmoid(Value(40.0))]).data == pytest.approx(
            -math.log(1e-7), rel=1e-6
        )


# ---------------------------------------------------- what is taken for a sigmoid, or softmax


def test_a_method_a_layer_and_a_neuron_make_a_sigmoid_too() -> None:
    z = Value(40.0)
    for p in (z.sigmoid(), Activation("sigmoid")([z])[0]):
        z.grad = 0.0
        BinaryCrossentropy()([0], [p]).backward()
        assert z.grad == 1.0
    neuron = nn.Neuron(1, "sigmoid", Constant(1.0))
    BinaryCrossentropy()([0], [neuron([40.0])]).backward()
    assert [parameter.grad for parameter in neuron.parameters()] == [40.0, 1.0]


def test_each_output_of_a_binary_loss_goes_its_own_way() -> None:
    z, p = Value(40.0), Value(0.75)
    BinaryCrossentropy()([[0, 1]], [[sigmoid(z), p]]).backward()
    assert (z.grad, p.grad) == (0.5, exactly(-0.5 / 0.75))


def test_a_softmax_of_scores_some_of_which_are_numbers_goes_back_too() -> None:
    z = Value(-800.0)
    CategoricalCrossentropy()([[1, 0]], [softmax([z, 0.0])]).backward()
    assert z.grad == -1.0


def shares_in_another_order() -> tuple[list[Value], list[Value]]:
    scores = [Value(1.0), Value(2.0), Value(0.5)]
    first, second, third = softmax(scores)
    return scores, [second, first, third]


def some_of_the_shares() -> tuple[list[Value], list[Value]]:
    scores = [Value(1.0), Value(2.0), Value(0.5)]
    return scores, softmax(scores)[:2]


def shares_of_two_softmaxes() -> tuple[list[Value], list[Value]]:
    scores = [Value(1.0), Value(2.0), Value(0.5)]
    return scores, [softmax(scores[:2])[0], softmax(scores)[1]]


def one_share_twice() -> tuple[list[Value], list[Value]]:
    scores = [Value(1.0), Value(2.0)]
    return scores, [softmax(scores)[0]] * 2


def sigmoids() -> tuple[list[Value], list[Value]]:
    scores = [Value(1.0), Value(2.0)]
    return scores, [sigmoid(score) for score in scores]


def beside_a_number() -> tuple[list[Value], list[Any]]:
    scores = [Value(1.0), Value(2.0)]
    return scores, [softmax(scores)[0], 0.25]


@pytest.mark.parametrize(
    "make",
    [
        *(shares_in_another_order, some_of_the_shares, shares_of_two_softmaxes),
        *(one_share_twice, sigmoids, beside_a_number),
    ],
)
def test_other_predictions_keep_the_formula_of_probabilities(make: Any) -> None:
    scores, predictions = make()
    y = [0.25, 0.75, 0.5][: len(predictions)]
    given = [float(getattr(p, "data", p)) for p in predictions]
    numbers = [p / math.fsum(given) for p in given]  # as Keras takes them
    loss = CategoricalCrossentropy()([y], [predictions])
    assert loss.data == exactly(
        -math.fsum(t * math.log(p) for t, p in zip(y, numbers, strict=True))
    )
    loss.backward()
    h = 1e-6
    for i, score in enumerate(scores):
        ends = []
        for change in (h, -h):
            others, moved = make()
            others[i].data += change
            for p in moved:
                if isinstance(p, Value):
                    p.recompute()
            ends.append(CategoricalCrossentropy()([y], [moved]).data)
        assert score.grad == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-7, abs=1e-9)


def test_a_binary_loss_does_not_take_a_softmax_for_a_sigmoid() -> None:
    first, _ = softmax([Value(1.0), Value(0.0)])
    assert BinaryCrossentropy()([1], [first]).data == exactly(-math.log(first.data))


# --------------------------------------------------------------------- which way it went


def operations(loss: Value) -> set[str]:
    return {node.op.name for node in topological_order(loss) if node.op is not None}


def test_the_graph_and_the_explanation_show_the_way_by_the_score() -> None:
    z = Value(0.5, "z")
    loss = BinaryCrossentropy()([0], [sigmoid(z)])
    loss.label = "E"
    assert operations(loss) == {"softplus"}
    assert "dE/dz = sigmoid(z)" in str(loss.explain(z))
    assert "softplus" in autograd.draw(loss).source
    soft = BinaryCrossentropy()([0.25], [sigmoid(z)])
    soft.label = "E"
    assert "dE/dz = sigmoid(z) - 0.25" in str(soft.explain(z))  # p - y
    scores = [Value(1.0, "z1"), Value(2.0, "z2")]
    whole = CategoricalCrossentropy()([[0, 1]], [softmax(scores)])
    assert operations(whole) == {"logsumexp", "sub"}
    assert whole.parents[1] is scores[1]  # ln(e**z1 + e**z2) - z2, and nothing times 1


PASSED_BY = r"result of {0} was passed by: .* goes back to the score .*{1}\(textbook=True\)"


@pytest.mark.parametrize(
    ("kind", "make", "name"),
    [
        (BinaryCrossentropy, lambda z: [sigmoid(z)], "sigmoid"),
        (CategoricalCrossentropy, lambda z: softmax([z, Value(0.0)]), "softmax"),
    ],
)
def test_who_asks_for_the_gradient_of_a_probability_that_was_passed_by_is_told(
    kind: Any, make: Any, name: str
) -> None:
    z = Value(0.5, "z")
    predictions = make(z)
    p = predictions[0]
    loss = kind()([[1, 0][: len(predictions)]], [predictions])
    assert p.grad == 0.0  # nothing has been passed by yet
    said = PASSED_BY.format(name, kind.__name__)
    loss.backward()
    with pytest.warns(UserWarning, match=said) as found:
        assert p.grad == 0.0
    assert found[0].filename == __file__
    with pytest.warns(UserWarning, match=said):
        autograd.gradients(loss, [p])
    with pytest.raises(ValueError, match=said):
        loss.explain(p)
    with pytest.raises(ValueError, match=said):
        autograd.check_by_hand(loss, {p: -1.6})
    with pytest.raises(ValueError, match=said):
        autograd.sheet(loss, ask=[p])
    with pytest.raises(autograd.GradcheckError, match=said):
        autograd.assert_gradients(loss, {p: -1.6})
    textbook = kind(textbook=True)([[1, 0][: len(predictions)]], [predictions])
    textbook.backward()
    assert p.grad == exactly(-1 / p.data)


def test_a_probability_that_the_gradient_went_through_or_that_is_drawn_is_not_spoken_of() -> None:
    z = Value(0.5, "z")
    p = sigmoid(z)
    BinaryCrossentropy()([1], [p]).backward()
    autograd.draw(p)
    other = sigmoid(z)
    (other * other).backward()
    assert other.grad == 2 * other.data


SPELLINGS: list[tuple[str, Any, Any]] = [
    ("1 - sigmoid(-z)", lambda z: [1 - sigmoid(-z)], 0),
    ("sigmoid(z) * 1.0", lambda z: [sigmoid(z) * 1.0], 0),
    ("clamp(sigmoid(z), ...)", lambda z: [autograd.clamp(sigmoid(z), 1e-7, 1 - 1e-7)], 0),
    ("clamp further away", lambda z: [autograd.clamp(sigmoid(z), 1e-4, 1 - 1e-4)], 0),
    ("minimum", lambda z: [1 - autograd.minimum(sigmoid(z), 1 - 1e-5)], 1),
    ("softmax(...)[0]", lambda z: [softmax([z, Value(0.0)])[0]], 0),
    ("1 / (1 + exp(-z))", lambda z: [1 / (1 + autograd.exp(-z))], 0),
    ("exp(z) / (exp(z) + 1)", lambda z: [autograd.exp(z) / (autograd.exp(z) + 1)], 0),
    ("(1 + tanh(z / 2)) / 2", lambda z: [(1 + autograd.tanh(z / 2)) / 2], 0),
    ("moved off 0", lambda z: [1e-7 + (1 - 2e-7) * sigmoid(-2 * z)], 1),
    ("two shares", lambda z: [s * 1.0 for s in softmax([z, Value(0.0)])], [0, 1]),
]


@pytest.mark.parametrize(
    ("make", "y"), [row[1:] for row in SPELLINGS], ids=[s for s, *_ in SPELLINGS]
)
def test_other_spellings_of_a_probability_say_once_that_they_are_stuck(make: Any, y: Any) -> None:
    kind = CategoricalCrossentropy if isinstance(y, list) else BinaryCrossentropy
    targets = y if isinstance(y, list) else [y]
    loss, near, far = kind(), Value(0.1), Value(40.0)
    loss([targets], [make(near)]).backward()  # in silence
    assert near.grad != 0.0
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        for _ in range(3):
            loss([targets], [make(far)]).backward()
    assert abs(far.grad) < 1e-9
    (warning,) = found
    assert warning.filename == __file__
    said = str(warning.message)
    assert "which is clipped: its gradient is 0" in said
    assert "give the loss what s" in said
    assert len(said) < 300


def test_a_clipped_probability_that_is_right_or_has_no_gradient_anyway_says_nothing() -> None:
    BinaryCrossentropy()([1], [Value(40.0).sigmoid() * 1.0])
    BinaryCrossentropy()([0, 1, 1], [1.0, 0.0, autograd.Constant(0.0)])
    BinaryCrossentropy()([0], [autograd.Constant(0.999)])
    CategoricalCrossentropy()([1, 0], [autograd.Constant(0.0), autograd.Constant(1.0)])
    with no_grad():
        BinaryCrossentropy()([1], [Value(-40.0).sigmoid()])
        BinaryCrossentropy()([0], [Value(40.0).sigmoid() * 1.0])


def test_a_small_sum_that_is_not_clipped_goes_back_and_says_nothing() -> None:
    a, b = Value(5e-7), Value(1.5e-6)  # 20 times what is clipped
    loss = BinaryCrossentropy()([1], [a + b])
    loss.backward()
    assert loss.data == pytest.approx(-math.log(2e-6))
    assert [a.grad, b.grad] == pytest.approx([-5e5, -5e5])


@pytest.mark.parametrize(
    ("make", "is_stuck"),
    [
        (lambda: maximum(Value(-1.0), 0.0099), True),  # another number was chosen in its place
        (lambda: maximum(Value(-1.0), 0.01), False),  # not small: it is hardly worth a word
        (lambda: maximum(Value(0.0099), 0.001), False),
        (lambda: Value(0.99e-7), True),
        (lambda: Value(1e-7), False),
        (lambda: Value(1e-7) * 1.0, False),
        (lambda: Value(5e-8) + Value(5.04e-8), True),  # as good as clipped: moved off 0 by 1e-7
        (lambda: Value(5e-8) + Value(5.2e-8), False),
        (lambda: Value(1e-8) * 1.0, True),
    ],
)
def test_a_probability_is_stuck_below_what_is_clipped_and_where_another_was_chosen(
    make: Callable[[], Value], is_stuck: bool
) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        BinaryCrossentropy()([1], [make()])
    assert ["which is clipped" in str(one.message) for one in told] == [True] * is_stuck


@pytest.mark.parametrize("loss", [BinaryCrossentropy(), CategoricalCrossentropy(), KLDivergence()])
def test_a_clipped_leaf_and_a_divergence_say_that_they_are_stuck(loss: Any) -> None:
    p = Value(0.0)
    with pytest.warns(RuntimeWarning, match="given the probability 0, which is clipped"):
        loss([[1, 0]], [[p, 0.3]]).backward()
    assert p.grad == 0.0


@pytest.mark.parametrize(
    ("row", "share", "loss", "slopes"),
    [
        ([-3.0, -4.0], "", math.log(7 / 3), [1 / 3 - 1 / 7, -1 / 7]),
        ([1e-8, 3e-8], "", math.log(4.0), [-7.5e7, 2.5e7]),
        ([1.005e-7, 1.0], "", -math.log(1.005e-7 / 1.0000001005), [-1 / 1.005e-7, 1.0]),
        ([0.5, -0.6], "-5", -math.log(1e-7), [0.0, 0.0]),  # of a linear layer
        ([0.001, 50000.0], "2e-08", -math.log(1e-7), [0.0, 0.0]),
    ],
)
def test_a_share_that_is_clipped_is_told_and_no_other(
    row: list[float], share: str, loss: float, slopes: list[float]
) -> None:
    values = [Value(x) for x in row]
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        result = CategoricalCrossentropy()([[1, 0]], [values])
    result.backward()
    assert result.data == pytest.approx(loss)
    assert [value.grad for value in values] == pytest.approx(slopes, rel=1e-6)
    said = [f"given the probability {share}, which is clipped" in str(w.message) for w in found]
    assert said == ([True] if share else [])


def test_a_divergence_of_a_saturated_softmax_says_what_has_a_gradient() -> None:
    scores, loss = [Value(40.0), Value(-40.0)], KLDivergence()
    loss([[1, 0]], [softmax(scores)])  # in silence: nothing is lost
    with pytest.warns(RuntimeWarning, match="CategoricalCrossentropy has the same gradient"):
        loss([[0, 1]], [softmax(scores)]).backward()
    assert abs(scores[1].grad) < 1e-9
    for score in scores:
        score.grad = 0.0
    CategoricalCrossentropy()([[0, 1]], [softmax(scores)]).backward()
    assert [score.grad for score in scores] == [1.0, -1.0]


@pytest.mark.parametrize("loss", [nn.losses.get(name) for name in ("mse", "bce", "kld", "hinge")])
def test_predictions_in_the_place_of_targets_are_named(loss: Any) -> None:
    with pytest.warns(UserWarning, match=r"write loss\(y_true, y_pred\), targets first"):
        loss([Value(0.5), Value(0.5)], [0.0, 1.0])
    loss([0.0, 1.0], [Value(0.5), Value(0.5)])
    loss([Value(0.5), Value(0.5)], [Value(0.5), Value(0.5)])


# ---------------------------------------------------------- numbers that were changed afterwards


@pytest.mark.parametrize("change", ["probability", "score"])
@pytest.mark.parametrize("kind", [BinaryCrossentropy, CategoricalCrossentropy])
def test_a_probability_that_was_changed_is_taken_as_it_is_and_spoken_of(
    kind: Any, change: str
) -> None:
    z, loss = Value(1.0), kind()
    shares = [z.sigmoid()] if kind is BinaryCrossentropy else softmax([z, Value(0.0)])
    targets = [[1.0]] if kind is BinaryCrossentropy else [[1.0, 0.0]]
    before = loss(targets, [shares]).data  # in silence
    if change == "probability":
        shares[0].data = 0.25
        shares[-1].data = 0.25 if kind is BinaryCrossentropy else 0.75
    else:
        z.data = -1.0
    with pytest.warns(RuntimeWarning, match="is not what s.* gives of its score now") as found:
        after = loss(targets, [shares])
    assert len(found) == 1
    assert after.data == exactly(before if change == "score" else -math.log(0.25))
    after.backward()
    assert shares[0].grad == exactly(
        -1 / shares[0].data - (0 if kind is BinaryCrossentropy else -1)
    )


def test_a_probability_that_was_computed_again_is_not_spoken_of() -> None:
    z = Value(1.0)
    p = z.sigmoid()
    z.data = -1.0
    p.recompute()
    loss = BinaryCrossentropy()([1.0], [p])
    loss.backward()
    assert z.grad == exactly(p.data - 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        z.data = math.nan
        p.recompute()
        BinaryCrossentropy()([1.0], [p])


@pytest.mark.parametrize("label", [-1, 2, 1.5, math.nan])
def test_a_label_outside_0_and_1_is_refused(label: float) -> None:
    with pytest.raises(ValueError, match=r"labels from 0 to 1, received .*\(y \+ 1\) / 2"):
        BinaryCrossentropy()([1, label], [sigmoid(Value(0.0)), 0.5])
    model = Sequential([Dense(1, "sigmoid", input_dim=1)])
    if not math.isnan(label):  # `fit` itself refuses nan
        for jit_compile in (True, False):
            model.compile("sgd", "binary_crossentropy", jit_compile=jit_compile)
            with pytest.raises(ValueError, match="labels from 0 to 1"):
                model.fit([[0.0], [1.0]], [1, label], verbose=0)


def test_the_textbook_s_way_goes_through_the_probability() -> None:
    z = Value(0.5, "z")
    p = sigmoid(z)
    p.label = "p"
    loss = BinaryCrossentropy(textbook=True)([1], [p])
    loss.label = "E"
    text = str(loss.explain(z))
    assert "dE/dz = dE/dp * dp/dz" in text
    assert "dE/dp = -1/p" in text
    assert "dp/dz = p(1 - p)" in text
    loss.backward()
    assert p.grad == exactly(-1 / p.data)
    assert z.grad == exactly(p.data - 1)
    shares = softmax([z, Value(0.0)])
    whole = CategoricalCrossentropy(textbook=True)([[1, 0]], [shares])
    assert whole.data == exactly(-math.log(shares[0].data))
    assert operations(whole) == {"softmax", "log", "neg"}


def test_the_textbook_s_formula_is_taken_as_it_is_written() -> None:
    loss = BinaryCrossentropy(textbook=True)([0], [sigmoid(Value(40.0))])
    assert loss.data == math.inf  # -ln(1 - 1)


@pytest.mark.parametrize("kind", [BinaryCrossentropy, CategoricalCrossentropy])
def test_the_textbook_has_no_formula_of_scores(kind: Any) -> None:
    with pytest.raises(ValueError, match="from_logits or textbook to be True, received both"):
        kind(from_logits=True, textbook=True)


def test_the_picture_of_a_network_says_that_the_loss_is_computed_from_scores() -> None:
    model = Sequential([Dense(1, "sigmoid", kernel_initializer=Constant(1.0), input_dim=1)])
    model.compile("sgd", "binary_crossentropy")
    source = nn.draw_network(model, x=[0.5], target=0).source
    assert "here, computed from the scores" in source
    assert "∂out" not in source  # no gradient has passed through the output
    other = nn.draw_network(model, x=[0.5], target=0, loss="mse").source
    assert "computed from" not in other
    assert "∂out" in other


@pytest.mark.parametrize(
    ("kind", "activation", "y"),
    [(BinaryCrossentropy, "sigmoid", [[0, 1]]), (CategoricalCrossentropy, "softmax", [[0, 1]])],
)
def test_from_logits_of_what_is_no_score_warns_and_goes_back_to_the_scores_as_keras_does(
    kind: Any, activation: str, y: Any
) -> None:
    scores = [Value(3.0), Value(-50.0)]
    predictions = Activation(activation)(scores)
    with pytest.warns(UserWarning, match=f"from_logits=True, but {activation} made these") as found:
        loss = kind(from_logits=True)(y, [predictions])
    assert {warning.filename for warning in found} == {__file__}
    assert loss.data == kind(from_logits=True)(y, [scores]).data


def test_a_softmax_of_one_unit_warns() -> None:
    model = Sequential([Dense(1, "softmax", input_dim=1)])
    model.compile("sgd", "categorical_crossentropy")
    with pytest.warns(UserWarning, match="softmax of one unit is always 1") as found:
        model.fit([[0.5], [1.0]], [0, 1], verbose=0)
    assert found[0].filename == __file__
    with pytest.warns(UserWarning, match="softmax of one unit"):
        Activation("softmax")([0.5])
    assert [share.data for share in Activation("softmax")([0.5, 0.5])] == [0.5, 0.5]


@pytest.mark.parametrize("jit_compile", [True, False])
def test_a_softmax_of_one_unit_warns_once_for_each_layer_and_line(jit_compile: bool) -> None:
    def lines_that_were_warned(model: Sequential) -> list[int]:
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            model.fit([[0.5], [1.0]] * 20, [0, 1] * 20, epochs=2, verbose=0)
            for _ in range(3):
                model([0.5])
        return [warning.lineno for warning in found]

    models = [Sequential([Dense(1, "softmax", input_dim=1)]) for _ in range(2)]
    for model in models:
        model.compile("sgd", "categorical_crossentropy", jit_compile=jit_compile)
    first, second = map(lines_that_were_warned, models)
    assert len(first) == len(set(first)) == 2
    assert first == second
    assert lines_that_were_warned(models[0]) == []


# ------------------------------------------------------------------------------ training


def people(seed: int, count: int = 60) -> tuple[list[list[float]], list[float]]:
    """Return heights and weights that are not scaled, and a label that leans on both."""
    generator = random.Random(seed)  # noqa: S311  # data
    rows = [[generator.gauss(170, 10), generator.gauss(70, 12)] for _ in range(count)]
    return rows, [float(a + 2 * b + generator.gauss(0, 10) > 310) for a, b in rows]


def wrapped(y_true: Any, y_pred: Any) -> Any:
    """A loss of the user's own, which compiled code knows as a function of a whole batch alone."""
    kind = BinaryCrossentropy if len(y_pred[0]) == 1 else CategoricalCrossentropy
    return 3.0 * kind()(y_true, y_pred)


@pytest.mark.filterwarnings("ignore:after epoch .* give .x - mean")  # it moves, and is told so
@pytest.mark.parametrize("jit_compile", [True, False], ids=["compiled", "on graphs"])
@pytest.mark.parametrize("units", [1, 2], ids=["sigmoid", "softmax"])
@pytest.mark.parametrize("own_loss", [False, True])
def test_logistic_regression_on_unscaled_data_moves_with_every_seed(
    units: int, jit_compile: bool, own_loss: bool
) -> None:
    for seed in range(12):
        x, y = people(seed, count=24)
        nn.set_random_seed(seed)
        kind = "sigmoid" if units == 1 else "softmax"
        model = Sequential([Dense(units, kind, input_dim=2)])
        name = "binary_crossentropy" if units == 1 else "categorical_crossentropy"
        model.compile(SGD(3e-4), wrapped if own_loss else name, jit_compile=jit_compile)
        targets = y if units == 1 else nn.to_categorical([int(label) for label in y], 2)
        before = lists(model.get_weights())
        history = model.fit(x, targets, epochs=40, verbose=0).history["loss"]
        moved = [
            abs(a - b)
            for a, b in zip(*map(flat, (before, lists(model.get_weights()))), strict=True)
        ]
        assert all(moved), seed
        assert history[-1] < history[0] - 3, seed  # clipped, the loss of a saturated unit is flat


def flat(weights: list[Any]) -> list[float]:
    kernel, biases = weights
    return [*itertools.chain(*kernel), *biases]


@pytest.mark.parametrize("how", [{}, {"validation_split": 0.25}])
@pytest.mark.parametrize("own_loss", [False, True])
@pytest.mark.parametrize("units", [1, 2], ids=["sigmoid", "softmax"])
def test_saturated_training_and_measuring_are_the_same_compiled_and_on_graphs(
    units: int, own_loss: bool, how: Any
) -> None:
    x, y = people(3)
    targets = y if units == 1 else nn.to_categorical([int(label) for label in y], 2)
    found = []
    for jit_compile in (True, False):
        nn.set_random_seed(5)
        model = Sequential([Dense(units, ["sigmoid", "softmax"][units - 1], input_dim=2)])
        kind = BinaryCrossentropy() if units == 1 else CategoricalCrossentropy()
        model.compile(SGD(0.001), wrapped if own_loss else kind, jit_compile=jit_compile)
        history = model.fit(x, targets, epochs=5, batch_size=7, verbose=0, **how).history
        found.append([*itertools.chain(*history.values()), model.evaluate(x, targets, verbose=0)])
    assert found[0] == pytest.approx(found[1], rel=1e-10)


def test_what_evaluate_says_of_saturated_units_is_the_loss_that_is_trained_on() -> None:
    for jit_compile in (True, False):
        model = Sequential([Dense(1, "sigmoid", kernel_initializer=Constant(1.0), input_dim=1)])
        model.compile(SGD(0.0), "binary_crossentropy", jit_compile=jit_compile)
        assert model.evaluate([[100.0], [50.0]], [0, 0], verbose=0) == 75.0
        assert model.fit([[100.0], [50.0]], [0, 0], verbose=0).history == {"loss": [75.0]}


@pytest.mark.parametrize("own_loss", [False, True])
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_scores_beyond_all_doubles_have_the_same_loss_compiled_and_on_graphs(
    target: float, own_loss: bool
) -> None:
    for jit_compile, units in itertools.product((True, False), (1, 2)):
        start = Constant(-1e308)
        layer = Dense(
            units, ["sigmoid", "softmax"][units - 1], kernel_initializer=start, input_dim=1
        )
        model = Sequential([layer])
        if units == 2:
            model.set_weights([[[-1e308, 0.0]], [0.0, 0.0]])
        name = "binary_crossentropy" if units == 1 else "categorical_crossentropy"
        model.compile(SGD(0.0), wrapped if own_loss else name, jit_compile=jit_compile)
        targets = [target] if units == 1 else [[target, 1.0 - target]]
        assert model.evaluate([[9.0]], targets, verbose=0) == (math.inf if target else 0.0)


def test_the_way_back_is_found_through_layers_that_only_join_outputs() -> None:
    x = Input(shape=(1,))
    sides = [Dense(1, "sigmoid", kernel_initializer=Constant(1.0))(x) for _ in range(2)]
    for jit_compile in (True, False):
        model = Model(x, Concatenate()(sides))
        model.compile(SGD(0.0), "binary_crossentropy", jit_compile=jit_compile)
        assert model.evaluate([[100.0]], [[0, 1]], verbose=0) == 50.0


# ------------------------------------------------- beside the formulas of the course notes


def hand_sigmoid(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z)) if z >= 0 else math.exp(z) / (1.0 + math.exp(z))


class ByHand:
    """Logistic regression in plain floats: dE/dz = p - y, dE/dw = (p - y) x, averaged."""

    def __init__(self, weights: list[float]) -> None:
        self.weights = weights

    def step(self, x: list[list[float]], y: list[float], rate: float) -> float:
        *slopes, bias = self.weights
        errors, loss = [], 0.0
        for row, label in zip(x, y, strict=True):
            z = 0.0
            for weight, number in zip(slopes, row, strict=True):
                z += weight * number
            z += bias
            # p - y, written for y = 1 as -(1 - p), which is 1 - p to the last bit when p is near 1
            errors.append(-hand_sigmoid(-z) if label else hand_sigmoid(z))
            assert errors[-1] == pytest.approx(hand_sigmoid(z) - label, abs=2.3e-16)
            loss += max(z if label == 0 else -z, 0.0) + math.log1p(math.exp(-abs(z)))
        share = 1.0 / len(x)
        gradient = [0.0] * len(self.weights)
        for row, error in reversed([*zip(x, errors, strict=True)]):  # as the backward pass goes
            for i, number in enumerate([*row, 1.0]):
                gradient[i] += number * (error * share)
        self.weights = [w - rate * g for w, g in zip(self.weights, gradient, strict=True)]
        return loss / len(x)


STARTS = {
    "all at 1": [1.0, 1.0, 0.0],
    "all at 0": [-1.0, -1.0, 0.0],
    "split at random": [0.9, -2.2, 0.1],
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize("batch_size", [60, 7])
@pytest.mark.filterwarnings("ignore:after epoch 1, the loss is")  # of inputs that are not scaled
def test_a_saturated_keras_model_is_trained_as_by_its_formulas_to_the_last_bit(
    start: list[float], batch_size: int
) -> None:
    x, y = people(1)
    model = Sequential([Dense(1, "sigmoid", input_dim=2)])
    model.compile(SGD(0.0005), "binary_crossentropy", jit_compile=False)
    model.set_weights([[[start[0]], [start[1]]], [start[2]]])
    hand = ByHand(start)
    chances = [p for (p,) in lists(model.predict(x))]
    assert sum(p < 1e-7 or p > 1 - 1e-7 for p in chances) > len(x) / 3  # clipped, without scores
    for _ in range(25):
        history = model.fit(x, y, epochs=1, batch_size=batch_size, shuffle=False, verbose=0)
        losses_by_hand = [
            hand.step(x[i : i + batch_size], y[i : i + batch_size], 0.0005)
            for i in range(0, len(x), batch_size)
        ]
        assert flat(lists(model.get_weights())) == hand.weights
        if batch_size == len(x):
            assert history.history["loss"] == [exactly(losses_by_hand[0])]


@pytest.mark.filterwarnings("ignore:after epoch .* give .x - mean")
@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_a_saturated_compiled_model_follows_the_formulas_too(start: list[float]) -> None:
    x, y = people(1)
    model = Sequential([Dense(1, "sigmoid", input_dim=2)])
    model.compile(SGD(1e-5), "binary_crossentropy", jit_compile=True)
    model.set_weights([[[start[0]], [start[1]]], [start[2]]])
    hand = ByHand(start)
    history = model.fit(x, y, epochs=300, batch_size=60, shuffle=False, verbose=0).history["loss"]
    by_hand = [hand.step(x, y, 1e-5) for _ in range(300)]
    assert history == pytest.approx(by_hand, rel=1e-12, abs=1e-12)
    assert flat(lists(model.get_weights())) == pytest.approx(hand.weights, rel=1e-12, abs=1e-12)


def test_a_saturated_network_is_trained_without_an_anomaly() -> None:
    x, y = people(2, count=10)
    nn.set_random_seed(0)
    model = Sequential(
        [Dense(3, "tanh", input_dim=2), Dense(1, "sigmoid", kernel_initializer=Constant(1.0))]
    )
    model.set_weights([*lists(model.get_weights())[:2], [[900.0], [900.0], [900.0]], [0.0]])
    model.compile(Adam(0.1), losses.get("binary_crossentropy"))
    with detect_anomaly():
        model.fit(x, y, epochs=3, verbose=0)


def test_a_share_of_another_class_was_not_passed_by_a_cross_entropy() -> None:
    scores = [Value(1.0, "s1"), Value(2.0, "s2")]
    p = softmax(scores)
    loss = -autograd.log(p[1])
    with pytest.raises(ValueError, match="was computed from, received") as refused:
        autograd.check_by_hand(loss, values={p[0]: "0.27"})
    assert "passed by" not in str(refused.value)
    loss.backward()
    with pytest.warns(UserWarning, match="right where the share of another class was taken"):
        assert p[0].grad == 0.0
    assert p[1].grad != 0.0
