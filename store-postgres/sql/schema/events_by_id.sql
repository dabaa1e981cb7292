-- Finds events by id: by its first 48 bits, which for a UUID of version 7 are the milliseconds of its time. Events of the
-- same millisecond share an entry of the index, which then takes 6 to 10 bytes an event where a whole id takes 32.
-- That an id is not used twice is checked and guarded by locks (`factum.append`), not by this index.
CREATE INDEX events_by_id ON factum.events (substring(uuid_send(id) from 1 for 6)) WITH (fillfactor = 97);
