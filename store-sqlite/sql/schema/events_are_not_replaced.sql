-- A REPLACE removes the row that is in its way without a word to the trigger on DELETE, unless recursive triggers are
-- on.
CREATE TRIGGER factum_events_are_not_replaced BEFORE INSERT ON factum_events
WHEN EXISTS (SELECT 1 FROM factum_events WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM factum_events WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM factum_events WHERE stream = NEW.stream AND version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'events are never replaced');
END;
