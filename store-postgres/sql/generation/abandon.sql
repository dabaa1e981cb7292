-- What is being made for consumer $1 is given up.
UPDATE factum.generations SET filling = NULL, held = false WHERE consumer = $1
