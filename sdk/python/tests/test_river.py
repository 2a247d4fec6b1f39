"""NeuroClusterRiver in River: its own checks, those that want a data set too, and what they do not ask."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from river import compose, preprocessing
from river.checks import common, yield_checks

from neurocluster import ValidationError
from neurocluster.local import NeuroClusterRiver, Stream

MODEL = NeuroClusterRiver()

#: River runs these only where it has a data set for the kind of model, and for clusterers it has none.
DATASET_CHECKS = [
    common.check_learn_one,
    common.check_pickling,
    common.check_shuffle_features_no_impact,
    common.check_emerging_features,
    common.check_disappearing_features,
    common.check_radically_disappearing_features,
    common.check_predict_one_before_any_learn,
    common.check_no_state_aliasing_with_input,
    common.check_clone_is_independent,
    common.check_bounded_memory_growth,
]


class Points:
    """Points as River has them, with a target that a clusterer does not see; can be gone through again."""

    def __init__(self, rows):
        self.rows = rows

    def __iter__(self):
        for row in self.rows:
            yield dict(zip("fedcba", row, strict=False)), None


@pytest.mark.parametrize("check", list(yield_checks(MODEL)), ids=lambda check: check.__name__)
def test_rivers_own_check(check):
    check(MODEL.clone())


@pytest.mark.parametrize("check", DATASET_CHECKS, ids=lambda check: check.__name__)
def test_rivers_own_check_on_points(check, blobs):
    check(MODEL.clone(), Points(blobs(1000, 6).tolist()))


def test_point_by_point_is_the_stream_of_the_whole(blobs):
    points = blobs(600)
    model, stream = NeuroClusterRiver(), Stream(3)
    assert model.predict_one({"a": 1.0, "b": 2.0, "c": 3.0}) == -1
    for row in points.tolist():
        # The features in another order: they are sorted by name.
        model.learn_one(dict(zip("cab", (row[2], row[0], row[1]), strict=True)))
    stream.learn(points)
    assert model.stream.snapshot() == stream.snapshot()
    found = [model.predict_one(dict(zip("abc", row, strict=True))) for row in points[:50].tolist()]
    assert found == stream.assign(points[:50]).ids.tolist()
    assert model.centers.keys() == {0, 1, 2}
    assert model.centers[0].keys() == {"a", "b", "c"}


def test_frames_are_learned_in_bulk(blobs):
    frame = pd.DataFrame(blobs(2000), columns=["c", "a", "b"], index=range(100, 2100))
    model, stream = NeuroClusterRiver(), Stream(3)
    assert set(model.predict_many(frame)) == {-1}
    model.learn_many(frame)
    stream.learn(frame[["a", "b", "c"]])
    assert model.stream.snapshot() == stream.snapshot()
    labels = model.predict_many(frame)
    assert labels.index.equals(frame.index) and set(labels) == {0, 1, 2}


def test_a_missing_feature_counts_as_zero_and_a_new_one_is_passed_over(blobs):
    model = NeuroClusterRiver()
    model.learn_many(pd.DataFrame(blobs(500), columns=["a", "b", "c"]))
    whole = model.predict_one({"a": 20.0, "b": 0.0, "c": 60.0})
    assert model.predict_one({"a": 20.0, "c": 60.0, "new": 1e9}) == whole


def test_flags_are_numbers_and_words_are_refused():
    model = NeuroClusterRiver()
    model.learn_one({"a": True, "b": np.False_})
    model.learn_many(pd.DataFrame({"a": [True, False], "b": [0.5, 1.5]}))
    assert model.stream.status().points == 3
    with pytest.raises(ValidationError) as refused:
        model.learn_one({"a": "red", "b": 1.0})
    assert refused.value.code == "not_a_number"
    assert model.stream.status().points == 3


def test_a_refused_first_point_fixes_no_features():
    model = NeuroClusterRiver()
    for point, code in (({}, "empty_batch"), ({"a": float("nan")}, "not_finite")):
        with pytest.raises(ValidationError) as refused:
            model.learn_one(point)
        assert refused.value.code == code
    model.learn_one({"b": 1.0, "c": 2.0})
    assert model.features == ["b", "c"]


def test_parameters_are_checked_at_once():
    with pytest.raises(ValidationError, match="learning_rate must be a number from 0.0001 to 1"):
        NeuroClusterRiver(learning_rate=2.0)


def test_it_is_the_last_step_of_a_pipeline(blobs):
    model = compose.Pipeline(preprocessing.StandardScaler(), NeuroClusterRiver())
    for x, _ in Points(blobs(600).tolist()):
        model.learn_one(x)
    assert model.predict_one(x) in (0, 1, 2)
