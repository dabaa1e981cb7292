-- Refuses to change history, whoever asks: the triggers fire for the owner of the tables and for superusers too, and also
-- where `session_replication_role` turns ordinary triggers off.
CREATE FUNCTION factum.refuse_to_change_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%.% is history: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER events_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON factum.events
    FOR EACH STATEMENT EXECUTE FUNCTION factum.refuse_to_change_history();
CREATE TRIGGER event_tags_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON factum.event_tags
    FOR EACH STATEMENT EXECUTE FUNCTION factum.refuse_to_change_history();
CREATE TRIGGER event_types_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON factum.event_types
    FOR EACH STATEMENT EXECUTE FUNCTION factum.refuse_to_change_history();
CREATE TRIGGER streams_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON factum.streams
    FOR EACH STATEMENT EXECUTE FUNCTION factum.refuse_to_change_history();

ALTER TABLE factum.events ENABLE ALWAYS TRIGGER events_are_not_changed;
ALTER TABLE factum.event_tags ENABLE ALWAYS TRIGGER event_tags_are_not_changed;
ALTER TABLE factum.event_types ENABLE ALWAYS TRIGGER event_types_are_not_changed;
ALTER TABLE factum.streams ENABLE ALWAYS TRIGGER streams_are_not_changed;
