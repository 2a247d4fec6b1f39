"""One instance of the kernel in wasmtime: its exports and the views of its memory. One instance is one stream.

The contract of the exports is src/engine/kernel.ts of the repository.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, cast

import numpy as np
import wasmtime
from numpy.typing import NDArray

from ..errors import ProcessingError, ValidationError
from .options import SCALINGS, Options

#: Statuses that the kernel answers; learn and assign answer them negated.
OK, VALUE, DAMAGED, FOREIGN, RANGE = 0, 3, 4, 5, 6

#: f64 fields of an event: sequence, type, point, id, other.
EVENT_FIELDS = 5

#: f64 fields of a row that clusters() writes, before the center, and of what status() writes.
CLUSTER_FIELDS, STATUS_FIELDS = 13, 15

_NAME = "ncs.wasm"


def kernel_file() -> Path:
    """The kernel: the wheel's own, or in a checkout the one that was built last. Raises ProcessingError."""
    here = Path(__file__).resolve()
    for path in (here.parents[1] / _NAME, *(folder / "build" / _NAME for folder in here.parents[5:6])):
        if path.exists():
            return path
    how = "install a wheel, or run `npx -y deno@2.9.6 task build` at the root of the repository"
    raise ProcessingError("internal", f"there is no kernel: {how}")


@functools.cache
def _module() -> tuple[wasmtime.Engine, wasmtime.Module]:
    """Compiled once; all streams of the process share it."""
    engine = wasmtime.Engine()
    return engine, wasmtime.Module.from_file(engine, str(kernel_file()))


class Kernel:
    """An instance with its memory laid out for one stream; nothing in it grows after.

    The views are of memory that the store owns: what leaves this package is a copy.
    """

    def __init__(self, dims: int, options: Options) -> None:
        engine, module = _module()
        self._store = wasmtime.Store(engine)
        exports = wasmtime.Instance(self._store, module, []).exports(self._store)
        self._functions = {name: export for name, export in exports.items() if isinstance(export, wasmtime.Func)}
        parameters = (options.max_clusters, options.base_threshold, options.learning_rate, options.outlier_threshold)
        status = self.call("init", dims, *parameters, SCALINGS.index(options.scaling))
        if status != OK:
            raise ValidationError("invalid_option", f"the kernel refused its parameters ({status})")
        memory = cast(wasmtime.Memory, exports["memory"])
        self._octets: NDArray[np.uint8] = np.ctypeslib.as_array(memory.get_buffer_ptr(self._store))
        self.dims = dims
        self.block_points = block = int(self.call("blockPoints"))
        self._single = self._view("input", np.float32, block * dims).reshape(block, dims)
        self._double = self._view("input", np.float64, block * dims).reshape(block, dims)
        self.labels = self._view("labels", np.int32, block)
        self.scores = self._view("scores", np.float32, block)
        self.similarities = self._view("similarities", np.float32, block)
        self.layers = self._view("layers", np.float32, 3 * block).reshape(block, 3)
        self.exchange = self._view("exchange", np.uint8, int(self.call("exchangeBytes")))
        self._events_at = int(self.call("events"))

    def call(self, name: str, *arguments: Any) -> Any:
        """Calls an export. Raises ProcessingError internal where the kernel traps: a bug."""
        try:
            return self._functions[name](self._store, *arguments)
        except (wasmtime.Trap, wasmtime.WasmtimeError) as trap:
            raise ProcessingError("internal", f"the kernel trapped: {trap}") from trap

    def give_points(self, rows: NDArray[Any]) -> int:
        """Copies at most a block of points to the kernel's input; answers 1 where they are of single precision."""
        if rows.dtype == np.float32:
            self._single[: len(rows)] = rows
            return 1
        self._double[: len(rows)] = rows
        return 0

    def take_events(self) -> NDArray[np.float64]:
        """The waiting events, which are then forgotten. Shape (count, EVENT_FIELDS)."""
        count = int(self.call("takeEvents"))
        rows = self._octets[self._events_at : self._events_at + 8 * EVENT_FIELDS * count].view(np.float64)
        return rows.reshape(count, EVENT_FIELDS).copy()

    def read_clusters(self) -> NDArray[np.float64]:
        """Shape (clusters, CLUSTER_FIELDS + dims)."""
        count, width = int(self.call("clusters")), CLUSTER_FIELDS + self.dims
        return self.exchange[: 8 * count * width].view(np.float64).reshape(count, width).copy()

    def read_status(self) -> NDArray[np.float64]:
        """Shape (STATUS_FIELDS)."""
        self.call("status")
        return self.exchange[: 8 * STATUS_FIELDS].view(np.float64).copy()

    def _view(self, name: str, kind: Any, count: int) -> NDArray[Any]:
        address = int(self.call(name))
        return self._octets[address : address + count * np.dtype(kind).itemsize].view(kind)
