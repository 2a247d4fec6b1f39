"""Puts the built kernel into the wheel and the source distribution; builds it where a checkout has none yet."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILD = ["npx", "-y", "deno@2.9.6", "task", "build"]
INSIDE = "neurocluster/ncs.wasm"


class KernelHook(BuildHookInterface[Any]):
    """Includes the kernel of the checkout; a source distribution has it among its sources already."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        # An editable install finds the checkout's kernel at run time, so that it is never an old copy.
        if version == "editable" or (root / "src" / INSIDE).exists():
            return
        inside = f"src/{INSIDE}" if self.target_name == "sdist" else INSIDE
        build_data["force_include"][str(kernel_of(root.parent.parent))] = inside


def kernel_of(checkout: Path) -> Path:
    """The kernel's file; built first where it is missing. Raises RuntimeError that says how to build it."""
    kernel = checkout / "build" / "ncs.wasm"
    if kernel.exists():
        return kernel
    how = f"build the kernel first: run `{' '.join(BUILD)}` at the root of the repository"
    if not (checkout / "assembly" / "index.ts").exists():
        raise RuntimeError(f"there is no kernel here and none can be built: not a checkout of the repository; {how}")
    if shutil.which(BUILD[0]) is None:
        raise RuntimeError(f"there is no {kernel.name} and no {BUILD[0]} to build it with: install Node with npm, then {how}")
    if subprocess.run(BUILD, cwd=checkout, check=False).returncode != 0 or not kernel.exists():
        raise RuntimeError(f"the kernel could not be built; {how}")
    return kernel
