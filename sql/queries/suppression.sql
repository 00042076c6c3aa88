-- name: put_suppression
INSERT INTO suppression (fingerprint, list, kind, since, kept_until) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (fingerprint, list) DO UPDATE
SET kind = excluded.kind, since = excluded.since, kept_until = excluded.kept_until, noted = 0;

-- name: delete_suppression
DELETE FROM suppression WHERE fingerprint = $1 AND list = $2;

-- name: suppressions_of_person
SELECT fingerprint, list, kind, since, kept_until FROM suppression WHERE fingerprint = $1 ORDER BY list;

-- name: suppressions_in_order
SELECT fingerprint, list, kind, since, kept_until FROM suppression
WHERE (fingerprint, list) > ($1, $2) ORDER BY fingerprint, list LIMIT $3;

-- name: suppressions_to_note
SELECT fingerprint, list, kind, since, kept_until FROM suppression WHERE noted = 0 ORDER BY fingerprint, list LIMIT $1;

-- name: note_suppression
UPDATE suppression SET noted = 1
WHERE fingerprint = $1 AND list = $2 AND kind = $3 AND since = $4 AND COALESCE(kept_until, -1) = COALESCE($5, -1);

-- name: note_no_suppression
UPDATE suppression SET noted = 0 WHERE noted = 1;

-- name: due_suppressions
SELECT fingerprint, list, kind, since, kept_until FROM suppression WHERE kept_until <= $1 ORDER BY kept_until LIMIT $2;

-- name: count_due_suppressions
SELECT COUNT(*) FROM suppression WHERE kept_until <= $1;

-- name: noted_of_suppression
SELECT noted FROM suppression WHERE fingerprint = $1 AND list = $2;

-- name: count_noted
SELECT (SELECT COUNT(*) FROM suppression WHERE noted = 1 AND (kept_until IS NULL OR kept_until > $1)),
       (SELECT COUNT(*) FROM erasure_receipt WHERE noted = 1 AND kept_until > $1);
