-- What is being made for consumer $1 is not held any more.
UPDATE factum.generations SET held = false WHERE consumer = $1
