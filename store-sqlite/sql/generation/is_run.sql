-- Whether any node has said lately that it runs consumer ?1.
SELECT EXISTS (
    SELECT 1 FROM factum_members WHERE consumer = ?1 AND until > factum_now() / 1000
)
