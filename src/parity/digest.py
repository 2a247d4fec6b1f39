"""Prints the parity digest of the Python package, which runs the kernel in wasmtime; the streams of input.ts made again.

Argument: the number of points.
"""

import hashlib
import sys

import numpy as np

from neurocluster.local import Stream

# dims, scaling, share of the points: as STREAMS in input.ts.
STREAMS = ((1, "none", 0.2), (3, "none", 0.4), (5, "standard", 0.2), (16, "none", 0.2))
CLUSTERS, NOISE_RANGE, JUMP, UNIT = 6, 20_000, 3000, 128
MASK = 0xFFFFFFFF


def words(seed):
    """Marsaglia's xorshift32 (2003)."""
    x = seed
    while True:
        x ^= (x << 13) & MASK
        x ^= x >> 17
        x ^= (x << 5) & MASK
        yield x


def bell(word):
    """Sum of the four octets of a word about its mean."""
    return (word & 255) + ((word >> 8) & 255) + ((word >> 16) & 255) + (word >> 24) - 510


def stream(points, dims):
    """Yields the rows of one stream, as parityPoints in input.ts."""
    draw = words(dims)
    for i in range(points):
        word = next(draw)
        cluster, noise = word % CLUSTERS, (word >> 8) & 15 == 0
        moved = i * (cluster + 1) // 400 + (JUMP if 2 * i >= points else 0)
        row = []
        for axis in range(dims):
            centre, value = ((cluster * (axis + 3) * 37) % 11) * 900 + moved, next(draw)
            row.append((value % NOISE_RANGE if noise else centre + bell(value)) / UNIT)
        yield row


def octets(points, dims, scaling):
    """Labels, scores and snapshot of one stream; the state passes through a snapshot half way."""
    rows, half = np.array(list(stream(points, dims))), points // 2
    first_half = Stream(dims, scaling=scaling)
    first = first_half.learn(rows[:half])
    second_half = Stream.from_snapshot(first_half.snapshot())
    second = second_half.learn(rows[half:])
    parts = (first.ids, second.ids, first.outlier_scores, second.outlier_scores)
    return b"".join(part.tobytes() for part in parts) + second_half.snapshot()


def main(points):
    digest = hashlib.sha256()
    for dims, scaling, share in STREAMS:
        digest.update(octets(int(points * share), dims, scaling))
    print(digest.hexdigest())


main(int(sys.argv[1]))
