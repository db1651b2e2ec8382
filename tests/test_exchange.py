"""Networks of Keras and PyTorch come in, answer as they did there, and go back.

The files and their answers were made by `tests/data/make_exchange_files.py`, which tries the same
with live networks. Here, objects with the public methods of those stand for them.
"""

import io
import json
import math
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import autograd
import nn
from nn.exchange import keras_reading
from nn.exchange.keras_writing import described
from nn.layers import Add, Dense, Input

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

h5py = pytest.importorskip("h5py")
safetensors = pytest.importorskip("safetensors.numpy")

FOLDER = Path(__file__).parent / "data" / "exchange"
ANSWERS = json.loads((FOLDER / "answers.json").read_text("utf-8"))
ROWS = np.array(ANSWERS["rows"])
KERAS_FILES = [("chain.keras", "chain"), ("chain.h5", "chain"), ("branched.keras", "branched"),
               ("normalized.keras", "normalized")]  # fmt: skip


def rows_for(model: nn.Model) -> Any:
    return ROWS if len(model.inputs) == 1 else [ROWS[:, :2], ROWS[:, 2:]]


def assert_answers(model: nn.Model, name: str) -> None:
    found = np.array(model.predict(rows_for(model)))
    tolerance = 1e-5 if name == "normalized" else 1e-12  # Keras's is in single precision
    np.testing.assert_allclose(found, ANSWERS[name], rtol=0, atol=tolerance)


def chain() -> nn.Sequential:
    """Layers as in chain.keras, with other weights."""

    def fifth(z: Any) -> Any:
        return autograd.leaky_relu(z, 0.2)

    hidden = Dense(4, "relu", input_dim=5), Dense(4, fifth, use_bias=False)
    return nn.Sequential([*hidden, nn.layers.LeakyReLU(0.25), Dense(3), nn.layers.Softmax()])


def torch_chain() -> nn.Sequential:
    leaky: Any = nn.exchange.slopes.leaky(0.3)
    return nn.Sequential(
        [Dense(4, "tanh", input_dim=5), Dense(4, leaky, False), Dense(2, "softmax")]
    )


# ------------------------------------------------------------------------------- Keras's files


@pytest.mark.parametrize(("file", "name"), KERAS_FILES)
def test_a_network_of_keras_answers_as_it_did(file: str, name: str) -> None:
    assert_answers(nn.import_keras(FOLDER / file), name)


@pytest.mark.parametrize(("file", "name"), KERAS_FILES)
def test_a_network_of_keras_goes_into_a_file_and_comes_back(
    file: str, name: str, tmp_path: Path
) -> None:
    nn.export_keras(nn.import_keras(FOLDER / file), tmp_path / "back.keras")
    back = nn.import_keras(tmp_path / "back.keras")
    assert_answers(back, name)
    assert type(back) is (nn.Model if name == "branched" else nn.Sequential)


def test_one_asks_a_neuron_of_a_network_of_keras_for_its_gradient() -> None:
    model = nn.import_keras(FOLDER / "chain.keras")
    model.compile(loss="categorical_crossentropy")
    weight = model.layers[0].parameters()[0]
    y = [[1.0, 0.0, 0.0]] * len(ROWS)
    model.compute_loss(ROWS, y).backward()
    slope, step = weight.grad, 1e-6
    losses = []
    for sign in (1, -1):
        weight.data += sign * step
        losses.append(model.compute_loss(ROWS, y).data)
        weight.data -= sign * step
    assert slope == pytest.approx((losses[0] - losses[1]) / (2 * step), abs=1e-8)
    assert weight.label == "hidden1.neuron1.w1"


def test_names_of_layers_and_dimensions_are_keras() -> None:
    model = nn.import_keras(FOLDER / "chain.keras")
    dense = [layer for layer in model.layers if isinstance(layer, Dense)]
    assert [(layer.input_size, layer.units, layer.use_bias) for layer in dense] == [
        *((5, 4, True), (4, 4, False), (4, 3, True))
    ]
    assert dense[-1].name_given == "out"


def test_weights_alone_fill_a_model_of_the_same_layers() -> None:
    model = chain()
    assert nn.import_keras(FOLDER / "chain.weights.h5", model) is model
    assert_answers(model, "chain")


def test_weights_alone_say_what_is_missing() -> None:
    with pytest.raises(
        ValueError, match="a model of the same layers; dense: 5 x 4, dense_1: 4 x 4"
    ):
        nn.import_keras(FOLDER / "chain.weights.h5")


def test_weights_alone_do_not_fit_other_layers() -> None:
    model = nn.Sequential([Dense(4, input_dim=5), Dense(4), Dense(3)])  # one bias too many
    before = lists(model.get_weights())
    with pytest.raises(ValueError, match="6 lists of weights"):
        nn.import_keras(FOLDER / "chain.weights.h5", model)
    with pytest.raises(ValueError, match="2 layers with weights"):
        nn.import_keras(
            FOLDER / "chain.weights.h5", nn.Sequential([Dense(4, input_dim=5), Dense(3)])
        )
    assert lists(model.get_weights()) == before


def test_weights_alone_are_not_guessed_between_branches() -> None:
    x = Input(5)
    branched = nn.Model(x, Add()([Dense(3)(x), Dense(3)(x)]))
    with pytest.raises(ValueError, match="do not tell the layers of branches apart"):
        nn.import_keras(FOLDER / "chain.weights.h5", branched)


def test_weights_alone_of_several_kinds_have_no_order(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.weights.h5", "w") as file:
        for place in ("dense", "dense_1", "normalization"):
            file[f"layers/{place}/vars/0"] = [[1.0]]
    with pytest.raises(ValueError, match="weights of dense, normalization, in an order it does"):
        nn.import_keras(tmp_path / "x.weights.h5", chain())


def test_weights_alone_are_written_for_keras(tmp_path: Path) -> None:
    model = nn.import_keras(FOLDER / "chain.keras")
    nn.export_keras(model, tmp_path / "x.weights.h5")
    with (
        h5py.File(tmp_path / "x.weights.h5") as own,
        h5py.File(FOLDER / "chain.weights.h5") as theirs,
    ):
        found, wanted = ({}, {})  # type: ignore[var-annotated]
        for file, arrays in ((own, found), (theirs, wanted)):
            file.visititems(
                lambda n, x, a=arrays: a.update({n: x[()].tolist()} if hasattr(x, "shape") else {})
            )
        assert found == wanted
        assert len(found) == 5


def test_the_layers_in_a_file_are_those_that_keras_writes(tmp_path: Path) -> None:
    def layers(path: Path) -> list[str]:
        with zipfile.ZipFile(path) as archive:
            content = io.BytesIO(archive.read("model.weights.h5"))
        with h5py.File(content) as file:
            return sorted(file["layers"])

    nn.export_keras(nn.import_keras(FOLDER / "normalized.keras"), tmp_path / "x.keras")
    assert layers(tmp_path / "x.keras") == layers(FOLDER / "normalized.keras")


def test_a_file_of_keras_2_is_read(tmp_path: Path) -> None:
    kernels = [[[0.5, -1.0], [2.0, 0.25]], [[3.0], [-2.0]]]
    node = [[["x", 0, 0, {}]]], [[["a", 0, 0, {}]]]
    layers = [
        {"class_name": "InputLayer", "inbound_nodes": [],
         "config": {"batch_input_shape": [None, 2], "dtype": "float32", "name": "x"}},
        *({"class_name": "Dense", "inbound_nodes": inbound,
           "config": {"name": name, "trainable": True, "units": len(kernel[0]), "use_bias": True,
                      "activation": "linear", "kernel_initializer": {"class_name": "Zeros"}}}
          for name, kernel, inbound in zip("ab", kernels, node, strict=True)),
    ]  # fmt: skip
    config = {"name": "m", "layers": layers, "input_layers": [["x", 0, 0]],
              "output_layers": [["b", 0, 0]]}  # fmt: skip
    with h5py.File(tmp_path / "old.h5", "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": config})
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [b"x", b"a", b"b"]
        group.create_group("x").attrs["weight_names"] = np.array([], dtype="S1")
        for name, kernel in zip("ab", kernels, strict=True):
            own = group.create_group(name)
            own.attrs["weight_names"] = [f"{name}/kernel:0".encode(), f"{name}/bias:0".encode()]
            own[f"{name}/kernel:0"] = kernel
            own[f"{name}/bias:0"] = [1.0] * len(kernel[0])
    model = nn.import_keras(tmp_path / "old.h5")
    hidden = [1 + 0.5 * 3 + 2.0 * 4, 1 - 3 + 0.25 * 4]
    assert model.predict([[3.0, 4.0]])[0] == [1 + 3 * hidden[0] - 2 * hidden[1]]


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """chain.keras with another text in its configuration."""
    path = tmp_path / "changed.keras"
    with zipfile.ZipFile(FOLDER / "chain.keras") as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "config.json":
                assert old in content.decode()
                content = content.decode().replace(old, new).encode()
            target.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"class_name": "Dense"', '"class_name": "Conv2D"', "there is no layer Conv2D here"),
        ('"activation": "relu"', '"activation": "sparsemax"', "unknown activation: 'sparsemax'"),
        ('"axis": -1', '"axis": 0', "no setting axis=0"),
        ('"use_bias": true', '"use_bias": false', "lists of weights"),
        ('"units": 4', '"units": 5', "weights"),
        (
            '"batch_shape": [null, 5]',
            '"batch_shape": [null, 5, 5]',
            "samples of one row of numbers",
        ),
        (
            '"quantization_config"',
            '"lora_rank": 2, "quantization_config"',
            "no setting lora_rank=2",
        ),
    ],
)
def test_what_there_is_not_here_is_refused(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(ValueError, match=message) as caught:
        nn.import_keras(path)
    assert repr(str(path)) in str(caught.value)


@pytest.mark.parametrize(
    "name", ["chain.keras", "chain.h5", "chain.weights.h5", "torch.safetensors"]
)
def test_a_file_cut_off_anywhere_is_refused(name: str, tmp_path: Path) -> None:
    content = (FOLDER / name).read_bytes()
    path = tmp_path / name
    for end in range(0, len(content), max(len(content) // 23, 1)):
        path.write_bytes(content[:end])
        with pytest.raises(ValueError, match=name):
            (nn.import_torch if name.startswith("torch") else nn.import_keras)(path)


@pytest.mark.parametrize(
    ("file", "advice"),
    [
        ("chain.keras", "a file of Keras's: write nn.import_keras(file)"),
        ("chain.h5", "a file of Keras's"),
        ("torch.pt", "a file of PyTorch's: write nn.import_torch(torch.load("),
        ("torch.safetensors", "a file of tensors: write nn.import_torch(file, model)"),
    ],
)
def test_a_file_of_others_is_called_so_and_not_damaged(file: str, advice: str) -> None:
    for load in (nn.load_model, nn.Sequential([Dense(1, input_dim=1)]).load):
        with pytest.raises(ValueError, match="write nn") as caught:
            load(FOLDER / file)
        assert advice in str(caught.value)
        assert "damaged" not in str(caught.value)


@pytest.mark.parametrize("axis", [-1, 1, [1], (-1,), 0, [0], 2])
def test_only_the_axis_of_the_features_is_normalized(axis: Any) -> None:
    settings = {"name": "norm", "axis": axis}
    if axis in (-1, 1, [1], (-1,)):
        assert repr(keras_reading._layer("BatchNormalization", settings)) == "BatchNormalization()"
    else:
        with pytest.raises(ValueError, match="BatchNormalization here has no setting axis="):
            keras_reading._layer("BatchNormalization", settings)


def test_what_keras_has_not_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Keras has no activation as that of Dense"):
        nn.export_keras(nn.Sequential([Dense(1, "step", input_dim=1)]), tmp_path / "x.keras")
    with pytest.raises(ValueError, match=r"ends in \.keras or \.weights\.h5"):
        nn.export_keras(nn.Sequential([Dense(1, input_dim=1)]), tmp_path / "x.json")
    assert list(tmp_path.iterdir()) == []


def test_a_network_and_its_layers_are_of_the_modules_that_keras_writes() -> None:
    def modules(entry: Any) -> tuple[str, set[str]]:
        return entry["module"], {layer["module"] for layer in entry["config"]["layers"]}

    with zipfile.ZipFile(FOLDER / "chain.keras") as archive:
        theirs = json.loads(archive.read("config.json"))
    assert modules(described(nn.import_keras(FOLDER / "chain.keras"))[0]) == modules(theirs)


def test_the_ends_of_a_network_are_named_as_keras_names_them() -> None:
    x = Input(2)
    config, _ = described(nn.Model(x, [Dense(1)(x), Dense(2)(x)]))
    assert config["config"]["input_layers"] == [["input_1", 0, 0]]
    assert config["config"]["output_layers"] == [["dense", 0, 0], ["dense_1", 0, 0]]


def test_other_things_are_refused() -> None:
    with pytest.raises(TypeError, match="expected a model of Keras's or the name of its file"):
        nn.import_keras([1.0])
    with pytest.raises(TypeError, match="expected a module of PyTorch's"):
        nn.import_torch([1.0])


# --------------------------------------------------------------------------- live networks


class KerasNetwork:
    """What a live model of Keras's shows: this one multiplies by `times` at its end."""

    name = "mine"

    def __init__(self, times: float = 1.0) -> None:
        with zipfile.ZipFile(FOLDER / "chain.keras") as archive:
            self.config = json.loads(archive.read("config.json"))["config"]
            file = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
        own = {group["vars"].attrs["name"]: group["vars"] for group in file["layers"].values()}
        self.arrays = {n: [np.array(x) for x in group.values()] for n, group in own.items()}
        self.layers = [KerasPart(name, arrays) for name, arrays in self.arrays.items()]
        self.times = times

    def get_config(self) -> Any:
        return self.config

    def get_weights(self) -> list[Any]:
        return [array.copy() for array in self.own()]

    def own(self) -> list[Any]:
        order = [part["config"]["name"] for part in self.config["layers"]]
        return [array for name in order[1:] for array in self.arrays[name]]

    def set_weights(self, arrays: list[Any]) -> None:
        for own, array in zip(self.own(), arrays, strict=True):
            own[...] = array

    def predict(self, rows: Any, verbose: int) -> Any:
        assert verbose == 0
        a, b, c, d, e = self.get_weights()
        hidden = np.maximum(rows @ a + b, 0) @ c
        hidden = np.where(hidden > 0, hidden, 0.2 * hidden)
        hidden = np.where(hidden > 0, hidden, 0.25 * hidden) @ d + e
        shares = np.exp(hidden)
        return self.times * shares / shares.sum(axis=1, keepdims=True)


class KerasPart:
    def __init__(self, name: str, arrays: list[Any]) -> None:
        self.name, self.arrays = name, arrays

    def get_weights(self) -> list[Any]:
        return self.arrays


def test_a_live_network_of_keras_comes_in_and_goes_back() -> None:
    network = KerasNetwork()
    np.testing.assert_allclose(network.predict(ROWS, 0), ANSWERS["chain"], rtol=0, atol=1e-12)
    model = nn.import_keras(network)
    assert_answers(model, "chain")
    network.set_weights([2 * array for array in network.get_weights()])
    nn.export_keras(model, network)
    np.testing.assert_allclose(network.predict(ROWS, 0), ANSWERS["chain"], rtol=0, atol=1e-12)
    assert_answers(nn.import_keras(network, chain()), "chain")


def test_a_live_network_of_keras_that_answers_otherwise_is_refused() -> None:
    network = KerasNetwork(times=1.01)
    with pytest.raises(ValueError, match="but the model answers"):
        nn.import_keras(network)
    model = nn.import_keras(KerasNetwork())
    network.set_weights([2 * array for array in network.get_weights()])
    before = [array.copy() for array in network.get_weights()]
    with pytest.raises(ValueError, match="but the model answers"):
        nn.export_keras(model, network)
    for own, array in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(own, array)


def test_of_answers_that_differ_those_farthest_apart_are_named() -> None:
    class Astray(KerasNetwork):
        def predict(self, rows: Any, verbose: int) -> Any:
            return super().predict(rows, verbose) + np.array([[1, 2, 1], [1, 4, 1], [1, 2, 1]])

    with pytest.raises(ValueError, match="but the model answers") as caught:
        nn.import_keras(Astray())
    own, theirs = map(float, re.findall(r"answers (\d\S*\d)", str(caught.value)))
    assert theirs - own == pytest.approx(4, abs=1e-3)


class Tensor(np.ndarray[Any, Any]):
    """A NumPy array with what PyTorch's tensors have of their own."""

    def new_tensor(self, numbers: Any) -> "Tensor":
        return np.array(numbers, dtype=float).view(Tensor)

    def clone(self) -> "Tensor":
        return self.copy()

    def detach(self) -> "Tensor":
        return self

    def dim(self) -> int:
        return self.ndim


class TorchModule:
    """What a live module of PyTorch's shows."""

    training = True

    def __init__(self, *children: "TorchModule") -> None:
        self.held = children

    def children(self) -> Iterator["TorchModule"]:
        return iter(self.held)

    def modules(self) -> list["TorchModule"]:
        return [self, *(inner for child in self.held for inner in child.modules())]

    def own(self) -> dict[str, Tensor]:
        return {}

    def state_dict(self) -> dict[str, Tensor]:
        inner = {f"{i}.{name}": tensor for i, child in enumerate(self.held)
                 for name, tensor in child.state_dict().items()}  # fmt: skip
        return self.own() | inner

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        for name, tensor in self.state_dict().items():
            tensor[...] = state[name]

    def parameters(self) -> Iterator[Tensor]:
        return iter(self.state_dict().values())

    def eval(self) -> None:
        for module in self.modules():
            module.training = False

    def __call__(self, x: Tensor) -> Tensor:
        assert not self.training
        for child in self.held:
            x = child(x)
        return x


class Linear(TorchModule):
    def __init__(self, weight: Any, bias: Any = None) -> None:
        super().__init__()
        self.weight, self.bias = np.array(weight).view(Tensor), bias
        self.out_features, self.in_features = self.weight.shape
        if bias is not None:
            self.bias = np.array(bias).view(Tensor)

    def own(self) -> dict[str, Tensor]:
        return {"weight": self.weight} | ({} if self.bias is None else {"bias": self.bias})

    def __call__(self, x: Tensor) -> Tensor:
        return (x @ self.weight.T + (0.0 if self.bias is None else self.bias)).view(Tensor)


class Tanh(TorchModule):
    def __call__(self, x: Tensor) -> Tensor:
        return np.tanh(x).view(Tensor)


class LeakyReLU(TorchModule):
    negative_slope = 0.3

    def __call__(self, x: Tensor) -> Tensor:
        return np.where(x > 0, x, 0.3 * x).view(Tensor)


class Softmax(TorchModule):
    dim = 1

    def __call__(self, x: Tensor) -> Tensor:
        shares: Any = np.exp(x)
        return np.asarray(shares / shares.sum(axis=1, keepdims=True)).view(Tensor)


class BatchNorm1d(TorchModule):
    """With what PyTorch starts from: other settings than Keras's."""

    eps, momentum, affine = 1e-5, 0.1, True

    def __init__(self, size: int) -> None:
        super().__init__()
        numbers = {"weight": 1.0, "bias": 0.0, "running_mean": 0.0, "running_var": 1.0}
        self.arrays = {n: np.full(size, start).view(Tensor) for n, start in numbers.items()}
        self.running_mean = self.arrays["running_mean"]

    def own(self) -> dict[str, Tensor]:
        return self.arrays

    def __call__(self, x: Tensor) -> Tensor:
        weight, bias, mean, variance = self.arrays.values()
        return ((x - mean) / np.sqrt(variance + self.eps) * weight + bias).view(Tensor)


class Hardtanh(TorchModule):
    pass


class GELU(TorchModule):
    approximate = "tanh"


def torch_network(*middle: TorchModule) -> TorchModule:
    """The network of torch.safetensors; `middle` takes the place of its leaky ReLU."""
    state = safetensors.load_file(FOLDER / "torch.safetensors")
    ends = [Linear(state[f"{i}.weight"], state.get(f"{i}.bias")) for i in (0, 2, 4)]
    inner = TorchModule(ends[1], *(middle or [LeakyReLU()]))
    return TorchModule(ends[0], Tanh(), inner, ends[2], Softmax())


def test_a_module_comes_in_and_goes_back() -> None:
    module = torch_network()
    model = nn.import_torch(module)
    assert_answers(model, "torch")
    assert all(each.training for each in module.modules())
    assert repr(model.layers[0]) == "Dense(4, 'tanh')"
    module.load_state_dict(
        {n: (2 * tensor).view(Tensor) for n, tensor in module.state_dict().items()}
    )
    nn.export_torch(model, module)
    module.eval()
    np.testing.assert_allclose(module(ROWS.view(Tensor)), ANSWERS["torch"], rtol=0, atol=1e-12)


def test_a_normalized_network_goes_into_a_module_and_its_state(tmp_path: Path) -> None:
    middle = nn.layers.BatchNormalization(momentum=0.75, epsilon=0.25, center=False)
    layers = [Dense(4, input_dim=5), middle, nn.layers.Activation("tanh"), nn.layers.Dropout(0.5)]
    model = nn.Sequential([*layers, Dense(2, "softmax")])
    model.set_weights([np.linspace(0.5, 2, array.size).reshape(array.shape)
                       for array in model.get_weights()])  # fmt: skip
    norm, plain = BatchNorm1d(4), (np.zeros((4, 5)), np.zeros(4))
    ends = Linear(np.zeros((2, 4)), np.zeros(2)), Softmax()
    other = TorchModule(Linear(*plain), norm, *ends)  # without the tanh
    with pytest.raises(ValueError, match="but the model answers"):
        nn.export_torch(model, other)
    assert (norm.eps, norm.momentum, norm.arrays["running_var"][0]) == (1e-5, 0.1, 1.0)
    with pytest.raises(ValueError, match="expected PyTorch's TorchModule to have 8 arrays"):
        nn.export_torch(model, TorchModule(Linear(*plain), *ends))
    module = TorchModule(Linear(*plain), norm, Tanh(), *ends)
    nn.export_torch(model, module)
    module.eval()
    wanted = model.predict(ROWS)
    np.testing.assert_allclose(module(ROWS.view(Tensor)), wanted, rtol=0, atol=1e-12)
    assert (norm.eps, norm.momentum) == (0.25, 0.25)
    back = nn.import_torch(module)
    np.testing.assert_allclose(back.predict(ROWS), wanted, rtol=0, atol=1e-12)
    assert getattr(back.layers[1], "momentum") == 0.75  # noqa: B009  # of this layer alone
    nn.export_torch(model, tmp_path / "x.safetensors")
    state = safetensors.load_file(tmp_path / "x.safetensors")
    numbers = ["weight", "bias", "running_mean", "running_var"]
    assert list(state) == [*("0.bias", "0.weight"), *sorted(f"1.{name}" for name in numbers),
                           *("4.bias", "4.weight")]  # fmt: skip


def test_a_module_that_computes_something_else_is_refused_and_left_as_it_was() -> None:
    module = torch_network()
    model = nn.import_torch(module)
    module.held = (module.held[0], *module.held[2:])  # no tanh
    before = {n: tensor.copy() for n, tensor in module.state_dict().items()}
    with pytest.raises(ValueError, match="but the model answers"):
        nn.import_torch(module, model)
    assert_answers(model, "torch")
    with pytest.raises(ValueError, match="but the model answers"):
        nn.export_torch(model, module)
    for name, tensor in module.state_dict().items():
        np.testing.assert_array_equal(tensor, before[name])


def test_a_module_that_there_is_not_here_is_named() -> None:
    with pytest.raises(
        ValueError, match=r"unknown module: 'Hardtanh' \(must be one of Linear, ReLU"
    ):
        nn.import_torch(torch_network(Hardtanh()))
    with pytest.raises(ValueError, match=r"gelu has no approximate='tanh' here, only 'none'"):
        nn.import_torch(torch_network(GELU()))


@pytest.mark.parametrize(
    ("kind", "setting", "of_1"),
    [
        ("ELU", "alpha", lambda x: np.where(x > 0, x, np.expm1(x))),
        ("Softplus", "beta", lambda x: np.log1p(np.exp(x))),
    ],
)
def test_an_activation_is_read_where_its_setting_is_1_and_refused_elsewhere(
    kind: str, setting: str, of_1: Any
) -> None:
    does = {setting: 1.0, "__call__": lambda _, x: of_1(x).view(Tensor)}
    module = type(kind, (TorchModule,), does)()
    nn.import_torch(torch_network(module))  # which asks both
    setattr(module, setting, 2.0)
    with pytest.raises(ValueError, match=f"{kind.lower()} has no {setting}=2.0 here, only 1"):
        nn.import_torch(torch_network(module))


@pytest.mark.parametrize(
    ("dim", "is_fine"), [(1, True), (-1, True), (None, True), (0, False), (-2, False), (2, False)]
)
def test_a_softmax_is_over_the_outputs_of_a_sample(dim: Any, is_fine: bool) -> None:
    module = torch_network()
    module.held[-1].dim = dim  # type: ignore[attr-defined]  # a Softmax
    if is_fine:
        assert_answers(nn.import_torch(module), "torch")
    else:
        with pytest.raises(ValueError, match=rf"softmax has no dim={dim} here, only -1"):
            nn.import_torch(module)


@pytest.mark.parametrize("missing", ["running_mean", "momentum"])
def test_a_normalization_without_running_averages_or_a_momentum_is_refused(missing: str) -> None:
    norm = BatchNorm1d(4)
    setattr(norm, missing, None)
    with pytest.raises(ValueError, match="has running averages and a momentum"):
        nn.import_torch(torch_network(norm))


@pytest.mark.parametrize("setting", ["center", "scale"])
def test_a_normalization_of_one_of_both_goes_out_with_the_other_as_if_it_was_not(
    setting: str, tmp_path: Path
) -> None:
    left_out: Any = {setting: False}
    norm = nn.layers.BatchNormalization(**left_out)
    model = nn.Sequential([Dense(3, input_dim=2), norm])
    model.set_weights([array + 2.0 for array in model.get_weights()])
    nn.export_torch(model, tmp_path / "x.safetensors")
    state = safetensors.load_file(tmp_path / "x.safetensors")
    weight, bias = (3.0, 0.0) if setting == "center" else (1.0, 2.0)
    assert (state["1.weight"].tolist(), state["1.bias"].tolist()) == ([weight] * 3, [bias] * 3)


def test_arrays_of_a_state_with_names_of_its_own_come_before_the_bias() -> None:
    kernel = np.arange(6.0).reshape(3, 2)
    model = nn.Sequential([Dense(3, input_dim=2)])
    nn.import_torch({"own.bias": np.arange(3.0), "own.matrix": kernel}, model)
    assert lists(model.get_weights()) == [kernel.T.tolist(), [0.0, 1.0, 2.0]]


def test_a_state_fills_a_model_of_the_same_layers() -> None:
    state = torch_network().state_dict()
    assert_answers(nn.import_torch(state, torch_chain()), "torch")
    with pytest.raises(ValueError, match="no activations: write import_torch"):
        nn.import_torch(state)


def test_a_file_of_tensors_fills_a_model_and_is_written_as_it_was(tmp_path: Path) -> None:
    model = nn.import_torch(FOLDER / "torch.safetensors", torch_chain())
    assert_answers(model, "torch")
    nn.export_torch(model, tmp_path / "x.safetensors")
    assert (tmp_path / "x.safetensors").read_bytes() == (FOLDER / "torch.safetensors").read_bytes()


def test_a_file_of_tensors_is_taken_in_the_order_of_its_numbers(tmp_path: Path) -> None:
    arrays: dict[str, Any] = {f"layers.{i}.weight": np.full((1, 1), i + 1.0) for i in range(12)}
    arrays |= {f"layers.{i}.bias": np.full(1, 0.5 * i) for i in range(12)}
    safetensors.save_file(arrays, tmp_path / "x.safetensors")
    model = nn.Sequential([Dense(1, input_dim=1), *(Dense(1) for _ in range(11))])
    nn.import_torch(tmp_path / "x.safetensors", model)
    assert lists(model.get_weights()[::2]) == [[[i + 1.0]] for i in range(12)]
    safetensors.save_file(
        {"out.weight": np.eye(2), "in.weight": np.eye(2)}, tmp_path / "y.safetensors"
    )
    with pytest.raises(ValueError, match="keeps no order, and its names do not tell it"):
        nn.import_torch(tmp_path / "y.safetensors", model)


def test_only_layers_one_after_the_other_have_a_state(tmp_path: Path) -> None:
    x = Input(5)
    branched = nn.Model(x, Add()([Dense(3)(x), Dense(3)(x)]))
    with pytest.raises(ValueError, match="branches"):
        nn.export_torch(branched, tmp_path / "x.safetensors")


def test_a_leaky_relu_is_that_of_its_slope() -> None:
    own: Any = nn.exchange.slopes
    assert own.leaky(own.slope_of(nn.activations.leaky_relu)) is nn.activations.leaky_relu
    assert own.slope_of(nn.activations.leaky_relu) == 0.01  # as documented, and as PyTorch's
    assert own.leaky(0.01) is nn.activations.leaky_relu
    assert own.leaky(0.25)(-4.0) == -1.0
    assert own.slope_of(math.sin) is None


def test_an_activation_of_keras_is_the_one_of_its_name_and_leaky_relu_with_its_own_slope() -> None:
    read = keras_reading._activation
    for name in nn.activations.ACTIVATIONS:
        if name != "leaky_relu":
            assert read(name) is nn.activations.get(name)
    assert read(None) is nn.activations.linear
    assert read("leaky_relu")(-1.0) == -0.2
    assert read({"class_name": "function", "config": "tanh"}) is nn.activations.get("tanh")
    for name in ("negative_slope", "alpha"):
        assert read({"class_name": "LeakyReLU", "config": {name: 0.125}})(-1.0) == -0.125
    assert read({"class_name": "ReLU", "config": {"threshold": 0}}) is nn.activations.get("relu")
    for axis in (-1, 1):
        softmax = read({"class_name": "Softmax", "config": {"axis": axis}})
        assert softmax is nn.activations.get("softmax")
    for kind, setting in (("ReLU", "max_value"), ("ReLU", "threshold"), ("Softmax", "axis")):
        with pytest.raises(ValueError, match=f"{kind} here has no setting {setting}=6"):
            read({"class_name": kind, "config": {setting: 6}})


def test_places_in_a_configuration_are_found_however_nested() -> None:
    def tensor(name: str, call: int) -> dict[str, Any]:
        return {"class_name": "__keras_tensor__", "config": {"keras_history": [name, call, 0]}}

    places = keras_reading._places
    assert places(["a", 1, 0]) == [("a", 1)]
    assert places([["a", 0], [["b", 2, 0]]]) == [("a", 0), ("b", 2)]
    call = {"args": [tensor("a", 0), [tensor("b", 1)]], "kwargs": {"mask": None}}
    assert places(call) == places([call]) == [("a", 0), ("b", 1)]
    assert places({"args": [tensor("a", 3)]}) == [("a", 3)]
    assert places({}) == places("a") == places(None) == places(["a"]) == []
    with pytest.raises(ValueError, match=r"called with tensors by keyword: \['mask'\]"):
        places({"args": [tensor("a", 0)], "kwargs": {"mask": tensor("b", 0)}})
