-- Removes what generation $2 of consumer $1, which consumer $3 makes, has beside its documents; or says why it stays: 1 it is
-- read, 2 it is being made, 3 a node runs it.
WITH found AS MATERIALIZED (
    SELECT CASE
        WHEN coalesce((SELECT active FROM factum.generations WHERE consumer = $1), 0) = $2 THEN 1
        WHEN EXISTS (SELECT FROM factum.generations WHERE consumer = $1 AND filling = $2) THEN 2
        WHEN EXISTS (SELECT FROM factum.members WHERE consumer = $3 AND until > clock_timestamp()) THEN 3
        ELSE 0
    END AS why
), members AS (
    DELETE FROM factum.members WHERE consumer = $3 AND (SELECT why FROM found) = 0
), groups AS (
    DELETE FROM factum.groups WHERE consumer = $3 AND (SELECT why FROM found) = 0
), checkpoints AS (
    DELETE FROM factum.checkpoints WHERE consumer = $3 AND (SELECT why FROM found) = 0
), quarantine AS (
    DELETE FROM factum.quarantine WHERE consumer = $3 AND (SELECT why FROM found) = 0
), repairs AS (
    DELETE FROM factum.repairs WHERE consumer = $3 AND (SELECT why FROM found) = 0
)
SELECT why FROM found
