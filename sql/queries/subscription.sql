-- name: upsert_subscription
INSERT INTO subscription (fingerprint, list, nonce, signup_id, confirmed_at, state, ended_at)
VALUES ($1, $2, $3, (SELECT signup_id FROM signup WHERE nonce = $4), $5, $6, $7)
ON CONFLICT (fingerprint, list) DO UPDATE
SET nonce = excluded.nonce, signup_id = excluded.signup_id, confirmed_at = excluded.confirmed_at,
    state = excluded.state, ended_at = excluded.ended_at;

-- name: end_subscription
UPDATE subscription SET state = $1, ended_at = $2 WHERE fingerprint = $3 AND list = $4;

-- name: delete_subscription_of_signup
DELETE FROM subscription WHERE signup_id = (SELECT signup_id FROM signup WHERE nonce = $1);

-- name: subscription_of_person
SELECT subscription.fingerprint, subscription.list, subscription.nonce, signup.nonce AS signup_nonce,
       subscription.confirmed_at, subscription.state, subscription.ended_at
FROM subscription INNER JOIN signup ON signup.signup_id = subscription.signup_id
WHERE subscription.fingerprint = $1 AND subscription.list = $2;

-- name: subscription_by_nonce
SELECT subscription.fingerprint, subscription.list, subscription.nonce, signup.nonce AS signup_nonce,
       subscription.confirmed_at, subscription.state, subscription.ended_at
FROM subscription INNER JOIN signup ON signup.signup_id = subscription.signup_id
WHERE subscription.nonce = $1;

-- name: subscriptions_in_force
SELECT subscription.fingerprint, subscription.list, subscription.nonce, signup.nonce AS signup_nonce,
       subscription.confirmed_at, subscription.state, subscription.ended_at
FROM subscription INNER JOIN signup ON signup.signup_id = subscription.signup_id
WHERE subscription.state = 'confirmed' AND (subscription.fingerprint, subscription.list) > ($1, $2)
ORDER BY subscription.fingerprint, subscription.list LIMIT $3;

-- name: misplaced_subscription
SELECT subscription.fingerprint, subscription.list, subscription.nonce, signup.nonce AS signup_nonce,
       subscription.confirmed_at, subscription.state, subscription.ended_at
FROM subscription INNER JOIN signup ON signup.signup_id = subscription.signup_id
WHERE subscription.fingerprint <> signup.fingerprint OR subscription.list <> signup.list LIMIT 1;
