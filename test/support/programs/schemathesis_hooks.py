"""Schemathesis knows no media type of lines: what it makes for one is sent as it is."""

import schemathesis


@schemathesis.serializer("application/x-ndjson", "application/ndjson")
def lines(_context, value):
    return (value if isinstance(value, str) else str(value)).encode("utf-8", errors="replace")
