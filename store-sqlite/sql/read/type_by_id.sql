-- The name and payload version of event type number ?1.
SELECT name, version FROM factum_event_types WHERE id = ?1
