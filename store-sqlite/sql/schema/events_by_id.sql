-- Finds events by id, to resolve an unknown outcome and to refuse a duplicate.
CREATE UNIQUE INDEX factum_events_by_id ON factum_events (id);
