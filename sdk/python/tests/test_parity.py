"""Parity: Python says what the JavaScript engine says, bit for bit, on the same points."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from conftest import CHECKOUT, DENO

from neurocluster.local import Stream

SCRIPT = Path(__file__).with_name("engine.ts")


def javascript(points, options, folder):
    """What engine.ts writes of the points."""
    file, out = folder / f"points.{'f32' if points.dtype == np.float32 else 'f64'}", folder / "out"
    points.tofile(file)
    command = [*DENO, "run", "-A", "--no-check", str(SCRIPT), str(file), str(out), str(points.shape[1]), options]
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, timeout=120)
    return out.read_bytes()


def python(points, options):
    """The same, by the package."""
    half = len(points) // 2
    stream = Stream(points.shape[1], **options)
    first = stream.learn(points[:half])
    restored = Stream.from_snapshot(stream.snapshot())
    answers = (first, restored.learn(points[half:]), restored.assign(points))
    parts = [part for a in answers for part in (a.ids, a.outlier_scores, a.similarities)]
    return b"".join(part.tobytes() for part in parts) + restored.snapshot()


@pytest.mark.parametrize(
    ("dims", "kind", "options"),
    [
        (2, np.float64, {}),
        (3, np.float32, {"max_clusters": 12, "base_threshold": 0.6}),
        (7, np.float64, {"scaling": "standard", "learning_rate": 0.2}),
        (33, np.float32, {"outlier_threshold": 0.4}),
    ],
)
def test_labels_scores_and_snapshots_are_the_same_octets(rng, tmp_path, dims, kind, options):
    centres = rng.uniform(-30, 30, (6, dims))
    drift = np.linspace(0, 20, 6000)[:, None]
    points = centres[rng.integers(0, 6, 6000)] + drift + rng.normal(size=(6000, dims))
    noise = rng.random(6000) < 0.05
    points[noise] = rng.uniform(-60, 60, (noise.sum(), dims))
    points = points.astype(kind)
    words = {name: name.split("_")[0] + "".join(map(str.title, name.split("_")[1:])) for name in options}
    expected = javascript(points, json.dumps({words[name]: value for name, value in options.items()}), tmp_path)
    found = python(points, options)
    assert len(found) == len(expected) > 6000 * 24
    assert found == expected
