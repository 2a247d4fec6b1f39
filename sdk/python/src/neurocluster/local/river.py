"""A stream as a River clusterer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import ValidationError
from .options import resolve_options
from .stream import Stream

try:
    from river import base
except ImportError as error:
    raise ImportError("NeuroClusterRiver needs River: pip install 'neurocluster[river]'") from error

if TYPE_CHECKING:
    import pandas as pd


class NeuroClusterRiver(base.Clusterer):
    """Clusters points, given as dicts of features, as they arrive.

    The features of the first point are the dimensions of the stream. A later point may lack some: they count as 0, as
    in River's sparse dicts; features that the first point did not have are passed over.

    Args:
        max_clusters, base_threshold, learning_rate, outlier_threshold, scaling: see `neurocluster.local.Options`.

    Raises:
        ValidationError: invalid_option, empty_batch (a first point without features), not_a_number, not_finite,
            out_of_range; nothing is learned then.
    """

    def __init__(
        self,
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
        self._stream_options = resolve_options(
            max_clusters=max_clusters,
            base_threshold=base_threshold,
            learning_rate=learning_rate,
            outlier_threshold=outlier_threshold,
            scaling=scaling,
        )
        self.stream: Stream | None = None
        self.features: list[Any] = []

    def learn_one(self, x: dict[Any, Any]) -> None:
        """Learns a point."""
        stream, features = self._stream_of(x)
        stream.learn([_row(x, features)])
        self.stream, self.features = stream, features

    def predict_one(self, x: dict[Any, Any]) -> int:
        """Id of the point's cluster, -1 where no cluster explains it; nothing is learned."""
        if self.stream is None:
            return -1
        return int(self.stream.assign([_row(x, self.features)]).ids[0])

    def learn_many(self, X: pd.DataFrame) -> None:
        """Learns the rows of a frame, a feature a column."""
        stream, features = self._stream_of(X.columns)
        stream.learn(_table(X, features))
        self.stream, self.features = stream, features

    def predict_many(self, X: pd.DataFrame) -> pd.Series[int]:
        """As predict_one, of each row of a frame. A series with the frame's index."""
        import pandas as pd

        if self.stream is None:
            return pd.Series(-1, index=X.index, dtype="int32")
        return pd.Series(self.stream.assign(_table(X, self.features)).ids, index=X.index)

    @property
    def centers(self) -> dict[int, dict[Any, float]]:
        """The center of each cluster of now, by id and feature."""
        clusters = [] if self.stream is None else self.stream.clusters()
        return {
            cluster.id: dict(zip(self.features, cluster.center.tolist(), strict=True)) for cluster in clusters
        }

    def _stream_of(self, names: Any) -> tuple[Stream, list[Any]]:
        """The stream and its features; a new one where there is none yet, which is kept once it has learned a point."""
        if self.stream is not None:
            return self.stream, self.features
        # Sorted, so that the order of a dict has no say in the bits of the result.
        features = sorted(names, key=str)
        if not features:
            raise ValidationError("empty_batch", "the first point of a stream has no features")
        return Stream(len(features), **vars(self._stream_options)), features


def _row(x: dict[Any, Any], features: list[Any]) -> list[Any]:
    # River's features may be true or false; strings and the like are refused by the stream.
    values = (x.get(feature, 0.0) for feature in features)
    return [float(value) if isinstance(value, (bool, np.bool_)) else value for value in values]


def _table(X: pd.DataFrame, features: list[Any]) -> NDArray[Any]:
    table = X.reindex(columns=features, fill_value=0.0)
    flags = table.select_dtypes("bool").columns
    values: NDArray[Any] = table.astype(dict.fromkeys(flags, "float64")).to_numpy()
    return values
