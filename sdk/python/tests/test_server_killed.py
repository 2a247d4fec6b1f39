"""The client and real servers on both runtimes that are killed, drop connections, or refuse a while: nothing twice, nothing lost."""

from __future__ import annotations

import signal
import threading

import numpy as np
import pytest
from conftest import COMMANDS, KEY, Server

from neurocluster import Client, RateLimitError, RetryPolicy
from neurocluster.local import Stream

BATCHES, POINTS = 60, 50


@pytest.mark.parametrize("runtime", COMMANDS)
def test_every_point_is_learned_once_though_the_server_is_killed_in_the_middle(runtime, tmp_path, blobs):
    batches = [blobs(POINTS).astype(np.float32) for _ in range(BATCHES)]
    local = Stream(3)
    expected = [local.learn(batch).ids.tolist() for batch in batches]
    server = Server(tmp_path, runtime, RATE_LIMIT_PER_MINUTE="0")
    port = server.port
    killed: list[Server] = []

    def kill_and_start_again() -> None:
        server.stop(signal.SIGKILL)
        killed.append(Server(tmp_path, runtime, RATE_LIMIT_PER_MINUTE="0", PORT=str(port)))

    with Client(server.url, api_key=KEY, retry=RetryPolicy(retries=60, wait_first=0.05, wait_most=0.5)) as client:
        labels = [client.process_points(batch).tolist() for batch in batches[:20]]
        killer = threading.Thread(target=kill_and_start_again)
        killer.start()
        labels += [client.process_points(batch).tolist() for batch in batches[20:]]
        killer.join()
        assert labels == expected
        assert client.algorithm_status()["total_points_processed"] == BATCHES * POINTS
        client.login("admin", "admin123")
    with Client(killed[0].url) as admin:
        admin.login("admin", "admin123")
        assert admin.snapshot() == local.snapshot()
    killed[0].stop()


@pytest.mark.parametrize("runtime", COMMANDS)
def test_a_client_that_is_refused_for_a_while_waits_as_long_as_the_server_says(runtime, tmp_path, blobs, monkeypatch):
    server = Server(tmp_path, runtime, RATE_LIMIT_PER_MINUTE="5")
    waits: list[float] = []
    with Client(server.url, api_key=KEY, retry=RetryPolicy(retries=1, wait_first=0.1)) as client:
        # The window is a minute: how long it waits is seen, not waited.
        monkeypatch.setattr("neurocluster.client.blocking.time.sleep", waits.append)
        for _ in range(5):
            client.process_points(blobs(10))
        with pytest.raises(RateLimitError, match="requests a minute"):
            client.process_points(blobs(10))
    assert len(waits) == 1 and 1 <= waits[0] <= 61
    server.stop()
