-- A REPLACE removes the row that is in its way without a word to the trigger on DELETE, unless recursive triggers are
-- on. FAIL, since for an ABORT, SQLite would keep each page as it was before the statement; new rows that a refused
-- statement has added before are left to whoever ran it.
CREATE TRIGGER factum_events_are_not_replaced BEFORE INSERT ON factum_events
WHEN NEW.position IN (SELECT position FROM factum_events)
    OR NEW.id IN (SELECT id FROM factum_events)
    OR (NEW.stream, NEW.version) IN (SELECT stream, version FROM factum_events)
BEGIN
    SELECT RAISE(FAIL, 'events are never replaced');
END;
