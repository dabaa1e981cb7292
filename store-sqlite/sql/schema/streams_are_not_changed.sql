-- An event is of the stream that its number stands for, so what the number stands for is history too.
CREATE TRIGGER factum_streams_are_not_updated BEFORE UPDATE ON factum_streams
BEGIN
    SELECT RAISE(ABORT, 'streams are never changed');
END;
CREATE TRIGGER factum_streams_are_not_deleted BEFORE DELETE ON factum_streams
BEGIN
    SELECT RAISE(ABORT, 'streams are never removed');
END;
CREATE TRIGGER factum_streams_are_not_replaced BEFORE INSERT ON factum_streams
WHEN NEW.id IN (SELECT id FROM factum_streams)
    OR (NEW.category, NEW.key) IN (SELECT category, key FROM factum_streams)
BEGIN
    SELECT RAISE(FAIL, 'streams are never replaced');
END;
