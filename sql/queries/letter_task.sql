-- name: insert_letter_task
INSERT INTO letter_task (signup_id, due_at) VALUES ((SELECT signup_id FROM signup WHERE nonce = $1), $2);

-- name: lease_letter_task
UPDATE letter_task SET leased_until = $1 WHERE signup_id = (SELECT signup_id FROM signup WHERE nonce = $2);

-- name: reschedule_letter_task
UPDATE letter_task SET due_at = $1, attempts = $2, leased_until = 0
WHERE signup_id = (SELECT signup_id FROM signup WHERE nonce = $3);

-- name: delete_letter_task
DELETE FROM letter_task WHERE signup_id = (SELECT signup_id FROM signup WHERE nonce = $1);

-- name: due_letter_tasks
SELECT signup.nonce, letter_task.attempts
FROM letter_task INNER JOIN signup ON signup.signup_id = letter_task.signup_id
WHERE letter_task.due_at <= $1 AND letter_task.leased_until <= $1 ORDER BY letter_task.due_at LIMIT $2;

-- name: any_due_letter_task
SELECT 1 FROM letter_task WHERE due_at <= $1 AND leased_until <= $1 LIMIT 1;

-- name: release_letter_leases
UPDATE letter_task SET leased_until = 0 WHERE leased_until <> 0;
