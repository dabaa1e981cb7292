-- What happened has happened: the database itself refuses to change an event.
CREATE TRIGGER factum_events_are_not_updated BEFORE UPDATE ON factum_events
BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;
