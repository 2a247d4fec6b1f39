"""The parameters of a stream: names, ranges, defaults; the same as everywhere else in the product."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from numbers import Integral, Real
from typing import Any, Literal

from ..errors import ValidationError

#: Dimensions that the kernel takes.
DIMS_MAX = 1024

SCALINGS = ("none", "standard")
_OPEN = {"base_threshold"}
_RANGES = {
    "max_clusters": (2, 256),
    "base_threshold": (0, 1),
    "learning_rate": (0.0001, 1),
    "outlier_threshold": (0, 1),
}


@dataclass(frozen=True)
class Options:
    """Parameters of a stream; none needs to be set.

    Attributes:
        max_clusters: most clusters reported. Integer, 2 to 256.
        base_threshold: similarity from which two groups are one cluster; higher gives more clusters. 0 < x < 1.
        learning_rate: share that a mature micro-cluster takes from its next point; sets the memory (half-life
            0.69 M / learning_rate points, M = max(128, 4 max_clusters)). 0.0001 to 1.
        outlier_threshold: outlier score from which a point is flagged. 0 to 1.
        scaling: ``standard``: each coordinate is divided by its running deviation; or ``none``.
    """

    max_clusters: int = 30
    base_threshold: float = 0.71
    learning_rate: float = 0.06
    outlier_threshold: float = 0.5
    scaling: Literal["none", "standard"] = "none"


def resolve_options(**given: Any) -> Options:
    """The options with the defaults filled in. Raises ValidationError invalid_option."""
    names = [field.name for field in fields(Options)]
    for name in given:
        if name not in names:
            raise ValidationError("invalid_option", f"unknown option {name}; there are {', '.join(names)}")
    return Options(**{name: _checked(name, value) for name, value in given.items()})


def check_dims(dims: Any) -> int:
    """Dims as an int. Raises ValidationError invalid_option unless they are an integer from 1 to 1024."""
    if not _is_integer(dims) or not 1 <= dims <= DIMS_MAX:
        raise ValidationError("invalid_option", f"dims must be an integer from 1 to {DIMS_MAX}, not {dims!r}")
    return int(dims)


def _checked(name: str, value: Any) -> Any:
    if name == "scaling":
        if isinstance(value, str) and value in SCALINGS:
            return str(value)
    elif name == "max_clusters":
        if _is_integer(value) and _is_inside(name, value):
            return int(value)
    elif _is_number(value) and math.isfinite(value) and _is_inside(name, value):
        return float(value)
    raise ValidationError("invalid_option", f"{name} must be {_describe(name)}, not {value!r}")


def _is_integer(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_inside(name: str, value: Any) -> bool:
    least, most = _RANGES[name]
    return bool(least < value < most if name in _OPEN else least <= value <= most)


def _describe(name: str) -> str:
    if name == "scaling":
        return " or ".join(SCALINGS)
    least, most = _RANGES[name]
    span = f"above {least} and below {most}" if name in _OPEN else f"from {least} to {most}"
    return f"{'an integer' if name == 'max_clusters' else 'a number'} {span}"
