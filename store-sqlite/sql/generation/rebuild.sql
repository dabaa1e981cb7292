-- Begins a new generation of consumer ?1, unless one is being made; held if ?2.
INSERT INTO factum_generations (consumer, filling, held, last) VALUES (?1, 1, ?2, 1)
ON CONFLICT DO UPDATE SET filling = coalesce(filling, last + 1), held = ?2, last = coalesce(filling, last + 1)
RETURNING filling
