"""A stream as a scikit-learn clusterer."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .options import resolve_options
from .stream import Stream

try:
    from sklearn.base import BaseEstimator, ClusterMixin
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise ImportError("NeuroCluster needs scikit-learn 1.6 or later: pip install 'neurocluster[sklearn]'") from error


class NeuroCluster(ClusterMixin, BaseEstimator):
    """Clusters points as they arrive; finds the number of clusters itself.

    The rows of X are a stream: their order matters. Labels are cluster ids, which a stream never uses twice: they stay
    with a cluster through every `partial_fit`, and may have gaps. -1: no cluster explains the point.

    Args:
        max_clusters, base_threshold, learning_rate, outlier_threshold, scaling: see `neurocluster.local.Options`.

    Attributes:
        labels_: of the rows given last, shape (n_samples), int32: after `fit` by the clusters found in the end, after
            `partial_fit` as each row arrived.
        outlier_scores_: of the rows given last, each judged as it arrived, in [0, 1]. Shape (n_samples), float32.
        cluster_ids_: the labels of the clusters of now, ascending. Shape (n_clusters), int64.
        cluster_centers_: in the order of cluster_ids_. Shape (n_clusters, n_features), float64.
        n_features_in_, feature_names_in_: as scikit-learn has them.
        stream_: the `Stream` itself: clusters and their health, status, events, snapshots.

    All methods raise ValueError for input that scikit-learn refuses, and for coordinates beyond 1e15 or options out of
    their range, as ValidationError.
    """

    stream_: Stream

    def __init__(
        self,
        *,
        max_clusters: int = 30,
        base_threshold: float = 0.71,
        learning_rate: float = 0.06,
        outlier_threshold: float = 0.5,
        scaling: Literal["none", "standard"] = "none",
    ) -> None:
        self.max_clusters = max_clusters
        self.base_threshold = base_threshold
        self.learning_rate = learning_rate
        self.outlier_threshold = outlier_threshold
        self.scaling = scaling

    def fit(self, X: Any, y: Any = None) -> NeuroCluster:
        """Learns X, shape (n_samples, n_features), as a new stream. y is ignored."""
        return self._learn(X, is_new=True)

    def partial_fit(self, X: Any, y: Any = None) -> NeuroCluster:
        """Learns X, shape (n_samples, n_features), as what comes next in the stream. y is ignored.

        Parameters that were set meanwhile hold from now on; max_clusters and scaling are fixed by the first call.
        """
        return self._learn(X, is_new=not hasattr(self, "stream_"))

    def predict(self, X: Any) -> NDArray[np.int32]:
        """Labels of X, shape (n_samples, n_features), by the clusters of now; nothing is learned. Shape (n_samples)."""
        check_is_fitted(self)
        return self.stream_.assign(self._points(X, is_new=False)).ids

    def _points(self, X: Any, is_new: bool) -> NDArray[Any]:
        points: NDArray[Any] = validate_data(self, X, reset=is_new, dtype=[np.float64, np.float32])
        return points

    def _learn(self, X: Any, is_new: bool) -> NeuroCluster:
        points = self._points(X, is_new)
        options = vars(resolve_options(**self.get_params()))
        if is_new:
            stream = Stream(points.shape[1], **options)
        else:
            stream = self.stream_
            stream.configure(**options)
        assignment = stream.learn(points)
        self.stream_ = stream
        self.labels_ = stream.assign(points).ids if is_new else assignment.ids
        self.outlier_scores_ = assignment.outlier_scores
        clusters = sorted(stream.clusters(), key=lambda cluster: cluster.id)
        self.cluster_ids_ = np.array([cluster.id for cluster in clusters], np.int64)
        self.cluster_centers_ = np.array([cluster.center for cluster in clusters]).reshape(-1, stream.dims)
        return self
