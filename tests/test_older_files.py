"""What version 0.1.0 wrote is read: models as JSON files, and pickles of the engine's objects."""

import base64
import importlib
import json
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograd import Value
from autograd.worked_example import STUDENTS, build
from nn import Dense, Input, Model, Sequential, load_model

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

SAVED = json.loads((Path(__file__).parent / "data" / "saved_by_0.1.0.json").read_text("utf-8"))


def unpickled(name: str) -> Any:
    return pickle.loads(base64.b64decode(SAVED[name]))  # noqa: S301  # our own


@pytest.mark.parametrize(
    ("name", "kind", "prediction"),
    [("model", Sequential, "prediction"), ("functional", Model, "functional_prediction")],
)
def test_a_model_predicts_as_it_did(
    name: str, kind: type[Model], prediction: str, tmp_path: Path
) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(SAVED[name]), encoding="utf-8")
    model = load_model(path)
    assert type(model) is kind
    assert lists(model.predict([[0.5, -1.0]])) == SAVED[prediction]
    model.save(path)
    described = json.loads(path.read_text("utf-8"))
    assert described.pop("checksum")
    assert described == SAVED[name]


def test_weights_are_loaded_into_a_model_of_the_same_layers(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(SAVED["model"]), encoding="utf-8")
    model = Sequential([Input(2), Dense(3, "tanh"), Dense(1, "sigmoid")])
    model.load(path)
    assert lists(model.predict([[0.5, -1.0]])) == SAVED["prediction"]


def test_a_graph_is_the_worked_example_after_its_backward_pass() -> None:
    nodes, expected = unpickled("graph"), build(STUDENTS[0])
    expected["cost"].backward()
    assert list(nodes) == list(expected)
    for name, node in nodes.items():
        twin = expected[name]
        assert type(node) is type(twin)
        assert (node.label, node.data, node.grad) == (twin.label, twin.data, twin.grad)
        assert [p.label for p in node.parents] == [p.label for p in twin.parents]
        assert node.op is twin.op
        # The slope of a sigmoid is rounded otherwise since: its last bit may differ.
        assert node.partials == pytest.approx(twin.partials, rel=2**-52, abs=0.0)


def test_a_graph_is_differentiated_again() -> None:
    cost = unpickled("graph")["cost"]
    assert isinstance(cost, Value)
    cost.backward()
    twin = build(STUDENTS[0])["cost"]
    twin.backward()
    assert cost.parents[0].parents[0].grad == twin.parents[0].parents[0].grad


def test_a_compiled_function_gives_its_value_and_gradient() -> None:
    importlib.import_module("numpy")  # where it is there, lists are described as arrays are
    compiled = unpickled("compiled")
    found = compiled.value_and_grad([0.5, 1.0], [[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0])
    assert found == (14.5, [24.0, 34.0])
