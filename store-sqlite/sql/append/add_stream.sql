-- Adds stream ?1-?2 and gives its number.
INSERT INTO factum_streams (category, key) VALUES (?1, ?2) RETURNING id
