-- name: owe_receiver
INSERT INTO receiver (list, fingerprint, due_at) VALUES ($1, $2, $3)
ON CONFLICT (list, fingerprint) DO UPDATE SET due_at = excluded.due_at, attempts = 0;

-- name: owe_receiver_of_signup
UPDATE receiver SET due_at = 0, attempts = 0
WHERE (list, fingerprint) = (SELECT list, fingerprint FROM signup WHERE nonce = $1);

-- name: delete_unsent_receiver_of_signup
DELETE FROM receiver
WHERE (list, fingerprint) = (SELECT list, fingerprint FROM signup WHERE nonce = $1) AND acknowledged = 'never'
  AND NOT EXISTS (
    SELECT 1 FROM subscription
    WHERE subscription.fingerprint = receiver.fingerprint AND subscription.list = receiver.list
      AND subscription.signup_id <> (SELECT signup_id FROM signup WHERE nonce = $1));

-- name: look_at_receiver
UPDATE receiver SET look = 1, due_at = $1 WHERE list = $2 AND provider_id = $3;

-- name: put_receiver
INSERT INTO receiver (list, fingerprint, provider_id, acknowledged, content, commitment, our_deactivation, due_at, attempts, look)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (list, fingerprint) DO UPDATE
SET provider_id = excluded.provider_id, acknowledged = excluded.acknowledged, content = excluded.content,
    commitment = excluded.commitment, our_deactivation = excluded.our_deactivation, due_at = excluded.due_at,
    attempts = excluded.attempts, look = excluded.look;

-- name: delete_receiver
DELETE FROM receiver WHERE list = $1 AND fingerprint = $2;

-- name: receiver_of_person
SELECT list, fingerprint, provider_id, acknowledged, content, commitment, our_deactivation, due_at, attempts, look
FROM receiver WHERE list = $1 AND fingerprint = $2;

-- name: due_receivers
SELECT list, fingerprint, provider_id, acknowledged, content, commitment, our_deactivation, due_at, attempts, look
FROM receiver WHERE list = $1 AND due_at <= $2 ORDER BY due_at, fingerprint LIMIT $3;

-- name: any_due_receiver
SELECT 1 FROM receiver WHERE list = $1 AND due_at <= $2 LIMIT 1;

-- name: count_owed_receivers
SELECT COUNT(*) FROM receiver WHERE list = $1 AND due_at IS NOT NULL;

-- name: receivers_in_order
SELECT list, fingerprint, provider_id, acknowledged, content, commitment, our_deactivation, due_at, attempts, look
FROM receiver WHERE list = $1 AND fingerprint > $2 ORDER BY fingerprint LIMIT $3;
