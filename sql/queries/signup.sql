-- name: insert_signup
INSERT INTO signup (nonce, list, fingerprint, email, name, locale, letter_template, letter_facts, state,
                    requested_at, expires_at, confirmed_at, basis)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: set_signup_state
UPDATE signup SET state = $1 WHERE nonce = $2;

-- name: confirm_signup
UPDATE signup SET state = 'confirmed', confirmed_at = $1 WHERE nonce = $2;

-- name: withdraw_signup
UPDATE signup SET state = 'withdrawn', withdrawn_at = $1, held_until = $2 WHERE nonce = $3;

-- name: cancel_signup
UPDATE signup SET state = 'cancelled', email = NULL, name = NULL WHERE nonce = $1;

-- name: set_name_of_signup
UPDATE signup SET name = $1 WHERE nonce = $2;

-- name: delete_signup
DELETE FROM signup WHERE nonce = $1;

-- name: signup_by_nonce
SELECT nonce, list, fingerprint, email, name, locale, letter_template, letter_facts, state, requested_at,
       expires_at, confirmed_at, withdrawn_at, held_until, basis
FROM signup WHERE nonce = $1;

-- name: signups_of_person
SELECT nonce, list, fingerprint, email, name, locale, letter_template, letter_facts, state, requested_at,
       expires_at, confirmed_at, withdrawn_at, held_until, basis
FROM signup WHERE fingerprint = $1 AND list = $2 ORDER BY signup_id;

-- name: signups_of_person_on_all_lists
SELECT nonce, list, fingerprint, email, name, locale, letter_template, letter_facts, state, requested_at,
       expires_at, confirmed_at, withdrawn_at, held_until, basis
FROM signup WHERE fingerprint = $1 ORDER BY list, signup_id;

-- name: persons_with_signups
SELECT DISTINCT fingerprint FROM signup WHERE fingerprint >= $1 ORDER BY fingerprint LIMIT $2;

-- name: lists_of_person
SELECT DISTINCT list FROM signup WHERE fingerprint = $1 AND state <> 'cancelled' ORDER BY list;

-- name: people_with_evidence
SELECT DISTINCT fingerprint, list FROM signup
WHERE email IS NOT NULL AND (fingerprint, list) > ($1, $2) ORDER BY fingerprint, list LIMIT $3;

-- name: due_unconfirmed_signups
SELECT nonce FROM signup WHERE confirmed_at IS NULL AND expires_at <= $1 ORDER BY expires_at LIMIT $2;

-- name: due_held_signups
SELECT nonce FROM signup WHERE held_until <= $1 ORDER BY held_until LIMIT $2;

-- name: count_due_unconfirmed_signups
SELECT COUNT(*) FROM signup WHERE confirmed_at IS NULL AND expires_at <= $1;

-- name: count_due_held_signups
SELECT COUNT(*) FROM signup WHERE held_until <= $1;
