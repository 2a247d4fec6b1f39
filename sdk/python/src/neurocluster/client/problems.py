"""Errors out of answers (RFC 9457 problem documents) and out of what httpx raises."""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from .. import errors
from ..errors import Fault, NeuroClusterError

_CLASSES: dict[int, type[NeuroClusterError]] = {
    400: errors.ValidationError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    405: errors.NotFoundError,
    409: errors.ConflictError,
    410: errors.NotFoundError,
    413: errors.ValidationError,
    415: errors.ValidationError,
    422: errors.ValidationError,
    429: errors.RateLimitError,
}

#: /points/ROW or /points/ROW/COLUMN.
_PLACE = re.compile(r"/points/(\d+)(?:/(\d+))?\Z")


def error_of(response: httpx.Response) -> NeuroClusterError:
    """The error for an answer from 400 on; its body must have been read."""
    document = _document(response)
    status = response.status_code
    code = _text(document.get("code")) or f"http_{status}"
    faults = [_fault(entry) for entry in document.get("errors") or [] if isinstance(entry, dict)]
    place = _PLACE.match(faults[0].pointer or "") if faults else None
    kind = _CLASSES.get(status, errors.ProcessingError)
    if code.startswith("snapshot_") and kind is errors.ValidationError:
        kind = errors.SnapshotError
    return kind(
        code,
        _text(document.get("detail")) or f"{response.request.method} {response.request.url.path} answered {status}",
        row=int(place[1]) if place else None,
        column=int(place[2]) if place and place[2] else None,
        status=status,
        title=_text(document.get("title")),
        type=_text(document.get("type")),
        errors=faults,
        request_id=_text(document.get("request_id")) or response.headers.get("x-request-id"),
        retry_after=retry_after_of(response),
    )


def error_of_transport(reason: httpx.TransportError) -> NeuroClusterError:
    """The error for a request that got no whole answer."""
    what = str(reason) or type(reason).__name__
    if isinstance(reason, httpx.TimeoutException):
        return errors.TimeoutError("timeout", f"no answer in time: {what}")
    return errors.ConnectionError("connection", f"no whole answer came: {what}")


def retry_after_of(response: httpx.Response) -> float | None:
    """Seconds that Retry-After asks for, given in seconds or as a date; None where it says nothing that can be read."""
    text = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        document = response.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _fault(entry: dict[str, Any]) -> Fault:
    texts = {name: _text(entry.get(name)) for name in ("code", "pointer", "parameter")}
    return Fault(_text(entry.get("detail")) or "", **texts)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
