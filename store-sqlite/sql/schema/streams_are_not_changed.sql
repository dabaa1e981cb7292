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
WHEN EXISTS (SELECT 1 FROM factum_streams WHERE id = NEW.id OR (category = NEW.category AND key = NEW.key))
BEGIN
    SELECT RAISE(ABORT, 'streams are never replaced');
END;
