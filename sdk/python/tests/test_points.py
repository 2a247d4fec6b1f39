"""Points that are refused: by the same codes as everywhere else, with their place, and nothing is learned."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from neurocluster import ValidationError
from neurocluster.local import Stream


@pytest.fixture
def stream(blobs):
    stream = Stream(3)
    stream.learn(blobs(300))
    return stream


def assert_refused(stream, points, code, row=None, column=None):
    before = stream.snapshot()
    for act in (stream.learn, stream.assign):
        with pytest.raises(ValidationError) as refused:
            act(points)
        assert (refused.value.code, refused.value.row, refused.value.column) == (code, row, column)
    assert stream.snapshot() == before


@pytest.mark.parametrize("points", [[], (), np.zeros((0, 3)), np.zeros((0, 3), np.float32), pd.DataFrame()])
def test_an_empty_batch(stream, points):
    assert_refused(stream, points, "empty_batch")


@pytest.mark.parametrize("points", [None, 3, "123", {}, np.zeros(3), np.zeros((2, 3, 1)), {1, 2}, iter([[1, 2, 3]])])
def test_what_is_no_batch(stream, points):
    assert_refused(stream, points, "invalid_points")


@pytest.mark.parametrize(
    ("points", "code", "row"),
    [
        ([[1, 2, 3], None], "invalid_points", 1),
        ([[1, 2, 3], 4], "invalid_points", 1),
        (["123"], "invalid_points", 0),
        ([{0: 1, 1: 2, 2: 3}], "invalid_points", 0),
        ([np.zeros((1, 3))], "invalid_points", 0),
        ([1, 2, 3], "invalid_points", 0),
        ([[1, 2]], "dims_mismatch", 0),
        ([[]], "dims_mismatch", 0),
        ([[1, 2, 3, 4], [1, 2, 3, 4]], "dims_mismatch", 0),
        (np.zeros((5, 4)), "dims_mismatch", 0),
        ([[1, 2, 3], [1, 2]], "ragged_rows", 1),
        ([[1, 2, 3], [1, 2, 3], []], "ragged_rows", 2),
    ],
)
def test_rows_that_are_none_or_of_another_length(stream, points, code, row):
    assert_refused(stream, points, code, row)


@pytest.mark.parametrize(
    ("points", "row", "column"),
    [
        ([[1, 2, 3], [1, "2", 3]], 1, 1),
        ([[1, 2, None]], 0, 2),
        ([[True, 2, 3]], 0, 0),
        ([[1, 2j, 3]], 0, 1),
        (np.array([[1, 2, 3]], bool), 0, 0),
        (np.array([[1, 2, 3]], complex), 0, 0),
        (np.array([["1", "2", "3"]]), 0, 0),
        (np.array([[1, 2, 3], [4, None, 6]], object), 1, 1),
        (pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, 2.0], "c": ["x", "y"]}), 0, 2),
        (np.ma.masked_array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[0, 0, 0], [0, 0, 1]]), 1, 2),
    ],
)
def test_coordinates_that_are_no_numbers(stream, points, row, column):
    assert_refused(stream, points, "not_a_number", row, column)


@pytest.mark.parametrize(
    ("value", "code"),
    [(np.nan, "not_finite"), (-np.inf, "not_finite"), (1.1e15, "out_of_range"), (-1.1e15, "out_of_range")],
)
@pytest.mark.parametrize("place", [0, 7, 8999])
def test_a_value_that_cannot_be_borne_is_refused_wherever_it_is(stream, blobs, value, code, place):
    points = blobs(3000)
    points.flat[place] = value
    for form in (points, points.astype(np.float32), points.tolist(), np.asfortranarray(points)):
        assert_refused(stream, form, code, place // 3, place % 3)


def test_an_int_of_any_length_is_out_of_range(stream):
    assert_refused(stream, [[1, 2, 3], [1, 10**400, 3]], "out_of_range", 1, 1)
    assert_refused(stream, np.array([[1, 2, 2**63]], np.uint64), "out_of_range", 0, 2)


def test_the_bound_itself_is_taken():
    assert len(Stream(1).learn([[1e15], [-1e15]])) == 2
    assert len(Stream(1).learn(np.array([[1e15], [-1e15]], np.float32))) == 2


def test_a_row_far_down_a_large_batch_is_found(blobs):
    points = blobs(200_000)
    points[199_998, 2] = np.nan
    assert_refused(Stream(3), points, "not_finite", 199_998, 2)


def test_the_message_says_where_and_what(stream):
    with pytest.raises(ValidationError) as refused:
        stream.learn([[1, 2, 3], [4, float("nan"), 6]])
    assert str(refused.value) == "row 1, column 1: nan is not finite (not_finite)"
