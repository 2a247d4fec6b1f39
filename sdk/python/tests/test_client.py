"""The clients: what they send, what they make of answers, and what they do when things go wrong. All on real sockets."""

from __future__ import annotations

import asyncio
import inspect
import io
import itertools
import json
import time
from email.utils import formatdate
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest
from scripted import Answer

import neurocluster
from neurocluster import AsyncClient, Client, RetryPolicy
from neurocluster.client.sse import EventParser

QUICK = RetryPolicy(retries=3, wait_first=0.01, wait_most=0.02)
RESULT = {"input_point": [1.0, 2.0], "cluster_id": 4, "is_outlier": False, "outlier_score": 0.25, "similarity": 0.5}


class Awaited:
    """AsyncClient with the face of Client, so that every claim is made of both."""

    def __init__(self, *arguments, **options):
        self._loop = asyncio.new_event_loop()
        self._client = AsyncClient(*arguments, **options)

    def __getattr__(self, name):
        method = getattr(self._client, name)
        if inspect.isasyncgenfunction(method):
            return lambda *a, **k: self._iterate(method(*a, **k))
        return lambda *a, **k: self._loop.run_until_complete(method(*a, **k))

    def _iterate(self, events):
        try:
            while True:
                yield self._loop.run_until_complete(anext(events))
        finally:
            self._loop.run_until_complete(events.aclose())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._loop.run_until_complete(self._client.close())
        self._loop.close()


@pytest.fixture(params=[Client, Awaited], ids=["blocking", "asyncio"])
def connect(request, scripted):
    """Makes a client of the scripted server."""
    clients = []

    def make(**options):
        clients.append(request.param(scripted.url, **{"retry": QUICK, **options}))
        return clients[-1]

    yield make
    for client in clients:
        client.__exit__(None, None, None)


def test_both_clients_have_the_same_verbs():
    def verbs(kind):
        return {name: list(inspect.signature(member).parameters) for name, member in vars(kind).items()
                if callable(member) and not name.startswith("_")}

    assert verbs(Client) == verbs(AsyncClient)
    assert len(verbs(Client)) == 22


def test_rows_go_as_json_and_results_come_back(connect, scripted):
    scripted.answers(Answer(document=[RESULT, {**RESULT, "cluster_id": -1, "layers": {"geometric": 1.0}}]))
    first, second = connect().process_points([[1.0, 2.0], (3, np.float32(4.5))], layers=True)
    asked = scripted.asked[0]
    assert (asked.method, asked.path) == ("POST", "/api/v1/process_points?include=layers")
    assert asked.headers["content-type"] == "application/json"
    assert asked.document == {"points": [[1.0, 2.0], [3, 4.5]]}
    assert (first.input_point, first.cluster_id, first.is_outlier) == ([1.0, 2.0], 4, False)
    assert (first.outlier_score, first.similarity, first.layers) == (0.25, 0.5, None)
    assert (second.cluster_id, second.layers) == (-1, {"geometric": 1.0})


def test_ids_alone_can_be_asked_for(connect, scripted):
    scripted.answers(Answer(document={"cluster_ids": [0, -1, 7]}))
    ids = connect().process_points([[1.0], [2.0], [3.0]], ids_only=True)
    assert scripted.asked[0].path == "/api/v1/process_points?detail=ids"
    assert (ids.dtype, ids.tolist()) == (np.int32, [0, -1, 7])


@pytest.mark.parametrize("kind", [np.float64, np.float32, ">f4", np.int16, "frame"])
def test_arrays_and_frames_go_as_little_endian_singles(connect, scripted, kind):
    scripted.answers(Answer(octets=np.array([3, -1], "<i4").tobytes()))
    values = np.array([[1, 2, 3], [4, 5, 6]])
    points = pd.DataFrame(values, columns=list("abc")) if kind == "frame" else np.asfortranarray(values.astype(kind))
    ids = connect().process_points(points)
    asked = scripted.asked[0]
    assert (asked.path, asked.headers["content-type"]) == ("/api/v1/process_points?dims=3", "application/octet-stream")
    np.testing.assert_array_equal(np.frombuffer(asked.body, "<f4").reshape(2, 3), values)
    assert (ids.dtype, ids.tolist()) == (np.int32, [3, -1])
    ids[0] = 9  # The caller's own, not a view of the answer.


@pytest.mark.parametrize(
    ("points", "code", "row", "column"),
    [
        ([[1.0, float("nan")]], "not_finite", 0, 1),
        ([[1.0, 2.0], [1.0, object()]], "not_a_number", 1, 1),
        (np.array([[1.0, 1e39]]), "out_of_range", 0, 1),
        (np.zeros(3), "invalid_points", None, None),
        (np.zeros((0, 3)), "empty_batch", None, None),
        (np.array([["a"]]), "not_a_number", 0, 0),
    ],
)
def test_points_that_cannot_be_sent_are_refused_here_by_the_same_codes(connect, scripted, points, code, row, column):
    with pytest.raises(neurocluster.ValidationError) as refused:
        connect().process_points(points)
    assert (refused.value.code, refused.value.row, refused.value.column) == (code, row, column)
    assert scripted.asked == []


VERBS = [
    (lambda c: c.assign([[1.0]], stream="a/b"), "POST", "/api/v1/streams/a%2Fb/assign", [RESULT]),
    (lambda c: c.process_points([[1.0]], stream="s"), "POST", "/api/v1/streams/s/process_points", [RESULT]),
    (lambda c: c.clusters_summary(), "GET", "/api/v1/clusters_summary", {}),
    (lambda c: c.clusters_summary(min_size=2.5, limit=3), "GET", "/api/v1/clusters_summary?min_size=2.5&limit=3", {}),
    (lambda c: c.algorithm_status(stream="s"), "GET", "/api/v1/streams/s/algorithm_status", {}),
    (lambda c: c.health(), "GET", "/health", {}),
    (lambda c: c.me(), "GET", "/auth/me", {}),
    (lambda c: c.list_streams(), "GET", "/api/v1/streams", {"streams": []}),
    (lambda c: c.create_stream("s", dims=3, parameters={"max_clusters": 5}), "POST", "/api/v1/streams", {}),
    (lambda c: c.get_stream("s"), "GET", "/api/v1/streams/s", {}),
    (lambda c: c.update_stream("s", {"scaling": "standard"}), "PATCH", "/api/v1/streams/s", {}),
    (lambda c: c.delete_stream("s"), "DELETE", "/api/v1/streams/s", None),
    (lambda c: c.snapshot(), "GET", "/api/v1/streams/default/snapshot", None),
    (lambda c: c.restore(b"octets", stream="s"), "POST", "/api/v1/streams/s/snapshot", {}),
    (lambda c: c.merge(b"octets"), "POST", "/api/v1/streams/default/merge", {}),
    (lambda c: c.list_events(after=4, limit=2), "GET", "/api/v1/streams/default/events?after=4&limit=2", {}),
    (lambda c: c.create_api_key("k", ["read"], streams=["s"], expires_in_days=9), "POST", "/auth/api-keys", {}),
    (lambda c: c.list_api_keys(), "GET", "/auth/api-keys", {"api_keys": []}),
    (lambda c: c.delete_api_key("k"), "DELETE", "/auth/api-keys/k", None),
]
BODIES = {
    "/api/v1/streams": {"name": "s", "dims": 3, "parameters": {"max_clusters": 5}},
    "/api/v1/streams/s": {"parameters": {"scaling": "standard"}},
    "/auth/api-keys": {"name": "k", "scopes": ["read"], "streams": ["s"], "expires_in_days": 9},
}


@pytest.mark.parametrize(("verb", "method", "path", "answer"), VERBS, ids=[f"{m} {p}" for _, m, p, _ in VERBS])
def test_a_verb_asks_for_its_path_and_every_write_has_a_key(connect, scripted, verb, method, path, answer):
    scripted.answers(Answer(document=answer))
    verb(connect(api_key="secret"))
    (asked,) = scripted.asked
    assert (asked.method, asked.path) == (method, path)
    assert ("idempotency-key" in asked.headers) == (method != "GET")
    assert asked.headers.get("x-api-key") == (None if path == "/health" else "secret")
    if method in ("POST", "PATCH") and path in BODIES:
        assert asked.document == BODIES[path]
    if b"octets" in asked.body:
        assert asked.headers["content-type"] == "application/octet-stream"


def test_octets_of_a_snapshot_come_as_they_are(connect, scripted):
    scripted.answers(Answer(octets=b"NCS1\x00\xff"))
    assert connect().snapshot() == b"NCS1\x00\xff"


def test_an_unhealthy_server_is_an_answer_too(connect, scripted):
    scripted.answers(Answer(503, {"status": "unhealthy", "components": {}}))
    assert connect().health()["status"] == "unhealthy"
    assert len(scripted.asked) == 1


# Signing in


def test_login_sends_a_form_and_its_token_goes_along(connect, scripted):
    tokens = {"access_token": "A", "refresh_token": "R", "token_type": "bearer", "expires_in": 900}
    scripted.answers(Answer(document=tokens), Answer(document={}), Answer(204, octets=b""), Answer(document={}))
    client = connect()
    assert client.login("admin", "p&ss=word") == tokens
    client.algorithm_status()
    client.logout()
    client.algorithm_status()
    login, with_token, logout, without = scripted.asked
    assert login.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(login.body.decode()) == {"username": ["admin"], "password": ["p&ss=word"]}
    assert with_token.headers["authorization"] == "Bearer A"
    assert (logout.path, logout.document) == ("/auth/logout", {"refresh_token": "R"})
    assert "authorization" not in without.headers


def test_a_session_that_expired_is_renewed_once_and_the_same_write_goes_again(connect, scripted):
    expired = Answer(401, {"code": "token_expired", "detail": "the token has expired"})
    scripted.answers(
        Answer(document={"access_token": "A", "refresh_token": "R"}),
        expired,
        Answer(document={"access_token": "B", "refresh_token": "S"}),
        Answer(document={"cluster_ids": [0]}),
    )
    client = connect()
    client.login("admin", "x")
    assert client.process_points([[1.0]], ids_only=True).tolist() == [0]
    _, first, refresh, second = scripted.asked
    assert (refresh.path, refresh.document) == ("/auth/refresh", {"refresh_token": "R"})
    assert second.headers["authorization"] == "Bearer B"
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


def test_a_session_that_cannot_be_renewed_ends_in_an_authentication_error(connect, scripted):
    refused = Answer(401, {"code": "invalid_token", "detail": "no"})
    scripted.answers(Answer(document={"access_token": "A", "refresh_token": "R"}), refused, refused, refused)
    client = connect()
    client.login("admin", "x")
    for asked in (3, 4):
        with pytest.raises(neurocluster.AuthenticationError):
            client.algorithm_status()
        assert len(scripted.asked) == asked


def test_a_server_that_refuses_the_renewed_session_too_is_believed(connect, scripted):
    granted, refused = Answer(document={"access_token": "A", "refresh_token": "R"}), Answer(401, {"code": "unauthorized"})
    scripted.answers(granted, refused, granted, refused, [granted, refused] * 5)
    client = connect()
    client.login("admin", "x")
    with pytest.raises(neurocluster.AuthenticationError):
        client.algorithm_status()
    assert len(scripted.asked) == 4


def test_calls_at_once_share_one_renewal(scripted):
    expired = Answer(401, {"code": "token_expired"}, delay=0.2)
    renewed = Answer(document={"access_token": "B", "refresh_token": "S"}, delay=0.2)
    scripted.answers(Answer(document={"access_token": "A", "refresh_token": "R"}), [expired] * 3, renewed)
    scripted.answers([Answer(document={})] * 3)

    async def run():
        async with AsyncClient(scripted.url, retry=QUICK) as client:
            await client.login("admin", "x")
            await asyncio.gather(*(client.algorithm_status() for _ in range(3)))

    asyncio.run(run())
    assert [asked.path for asked in scripted.asked].count("/auth/refresh") == 1


# Errors


PROBLEM = {
    "type": "urn:ncs:problem:ragged_rows",
    "title": "The points differ in their number of dimensions",
    "status": 422,
    "detail": "row 1 has 2 coordinates, the rows before it 3",
    "code": "ragged_rows",
    "request_id": "r-1",
    "errors": [
        {"pointer": "/points/1", "code": "ragged_rows", "detail": "row 1 has 2 coordinates, the rows before it 3"},
        {"pointer": "/points/4/2", "code": "not_a_number", "detail": "row 4, column 2: null is not a number"},
    ],
}


def test_a_problem_document_is_an_error_with_all_that_it_says(connect, scripted):
    scripted.answers(Answer(422, PROBLEM))
    with pytest.raises(neurocluster.ValidationError) as refused:
        connect().process_points([[1.0, 2.0, 3.0]])
    error = refused.value
    assert (error.code, error.status, error.title, error.type) == ("ragged_rows", 422, PROBLEM["title"], PROBLEM["type"])
    assert (error.row, error.column, error.request_id) == (1, None, "r-1")
    assert [(fault.pointer, fault.code) for fault in error.errors] == [
        ("/points/1", "ragged_rows"),
        ("/points/4/2", "not_a_number"),
    ]
    assert str(error) == "row 1 has 2 coordinates, the rows before it 3 (ragged_rows) [request r-1]"
    assert len(scripted.asked) == 1


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalid_json", neurocluster.ValidationError),
        (401, "invalid_credentials", neurocluster.AuthenticationError),
        (403, "scope", neurocluster.PermissionDeniedError),
        (404, "stream_not_found", neurocluster.NotFoundError),
        (409, "stream_exists", neurocluster.ConflictError),
        (413, "body_too_large", neurocluster.ValidationError),
        (422, "snapshot_damaged", neurocluster.SnapshotError),
        (500, "internal", neurocluster.ProcessingError),
    ],
)
def test_each_status_has_its_class_and_is_not_asked_twice(connect, scripted, status, code, kind):
    scripted.answers(Answer(status, {"code": code, "detail": "why"}))
    with pytest.raises(neurocluster.NeuroClusterError) as refused:
        connect().get_stream("s")
    assert (type(refused.value), refused.value.code, refused.value.status) == (kind, code, status)
    assert len(scripted.asked) == 1


@pytest.mark.parametrize("octets", [b"<html>", b"[1]", b"null", b'{"errors": [3], "code": 5}'])
def test_an_error_that_is_no_problem_document_is_one_all_the_same(connect, scripted, octets):
    scripted.answers(Answer(404, octets=octets, headers={"x-request-id": "r-2"}))
    with pytest.raises(neurocluster.NotFoundError) as refused:
        connect().algorithm_status()
    assert (refused.value.code, refused.value.request_id) == ("http_404", "r-2")


@pytest.mark.parametrize(
    ("verb", "octets"),
    [
        (lambda c: c.process_points([[1.0]]), b"<html>"),
        (lambda c: c.process_points([[1.0]]), b'[{"cluster_id": 1}]'),
        (lambda c: c.process_points([[1.0]]), b"3"),
        (lambda c: c.process_points([[1.0]], ids_only=True), b"{}"),
        (lambda c: c.process_points(np.ones((1, 1))), b"abc"),
        (lambda c: c.list_streams(), b"[]"),
    ],
)
def test_an_answer_against_the_contract_is_a_processing_error(connect, scripted, verb, octets):
    scripted.answers(Answer(octets=octets))
    with pytest.raises(neurocluster.ProcessingError) as refused:
        verb(connect())
    assert refused.value.code == "invalid_answer"


# Trying again


@pytest.mark.parametrize(
    "failure",
    [
        Answer(drop=0),
        Answer(octets=b'{"cluster_ids": [0', drop=10),
        Answer(502, {}),
        Answer(503, {"code": "unavailable"}),
        Answer(504, {}),
        Answer(408, {}),
        Answer(429, {"code": "rate_limited"}),
        Answer(409, {"code": "in_progress"}, headers={"retry-after": "0"}),
    ],
    ids=["drop", "drop half way", "502", "503", "504", "408", "429", "409 with Retry-After"],
)
def test_what_passes_is_tried_again_as_the_same_write(connect, scripted, failure):
    scripted.answers([failure] * 3, Answer(document={"cluster_ids": [5]}))
    assert connect().process_points([[1.0]], ids_only=True).tolist() == [5]
    assert len(scripted.asked) == 4
    assert len({asked.headers["idempotency-key"] for asked in scripted.asked}) == 1
    assert len({asked.body for asked in scripted.asked}) == 1


def test_two_writes_have_two_keys(connect, scripted):
    scripted.answers([Answer(document={"cluster_ids": [0]})] * 2)
    client = connect()
    for _ in range(2):
        client.process_points([[1.0]], ids_only=True)
    assert scripted.asked[0].headers["idempotency-key"] != scripted.asked[1].headers["idempotency-key"]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (Answer(drop=0), neurocluster.ConnectionError),
        (Answer(503, {}), neurocluster.ProcessingError),
        (Answer(429, {}, headers={"retry-after": "0"}), neurocluster.RateLimitError),
    ],
)
def test_tries_come_to_an_end(connect, scripted, failure, kind):
    scripted.answers([failure] * 10)
    with pytest.raises(kind):
        connect().algorithm_status()
    assert len(scripted.asked) == 1 + QUICK.retries


def test_retry_after_is_waited_for(connect, scripted):
    scripted.answers(Answer(429, {}, headers={"retry-after": "0.4"}), Answer(document={}))
    began = time.monotonic()
    connect().algorithm_status()
    assert 0.4 <= time.monotonic() - began < 3


def test_retry_after_may_be_a_date(connect, scripted):
    scripted.answers(
        Answer(503, {}, headers={"retry-after": formatdate(time.time() + 2, usegmt=True)}), Answer(document={})
    )
    began = time.monotonic()
    connect().algorithm_status()
    assert 0.9 <= time.monotonic() - began < 5


def test_a_server_that_wants_to_be_left_alone_for_long_is_not_waited_for(connect, scripted):
    scripted.answers(Answer(429, {"code": "rate_limited"}, headers={"retry-after": "3600"}))
    with pytest.raises(neurocluster.RateLimitError) as refused:
        connect().algorithm_status()
    assert refused.value.retry_after == 3600
    assert len(scripted.asked) == 1


@pytest.mark.parametrize("verb", [lambda c: c.login("admin", "wrong"), lambda c: c.create_api_key("k", ["read"])])
def test_what_would_do_harm_twice_is_not_tried_again(connect, scripted, verb):
    scripted.answers([Answer(429, {}, headers={"retry-after": "0"})] * 2)
    with pytest.raises(neurocluster.RateLimitError):
        verb(connect())
    assert len(scripted.asked) == 1


def test_what_was_deleted_by_a_try_whose_answer_was_lost_is_deleted(connect, scripted):
    gone = Answer(404, {"code": "stream_not_found", "detail": "no stream s"})
    scripted.answers(Answer(drop=0), gone, gone)
    client = connect()
    client.delete_stream("s")
    with pytest.raises(neurocluster.NotFoundError):
        client.delete_stream("s")


def test_waits_are_a_random_share_of_what_doubles():
    policy = RetryPolicy(wait_first=1.0, wait_most=8.0)
    for tries, most in ((1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 8.0), (500, 8.0)):
        waits = [policy.wait(tries, None) for _ in range(300)]
        assert 0 <= min(waits) < 0.1 * most and 0.9 * most < max(waits) <= most
        assert 5 <= min(policy.wait(tries, 5.0) for _ in range(50))


def test_a_server_that_does_not_answer_in_time_is_a_timeout(connect, scripted):
    scripted.answers([Answer(document={}, delay=5.0)] * 2)
    began = time.monotonic()
    with pytest.raises(neurocluster.TimeoutError) as refused:
        connect(timeout=0.2, retry=RetryPolicy(retries=1, wait_first=0.01)).algorithm_status()
    assert time.monotonic() - began < 3
    assert isinstance(refused.value, TimeoutError) and isinstance(refused.value, neurocluster.ConnectionError)
    assert len(scripted.asked) == 2


def test_a_server_that_is_not_there_is_a_connection_error(scripted):
    scripted.__exit__()
    with Client(scripted.url, retry=QUICK) as client, pytest.raises(neurocluster.ConnectionError) as refused:
        client.health()
    assert isinstance(refused.value, ConnectionError) and refused.value.status is None


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://", ""])
def test_a_base_url_that_is_none_is_refused(url):
    with pytest.raises(ValueError, match="base_url must be an http or https URL"):
        Client(url)


def test_a_base_url_may_have_a_path(scripted):
    scripted.answers(Answer(document={}))
    with Client(scripted.url + "/ncs/") as client:
        client.health()
    assert scripted.asked[0].path == "/ncs/health"


# Events


def sse(*events, tail=b""):
    lines = io.StringIO()
    for number, kind in events:
        document = json.dumps({"sequence": number, "type": kind})
        lines.write(f"id: {number}\nevent: {kind}\ndata: {document}\n\n")
    return lines.getvalue().encode() + tail


def stream(octets, **more):
    return Answer(octets=octets, headers={"content-type": "text/event-stream"}, **more)


def take(events, count):
    taken = [next(events) for _ in range(count)]
    events.close()
    return taken


def test_events_go_on_after_the_last_one_wherever_the_connection_is_lost(connect, scripted):
    half = sse((3, "moved"))
    scripted.answers(
        stream(sse((1, "born"), (2, "born"))),  # ended by the server
        stream(half, drop=len(half) - 1),  # lost inside an event: it comes again
        Answer(drop=0),
        Answer(503, {}),
        stream(b"retry: 20\nid: 2\n\n"),  # no event, and nothing to go back for
        stream(b": still here\r\n\r\n" + sse((3, "moved"), (4, "died")).replace(b"\n", b"\r\n")),
    )
    events = take(connect().events(stream="s", after=0), 4)
    assert [(event["sequence"], event["type"]) for event in events] == [
        (1, "born"),
        (2, "born"),
        (3, "moved"),
        (4, "died"),
    ]
    assert [asked.headers.get("last-event-id") for asked in scripted.asked] == ["0", "2", "2", "2", "2", "2"]
    assert {asked.headers["accept"] for asked in scripted.asked} == {"text/event-stream"}
    assert {urlsplit(asked.path).path for asked in scripted.asked} == {"/api/v1/streams/s/events"}


def test_events_without_a_beginning_are_those_from_now_on(connect, scripted):
    scripted.answers(stream(sse((8, "drift"))))
    assert take(connect().events(), 1)[0]["type"] == "drift"
    assert "last-event-id" not in scripted.asked[0].headers


def test_an_id_without_an_event_says_where_to_go_on(connect, scripted):
    scripted.answers(stream(b"retry: 10\nid: 41\n\n"), stream(sse((42, "died"))))
    assert take(connect().events(), 1)[0]["sequence"] == 42
    assert [asked.headers.get("last-event-id") for asked in scripted.asked] == [None, "41"]


def test_data_may_have_any_character_and_more_than_one_line(connect, scripted):
    octets = 'id:5\ndata: {"sequence": 5,\ndata:  "type": "\u2028\x85é"}\n\n'.encode()
    scripted.answers(stream(octets))
    assert take(connect().events(), 1) == [{"sequence": 5, "type": "\u2028\x85é"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_messages_are_the_same_however_their_octets_are_cut(rng, end):
    lines = [": beat", "", "id: 1", "data: one", "data:two", "", "retry: 1500", "id:", "", "data", "", "data:\u00e9", "", ""]
    octets = end.join(lines).encode()
    whole = [message for message in EventParser().feed(octets + b"\n") if message[1]]
    assert [data for _, data in whole] == ["one\ntwo", "\u00e9"]
    for cuts in ([*range(len(octets))], *(sorted(rng.integers(0, len(octets), 5).tolist()) for _ in range(50))):
        parser, found = EventParser(), []
        for start, stop in itertools.pairwise([0, *cuts, len(octets)]):
            found += parser.feed(octets[start:stop])
        found += parser.feed(b"\n")
        assert [message for message in found if message[1]] == whole, cuts
        assert parser.retry == 1.5


def test_events_of_a_stream_that_is_not_there_end_in_an_error(connect, scripted):
    scripted.answers(Answer(404, {"code": "stream_not_found", "detail": "no stream s"}))
    with pytest.raises(neurocluster.NotFoundError):
        next(connect().events(stream="s"))


def test_events_of_a_server_that_keeps_leaving_end_in_an_error(connect, scripted):
    scripted.answers([stream(sse((1, "born"))[:-1] + b"padding", drop=5)] * 20)
    with pytest.raises(neurocluster.ConnectionError):
        next(connect().events())
    assert len(scripted.asked) == 1 + QUICK.retries


@pytest.mark.parametrize("octets", [b"data: no json\n\n", b"data: 3\n\n", b"data: " + b"x" * 2**21])
def test_what_is_no_event_is_a_processing_error(connect, scripted, octets):
    scripted.answers(stream(octets))
    with pytest.raises(neurocluster.ProcessingError):
        next(connect().events())
