"""Models as files: what is saved comes back; what is damaged or foreign is refused."""

import contextlib
import copy
import errno
import json
import math
import os
import re
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import autograd
from nn import (
    Activation,
    Add,
    Concatenate,
    Dense,
    Input,
    Model,
    Sequential,
    datasets,
    load_model,
    set_random_seed,
)
from nn.activations import ACTIVATIONS
from nn.initializers import Constant, GlorotUniform
from nn.losses import BinaryCrossentropy
from nn.optimizers import SGD, Adam, AdamW, ExponentialDecay, RMSprop

if TYPE_CHECKING:
    from tests.arrays import lists
else:
    from arrays import lists

ROW = [0.5, -1.25]


def sequential() -> Sequential:
    set_random_seed(4)
    return Sequential([Dense(3, "relu", input_dim=2), Activation("tanh"), Dense(2, "softmax")])


def branched() -> Model:
    """Branches, a layer that is shared, one without biases, and names."""
    set_random_seed(5)
    x = Input(shape=(2,))
    shared = Dense(2, "tanh", name="shared")
    left = shared(shared(x))
    right = Dense(3, use_bias=False)(Activation("softplus", name="gate")(x))
    return Model(x, Dense(1, "sigmoid")(Concatenate()([right, Add()([left, x])])))


def of_two_inputs() -> Model:
    set_random_seed(6)
    a, b = Input(1), Input(1)
    shared = Dense(2, "relu", bias_initializer="random_uniform")
    return Model([a, b], Dense(1)(Add()([shared(b), shared(a)])))


def without_weights() -> Model:
    return Sequential([Input(2), Activation("sigmoid")])


def with_one_layer_twice() -> Model:
    layer = Dense(2, "tanh")
    return Sequential([Input(2), layer, layer])


def of_an_input_alone() -> Model:
    a, b = Input(1), Input(1)
    return Model([a, b], a)


MODELS: list[Callable[[], Model]] = [
    sequential,
    branched,
    of_two_inputs,
    without_weights,
    with_one_layer_twice,
    of_an_input_alone,
]
every_model = pytest.mark.parametrize("make", MODELS)


def predictions(model: Model) -> Any:
    """For a row of two numbers, in all."""
    return [output.data for output in model(ROW)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where there is no file yet."""
    return tmp_path / "model.json"


# ------------------------------------------------------------------------- round trip


@every_model
def test_a_model_that_was_saved_comes_back(make: Callable[[], Model], path: Path) -> None:
    model = make()
    model.save(path)
    loaded = load_model(path)
    assert type(loaded) is type(model)
    assert [repr(layer) for layer in loaded.layers] == [repr(layer) for layer in model.layers]
    assert [layer.config() for layer in loaded.layers] == [layer.config() for layer in model.layers]
    assert lists(loaded.get_weights()) == lists(model.get_weights())
    assert [p.label for p in loaded.parameters()] == [p.label for p in model.parameters()]
    assert predictions(loaded) == predictions(model)


@every_model
def test_a_model_that_came_back_is_saved_as_it_was(make: Callable[[], Model], path: Path) -> None:
    make().save(path)
    first = path.read_bytes()
    load_model(path).save(path)
    assert path.read_bytes() == first


@every_model
def test_a_configuration_makes_a_model_of_the_same_layers(make: Callable[[], Model]) -> None:
    model = make()
    other = Model.from_config(json.loads(json.dumps(model.get_config())))
    assert type(other) is type(model)
    assert other.get_config() == model.get_config()
    other.set_weights(lists(model.get_weights()))
    assert predictions(other) == predictions(model)


def test_a_model_of_a_class_of_ones_own_comes_back_as_one_of_its_layers(path: Path) -> None:
    class Mine(Sequential):
        pass

    model = Mine([Dense(2, "tanh", input_dim=2)])
    model.save(path)
    assert type(load_model(path)) is Model
    assert predictions(load_model(path)) == predictions(model)


@every_model
def test_weights_are_loaded_into_a_model_of_the_same_layers(
    make: Callable[[], Model], path: Path
) -> None:
    model, other = make(), make()
    for i, parameter in enumerate(model.parameters()):
        parameter.data = math.sin(i)
    model.save(path)
    parameters = other.parameters()
    other.load(path)
    assert lists(other.get_weights()) == lists(model.get_weights())
    assert other.parameters() == parameters
    assert predictions(other) == predictions(model)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.filterwarnings("ignore:leaky_relu has the slope")
def test_every_activation_is_saved_by_its_name(name: str, path: Path) -> None:
    function = ACTIVATIONS[name]  # a name may warn that Keras's function of it differs
    model = Sequential([Dense(2, function, input_dim=2), Activation(function)])
    model.save(path)
    loaded: list[Any] = load_model(path).layers
    assert [layer.activation for layer in loaded] == [ACTIVATIONS[name]] * 2


def test_a_model_that_came_back_trains_as_the_one_that_was_saved(path: Path) -> None:
    model = Sequential([Dense(3, "tanh", input_dim=2), Dense(1, "sigmoid")])
    model.save(path)
    runs = []
    for one in (model, load_model(path)):
        one.compile("adam", "binary_crossentropy")
        set_random_seed(1)
        history = one.fit(*datasets.moons(samples=20), batch_size=4, epochs=2, verbose=0)
        runs.append((history.history, lists(one.get_weights())))
    assert runs[0] == runs[1]


def test_numbers_come_back_to_the_last_bit(path: Path) -> None:
    numbers = [0.1, -0.0, 5e-324, 1.7976931348623157e308, math.pi, 1 / 3, -1e-17]
    model = Sequential([Dense(1, use_bias=False, input_dim=len(numbers))])
    model.set_weights([numbers])
    model.save(path)
    loaded = [parameter.data for parameter in load_model(path).parameters()]
    assert [number.hex() for number in loaded] == [number.hex() for number in numbers]


def test_a_file_may_be_named_by_a_string_or_a_path(path: Path) -> None:
    model = sequential()
    model.save(str(path))
    model.load(str(path))
    model.load(path)
    assert predictions(load_model(str(path))) == predictions(load_model(path))


def test_a_file_is_json_with_plain_content(path: Path) -> None:
    model = Sequential([Dense(1, "relu", kernel_initializer=Constant(0.5), input_dim=2)])
    model.add(Activation("sigmoid", name="last"))
    model.save(path)
    dense = {"units": 1, "activation": "relu", "use_bias": True, "input_dim": 2, "name": None}
    described = json.loads(path.read_text(encoding="utf-8"))
    assert len(described.pop("checksum")) == 64
    assert described == {
        "format": "glassgrad model",
        "version": 1,
        "class": "Sequential",
        "inputs": [2],
        "output": 2,
        "layers": [
            ["Dense", dense],
            ["Activation", {"activation": "sigmoid", "name": "last"}],
        ],
        "calls": [[0, [0]], [1, [1]]],
        "weights": [[[0.5], [0.5]], [0.0]],
    }


def test_a_name_in_any_script_comes_back(path: Path) -> None:
    model = Sequential([Dense(1, name='capa "ñ" 层\n', input_dim=1)])
    model.save(path)
    assert load_model(path).layers[0].name_given == 'capa "ñ" 层\n'


# --------------------------------------------------------------- what cannot be saved


def half(z: Any) -> Any:
    return z / 2


def relu(z: Any) -> Any:
    return autograd.relu(z) * 5.0


@pytest.mark.parametrize(
    "model",
    [
        Sequential([Dense(1, half, input_dim=2)]),
        Sequential([Dense(1, input_dim=2), Activation(half)]),
        Sequential([Dense(1, lambda z: z * 2, input_dim=2)]),
        Sequential([Dense(1, autograd.cosh, input_dim=2)]),
        Sequential([Dense(1, relu, input_dim=2)]),
    ],
)
def test_a_function_of_ones_own_is_not_saved_whatever_its_name(model: Model, path: Path) -> None:
    message = r"cannot save .*: its activation is a function of your own \(must be one of linear,"
    with pytest.raises(ValueError, match=message):
        model.save(path)
    assert not path.exists()


def test_a_layer_of_ones_own_is_not_saved_as_it_could_not_be_loaded(path: Path) -> None:
    class Mine(Dense):
        pass

    with pytest.raises(ValueError, match="cannot save"):
        Sequential([Mine(1, input_dim=2)]).save(path)
    assert not path.exists()


@pytest.mark.parametrize("model", [Sequential(), Sequential([Dense(1)])])
def test_a_model_that_does_not_know_its_inputs_is_not_saved(model: Model, path: Path) -> None:
    with pytest.raises(RuntimeError, match="does not know its number of inputs yet"):
        model.save(path)
    assert not path.exists()


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_weights_that_ran_away_are_not_saved_and_the_error_says_so(
    number: float, path: Path
) -> None:
    model = sequential()
    model.save(path)
    before = path.read_bytes()
    model.parameters()[0].data = number
    with pytest.raises(ValueError, match=r"finite|nan|inf\b"):
        model.save(path)
    assert path.read_bytes() == before


# ------------------------------------------------------------------- all, or nothing


def files(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow beyond 100 bytes."""
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_file_that_cannot_be_written_whole_leaves_the_old_one_and_nothing_else(
    path: Path,
) -> None:
    sequential().save(path)
    before = path.read_bytes()
    with pytest.raises(OSError, match="File too large"), full_disk():
        branched().save(path)
    assert path.read_bytes() == before
    assert files(path.parent) == [path.name]


def test_where_there_was_no_file_a_failed_save_leaves_none(path: Path) -> None:
    with pytest.raises(OSError, match="File too large"), full_disk():
        branched().save(path)
    assert files(path.parent) == []


def test_ctrl_c_while_the_file_is_replaced_leaves_the_old_one_and_nothing_else(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    sequential().save(path)
    before = path.read_bytes()
    for owner, name in ((Path, "replace"), (Path, "rename"), (os, "replace"), (os, "rename")):
        monkeypatch.setattr(owner, name, interrupted)
    with pytest.raises(KeyboardInterrupt):
        branched().save(path)
    assert path.read_bytes() == before
    assert files(path.parent) == [path.name]


def test_a_link_is_followed(path: Path) -> None:
    sequential().save(path)
    link = path.with_name("link.json")
    link.symlink_to(path)
    branched().save(link)
    assert link.is_symlink()
    assert type(load_model(path)) is Model


def test_a_private_file_stays_private(path: Path) -> None:
    sequential().save(path)
    path.chmod(0o600)
    branched().save(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_private_file_is_private_from_the_first_byte(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sequential().save(path)
    path.chmod(0o600)
    modes = []

    def fsync(number: int) -> None:
        modes.append(os.fstat(number).st_mode & 0o777)

    monkeypatch.setattr(os, "fsync", fsync)
    branched().save(path)
    assert modes == [0o600]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_a_file_keeps_its_owner(path: Path) -> None:
    sequential().save(path)
    os.chown(path, 12345, 12346)
    branched().save(path)
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 12346)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_a_device_stays_a_device(path: Path) -> None:
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        path.write_text("nothing")
    except PermissionError:  # in a container, or on a file system without devices
        pytest.skip("no device can be made here")
    sequential().save(path)
    assert path.is_char_device()
    assert files(path.parent) == [path.name]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_written_into(path: Path, tmp_path: Path) -> None:
    os.mkfifo(path)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(path.read_text()), daemon=True)
    reader.start()
    sequential().save(path)
    reader.join(20)
    assert path.is_fifo()
    copy_of_it = tmp_path / "copy.json"
    copy_of_it.write_text(received[0])
    assert type(load_model(copy_of_it)) is Sequential


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="there is no such name")
@pytest.mark.parametrize("is_piped", [True, False])
def test_what_is_saved_to_where_the_program_prints_stands_among_what_is_printed(
    is_piped: bool, tmp_path: Path
) -> None:
    program = (
        "from autograd.files import write_whole; print('before');"
        " write_whole('/dev/stdout', 'saved '); print('after')"
    )
    out = tmp_path / "out"
    with out.open("wb") as file:
        target: Any = subprocess.PIPE if is_piped else file
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, stdout=target, check=True)  # noqa: S603  # our own
    text = done.stdout if is_piped else out.read_bytes()
    assert text.split() == [b"before", b"saved", b"after"]


def test_links_that_lead_to_each_other_are_an_os_error(path: Path) -> None:
    path.symlink_to(path)
    with pytest.raises(OSError, match="symbolic links"):
        sequential().save(path)
    assert path.is_symlink()


def test_where_no_file_can_be_made_the_error_names_the_folder(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", "a part")

    monkeypatch.setattr(os, "open", refuse)  # root may write anywhere
    with pytest.raises(PermissionError) as caught:
        sequential().save(path)
    assert caught.value.filename == str(path.parent)


def test_a_directory_in_the_way_is_an_os_error_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "model.json").mkdir()
    with pytest.raises(IsADirectoryError, match="expected a file to write, received a folder"):
        sequential().save(tmp_path / "model.json")
    assert files(tmp_path) == ["model.json"]


def test_a_directory_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sequential().save(tmp_path / "nowhere" / "model.json")
    assert files(tmp_path) == []


def test_a_large_file_is_replaced_by_a_small_one_as_a_whole(path: Path) -> None:
    branched().save(path)
    without_weights().save(path)
    assert predictions(load_model(path)) == predictions(without_weights())
    assert files(path.parent) == [path.name]


# ---------------------------------------------------------- damaged and foreign files


def assert_refused(path: Path, model: Model, message: str = "") -> None:
    """By both ways of loading; the error names the file, and the model is as it was."""
    weights, layers = lists(model.get_weights()), list(model.layers)
    for load in (load_model, model.load):
        with pytest.raises(ValueError, match=re.escape(repr(str(path)))) as caught:
            load(path)
        assert message in str(caught.value)
    assert lists(model.get_weights()) == weights
    assert model.layers == layers


@pytest.mark.parametrize("make", [sequential, branched])
def test_a_file_cut_off_anywhere_is_refused(make: Callable[[], Model], path: Path) -> None:
    model = make()
    model.save(path)
    text = path.read_bytes()
    for end in range(len(text)):
        path.write_bytes(text[:end])
        assert_refused(path, model)


def without_checksum(path: Path) -> dict[str, Any]:
    """Return what a file says of a model, for another part than the checksum to be damaged."""
    described: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    del described["checksum"]
    return described


def load_or_blame(load: Callable[[Path], Any], path: Path) -> None:
    """Load a file that may be damaged; if it is refused, then by its name."""
    try:
        load(path)
    except ValueError as error:
        assert repr(str(path)) in str(error)  # noqa: PT017  # not all are refused


def test_a_file_with_one_wrong_character_is_refused_or_loaded_but_nothing_else_happens(
    path: Path,
) -> None:
    model = branched()
    model.save(path)
    text = path.read_text(encoding="utf-8")
    for place in range(len(text)):
        for character in '-9"[':
            path.write_text(text[:place] + character + text[place + 1 :], encoding="utf-8")
            load_or_blame(load_model, path)
            load_or_blame(model.load, path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n",
        b"\x00" * 100,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"PK\x03\x04\x14\x00keras",
        "{}".encode("utf-16"),
        b"\xff\xfe",
        b"not a model",
        b"<html></html>",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"format": "glassgrad model", "version": 1, "weights": ' + b"[" * 100_000,
    ],
    ids=range(13),
)
def test_a_file_that_is_no_json_is_refused(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    assert_refused(path, sequential(), "is damaged, or no model")


@pytest.mark.parametrize(
    "content",
    [
        *(None, 3, "glassgrad model", True, [], ["glassgrad model"], {}, {"version": 1}),
        *({"format": "keras", "version": 1}, {"format": None}, {"format": ["glassgrad model"]}),
    ],
)
def test_other_json_is_refused(content: Any, path: Path) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")
    assert_refused(path, sequential(), "is not a model that save() wrote")


def test_a_file_of_other_weights_than_its_checksum_is_refused(path: Path) -> None:
    model = sequential()
    model.save(path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[0.0, 0.0]", "[0.0, 0.5]"), encoding="utf-8")
    assert_refused(path, model, "take the checksum out")
    path.write_text(json.dumps(without_checksum(path)), encoding="utf-8")
    assert lists(load_model(path).get_weights())[-1] == [0.0, 0.5]


def test_a_file_laid_out_anew_is_loaded(path: Path) -> None:
    sequential().save(path)
    described = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(described, indent=2), encoding="utf-8")
    assert lists(load_model(path).get_weights()) == lists(sequential().get_weights())


@pytest.mark.parametrize(
    ("more", "message"),
    [(', "output": 2}', "stands twice"), (', "x": 1}', "unknown parts: ['x']")],
)
def test_a_name_that_stands_twice_or_is_unknown_is_refused(
    more: str, message: str, path: Path
) -> None:
    sequential().save(path)
    text = json.dumps(without_checksum(path))
    path.write_text(text[:-1] + more, encoding="utf-8")
    assert_refused(path, sequential(), message)


@pytest.mark.parametrize("version", [0, 2, 1.5, -1, "1", None, True, [1], math.nan])
def test_a_file_of_another_version_is_refused(version: Any, path: Path) -> None:
    sequential().save(path)
    described = without_checksum(path)
    path.write_text(json.dumps(described | {"version": version}), encoding="utf-8")
    assert_refused(path, sequential(), "expected version 1")


KEYS = ["format", "version", "class", "inputs", "output", "layers", "calls", "weights"]


@pytest.mark.parametrize("key", KEYS)
def test_a_file_without_one_of_its_parts_is_refused(key: str, path: Path) -> None:
    sequential().save(path)
    described = without_checksum(path)
    assert list(described) == KEYS
    del described[key]
    path.write_text(json.dumps(described), encoding="utf-8")
    assert_refused(path, sequential())


def put(*place: Any) -> Callable[[Any], None]:
    """A change of what a file holds: keys and positions, and at last what is put there."""
    *way, last, content = place

    def change(described: Any) -> None:
        for step in way:
            described = described[step]
        described[last] = content

    return change


NO_LISTS: Any = (None, 3, "x", [], {})
NO_CONFIGS: Any = (None, 3, "units", [], {})
NO_SIZES: Any = (0, -1, 2, 1.0, "1", True, None, [1])
NO_ACTIVATIONS: Any = ("swish", 3, True, ["relu"], {}, None)
NO_WEIGHTS: Any = (None, "0.5", True, [0.5], {}, math.nan, math.inf, -math.inf)
NO_BIASES: Any = (None, "0.5", [], math.nan)
NO_NAMES: Any = (3, True, ["x"], {"x": 1})

GATE = ["Activation", {"activation": "relu", "name": None}]

# Of `branched`: layers are shared, gate, Dense(3), Add, Concatenate, Dense(1); in some order.
DAMAGES: list[tuple[str, Callable[[Any], None]]] = [
    *((f"{key} is {junk!r}", put(key, junk)) for key in KEYS[3:] for junk in NO_LISTS),
    *((f"class is {junk!r}", put("class", junk)) for junk in (None, 3, ["Model"])),
    *((f"input of {n!r}", put("inputs", [n])) for n in (0, -2, "2", True, 2.0, None, [2], 3, 1)),
    ("an input too many", put("inputs", [2, 2])),
    *(
        (f"call of layer {n!r}", put("calls", -1, 0, n))
        for n in (-1, -6, 99, "5", 5.0, None, [5], True, False)
    ),
    *(
        (f"call on source {n!r}", put("calls", 0, 1, 0, n))
        for n in (-1, -2, 1, 99, "0", 0.0, None, [0], False)
    ),
    ("call on its own result", put("calls", 0, 1, [1])),
    ("call on nothing", put("calls", -1, 1, [])),
    ("call that is no pair", put("calls", 0, [0])),
    ("call that is a number", put("calls", 0, 7)),
    ("last call missing", lambda described: described["calls"].pop()),
    ("layer that is never called", lambda described: described["layers"].append(GATE)),
    ("a class that it is not", put("class", "Sequential")),
    ("unknown layer", put("layers", 0, 0, "Conv2D")),
    *((f"layer named {n!r}", put("layers", 0, 0, n)) for n in (None, 3, ["Dense"], "__class__")),
    ("layer without a config", put("layers", 0, ["Dense"])),
    ("layer that is a name", put("layers", 0, "Dense")),
    *((f"config is {junk!r}", put("layers", -1, 1, junk)) for junk in NO_CONFIGS),
    *((f"units is {n!r}", put("layers", -1, 1, "units", n)) for n in NO_SIZES),
    *((f"activation is {n!r}", put("layers", -1, 1, "activation", n)) for n in NO_ACTIVATIONS),
    *(
        (f"use_bias is {n!r}", put("layers", -1, 1, "use_bias", n))
        for n in (False, None, 0, "yes", "false", [1])
    ),
    *(
        (f"input_dim is {n!r}", put("layers", -1, 1, "input_dim", n))
        for n in (0, -1, 4, 5.0, "5", True, [5])
    ),
    *((f"name is {n!r}", put("layers", -1, 1, "name", n)) for n in NO_NAMES),
    ("setting that there is not", put("layers", -1, 1, "kernel", [])),
    *((f"weight is {n!r}", put("weights", 0, 0, 0, n)) for n in NO_WEIGHTS),
    *((f"bias is {n!r}", put("weights", -1, 0, n)) for n in NO_BIASES),
    ("weight beyond all floats", put("weights", 0, 0, 0, 10**400)),
    ("kernel without a row", lambda described: described["weights"][0].pop()),
    ("kernel with a ragged row", lambda described: described["weights"][0][0].pop()),
    ("biases missing", lambda described: described["weights"].pop()),
    ("weights too many", lambda described: described["weights"].append([1.0])),
    ("weights in a dictionary", put("weights", {"0": [[1.0]]})),
]


@pytest.mark.parametrize("damage", [change for _, change in DAMAGES], ids=[n for n, _ in DAMAGES])
def test_a_file_with_damage_inside_is_refused(damage: Callable[[Any], Any], path: Path) -> None:
    branched().save(path)
    described = without_checksum(path)
    before = copy.deepcopy(described)
    damage(described)
    assert repr(described) != repr(before)
    path.write_text(json.dumps(described), encoding="utf-8")
    if described == before:  # as true equals 1: of no harm to a model that is there already
        with pytest.raises(ValueError, match=re.escape(repr(str(path)))):
            load_model(path)
    else:
        assert_refused(path, branched())


def test_a_size_that_the_weights_do_not_bear_out_is_refused_before_it_is_built(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = 0

    def draw(*_: object) -> float:
        nonlocal drawn
        drawn += 1
        assert drawn < 1000, "a weight is made for each number that the file only talks of"
        return 0.0

    sequential().save(path)
    described = without_checksum(path)
    put("layers", 0, 1, "units", 300_000)(described)
    path.write_text(json.dumps(described), encoding="utf-8")
    monkeypatch.setattr(GlorotUniform, "__call__", draw)
    with pytest.raises(ValueError, match=re.escape(repr(str(path)))):
        load_model(path)


def test_a_layer_may_have_ten_million_outputs_and_not_one_more() -> None:
    half = Input(5_000_000)
    config = Model(half, Concatenate()([half, half])).get_config()
    assert Model.from_config(config).output_shape == (None, 10_000_000)
    with pytest.raises(ValueError, match="10,000,001 outputs, more than 10,000,000"):
        Model.from_config(config | {"inputs": [10_000_001], "calls": [[0, [0]]]})


@pytest.mark.parametrize(
    "other",
    [
        Sequential([Dense(3, "relu", input_dim=2), Activation("tanh"), Dense(3, "softmax")]),
        Sequential([Dense(3, "relu", input_dim=2), Activation("relu"), Dense(2, "softmax")]),
        Sequential([Dense(3, "relu", input_dim=2), Dense(2, "softmax")]),
        Sequential([Dense(3, "relu", input_dim=4), Activation("tanh"), Dense(2, "softmax")]),
        Sequential([Dense(3, "relu", False, input_dim=2), Activation("tanh"), Dense(2, "softmax")]),
        branched(),
        without_weights(),
    ],
)
def test_weights_of_a_model_of_other_layers_are_not_loaded(other: Model, path: Path) -> None:
    other.save(path)
    model = sequential()
    before = lists(model.get_weights())
    with pytest.raises(ValueError, match="holds a model with other layers than this") as caught:
        model.load(path)
    assert repr(str(path)) in str(caught.value)
    assert lists(model.get_weights()) == before


def test_a_file_that_is_not_there_is_an_os_error(path: Path) -> None:
    for load in (load_model, sequential().load):
        with pytest.raises(FileNotFoundError):
            load(path)
        with pytest.raises(OSError, match="directory"):
            load(path.parent)


# ------------------------------------------------------------ a training that goes on


POINTS = (
    [[math.sin(3.0 * i), math.cos(5.0 * i)] for i in range(40)],
    [float(math.sin(3.0 * i) > 0.2) for i in range(40)],
)


def trainable(optimizer: Any, loss: Any = "binary_crossentropy", jit: Any = False) -> Sequential:
    set_random_seed(7)
    model = Sequential([Dense(3, "tanh", input_dim=2), Dense(1, "sigmoid")])
    model.compile(optimizer, loss, ["accuracy"], jit_compile=jit)
    return model


def train(model: Model, epochs: int) -> list[float]:
    history = model.fit(*POINTS, batch_size=8, epochs=epochs, shuffle=False, verbose=0)
    return history.history["loss"]


def half_of_it(y_true: Any, y_pred: Any) -> Any:
    return autograd.sum([(p[0] - y[0]) ** 2 / 2 for y, p in zip(y_true, y_pred, strict=True)])


class Slow(SGD):
    """An optimiser of one's own, with an argument."""

    def __init__(self, share: float = 0.5) -> None:
        self.share = share
        super().__init__(0.1, momentum=0.9)

    def decrease(self, data: float, grad: float, rate: float, memory: list[float]) -> float:
        return self.share * super().decrease(data, grad, rate, memory)


def falling(step: int) -> float:
    return 0.1 / (1 + step)


OWN = {"half_of_it": half_of_it, "Slow": Slow, "falling": falling}


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize(
    "make",
    [
        lambda: SGD(0.5, momentum=0.9, nesterov=True),
        lambda: RMSprop(ExponentialDecay(0.05, 10, 0.5), momentum=0.5),
        lambda: Adam(0.02),
        lambda: AdamW(0.02, 0.1),
        lambda: SGD(falling),
        lambda: Slow(0.25),
    ],
)
def test_a_training_goes_on_where_it_stopped_bit_for_bit(
    make: Callable[[], Any], jit: bool, path: Path
) -> None:
    whole, first = trainable(make(), jit=jit), trainable(make(), jit=jit)
    wanted = train(whole, 6)
    begun = train(first, 3)
    first.save(path)
    other = load_model(path, custom_objects=OWN)
    assert begun + train(other, 3) == wanted
    assert lists(other.get_weights()) == lists(whole.get_weights())
    assert other.optimizer.iterations == whole.optimizer.iterations == 30
    assert type(other.optimizer) is type(whole.optimizer)


def test_what_compile_was_given_comes_back(path: Path) -> None:
    model = trainable(Adam(0.02), BinaryCrossentropy(textbook=True), jit="auto")
    model.optimizer.learning_rate = 0.5  # as a callback may
    model.save(path)
    other = load_model(path)
    assert isinstance(other.loss, BinaryCrossentropy)
    assert (other.loss.textbook, other.loss.from_logits) == (True, False)
    assert [name for name, _ in other.metrics] == ["accuracy"]
    assert other.jit_compile == "auto"
    assert other.optimizer.learning_rate == 0.5
    first = path.read_bytes()
    other.save(path)
    assert path.read_bytes() == first


def test_things_of_ones_own_are_asked_for_by_name(path: Path) -> None:
    model = trainable("sgd", half_of_it)
    train(model, 1)
    model.save(path)
    with pytest.raises(ValueError, match=r"custom_objects=\{'half_of_it': ...\}, or compile=False"):
        load_model(path)
    assert load_model(path, compile=False).loss is None
    assert load_model(path, {"half_of_it": half_of_it}).loss is half_of_it


def test_things_without_a_name_are_left_out_with_a_warning(path: Path) -> None:
    model = trainable("sgd", lambda y, p: half_of_it(y, p) * 2.0)
    with pytest.warns(UserWarning, match=r"compile was given is not kept: <lambda> has no name"):
        model.save(path)
    assert load_model(path).loss is None
    assert lists(load_model(path).get_weights()) == lists(model.get_weights())


def test_activations_and_layers_of_ones_own_are_saved_by_the_names_they_are_given(
    path: Path,
) -> None:
    class Mine(Dense):
        pass

    own = {"Mine": Mine, "fifth": relu}
    model = Sequential([Mine(2, relu, input_dim=2), Activation(relu), Dense(1)])
    model.save(path, own)
    other = load_model(path, own)
    assert predictions(other) == predictions(model)
    assert type(other.layers[0]) is Mine
    for missing in own:
        with pytest.raises(ValueError, match=re.escape(repr(str(path)))):
            load_model(path, {name: one for name, one in own.items() if name != missing})


NO_STEPS: Any = (-1, 1.5, "3", None, True, [])
NO_MEMORY: Any = (None, [], [[0.0]], {}, [["0.0", 0.0]] * 13)
NO_CHOICES: Any = (None, [], {}, {"optimizer": {"name": "os.system"}})


@pytest.mark.parametrize(
    "change",
    [
        *(("iterations", junk) for junk in NO_STEPS),
        *(("memory", junk) for junk in NO_MEMORY),
        *(("compile", junk) for junk in NO_CHOICES),
        ("compile", {"optimizer": {"name": "nn.optimizers.get", "arguments": {}}, "loss": "mse"}),
        ("compile", {"optimizer": "sgd", "loss": "mse", "more": 1}),
        ("more", 1),
    ],
    ids=repr,
)
def test_a_file_whose_training_is_damaged_is_refused(change: Any, path: Path) -> None:
    model = trainable("adam")
    train(model, 1)
    model.save(path)
    described = without_checksum(path)
    assert len(described["training"]["memory"]) == 13
    described["training"] |= dict([change])
    path.write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(repr(str(path)))):
        load_model(path)


def test_a_training_in_a_file_is_read_without_compiling_only_if_it_is_whole(path: Path) -> None:
    trainable("adam").save(path)
    assert load_model(path, compile=False).loss is None
    sequential().save(path)  # never compiled
    assert "training" not in without_checksum(path)


def test_losses_of_several_outputs_come_back(path: Path) -> None:
    x = Input(2)
    model = Model(x, [Dense(1, name="a")(x), Dense(2, name="b")(x)])
    losses = {"a": "mse", "b": BinaryCrossentropy(from_logits=True)}
    model.compile("sgd", losses, loss_weights={"a": 0.5, "b": 2.0}, metrics={"a": ["mae"]})
    model.save(path)
    other = load_model(path)
    y = [[1.0], [0.0]], [[0.0, 1.0], [1.0, 0.0]]
    for one in (model, other):
        one.fit([[0.5, -1.0], [1.0, 2.0]], list(y), epochs=2, shuffle=False, verbose=0)
    assert lists(other.get_weights()) == lists(model.get_weights())
    assert [name for name, _ in other.metrics] == [name for name, _ in model.metrics]


def damage(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Write a model that was trained, with something changed and no checksum."""
    model = Sequential([Dense(2, input_dim=2), Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    model.fit([[1.0, 2.0]], [1.0], verbose=0)
    model.save(path)
    described = json.loads(path.read_text(encoding="utf-8"))
    del described["checksum"]
    change(described)
    path.write_text(json.dumps(described), encoding="utf-8")


@pytest.mark.parametrize("part", ["loss", "metrics", "optimizer", "jit_compile", "arguments"])
def test_a_part_that_is_nested_too_deep_is_damage(part: str, path: Path) -> None:
    def put(described: dict[str, Any]) -> None:
        chosen = described["training"]["compile"]
        if part == "arguments":
            chosen["optimizer"][part]["learning_rate"] = "nested"
        else:
            chosen[part] = "nested"

    damage(path, put)
    text, nested = path.read_text(encoding="utf-8"), "[" * 5000 + "]" * 5000
    path.write_text(text.replace('"nested"', nested), encoding="utf-8")
    with pytest.raises(ValueError, match=f"{path.name}.* is damaged"):
        load_model(path)


@pytest.mark.parametrize("numbers", [[1.0, [2.0]], [[1.0], 2.0]])
@pytest.mark.parametrize("where", ["memory", "weights"])
def test_numbers_of_mixed_depth_are_damage(where: str, numbers: list[Any], path: Path) -> None:
    def put(described: dict[str, Any]) -> None:
        (described["training"] if where == "memory" else described)[where][1] = numbers

    damage(path, put)
    with pytest.raises(ValueError, match="is damaged"):
        load_model(path)
