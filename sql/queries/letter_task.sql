-- name: insert_letter_task
INSERT INTO letter_task (nonce, kind, due_at) VALUES ($1, $2, $3);

-- name: lease_letter_task
UPDATE letter_task SET leased_until = $1 WHERE nonce = $2;

-- name: reschedule_letter_task
UPDATE letter_task SET due_at = $1, attempts = $2, leased_until = 0 WHERE nonce = $3;

-- name: delete_letter_task
DELETE FROM letter_task WHERE nonce = $1;

-- name: due_letter_tasks
SELECT nonce, kind, attempts FROM letter_task
WHERE due_at <= $1 AND leased_until <= $1 ORDER BY due_at LIMIT $2;

-- name: any_due_letter_task
SELECT 1 FROM letter_task WHERE due_at <= $1 AND leased_until <= $1 LIMIT 1;

-- name: release_letter_leases
UPDATE letter_task SET leased_until = 0 WHERE leased_until <> 0;
