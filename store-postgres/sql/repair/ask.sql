-- Asks for document $3 of consumer $1, log $2 to be made anew, as request $4.
INSERT INTO factum.repairs (consumer, log, document, id) VALUES ($1, $2, $3, $4)
ON CONFLICT (consumer, log, document) DO UPDATE SET id = excluded.id, asked_at = excluded.asked_at, failure = NULL
