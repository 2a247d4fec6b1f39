"""A server on a real socket that does what a script says, one entry a request: for what a sound server never does."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """What a request is answered with.

    Attributes:
        document: sent as JSON, unless octets are given.
        drop: leave without a word, or, with octets, after so many of them.
        delay: seconds before anything is said.
    """

    status: int = 200
    document: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    octets: bytes | None = None
    drop: int | None = None
    delay: float = 0.0


@dataclass
class Asked:
    """A request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class ScriptedServer:
    """Answers the requests in turn; what comes after the last entry gets 599."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._script: list[Answer] = []
        self._done = threading.Event()
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:
                    self.close_connection = True

            def do_GET(self) -> None:
                outer._answer(self)

            do_POST = do_PATCH = do_DELETE = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def answers(self, *script: Answer | Iterable[Answer]) -> None:
        for entry in script:
            self._script.extend([entry] if isinstance(entry, Answer) else entry)

    def __enter__(self) -> ScriptedServer:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        with self._lock:
            self.asked.append(Asked(handler.command, handler.path, headers, body))
            answer = self._script.pop(0) if self._script else Answer(599, {"code": "script_ended"})
        self._done.wait(answer.delay)
        octets = answer.octets if answer.octets is not None else json.dumps(answer.document).encode()
        if answer.drop is not None and answer.octets is None:
            return self._leave(handler)
        handler.send_response(answer.status)
        kind = "application/problem+json" if answer.status >= 400 else "application/json"
        for name, value in {"content-type": kind, "content-length": str(len(octets)), **answer.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(octets if answer.drop is None else octets[: answer.drop])
        handler.wfile.flush()
        if answer.drop is not None:
            self._leave(handler)
        return None

    @staticmethod
    def _leave(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)
