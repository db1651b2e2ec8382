"""Imports point down: each module has a floor, and imports only from the floors below."""

import ast
import importlib
import importlib.util
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

import autograd

FLOORS: dict[str, tuple[int, ...]] = {
    "autograd.cleaning": (-1,),
    "autograd.console": (0,),
    "autograd.contexts": (0,),
    "autograd.elsewhere": (0,),
    "autograd.files": (0,),
    "autograd.forking": (0,),
    "autograd.options": (0,),
    "autograd.progress": (0,),
    "autograd.foreign": (0,),
    "autograd.languages": (0, 0),
    "autograd.real": (0,),
    "autograd.passed_by": (0, 1),
    "autograd.ieee": (0, 1),
    "autograd.ops": (1,),
    "autograd.trees": (1,),
    "autograd.floats": (2,),
    "autograd.given": (2,),
    "autograd.order": (2,),
    "autograd.value": (2, 1),
    "autograd.derivatives": (3, 0),
    "autograd.sweeps": (3, 0),
    "autograd.walks": (3, 0, 1),
    "autograd.interpreted": (3, 0),
    "autograd.methods": (3, 0),
    "autograd.pickling": (3, 0),
    "autograd.refusals": (3, 0),
    "autograd.reach": (3, 1),
    "autograd.functional": (4,),
    "autograd.notation.text": (4, 0),
    "autograd.notation.numbers": (4, 0),
    "autograd.notation.algebra": (4, 1),
    "autograd.notation.documents": (4, 1),
    "autograd.notation.labels": (4, 1),
    "autograd.notation.writers": (4, 2),
    "autograd.notation.equations": (4, 3),
    "autograd.notation.composing": (4, 3),
    "autograd.notation.inputs": (4, 3),
    "autograd.notation.names": (4, 4),
    "autograd.notation.simplifying": (4, 4),
    "autograd.notation.sayings": (4, 0),
    "autograd.notation.parsing": (4, 0, 1),
    "autograd.notation.spelling": (4, 4, 1),
    "autograd.notation.stale": (4, 4, 1),
    "autograd.notation.accumulation": (4, 4, 2),
    "autograd.notation.usual": (4, 4, 1),
    "autograd.notation.reading": (4, 4, 2),
    "autograd.notation.formulas": (4, 4, 3),
    "autograd.notation": (4, 5),
    "autograd.documentation": (5,),
    "autograd.collecting": (5,),
    "autograd.modes": (5,),
    "autograd.codegen.vectors": (5,),
    "autograd.codegen.lines": (5, 0),
    "autograd.codegen.progress": (5, 0),
    "autograd.codegen.program": (5, 0, 1),
    "autograd.codegen.recording": (5, 0),
    "autograd.codegen.blocks": (5, 0),
    "autograd.codegen.arguments": (5, 0, 1),
    "autograd.codegen.language": (5, 1),
    "autograd.codegen.javascript": (5, 2),
    "autograd.codegen.kernel": (5, 1),
    "autograd.codegen.lowering": (5, 1),
    "autograd.codegen.python": (5, 2),
    "autograd.codegen.recorder": (5, 2),
    "autograd.codegen.numpy": (5, 3),
    "autograd.codegen.tape.schedule": (5, 1),
    "autograd.codegen.tape.groups": (5, 2),
    "autograd.codegen.tape.tape": (5, 2, 1),
    "autograd.codegen.tape": (5, 2),
    "autograd.codegen.tape.numpy": (5, 3, 9),
    "autograd.codegen.planning": (5, 3),
    "autograd.codegen.one_node": (5, 3),
    "autograd.codegen.distributing": (5, 3),
    "autograd.codegen.llvm.machine_code": (5, 3, 0),
    "autograd.codegen.llvm.calls": (5, 3, 1),
    "autograd.codegen.llvm.arrays": (5, 3, 0),
    "autograd.codegen.llvm.language": (5, 3, 0),
    "autograd.codegen.llvm.functions": (5, 3, 1),
    "autograd.codegen.llvm.straight_line": (5, 3, 1),
    "autograd.codegen.llvm.loop": (5, 3, 1),
    "autograd.codegen.llvm.processor": (5, 3, 2),
    "autograd.codegen.llvm.source": (5, 3, 2),
    "autograd.codegen.llvm.kernel": (5, 3, 3),
    "autograd.codegen.llvm.tape_text": (5, 3, 3),
    "autograd.codegen.llvm.tape_of_one": (5, 3, 4),
    "autograd.codegen.llvm.tape_of_many": (5, 3, 4),
    "autograd.codegen.llvm.tape": (5, 3, 5),
    "autograd.codegen.llvm.shortcut": (5, 3, 6),
    "autograd.codegen.llvm": (5, 3, 7),
    "autograd.codegen.backends": (5, 4),
    "autograd.codegen.compiling": (5, 5),
    "autograd.codegen.stepping": (5, 5),
    "autograd.codegen": (5, 9),
    "autograd.worked_example": (5, 0),
    "autograd.explaining.formulas": (5, 0),
    "autograd.explaining.layers": (5, 0),
    "autograd.explaining.steps": (5, 0),
    "autograd.explaining.factors": (5, 1),
    "autograd.explaining.samples": (5, 2),
    "autograd.explaining.chain": (5, 3),
    "autograd.explaining.pieces": (5, 4),
    "autograd.explaining.batches": (5, 5),
    "autograd.explaining.layouts": (5, 6),
    "autograd.explaining.latex": (5, 7),
    "autograd.explaining.vectors": (5, 7, 1),
    "autograd.explaining.explanation": (5, 8),
    "autograd.explaining": (5, 9),
    "autograd.explaining.report": (5, 9),
    "autograd.checking.reading": (5, 0),
    "autograd.checking.error_bounds": (5, 0),
    "autograd.checking.formulas": (5, 2, 1),
    "autograd.checking.differences": (5, 0),
    "autograd.checking.gradients": (5, 1),
    "autograd.checking.attempts": (5, 0),
    "autograd.checking.graph": (5, 0),
    "autograd.checking.mistakes": (5, 0),
    "autograd.checking.ways": (5, 0),
    "autograd.checking.habits": (5, 0, 1),
    "autograd.checking.rounding": (5, 0, 2),
    "autograd.checking.accuracy": (5, 1),
    "autograd.checking.sheet": (5, 1),
    "autograd.checking.claims": (5, 2),
    "autograd.checking.report": (5, 3),
    "autograd.checking.gathering": (5, 3),
    "autograd.checking.hand": (5, 3),
    "autograd.checking.sources": (5, 4),
    "autograd.checking.descending": (5, 4),
    "autograd.checking.forward_slips": (5, 4),
    "autograd.checking.backward_slips": (5, 4),
    "autograd.checking.update_slips": (5, 4),
    "autograd.checking.slips": (5, 5),
    "autograd.checking.walking": (5, 6),
    "autograd.checking.judging": (5, 7),
    "autograd.checking": (5, 8),
    "autograd.exercises.asking": (6, 0),
    "autograd.exercises.folders": (6, 0),
    "autograd.exercises.friendly": (6, 0),
    "autograd.exercises.functions": (6, 0),
    "autograd.exercises.graphs": (6, 0),
    "autograd.exercises.cells": (6, 0),
    "autograd.exercises.naming": (6, 0),
    "autograd.exercises.notebooks": (6, 1),
    "autograd.exercises.shares": (6, 0),
    "autograd.exercises.solutions": (6, 1),
    "autograd.exercises.tables": (6, 0),
    "autograd.exercises.writing": (6, 1),
    "autograd.exercises.sheets": (6, 2),
    "autograd.exercises.graders": (6, 3),
    "autograd.exercises.grading": (6, 3),
    "autograd.exercises.classes": (6, 3),
    "autograd.exercises.marking": (6, 4),
    "autograd.exercises": (6, 5),
    "autograd.exercises.commands": (6, 6),
    "autograd.drawing.engine": (6, 0),
    "autograd.drawing.export": (6, 0),
    "autograd.drawing.picture": (6, 1),
    "autograd.drawing.operations": (6, 1),
    "autograd.drawing.ranks": (6, 0),
    "autograd.drawing.plan": (6, 2),
    "autograd.drawing.digits": (6, 0),
    "autograd.drawing.moment": (6, 2),
    "autograd.drawing.tables": (6, 3),
    "autograd.drawing.frames": (6, 4),
    "autograd.drawing.sketch": (6, 4),
    "autograd.drawing.merging": (6, 3),
    "autograd.drawing.fitting": (6, 4, 1),
    "autograd.drawing.diagram": (6, 5),
    "autograd.drawing.animation": (6, 6),
    "autograd.drawing": (6, 7),
    "autograd.explorer.views": (7, 0),
    "autograd.explorer.assembling": (7, 0),
    "autograd.explorer.table": (7, 0),
    "autograd.explorer.grammar": (7, 1),
    "autograd.explorer.page": (7, 1),
    "autograd.explorer.playground": (7, 2),
    "autograd.explorer.training": (7, 2),
    "autograd.explorer": (7, 3),
    "autograd": (8,),
    "autograd.__main__": (9,),
    "nn.data": (10, 0),
    "nn.foreign": (10, 0),
    "nn.spelling": (10, 0),
    "nn.optimizers": (10, 1),
    "nn.randomness": (10, 0),
    "nn.saving": (10, 0),
    "nn.training": (10, 0),
    "nn.datasets": (10, 1),
    "nn.activations": (10, 1),
    "nn.initializers": (10, 1),
    "nn.losses": (10, 2),
    "nn.metrics": (10, 3),
    "nn.regularizers": (10, 1),
    "nn.perceptron": (10, 1),
    "nn.training.progress": (10, 4),
    "nn.neurons": (10, 2),
    "nn.callbacks": (10, 5),
    "nn.layers.base": (10, 3),
    "nn.layers.activating": (10, 4),
    "nn.layers.batch_normalizing": (10, 4),
    "nn.layers.dense": (10, 4),
    "nn.layers.dropping": (10, 4),
    "nn.layers.joining": (10, 4),
    "nn.layers.normalizing": (10, 4),
    "nn.layers.sequences": (10, 4),
    "nn.layers.shaping": (10, 4),
    "nn.layers": (10, 5),
    "nn.training.eager": (10, 3),
    "nn.training.followers": (10, 6),
    "nn.training.watching": (10, 3),
    "nn.training.choices": (10, 4),
    "nn.training.outputs": (10, 4),
    "nn.training.matrices": (10, 6),
    "nn.training.compiled": (10, 6, 1),
    "nn.training.trainer": (10, 7),
    "nn.summary": (10, 7),
    "nn.models": (10, 8),
    "nn.exchange": (10, 9),
    "nn.exchange.keras_files": (10, 9),
    "nn.exchange.slopes": (10, 9),
    "nn.exchange.filling": (10, 9),
    "nn.exchange.keras_reading": (10, 9, 1),
    "nn.exchange.keras_writing": (10, 9, 1),
    "nn.exchange.torch": (10, 9, 1),
    "nn.exchange.keras": (10, 9, 2),
    "nn.pictures": (11, 0),
    "nn.pictures.figures": (11, 0),
    "nn.pictures.weighted_sums": (11, 0),
    "nn.pictures.network": (11, 1),
    "nn.pictures.activation_functions": (11, 1),
    "nn.pictures.numbers": (11, 2),
    "nn.pictures.plane": (11, 1),
    "nn.pictures.training_curves": (11, 1),
    "nn.pictures.boundary_lines": (11, 2),
    "nn.pictures.decision_map": (11, 2),
    "nn.pictures.neuron_maps": (11, 3),
    "nn.pictures.layout": (11, 3),
    "nn.pictures.network_drawing": (11, 4),
    "nn.training.record": (10, 6),
    "nn.pictures.live_curve": (11, 2),
    "nn.pictures.loss_valley": (11, 2),
    "nn.pictures.training_page": (11, 5),
    "nn.pictures.exploring": (11, 6),
    "nn.plots": (11, 6),
    "nn.__main__": (11, 7),
    "nn.utils": (11, 6),
    "nn": (12,),
}

# `value.explain(wrt)` is `explain(value, wrt)`, and `str(formula)` is what a writer makes of it:
# both are looked up when they are called. The order of a graph needs to know what a node is, so
# that it can be compiled, but not when it runs.
REACHING_UP = {
    ("autograd.order", "autograd.value"),
    ("autograd.value", "autograd.explaining.explanation"),
    ("autograd.value", "autograd.given"),
    ("autograd.value", "autograd.reach"),
    ("autograd.notation.algebra", "autograd.notation.writers"),
}


def sources(package: str) -> dict[str, str]:
    """The text of each module of a package, by the module's name."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin).parent
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = [package, *path.relative_to(root).with_suffix("").parts]
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = path.read_text(encoding="utf-8")
    return found


def imports(source: str) -> Iterator[tuple[str, str]]:
    """Yield each import anywhere in a module: the imported module, and the name from it, if any."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # A relative import keeps its dots, so that it counts as an unknown module.
            module = "." * node.level + (node.module or "")
            yield from ((module, alias.name) for alias in node.names)


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def violations_of_floors(modules: Mapping[str, str]) -> list[str]:
    """Return every import that does not point down, and every module that has no floor."""
    found = []
    for module, source in modules.items():
        if module not in FLOORS:
            found.append(
                f"{module} has no floor: give it one in FLOORS, above all that it imports and"
                " below all that imports it"
            )
            continue
        for origin, name in imports(source):
            if not (is_in(origin, "autograd") or is_in(origin, "nn") or origin.startswith(".")):
                continue
            target = f"{origin}.{name}" if f"{origin}.{name}" in FLOORS else origin
            if target not in FLOORS:
                found.append(f"{module} imports {target}, which has no floor: give it one")
            elif FLOORS[target] >= FLOORS[module] and (module, target) not in REACHING_UP:
                found.append(
                    f"{module} on floor {FLOORS[module]} imports {target} on floor"
                    f" {FLOORS[target]}: imports point down"
                )
    return found


PUBLIC_ROOMS = (
    "autograd.elsewhere",
    "autograd.cleaning",
    "autograd.console",
    "autograd.contexts",
    "autograd.files",
    "autograd.languages",
    "autograd.notation",
    "autograd.options",
    "autograd.progress",
)
"""Modules for everyone, like `autograd` itself: all names in their `__all__` are public."""


def is_public(name: str) -> bool:
    """Return whether `autograd.name` is public: not a module, and without an underscore."""
    thing = getattr(autograd, name, None)
    is_there = thing is not None and not isinstance(thing, ModuleType)
    return name in autograd.__all__ or (is_there and not name.startswith("_"))


def private_parts_used(modules: Mapping[str, str]) -> list[str]:
    """Return the names beyond autograd's public ones that the modules use."""
    found = []
    for module, source in modules.items():
        for origin, name in imports(source):
            if origin in PUBLIC_ROOMS and name in importlib.import_module(origin).__all__:
                continue
            if is_in(origin, "autograd") and not (
                origin == "autograd" and (not name or is_public(name))
            ):
                found.append(f"{module} imports {name or 'all'} from {origin}")
        found += [
            f"{module} uses autograd.{node.attr}"
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "autograd"
            and not is_public(node.attr)
        ]
    return found


# ------------------------------------------------------------------------ the house


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_imports_point_down(package: str) -> None:
    assert violations_of_floors(sources(package)) == []


def test_every_floor_has_its_module_still() -> None:
    assert set(FLOORS) <= set(sources("autograd") | sources("nn"))


def test_no_module_of_nn_imports_another_for_its_types_alone() -> None:
    for module, source in sources("nn").items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
                inside = "\n".join(map(ast.unparse, node.body))
                found = {origin.partition(".")[0] for origin, _ in imports(inside)}
                assert found <= {"matplotlib"}, module


def test_saving_knows_no_model() -> None:
    assert not [origin for origin, _ in imports(sources("nn")["nn.saving"]) if is_in(origin, "nn")]


def test_nn_uses_public_names_of_autograd_only() -> None:
    assert private_parts_used(sources("nn")) == []


def test_autograd_does_not_know_nn() -> None:
    users = [
        module
        for module, source in sources("autograd").items()
        if any(is_in(origin, "nn") for origin, _ in imports(source))
    ]
    assert users == []


def reading_order() -> dict[str, int]:
    """Return for each module the item of CONTRIBUTING's list that names it, or its folder."""
    text = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## Reading the source")[2].partition("\n## ")[0]
    items = re.split(r"\n(\d+)\. ", section)[1:]
    named = {
        path.removesuffix(".py").strip("/").replace("/", "."): int(number)
        for number, item in zip(items[::2], items[1::2], strict=True)
        for path in re.findall(r"`((?:autograd|nn)/[\w/]*(?:\.py)?)`", item)
    }
    found = {}
    for module in {*sources("autograd"), *sources("nn")} - {"autograd"}:  # it only names the others
        places = [name for name in named if is_in(module, name)]
        assert places, f"{module} is not in CONTRIBUTING's reading order"
        found[module] = named[max(places, key=len)]
    return found


def test_no_file_needs_one_that_comes_later_in_contributings_reading_order() -> None:
    order, later = reading_order(), []
    for module, source in (sources("autograd") | sources("nn")).items():
        for origin, name in imports(source):
            target = f"{origin}.{name}" if f"{origin}.{name}" in order else origin
            if order.get(target, 0) > order.get(module, math.inf):
                later.append((module, target))
    assert set(later) <= REACHING_UP


@pytest.mark.parametrize(
    ("package", "users"),
    [
        ("graphviz", "autograd.drawing"),
        ("llvmlite", "autograd.codegen"),
        ("librt", "autograd.codegen.lines"),
        ("tqdm", "autograd.progress"),
        ("typst", "autograd.drawing.export"),
        ("networkx", "autograd.drawing.export"),
        ("matplotlib", "nn.pictures"),
        ("h5py", "nn.exchange"),
        ("safetensors", "nn.exchange"),
    ],
)
def test_one_place_alone_imports_a_package(package: str, users: str) -> None:
    found = [
        module
        for module, source in (sources("autograd") | sources("nn")).items()
        if any(is_in(origin, package) for origin, _ in imports(source))
    ]
    assert found
    assert [module for module in found if not is_in(module, users)] == []


# ------------------------------------------------------------ the checks can fail


@pytest.mark.parametrize(
    "line",
    [
        "from autograd.value import Value",
        "from autograd import value",
        "import autograd.value",
        "import autograd",
        "from autograd import Value",
        "def inner():\n    from autograd.walks import edges",
        "from autograd.ops import add",
        "from .value import Value",
        "from . import value",
    ],
)
def test_import_that_does_not_point_down_is_found(line: str) -> None:
    (found,) = violations_of_floors({"autograd.ops": line})
    assert "autograd.ops" in found


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("nn.training.eager", "from nn.training.trainer import Trainer"),
        ("nn.training.eager", "from nn.models import Model"),
        ("nn.callbacks", "from nn import models"),
        ("nn.callbacks", "if TYPE_CHECKING:\n    from nn.models import Model"),
        ("nn.saving", "import nn"),
        ("nn.saving", "from nn import Dense"),
        ("nn.layers", "def inner():\n    import nn.models"),
        ("nn.models", "from .layers import Dense"),
    ],
)
def test_import_in_nn_that_does_not_point_down_is_found(module: str, line: str) -> None:
    (found,) = violations_of_floors({module: line})
    assert module in found


def test_import_within_a_floor_is_found() -> None:
    assert violations_of_floors({"autograd.sweeps": "from autograd import pickling"}) != []
    assert violations_of_floors({"autograd.drawing.engine": "import autograd.drawing"}) != []
    assert violations_of_floors({"nn.losses": "from nn import neurons"}) != []


def test_import_from_below_or_from_elsewhere_is_none_of_them() -> None:
    fine = "import math\nimport autogradient\nfrom autograd import real\nfrom autograd.ops import x"
    assert violations_of_floors({"autograd.value": fine}) == []
    fine = "import nnet\nimport autograd\nfrom autograd import Value\nfrom nn import activations"
    assert violations_of_floors({"nn.neurons": fine}) == []


def test_module_without_a_floor_is_asked_to_have_one() -> None:
    (found,) = violations_of_floors({"autograd.novelty": "import math"})
    assert found.startswith("autograd.novelty has no floor: give it one in FLOORS")
    (found,) = violations_of_floors({"nn.models": "from nn.novelty import what"})
    assert found == "nn.models imports nn.novelty, which has no floor: give it one"


@pytest.mark.parametrize(
    "line",
    [
        "from autograd.ops import exp",
        "from autograd import ops",
        "from autograd import _pickling",
        "from autograd import nonsense",
        "from autograd.notation import nonsense",
        "from autograd.notation import Writer",
        "import autograd.value",
        "import autograd\nautograd.ops.exp(1.0)",
        "import autograd\nautograd.nonsense",
    ],
)
def test_private_part_of_autograd_is_found(line: str) -> None:
    assert private_parts_used({"nn.layers": line}) != []


def test_public_names_of_autograd_are_none_of_them() -> None:
    fine = "import autograd\nfrom autograd import Value, exp\nautograd.sum([autograd.abs(1.0)])"
    fine += "\nfrom autograd.notation import escape_dot\nfrom autograd.files import write_whole"
    assert private_parts_used({"nn.layers": fine}) == []


WRITES_CODE = {"autograd.exercises.cells"}
"""Modules that write a program's lines, in which a repr is what Python reads."""


def raw_quotes(module: str, source: str) -> list[str]:
    """Return the f-strings that quote a repr or a class's name as it is, but in a `__repr__`."""
    if module in WRITES_CODE or not re.search(r"!r[:}]|__name__\}", source):
        return []
    tree = ast.parse(source)
    own = {
        part
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name == "__repr__"
        for part in ast.walk(function)
    }
    return [
        f"{module}:{part.lineno}: {ast.unparse(part)}"
        for part in ast.walk(tree)
        if isinstance(part, ast.FormattedValue) and part not in own
        if part.conversion == ord("r") or ast.unparse(part.value).endswith(").__name__")
    ]


def test_a_repr_is_quoted_as_it_is_where_it_is() -> None:
    source = "def f(x):\n    raise TypeError(f'{type(x).__name__}: {x!r:.60}')"
    assert len(raw_quotes("m", source)) == 2
    assert not raw_quotes("m", source.replace("def f", "def __repr__"))


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_what_users_give_is_quoted_by_cleaning_alone(package: str) -> None:
    found = [x for module, text in sources(package).items() for x in raw_quotes(module, text)]
    assert found == [], "write quoted(x), received(x) or kind_of(x) of autograd.cleaning"
