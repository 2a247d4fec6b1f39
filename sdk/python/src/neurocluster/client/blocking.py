"""The client: the verbs of a server, one request after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, TypeVar, overload

import httpx
import numpy as np
from numpy.typing import NDArray

from ..points import Arrays, Points, Rows
from . import calls
from .calls import Call
from .core import Core, Flow, Renew, RetryPolicy, Send, Sleep, Step
from .sse import Subscription
from .types import (
    AlgorithmStatus,
    ApiKey,
    ClustersSummary,
    Event,
    EventPage,
    Parameters,
    PointResult,
    Scope,
    ServerHealth,
    StreamInfo,
    Tokens,
)

T = TypeVar("T")


class Client:
    """The verbs of a NeuroCluster Streamer server.

    `stream` names the stream that a verb is for; None: the stream ``default``. A request that fails in passing is tried
    again, after what Retry-After asks for and a random wait; a write keeps its Idempotency-Key, so that it is carried
    out once however often it is sent. A session is renewed when its token expires.

    Args:
        base_url: such as ``http://localhost:8000``.
        api_key: a key, sent as X-API-Key.
        token: an access token, sent as a bearer; `login` gets one.
        timeout: seconds to connect, and without a sign of life from the server.
        retry: how often and how long to wait.

    Raises:
        ValueError: base_url is no http or https URL.

    Every verb raises an error of the tree in `neurocluster.errors`: AuthenticationError, PermissionDeniedError,
    NotFoundError, RateLimitError, ProcessingError, ConnectionError, TimeoutError, and for what it is given
    ValidationError.
    """

    def __init__(
        self,
        base_url: str = "http://localhost:8000",
        *,
        api_key: str | None = None,
        token: str | None = None,
        timeout: float = 30.0,
        retry: RetryPolicy = RetryPolicy(),
    ) -> None:
        self._core = Core(base_url, api_key, token, timeout, retry)
        self._http = httpx.Client()
        self._renewing = threading.Lock()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def login(self, username: str, password: str) -> Tokens:
        """Signs in; the tokens are kept, sent and renewed. Raises AuthenticationError, RateLimitError."""
        tokens = self._call(calls.login(username, password))
        self._core.keep(tokens)
        return tokens

    def logout(self) -> None:
        """Revokes the session, and forgets it whatever the server says."""
        try:
            self._call(calls.logout(self._core.refresh_token))
        finally:
            self._core.forget()

    def me(self) -> dict[str, Any]:
        """Who the server takes this client for."""
        return self._call(calls.me())

    @overload
    def process_points(
        self, points: Rows, *, stream: str | None = None, ids_only: Literal[True]
    ) -> NDArray[np.int32]: ...
    @overload
    def process_points(
        self,
        points: Rows,
        *,
        stream: str | None = None,
        layers: bool = False,
        ids_only: Literal[False] = False,
    ) -> list[PointResult]: ...
    @overload
    def process_points(
        self, points: Arrays, *, stream: str | None = None, ids_only: bool = False
    ) -> NDArray[np.int32]: ...
    def process_points(
        self, points: Points, *, stream: str | None = None, layers: bool = False, ids_only: bool = False
    ) -> Any:
        """Learns points in the order given and labels each as it arrives.

        Args:
            points: shape (n, dims), n >= 1. An array or a data frame goes as octets, in single precision; a list of rows
                goes as JSON.
            layers: a list is answered with the layers of the outlier score as well.
            ids_only: a list is answered by ids alone, as an array always is.

        Returns:
            A PointResult for each row of a list; else cluster ids, shape (n), int32, -1 where no cluster explains it.

        Raises:
            ValidationError: invalid_points, empty_batch, dims_mismatch, ragged_rows, not_a_number, not_finite,
                out_of_range, too_many_points, too_many_dims, body_too_large; nothing is learned then.
        """
        call = calls.label("process_points", points, stream=stream, layers=layers, ids_only=ids_only)
        return self._call(call)

    @overload
    def assign(
        self, points: Rows, *, stream: str | None = None, ids_only: Literal[True]
    ) -> NDArray[np.int32]: ...
    @overload
    def assign(
        self,
        points: Rows,
        *,
        stream: str | None = None,
        layers: bool = False,
        ids_only: Literal[False] = False,
    ) -> list[PointResult]: ...
    @overload
    def assign(self, points: Arrays, *, stream: str | None = None, ids_only: bool = False) -> NDArray[np.int32]: ...
    def assign(
        self, points: Points, *, stream: str | None = None, layers: bool = False, ids_only: bool = False
    ) -> Any:
        """Labels points without learning: the stream does not change. As `process_points` otherwise."""
        return self._call(calls.label("assign", points, stream=stream, layers=layers, ids_only=ids_only))

    def clusters_summary(
        self,
        *,
        stream: str | None = None,
        min_size: float | None = None,
        health_status: str | None = None,
        cluster_id: int | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> ClustersSummary:
        """The clusters of now: those of a size, a health or an id, at most `limit` from `offset` on."""
        wanted = {"min_size": min_size, "health_status": health_status, "cluster_id": cluster_id}
        return self._call(calls.clusters_summary(stream, {**wanted, "limit": limit, "offset": offset}))

    def algorithm_status(self, *, stream: str | None = None) -> AlgorithmStatus:
        """Measures of a stream and of the server's process."""
        return self._call(calls.algorithm_status(stream))

    def health(self) -> ServerHealth:
        """How the server is, of one that is unhealthy too."""
        return self._call(calls.health())

    def list_streams(self) -> list[StreamInfo]:
        """The streams of the server."""
        return self._call(calls.list_streams())

    def create_stream(
        self, name: str, *, dims: int | None = None, parameters: Parameters | None = None
    ) -> StreamInfo:
        """Makes a stream; dims None: its first batch fixes them. Raises ConflictError where the name is taken."""
        return self._call(calls.create_stream(name, dims, parameters))

    def get_stream(self, name: str) -> StreamInfo:
        """A stream by its name. Raises NotFoundError."""
        return self._call(calls.get_stream(name))

    def update_stream(self, name: str, parameters: Parameters) -> StreamInfo:
        """Changes parameters of a stream; those not named stay. Raises NotFoundError."""
        return self._call(calls.update_stream(name, parameters))

    def delete_stream(self, name: str) -> None:
        """Deletes a stream with all that belongs to it. Raises NotFoundError."""
        return self._call(calls.delete_stream(name))

    def snapshot(self, *, stream: str | None = None) -> bytes:
        """The whole state of a stream as octets, which `neurocluster.local.Stream` reads as well."""
        return self._call(calls.snapshot(stream))

    def restore(self, snapshot: bytes, *, stream: str | None = None) -> None:
        """Replaces the state of a stream by that of a snapshot. Raises SnapshotError."""
        return self._call(calls.give_snapshot("snapshot", snapshot, stream))

    def merge(self, snapshot: bytes, *, stream: str | None = None) -> None:
        """Merges the state of another stream of as many dims in. Raises SnapshotError."""
        return self._call(calls.give_snapshot("merge", snapshot, stream))

    def list_events(
        self, *, stream: str | None = None, after: int | None = None, limit: int | None = None
    ) -> EventPage:
        """Past events after number `after`, oldest first, at most `limit`."""
        return self._call(calls.list_events(stream, after, limit))

    def events(self, *, stream: str | None = None, after: int | None = None) -> Iterator[Event]:
        """Events as they come, after number `after` or from now on; wherever the connection is lost, on from the last.

        Ends only when its reader leaves; raises ConnectionError where the server cannot be reached again.
        """
        subscription = Subscription(stream, after, self._core.policy)
        while True:
            response = self._call(subscription.call())
            lost = None
            try:
                for octets in response.iter_bytes():
                    for event in subscription.receive(response, octets):
                        yield event
            except httpx.TransportError as reason:
                lost = reason
            finally:
                response.close()
            time.sleep(subscription.lose(lost))

    def create_api_key(
        self,
        name: str,
        scopes: Sequence[Scope],
        *,
        streams: Sequence[str] | None = None,
        expires_in_days: int | None = None,
    ) -> ApiKey:
        """Makes a key; its secret `api_key` is in the answer and never shown again.

        Args:
            scopes: read, write (and read), admin (all).
            streams: that it may touch; None: those of its maker.
            expires_in_days: 1 to 3650; None: with its maker, or never.
        """
        return self._call(calls.create_api_key(name, scopes, streams, expires_in_days))

    def list_api_keys(self) -> list[ApiKey]:
        """The keys, without their secrets."""
        return self._call(calls.list_api_keys())

    def delete_api_key(self, key_id: str) -> None:
        """Deletes a key. Raises NotFoundError."""
        return self._call(calls.delete_api_key(key_id))

    def _call(self, call: Call[T]) -> T:
        return self._drive(self._core.run(call))

    def _drive(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    response = self._act(step)
                except httpx.TransportError as reason:
                    step = flow.throw(reason)
                else:
                    step = flow.send(response)
        except StopIteration as end:
            answer: T = end.value
            return answer

    def _act(self, step: Step) -> httpx.Response | None:
        match step:
            case Send(request, is_streamed):
                response = self._http.send(request, stream=is_streamed)
                if is_streamed and not response.is_success:
                    response.read()
                return response
            case Sleep(seconds):
                time.sleep(seconds)
            case Renew(stale):
                with self._renewing:
                    if self._core.access_token == stale:
                        self._drive(self._core.renew())
        return None
