-- Adds event type ?1 with payload version ?2 and gives its number.
INSERT INTO factum_event_types (name, version) VALUES (?1, ?2) RETURNING id
