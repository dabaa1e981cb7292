-- Finds events by tag, in position order. A tag that an event has twice is here once.
CREATE TABLE factum.event_tags (
    tag      text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tag, position)
);
