-- name: upsert_subscription
INSERT INTO subscription (fingerprint, list, nonce, signup_id, confirmed_at)
VALUES ($1, $2, $3, (SELECT signup_id FROM signup WHERE nonce = $4), $5)
ON CONFLICT (fingerprint, list) DO UPDATE
SET nonce = excluded.nonce, signup_id = excluded.signup_id, confirmed_at = excluded.confirmed_at;

-- name: subscription_of_person
SELECT subscription.fingerprint, subscription.list, subscription.nonce, signup.nonce AS signup_nonce,
       subscription.confirmed_at
FROM subscription INNER JOIN signup ON signup.signup_id = subscription.signup_id
WHERE subscription.fingerprint = $1 AND subscription.list = $2;
