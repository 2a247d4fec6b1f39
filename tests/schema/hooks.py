"""What JSON Schema cannot say of a request, so that schemathesis takes it for one that fits."""

import schemathesis
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

# Two wishes that exclude each other; dims that the query, the head and the points give differently.
EXCLUSIVE = {"include", "detail", "dims"}

# Rows differ in length, or have another one than the stream's.
OF_ROWS = {"dims_mismatch", "ragged_rows"}

# When a key ends: said once at most, and to come.
OF_EXPIRY = {"/expires_at", "/expires_in_days"}

# Any octets fit "binary": they are no whole points, no finite numbers, no snapshot.
OF_OCTETS = {"empty_batch", "not_finite", "out_of_range", "dims_mismatch"}


def is_beyond_schemas(problem: dict, media_type: str | None) -> bool:
    code = problem["code"]
    if code == "idempotency_key_reused":
        return True
    if code == "invalid_parameter":
        return problem["errors"][0]["parameter"] in EXCLUSIVE
    if code == "invalid_body":
        return problem["errors"][0]["pointer"] in OF_EXPIRY
    if media_type == "application/octet-stream":
        return code in OF_OCTETS or code.startswith(("snapshot_", "backup_"))
    return code in OF_ROWS


@schemathesis.check
def accepts_what_fits(ctx, response, case):
    """What fits the schemas is taken, unless it is at odds with what they cannot say, or asks a WebSocket for a page."""
    if response.status_code == 426:
        return None
    if response.status_code == 422 and is_beyond_schemas(response.json(), case.media_type):
        return None
    return positive_data_acceptance(ctx, response, case)


@schemathesis.check
def refuses_what_does_not_fit(ctx, response, case):
    """What does not fit is refused, if only as too large or as no WebSocket; a head that nobody knows is a proxy's, passed over."""
    # Lines are answered as they come: the status is said before the line that is refused, which a line of its own tells.
    if case.media_type == "application/x-ndjson":
        return None
    if response.status_code in (413, 426) or "x-schemathesis-unknown-property" in (case.headers or {}):
        return None
    return negative_data_rejection(ctx, response, case)


@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@schemathesis.deserializer("application/octet-stream", "application/x-ndjson", "text/html", "text/css", "text/javascript", "image/png", "image/svg+xml", "application/wasm")
def text(ctx, response):
    """All that is described of these is that they are octets."""
    return response.content.decode("latin-1")
