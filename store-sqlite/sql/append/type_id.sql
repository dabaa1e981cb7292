-- The number of event type ?1 with payload version ?2.
SELECT id FROM factum_event_types WHERE name = ?1 AND version = ?2
