"""The round trip's part in Python: goes on from a snapshot, learns points, writes labels and the snapshot of now.

Arguments: a folder with `snapshot` and `points` (float32), and the dimensions; `ids` (int32) and `after` are written there.
"""

import sys
from pathlib import Path

import numpy as np

from neurocluster.local import Stream

folder, dims = Path(sys.argv[1]), int(sys.argv[2])
stream = Stream.from_snapshot((folder / "snapshot").read_bytes())
points = np.frombuffer((folder / "points").read_bytes(), dtype="<f4").reshape(-1, dims)
stream.learn(points).ids.astype("<i4").tofile(folder / "ids")
(folder / "after").write_bytes(stream.snapshot())
