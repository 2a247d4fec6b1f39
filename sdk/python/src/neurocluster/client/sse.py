"""Server-sent events: a parser, and a subscription that knows where to go on. Nothing here sends or sleeps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import httpx

from . import calls
from .calls import Call, bad_answer
from .core import RetryPolicy
from .problems import error_of_transport
from .types import Event

#: Octets of one event at most: what goes on without an end is no event.
EVENT_BYTES_MAX = 2**20


class EventParser:
    """Octets in, events out, as the HTML standard reads a stream of events."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []
        self._id: str | None = None
        self.retry: float | None = None

    def feed(self, octets: bytes) -> Iterator[tuple[str | None, str]]:
        """Last id and data of each message that the octets complete; without data it is no event, but its id counts.

        Raises ValueError for a message that has no end.
        """
        # A carriage return at the end may be half of a line's end.
        text = self._rest + octets
        held = b"\r" if text.endswith(b"\r") else b""
        # Not str.splitlines: it would cut at characters that may stand in JSON.
        lines = text[: len(text) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop() + held
        for line in lines:
            if line:
                self._take(line.decode("utf-8", "replace"))
            else:
                yield self._id, "\n".join(self._data)
                self._data = []
        if len(self._rest) + sum(map(len, self._data)) > EVENT_BYTES_MAX:
            raise ValueError(f"an event is longer than {EVENT_BYTES_MAX} octets")

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isdecimal():
            self.retry = int(value) / 1000


class Subscription:
    """One iteration over the events of a stream, through as many connections as it takes."""

    def __init__(self, stream: str | None, after: int | None, policy: RetryPolicy) -> None:
        self._stream = stream
        self._last = after
        self._policy = policy
        self._failures = 0
        self._parser = EventParser()

    def call(self) -> Call[httpx.Response]:
        """The call that goes on after the last event that came."""
        # Half an event of the connection before is nothing to this one.
        retry, self._parser = self._parser.retry, EventParser()
        self._parser.retry = retry
        return calls.follow_events(self._stream, self._last)

    def receive(self, response: httpx.Response, octets: bytes) -> Iterator[Event]:
        """The events that the octets complete. Raises ProcessingError for what is no event."""
        try:
            for number, data in self._parser.feed(octets):
                event = cast(Event, _object(data)) if data else None
                self._failures = 0
                if number is not None and number.isdecimal():
                    self._last = int(number)
                if event is not None:
                    yield event
        except ValueError as error:
            raise bad_answer(response, f"is no stream of events: {error}") from error

    def lose(self, reason: httpx.TransportError | None) -> float:
        """Seconds to wait before the next connection. Raises ConnectionError where the tries are used up.

        Args:
            reason: how the connection was lost; None: the server ended its answer, which is no failure.
        """
        self._failures += 1
        if reason is not None and self._failures > self._policy.retries:
            raise error_of_transport(reason) from reason
        return self._policy.wait(self._failures, self._parser.retry)


def _object(data: str) -> dict[str, Any]:
    event = json.loads(data)
    if not isinstance(event, dict):
        raise ValueError("an event is no object")
    return event
