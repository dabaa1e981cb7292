-- The position of the event with id ?1.
SELECT position FROM factum_events WHERE id = ?1
