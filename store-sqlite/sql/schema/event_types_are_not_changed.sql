-- An event is of the type that its number stands for, so what the number stands for is history too.
CREATE TRIGGER factum_event_types_are_not_updated BEFORE UPDATE ON factum_event_types
BEGIN
    SELECT RAISE(ABORT, 'event types are never changed');
END;
CREATE TRIGGER factum_event_types_are_not_deleted BEFORE DELETE ON factum_event_types
BEGIN
    SELECT RAISE(ABORT, 'event types are never removed');
END;
CREATE TRIGGER factum_event_types_are_not_replaced BEFORE INSERT ON factum_event_types
WHEN NEW.id IN (SELECT id FROM factum_event_types)
    OR (NEW.name, NEW.version) IN (SELECT name, version FROM factum_event_types)
BEGIN
    SELECT RAISE(FAIL, 'event types are never replaced');
END;
