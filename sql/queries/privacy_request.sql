-- name: insert_privacy_request
INSERT INTO privacy_request (nonce, asked_for, fingerprint, email, locale, letter_template, letter_facts,
                             received_at, due_at, link_until, closed_at, outcome, kept_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: use_privacy_link
UPDATE privacy_request SET used_for = $1 WHERE nonce = $2;

-- name: close_privacy_request
UPDATE privacy_request SET closed_at = $1, outcome = $2, kept_until = $3 WHERE nonce = $4;

-- name: forget_privacy_address
UPDATE privacy_request SET email = NULL, link_until = NULL WHERE nonce = $1;

-- name: delete_privacy_request
DELETE FROM privacy_request WHERE nonce = $1;

-- name: privacy_request_by_nonce
SELECT nonce, asked_for, fingerprint, email, locale, letter_template, letter_facts, received_at, due_at, link_until,
       used_for, closed_at, outcome, kept_until
FROM privacy_request WHERE nonce = $1;

-- name: privacy_requests_of_person
SELECT nonce, asked_for, fingerprint, email, locale, letter_template, letter_facts, received_at, due_at, link_until,
       used_for, closed_at, outcome, kept_until
FROM privacy_request WHERE fingerprint = $1 ORDER BY request_id;

-- name: open_privacy_requests
SELECT nonce, asked_for, fingerprint, email, locale, letter_template, letter_facts, received_at, due_at, link_until,
       used_for, closed_at, outcome, kept_until
FROM privacy_request WHERE closed_at IS NULL ORDER BY due_at, request_id;

-- name: all_privacy_requests
SELECT nonce, asked_for, fingerprint, email, locale, letter_template, letter_facts, received_at, due_at, link_until,
       used_for, closed_at, outcome, kept_until
FROM privacy_request ORDER BY due_at, request_id;

-- name: due_privacy_addresses
SELECT nonce FROM privacy_request
WHERE email IS NOT NULL AND closed_at IS NOT NULL AND (link_until IS NULL OR link_until <= $1) LIMIT $2;

-- name: count_due_privacy_addresses
SELECT COUNT(*) FROM privacy_request
WHERE email IS NOT NULL AND closed_at IS NOT NULL AND (link_until IS NULL OR link_until <= $1);

-- name: due_privacy_requests
SELECT nonce FROM privacy_request WHERE kept_until <= $1 ORDER BY kept_until LIMIT $2;

-- name: count_due_privacy_requests
SELECT COUNT(*) FROM privacy_request WHERE kept_until <= $1;

-- name: put_restriction
INSERT INTO restriction (fingerprint, since) VALUES ($1, $2) ON CONFLICT (fingerprint) DO NOTHING;

-- name: delete_restriction
DELETE FROM restriction WHERE fingerprint = $1;

-- name: delete_restriction_with_last_signup
DELETE FROM restriction
WHERE fingerprint = (SELECT fingerprint FROM signup WHERE nonce = $1)
  AND (SELECT COUNT(*) FROM signup WHERE signup.fingerprint = restriction.fingerprint) <= 1;

-- name: restriction_of_person
SELECT since FROM restriction WHERE fingerprint = $1;
