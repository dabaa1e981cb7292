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
WHEN EXISTS (SELECT 1 FROM factum_event_types WHERE id = NEW.id OR (name = NEW.name AND version = NEW.version))
BEGIN
    SELECT RAISE(ABORT, 'event types are never replaced');
END;
