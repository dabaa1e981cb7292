COPY factum.events (position, place, recorded_at, type, id, payload, details) FROM STDIN (FORMAT binary)
