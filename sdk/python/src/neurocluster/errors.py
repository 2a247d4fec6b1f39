"""Every error of the package: one tree, for streams in this process and for those of a server.

NeuroClusterError             code, detail; row, column; status, errors, request_id where a server answered
├── ValidationError           what was given is refused: points, options, a request (400, 413, 415, 422); a ValueError
│   └── SnapshotError         octets that are no sound snapshot of such a stream: snapshot_*
├── AuthenticationError       not signed in, or the credentials are wrong (401)
├── PermissionDeniedError     signed in, but not allowed to (403)
├── NotFoundError             no such stream, key or path (404, 405, 410)
├── ConflictError             the state of things does not allow it, a name is taken (409)
├── RateLimitError            too many requests (429); retry_after in seconds
├── ProcessingError           the other side failed (5xx), answered against its contract, or the kernel did: a bug
├── ClosedError               the stream was closed
└── ConnectionError           no whole answer came; a builtins.ConnectionError
    └── TimeoutError          none came in time; a builtins.TimeoutError

Codes are stable: they are never renamed or given another meaning.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "AuthenticationError",
    "ClosedError",
    "ConflictError",
    "ConnectionError",
    "Fault",
    "NeuroClusterError",
    "NotFoundError",
    "PermissionDeniedError",
    "ProcessingError",
    "RateLimitError",
    "SnapshotError",
    "TimeoutError",
    "ValidationError",
]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a request: where, as a JSON pointer into its body or as a parameter's name, and why."""

    detail: str
    code: str | None = None
    pointer: str | None = None
    parameter: str | None = None


class NeuroClusterError(Exception):
    """Whatever goes wrong. The stream is then as it was before the call, unless the class says otherwise.

    Attributes:
        code: a word for programs, such as ``dims_mismatch``.
        detail: what and where, for people.
        row, column: the place in the batch that is at fault, from 0; None where it is not a place.
        status: the HTTP status; None where no server answered.
        title, type: of the problem document (RFC 9457).
        errors: each fault that the server found.
        request_id: under which the server's log has the request.
        retry_after: seconds after which the server wants to be asked again.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        row: int | None = None,
        column: int | None = None,
        status: int | None = None,
        title: str | None = None,
        type: str | None = None,
        errors: Sequence[Fault] = (),
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.row = row
        self.column = column
        self.status = status
        self.title = title
        self.type = type
        self.errors = tuple(errors)
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        asked = f" [request {self.request_id}]" if self.request_id else ""
        return f"{self.detail} ({self.code}){asked}"


class ValidationError(NeuroClusterError, ValueError):
    """What was given is refused; nothing of it was learned."""


class SnapshotError(ValidationError):
    """Octets that are no snapshot, are damaged or cut short, or are of a stream with other parameters."""


class AuthenticationError(NeuroClusterError):
    """Not signed in, signed out, or the credentials are wrong."""


class PermissionDeniedError(NeuroClusterError):
    """The credentials do not reach this far: another scope or stream."""


class NotFoundError(NeuroClusterError):
    """No such stream, key or path."""


class ConflictError(NeuroClusterError):
    """The state of things does not allow it."""


class RateLimitError(NeuroClusterError):
    """Too many requests, and the tries are used up or the wait is too long: `retry_after` says how long."""


class ProcessingError(NeuroClusterError):
    """The server or the kernel failed. Whether a write was carried out is not known."""


class ClosedError(NeuroClusterError):
    """The stream was closed."""


class ConnectionError(NeuroClusterError, builtins.ConnectionError):  # noqa: A001
    """The server was not reached, or it left before its answer was whole."""


class TimeoutError(ConnectionError, builtins.TimeoutError):  # noqa: A001
    """The server did not answer in time."""
