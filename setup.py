"""The build: the engine is compiled with mypyc if it can be, and installed as it is if not.

Only a wheel is compiled, and `pip install .` builds one. After `pip install -e .` the files of the
checkout run, interpreted. With the environment variable GLASSGRAD_COMPILE=0 a wheel is interpreted
too; with GLASSGRAD_COMPILE=1 a failure to compile is an error. CPython alone is compiled for; in
its free-threaded build the files run as they are, for compiled modules would bring the
lock back, unless GLASSGRAD_COMPILE=1 asks for them.
"""

import ast
import os
import platform
import re
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

# mypy takes modules that import each other from the last to the first; other orders may not build.
ENGINE = ("derivatives", "value", "given", "floats", "order", "ops", "real", "sweeps", "reach")
RECORDER = ("lines", "program", "recording", "lowering")
JUDGE = ("habits", "rounding")
TAPE = ("schedule",)
PARTS = {"": ENGINE, "codegen/": RECORDER, "codegen/tape/": TAPE, "checking/": JUDGE}
MODULES = [f"autograd/{part}{name}.py" for part, names in PARTS.items() for name in names]
CHOICE = os.environ.get("GLASSGRAD_COMPILE", "")
CAN_GAIN = platform.python_implementation() == "CPython" and (
    CHOICE == "1" or not sysconfig.get_config_var("Py_GIL_DISABLED")
)
WANTED = CHOICE != "0" and CAN_GAIN


def translated() -> list[Extension]:
    """Translate the modules to C, and return what to compile."""
    try:
        from mypyc.build import mypycify  # noqa: PLC0415  # there when a wheel is built, see below
        from mypyc.ir.ops import ERR_NEVER  # noqa: PLC0415
        from mypyc.ir.rtypes import float_rprimitive  # noqa: PLC0415
        from mypyc.primitives.registry import function_op  # noqa: PLC0415

        # mypyc knows exp and sin for functions of C, but not tanh
        function_op(
            name="math.tanh",
            arg_types=[float_rprimitive],
            return_type=float_rprimitive,
            c_function_name="tanh",
            error_kind=ERR_NEVER,
        )
        extensions: list[Extension] = mypycify(
            ["--config-file=", "--follow-imports=skip", "--ignore-missing-imports", *MODULES],
            group_name="glassgrad",
        )
        sources = {source for extension in extensions for source in extension.sources}
        rewrite([Path(source) for source in sources])
    except (Exception, SystemExit) as error:  # noqa: BLE001  # the package works without
        give_up(error)
        return []
    for extension in extensions:
        headers = ["autograd/freeing.h"]
        if extension.name.endswith("__mypyc"):  # which the modules share
            headers += ["autograd/arenas.h", "autograd/nodes.h"]
        for header in headers:
            path = str(Path(header).resolve())
            extra = ["-include", path, "-Wno-error", "-Werror=int-conversion"]
            extra = [f"/FI{path}"] if os.name == "nt" else extra
            extension.extra_compile_args = [*extension.extra_compile_args, *extra]
    return extensions


def rewrite(sources: list[Path]) -> None:
    """Change the C code in all ways that are needed.

    Raises:
        RuntimeError: mypyc writes in another way what is to be changed.
    """
    texts = [source.read_text(encoding="utf-8") for source in sources]
    for change in (
        *(with_docstrings, with_own_memory, with_late_reuse, without_deletion),
        *(with_quick_reflection, with_borrowed_arguments),
    ):
        changed = [change(code) for code in texts]
        if changed == texts:
            raise RuntimeError(f"mypyc writes in another way what {change.__name__} changes")
        texts = changed
    for source, code in zip(sources, texts, strict=True):
        source.write_text(code, encoding="utf-8")


def with_docstrings(code: str) -> str:
    """Put the docstrings into the C code, into which mypyc writes signatures alone."""
    for module in MODULES:
        path = Path(module)
        for top in ast.parse(path.read_text(encoding="utf-8")).body:
            for node in ast.walk(top):
                if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                    owner = "" if node is top else f"{top.name}___"
                    place = rf"CPyPy_{path.stem}___{owner}{node.name},\s+METH_.*"
                    if isinstance(node, ast.ClassDef):
                        place = rf'tp_doc = PyDoc_STR\("{node.name}\(.*'
                    docstring = (ast.get_docstring(node) or "").encode()
                    text = "".join(f"\\\\{byte:03o}" for byte in docstring)
                    code = re.sub(rf'({place}--\\n\\n)"', rf'\1{text}"', code)
                    if owner:  # of a property
                        place = rf"{path.stem}___{top.name}_get_{node.name},\s+\S+\s*"
                        code = re.sub(f"({place})NULL", rf'\1"{text}"', code)
    return code


def with_own_memory(code: str) -> str:
    """Have nodes made and freed as `nodes.h` does it."""
    # Behind the head, which has no field's name: before it, C would go on from the fields named.
    place = (
        r"(PyTypeObject CPyType_value___Value_template_ = \{\s*PyVarObject_HEAD_INIT\(NULL, 0\))"
    )
    return re.sub(place, r"\1 .tp_alloc = node_alloc, .tp_free = node_free,", code)


def with_late_reuse(code: str) -> str:
    """Keep a freed node aside for the next one of its class once it is cleared; mypyc does before.

    What is freed with a node, such as a label with a `__del__`, may make another one: it would get
    the memory that is still being cleared. So what mypyc writes first, with a `return`, comes in
    place of the call that frees memory, within the macros of `freeing.h`.
    """
    place = (
        r"(if \((value___\w+)_free_instance == NULL\) \{[^}]*)return;\s*\}"
        r"([^}]*)(Py_TYPE\(self\)->tp_free\(\(PyObject \*\)self\);)"
    )

    def later(found: re.Match[str]) -> str:
        keep, _, clear, free = found.groups()
        keep = re.sub(r"Py_CLEAR\(self->\w+\);", "", keep)
        return f"{clear}{keep}}} else {{ {free} }}"

    code = re.sub(place, later, code)
    if re.search(r"(value___\w+_free_instance) = self;[^}]*return;", code):
        raise RuntimeError("mypyc frees a class of nodes in another way")
    return code


def without_deletion(code: str) -> str:
    """Refuse `del` of a property, for which mypyc's setters would read a null pointer."""
    said = "an attribute of a Value cannot be deleted: write v.grad = 0.0 to clear a gradient"
    check = f'if (value == NULL) {{ PyErr_SetString(PyExc_AttributeError, "{said}"); return -1; }}'
    place = r"(_set_\w+\([^;{)]*PyObject \*value, void \*closure\)\s*\{)"
    return re.sub(place, rf"\1 {check}", code)


def with_quick_reflection(code: str) -> str:
    """Have `2.0 * v` ask for the type of 2.0 alone: mypyc looks up its `__class__` as well."""
    side = r"PyObject_IsInstance\((obj_(?:left|right)), \(PyObject \*\)(CPyType_\w+)\)"
    return re.sub(side, r"PyObject_TypeCheck(\1, \2)", code)


def with_borrowed_arguments(code: str) -> str:
    """Count no references to arguments of `Value` that a node does not keep; its caller holds them.

    Those that are not given are None. Before Python 3.12 None has a reference count like any other
    object: adding to it and subtracting again, for six arguments of each result, would take a
    seventh of the time that making a node takes.
    """
    definition = re.compile(
        r"\bchar CPyDef_value___Value_____init__\([^;{]*\{.*?\n *\}\n *\n", flags=re.DOTALL
    )

    def borrowing(found: re.Match[str]) -> str:
        body = found[0]
        for name in ("data", "parents", "partials", "requires_grad", "name", "_children", "_op"):
            body = re.sub(rf"CPy_INCREF\((\w+)\);(\s+cpy_r_{name} = \1;)", r"\2", body)
            body = re.sub(rf"CPy_(INCREF|DECREF|DecRef)\(cpy_r_{name}\);", "", body)
            if re.search(rf"REF\w*\(cpy_r_{name}\)", body, flags=re.IGNORECASE):
                raise RuntimeError(f"mypyc counts references to {name!r} in another way")
        return body

    return definition.sub(borrowing, code)


class BuildAllOrNone(build_ext):
    """The step that compiles the translated modules: all of them, or none."""

    def run(self) -> None:
        """Compile, or leave nothing behind."""
        try:
            super().run()
        except Exception as error:  # noqa: BLE001  # setuptools has many kinds for "no compiler"
            for output in self.get_outputs():
                Path(output).unlink(missing_ok=True)
            self.extensions = []
            give_up(error)


def give_up(error: BaseException) -> None:
    """Say that compiling failed, and go on interpreted; raise where compiling was demanded."""
    if CHOICE == "1":
        raise error
    print(f"warning: glassgrad is installed interpreted, for compiling it failed: {error!r}")  # noqa: T201


setup(
    ext_modules=translated() if WANTED and "bdist_wheel" in sys.argv else [],
    cmdclass={"build_ext": BuildAllOrNone},
    setup_requires=["mypy==2.4.*"] if WANTED else [],
)
