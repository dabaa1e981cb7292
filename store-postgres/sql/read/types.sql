-- All event types.
SELECT id, name, version FROM factum.event_types
