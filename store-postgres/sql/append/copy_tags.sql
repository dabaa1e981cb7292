COPY factum.event_tags (tag, position) FROM STDIN (FORMAT binary)
