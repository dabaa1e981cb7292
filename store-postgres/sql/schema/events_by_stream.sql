-- Finds the events of a stream, and decides who of two writers of the same version is first. Most streams grow at their ends, in the
-- middle of the index; pages are then split behind the new entry, and the full one stays as full as it is told to be.
CREATE UNIQUE INDEX events_by_stream ON factum.events (place) WITH (fillfactor = 100);
