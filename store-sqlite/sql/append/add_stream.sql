-- Adds stream ?1-?2.
INSERT OR FAIL INTO factum_streams (category, key) VALUES (?1, ?2)
