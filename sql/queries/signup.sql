-- name: insert_signup
INSERT INTO signup (nonce, list, fingerprint, email, name, locale, letter_template, letter_facts, state,
                    requested_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: set_signup_state
UPDATE signup SET state = $1 WHERE nonce = $2;

-- name: cancel_signup
UPDATE signup SET state = 'cancelled', email = NULL, name = NULL WHERE nonce = $1;

-- name: delete_signup
DELETE FROM signup WHERE nonce = $1;

-- name: signup_by_nonce
SELECT nonce, list, fingerprint, email, name, locale, letter_template, letter_facts, state, requested_at, expires_at
FROM signup WHERE nonce = $1;

-- name: signups_of_person
SELECT nonce, list, fingerprint, email, name, locale, letter_template, letter_facts, state, requested_at, expires_at
FROM signup WHERE fingerprint = $1 AND list = $2 ORDER BY signup_id;

-- name: lists_of_person
SELECT DISTINCT list FROM signup WHERE fingerprint = $1 AND state <> 'cancelled' ORDER BY list;

-- name: expired_signups
SELECT nonce FROM signup WHERE state <> 'confirmed' AND expires_at <= $1 ORDER BY expires_at LIMIT $2;
