-- The logs of which consumer $1 has a checkpoint.
SELECT DISTINCT log FROM factum.checkpoints WHERE consumer = $1
