"""The numbers of the course notes, which were computed from their formulas in double precision."""

import math

import pytest

import autograd
from autograd import Parameter, Value, gradients
from autograd.worked_example import GRADIENTS, PARAMETERS, STUDENTS, UPDATES, VALUES, build

VALUES_OF_STUDENT_1 = {
    "z1": -0.5,
    "g1": 0.3775406687981454,
    "z2": -3.0,
    "g2": 0.04742587317756678,
    "y_pred": 24.957320884175846,
    "cost": 3253.8672407108816,
}

GRADIENTS_OF_STUDENT_1 = {
    "y_pred": -114.08535823164831,
    "b3": -114.08535823164831,
    "w7": -43.071862446852506,
    "w8": -5.4105977309114275,
    "g1": -1369.0242987797797,
    "z1": -321.72579230743304,
    "b1": -321.72579230743304,
    "w1": -19303.547538445982,
    "w3": -25738.063384594643,
    "w5": -1608.6289615371652,
}

# The index of a student, then the student's z1 and g1.
FIRST_NEURON = [
    (0, -0.5, 0.3775406687981454),
    (1, 0.3, 0.5744425168116591),
    (2, -4.9, 0.007391541344281983),
]


def exactly(number: float) -> object:
    """Return an expected number that holds to twelve digits."""
    return pytest.approx(number, rel=1e-12, abs=0.0)


@pytest.fixture
def nodes() -> dict[str, Value]:
    """The first student's, after a backward pass."""
    nodes = build(STUDENTS[0])
    nodes["cost"].backward()
    return nodes


def test_students_are_those_of_the_notes() -> None:
    assert [(student.hours, student.mark) for student in STUDENTS] == [
        ((60.0, 80.0, 5.0), 82.0),
        ((70.0, 75.0, 8.0), 94.0),
        ((40.0, 51.0, 10.0), 45.0),
    ]


@pytest.mark.parametrize(("name", "expected"), VALUES_OF_STUDENT_1.items())
def test_forward_pass_gives_the_numbers_of_the_notes(
    nodes: dict[str, Value], name: str, expected: float
) -> None:
    assert nodes[name].data == exactly(expected)


@pytest.mark.parametrize(("name", "expected"), GRADIENTS_OF_STUDENT_1.items())
def test_backward_pass_gives_the_numbers_of_the_notes(
    nodes: dict[str, Value], name: str, expected: float
) -> None:
    assert nodes[name].grad == exactly(expected)


@pytest.mark.parametrize(("name", "expected"), GRADIENTS_OF_STUDENT_1.items())
def test_graphs_of_the_gradients_give_the_numbers_of_the_notes(name: str, expected: float) -> None:
    nodes = build(STUDENTS[0])
    assert gradients(nodes["cost"], [nodes[name]])[0].data == exactly(expected)


@pytest.mark.parametrize(("student", "z1", "g1"), FIRST_NEURON)
def test_first_neuron_gives_the_numbers_of_the_notes_for_every_student(
    student: int, z1: float, g1: float
) -> None:
    nodes = build(STUDENTS[student])
    assert (nodes["z1"].data, nodes["g1"].data) == (exactly(z1), exactly(g1))


def test_local_derivatives_are_those_of_the_notes(nodes: dict[str, Value]) -> None:
    g1, z1 = nodes["g1"], nodes["z1"]
    assert g1.parents == (z1,)
    assert g1.partials == (exactly(0.2350037122015945),)
    assert z1.partials == (60.0, 80.0, 5.0, 0.1, 0.1, 0.1, 1.0)
    assert nodes["y_pred"].partials[2:] == (12.0, 9.0, 1.0)


@pytest.mark.parametrize(
    ("name", "learning_rate", "expected"),
    [
        ("w7", 0.001, 12.043071862446853),
        ("w7", 0.01, 12.430718624468525),
        ("w1", 0.01, 193.13547538445985),
    ],
)
def test_updated_weights_are_those_of_the_notes(
    nodes: dict[str, Value], name: str, learning_rate: float, expected: float
) -> None:
    weight = nodes[name]
    assert weight.data - learning_rate * weight.grad == exactly(expected)


def test_recompute_moves_the_first_student_to_the_others() -> None:
    nodes = build(STUDENTS[0])
    for student in STUDENTS:
        for name, hours in zip(("x1", "x2", "x3"), student.hours, strict=True):
            nodes[name].data = hours
        nodes["y_act"].data = student.mark
        nodes["cost"].recompute()
        fresh = build(student)
        assert [node.data for node in nodes.values()] == [node.data for node in fresh.values()]


def test_nodes_have_their_names_and_weights_are_parameters(nodes: dict[str, Value]) -> None:
    assert {name: node.label for name, node in nodes.items()} == {name: name for name in nodes}
    assert {name for name, node in nodes.items() if isinstance(node, Parameter)} == {
        *(f"w{i}" for i in range(1, 9)),
        *(f"b{i}" for i in range(1, 4)),
    }


def test_neuron_is_one_sum_and_one_sigmoid(nodes: dict[str, Value]) -> None:
    operations = [nodes[name].op for name in ("z1", "g1", "z2", "g2", "y_pred")]
    assert [op and op.name for op in operations] == ["dot", "sigmoid", "dot", "sigmoid", "dot"]


def test_what_is_quoted_from_the_notes_is_about_nodes_of_the_example(
    nodes: dict[str, Value],
) -> None:
    quoted = {*VALUES, *GRADIENTS, *(name for name, *_ in UPDATES), *PARAMETERS}
    assert quoted <= set(nodes)


# ------------------------------------------------------- other numbers of the notes


def test_softmax_of_the_notes() -> None:
    shares = autograd.softmax([Value(5.0), Value(6.0), Value(7.0)])
    assert [share.data for share in shares] == [
        exactly(0.09003057317038046),
        exactly(0.24472847105479764),
        exactly(0.6652409557748219),
    ]


def test_cross_entropy_of_the_notes() -> None:
    labels = [1, 0, 1, 1]
    chances = [Value(p) for p in (0.4, 0.6, 0.1, 0.5)]
    error = -autograd.sum(
        y * p.log() + (1 - y) * (1 - p).log() for y, p in zip(labels, chances, strict=True)
    )
    error.backward()
    assert error.data == exactly(4.828313737302301)
    assert [p.grad for p in chances] == [
        exactly(-1 / 0.4),
        exactly(1 / (1 - 0.6)),
        exactly(-1 / 0.1),
        exactly(-1 / 0.5),
    ]


@pytest.mark.parametrize(
    ("chances", "product", "error"),
    [((0.6, 0.2, 0.1, 0.7), 0.0084, 4.7795), ((0.7, 0.9, 0.8, 0.6), 0.3024, 1.1960)],
)
def test_sum_of_logarithms_of_the_notes(
    chances: tuple[float, ...], product: float, error: float
) -> None:
    values = [Value(p) for p in chances]
    likelihood = values[0] * values[1] * values[2] * values[3]
    assert likelihood.data == exactly(product)
    assert (-autograd.sum(p.log() for p in values)).data == pytest.approx(error, abs=5e-5)
    assert (-likelihood.log()).data == exactly(-math.log(product))


@pytest.mark.parametrize(
    ("weights", "bias", "expected"),
    [((1.0, 1.0), 0.0, 0.8175744761936437), ((7.0, 5.0), -6.0, 0.9478464369215823)],
)
def test_two_models_combined_as_in_the_notes(
    weights: tuple[float, float], bias: float, expected: float
) -> None:
    models = [Value(0.7), Value(0.8)]
    assert autograd.dot(weights, models, bias).sigmoid().data == exactly(expected)
    assert autograd.sigmoid(models[0] * weights[0] + models[1] * weights[1] + bias).data == exactly(
        expected
    )


def test_gradient_of_the_binary_error_of_a_sigmoid_is_prediction_minus_label() -> None:
    for label, score in ((1.0, 0.3), (0.0, -1.2), (1.0, -2.5)):
        h = Value(score)
        p = h.sigmoid()
        error = -(label * p.log() + (1.0 - label) * (1.0 - p).log())
        error.backward()
        assert h.grad == exactly(p.data - label)
