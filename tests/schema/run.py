"""Holds a real server to its own description.

Starts the server on a free port, checks that /openapi.json is OpenAPI 3.1, and has schemathesis ask for every operation
with data that fits the schemas and with data that does not: no answer may be a 5xx, have a status, a media type, a head or
a body that is not described, take what the schema refuses or refuse what it takes.

    python3 tests/schema/run.py deno|bun [--seed N] [--examples N]
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["schemathesis==4.32.5", "openapi-spec-validator==0.9.0"]
COMMANDS = {"deno": "npx -y deno@2.9.6 task serve", "bun": "npx -y bun@1.4.5 src/hosts/bun.ts"}
ENDING = ["delete_v1_streams_name", "post_auth_logout"]
ADMIN = {"username": "admin", "password": "admin123"}


def tools() -> Path:
    """The folder of an environment that has the packages; made once."""
    folder = ROOT / "build" / "schema"
    stamp = folder / "packages.txt"
    if not stamp.exists() or stamp.read_text() != "\n".join(PACKAGES):
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin" / "pip", "install", "-q", *PACKAGES], check=True)
        stamp.write_text("\n".join(PACKAGES))
    return folder / "bin"


def start(runtime: str, folder: Path) -> tuple[subprocess.Popen, dict]:
    """The server, and what it says when it listens: url and pid. It keeps its data and its log in the folder."""
    environment = {**os.environ, "PORT": "0", "DATA_DIR": str(folder / "data"), "RATE_LIMIT_PER_MINUTE": "0"}
    log = folder / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            COMMANDS[runtime].split(), cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    while server.poll() is None:
        for line in log.read_text().splitlines():
            if '"listening"' in line:
                return server, json.loads(line)
        time.sleep(0.1)
    raise SystemExit(f"the server ended with {server.returncode}: {log.read_text()}")


def sign_in(url: str) -> str:
    """The token of an administrator, who may do everything that is described."""
    body = "&".join(f"{name}={value}" for name, value in ADMIN.items()).encode()
    with urllib.request.urlopen(f"{url}/auth/login", body) as answer:
        return json.load(answer)["access_token"]


def validate(bin_folder: Path, url: str, folder: Path) -> None:
    document = folder / "openapi.json"
    with urllib.request.urlopen(f"{url}/openapi.json") as answer:
        document.write_bytes(answer.read())
    subprocess.run([bin_folder / "openapi-spec-validator", "--schema", "3.1", document], check=True)


def fuzz(bin_folder: Path, url: str, token: str, options: list[str], folder: Path) -> int:
    here = Path(__file__).parent
    environment = {**os.environ, "NCS_TOKEN": token, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(here)}
    command = [
        bin_folder / "schemathesis", "--config-file", here / "schemathesis.toml", "run", f"{url}/openapi.json",
        "--mode", "all", *options,
    ]
    return subprocess.run(command, cwd=folder, env=environment).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runtime", choices=COMMANDS)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--examples", type=int, default=int(os.environ.get("NCS_SCHEMA_EXAMPLES", 30)))
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}", flush=True)
    bin_folder = tools()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server, said = start(wanted.runtime, folder)
        try:
            validate(bin_folder, said["url"], folder)
            options = ["--seed", str(wanted.seed), "--max-examples", str(wanted.examples)]
            # What ends the session or the stream that all others need is asked for alone, and afterwards.
            apart = [part for name in ENDING for part in ("--exclude-operation-id", name)]
            passes = [apart, *(["--include-operation-id", name] for name in ENDING)]
            tokens = [sign_in(said["url"]) for _ in passes]
            return max(fuzz(bin_folder, said["url"], token, [*options, *asked], folder) for token, asked in zip(tokens, passes))
        finally:
            # npx starts the server as a child of its own: the one that listens says its pid.
            os.kill(said["pid"], signal.SIGTERM)
            server.wait(15)


if __name__ == "__main__":
    sys.exit(main())
