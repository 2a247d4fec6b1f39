"""What the tests share: seeded points, the real server, and a server that does what a script says."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from scripted import ScriptedServer

from neurocluster import Client

CHECKOUT = Path(__file__).resolve().parents[3]
DENO = ["npx", "-y", "deno@2.9.6"]
COMMANDS = {
    "deno": [*DENO, "task", "serve"],
    "bun": ["npx", "-y", "bun@1.4.5", "src/hosts/bun.ts"],
}
SEED = int(os.environ.get("NCS_TEST_SEED", "20261125"))
# What a development server knows: the placeholder of the documentation's snippets, which may write, and its password.
KEY, PASSWORD = "YOUR_API_KEY", "admin123"


def pytest_report_header() -> str:
    return f"NCS_TEST_SEED={SEED}: each test's numbers come from it and from the test's name"


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    return np.random.default_rng([SEED, zlib.crc32(request.node.name.encode())])


@pytest.fixture
def blobs(rng: np.random.Generator) -> Callable[..., np.ndarray]:
    """Makes points round three far centres, shape (n, dims)."""

    def make(points: int, dims: int = 3) -> np.ndarray:
        clusters = rng.integers(0, 3, points)
        # Centres that differ in every coordinate, so that any dims tell them apart.
        centres = 20.0 * (1 + (np.arange(3)[:, None] + np.arange(dims)) % 3)
        return centres[clusters] + rng.normal(size=(points, dims))

    return make


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


class Server:
    """The real server as a process, on a free port of the loopback interface."""

    def __init__(self, data: Path, runtime: str = "deno", **also: str) -> None:
        environment = {**os.environ, "PORT": "0", "NO_COLOR": "1", "DATA_DIR": str(data), **also}
        self._process = subprocess.Popen(
            COMMANDS[runtime],
            cwd=CHECKOUT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        line = {}
        while line.get("message") != "listening":
            line = json.loads(self._lines.get(timeout=90))
        self.url, self.pid = line["url"], line["pid"]

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def stop(self, signal: int = 15) -> None:
        os.kill(self.pid, signal)
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("data"))
    yield server
    server.stop()


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """A client of the real server that may write."""
    with Client(server.url, api_key=KEY) as client:
        yield client


@pytest.fixture
def admin(server: Server) -> Iterator[Client]:
    """A client of the real server, signed in as its administrator."""
    with Client(server.url) as client:
        client.login("admin", PASSWORD)
        yield client


@pytest.fixture
def name(request: pytest.FixtureRequest, client: Client) -> str:
    """A stream of the test's own on the real server."""
    name = f"t{zlib.crc32(request.node.name.encode())}"
    client.create_stream(name)
    return name
