-- The checkpoint of consumer $1, log $2, partition $3.
SELECT position, epoch FROM factum.checkpoints WHERE consumer = $1 AND log = $2 AND partition = $3
