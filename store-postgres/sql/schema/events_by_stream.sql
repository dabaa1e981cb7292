-- Finds the events of a stream, and decides who of two writers of the same version is first.
CREATE UNIQUE INDEX events_by_stream ON factum.events (place);
