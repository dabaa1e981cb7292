-- What is being made for consumer ?1 is not held any more.
UPDATE factum_generations SET held = 0 WHERE consumer = ?1
