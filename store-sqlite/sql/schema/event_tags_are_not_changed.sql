-- By which tags an event is found is history too.
CREATE TRIGGER factum_event_tags_are_not_updated BEFORE UPDATE ON factum_event_tags
BEGIN
    SELECT RAISE(ABORT, 'tags are never changed');
END;
CREATE TRIGGER factum_event_tags_are_not_deleted BEFORE DELETE ON factum_event_tags
BEGIN
    SELECT RAISE(ABORT, 'tags are never removed');
END;
