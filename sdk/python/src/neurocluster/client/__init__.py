"""Clients of a NeuroCluster Streamer server."""

from .asyncio_client import AsyncClient
from .blocking import Client
from .core import RetryPolicy
from .types import (
    AlgorithmStatus,
    ApiKey,
    ClustersSummary,
    ClusterSummary,
    Event,
    EventPage,
    Parameters,
    PointResult,
    Scope,
    ServerHealth,
    StreamInfo,
    Tokens,
)

__all__ = [
    "AlgorithmStatus",
    "ApiKey",
    "AsyncClient",
    "Client",
    "ClusterSummary",
    "ClustersSummary",
    "Event",
    "EventPage",
    "Parameters",
    "PointResult",
    "RetryPolicy",
    "Scope",
    "ServerHealth",
    "StreamInfo",
    "Tokens",
]
