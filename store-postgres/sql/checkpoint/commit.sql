-- What `advance` does, at the beginning of a transaction that other work follows in. An owner that is held up in the middle of
-- it has the checkpoint locked, so that nobody could take it over: the server ends the transaction after a while.
UPDATE factum.checkpoints SET position = $4
WHERE consumer = $1 AND log = $2 AND partition = $3 AND epoch = $5 AND position <= $4
RETURNING set_config('idle_in_transaction_session_timeout', '10s', true)
