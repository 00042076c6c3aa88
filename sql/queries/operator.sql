-- name: insert_look_up
INSERT INTO look_up (at, operator, reason, list, fingerprint) VALUES ($1, $2, $3, $4, $5);

-- name: look_ups_of_person
SELECT at, operator, reason, list FROM look_up WHERE fingerprint = $1 ORDER BY look_up_id;

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
