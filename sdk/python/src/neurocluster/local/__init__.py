"""Streams in this process: the kernel in wasmtime, and its clusterers for scikit-learn and River.

`NeuroCluster` needs scikit-learn and `NeuroClusterRiver` needs River: each is imported when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .options import DIMS_MAX, Options
from .stream import EVENTS_WAITING_MAX, Stream
from .types import Assignment, Cluster, Health, Layers, Status, StreamEvent

if TYPE_CHECKING:
    from .estimator import NeuroCluster
    from .river import NeuroClusterRiver

__all__ = [
    "DIMS_MAX",
    "EVENTS_WAITING_MAX",
    "Assignment",
    "Cluster",
    "Health",
    "Layers",
    "NeuroCluster",
    "NeuroClusterRiver",
    "Options",
    "Status",
    "Stream",
    "StreamEvent",
]


def __getattr__(name: str) -> Any:
    if name == "NeuroCluster":
        from .estimator import NeuroCluster

        return NeuroCluster
    if name == "NeuroClusterRiver":
        from .river import NeuroClusterRiver

        return NeuroClusterRiver
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
