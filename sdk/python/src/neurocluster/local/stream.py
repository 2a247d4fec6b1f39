"""A stream in this process, held by one instance of the kernel: the same bits as the server and the other hosts."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import ClosedError, ProcessingError, SnapshotError, ValidationError
from ..points import Points, check_values, to_array
from ..words import EventType, HealthStatus
from .kernel import CLUSTER_FIELDS, OK, VALUE, Kernel
from .options import Options, check_dims, resolve_options
from .snapshot import give_snapshot, read_head
from .types import Assignment, Cluster, Health, Layers, Status, StreamEvent

#: Events that wait at most; older ones are dropped, and the sequence numbers show the gap.
EVENTS_WAITING_MAX = 4096

_EVENT_TYPES: tuple[EventType, ...] = ("born", "merged", "split", "moved", "died", "drift")
_HEALTH: tuple[HealthStatus, ...] = ("healthy", "ageing", "weak")


class Stream:
    """Clusters points as they arrive, in memory that never grows.

    A stream may be used from several threads: calls wait for each other. It can be pickled and copied; both go through
    its snapshot. `close` lets its memory go, as does leaving a ``with`` block.

    Args:
        dims: dimensions of its points, 1 to 1024.
        max_clusters, base_threshold, learning_rate, outlier_threshold, scaling: see `Options`.

    Raises:
        ValidationError: invalid_option.
    """

    _kernel: Kernel | None
    _options: Options
    _lock: threading.RLock

    def __init__(
        self,
        dims: int,
        *,
        max_clusters: int = 30,
        base_threshold: float = 0.71,
        learning_rate: float = 0.06,
        outlier_threshold: float = 0.5,
        scaling: Literal["none", "standard"] = "none",
    ) -> None:
        options = resolve_options(
            max_clusters=max_clusters,
            base_threshold=base_threshold,
            learning_rate=learning_rate,
            outlier_threshold=outlier_threshold,
            scaling=scaling,
        )
        self._begin(Kernel(check_dims(dims), options), options)

    @classmethod
    def from_snapshot(cls, snapshot: bytes) -> Stream:
        """The stream that a snapshot holds. Raises SnapshotError snapshot_foreign, _truncated, _damaged."""
        stream = cls.__new__(cls)
        stream._begin(*_restored(bytes(snapshot)))
        return stream

    @property
    def dims(self) -> int:
        """Dimensions of its points."""
        return self._dims

    @property
    def options(self) -> Options:
        """Its parameters, defaults filled in."""
        return self._options

    def configure(self, **options: Any) -> None:
        """Sets options from the next point on; those not given stay.

        Args:
            options: see `Options`. max_clusters and scaling are fixed when a stream is made.

        Raises:
            ValidationError: invalid_option; nothing is changed then.
        """
        with self._lock:
            kernel, before = self._live(), self._options
            after = resolve_options(**{**vars(before), **options})
            for name in ("max_clusters", "scaling"):
                if getattr(after, name) != getattr(before, name):
                    detail = f"{name} is fixed when a stream is made; it is {getattr(before, name)!r}"
                    raise ValidationError("invalid_option", detail)
            thresholds = (after.base_threshold, after.learning_rate, after.outlier_threshold)
            status = int(kernel.call("configure", *thresholds))
            if status != OK:
                raise ProcessingError("internal", f"the kernel answered status {status}")
            self._options = after

    def learn(self, points: Points, *, layers: bool = False) -> Assignment:
        """Learns points in the order given and labels each as it arrives.

        Args:
            points: shape (n, dims), n >= 1. float32 is taken as it is, any other numbers as float64.
            layers: answer the layers of the outlier score as well.

        Raises:
            ValidationError: invalid_points, empty_batch, dims_mismatch, ragged_rows, not_a_number, not_finite,
                out_of_range; nothing is learned then.
        """
        return self._run(points, layers, self._learn_block)

    def assign(self, points: Points, *, layers: bool = False) -> Assignment:
        """Labels points without learning: the stream does not change. Shapes and errors as of `learn`."""
        return self._run(points, layers, _assign_block)

    def clusters(self) -> list[Cluster]:
        """The clusters of now, with their health."""
        with self._lock:
            return [_cluster(row) for row in self._live().read_clusters()]

    def status(self) -> Status:
        """Measures of the stream of now."""
        with self._lock:
            row = self._live().read_status().tolist()
        points, clusters, micro, capacity, cost, silhouette, stability, unexplained, adaptation = row[:9]
        drifts, last_drift, steps, compactions, weight, state_bytes = row[9:]
        return Status(
            dims=self._dims,
            points=int(points),
            clusters=int(clusters),
            micro_clusters=int(micro),
            capacity=int(capacity),
            absorption_cost=cost,
            silhouette=silhouette,
            stability=stability,
            unexplained_rate=unexplained,
            adaptation_rate=adaptation,
            drifts=int(drifts),
            last_drift=int(last_drift),
            structure_steps=int(steps),
            compactions=int(compactions),
            weight=weight,
            state_bytes=int(state_bytes),
        )

    def events(self) -> list[StreamEvent]:
        """Changes of structure since the last call, oldest first; at most 4,096 wait, a gap in the sequence is a loss."""
        with self._lock:
            self._live()
            taken = list(self._events)
            self._events.clear()
        return taken

    def snapshot(self) -> bytes:
        """The whole state as octets: the same on every host."""
        with self._lock:
            kernel = self._live()
            return kernel.exchange[: int(kernel.call("snapshot"))].tobytes()

    def restore(self, snapshot: bytes) -> None:
        """Replaces the state, and the options, by those of a snapshot of as many dims; waiting events are dropped.

        Raises:
            SnapshotError: dims_mismatch and as `from_snapshot`; the stream is as it was then.
        """
        octets = bytes(snapshot)
        with self._lock:
            self._live()
            self._check_same_dims(octets)
            self._kernel, self._options = _restored(octets)
            self._events.clear()

    def merge(self, snapshot: bytes) -> None:
        """Merges the state of another stream of as many dims and max_clusters in.

        Raises:
            SnapshotError: dims_mismatch, snapshot_foreign, _truncated, _damaged, _range; the stream is as it was then.
        """
        octets = bytes(snapshot)
        with self._lock:
            kernel = self._live()
            self._check_same_dims(octets)
            give_snapshot(kernel, "merge", octets)
            self._take_events(kernel)

    def close(self) -> None:
        """Lets the memory go. Every later call raises ClosedError; a second close does nothing."""
        with self._lock:
            self._kernel = None

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Stream(dims={self._dims}, {', '.join(f'{k}={v!r}' for k, v in vars(self._options).items())})"

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            return {"snapshot": self.snapshot(), "events": [tuple(event) for event in self._events]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._begin(*_restored(state["snapshot"]))
        self._events.extend(StreamEvent(*event) for event in state["events"])

    def _begin(self, kernel: Kernel, options: Options) -> None:
        self._kernel = kernel
        self._dims = kernel.dims
        self._options = options
        self._events: deque[StreamEvent] = deque(maxlen=EVENTS_WAITING_MAX)
        # wasmtime lets other threads run while the kernel does, and an instance bears one call at a time.
        self._lock = threading.RLock()

    def _live(self) -> Kernel:
        if self._kernel is None:
            raise ClosedError("disposed", "the stream was closed")
        return self._kernel

    def _check_same_dims(self, snapshot: bytes) -> None:
        dims, _ = read_head(snapshot)
        if dims != self._dims:
            detail = f"the snapshot has {dims} dims, the stream has {self._dims}"
            raise SnapshotError("dims_mismatch", detail)

    def _run(self, points: Points, layers: bool, act: Any) -> Assignment:
        with self._lock:
            kernel = self._live()
            array = to_array(points, self._dims)
            # All is checked before anything is learned: a batch with one bad point changes nothing.
            check_values(array)
            ids = np.empty(len(array), np.int32)
            scores, similarities = np.empty(len(array), np.float32), np.empty(len(array), np.float32)
            parts = np.empty((3, len(array)), np.float32) if layers else None
            for start in range(0, len(array), kernel.block_points):
                block = array[start : start + kernel.block_points]
                count, to = len(block), slice(start, start + len(block))
                act(kernel, count, kernel.give_points(block))
                ids[to], scores[to] = kernel.labels[:count], kernel.scores[:count]
                similarities[to] = kernel.similarities[:count]
                if parts is not None:
                    parts[:, to] = kernel.layers[:count].T
            # Events that did not end a block wait in the kernel.
            self._take_events(kernel)
        # Scores are single precision: a score that equals the threshold as written must reach it.
        is_outlier = scores >= np.float32(self._options.outlier_threshold)
        return Assignment(ids, scores, is_outlier, similarities, None if parts is None else Layers(*parts))

    def _learn_block(self, kernel: Kernel, count: int, single: int) -> None:
        done = 0
        while done < count:
            learned = _checked(kernel.call("learn", done, count, single))
            done += learned
            # A block ends early only to have its events taken: no progress without events would never end.
            if done < count and self._take_events(kernel) + learned == 0:
                raise ProcessingError("internal", "the kernel learned no point")

    def _take_events(self, kernel: Kernel) -> int:
        rows = kernel.take_events().astype(np.int64).tolist()
        self._events.extend(StreamEvent(row[0], _EVENT_TYPES[row[1]], *row[2:]) for row in rows)
        return len(rows)


def _assign_block(kernel: Kernel, count: int, single: int) -> None:
    _checked(kernel.call("assign", count, single))


def _checked(answer: int) -> int:
    if answer == -VALUE:
        raise ProcessingError("internal", "the kernel refused a coordinate that was checked")
    if answer < 0:
        raise ProcessingError("internal", f"the kernel answered status {-answer}")
    return answer


def _restored(snapshot: bytes) -> tuple[Kernel, Options]:
    dims, options = read_head(snapshot)
    kernel = Kernel(dims, options)
    give_snapshot(kernel, "restore", snapshot)
    return kernel, options


def _cluster(row: NDArray[np.float64]) -> Cluster:
    number, size, radius, micro, born, last_point, score, word, *factors = row[:CLUSTER_FIELDS].tolist()
    return Cluster(
        id=int(number),
        size=size,
        center=row[CLUSTER_FIELDS:].copy(),
        radius=radius,
        micro_clusters=int(micro),
        health=Health(score, _HEALTH[int(word)], *factors),
        born=int(born),
        last_point=int(last_point),
    )
