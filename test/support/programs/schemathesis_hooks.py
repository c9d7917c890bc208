"""Schemathesis does not support NDJSON media types: their generated bodies are sent unchanged."""

import schemathesis


@schemathesis.serializer("application/x-ndjson", "application/ndjson")
def lines(_context, value):
    return (value if isinstance(value, str) else str(value)).encode("utf-8", errors="replace")
