"""What schemathesis does not know: lines of JSON are sent as the text they are."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(_context, value):
    """A body as it is sent; the description says that it is text."""
    return value if isinstance(value, bytes) else str(value).encode()
