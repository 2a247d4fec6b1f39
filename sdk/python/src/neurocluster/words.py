"""Words that streams here and on a server share."""

from __future__ import annotations

from typing import Literal

EventType = Literal["born", "merged", "split", "moved", "died", "drift"]
HealthStatus = Literal["healthy", "ageing", "weak"]
