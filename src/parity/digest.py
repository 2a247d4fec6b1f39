"""Prints the parity digest from wasmtime: the kernel's exports called from Python, the streams of input.ts made again.

Arguments: the kernel's file, the number of points. The contract of the exports is src/engine/kernel.ts.
"""

import hashlib
import struct
import sys

from wasmtime import Engine, Instance, Module, Store

MAX_CLUSTERS, BASE_THRESHOLD, LEARNING_RATE, OUTLIER_THRESHOLD = 30, 0.71, 0.06, 0.5

# dims, scaling, share of the points: as STREAMS in input.ts.
STREAMS = ((1, 0, 0.2), (3, 0, 0.4), (5, 1, 0.2), (16, 0, 0.2))
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


class Kernel:
    """One instance of the kernel: one stream."""

    def __init__(self, engine, module, dims, scaling):
        self.store = Store(engine)
        self.exports = Instance(self.store, module, []).exports(self.store)
        self.dims = dims
        parameters = (MAX_CLUSTERS, BASE_THRESHOLD, LEARNING_RATE, OUTLIER_THRESHOLD, scaling)
        if self.call("init", dims, *parameters) != 0:
            raise RuntimeError("init was refused")
        self.block = self.call("blockPoints")

    def call(self, name, *arguments):
        return self.exports[name](self.store, *arguments)

    def read(self, address, size):
        return bytes(self.exports["memory"].read(self.store, address, address + size))

    def write(self, address, data):
        self.exports["memory"].write(self.store, data, address)

    def learn(self, rows):
        """Learns at most a block; answers the labels and the scores as octets."""
        count = len(rows)
        self.write(self.call("input"), struct.pack(f"<{count * self.dims}d", *(x for row in rows for x in row)))
        if self.call("check", count, 0) >= 0:
            raise RuntimeError("a coordinate was refused")
        done = 0
        while done < count:
            learned = self.call("learn", done, count, 0)
            if learned < 0:
                raise RuntimeError(f"learn answered status {-learned}")
            self.call("takeEvents")
            done += learned
        return self.read(self.call("labels"), 4 * count), self.read(self.call("scores"), 4 * count)

    def snapshot(self):
        size = self.call("snapshot")
        return self.read(self.call("exchange"), size)

    def restore(self, snapshot):
        self.write(self.call("exchange"), snapshot)
        if self.call("restore", len(snapshot)) != 0:
            raise RuntimeError("a snapshot was refused")


def blocks(rows, size):
    block = []
    for row in rows:
        block.append(row)
        if len(block) == size:
            yield block
            block = []
    if block:
        yield block


def octets(engine, module, points, dims, scaling):
    """Labels, scores and snapshot of one stream; the state passes through a snapshot half way."""
    kernel, labels, scores, learned, restored = Kernel(engine, module, dims, scaling), [], [], 0, False
    for block in blocks(stream(points, dims), kernel.block):
        label, score = kernel.learn(block)
        labels.append(label)
        scores.append(score)
        learned += len(block)
        if 2 * learned >= points and not restored:
            snapshot, restored = kernel.snapshot(), True
            kernel = Kernel(engine, module, dims, scaling)
            kernel.restore(snapshot)
    return b"".join(labels) + b"".join(scores) + kernel.snapshot()


def main(file, points):
    engine, digest = Engine(), hashlib.sha256()
    module = Module.from_file(engine, file)
    for dims, scaling, share in STREAMS:
        digest.update(octets(engine, module, int(points * share), dims, scaling))
    print(digest.hexdigest())


main(sys.argv[1], int(sys.argv[2]))
