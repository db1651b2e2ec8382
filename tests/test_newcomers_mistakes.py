"""What newcomers write, and what they are told: what was expected, what came, what to write.

The mistakes are those of question threads on micrograd, PyTorch, HIPS autograd and Keras, and their
kin. Each row is a line that someone writes, and words that the answer must have. In the lines `x`
and `w` are leaves, `y` is `w * x` after `y.backward()`, `v` is a new Value, `values` a list of two,
and `f` a function of one number.
"""

from __future__ import annotations

import copy
import decimal
import json
import math
import pickle
import random
import statistics
from typing import Any, cast

import numpy as np
import pytest

import autograd
import nn
from autograd import Constant, Parameter, Primitive, Value


def names() -> dict[str, Any]:
    """Return the names that a line may use, new for each line."""
    x, w = Value(2.0, label="x"), Value(3.0, label="w")
    y = w * x
    y.label = "y"
    y.backward()
    model = nn.Sequential([nn.Dense(1, input_dim=2)])
    return {
        **{name: getattr(autograd, name) for name in autograd.__all__},
        "autograd": autograd,
        "nn": nn,
        "np": np,
        "math": math,
        "json": json,
        "copy": copy,
        "decimal": decimal,
        "pickle": pickle,
        "statistics": statistics,
        "random": random,
        "x": x,
        "w": w,
        "y": y,
        "v": Value(2.0),
        "values": [Value(1.0), Value(2.0)],
        "f": lambda x: x * x,
        "model": model,
        "compile": autograd.compile,
    }


def run(line: str) -> tuple[Any, dict[str, Any]]:
    """Return what the last part of a line gives, and the names after it."""
    known = names()
    *before, last = line.split("; ")
    for part in before:
        exec(part, known)  # noqa: S102  # the lines are those below
    try:
        code = compile(last, line, "eval")
    except SyntaxError:
        exec(last, known)  # noqa: S102  # as above
        return None, known
    return eval(code, known), known  # noqa: S307  # as above


NUMPY = "NumPy's array or function of v leaves the graph autograd.exp(v) autograd.sum(values)"
FLOAT = "float(v) leaves the graph: write v.data for the number, autograd.exp(v) for the function"
ARRAYS = "arrays reach a function as lists repeat and join [2.0 * x for x in values] dot(a, b)"
UNKNOWN = "this number is not known while a function is recorded"

LIST_ARITHMETIC = ["x**2", "x / 2", "x - 1", "-x", "x @ x", "x > 0", "abs(x)", "math.exp(x)"]
LIST_ATTRIBUTES = ["x.sum()", "x.shape", "x.T", "x[0, 1]"]

MISTAKES: list[tuple[str, str]] = [
    # ------------------------------------------------------------------ making a Value
    ('Value("3")', "expected a real number, received str: '3'; write float(text)"),
    ("Value([1, 2])", "expected a real number, received list [Value(x) for x in numbers]"),
    ("Value((1, 2))", "expected a real number, received tuple [Value(x) for x in numbers]"),
    ("Value(None)", "expected a real number, received NoneType without `return`"),
    ("Value(1j)", "expected a real number, received complex: 1j; its real part is its .real"),
    ("Value(np.ones(2))", "received ndarray of shape (2,); a Value is one number write a loop"),
    ("Value(v)", "expected a real number, received Value; its number is its .data"),
    ("Value(math.sin)", "expected a real number, received builtin_function_or_method call it"),
    ("Value(f)", "expected a real number, received function call it, or write grad(f)"),
    ("Value(Value)", "expected a real number, received the class Value; call it"),
    ("autograd.exp(Parameter)", "expected a real number, received the class Parameter; call it"),
    ("v + Value", "expected a real number, received the class Value; call it"),
    ("v * int", "expected a real number, received the class int; call it"),
    ("autograd.grad(f)(Value)", "expected a real number, received the class Value; call it"),
    ("Value(10**400)", "expected a number that a double can hold received a larger int"),
    ("Value(1.0, 2.0)", "expected label as text, received float: 2.0; write label='x'"),
    (
        "Value(1.0, label=None)",
        "expected label as text, received NoneType: None; label='' for none",
    ),
    ("Value(1.0, label=3)", "expected label as text, received int: 3; write label='x'"),
    ("Value(requires_grad=True)", "Value takes no requires_grad: every Value has a gradient"),
    ("Value(2.0, requires_grad=False)", "takes no requires_grad: write autograd.Constant(2.0)"),
    ("Value(2.0, name='x')", "Value takes no name: write Value(2.0, label='x')"),
    ("Value(name='x')", "Value takes no name: write Value(2.0, label='x')"),
    ("Parameter(0.5, name='w')", "Value takes no name: write Value(2.0, label='x')"),
    ("Value(2.0, _children=(v,))", "takes no _children: an operation on Values records its inputs"),
    ("Parameter(2.0, _op='+')", "takes no _op: outside is Value(number, parents=(a, b), partials="),
    ("Value()", "expected a real number, received NoneType"),
    ("autograd.tensor(2.0)", "autograd has no 'tensor': write autograd.Value(2.0)"),
    ("autograd.Variable(2.0)", "autograd has no 'Variable': write autograd.Value(2.0)"),
    ("autograd.numpy.sin(v)", "autograd has no 'numpy': write autograd.exp(v)"),
    ("from autograd import Value, MLP", "autograd has no 'MLP': write `from nn import MLP`"),
    ("from autograd import SGD", "autograd has no 'SGD': optimizers are in `nn.optimizers`"),
    ("autograd.zeros(3)", "autograd has no 'zeros': write [0.0] * n data are plain floats"),
    ("Value(2.0, (v, v), '+')", "expected label as text, received tuple write label='x'"),
    # ------------------------------------------------------------------ setting its parts
    ("v.data = 'a'", "expected a real number, received str: 'a'; write float(text)"),
    ("v.data = None", "expected a real number, received NoneType"),
    ("v.data = Value(3.0)", "expected a real number, received Value; its number is its .data"),
    ("v.data = 1j", "expected a real number, received complex: 1j; its real part is its .real"),
    ("v.data = [1.0]", "expected a real number, received list: [1.0] write a comprehension"),
    ("v.grad = None", "expected a real number, received NoneType a gradient is cleared by 0.0"),
    ("v.grad = '0'", "expected a real number, received str: '0'; write float(text)"),
    ("v.label = None", "expected label as text, received NoneType: None; label='' for none"),
    ("v.label = ('x',)", "expected label as text, received tuple: ('x',); write label='x'"),
    (
        "v.parents = ()",
        "not to be set: Value(number, parents=(x,), partials=(derivative,), op='name')",
    ),
    ("v.op = 'tanh'", "operation of a Value is not to be set: Value(number, parents=(x,)"),
    ("y.op = None", "operation of a Value is not to be set"),
    ("del y.op", "an attribute of a Value cannot be deleted"),
    ("v.partials = ()", "not to be set: Value(number, parents=(x,), partials=(derivative,)"),
    ("x -= 0.1 * x.grad", "makes another Value and leaves the leaf write v.data -= step"),
    # ------------------------------------------------------------------ operators
    ("v + None", "expected a real number, received NoneType without `return`"),
    ("v + '1'", "expected a real number, received str: '1'; write float(text)"),
    ("2.0 * v + y.backward", "expected a real number, received method call it"),
    ("v * [1, 2]", "expected a real number, received list: [1, 2]; a Value is one number"),
    ("v * np.ones(3)", "received ndarray of shape (3,) [x * value for x in array]"),
    ("np.ones(3) * v", "received ndarray of shape (3,) [x * value for x in array]"),
    ("v ^ 2", "v ^ w, which is no power in Python leaves the graph v ** w for the function"),
    ("2 ^ v", "v ^ w, which is no power in Python leaves the graph v ** w for the function"),
    ("v % 2", "v % w leaves the graph write v.data % w.data for the number"),
    ("7 % v", "v % w leaves the graph write v.data % w.data for the number"),
    ("v // 2", "v // w leaves the graph v.data // w.data for the number, v / w for the function"),
    ("divmod(v, 2)", "divmod(v, w) leaves the graph divmod(v.data, w.data) v / w"),
    ("v @ w", "v @ w leaves the graph v * w, autograd.dot(weights, inputs) for the function"),
    ("values @ v", "v @ w leaves the graph v * w, autograd.dot(weights, inputs) for the function"),
    ("(v > 0) & v", "v & w or v | w leaves the graph write v > 0 and w > 0"),
    ("~v", "~v leaves the graph write not v 1 - v for the function"),
    ("v << 1", "v << n or v >> n leaves the graph v * 2**n for the function"),
    ("pow(v, 2, 3)", "pow(v, n, m) takes whole numbers: write v ** n, or pow(v, n)"),
    # ------------------------------------------------------------------ as if it were many
    ("list(v)", "list(v), sum(v) and loops v is one: keep Values in a list"),
    ("[a for a in v]", "list(v), sum(v) and loops v is one: keep Values in a list"),
    ("a, b = v", "list(v), sum(v) and loops v is one: keep Values in a list"),
    ("sum(v)", "list(v), sum(v) and loops v is one: keep Values in a list"),
    ("max(v)", "list(v), sum(v) and loops v is one: keep Values in a list"),
    ("v()", "'Value' object is not callable"),
    ("json.dumps(v)", "Object of type Value is not JSON serializable"),
    ("decimal.Decimal(v)", "conversion from Value to Decimal is not supported"),
    ("'%d' % v", "%d format: a real number is required, not Value"),
    ("v.cumsum()", "a Value has no 'cumsum': a Value is one number; write lists of Values"),
    ("v.append(1.0)", "a Value has no 'append': a Value is one number; write lists of Values"),
    ("v.argmax()", "a Value has no 'argmax' write values.index(max(values))"),
    ("v.std()", "a Value has no 'std' mean([(v - m) ** 2 for v in values])"),
    ("v.T", "a Value has no 'T': a Value is one number; write lists of Values"),
    ("v.tolist()", "a Value has no 'tolist': write v.data for the number"),
    ("v.numpy()", "a Value has no 'numpy': write v.data for the number"),
    ("v.clone()", "a Value has no 'clone': write autograd.Value(v.data)"),
    ("v.real", "a Value has no 'real': write v.data for the number"),
    ("v.parameters()", "a Value has no 'parameters': model.parameters()"),
    ("y.plot()", "a Value has no 'plot': write autograd.draw(v)"),
    ("np.array([v])", NUMPY),
    ("autograd.var(values)", "autograd has no 'var' mean([(v - m) ** 2 for v in values])"),
    ("autograd.std(values)", "autograd has no 'std' mean([(v - m) ** 2 for v in values])"),
    ("autograd.cumsum(values)", "autograd has no 'cumsum' a loop that keeps total = total + v"),
    ("autograd.argmax(values)", "autograd has no 'argmax': write values.index(max(values))"),
    ("autograd.median(values)", "autograd has no 'median': write statistics.median(values)"),
    ("autograd.cond(v, f, f)", "no 'cond' autograd.where(autograd.greater(v, 0.0), a, b)"),
    ("autograd.one_hot(3)", "autograd has no 'one_hot' data are plain floats and lists"),
    ("autograd.save(v)", "autograd has no 'save' pickle.dump(v, file)"),
    ("grad(f, argnum=0)", "grad takes no 'argnum': write argnums=..."),
    ("jacobian(f, wrt=0)", "jacobian takes no 'wrt': it takes f, argnums, has_aux"),
    ("hessian(f, argnumss=0)", "hessian takes no 'argnumss': write argnums=..."),
    ("value_and_grad(f, aux=True)", "value_and_grad takes no 'aux': write has_aux=..."),
    ("del v.parents", "an attribute of a Value cannot be deleted: write v.grad = 0.0"),
    # ------------------------------------------------------------------ comparing
    ("v == 2.0", "never equal to a number: write v.data == 2.0 math.isclose(v.data, ...)"),
    ("2 == v", "never equal to a number: write v.data == 2"),
    ("v != 0", "never equal to a number: write v.data == 0"),
    ("np.float64(2.0) == v", "never equal to a number: write v.data =="),
    ("v in [1.0, 2.0]", "never equal to a number: write v.data == 1.0"),
    ("v > 'a'", "expected a real number, received str: 'a'; write float(text)"),
    ("v < None", "expected a real number, received NoneType"),
    # ------------------------------------------------------------------ leaving the graph
    ("float(v)", FLOAT),
    ("math.exp(v)", FLOAT),
    ("math.hypot(v, 1.0)", FLOAT),
    ("statistics.fmean(values)", FLOAT),
    ("'%.2f' % v", FLOAT),
    ("f'{v:d}'", "Unknown format code 'd' write f'{v:.2f}', or f'{int(v.data)}'"),
    ("statistics.mean(values)", "leaves the graph autograd.mean(values) [v.data for v in values]"),
    (
        "statistics.stdev(values)",
        "`statistics` leaves the graph [v.data for v in values] m = autograd.mean(values)",
    ),
    ("array = np.zeros(2); array[0] = v", FLOAT),
    ("int(v)", "int(v) leaves the graph write int(v.data) for the number"),
    ("round(v, 2)", "round(v) leaves the graph write round(v.data, 2), f'{v:.2f}'"),
    ("math.floor(v)", "math.floor(v) leaves the graph write math.floor(v.data)"),
    ("math.ceil(v)", "math.ceil(v) leaves the graph write math.ceil(v.data)"),
    ("complex(v)", "complex(v) leaves the graph write v.data for the number"),
    ("range(v)", "v as a whole number leaves the graph write int(v.data)"),
    ("[1, 2, 3][v]", "v as a whole number leaves the graph write int(v.data)"),
    ("np.exp(v)", NUMPY),
    ("np.sum(values)", NUMPY),
    ("np.mean(values)", NUMPY),
    ("np.array(values)", NUMPY),
    ("np.float64(v)", NUMPY),
    ("np.array(v, dtype='datetime64[D]')", NUMPY),
    ("np.maximum(v, 0)", NUMPY),
    ("np.dot(values, values)", NUMPY),
    # ------------------------------------------------------------------ functions of the table
    ("autograd.exp(values)", "expected a real number, received list write a comprehension"),
    ("autograd.exp('1')", "expected a real number, received str: '1'; write float(text)"),
    ("autograd.exp(v, v)", "exp takes 1 input, received 2"),
    ("log(v, 2)", "log takes 1 input, received 2: write log2(v), or log(v) / log(2)"),
    ("autograd.relu(np.ones(2))", "received ndarray of shape (2,) write a loop or a comprehension"),
    ("autograd.dot(values, [1.0])", "as many weights as inputs, received 2 weights and 1 inputs"),
    ("autograd.softmax([])", "expected at least one score, received none"),
    ("softmax(x, w)", "softmax expected one list of numbers, as in softmax([a, b]), received 2"),
    ("log_softmax(x, w)", "expected one list of numbers, as in log_softmax([a, b]), received 2"),
    ("logsumexp(x, w)", "expected one list of numbers, as in logsumexp([a, b]), received 2"),
    ("norm(x, w)", "norm expected one list of numbers, as in norm([a, b]), received 2"),
    ("mean(x, w, v)", "mean expected one list of numbers, as in mean([a, b]), received 3"),
    ("prod(x, w)", "prod expected one list of numbers, as in prod([a, b]), received 2"),
    ("autograd.sum(x, w)", "sum expected one list of numbers, as in sum([a, b]), received 2"),
    (
        "softmax(values, dim=0)",
        "softmax takes one list no dim: write [softmax(row) for row in rows]",
    ),
    (
        "autograd.sum(values, axis=0)",
        "sum takes one list no axis: write [sum(row) for row in rows]",
    ),
    ("norm(values, p=2)", "norm takes one list of numbers, as norm([a, b]), and no p:"),
    ("exp(x=v)", "exp takes its inputs by position, as exp(x), received x by name"),
    ("relu(v, inplace=True)", "relu takes its inputs by position received inplace by name"),
    ("softplus(v, beta=2.0)", "softplus takes its inputs by position received beta by name"),
    ("clamp(v, 0.0, min=0.0)", "clamp expected each bound once, received low and min"),
    ("autograd.square(v)", "autograd has no 'square': write v ** 2"),
    ("autograd.power(v, 2)", "autograd has no 'power': write v ** 2"),
    ("autograd.arctan(v)", "autograd has no 'arctan': write autograd.atan(v)"),
    ("autograd.max(values)", "autograd has no 'max': write max(values), or autograd.maximum(v, w)"),
    ("autograd.ln(v)", "autograd has no 'ln': write autograd.log(v)"),
    ("autograd.hardtanh(v)", "has no 'hardtanh': write autograd.clamp(v, -1.0, 1.0)"),
    ("autograd.clip(v, 0, 1)", "autograd has no 'clip': write autograd.clamp(v, 0.0, 1.0)"),
    ("autograd.matmul(v, w)", "autograd has no 'matmul': write autograd.dot(weights, inputs)"),
    ("autograd.stack(values)", "autograd has no 'stack': write a list of Values"),
    ("autograd.mse_loss(v, w)", "autograd has no 'mse_loss': losses are in `nn.losses`"),
    # ------------------------------------------------------------------ names of other engines
    ("v.reciprocal()", "a Value has no 'reciprocal': write 1 / v"),
    ("v.rsqrt()", "a Value has no 'rsqrt': write v ** -0.5"),
    ("v.ceil()", "a Value has no 'ceil': write -autograd.floor(-v)"),
    ("v.round()", "a Value has no 'round': write autograd.floor(v + 0.5), or round(v.data, 2)"),
    ("v.arctan()", "a Value has no 'arctan': write autograd.atan(v)"),
    ("v.swish()", "a Value has no 'swish': write autograd.silu(v)"),
    ("v.relu6()", "a Value has no 'relu6': write autograd.clamp(v, 0.0, 6.0)"),
    ("v.logsigmoid()", "a Value has no 'logsigmoid': write -autograd.softplus(-v)"),
    ("v.arcsin()", "a Value has no 'arcsin': write autograd.asin(v)"),
    ("v.trunc()", "a Value has no 'trunc': write autograd.sign(v) * autograd.floor(abs(v))"),
    ("v.isnan()", "a Value has no 'isnan': write math.isnan(v.data)"),
    ("v.negative()", "a Value has no 'negative': write -v"),
    ("autograd.ceil", "autograd has no 'ceil': -autograd.floor(-v)"),
    ("autograd.round", "autograd has no 'round': autograd.floor(v + 0.5)"),
    ("autograd.swish", "autograd has no 'swish': autograd.silu(v)"),
    ("autograd.arctan2", "autograd has no 'arctan2': autograd.atan2(v, w)"),
    ("autograd.arcsinh", "autograd has no 'arcsinh': autograd.asinh(v)"),
    ("autograd.logsigmoid", "autograd has no 'logsigmoid': -autograd.softplus(-v)"),
    (
        "autograd.enable_grad",
        "autograd has no 'enable_grad': every graph is recorded; leave it out",
    ),
    ("autograd.set_grad_enabled", "autograd has no 'set_grad_enabled': every graph is recorded"),
    (
        "autograd.inference_mode",
        "autograd has no 'inference_mode': write `with autograd.no_grad():`",
    ),
    ("autograd.jacrev", "autograd has no 'jacrev': write autograd.jacobian(f)"),
    ("autograd.jacfwd", "autograd has no 'jacfwd': write autograd.jacobian(f)"),
    (
        "autograd.custom_vjp",
        "autograd has no 'custom_vjp': write autograd.Primitive(name, symbol, value, rules",
    ),
    (
        "autograd.Function",
        "autograd has no 'Function': write autograd.Primitive(name, symbol, value, rules, meaning)",
    ),
    ("autograd.stop_grad", "autograd has no 'stop_grad': write autograd.stop_gradient(v)"),
    ("autograd.pi", "autograd has no 'pi': write math.pi"),
    ("v.clamp(0.0, 1.0)", "a Value has no 'clamp': write autograd.clamp(v, 0.0, 1.0)"),
    ("v.clamp(min=0)", "a Value has no 'clamp': write autograd.clamp(v, 0.0, 1.0)"),
    ("v.clip(0, 1)", "a Value has no 'clip': write autograd.clamp(v, 0.0, 1.0)"),
    ("v.hardtanh()", "a Value has no 'hardtanh': write autograd.clamp(v, -1.0, 1.0)"),
    ("v.maximum(0)", "a Value has no 'maximum': write autograd.maximum(v, w)"),
    ("v.minimum(1)", "a Value has no 'minimum': write autograd.minimum(v, w)"),
    ("v.hypot(1)", "a Value has no 'hypot': write autograd.hypot(v, w)"),
    ("v.atan2(1)", "a Value has no 'atan2': write autograd.atan2(v, w)"),
    ("v.ln()", "a Value has no 'ln': write v.log()"),
    ("v[0]", "v[0] and len(v) need several numbers, and v is one: keep Values in a list"),
    ("v[0] = 1.0", "v[0] and len(v) need several numbers, and v is one: keep Values in a list"),
    ("len(v)", "v[0] and len(v) need several numbers, and v is one: keep Values in a list"),
    ("reversed(v)", "need several numbers, and v is one: keep Values in a list"),
    ("compile(lambda x: x[0])(1.0)", "v[0] and len(v) need several numbers, and v is one"),
    (
        "exec('from autograd import Tensor')",
        "has no 'Tensor': write autograd.Value(2.0), and lists",
    ),
    ("exec('from autograd import jit')", "has no 'jit': write autograd.compile(f)"),
    ("exec('import autograd.numpy as np')", "no module 'numpy': write autograd.exp(v), and lists"),
    ("exec('from autograd.engine import Value')", "no module 'engine': write from autograd import"),
    ("exec('from autograd import numpy')", "has no 'numpy': write autograd.exp(v), and lists"),
    ("nn.optimizers.SGD('0.1')", "learning_rate as a number, as in SGD( received str: '0.1'"),
    ("nn.optimizers.Adam(None)", "learning_rate as a number, as in Adam( received NoneType"),
    ("nn.optimizers.Adam(beta_1='x')", "expected beta_1 as a number received str: 'x'"),
    ("model.compile('sgd', 'mse'); model.fit([[1, 2]])", "targets beside the inputs fit(x, y)"),
    ("model.compile('sgd', 'mse'); model.evaluate([[1, 2]])", "expected targets received none"),
    (
        "Primitive('read', 'r', lambda a: a.data, (lambda y, a: 1.0,), 'a')(v)",
        "a rule of 'read' reads the 'data' an input, plain number: write a, instead of a.data",
    ),
    (
        "Primitive('reads', 'r', lambda a: a, (lambda y, a: a.data,), 'a')(v)",
        "a rule of 'reads' reads the 'data' an input, plain number: write a, instead of a.data",
    ),
    ("v.pow(2)", "a Value has no 'pow': write v ** 2"),
    ("v.square()", "a Value has no 'square': write v ** 2"),
    ("v.tolist()", "a Value has no 'tolist': write v.data for the number"),
    ("v.mul(w)", "a Value has no 'mul': write v * w"),
    ("v.dot(w)", "a Value has no 'dot': write v * w, or autograd.dot(weights, inputs)"),
    ("v.mean()", "a Value has no 'mean': a Value is one number and autograd.mean(values)"),
    ("v.max()", "a Value has no 'max': and max(values), or autograd.maximum(v, w)"),
    ("v.T", "a Value has no 'T': a Value is one number; write lists of Values"),
    ("v.view(-1)", "a Value has no 'view': a Value is one number; write lists of Values"),
    ("v.to('cpu')", "a Value has no 'to': a Value is one Python float, leave it out"),
    ("v.cpu()", "a Value has no 'cpu': write v.data for the number"),
    ("v.float()", "a Value has no 'float': write v.data for the number"),
    ("v.dtype", "a Value has no 'dtype': a Value is one Python float, leave it out"),
    ("v.clone()", "a Value has no 'clone': write autograd.Value(v.data) for a new leaf"),
    ("v.zero_()", "a Value has no 'zero_': write v.data = 0.0, or v.data -= step"),
    ("v.assign_sub(0.1)", "a Value has no 'assign_sub': write v.data -= step"),
    ("v.is_leaf", "a Value has no 'is_leaf': write v.op is None"),
    ("y.grad_fn", "a Value has no 'grad_fn': write v.op for the operation"),
    ("y.retain_grad()", "a Value has no 'retain_grad': every node keeps its gradient"),
    ("y.children", "a Value has no 'children': write v.parents"),
    ("v.eq(2.0)", "a Value has no 'eq': write v.data == w.data"),
    ("v.gt(1.0)", "a Value has no 'gt': write v > w, or autograd.greater(v, w)"),
    ("v.value", "a Value has no 'value': write v.data for the number"),
    ("v.numpy()", "a Value has no 'numpy': write v.data for the number"),
    ("v.gradient", "a Value has no 'gradient': write v.grad, after backward()"),
    ("v.zero_grad()", "a Value has no 'zero_grad': write v.grad = 0.0"),
    ("v.apply_gradients(0.1)", "a Value has no 'apply_gradients': write p.data -= rate * p.grad"),
    ("v.topo()", "a Value has no 'topo': write autograd.topological_order(v)"),
    ("v._forward()", "a Value has no '_forward': write v.recompute() leaves' numbers changed"),
    ("Value.no_grad()", "there is no 'no_grad': write `with autograd.no_grad():`"),
    ("nn.Neuron(2).w", "a Neuron has no 'w': write neuron.weights"),
    ("nn.Adam", "nn has no 'Adam': write nn.optimizers.Adam("),
    ("v.max_with(w)", "a Value has no 'max_with': write autograd.maximum(v, w)"),
    ("v.visualize()", "a Value has no 'visualize': write autograd.draw(v)"),
    ("v.requires_grad", "every Value has a gradient; write autograd.Constant(2.0) for one without"),
    ("v.requires_grad = False", "every Value has a gradient; write autograd.Constant(2.0)"),
    ("v.shape", "a Value has no 'shape': a Value is one number; write lists of Values"),
    ("v.name = 'x'", "a Value has no 'name': write v.label for the name"),
    # ------------------------------------------------------------------ the backward pass
    (
        "y.backward(retain_graph=True)",
        "every graph is kept: write backward(), without retain_graph",
    ),
    ("y.backprop()", "a Value has no 'backprop': write v.backward()"),
    ("y.backward_pass()", "a Value has no 'backward_pass': write v.backward()"),
    ("y.backward(None)", "expected a real number, received NoneType"),
    ("y.backward(v)", "expected a real number, received Value; its number is its .data"),
    ("y.backward([1.0])", "expected a real number, received list"),
    ("z = no_grad()(f)(x); z.backward()", "computed under no_grad() compute it outside"),
    ("no_grad()(grad(f))(1.0)", "no_grad() is on, so there is no graph to differentiate"),
    ("with no_grad: z = x * w", "write `with no_grad():`, with parentheses"),
    ("with detect_anomaly: z = x * w", "write `with detect_anomaly():`, with parentheses"),
    ("autograd.backward(y)", "autograd has no 'backward': write y.backward()"),
    ("autograd.GradientTape()", "no 'GradientTape': every graph is recorded; write y.backward()"),
    ("no_grad(5)", "expected a function to decorate, received int with no_grad():"),
    ("topological_order(5)", "expected a Value, received int: 5"),
    ("y.backward(create_graph=True)", "autograd.gradients(y, [x])"),
    ("y.backward(inputs=[x])", "every leaf is given its gradient autograd.gradients(y, [x])"),
    ("y.backward(1.0, True)", "every graph is kept: write backward(), without retain_graph"),
    ("y.backward(foo=1)", "backward takes no foo: write y.backward()"),
    ("y.backward(1.0, None, None, None, 2)", "backward takes one number, received 5"),
    ("where(x > 0)", "where expected three numbers, as in where(greater(x, 0.0), x, 0.0)"),
    ("autograd.take(values)", "a list and a place in it, as in take(values, 2)"),
    ("autograd.dot(values)", "a list of numbers, as in dot([w1, w2], [x1, x2])"),
    ("v.gard", "a Value has no 'gard': write v.grad"),
    ("autograd.grade(3, {})", "expected an exercise sheet received int; write grade(sheet"),
    ("compile(lambda x: x.grad)(2.0)", f"{UNKNOWN} no 'grad' derivatives autograd.grad"),
    ("y.backwards()", "write v.backward()"),
    ("autograd.sum(v)", "sum expected a list of numbers, as in sum([a, b]), received Value"),
    ("mean(v)", "mean expected a list of numbers, as in mean([a, b]), received Value"),
    ("softmax(v)", "softmax expected a list of numbers received Value"),
    ("dot(v, v)", "dot expected a list of numbers, as in dot([w1, w2], [x1, x2])"),
    ("gradients(y, x)", "expected one Value and a list of Values, as in gradients(y, [x])"),
    ("gradients([y], [x])", "expected one Value received list"),
    ("gradients(2.0, [x])", "expected one Value received float: 2.0"),
    ("autograd.compile(f)(x=1.0)", "by position received x by name"),
    ("check_by_hand(y, 5)", "expected claims as a dict gradients={w: 0.5} received int: 5"),
    ("check_by_hand(y, formulas=['x'])", "expected claims as a dict received list: ['x']"),
    ("gradcheck(5, 1.0)", "expected a function to check received int: 5"),
    ("nn.MLP(2, 3)", "expected nouts as a list received 3"),
    ("nn.Neuron(2)(1.0)", "expected a sample as a list of 2 numbers, received 1.0"),
    ("nn.Sequential(nn.Dense(1))", "expected a list of layers, received Dense"),
    ("nn.MLP(2, [3]).train()", "has no 'train' model.fit(x, y)"),
    ("nn.MLP(2, [3]).eval()", "has no 'eval' call the model"),
    ("nn.MLP(2, [3]).state_dict()", "has no 'state_dict' get_weights()"),
    ("nn.MLP(2, [3]).weights", "has no 'weights' model.parameters()"),
    # ------------------------------------------------------------------ derivatives of functions
    ("grad(y)", "expected a function, received Value gradients(output, inputs)"),
    ("grad(f(x))", "expected a function, received Value gradients(output, inputs)"),
    ("grad(f)('2')", "expected a real number, received str: '2'; write float(text)"),
    ("grad(lambda x: [x, x])(1.0)", "to return one number, received list take the jacobian"),
    ("grad(lambda x: None)(1.0)", "expected a real number, received NoneType without `return`"),
    ("grad(lambda x: x * 2)([1.0, 2.0])", "to return one number, received list take the jacobian"),
    ("grad(lambda x: math.sin(x))(1.0)", FLOAT),
    ("grad(lambda x: np.sin(x))(1.0)", NUMPY),
    ("grad(f)()", "expected arguments of <lambda> at argnums=0, received 0"),
    ("grad(f, argnums='x')", "expected argnums to be an int or a tuple of ints, received 'x'"),
    ("grad(lambda x: x * x)([1.0])", "given a list with the list itself [x * x for x in values]"),
    ("grad(lambda x: -x)((1.0,))", "given a list with the list itself [x * x for x in values]"),
    ("grad(lambda x: x + 1.0)([1.0])", "given a list with the list itself [x * x for x in values]"),
    ("grad(f)(np.array([1.0, 2.0]))", ARRAYS),
    ("grad(lambda v: autograd.mean(v * 2))(np.array([1.0, 2.0]))", ARRAYS),
    ("grad(lambda v: autograd.norm(2 * v))(np.array([1.0, 2.0]))", ARRAYS),
    ("jacobian(lambda v: v + v)(np.array([1.0, 2.0]))", ARRAYS),
    ("hessian(lambda v: autograd.norm(v + [1.0]))(np.array([1.0, 2.0]))", ARRAYS),
    ("compile(lambda v: autograd.mean(v * 2))(np.array([1.0, 2.0]))", ARRAYS),
    ("compile(lambda m: autograd.sum(m['w'] + m['w']))({'w': np.array([1.0])})", ARRAYS),
    (
        "jacobian(lambda x: x / 2)([1.0])",
        "given a list with the list itself [x * x for x in values]",
    ),
    ("grad(f, x)", "expected argnums to be an int give the point in a second call, as grad(f)(x)"),
    (
        "autograd.elementwise_grad(f)",
        "no 'elementwise_grad': [autograd.grad(f)(x) for x in values]",
    ),
    ("autograd.jit(f)", "autograd has no 'jit': write autograd.compile(f)"),
    ("autograd.vmap(f)", "autograd has no 'vmap': write autograd.compile(f, batch=0)"),
    # ------------------------------------------------------------------ looking at a graph
    ("explain(x, y)", "'x' = 2 was not computed from 'y' = 6 expected a node on the way to it"),
    ("explain(y, 'x')", "expected wrt to be a Value, received str"),
    ("y.explain(2.0)", "expected wrt to be a Value, received float"),
    ("draw(5)", "expected a Value to draw, received int: 5"),
    ("draw([y])", "expected a Value to draw, received list"),
    ("draw(y, step=99)", "expected a step from 0 received 99"),
    ("explore(5)", "expected a Value to explore, received int"),
    ("check_by_hand(5, {})", "expected a Value to check, received int: 5"),
    ("autograd.label(5)", "expected a mapping such as locals(), or keywords, received int"),
    # ------------------------------------------------------------------ compile
    ("compile(5)", "expected a function to compile, received int: 5"),
    ("compile(f(x))", "expected a function to compile, received Value"),
    ("compile(lambda x: x if x > 0 else 0.0)(1.0)", f"{UNKNOWN} where(greater(a, b), ..., ...)"),
    ("compile(lambda x: max(x, 0.0))(1.0)", f"{UNKNOWN} maximum(a, b)"),
    ("compile(lambda x: x % 2)(1.0)", f"{UNKNOWN} v % w needs it: write v - n * w"),
    ("compile(lambda x: x // 2)(1.0)", f"{UNKNOWN} v // w needs it: write v / w instead"),
    ("compile(lambda x: x ^ 2)(1.0)", f"{UNKNOWN} v ^ w needs it: write v ** w instead"),
    ("compile(lambda x: round(x, 2))(1.0)", f"{UNKNOWN} round(v) outside of the function"),
    ("compile(lambda x: f'{x:.2f}')(1.0)", f"{UNKNOWN} format what the compiled function returns"),
    ("compile(lambda x: np.sin(x))(1.0)", f"{UNKNOWN} NumPy's function write autograd.exp(v)"),
    ("compile(lambda x: np.sum([x, x]))(1.0)", f"{UNKNOWN} NumPy's autograd.sum(values)"),
    ("compile(lambda x: math.sin(x))(1.0)", f"{UNKNOWN} autograd's functions instead of math's"),
    ("compile(lambda x: x.data)(1.0)", f"{UNKNOWN} where(greater(a, b), ..., ...)"),
    ("compile(lambda x: x.data)(1.0)", f"{UNKNOWN} no 'data' stop_gradient(x)"),
    ("compile(lambda x: x.detach())(1.0)", f"{UNKNOWN} no 'detach' stop_gradient(x)"),
    ("compile(lambda x: x.item())(1.0)", f"{UNKNOWN} no 'item' stop_gradient(x)"),
    ("compile(lambda x: x.clamp(0, 1))(1.0)", "no attribute 'clamp': write autograd.clamp(v"),
    ("compile(lambda x: [*x])(1.0)", "list(v), sum(v) and loops v is one: keep Values in a list"),
    ("compile(lambda x: x * x)([1.0])", "given a list with the list itself"),
    (
        "compile(lambda x: no_grad(f)(x))(1.0)",
        "no nodes to cut being recorded: write stop_gradient(x) leave no_grad() out",
    ),
    ("compile(lambda x: Value(x))(1.0)", "being recorded write x, not Value(x)"),
    ("compile(lambda x: explain(x * x, x))(1.0)", f"{UNKNOWN} which nodes of a graph have"),
    ("compile(lambda x: draw(x))(1.0)", f"{UNKNOWN} which nodes of a graph have"),
    ("compile(lambda x: w * x)(1.0)", "would be frozen: pass these to the function as arguments"),
    ("compile(lambda x: x.backward())(1.0)", f"{UNKNOWN} no 'backward' by autograd.grad"),
    (
        "compile(lambda x: x * w)(1.0)",
        "Value(data=3.0 would be frozen: pass it as an argument",
    ),
    ("compile(lambda x: None)(1.0)", "expected a real number, received NoneType without `return`"),
    ("compile(f)('a')", "expected a real number, received str: 'a'; write float(text)"),
    (
        "compile(f, batch=0)(1.0)",
        "expected argument 0 to have a row for each sample, received float",
    ),
    ("compile(f).source", "nothing has been recorded yet; call the compiled function first"),
    # ------------------------------------------------------------------ operations of a user's
    ("Primitive('exp', 'e', f, (f,), 'x')", "an operation named 'exp' already; choose another"),
    ("Primitive('', 'o', f, (f,), 'x')", "expected a name for the operation, a text, received ''"),
    ("Primitive(3, 'o', f, (f,), 'x')", "expected a name for the operation, a text, received 3"),
    ("Primitive('own', '\\x1b[31m', f, (f,), 'x')", "name and a symbol that can be printed"),
    ("Primitive('own', '', f, (f,), 'x')", "expected a symbol for 'own' to be written by"),
    ("Primitive('own', 'o', f, (1.0,), 'x')", "expected rules as a tuple of functions"),
    (
        "g = Primitive('g', 'o', math.sin, (lambda y, a: math.cos(a),), ''); grad(grad(g))(1.0)",
        FLOAT,
    ),
    # ------------------------------------------------------------------ nn
    ("nn.Neuron(2)([1.0])", "expected 2 inputs, received 1"),
    ("nn.Linear(2, 3)", "nn has no 'Linear': write nn.Dense(units) or nn.Layer(nin, nout)"),
    ("nn.ReLU()", "nn has no 'ReLU': nn.Dense(4, 'relu'), or nn.Activation('relu')"),
    ("nn.Dense(2, activation=nn.relu)", "nn has no 'relu': nn.Dense(4, 'relu')"),
    ("nn.MSELoss()", "nn has no 'MSELoss': write nn.losses.MeanSquaredError()"),
    ("nn.CrossEntropyLoss()", "write nn.losses.CategoricalCrossentropy(from_logits=True)"),
    ("nn.Dropout(0.5)", "nn has no 'Dropout': write nn.layers.Dropout"),
    (
        "nn.layers.Conv2D(8, 3)",
        "nn.layers has no 'Conv2D': nn.layers.Flatten() nn.layers.Dense(units)",
    ),
    ("nn.layers.LSTM(8)", "nn.layers has no 'LSTM': nn.layers.SimpleRNN(units)"),
    ("nn.layers.GroupNormalization()", "nn.layers has no nn.layers.LayerNormalization()"),
    ("nn.Dense(8, kernel_constraint=None)", "Dense takes no kernel_constraint: kernel_regularizer"),
    (
        "nn.callbacks.TensorBoard()",
        "nn.callbacks has no 'TensorBoard': nn.callbacks.CSVLogger(path)",
    ),
    ("nn.metrics.F1Score()", "nn.metrics has no 'F1Score': write a function"),
    ("nn.losses.Dice()", "nn.losses has no 'Dice': write a function"),
    ("nn.optimizers.Nadam()", "nn.optimizers has no 'Nadam': write nn.optimizers.Adam()"),
    ("nn.optim.SGD(0.1)", "nn has no 'optim': write nn.optimizers.SGD(learning_rate=0.1)"),
    ("nn.optimizers.SGD(lr=0.1)", "SGD takes no lr: write SGD(learning_rate=0.1)"),
    (
        "nn.optimizers.Adam(model.parameters())",
        "learning_rate as a number, received list model.compile",
    ),
    (
        "nn.Sequential(nn.Dense(2), nn.Dense(1))",
        "expected a list of layers Sequential([layer, layer])",
    ),
    ("nn.Neuron('2')", "expected nin to be a whole number of at least 1, received '2'"),
    ("nn.Dense(-1)", "expected units to be a whole number of at least 1, received -1"),
    ("nn.Dense(2, activation='rely')", "unknown activation: 'rely' (must be one of linear"),
    ("model.predict([1.0, 2.0])", "expected rows of 2 inputs, received 1 in row 0"),
    ("model.predict(1.0)", "expected inputs as a list of rows, received float"),
    ("nn.optimizers.SGD(0.1).step()", "has no 'step': write model.fit(x, y) optimizer.update("),
    ("nn.optimizers.Adam(0.1).zero_grad()", "has no 'zero_grad': write model.zero_grad()"),
    ("nn.optimizers.SGD(0.1).apply_gradients([])", "has no 'apply_gradients' model.fit(x, y)"),
    ("nn.optimizers.SGD(0.1).lr", "has no 'lr': write optimizer.learning_rate"),
    ("model.fit([[1.0, 2.0]], [1.0], epoch=3)", "fit takes no epoch: write epochs"),
    ("model.compile(optim='sgd')", "compile takes no optim: write optimizer"),
    ("nn.MLP(2, [1]).fit([[1.0, 2.0]], [1.0])", "a MLP has no 'fit' a model of `nn.models` has"),
    ("nn.MLP(2, [1]).to('cuda')", "a MLP has no 'to': all numbers are doubles leave it out"),
    ("model.fit([[1.0, 2.0]], [1.0])", "not compiled; call compile(optimizer, loss) first"),
    ("model.compile('sdg', 'mse')", "unknown optimizer: 'sdg' (must be one of sgd"),
]


@pytest.fixture(autouse=True)
def a_table_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.ops.TABLE", dict(autograd.TABLE))


@pytest.mark.parametrize(("line", "words"), MISTAKES, ids=[line for line, _ in MISTAKES])
def test_a_mistake_is_told_what_was_expected_what_came_and_what_to_write(
    line: str, words: str
) -> None:
    with pytest.raises(
        (TypeError, ValueError, AttributeError, RuntimeError, OverflowError, ImportError)
    ) as info:
        run(line)
    said = str(info.value)
    if info.value.__cause__ is not None:  # NumPy puts a sentence of its own behind it
        said = f"{info.value.__cause__} {said}"
    assert len(said) < 400
    missing = [word for word in words.split() if word.rstrip(",;:") not in said]
    assert missing == [], said


WORKS: list[tuple[str, Any]] = [
    # What looks like a mistake, or was one elsewhere, and does what is meant.
    ("sum(values).data", 3.0),
    ("sum(values, v).data", 5.0),
    ("math.prod(values).data", 2.0),
    ("sorted(values, reverse=True)[0].data", 2.0),
    ("(2 * v + 1).data", 5.0),
    ("(np.float64(2.0) * v).data", 4.0),
    ("(v ** 2).data", 4.0),
    ("pow(v, 2).data", 4.0),
    ("-abs(-v).data", -2.0),
    (
        "clamp(v, min=0.0).data, clamp(v, max=1.0).data, clamp(v, min=3, max=4).data",
        (2.0, 1.0, 3.0),
    ),
    ("clamp(v, 0.0, max=1.0).partials", (0.0, 0.0, 0.0)),
    ("np.array([[v, w], [w, v]], dtype=object).shape", (2, 2)),
    ("autograd.functional.__name__", "autograd.functional"),
    ("hasattr(v, '__getitem__'), hasattr(v, 'dtype'), hasattr(nn, 'Linear')", (False,) * 3),
    ("np.array([v, w], dtype=object).shape, np.array(v, dtype=object).shape", ((2,), ())),
    ("grad(lambda x: sum(a * a for a in x))([1.0])", [2.0]),
    ("max(v, 0) is v", True),
    ("max(-v, 0)", 0),
    ("min(values) is values[0]", True),
    ("v == v, v == Value(2.0), v != Value(2.0)", (True, False, True)),
    ("v == None, None == v, v == 'v', v != None", (False, False, False, True)),
    ("v in values, v in [*values, v]", (False, True)),
    ("{v: 1}[v]", 1),
    ("bool(v), bool(Value(0.0)), not Value(0.0)", (True, False, True)),
    ("1 if v > 0 else -1", 1),
    ("f'{v:.3f}'", "2.000"),
    ("f'{v}'", "Value(data=2.0, grad=0.0)"),
    ("v.item(), type(v.item())", (2.0, float)),
    ("(v.detach() * v).parents[0].parents", ()),
    ("v.sin().data == math.sin(2.0)", True),
    ("v.softplus().op", autograd.softplus),
    ("(-v).leaky_relu().data, (-v).leaky_relu(0.5).data", (-0.02, -1.0)),
    ("(-v).leaky_relu(slope=0.5).partials[0]", 0.5),
    ("(-v).elu().data, (-v).elu(0.5).data", (math.expm1(-2.0), 0.5 * math.expm1(-2.0))),
    ("compile(lambda x: x.leaky_relu() + x.leaky_relu(0.5))(-2.0)", -1.02),
    ("compile(lambda x: x.elu(alpha=3.0)).grad(0.0)", 3.0),
    ("values.index(max(values))", 1),
    ("m = autograd.mean(values); autograd.mean([(v - m) ** 2 for v in values]).data", 0.25),
    ("hasattr(v, '__len__'), bool(v), callable(v)", (False, True, False)),
    ("v.data = 3; v.data, type(v.data)", (3.0, float)),
    ("v.data = np.int64(2**40); v.data, type(v.data)", (float(2**40), float)),
    ("v.data = np.float32(0.5); v.data, type(v.data)", (0.5, float)),
    ("v.grad = 0; v.grad, type(v.grad)", (0.0, float)),
    ("x.data -= 0.5 * x.grad; x.data", 0.5),
    ("u = v; u -= 1.0; u.data, v.data", (1.0, 2.0)),
    ("z = v * x; z.grad, z.has_grad", (0.0, False)),
    ("y.backward(); x.grad", 6.0),
    ("np.sum(np.array(values, dtype=object)).data", 3.0),
    ("copy.deepcopy(v).data, pickle.loads(pickle.dumps(v)).data", (2.0, 2.0)),
    ("grad(f)(3), grad(f)(np.float32(3.0))", (6.0, 6.0)),
    ("compile(lambda x: x.sin())(0.0)", 0.0),
    ("compile(lambda x: x * x if isinstance(x, Value) else Value(x))(3.0)", 9.0),
    ("compile(lambda x: isinstance(x, (Parameter, Constant, float)))(3.0)", 0.0),
    ("compile(grad(lambda x: x * x if isinstance(x, Value) else 0.0))(3.0)", 6.0),
    ("compile(lambda x: (setattr(x, 'label', 'x'), x)[1])(2.0)", 2.0),
    ("no_grad(f)(x).parents", ()),
    ("v.requires_grad if hasattr(v, 'requires_grad') else 'none'", "none"),
]


@pytest.mark.parametrize(("line", "result"), WORKS, ids=[line for line, _ in WORKS])
def test_what_is_no_mistake_works_as_meant(line: str, result: Any) -> None:
    found, _ = run(line)
    assert found == result
    assert type(found) is type(result)


def test_there_are_as_many_mistakes_as_newcomers_make() -> None:
    assert len({line for line, _ in MISTAKES}) >= 220


@pytest.mark.parametrize("kind", [Value, Parameter, Constant])
def test_all_kinds_of_nodes_refuse_to_leave_the_graph(kind: type[Value]) -> None:
    with pytest.raises(TypeError, match="leaves the graph"):
        math.exp(cast("float", kind(1.0)))


def test_a_users_operation_is_no_method() -> None:
    Primitive("cube", "³", lambda a: a * a * a, (lambda _y, a: 3.0 * a * a,), "a**3")
    assert not hasattr(Value(1.0), "cube")


@pytest.mark.parametrize("point", [[3.0, 4.0], np.array([3.0, 4.0])], ids=["list", "array"])
@pytest.mark.parametrize("take", [autograd.grad, autograd.compile, autograd.jacobian])
@pytest.mark.parametrize(
    ("function", "said"),
    [
        *((f, "computes with the list itself") for f in LIST_ARITHMETIC),
        *((f, "takes the list for an array") for f in LIST_ATTRIBUTES),
    ],
)
def test_a_list_that_is_taken_for_a_number_or_an_array_is_told(
    function: str, said: str, take: Any, point: Any
) -> None:
    f = eval(f"lambda x: {function}", {"math": math})  # noqa: S307  # the lines above
    for call in (take(f), autograd.hessian(f)):
        with pytest.raises((TypeError, AttributeError)) as info:
            call(point)
        told = str(info.value)
        assert f"<lambda> was given a list, and {said} (" in told
        assert told.count("was given a list") == 1
        assert "Items" not in told
