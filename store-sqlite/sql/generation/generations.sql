-- The generations of consumer ?1.
SELECT active, filling, held FROM factum_generations WHERE consumer = ?1
