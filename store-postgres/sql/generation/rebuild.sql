-- Begins a new generation of consumer $1, unless one is being made; held if $2.
INSERT INTO factum.generations AS g (consumer, filling, held, last) VALUES ($1, 1, $2, 1)
ON CONFLICT (consumer) DO UPDATE
SET filling = coalesce(g.filling, g.last + 1), held = $2, last = coalesce(g.filling, g.last + 1)
RETURNING filling
