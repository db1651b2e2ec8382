"""Names of PyTorch, TensorFlow, JAX, NumPy and other engines, and what to write in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_NUMBER = "write v.data for the number"
_LISTS = "a Value is one number; write lists of Values"
_PLACE = "a Value is one Python float, in no other type or place; leave it out"
_UPDATE = "write v.data = 0.0, or v.data -= step, to change the number"
_BESIDE = "keep numbers of your own beside the Values, as in m = dict.fromkeys(parameters, 0.0)"
_MARKED = "keep what you know of a Value beside it, as in colors = {v: 'red'} or visited = {v}"
_TRACKED = "every Value has a gradient; write autograd.Constant(2.0) for one without"
_ORDER = "write autograd.topological_order(v)"
_FORWARD = "write v.recompute(), after the leaves' numbers were changed"
_PLACE_OF_THE_LARGEST = "write values.index(max(values))"
_SPREAD = "write m = mean(values), and mean([(v - m) ** 2 for v in values]), or its sqrt"
_OTHER_NAMES = {
    "reciprocal": "1 / v",
    "rsqrt": "v ** -0.5",
    "swish": "autograd.silu(v)",
    "relu6": "autograd.clamp(v, 0.0, 6.0)",
    "logsigmoid log_sigmoid": "-autograd.softplus(-v)",
    "softmin": "autograd.softmax([-v for v in values])",
    "logistic": "autograd.sigmoid(v)",
    "logit": "autograd.log(v / (1 - v))",
    "ceil": "-autograd.floor(-v)",
    "trunc fix": "autograd.sign(v) * autograd.floor(abs(v))",
    "round rint": "autograd.floor(v + 0.5), or round(v.data, 2) for the number",
    "frac": "v - autograd.floor(v)",
    "heaviside step": "autograd.greater(v, 0.0)",
    "sgn": "autograd.sign(v)",
    "negative": "-v",
    "absolute fabs": "abs(v)",
    "mod fmod remainder": "v - n * w with a fixed n",
    "isnan isinf isfinite": "math.isnan(v.data), math.isfinite(v.data)",
    "arctan": "autograd.atan(v), as math does",
    "arcsin": "autograd.asin(v), as math does",
    "arccos": "autograd.acos(v), as math does",
    "arctan2": "autograd.atan2(v, w), as math does",
    "arcsinh": "autograd.asinh(v), as math does",
    "arccosh": "autograd.acosh(v), as math does",
    "arctanh": "autograd.atanh(v), as math does",
    "hardtanh": "autograd.clamp(v, -1.0, 1.0)",
    "celu": "autograd.elu(v)",
    "prelu": "autograd.leaky_relu(v, slope)",
}
"""Functions of numbers that are called otherwise here, or are a short formula."""

_OF_TWO = ("maximum", "minimum", "hypot", "atan2", "logaddexp", "xlogy", "xdivy", "greater")


def _each(names: str, advice: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), advice)


_RENAMED = {
    name: f"write {instead}" for names, instead in _OTHER_NAMES.items() for name in names.split()
}

OF_VALUES: Mapping[str, str] = {
    **_RENAMED,
    **_each("value numpy tolist eval cpu detach_numpy", _NUMBER),
    **_each("float double half long int bool type astype", f"{_NUMBER}, which is a float"),
    **_each("rgad gard grda", "write v.grad"),  # Python finds the letters of longer names
    **_each("adta dtaa daat", "write v.data"),
    **_each("gradient get_gradient", "write v.grad, after backward()"),
    "zero_grad": "write v.grad = 0.0, or model.zero_grad() for all parameters of a model",
    **_each("requires_grad requires_grad_ trainable", _TRACKED),
    **_each("shape size ndim dim numel T t view reshape flatten squeeze unsqueeze", _LISTS),
    **_each("transpose permute expand repeat", _LISTS),
    **_each("dtype device to cuda", _PLACE),
    "name": "write v.label for the name",
    **_each("backwards backprop backpropagate back_propagate backward_pass", "write v.backward()"),
    "apply_gradients": "write p.data -= rate * p.grad for each parameter p",
    "detach_": "write v.detach()",
    **_each("clone copy", "write autograd.Value(v.data) for a new leaf of the same number"),
    **_each("zero_ fill_ copy_ add_ sub_ mul_ div_ assign assign_add assign_sub", _UPDATE),
    **_each("pow power square", "write v ** 2"),
    **_each("clamp clip clamp_", "write autograd.clamp(v, 0.0, 1.0)"),
    "ln": "write v.log()",
    **{name: f"write autograd.{name}(v, w)" for name in _OF_TWO},
    "max_with": "write autograd.maximum(v, w)",
    "min_with": "write autograd.minimum(v, w)",
    "add": "write v + w",
    **_each("sub subtract", "write v - w"),
    **_each("mul multiply", "write v * w"),
    **_each("div divide true_divide", "write v / w"),
    **_each("matmul mm dot", "write v * w, or autograd.dot(weights, inputs) of lists"),
    **_each("eq ne", "write v.data == w.data"),
    **_each("gt ge lt le", "write v > w, or autograd.greater(v, w), which stays in the graph"),
    "sum": f"{_LISTS}, and autograd.sum(values)",
    "mean": f"{_LISTS}, and autograd.mean(values)",
    "prod": f"{_LISTS}, and autograd.prod(values)",
    "norm": f"{_LISTS}, and autograd.norm(values)",
    "softmax": f"{_LISTS}, and autograd.softmax(values)",
    **_each("argmax argmin", f"{_LISTS}, and {_PLACE_OF_THE_LARGEST}"),
    "max": f"{_LISTS}, and max(values), or autograd.maximum(v, w)",
    "min": f"{_LISTS}, and min(values), or autograd.minimum(v, w)",
    **_each("std var", f"{_LISTS}, and {_SPREAD}"),
    **_each("cumsum cumprod sort append item_ median topk", _LISTS),
    **_each("val real", _NUMBER),
    **_each("plot show render visualize draw_dot", "write autograd.draw(v)"),
    "parameters": "keep the leaves in a list, or ask a model for model.parameters()",
    "is_leaf": "write v.op is None",
    "grad_fn": "write v.op for the operation, and v.parents for its inputs",
    **_each("children prev inputs", "write v.parents"),
    "retain_grad": "every node keeps its gradient; leave it out",
    "register_hook": "read v.grad after backward()",
    **_each("topo topological_order topological_sort topo_sort build_topo", _ORDER),
    **_each("_forward forward forward_pass", _FORWARD),
    "no_grad": "write `with autograd.no_grad():`",
    **_each("m v velocity momentum cache exp_avg exp_avg_sq", _BESIDE),
    **_each("tag color _vis_color visited regularization", _MARKED),
}
"""Attributes of tensors and of other engines' nodes, and what to write for a Value."""

_OUTSIDE = (
    "an operation on Values records its inputs by itself, and a number that was computed outside is"
    " Value(number, parents=(a, b), partials=(by_a, by_b), op='name')"
)
OF_ARGUMENTS: Mapping[str, str] = {
    "requires_grad": _TRACKED,
    "name": "write Value(2.0, label='x')",
    "_children": _OUTSIDE,
    "_op": _OUTSIDE,
}
"""Arguments of tensors, and of micrograd's Value, and what to write for a Value."""

OF_BACKWARD: Mapping[str, str] = {
    "retain_graph": "every graph is kept: write backward(), without retain_graph",
    "create_graph": "write autograd.gradients(y, [x]) for derivatives that are graphs",
    "inputs": "every leaf is given its gradient: write backward() and read x.grad, or"
    " autograd.gradients(y, [x]) for derivatives by some alone",
}
"""Arguments of PyTorch's backward(), in their order, and what to write."""

_VALUE = "write autograd.Value(2.0), and lists of Values for more numbers"
_MAX = "write max(values), or autograd.maximum(v, w)"
_PLAIN = "write random.gauss(0.0, 1.0), [0.0] * n and so on: data are plain floats and lists"
_LOSSES = "losses are in `nn.losses`"
_OPTIMIZERS = "optimizers are in `nn.optimizers`"

_RECORDED = "every graph is recorded, but within `with autograd.no_grad():`; leave it out"
_CUSTOM = "write autograd.Primitive(name, symbol, value, rules, meaning)"

OF_AUTOGRAD: Mapping[str, str] = {
    **_RENAMED,
    **_each("enable_grad set_grad_enabled is_grad_enabled", _RECORDED),
    "inference_mode": "write `with autograd.no_grad():`",
    **_each("jacrev jacfwd", "write autograd.jacobian(f)"),
    **_each("custom_vjp custom_jvp custom_gradient Function defvjp primitive", _CUSTOM),
    **_each("detach stop_grad", "write autograd.stop_gradient(v)"),
    **_each("pi e inf nan", "write math.pi, math.e, math.inf, math.nan"),
    **_each("Tensor tensor Variable Scalar array asarray constant placeholder", _VALUE),
    **_each("numpy np scipy", "write autograd.exp(v), and lists of Values for arrays"),
    **_each("elementwise_grad", "write [autograd.grad(f)(x) for x in values]"),
    "engine": "write `from autograd import Value`",
    "backward": "write y.backward()",
    **_each("GradientTape tape", "every graph is recorded; write y.backward(), and read x.grad"),
    **_each("jit", "write autograd.compile(f)"),
    **_each("vmap", "write autograd.compile(f, batch=0)"),
    **_each("nn optim functional", "write `import nn`, which has layers, losses and optimizers"),
    **{name: f"write `from nn import {name}`" for name in ("Neuron", "Layer", "MLP")},
    **_each("SGD Adam Optimizer", _OPTIMIZERS),
    **_each("matmul mm einsum", "write autograd.dot(weights, inputs) for each row"),
    **_each("stack cat concatenate concat", "write a list of Values"),
    **_each("zeros ones randn rand full arange linspace manual_seed", _PLAIN),
    **_each("mse_loss cross_entropy binary_cross_entropy nll_loss", _LOSSES),
    **_each("square power", "write v ** 2"),
    "ln": "write autograd.log(v)",
    **_each("argmax argmin", _PLACE_OF_THE_LARGEST),
    **_each("max amax", _MAX),
    **_each("min amin", "write min(values), or autograd.minimum(v, w)"),
    **_each("clip clip_by_value", "write autograd.clamp(v, 0.0, 1.0)"),
    "draw_dot": "write autograd.draw(v)",
    **_each("var std", _SPREAD),
    "cumsum": "write a loop that keeps total = total + v in a list",
    "median": "write statistics.median(values)",
    **_each("cond select ifelse if_else", "write autograd.where(autograd.greater(v, 0.0), a, b)"),
    **_each("one_hot eye identity", _PLAIN),
    **_each("cross_entropy_loss bce_loss l1_loss softmax_cross_entropy", _LOSSES),
    **_each("save load", "write pickle.dump(v, file), or model.save(path) of a model in `nn`"),
}
"""Names that other libraries have where `autograd` is asked for one."""


def refuse_arguments(*given: object) -> None:
    """Raise a TypeError if one of `OF_ARGUMENTS`, given in their order, is not None."""
    for name, argument in zip(OF_ARGUMENTS, given, strict=True):
        if argument is not None:
            raise TypeError(f"Value takes no {name}: {OF_ARGUMENTS[name]}")


def refuse_of_backward(more: Sequence[object], others: Mapping[str, object]) -> None:
    """Raise a TypeError for arguments of backward() that it has not, if one is not None.

    Args:
        more: those after the gradient.
        others: those given by name.
    """
    for name, argument in {**dict(zip(OF_BACKWARD, more, strict=False)), **others}.items():
        if name not in OF_BACKWARD:
            raise TypeError(f"backward takes no {name}: write y.backward(), or y.backward(2.0)")
        if argument is not None:
            raise TypeError(OF_BACKWARD[name])
    if len(more) > len(OF_BACKWARD):
        raise TypeError(f"backward takes one number, received {1 + len(more)}")
