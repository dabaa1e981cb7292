COPY factum.events (position, version, recorded_at, stream, type, id, payload, details) FROM STDIN (FORMAT binary)
