-- name: insert_ledger_timestamp
INSERT INTO ledger_timestamp (tree_size, checkpoint, token, stamped_at, received_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tree_size) DO NOTHING;

-- name: last_ledger_timestamp
SELECT tree_size, checkpoint, token, stamped_at, received_at FROM ledger_timestamp ORDER BY tree_size DESC LIMIT 1;

-- name: ledger_timestamps
SELECT tree_size, checkpoint, token, stamped_at, received_at FROM ledger_timestamp
WHERE tree_size > $1 ORDER BY tree_size LIMIT $2;
