-- name: insert_erasure_receipt
INSERT INTO erasure_receipt (fingerprint, list, declaration, method, periods, erased_at, kept_until)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: delete_erasure_receipt
DELETE FROM erasure_receipt WHERE receipt_id = $1;

-- name: erasure_receipts_of_person
SELECT fingerprint, list, declaration, method, periods, erased_at, kept_until
FROM erasure_receipt WHERE fingerprint = $1 ORDER BY receipt_id;

-- name: erasure_receipts_to_note
SELECT fingerprint, list, declaration, method, periods, erased_at, kept_until
FROM erasure_receipt WHERE noted = 0 ORDER BY receipt_id LIMIT $1;

-- name: note_erasure_receipt
UPDATE erasure_receipt SET noted = 1 WHERE fingerprint = $1 AND list = $2 AND erased_at = $3;

-- name: note_no_erasure_receipt
UPDATE erasure_receipt SET noted = 0 WHERE noted = 1;

-- name: due_erasure_receipts
SELECT receipt_id FROM erasure_receipt WHERE kept_until <= $1 ORDER BY kept_until LIMIT $2;

-- name: count_due_erasure_receipts
SELECT COUNT(*) FROM erasure_receipt WHERE kept_until <= $1;

-- name: insert_deletion_receipt
INSERT INTO deletion_receipt (at, unconfirmed, held, suppressions, receipts, operator_acts, privacy_addresses,
                              privacy_requests, webhook_calls, webhook_deliveries)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);
