-- Finds events by tag, in position order.
CREATE TABLE factum_event_tags (
    tag      TEXT NOT NULL,
    position INTEGER NOT NULL REFERENCES factum_events (position),
    PRIMARY KEY (tag, position)
) STRICT, WITHOUT ROWID;
