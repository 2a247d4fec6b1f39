"""Every call of the API as a value: what is sent, and how its answer is read. Nothing here sends."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote, urlencode

import httpx
import numpy as np
from numpy.typing import NDArray

from ..errors import ProcessingError, ValidationError
from ..points import Points, first_fault, to_array
from .types import (
    AlgorithmStatus,
    ApiKey,
    ClustersSummary,
    EventPage,
    PointResult,
    Scope,
    ServerHealth,
    StreamInfo,
    Tokens,
)

T = TypeVar("T")

_OCTETS, _JSON, _FORM = "application/octet-stream", "application/json", "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Call(Generic[T]):
    """A request, whoever sends it, and the reader of its answer.

    Attributes:
        path: below the server's base URL, query included.
        is_signed: whether credentials go along.
        retries: None: as many as the client has.
        accepts: a status from 400 on that is an answer all the same.
        is_streamed: whether the reader gets the answer before its body has come.
    """

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_signed: bool = True
    retries: int | None = None
    accepts: int | None = None
    is_streamed: bool = False


def read_json(response: httpx.Response) -> Any:
    """The answer's document. Raises ProcessingError invalid_answer."""
    try:
        return response.json()
    except ValueError as error:
        raise bad_answer(response, "is not JSON") from error


def read_octets(response: httpx.Response) -> bytes:
    """The answer's octets."""
    return response.content


def read_nothing(response: httpx.Response) -> None:
    """For answers that say nothing but that it is done."""


def bad_answer(response: httpx.Response, why: str) -> ProcessingError:
    """The error for an answer against the contract: something else than the service may have answered."""
    detail = f"the answer to {response.request.method} {response.request.url.path} {why}"
    return ProcessingError("invalid_answer", detail, status=response.status_code)


def label(
    verb: str, points: Points, *, stream: str | None, layers: bool, ids_only: bool
) -> Call[Any]:
    """process_points or assign: arrays and frames go as octets, lists of rows as JSON; read as PointResults or as ids."""
    path = _stream_path(stream, verb)
    if isinstance(points, (list, tuple)):
        query = {"include": "layers" if layers else None, "detail": "ids" if ids_only else None}
        content, headers = _points_json(points), _write_headers(_JSON)
        if ids_only:
            return Call("POST", _with_query(path, query), _read_id_list, content, headers)
        return Call("POST", _with_query(path, query), _read_results, content, headers)
    if layers:
        raise ValidationError("invalid_parameter", "layers are for lists of rows: an array is answered by ids alone")
    array = to_array(points)
    octets = np.ascontiguousarray(_as_single(array)).tobytes()
    path = _with_query(path, {"dims": array.shape[1]})
    return Call("POST", path, _read_id_octets, octets, _write_headers(_OCTETS))


def clusters_summary(stream: str | None, query: Mapping[str, Any]) -> Call[ClustersSummary]:
    return Call("GET", _with_query(_stream_path(stream, "clusters_summary"), query), read_json)


def algorithm_status(stream: str | None) -> Call[AlgorithmStatus]:
    return Call("GET", _stream_path(stream, "algorithm_status"), read_json)


def health() -> Call[ServerHealth]:
    """An unhealthy server answers 503 with the same document."""
    return Call("GET", "/health", read_json, is_signed=False, accepts=503)


def list_streams() -> Call[list[StreamInfo]]:
    return Call("GET", "/api/v1/streams", _list_reader("streams"))


def create_stream(name: str, dims: int | None, parameters: Mapping[str, Any] | None) -> Call[StreamInfo]:
    return _write("POST", "/api/v1/streams", {"name": name, "dims": dims, "parameters": parameters})


def get_stream(name: str) -> Call[StreamInfo]:
    return Call("GET", _stream_path(name), read_json)


def update_stream(name: str, parameters: Mapping[str, Any]) -> Call[StreamInfo]:
    return _write("PATCH", _stream_path(name), {"parameters": parameters})


def delete_stream(name: str) -> Call[None]:
    return Call("DELETE", _stream_path(name), read_nothing, headers=_write_headers(None))


def snapshot(stream: str | None) -> Call[bytes]:
    return Call("GET", _own_path(stream, "snapshot"), read_octets)


def give_snapshot(verb: str, octets: bytes, stream: str | None) -> Call[None]:
    """restore (verb snapshot) or merge."""
    return Call("POST", _own_path(stream, verb), read_nothing, bytes(octets), _write_headers(_OCTETS))


def list_events(stream: str | None, after: int | None, limit: int | None) -> Call[EventPage]:
    path = _with_query(_own_path(stream, "events"), {"after": after, "limit": limit})
    return Call("GET", path, read_json, headers={"accept": _JSON})


def follow_events(stream: str | None, last: int | None) -> Call[httpx.Response]:
    """The server-sent events after number `last`; None: from now on."""
    headers = {"accept": "text/event-stream", "cache-control": "no-store"}
    if last is not None:
        headers["last-event-id"] = str(last)
    return Call("GET", _own_path(stream, "events"), lambda response: response, headers=headers, is_streamed=True)


def create_api_key(
    name: str, scopes: Sequence[Scope], streams: Sequence[str] | None, expires_in_days: int | None
) -> Call[ApiKey]:
    """Not tried again: each try might make a key, and the secret of one whose answer was lost is lost as well."""
    body = {"name": name, "scopes": list(scopes), "streams": None if streams is None else list(streams)}
    return replace(_write("POST", "/auth/api-keys", {**body, "expires_in_days": expires_in_days}), retries=0)


def list_api_keys() -> Call[list[ApiKey]]:
    return Call("GET", "/auth/api-keys", _list_reader("api_keys"))


def delete_api_key(key_id: str) -> Call[None]:
    return Call("DELETE", f"/auth/api-keys/{quote(key_id, safe='')}", read_nothing, headers=_write_headers(None))


def login(username: str, password: str) -> Call[Tokens]:
    """Not tried again: failed tries are limited."""
    content = urlencode({"username": username, "password": password}).encode()
    headers = {"content-type": _FORM}
    return Call("POST", "/auth/login", read_json, content, headers, is_signed=False, retries=0)


def refresh(refresh_token: str) -> Call[Tokens]:
    """Not tried again: a refresh token that was used may be good no more."""
    content = _dump({"refresh_token": refresh_token})
    headers = {"content-type": _JSON}
    return Call("POST", "/auth/refresh", read_json, content, headers, is_signed=False, retries=0)


def logout(refresh_token: str | None) -> Call[None]:
    body = {"refresh_token": refresh_token} if refresh_token else {}
    return Call("POST", "/auth/logout", read_nothing, _dump(body), {"content-type": _JSON}, retries=0)


def me() -> Call[dict[str, Any]]:
    return Call("GET", "/auth/me", read_json)


def _write(method: str, path: str, body: Mapping[str, Any]) -> Call[Any]:
    content = _dump({name: value for name, value in body.items() if value is not None})
    return Call(method, path, read_json, content, _write_headers(_JSON))


def _write_headers(media_type: str | None) -> dict[str, str]:
    """One key a call, made here once: every try of it is the same write."""
    key = {"idempotency-key": str(uuid.uuid4())}
    return key if media_type is None else {"content-type": media_type, **key}


def _stream_path(stream: str | None, *rest: str) -> str:
    """The plain paths are those of the stream `default`."""
    base = "/api/v1" if stream is None else f"/api/v1/streams/{quote(stream, safe='')}"
    return "/".join((base, *rest))


def _own_path(stream: str | None, verb: str) -> str:
    """Snapshots and events have no plain path."""
    return _stream_path("default" if stream is None else stream, verb)


def _with_query(path: str, query: Mapping[str, Any]) -> str:
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def _dump(document: Any) -> bytes:
    return json.dumps(document, allow_nan=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is not a number")


def _points_json(rows: Sequence[Any]) -> bytes:
    try:
        return _dump({"points": rows})
    except (ValueError, TypeError) as error:
        # JSON has no NaN: what the server could not read is told apart here, by the same codes.
        raise first_fault(rows) or ValidationError("invalid_points", str(error)) from error


def _as_single(array: NDArray[Any]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        single = array.astype("<f4", copy=False)
    # Beyond the range of float32 there is only infinity, which the server would refuse as if it had been given.
    beyond = np.isinf(single) & np.isfinite(array) if single is not array else np.zeros(0, bool)
    if beyond.any():
        row, column = (int(place) for place in np.argwhere(beyond)[0])
        detail = f"row {row}, column {column}: a coordinate is beyond 1e15"
        raise ValidationError("out_of_range", detail, row=row, column=column)
    return cast("NDArray[np.float32]", single)


def _read_results(response: httpx.Response) -> list[PointResult]:
    try:
        return [
            PointResult(
                result["input_point"],
                result["cluster_id"],
                result["is_outlier"],
                result["outlier_score"],
                result["similarity"],
                result.get("layers"),
            )
            for result in read_json(response)
        ]
    except (TypeError, KeyError, AttributeError) as error:
        raise bad_answer(response, "is no list of results") from error


def _read_id_list(response: httpx.Response) -> NDArray[np.int32]:
    try:
        return np.array(read_json(response)["cluster_ids"], np.int32)
    except (TypeError, KeyError, ValueError) as error:
        raise bad_answer(response, "has no cluster_ids") from error


def _read_id_octets(response: httpx.Response) -> NDArray[np.int32]:
    if len(response.content) % 4 != 0:
        raise bad_answer(response, "is not whole 32-bit ids")
    return np.frombuffer(response.content, "<i4").astype(np.int32)


def _list_reader(name: str) -> Callable[[httpx.Response], list[Any]]:
    def read(response: httpx.Response) -> list[Any]:
        document = read_json(response)
        if isinstance(document, dict) and isinstance(document.get(name), list):
            return cast("list[Any]", document[name])
        raise bad_answer(response, f"has no list {name}")

    return read
