-- name: insert_operator_act
INSERT INTO operator_act (at, verb, operator, reason, list, fingerprint, kept_until) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: operator_acts_about
SELECT at, verb, operator, reason, list, kept_until FROM operator_act WHERE fingerprint = $1 ORDER BY act_id;

-- name: insert_api_key
INSERT INTO api_key (name, hash, scopes, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING;

-- name: revoke_api_key
UPDATE api_key SET revoked_at = $1 WHERE name = $2 AND revoked_at IS NULL;

-- name: api_key_by_hash
SELECT name, scopes, created_at, revoked_at FROM api_key WHERE hash = $1;

-- name: api_keys
SELECT name, scopes, created_at, revoked_at FROM api_key ORDER BY name;

-- name: meta_value
SELECT value FROM meta WHERE name = $1;

-- name: insert_meta
INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING;

-- name: put_meta
INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: delete_operator_act
DELETE FROM operator_act WHERE act_id = $1;

-- name: due_operator_acts
SELECT act_id FROM operator_act WHERE kept_until <= $1 ORDER BY kept_until LIMIT $2;

-- name: count_due_operator_acts
SELECT COUNT(*) FROM operator_act WHERE kept_until <= $1;
