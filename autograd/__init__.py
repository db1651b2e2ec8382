"""A scalar reverse-mode autograd engine made of glass.

>>> import autograd
>>> x = autograd.Value(3.0, label="x")
>>> y = x**2 + autograd.sin(x)
>>> y.backward()
>>> round(x.grad, 4)
5.01

Read in this order: `ops`, the table of operations; `value`, the graph and its backward pass; then
any other module.
"""

import os as _os
import sys as _sys
import typing as _typing
import warnings as _warnings
from importlib import import_module as _import_module
from types import FunctionType as _FunctionType

from autograd import documentation as _documentation  # noqa: F401  # dresses rows and Values
from autograd import interpreted as _interpreted  # noqa: F401  # makes results fast, not compiled
from autograd import languages as _languages
from autograd import methods as _methods  # noqa: F401  # gives Values the table's methods
from autograd import pickling as _pickling  # noqa: F401  # registers how Values are pickled
from autograd import refusals as _refusals  # noqa: F401  # lets Values refuse to leave the graph
from autograd.elsewhere import Modules as _Modules
from autograd.foreign import OF_AUTOGRAD as _OF_AUTOGRAD
from autograd.functional import (
    grad,
    gradients,
    hessian,
    hvp,
    is_compiling,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from autograd.languages import set_language
from autograd.modes import detect_anomaly, no_grad
from autograd.ops import (
    TABLE,
    Primitive,
    acos,
    acosh,
    add,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    clamp,
    cos,
    cosh,
    div,
    dot,
    elu,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    floor,
    gelu,
    greater,
    hypot,
    hypot_slope,
    leaky_relu,
    log,
    log1p,
    log2,
    log10,
    log_softmax,
    logaddexp,
    logsumexp,
    maximum,
    mean,
    minimum,
    mish,
    mul,
    neg,
    norm,
    pow_by_base,
    pow_by_exponent,
    prod,
    relu,
    selu,
    share,
    shift,
    sigmoid,
    sigmoid_slope,
    sign,
    silu,
    sin,
    sinh,
    softmax,
    softplus,
    softsign,
    sqrt,
    stop_gradient,
    sub,
    take,
    tan,
    tanh,
    tanh_slope,
    where,
    xdivy,
    xlogy,
)

# autograd.abs and so on are left out of `import *`, which would hide the built-ins.
from autograd.ops import abs as abs  # noqa: A004
from autograd.ops import pow as pow  # noqa: A004
from autograd.ops import sum as sum  # noqa: A004
from autograd.options import missing as _missing
from autograd.value import Constant, Parameter, Value, topological_order

if _typing.TYPE_CHECKING:
    from autograd.checking import (
        Answer,
        GradcheckError,
        HandCheck,
        assert_by_hand,
        assert_gradients,
        check_by_hand,
        check_grads,
        gradcheck,
    )
    from autograd.codegen.compiling import Compiled
    from autograd.codegen.compiling import compile as compile  # noqa: A004
    from autograd.codegen.stepping import (
        CompiledStep,
        CompiledUpdate,
        compile_step,
        compile_update,
    )
    from autograd.collecting import without_collector
    from autograd.drawing import Picture, animate, draw, draw_steps, save_steps
    from autograd.exercises import ExerciseSheet, Grade, grade, sheet
    from autograd.explaining import (
        BackwardStep,
        Explanation,
        ForwardStep,
        SeedStep,
        backward_steps,
        explain,
        forward_steps,
    )
    from autograd.explorer import Page, explore, training_page
    from autograd.notation import label
else:
    # Imported at the first use of one of their names, for importing all would take three times as
    # long. Type checkers read the lines above.
    _LATER = {
        "checking": "Answer GradcheckError HandCheck assert_by_hand assert_gradients check_by_hand"
        " check_grads gradcheck",
        "codegen.compiling": "Compiled compile",
        "codegen.stepping": "CompiledStep CompiledUpdate compile_step compile_update",
        "collecting": "without_collector",
        "drawing": "Picture animate draw draw_steps save_steps",
        "exercises": "ExerciseSheet Grade grade sheet",
        "explaining": "BackwardStep Explanation ForwardStep SeedStep backward_steps explain"
        " forward_steps",
        "explorer": "Page explore training_page",
        "notation": "label",
    }
    _MODULE_OF = {name: module for module, names in _LATER.items() for name in names.split()}
    _MODULES = {"files", *(module.partition(".")[0] for module in _LATER)}

    def __getattr__(name: str) -> object:
        if name in _MODULES:
            return _import_module(f"autograd.{name}")
        if name not in _MODULE_OF:
            raise _missing("autograd", name, _OF_AUTOGRAD)
        found = getattr(_import_module(f"autograd.{_MODULE_OF[name]}"), name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *_MODULE_OF, *_MODULES})


__compiled__ = not isinstance(topological_order, _FunctionType)
"""Whether the engine runs as machine code, compiled when it was installed, or is interpreted."""

_sys.meta_path.append(_Modules("autograd", _OF_AUTOGRAD))

if _os.path.exists(_os.path.join(__path__[0], "core.py")):  # noqa: PTH110, PTH118  # quicker
    _warnings.warn(
        _languages.words(
            "glassgrad and HIPS autograd are both installed in the folder {folder}, for both are"
            " called autograd. glassgrad works; HIPS autograd does not, and when pip removes or"
            " updates either, files of the other go too. To keep glassgrad, type"
            " `pip uninstall -y autograd glassgrad`, install glassgrad again and restart Python; to"
            " have both, give each an environment",
            folder=__path__[0],
        ),
        stacklevel=2,
    )

__all__ = [
    "TABLE",
    "Answer",
    "BackwardStep",
    "Compiled",
    "CompiledStep",
    "CompiledUpdate",
    "Constant",
    "ExerciseSheet",
    "Explanation",
    "ForwardStep",
    "GradcheckError",
    "Grade",
    "HandCheck",
    "Page",
    "Parameter",
    "Picture",
    "Primitive",
    "SeedStep",
    "Value",
    "acos",
    "acosh",
    "add",
    "animate",
    "asin",
    "asinh",
    "assert_by_hand",
    "assert_gradients",
    "atan",
    "atan2",
    "atanh",
    "backward_steps",
    "cbrt",
    "check_by_hand",
    "check_grads",
    "clamp",
    "compile_step",
    "compile_update",
    "cos",
    "cosh",
    "detect_anomaly",
    "div",
    "dot",
    "draw",
    "draw_steps",
    "elu",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "explain",
    "explore",
    "expm1",
    "floor",
    "forward_steps",
    "gelu",
    "grad",
    "gradcheck",
    "grade",
    "gradients",
    "greater",
    "hessian",
    "hvp",
    "hypot",
    "hypot_slope",
    "is_compiling",
    "jacobian",
    "jvp",
    "label",
    "leaky_relu",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_softmax",
    "logaddexp",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "mish",
    "mul",
    "neg",
    "no_grad",
    "norm",
    "pow_by_base",
    "pow_by_exponent",
    "prod",
    "relu",
    "save_steps",
    "selu",
    "set_language",
    "share",
    "sheet",
    "shift",
    "sigmoid",
    "sigmoid_slope",
    "sign",
    "silu",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "softsign",
    "sqrt",
    "stop_gradient",
    "sub",
    "take",
    "tan",
    "tanh",
    "tanh_slope",
    "topological_order",
    "training_page",
    "value_and_grad",
    "vjp",
    "where",
    "without_collector",
    "xdivy",
    "xlogy",
]
