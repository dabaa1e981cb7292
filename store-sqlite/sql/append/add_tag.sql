-- Makes the event at position ?2 findable by tag ?1. A tag that an event carries twice is indexed once.
INSERT OR IGNORE INTO factum_event_tags (tag, position) VALUES (?1, ?2)
