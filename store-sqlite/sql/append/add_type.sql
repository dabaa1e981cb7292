-- Adds event type ?1 with payload version ?2.
INSERT OR FAIL INTO factum_event_types (name, version) VALUES (?1, ?2)
