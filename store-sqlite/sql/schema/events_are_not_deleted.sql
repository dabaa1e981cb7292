-- What happened has happened: the database itself refuses to remove an event.
CREATE TRIGGER factum_events_are_not_deleted BEFORE DELETE ON factum_events
BEGIN
    SELECT RAISE(ABORT, 'events are never removed');
END;
