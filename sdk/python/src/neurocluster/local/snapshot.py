"""The head of a snapshot: what it must say before the kernel is given the rest."""

from __future__ import annotations

import functools
import struct

from ..errors import SnapshotError, ValidationError
from .kernel import DAMAGED, FOREIGN, OK, RANGE, Kernel
from .options import SCALINGS, Options, check_dims, resolve_options

#: Magic, format version, octets in all, dims, max_clusters, scaling, base_threshold, learning_rate, outlier_threshold.
_HEAD = struct.Struct("<4s5I3d")
_MAGIC = b"NCS1"
_CHECKSUM_BYTES = 8

_REFUSALS = {
    DAMAGED: ("snapshot_damaged", "the snapshot is damaged: its checksum or its content is wrong"),
    FOREIGN: ("snapshot_foreign", "the snapshot is of a stream with other parameters"),
    RANGE: ("snapshot_range", "the snapshot's stream lies too far from this one"),
}


@functools.cache
def _version() -> int:
    """The format version that this kernel writes and reads: told by a snapshot of its own."""
    kernel = Kernel(1, Options())
    kernel.call("snapshot")
    return int.from_bytes(kernel.exchange[4:8].tobytes(), "little")


def read_head(snapshot: bytes) -> tuple[int, Options]:
    """Dims and options of the stream that a snapshot holds. The checksum is the kernel's to verify.

    Raises:
        SnapshotError: snapshot_foreign (no snapshot, another format version), snapshot_truncated, snapshot_damaged.
    """
    size = len(snapshot)
    if size >= 4 and snapshot[:4] != _MAGIC:
        raise SnapshotError("snapshot_foreign", "these octets are not a snapshot of a stream")
    if size < _HEAD.size + _CHECKSUM_BYTES:
        raise SnapshotError("snapshot_truncated", f"the snapshot ends in its head, after {size} octets")
    _, version, written, dims, max_clusters, scaling, *thresholds = _HEAD.unpack_from(snapshot)
    if version != _version():
        detail = f"the snapshot has format version {version}, this build reads {_version()}"
        raise SnapshotError("snapshot_foreign", detail)
    if size < written:
        raise SnapshotError("snapshot_truncated", f"the snapshot has {size} of {written} octets")
    if size > written:
        raise SnapshotError("snapshot_damaged", f"the snapshot has {size} octets, it says {written}")
    names = ("base_threshold", "learning_rate", "outlier_threshold")
    word = SCALINGS[scaling] if scaling < len(SCALINGS) else f"number {scaling}"
    try:
        options = resolve_options(max_clusters=max_clusters, scaling=word, **dict(zip(names, thresholds, strict=True)))
        return check_dims(dims), options
    except ValidationError as error:
        raise SnapshotError("snapshot_damaged", f"the head of the snapshot is damaged: {error.detail}") from error


def give_snapshot(kernel: Kernel, act: str, snapshot: bytes) -> None:
    """Has the kernel restore or merge a snapshot. Raises SnapshotError; the stream is as it was then."""
    if len(snapshot) > len(kernel.exchange):
        raise SnapshotError("snapshot_damaged", f"a snapshot of this stream has no {len(snapshot)} octets")
    kernel.exchange[: len(snapshot)] = memoryview(snapshot)
    status = int(kernel.call(act, len(snapshot)))
    if status != OK:
        code, detail = _REFUSALS.get(status, ("internal", f"the kernel answered status {status}"))
        raise SnapshotError(code, detail)
