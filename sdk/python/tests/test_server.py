"""The client and the real server, started from the checkout; what both say is held against a stream in this process."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
import uuid

import numpy as np
import pytest
from conftest import KEY, PASSWORD

import neurocluster
from neurocluster import AsyncClient, Client, RetryPolicy
from neurocluster.local import Stream


def test_the_server_is_healthy(client):
    health = client.health()
    assert (health["status"], health["algorithm_ready"]) == ("healthy", True)
    assert "algorithm" in health["components"]


def test_lists_and_arrays_get_the_labels_of_a_stream_in_this_process(client, name, blobs):
    points, local = blobs(3000), Stream(3)
    results = client.process_points(points[:1000].tolist(), stream=name, layers=True)
    expected = local.learn(points[:1000], layers=True)
    assert [result.cluster_id for result in results] == expected.ids.tolist()
    assert [result.input_point for result in results] == points[:1000].tolist()
    assert [result.is_outlier for result in results] == expected.is_outlier.tolist()
    assert np.float32([result.outlier_score for result in results]).tolist() == expected.outlier_scores.tolist()
    assert np.float32([result.similarity for result in results]).tolist() == expected.similarities.tolist()
    assert np.float32([r.layers["temporal"] for r in results]).tolist() == expected.layers.temporal.tolist()
    short = client.process_points(points[1000:2000].tolist(), stream=name, ids_only=True)
    assert short.tolist() == local.learn(points[1000:2000]).ids.tolist()
    octets = client.process_points(points[2000:], stream=name)
    assert octets.tolist() == local.learn(points[2000:].astype(np.float32)).ids.tolist()
    assert client.algorithm_status(stream=name)["total_points_processed"] == 3000


def test_assign_learns_nothing(client, name, blobs):
    client.process_points(blobs(500), stream=name)
    points = blobs(100)
    first, again = client.assign(points, stream=name), client.assign(points.tolist(), stream=name, ids_only=True)
    assert first.tolist() == again.tolist() and set(first.tolist()) == {0, 1, 2}
    assert client.algorithm_status(stream=name)["total_points_processed"] == 500


def test_the_summary_is_that_of_a_stream_in_this_process(client, name, blobs):
    points, local = blobs(2000), Stream(3)
    client.process_points(points[:2000].tolist(), stream=name, ids_only=True)
    local.learn(points)
    summary, clusters = client.clusters_summary(stream=name), local.clusters()
    assert summary["num_active_clusters"] == len(clusters) == 3
    for told, cluster in zip(summary["clusters"], clusters, strict=True):
        assert told["cluster_id"] == cluster.id and told["center"] == cluster.center.tolist()
        assert (told["size"], told["radius"], told["confidence"]) == (cluster.size, cluster.radius, cluster.health.score)
    assert [c["cluster_id"] for c in client.clusters_summary(stream=name, cluster_id=1)["clusters"]] == [1]
    assert len(client.clusters_summary(stream=name, limit=2, offset=1)["clusters"]) == 2


def test_what_the_server_refuses_has_the_code_and_the_place_that_a_local_stream_gives(client, name):
    client.process_points([[1.0, 2.0, 3.0]], stream=name)
    for points in ([[1.0, 2.0]], [[1.0, 2.0, 3.0], [1.0]], [[1.0, None, 3.0]], [[1, 2, 1e16]], [5], []):
        with pytest.raises(neurocluster.ValidationError) as here:
            Stream(3).learn(points)
        with pytest.raises(neurocluster.ValidationError) as there:
            client.process_points(points, stream=name)
        assert (there.value.code, there.value.row, there.value.column) == (
            here.value.code,
            here.value.row,
            here.value.column,
        )
        assert there.value.status == 422
        assert there.value.request_id and there.value.errors
    assert client.algorithm_status(stream=name)["total_points_processed"] == 1


def test_streams_are_made_listed_and_changed(client):
    name = f"s{uuid.uuid4().hex[:12]}"
    made = client.create_stream(name, dims=4, parameters={"max_clusters": 5, "scaling": "standard"})
    assert (made["name"], made["dims"], made["parameters"]["max_clusters"]) == (name, 4, 5)
    assert name in [stream["name"] for stream in client.list_streams()]
    with pytest.raises(neurocluster.ConflictError):
        client.create_stream(name)
    client.update_stream(name, {"outlier_threshold": 0.25})
    parameters = client.get_stream(name)["parameters"]
    assert (parameters["outlier_threshold"], parameters["max_clusters"]) == (0.25, 5)
    with pytest.raises(neurocluster.NotFoundError):
        client.get_stream("never_made")


def test_who_may_not_is_told_so(client, server, name):
    for act in (lambda: client.snapshot(stream=name), lambda: client.delete_stream(name)):
        with pytest.raises(neurocluster.PermissionDeniedError):
            act()
    with Client(server.url) as stranger, pytest.raises(neurocluster.AuthenticationError):
        stranger.list_streams()


def test_a_deleted_stream_is_gone(admin, name):
    admin.delete_stream(name)
    with pytest.raises(neurocluster.NotFoundError):
        admin.get_stream(name)


def test_snapshots_go_between_server_and_process(admin, name, blobs):
    points, local = blobs(1500).astype(np.float32), Stream(3)
    admin.process_points(points, stream=name)
    local.learn(points)
    assert admin.snapshot(stream=name) == local.snapshot()
    later = blobs(500).astype(np.float32)
    local.learn(later)
    admin.restore(local.snapshot(), stream=name)
    assert admin.snapshot(stream=name) == local.snapshot()
    other = Stream(3)
    other.learn(blobs(700) + 500.0)
    admin.merge(other.snapshot(), stream=name)
    local.merge(other.snapshot())
    assert admin.snapshot(stream=name) == local.snapshot()


def test_a_damaged_snapshot_is_a_snapshot_error_there_too(admin, name, blobs):
    admin.process_points(blobs(100), stream=name)
    damaged = bytearray(admin.snapshot(stream=name))
    damaged[200] ^= 1
    for give in (admin.restore, admin.merge):
        with pytest.raises(neurocluster.SnapshotError) as refused:
            give(bytes(damaged), stream=name)
        assert refused.value.code == "snapshot_damaged"


def test_a_write_whose_answers_are_lost_is_learned_once(client, server, name, blobs):
    points = blobs(200)
    with Lossy(server.url, lose=2) as lossy:
        with Client(lossy.url, api_key=KEY, retry=RetryPolicy(retries=3, wait_first=0.01)) as through:
            ids = through.process_points(points, stream=name)
        assert lossy.lost == 2
    assert client.algorithm_status(stream=name)["total_points_processed"] == 200
    assert ids.tolist() == Stream(3).learn(points.astype(np.float32)).ids.tolist()


def test_asyncio_calls_run_at_once(server, blobs):
    batches = {f"a{i}{uuid.uuid4().hex[:8]}": blobs(300) for i in range(8)}

    async def run():
        async with AsyncClient(server.url, api_key=KEY) as other:
            await asyncio.gather(*(other.create_stream(name) for name in batches))
            calls = (other.process_points(points, stream=name) for name, points in batches.items())
            return await asyncio.gather(*calls)

    for points, ids in zip(batches.values(), asyncio.run(run()), strict=True):
        assert ids.tolist() == Stream(3).learn(points.astype(np.float32)).ids.tolist()


def test_events_are_those_of_a_stream_in_this_process(client, name, blobs):
    points, local = blobs(1000).astype(np.float32), Stream(3)
    client.process_points(points, stream=name)
    local.learn(points)
    expected = [(event.sequence, event.type, event.point) for event in local.events()]
    followed = list(itertools.islice(client.events(stream=name, after=0), len(expected)))
    assert [(event["sequence"], event["type"], event["point"]) for event in followed] == expected
    page = client.list_events(stream=name, limit=2)
    assert [event["sequence"] for event in page["events"]] == [1, 2]
    rest = client.list_events(stream=name, after=page["next_after"])["events"]
    assert [event["sequence"] for event in rest] == [event[0] for event in expected[2:]]


def test_sessions_and_keys(admin, server, name, blobs):
    assert admin.me()["name"] == "admin"
    key = admin.create_api_key(f"k{uuid.uuid4().hex[:8]}", ["read"], streams=[name])
    assert key["id"] in [listed["id"] for listed in admin.list_api_keys()]
    with Client(server.url, api_key=key["api_key"]) as reader:
        reader.algorithm_status(stream=name)
        with pytest.raises(neurocluster.PermissionDeniedError):
            reader.process_points(blobs(10), stream=name)
    admin.delete_api_key(key["id"])
    with Client(server.url, api_key=key["api_key"]) as reader, pytest.raises(neurocluster.AuthenticationError):
        reader.algorithm_status(stream=name)
    with Client(server.url) as stranger:
        with pytest.raises(neurocluster.AuthenticationError):
            stranger.login("admin", "wrong")
        stranger.login("admin", PASSWORD)
        # An access token that the server does not know: the session is renewed, and the call goes through.
        stranger._core.access_token = "expired"
        stranger.algorithm_status(stream=name)
        stranger.logout()
        with pytest.raises(neurocluster.AuthenticationError):
            stranger.me()


class Lossy:
    """Hands requests on to a server and loses its first answers: the server has learned, the client does not know."""

    def __init__(self, url: str, lose: int) -> None:
        self._to = ("127.0.0.1", int(url.rsplit(":", 1)[1]))
        self._lose, self.lost = lose, 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self):
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)

    def _serve(self):
        while True:
            try:
                near, _ = self._socket.accept()
            except OSError:
                return
            with near, socket.create_connection(self._to) as far:
                up = threading.Thread(target=self._hand_on, args=(near, far), daemon=True)
                up.start()
                while octets := far.recv(65536):
                    if self.lost < self._lose:
                        self.lost += 1
                        break
                    near.sendall(octets)
                near.shutdown(socket.SHUT_RDWR)
                up.join(10)

    @staticmethod
    def _hand_on(near, far):
        try:
            while octets := near.recv(65536):
                far.sendall(octets)
            far.shutdown(socket.SHUT_WR)
        except OSError:
            pass
