"""Small functions around a network, each by itself: rows, shapes, penalties, sizes, seeds."""

import math
import random
import re
from typing import Any

import numpy as np
import pytest

from autograd import Value
from nn import Activation, Dense, Sequential, regularizers, set_random_seed, utils
from nn.data import arrayed, as_rows, evenly, listed, nested, objects
from nn.randomness import generator, seeded, source
from nn.summary import summary_lines


class Table:
    """What a DataFrame is to us."""

    def __init__(self, rows: Any) -> None:
        self._rows = rows

    def to_numpy(self) -> Any:
        return np.array(self._rows)


# -------------------------------------------------------------------------------- rows


@pytest.mark.parametrize(
    ("data", "width", "expected"),
    [
        ([1, 2], 1, [[1.0], [2.0]]),
        ([1, 2], None, [[1.0], [2.0]]),
        ([[1, 2], (3, 4)], 2, [[1.0, 2.0], [3.0, 4.0]]),
        ([range(2), np.array([3, 4])], None, [[0.0, 1.0], [3.0, 4.0]]),
        ([[Value(1.5)], [np.float32(2.5)]], 1, [[1.5], [2.5]]),
        (np.array([[1, 2]]), None, [[1.0, 2.0]]),
        (np.array([[True]]), 1, [[1.0]]),
        (np.array([1.0, 2.0]), 1, [[1.0], [2.0]]),
        (Table([[1, 2], [3, 4]]), 2, [[1.0, 2.0], [3.0, 4.0]]),
        (iter([[1], [2]]), 1, [[1.0], [2.0]]),
    ],
)
def test_data_are_rows_of_floats(data: Any, width: int | None, expected: Any) -> None:
    found = as_rows(data, width, "inputs")
    assert found == expected
    assert {type(number) for row in found for number in row} == {float}


def test_rows_in_rows_are_put_end_to_end_where_that_is_asked_for() -> None:
    deep = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    assert as_rows(deep, 4, "inputs", is_deep=True) == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert as_rows([[[[1], [2]]]], 2, "inputs", is_deep=True) == [[1, 2]]
    with pytest.raises(TypeError, match="received list in row 0"):
        as_rows(deep, 4, "inputs")


@pytest.mark.parametrize(
    ("data", "width", "message"),
    [
        ([[1, 2], [3]], None, "expected rows of 2 inputs, received 1 in row 1"),
        (np.ones((2, 3)), 2, "expected rows of 2 inputs, received 3 in row 0"),
        ([1.0, 2.0], 2, "received 1 in row 0; a sample by itself is a row in a list: [row]"),
        (np.ones(2), 2, "received 1 in row 0; a sample by itself is a row in a list: [row]"),
        ([], None, "expected at least one row of inputs, received none"),
        (np.ones((0, 2)), 2, "expected at least one row of inputs, received none"),
        ([[1.0], [math.inf]], 1, "expected finite inputs, received inf in row 1"),
        (np.array([[1.0, math.nan]]), 2, "expected finite inputs, received nan in row 0"),
        ([10**400], 1, "expected finite inputs, received one beyond all doubles"),
    ],
)
def test_rows_that_do_not_fit_are_told(data: Any, width: int | None, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        as_rows(data, width, "inputs")


def test_advice_for_a_sample_by_itself_is_given_where_it_may_be_one() -> None:
    for data in ([1.0, 2.0, 3.0], [[1.0], [2.0]]):  # three numbers, or two rows
        with pytest.raises(ValueError, match=r"received 1 in row 0$"):
            as_rows(data, 2, "inputs")
    for wrong in ("text", b"text", {"a": 1}, 3, None):
        with pytest.raises(TypeError, match="expected inputs as a list of rows, received"):
            as_rows(wrong, 1, "inputs")
    for number in ("a", b"a", None, [1j]):
        with pytest.raises(TypeError, match=r"expected inputs to be numbers, received .* in row 0"):
            as_rows([number], 1, "inputs")


def test_numbers_go_into_arrays_and_out_of_them() -> None:
    assert listed(Table([[1]])) == listed(np.array([[1]])) == [[1]]
    own = object()
    assert listed(own) is own
    assert (arrayed([[1, 2]]).dtype, arrayed([[1, 2]]).tolist()) == (np.float64, [[1.0, 2.0]])
    x, y = Value(1.0), Value(2.0)
    flat, rows = objects([x, y]), objects([[x], [y], [x]])
    assert (flat.shape, flat.dtype, list(flat)) == ((2,), object, [x, y])
    assert (rows.shape, rows[1, 0], objects([]).shape) == ((3, 1), y, (0,))


def test_numbers_are_nested_by_their_sizes() -> None:
    line = list(range(24))
    assert nested(line, (24,)) == line
    assert nested(line, (2, 3, 4)) == np.arange(24).reshape(2, 3, 4).tolist()
    assert nested([7], (1, 1)) == [[7]]
    assert nested([7], ()) == 7


def test_numbers_lie_evenly_between_two_which_are_included() -> None:
    assert evenly(1.0, 3.0, 5) == [1.0, 1.5, 2.0, 2.5, 3.0]
    assert evenly(1.0, 3.0, 2) == [1.0, 3.0]
    assert evenly(1.0, 3.0, 1) == [1.0]
    assert evenly(1.0, 3.0, 0) == []


@pytest.mark.parametrize("order", [1, 2])
def test_rows_or_columns_are_made_one_long(order: int) -> None:
    rows = np.array([[3.0, -4.0], [1.0, 2.0], [0.0, 0.0]])
    for axis, along in ((-1, 1), (1, 1), (0, 0)):
        lengths = np.linalg.norm(rows, order, axis=along, keepdims=True)
        expected = rows / np.where(lengths, lengths, 1.0)
        assert utils.normalize(rows, axis, order) == pytest.approx(expected)
    assert utils.normalize([[0.0, 3.0]], 0).tolist() == [[0.0, 1.0]]
    assert utils.normalize([[3.0, 4.0]]).tolist() == [[0.6, 0.8]]
    for wrong in ((2, 2), (-2, 2), (-1, 0), (-1, 3)):
        with pytest.raises(ValueError, match="expected axis -1 or 0 and order 1 or 2, received"):
            utils.normalize(rows, *wrong)


# --------------------------------------------------------------------------- penalties


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (regularizers.L1(0.5), 0.5 * 6), (regularizers.L2(0.25), 0.25 * 14),
        (regularizers.L1L2(0.5, 0.25), 0.5 * 6 + 0.25 * 14), (regularizers.L1L2(), 0.0),
        ("l1", 0.01 * 6), ("l2", 0.01 * 14), ("l1_l2", 0.01 * 20),
        ({"l1": 2.0}, 12.0), ({"l1": 1.0, "l2": 1.0}, 20.0), (len, 3),
    ],
)  # fmt: skip
def test_a_penalty_is_its_share_of_sizes_and_squares(given: Any, expected: float) -> None:
    weights = [Value(-1.0), Value(2.0), Value(-3.0)]
    penalty: Any = regularizers.get(given)
    found = penalty(weights)
    assert getattr(found, "data", found) == pytest.approx(expected)
    if isinstance(penalty, regularizers.L1L2):
        again = regularizers.get(regularizers.config_of(penalty))
        assert (again.l1, again.l2) == (penalty.l1, penalty.l2)  # type: ignore[union-attr]


def test_what_is_no_penalty_is_refused() -> None:
    assert regularizers.get(None) is None
    assert regularizers.L1(0.0).l1 == regularizers.L2(0.0).l2 == 0.0
    for name in ("l1", "l2"):
        with pytest.raises(ValueError, match=f"expected {name} to be at least 0, received -0.1"):
            regularizers.L1L2(**{name: -0.1})
    with pytest.raises(ValueError, match="it is a regularizer of your own"):
        regularizers.config_of(len)


# ------------------------------------------------------------------------------- sizes


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (1, "2 (16.00 B)"),
        (126, "127 (1016.00 B)"),
        (127, "128 (1.00 KB)"),
        (200, "201 (1.57 KB)"),
    ],
)
def test_a_summary_says_how_many_bytes_the_numbers_take(inputs: int, said: str) -> None:
    model = Sequential([Dense(1, kernel_initializer="zeros", input_dim=inputs), Activation("relu")])
    assert [line.strip() for line in summary_lines(model)[-3:]] == [
        f"Total params: {said}", f"Trainable params: {said}", "Non-trainable params: 0 (0.00 B)",
    ]  # fmt: skip


def test_bytes_are_counted_in_units_of_1024() -> None:
    from nn.summary import _size  # noqa: PLC0415

    megas = 1024**2 // 8
    assert [_size(n) for n in (megas - 1, megas, 1024 * megas, 3 * 1024 * megas)] == [
        "1023.99 KB", "1.00 MB", "1.00 GB", "3.00 GB",
    ]  # fmt: skip


# ------------------------------------------------------------------------------- seeds


def test_a_seed_makes_its_own_source_and_none_takes_the_one_that_all_share() -> None:
    assert source(None) is generator
    assert source(5).random() == seeded(5).random() == random.Random(5).random()  # noqa: S311
    set_random_seed(5)
    assert generator.random() == random.Random(5).random()  # noqa: S311
    assert seeded(0, least=0).random() == random.Random(0).random()  # noqa: S311
    with pytest.raises(ValueError, match="expected seed to be a whole number of at least 0, rece"):
        seeded(-1, least=0)
