"""Names of PyTorch, TensorFlow, JAX, NumPy and other engines, and what to write in their place."""

from __future__ import annotations

from collections.abc import Mapping

_NUMBER = "write v.data for the number"
_LISTS = "a Value is one number; write lists of Values"
_PLACE = "a Value is one Python float, in no other type or place; leave it out"
_UPDATE = "write v.data = 0.0, or v.data -= step, to change the number"
_BESIDE = "keep numbers of your own beside the Values, as in m = dict.fromkeys(parameters, 0.0)"
_TRACKED = "every Value has a gradient; write autograd.Constant(2.0) for one without"
_HARDTANH = "write autograd.clamp(v, -1.0, 1.0)"
_OF_TWO = ("maximum", "minimum", "hypot", "atan2", "logaddexp", "xlogy", "xdivy", "greater")


def _each(names: str, advice: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), advice)


OF_VALUES: Mapping[str, str] = {
    **_each("value numpy tolist eval cpu detach_numpy", _NUMBER),
    **_each("float double half long int bool type astype", f"{_NUMBER}, which is a float"),
    **_each("gradient get_gradient", "write v.grad, after backward()"),
    "zero_grad": "write v.grad = 0.0, or model.zero_grad() for all parameters of a model",
    **_each("requires_grad requires_grad_ trainable", _TRACKED),
    **_each("shape size ndim dim numel T t view reshape flatten squeeze unsqueeze", _LISTS),
    **_each("transpose permute expand repeat", _LISTS),
    **_each("dtype device to cuda", _PLACE),
    "name": "write v.label for the name",
    "backwards": "write v.backward()",
    "detach_": "write v.detach()",
    **_each("clone copy", "write autograd.Value(v.data) for a new leaf of the same number"),
    **_each("zero_ fill_ copy_ add_ sub_ mul_ div_ assign assign_add assign_sub", _UPDATE),
    **_each("pow power square", "write v ** 2"),
    **_each("clamp clip clamp_", "write autograd.clamp(v, 0.0, 1.0)"),
    "hardtanh": _HARDTANH,
    "ln": "write v.log()",
    **{name: f"write autograd.{name}(v, w)" for name in _OF_TWO},
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
    **_each("max argmax", f"{_LISTS}, and max(values), or autograd.maximum(v, w)"),
    **_each("min argmin", f"{_LISTS}, and min(values), or autograd.minimum(v, w)"),
    **_each("std var", f"{_LISTS}, and compute it with autograd.mean(values)"),
    "is_leaf": "write v.op is None",
    "grad_fn": "write v.op for the operation, and v.parents for its inputs",
    **_each("children prev inputs", "write v.parents"),
    "retain_grad": "every node keeps its gradient; leave it out",
    "register_hook": "read v.grad after backward()",
    **_each("m v velocity momentum cache tag _vis_color", _BESIDE),
}
"""Attributes of tensors and of other engines' nodes, and what to write for a Value."""

OF_ARGUMENTS: Mapping[str, str] = {"requires_grad": _TRACKED, "name": "write Value(2.0, label='x')"}
"""Arguments of tensors, and what to write for a Value."""

_VALUE = "write autograd.Value(2.0), and lists of Values for more numbers"
_MAX = "write max(values), or autograd.maximum(v, w)"
_PLAIN = "write random.gauss(0.0, 1.0), [0.0] * n and so on: data are plain floats and lists"
_LOSSES = "losses are in `nn.losses`"

OF_AUTOGRAD: Mapping[str, str] = {
    **_each("Tensor tensor Variable Scalar array asarray constant placeholder", _VALUE),
    **_each("numpy np scipy", "write autograd.exp(v), and lists of Values for arrays"),
    **_each("elementwise_grad", "write [autograd.grad(f)(x) for x in values]"),
    "backward": "write y.backward()",
    **_each("GradientTape tape", "every graph is recorded; write y.backward(), and read x.grad"),
    **_each("jit", "write autograd.compile(f)"),
    **_each("vmap", "write autograd.compile(f, batch=0)"),
    **_each("nn optim functional", "write `import nn`, which has layers, losses and optimizers"),
    **_each("matmul mm einsum", "write autograd.dot(weights, inputs) for each row"),
    **_each("stack cat concatenate concat", "write a list of Values"),
    **_each("zeros ones randn rand full arange linspace manual_seed", _PLAIN),
    **_each("mse_loss cross_entropy binary_cross_entropy nll_loss", _LOSSES),
    **_each("square power", "write v ** 2"),
    "ln": "write autograd.log(v)",
    "hardtanh": _HARDTANH,
    **_each(
        "arctan arcsin arccos arctan2", "write autograd.atan(v), as math does: asin, acos, atan2"
    ),
    **_each("max amax argmax", _MAX),
    **_each("min amin argmin", "write min(values), or autograd.minimum(v, w)"),
    **_each("clip clip_by_value", "write autograd.clamp(v, 0.0, 1.0)"),
    "draw_dot": "write autograd.draw(v)",
}
"""Names that other libraries have where `autograd` is asked for one."""


def refuse_arguments(**named: object) -> None:
    """Raise a TypeError for arguments of Value that other libraries have, if one is not None."""
    for name, given in named.items():
        if given is not None:
            raise TypeError(f"Value takes no {name}: {OF_ARGUMENTS[name]}")
