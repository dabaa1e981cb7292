-- Request $3 of consumer $1, log $2 is done.
DELETE FROM factum.repairs WHERE consumer = $1 AND log = $2 AND id = $3
