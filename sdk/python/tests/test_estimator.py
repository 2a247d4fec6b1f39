"""NeuroCluster in scikit-learn: its own checks, and what they do not ask."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import ParameterGrid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from neurocluster import ValidationError
from neurocluster.local import NeuroCluster, Stream

#: Checks that cannot pass, and why. None: all that scikit-learn asks of a clusterer holds.
EXPECTED_FAILURES: dict[str, str] = {}


@parametrize_with_checks(
    [NeuroCluster(), NeuroCluster(scaling="standard", max_clusters=5)],
    expected_failed_checks=lambda estimator: EXPECTED_FAILURES,
)
def test_scikit_learns_own_check(estimator, check):
    check(estimator)


def test_fit_labels_by_the_clusters_found_in_the_end(blobs):
    points = blobs(3000)
    model = NeuroCluster().fit(points)
    assert model.labels_.shape == model.outlier_scores_.shape == (3000,)
    np.testing.assert_array_equal(model.labels_, model.predict(points))
    assert model.cluster_centers_.shape == (3, 3)
    assert set(model.labels_.tolist()) == set(model.cluster_ids_.tolist())
    assert model.n_features_in_ == 3


def test_a_label_names_its_center(blobs):
    points = blobs(3000)
    model = NeuroCluster().fit(points)
    rows = np.searchsorted(model.cluster_ids_, model.labels_)
    distance = np.linalg.norm(points[:, None] - model.cluster_centers_, axis=2)
    assert np.mean(distance.argmin(axis=1) == rows) > 0.99


def test_partial_fit_of_parts_is_the_stream_of_the_whole(blobs):
    points = blobs(4000)
    parts = NeuroCluster().partial_fit(points[:1500]).partial_fit(points[1500:])
    whole, stream = NeuroCluster().fit(points), Stream(3)
    ids = stream.learn(points).ids
    assert parts.stream_.snapshot() == whole.stream_.snapshot() == stream.snapshot()
    np.testing.assert_array_equal(parts.labels_, ids[1500:])
    np.testing.assert_array_equal(parts.predict(points), whole.predict(points))


def test_partial_fit_goes_on_with_what_fit_began_and_fit_begins_anew(blobs):
    points = blobs(2000)
    model = NeuroCluster().fit(points).partial_fit(points)
    assert model.stream_.status().points == 4000
    assert model.fit(points).stream_.status().points == 2000


def test_labels_stay_with_their_clusters_through_partial_fit(blobs):
    points = blobs(3000)
    model = NeuroCluster().fit(points)
    first = model.predict(points)
    model.partial_fit(blobs(3000))
    assert np.mean(model.predict(points) == first) > 0.99


def test_a_frame_has_its_feature_names_kept_and_held_to(blobs):
    frame = pd.DataFrame(blobs(1000), columns=["a", "b", "c"])
    model = NeuroCluster().fit(frame)
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    assert set(model.predict(frame).tolist()) == {0, 1, 2}
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame.rename(columns={"a": "other"}))


def test_clone_and_parameters_go_round():
    grid = ParameterGrid({"max_clusters": [np.int64(5)], "base_threshold": [0.6], "scaling": ["standard"]})
    model = NeuroCluster().set_params(**grid[0])
    assert clone(model).get_params() == model.get_params()
    assert model.get_params()["learning_rate"] == 0.06


def test_parameters_are_checked_when_they_are_used(blobs):
    model = NeuroCluster(max_clusters=1)
    for fit in (model.fit, model.partial_fit):
        with pytest.raises(ValidationError, match="max_clusters must be an integer from 2 to 256"):
            fit(blobs(10))
    assert not hasattr(model, "stream_")


def test_a_refused_batch_leaves_the_model_as_it_was(blobs):
    model = NeuroCluster().fit(blobs(500))
    before = model.stream_.snapshot()
    with pytest.raises(ValueError, match="beyond 1e15"):
        model.partial_fit([[0.0, 0.0, 1e16]])
    assert model.stream_.snapshot() == before


def test_a_pickled_model_goes_on_with_the_same_bits(blobs):
    model, later = NeuroCluster().fit(blobs(2000)), blobs(500)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.partial_fit(later).labels_, model.partial_fit(later).labels_)
    assert again.stream_.snapshot() == model.stream_.snapshot()


def test_it_is_the_last_step_of_a_pipeline(blobs):
    labels = make_pipeline(StandardScaler(), NeuroCluster()).fit_predict(blobs(2000))
    assert len(set(labels.tolist()) - {-1}) == 3


def test_parameters_that_are_set_hold_from_the_next_partial_fit_on(blobs):
    model = NeuroCluster().partial_fit(blobs(500))
    model.set_params(outlier_threshold=0.2).partial_fit(blobs(10))
    assert model.stream_.options.outlier_threshold == 0.2
    with pytest.raises(ValidationError, match="max_clusters is fixed"):
        model.set_params(max_clusters=4).partial_fit(blobs(10))
    assert model.fit(blobs(100)).stream_.options.max_clusters == 4
