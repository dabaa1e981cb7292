-- What time it is by the database's clock; not when the transaction began.
SELECT clock_timestamp()
