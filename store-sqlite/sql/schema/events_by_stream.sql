-- Reads a stream in version order, finds its last version, and is the last guard against two events with one version.
CREATE UNIQUE INDEX factum_events_by_stream ON factum_events (stream, version);
