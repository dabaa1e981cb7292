-- Node $3 is not there any more for consumer $1 of log $2; nor are those that have not said so for an hour.
DELETE FROM factum.members
WHERE consumer = $1 AND log = $2 AND (node = $3 OR until < clock_timestamp() - interval '1 hour')
