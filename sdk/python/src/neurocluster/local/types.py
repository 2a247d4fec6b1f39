"""What a stream says: the same words as everywhere else in the product. Nothing here runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..words import EventType, HealthStatus


@dataclass(frozen=True, eq=False)
class Layers:
    """The three layers of the outlier score, each in [0, 1], each of shape (n), float32."""

    geometric: NDArray[np.float32]
    statistical: NDArray[np.float32]
    temporal: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Assignment:
    """What a stream says of n points, in the order in which they came.

    Attributes:
        ids: cluster id of each point, -1 where no cluster explains it. Shape (n), int32.
        outlier_scores: in [0, 1], judged before learning. Shape (n), float32.
        is_outlier: whether the score reaches the stream's outlier_threshold. Shape (n), bool.
        similarities: to the nearest micro-cluster, in (0, 1]: 1 at its centre, a half at the cluster's reach.
            Shape (n), float32.
        layers: those of the outlier score, where they were asked for.
    """

    ids: NDArray[np.int32]
    outlier_scores: NDArray[np.float32]
    is_outlier: NDArray[np.bool_]
    similarities: NDArray[np.float32]
    layers: Layers | None = None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Health:
    """How well a cluster is; every factor lies in [0, 1].

    Attributes:
        score: mean of the factors.
        status: healthy (score from 0.6), ageing (its last point is long ago), weak (else).
        share: its weight over that of the heaviest cluster.
        compactness: share of its weight within two radii of its center.
        recency: 1 where it got a point just now, falling with the points that went elsewhere.
        stability: share of its last structure steps in which it kept its weight.
        separation: its own silhouette, mapped from [-1, 1].
    """

    score: float
    status: HealthStatus
    share: float
    compactness: float
    recency: float
    stability: float
    separation: float


@dataclass(frozen=True, eq=False)
class Cluster:
    """A cluster of now.

    Attributes:
        id: never used again within a stream.
        size: decayed number of points.
        center: mean, in the coordinates of the stream. Shape (dims), float64.
        radius: root mean squared distance of its points to the center.
        micro_clusters: how many describe it.
        born, last_point: number of the point (from 1) at which it was born, and of its latest point.
    """

    id: int
    size: float
    center: NDArray[np.float64]
    radius: float
    micro_clusters: int
    health: Health
    born: int
    last_point: int


@dataclass(frozen=True)
class Status:
    """Measures of a stream of now.

    Attributes:
        points: learned since the stream began.
        capacity: M, most micro-clusters.
        absorption_cost: T, squared distance up to which a point is absorbed.
        silhouette: of the clusters of now, in [-1, 1]; 0 where there is one.
        stability: share of the weight that kept its id at the latest structure step, running mean, in [0, 1].
        unexplained_rate: running share of points that no cluster explained.
        adaptation_rate: share that a mature micro-cluster takes now; above learning_rate for a while after a drift.
        last_drift: number of the point at which the latest drift was flagged, 0: never.
        weight: decayed number of points in all micro-clusters.
        state_bytes: that the kernel laid out for the stream, code and stack apart.
    """

    dims: int
    points: int
    clusters: int
    micro_clusters: int
    capacity: int
    absorption_cost: float
    silhouette: float
    stability: float
    unexplained_rate: float
    adaptation_rate: float
    drifts: int
    last_drift: int
    structure_steps: int
    compactions: int
    weight: float
    state_bytes: int


class StreamEvent(NamedTuple):
    """A change of structure, in the order in which it was found.

    Attributes:
        sequence: from 1, without gaps, over the life of the stream.
        type: born, merged, split, moved, died or drift.
        point: number of the point (from 1) at which it was found.
        id: the cluster; -1 for a drift.
        other: merged: the cluster that id went into; split: the one that id came from; else -1.
    """

    sequence: int
    type: EventType
    point: int
    id: int
    other: int
