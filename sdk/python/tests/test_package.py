"""The package: a wheel with the kernel inside, types that hold, one client written once."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from conftest import CHECKOUT

import neurocluster
from neurocluster.local import Stream

ROOT = CHECKOUT / "sdk" / "python"
KERNEL = CHECKOUT / "build" / "ncs.wasm"
PIP = ["-m", "pip", "--disable-pip-version-check", "--no-input"]

USE = """
import json, sys
import neurocluster
client_alone = "wasmtime" not in sys.modules
import neurocluster.local, neurocluster.local.kernel as kernel
stream = neurocluster.local.Stream(2)
ids = stream.learn([[0.0, 0.0]] * 50 + [[9.0, 9.0]] * 50).ids.tolist()
missing = {}
for name in ("NeuroCluster", "NeuroClusterRiver"):
    try:
        getattr(neurocluster.local, name)
    except ImportError as error:
        missing[name] = str(error)
loaded = [name for name in ("sklearn", "river", "pandas") if name in sys.modules]
print(json.dumps([ids, str(kernel.kernel_file()), missing, loaded, client_alone, neurocluster.__version__]))
"""


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300, **options).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, *PIP, "wheel", "--no-deps", "-w", str(folder), str(ROOT))
    (wheel,) = folder.iterdir()
    return wheel


def test_a_wheel_has_the_built_kernel_the_types_and_the_licence_inside(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert archive.read("neurocluster/ncs.wasm") == KERNEL.read_bytes()
    assert "neurocluster/py.typed" in names
    assert any(name.endswith("LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests", "src")) or "make_async" in name]
    assert wheel.name == f"neurocluster-{neurocluster.__version__}-py3-none-any.whl"


def test_a_wheel_works_in_an_empty_environment_and_asks_for_what_is_missing_by_name(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    # numpy, wasmtime and httpx come along as the wheel asks for them, at the versions tested here.
    pins = tmp_path / "pins.txt"
    pins.write_text("\n".join(f"{name}=={version(name)}" for name in ("numpy", "wasmtime", "httpx")))
    run(python, *PIP, "install", "-q", "-c", str(pins), str(wheel))
    answer = run(python, "-I", "-c", USE, cwd=tmp_path)
    ids, kernel, missing, loaded, client_alone, number = json.loads(answer)
    assert ids == Stream(2).learn([[0.0, 0.0]] * 50 + [[9.0, 9.0]] * 50).ids.tolist()
    assert set(ids) >= {0, 1}
    assert Path(kernel).is_relative_to(tmp_path)
    assert missing == {
        "NeuroCluster": "NeuroCluster needs scikit-learn 1.6 or later: pip install 'neurocluster[sklearn]'",
        "NeuroClusterRiver": "NeuroClusterRiver needs River: pip install 'neurocluster[river]'",
    }
    assert loaded == [] and client_alone
    assert number == neurocluster.__version__


def test_a_build_without_a_kernel_says_how_to_build_it(tmp_path):
    shutil.copytree(ROOT, tmp_path / "sdk" / "python", ignore=shutil.ignore_patterns(".*", "__pycache__", "tests"))
    command = [sys.executable, *PIP, "wheel", "--no-deps", "-w", str(tmp_path), str(tmp_path / "sdk" / "python")]
    failed = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert failed.returncode != 0
    assert "npx -y deno@2.9.6 task build" in failed.stdout + failed.stderr


def test_the_version_is_that_of_the_product():
    product = re.search(r'VERSION = "(.+?)"', (CHECKOUT / "src" / "version.ts").read_text())
    assert product and product[1] == neurocluster.__version__


def test_the_asyncio_client_is_what_make_async_writes():
    scope = {"__file__": str(ROOT / "make_async.py"), "__name__": "make_async"}
    exec((ROOT / "make_async.py").read_text(), scope)
    assert scope["make"](scope["SOURCE"].read_text()) == scope["TARGET"].read_text()


def test_types_hold_strictly():
    run(sys.executable, "-m", "mypy", cwd=ROOT)


def test_a_caller_sees_the_types(tmp_path):
    caller = tmp_path / "caller.py"
    caller.write_text(
        "import numpy as np\n"
        "from neurocluster import AsyncClient, Client\n"
        "client = Client()\n"
        "reveal_type(client.process_points([[1.0]])[0].cluster_id)\n"
        "reveal_type(client.process_points([[1.0]], ids_only=True).dtype)\n"
        "reveal_type(client.assign(np.ones((1, 1))).dtype)\n"
        "reveal_type(client.create_stream('s')['dims'])\n"
        "client.process_points()\n"
        "async def f(client: AsyncClient) -> None:\n"
        "    reveal_type(await client.process_points([[1.0]]))\n"
    )
    # The package's own options, so that what is known of numpy is not worked out again.
    command = [sys.executable, "-m", "mypy", str(caller)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=ROOT).stdout
    for kind in ('"int"', '"int | None"', '"list[neurocluster.client.types.PointResult]"'):
        assert kind in told, told
    assert len(re.findall(r'Revealed type is ".*dtype\[.*signedinteger\[.*_32Bit\]\]"', told)) == 2
    assert told.count(": error:") == 1 and "call-overload" in told
