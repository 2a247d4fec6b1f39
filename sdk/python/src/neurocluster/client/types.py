"""What a server answers. Documents are dicts as they came: a later server may say more than is named here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from ..words import EventType, HealthStatus

Scope = Literal["read", "write", "admin"]


@dataclass(frozen=True, slots=True)
class PointResult:
    """What the server says of one point.

    Attributes:
        input_point: as it was sent. Shape (dims).
        cluster_id: -1 where no cluster explains the point.
        outlier_score: in [0, 1].
        similarity: to the nearest micro-cluster, in [0, 1].
        layers: of the outlier score: geometric, statistical, temporal, each in [0, 1]; None unless asked for.
    """

    input_point: list[float]
    cluster_id: int
    is_outlier: bool
    outlier_score: float
    similarity: float
    layers: dict[str, float] | None = None


class Tokens(TypedDict, total=False):
    """What signing in gives; `expires_in` in seconds."""

    access_token: str
    refresh_token: str
    token_type: str
    expires_in: float


class Parameters(TypedDict, total=False):
    """Parameters of a stream, see `neurocluster.local.Options`."""

    max_clusters: int
    base_threshold: float
    learning_rate: float
    outlier_threshold: float
    scaling: Literal["none", "standard"]


class StreamInfo(TypedDict, total=False):
    """A stream of the server; `dims` is None before its first batch."""

    name: str
    dims: int | None
    parameters: Parameters


class ApiKey(TypedDict, total=False):
    """A key; `api_key`, its secret, is in the answer that creates it and never again. Times as ISO 8601, None: never."""

    id: str
    api_key: str
    name: str
    prefix: str
    scopes: list[Scope]
    streams: list[str] | None
    created_at: str
    expires_at: str | None
    last_used: str | None


class ClusterSummary(TypedDict, total=False):
    """A cluster; times as ISO 8601, factors in [0, 1], center of shape (dims)."""

    cluster_id: int
    size: float
    center: list[float]
    radius: float
    confidence: float
    health_status: HealthStatus
    health_factors: dict[str, float]
    micro_clusters: int
    created_at: str
    last_updated: str


class ClustersSummary(TypedDict, total=False):
    """The totals are of all clusters, the list is of those asked for."""

    num_active_clusters: int
    total_points_processed: int
    average_cluster_confidence: float
    cluster_distribution: dict[str, float]
    matching_clusters: int
    clusters: list[ClusterSummary]


class AlgorithmStatus(TypedDict, total=False):
    """Measures of a stream; None where there is nothing to measure yet."""

    is_ready: bool
    dims: int | None
    total_points_processed: int
    active_clusters: int
    micro_clusters: int
    current_dynamic_threshold: float | None
    clustering_quality: float | None
    global_stability: float | None
    unexplained_rate: float | None
    adaptation_rate: float | None
    drift_detected: bool
    drift_count: int
    last_drift_detection: str | None
    throughput_points_per_second: float | None
    last_processing_time_ms: float | None
    processing_time_ms: dict[str, float | None]
    error_count: int
    error_rate: float
    memory_usage_mb: dict[str, float | None]
    uptime_seconds: float
    version: str


class ServerHealth(TypedDict, total=False):
    """How the server is; each component with its status and latency_ms."""

    status: Literal["healthy", "unhealthy"]
    timestamp: str
    version: str
    algorithm_ready: bool
    uptime_seconds: float
    components: dict[str, dict[str, Any]]


class Event(TypedDict, total=False):
    """A change of structure.

    `sequence` counts from 1 over the life of the stream; `point` is the number of the point (from 1) at which it was
    found; `cluster_id` is -1 for a drift; `other_id` is the cluster that it was merged into or split from, else None;
    `time` is ISO 8601.
    """

    sequence: int
    type: EventType
    point: int
    cluster_id: int
    other_id: int | None
    time: str


class EventPage(TypedDict):
    """Past events, oldest first; `next_after` asks for the page that follows."""

    events: list[Event]
    next_after: int
