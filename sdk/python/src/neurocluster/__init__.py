"""NeuroCluster Streamer in Python.

`neurocluster.local` clusters in this process; `Client` and `AsyncClient` talk to a server. The same points give the
same labels either way. All errors are a tree under `NeuroClusterError`, drawn in `neurocluster.errors`.
"""

from importlib.metadata import version as _version

from .client import AsyncClient, Client, PointResult, RetryPolicy
from .errors import (
    AuthenticationError,
    ClosedError,
    ConflictError,
    ConnectionError,
    Fault,
    NeuroClusterError,
    NotFoundError,
    PermissionDeniedError,
    ProcessingError,
    RateLimitError,
    SnapshotError,
    TimeoutError,
    ValidationError,
)

__version__ = _version("neurocluster")

__all__ = [
    "AsyncClient",
    "AuthenticationError",
    "Client",
    "ClosedError",
    "ConflictError",
    "ConnectionError",
    "Fault",
    "NeuroClusterError",
    "NotFoundError",
    "PermissionDeniedError",
    "PointResult",
    "ProcessingError",
    "RateLimitError",
    "RetryPolicy",
    "SnapshotError",
    "TimeoutError",
    "ValidationError",
]
