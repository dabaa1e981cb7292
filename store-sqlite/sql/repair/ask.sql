-- Asks for document ?3 of consumer ?1, log ?2 to be made anew, as request ?4.
INSERT INTO factum_repairs (consumer, log, document, id, asked_at)
VALUES (?1, ?2, ?3, ?4, factum_now())
ON CONFLICT DO UPDATE SET id = excluded.id, asked_at = excluded.asked_at, failure = NULL
