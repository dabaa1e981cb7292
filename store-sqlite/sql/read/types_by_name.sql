-- The numbers of the event types with name ?1, one for each version of its payload.
SELECT id FROM factum_event_types WHERE name = ?1
