"""Points on their way out of Python: as an array of n rows, or the first thing that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import ValidationError



class Arrays(Protocol):
    """An array of shape (n, dims), or what makes one: a data frame."""

    def __array__(self) -> NDArray[Any]: ...


#: A list of n rows of dims numbers each.
Rows: TypeAlias = "list[Any] | tuple[Any, ...]"

#: Points of shape (n, dims).
Points: TypeAlias = "Arrays | ArrayLike | Rows"

#: Coordinates beyond this are refused: their squares would not fit the arithmetic of the kernel.
COORDINATE_MAX = 1e15

#: Rows looked at at a time, so that checking takes no memory that grows with the batch.
_ROWS_AT_A_TIME = 65536


def to_array(points: Any, dims: int | None = None) -> NDArray[Any]:
    """The points as an array of real numbers, not copied where they are one. Says nothing of their values.

    Args:
        points: shape (n, dims), n >= 1.
        dims: what the rows must have; None: as many as the first.

    Raises:
        ValidationError: invalid_points, empty_batch, dims_mismatch, ragged_rows, not_a_number.
    """
    if isinstance(points, (list, tuple)):
        return _from_rows(points, dims)
    if np.ma.is_masked(points):
        row, column = (int(place) for place in np.argwhere(np.atleast_2d(np.ma.getmaskarray(points)))[0])
        raise _value_error(np.ma.masked, row, column)
    array = np.asarray(points)
    if array.ndim != 2:
        raise ValidationError("invalid_points", f"points must have the shape (n, dims), not {array.shape}")
    if len(array) == 0:
        raise ValidationError("empty_batch", "the batch has no points")
    if array.dtype == object:
        return _from_rows(array.tolist(), dims)
    if array.shape[1] != (dims or array.shape[1]) or array.shape[1] == 0:
        detail = f"row 0 has {array.shape[1]} coordinates, the stream has {dims or 'at least one'} dims"
        raise ValidationError("dims_mismatch", detail, row=0)
    if array.dtype.kind not in "iuf":
        raise _value_error(array[0, 0], 0, 0)
    return array


def check_values(array: NDArray[Any]) -> None:
    """Raises ValidationError for the first coordinate that is not finite (not_finite) or beyond 1e15 (out_of_range)."""
    for start in range(0, len(array), _ROWS_AT_A_TIME):
        part = array[start : start + _ROWS_AT_A_TIME]
        # False for NaN as well: a least or a greatest of it is NaN.
        if float(part.min()) >= -COORDINATE_MAX and float(part.max()) <= COORDINATE_MAX:
            continue
        # Compared as doubles: the nearest single to 1e15 is below it.
        row, column = (int(place) for place in np.argwhere(~(np.abs(part.astype(np.float64)) <= COORDINATE_MAX))[0])
        raise _value_error(part[row, column], start + row, column)


def first_fault(rows: Sequence[Any], dims: int | None = None) -> ValidationError | None:
    """The first thing wrong with a list of rows, looked for row by row; None: nothing."""
    width = dims if dims is not None else len(rows[0]) if len(rows) > 0 and _is_row(rows[0]) else None
    for number, row in enumerate(rows):
        if not _is_row(row):
            return ValidationError("invalid_points", f"row {number} is not a list of numbers", row=number)
        if len(row) != width or width == 0:
            return _width_error(rows, number, width)
        for column, value in enumerate(row):
            if not _is_sound(value):
                return _value_error(value, number, column)
    return None


def _from_rows(rows: Sequence[Any], dims: int | None) -> NDArray[np.float64]:
    if len(rows) == 0:
        raise ValidationError("empty_batch", "the batch has no points")
    try:
        width = dims if dims is not None else len(rows[0])
        # numpy would read "2" and True as numbers; these loops run in C.
        if width > 0 and all(map(_is_row, rows)) and set(map(len, rows)) == {width} and _are_numbers(chain.from_iterable(rows)):
            flat = np.fromiter(chain.from_iterable(rows), np.float64, count=len(rows) * width)
            return flat.reshape(len(rows), width)
    except (TypeError, ValueError, OverflowError):
        pass
    raise first_fault(rows, dims) or ValidationError("invalid_points", "points must be a list of rows of numbers")


def _are_numbers(values: Iterable[Any]) -> bool:
    return all(map(_is_number_type, set(map(type, values))))


def _is_number_type(kind: type) -> bool:
    return issubclass(kind, (int, float, np.integer, np.floating)) and kind is not bool


def _is_row(row: Any) -> bool:
    if isinstance(row, np.ndarray):
        return bool(row.ndim == 1)
    return isinstance(row, Sequence) and not isinstance(row, (str, bytes, bytearray))


def _is_sound(value: Any) -> bool:
    return _is_number_type(type(value)) and bool(abs(value) <= COORDINATE_MAX)


def _width_error(rows: Sequence[Any], number: int, width: int | None) -> ValidationError:
    has = f"row {number} has {len(rows[number])} coordinates"
    if number > 0 and _is_row(rows[0]) and len(rows[0]) == width:
        return ValidationError("ragged_rows", f"{has}, the rows before it {width}", row=number)
    return ValidationError("dims_mismatch", f"{has}, the stream has {width or 'at least one'} dims", row=number)


def _value_error(value: Any, row: int, column: int) -> ValidationError:
    place = f"row {row}, column {column}"
    if not _is_number_type(type(value)):
        detail = f"{place}: {type(value).__name__} is not a number"
        return ValidationError("not_a_number", detail, row=row, column=column)
    if not isinstance(value, int) and not np.isfinite(value):
        return ValidationError("not_finite", f"{place}: {value} is not finite", row=row, column=column)
    # Not the value itself: an int may have any number of digits.
    return ValidationError("out_of_range", f"{place}: a coordinate is beyond 1e15", row=row, column=column)
