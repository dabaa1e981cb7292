-- What is being made for consumer ?1 is given up.
UPDATE factum_generations SET filling = NULL, held = 0 WHERE consumer = ?1
