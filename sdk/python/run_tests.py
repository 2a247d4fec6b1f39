"""Makes a virtual environment in build/python, installs the package and what its tests need, and runs them all.

Arguments go to pytest. The environment is made anew where what it holds has changed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "build" / "python"
PYTHON = FOLDER / "bin" / "python"
REQUIREMENTS, PROJECT, STAMP = HERE / "tests" / "requirements.txt", HERE / "pyproject.toml", FOLDER / "stamp"


def contents() -> str:
    """What the environment depends on."""
    return hashlib.sha256(REQUIREMENTS.read_bytes() + PROJECT.read_bytes() + sys.version.encode()).hexdigest()


def install() -> None:
    """Makes the environment; its stamp is written last, so that half an environment is none."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    venv.create(FOLDER, with_pip=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*pip, "-r", REQUIREMENTS, "-e", HERE], check=True)
    STAMP.write_text(contents())


def main() -> int:
    if sys.version_info < (3, 10):
        print(f"Python 3.10 or later is needed, this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    if not STAMP.exists() or STAMP.read_text() != contents():
        install()
    return subprocess.run([PYTHON, "-m", "pytest", *sys.argv[1:]], cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
