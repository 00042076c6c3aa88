-- name: insert_webhook_call
INSERT INTO webhook_call (call, kept_until) VALUES ($1, $2);

-- name: webhook_call
SELECT 1 FROM webhook_call WHERE call = $1;

-- name: delete_webhook_call
DELETE FROM webhook_call WHERE call = $1;

-- name: due_webhook_calls
SELECT call FROM webhook_call WHERE kept_until <= $1 ORDER BY kept_until LIMIT $2;

-- name: count_due_webhook_calls
SELECT COUNT(*) FROM webhook_call WHERE kept_until <= $1;

-- name: webhook_endpoint
SELECT endpoint, next_leaf, disabled_at FROM webhook_endpoint WHERE endpoint = $1;

-- name: put_webhook_endpoint
INSERT INTO webhook_endpoint (endpoint, next_leaf, disabled_at) VALUES ($1, $2, $3)
ON CONFLICT (endpoint) DO UPDATE SET next_leaf = excluded.next_leaf, disabled_at = excluded.disabled_at;

-- name: due_webhook_deliveries
SELECT endpoint, leaf_index, attempts, due_at, kept_until FROM webhook_delivery
WHERE endpoint = $1 AND due_at <= $2 ORDER BY due_at, leaf_index LIMIT $3;

-- name: count_webhook_deliveries
SELECT COUNT(due_at), COUNT(*) - COUNT(due_at) FROM webhook_delivery WHERE endpoint = $1;

-- name: put_webhook_delivery
INSERT INTO webhook_delivery (endpoint, leaf_index, attempts, due_at, kept_until) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (endpoint, leaf_index) DO UPDATE
SET attempts = excluded.attempts, due_at = excluded.due_at, kept_until = excluded.kept_until;

-- name: retry_webhook_deliveries
UPDATE webhook_delivery SET attempts = 0, due_at = $1 WHERE endpoint = $2;

-- name: delete_webhook_delivery
DELETE FROM webhook_delivery WHERE endpoint = $1 AND leaf_index = $2;

-- name: due_webhook_delivery_ends
SELECT endpoint, leaf_index FROM webhook_delivery WHERE kept_until <= $1 ORDER BY kept_until LIMIT $2;

-- name: count_due_webhook_delivery_ends
SELECT COUNT(*) FROM webhook_delivery WHERE kept_until <= $1;
