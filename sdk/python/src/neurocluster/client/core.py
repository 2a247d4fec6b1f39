"""What both clients do, without doing it: a flow yields each request and each wait, and is told what came of it.

So there is one implementation of retries and of signing in, and each client adds a loop that sends and sleeps.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import httpx

from ..errors import AuthenticationError, NeuroClusterError
from . import calls
from .calls import Call
from .problems import error_of, error_of_transport
from .types import Tokens

T = TypeVar("T")

#: Seconds without a sign of life after which a stream of events counts as lost.
IDLE = 60.0

#: Statuses after which the same request may be answered. 500 is not among them: a bug stays one.
_PASSING = {408, 425, 429, 502, 503, 504}


@dataclass(frozen=True)
class Send:
    """Send this; the flow is given the response, or has the httpx.TransportError thrown in.

    A streamed response is left to be read by whoever gets it; one that says no is read all the same.
    """

    request: httpx.Request
    is_streamed: bool = False


@dataclass(frozen=True)
class Sleep:
    """Wait so long."""

    seconds: float


@dataclass(frozen=True)
class Renew:
    """Renew the session, unless another call has done so since it had this access token."""

    stale: str


Step: TypeAlias = "Send | Sleep | Renew"
Flow: TypeAlias = "Generator[Step, httpx.Response | None, T]"


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how long to wait: full jitter, a random share of a wait that doubles.

    Attributes:
        retries: tries after the first.
        wait_first, wait_most: longest waits before the second try and before any, seconds.
        retry_after_most: a server that asks for more is not waited for, seconds.
    """

    retries: int = 4
    wait_first: float = 0.25
    wait_most: float = 8.0
    retry_after_most: float = 60.0

    def wait(self, tries: int, asked: float | None) -> float:
        """Seconds to wait after so many failed tries; what a server asks for is waited in full, the jitter on top."""
        return (asked or 0.0) + random.uniform(0.0, min(self.wait_most, self.wait_first * 2.0 ** min(tries - 1, 32)))


class Core:
    """The state of a client: where its server is and who it is there."""

    def __init__(
        self, base_url: str, api_key: str | None, token: str | None, timeout: float, policy: RetryPolicy
    ) -> None:
        self.base_url = httpx.URL(base_url.rstrip("/"))
        if self.base_url.scheme not in ("http", "https") or not self.base_url.host:
            raise ValueError(f"base_url must be an http or https URL, not {base_url!r}")
        self.policy = policy
        self._timeouts = httpx.Timeout(timeout).as_dict()
        self.access_token = token
        self.refresh_token: str | None = None
        self._api_key = api_key

    def keep(self, tokens: Tokens) -> None:
        """Remembers a session."""
        self.access_token = tokens["access_token"]
        self.refresh_token = tokens.get("refresh_token") or self.refresh_token

    def forget(self) -> None:
        """Forgets the session."""
        self.access_token = self.refresh_token = None

    def request(self, call: Call[T]) -> httpx.Request:
        """The request of a call, with the credentials of now."""
        headers = {"accept": "application/json, */*;q=0.5", "user-agent": "neurocluster-python", **call.headers}
        if call.is_signed and self.access_token:
            headers["authorization"] = f"Bearer {self.access_token}"
        elif call.is_signed and self._api_key:
            headers["x-api-key"] = self._api_key
        timeouts = dict(self._timeouts, read=IDLE) if call.is_streamed else self._timeouts
        url = f"{self.base_url}{call.path}"
        return httpx.Request(call.method, url, content=call.content, headers=headers, extensions={"timeout": timeouts})

    def run(self, call: Call[T]) -> Flow[T]:
        """A call from its first try to its answer. Raises NeuroClusterError."""
        retries = self.policy.retries if call.retries is None else call.retries
        tries, is_renewed, was_lost = 0, False, False
        while True:
            request, error = self.request(call), None
            tries += 1
            try:
                response = yield Send(request, call.is_streamed)
            except httpx.TransportError as reason:
                error, may_pass = error_of_transport(reason), is_passing(reason)
                error.__cause__, was_lost = reason, True
            else:
                assert response is not None
                if response.is_success or response.status_code == call.accepts:
                    return call.read(response)
                if response.status_code == 404 and call.method == "DELETE" and was_lost:
                    # The try whose answer was lost has done it.
                    return call.read(response)
                error, may_pass = error_of(response), is_passing(response)
            if isinstance(error, AuthenticationError) and call.is_signed and self.refresh_token and not is_renewed:
                # Refused before anything was done; this try does not count.
                tries, is_renewed = tries - 1, True
                yield Renew(request.headers.get("authorization", "").removeprefix("Bearer "))
                continue
            if not may_pass or tries > retries or (error.retry_after or 0.0) > self.policy.retry_after_most:
                raise error
            yield Sleep(self.policy.wait(tries, error.retry_after))

    def renew(self) -> Flow[None]:
        """Gives the refresh token for a new session. Raises AuthenticationError, and forgets the session then."""
        if self.refresh_token is None:
            raise AuthenticationError("not_signed_in", "there is no session to renew; log in")
        try:
            tokens = yield from self.run(calls.refresh(self.refresh_token))
        except AuthenticationError:
            self.forget()
            raise
        self.keep(tokens)


def is_passing(outcome: httpx.Response | httpx.TransportError) -> bool:
    """Whether another try may go better. All writes carry a key, so that none is carried out twice."""
    if isinstance(outcome, httpx.TransportError):
        return not isinstance(outcome, (httpx.UnsupportedProtocol, httpx.LocalProtocolError))
    # 409 with Retry-After: the same write is still under way.
    return outcome.status_code in _PASSING or (outcome.status_code == 409 and "retry-after" in outcome.headers)

