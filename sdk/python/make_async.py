"""Writes the client for asyncio out of the blocking one: one client to read and to change. Run it after a change."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent / "src" / "neurocluster" / "client"
SOURCE, TARGET = HERE / "blocking.py", HERE / "asyncio_client.py"

#: In order: pattern, replacement.
RULES = (
    (r'\A"""The client:.*?"""', '"""The client for asyncio. Made by make_async.py out of blocking.py: change that."""'),
    (r"import threading\nimport time\n", "import asyncio\n"),
    (r"import Iterator,", "import AsyncIterator,"),
    (r"\bIterator\[", "AsyncIterator["),
    (r"\bclass Client\b", "class AsyncClient"),
    (r"-> Client:", "-> AsyncClient:"),
    (r"httpx\.Client\(", "httpx.AsyncClient("),
    (r"threading\.Lock", "asyncio.Lock"),
    (r"time\.sleep\(", "await asyncio.sleep("),
    (r"    def (?!__init__)", "    async def "),
    (r"__(enter|exit)__", r"__a\1__"),
    (r"self\.close\(\)", "await self.close()"),
    (r"self\.(_call|_drive|_act)\(", r"await self.\1("),
    (r"self\._http\.send\(", "await self._http.send("),
    (r"(self\._http|response)\.close\(\)", r"await \1.aclose()"),
    (r"response\.read\(\)", "await response.aread()"),
    (r"for octets in response\.iter_bytes", "async for octets in response.aiter_bytes"),
    (r"with self\._renewing", "async with self._renewing"),
)


def make(source: str) -> str:
    """The client for asyncio."""
    for pattern, replacement in RULES:
        source, count = re.subn(pattern, replacement, source, flags=re.DOTALL)
        if count == 0:
            raise ValueError(f"nothing in {SOURCE.name} is {pattern!r} any more")
    return source


if __name__ == "__main__":
    TARGET.write_text(make(SOURCE.read_text()))
