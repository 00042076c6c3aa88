-- name: insert_ledger_entry
INSERT INTO ledger_entry (leaf_index, entry) VALUES ($1, $2);

-- name: insert_record
INSERT INTO record (leaf_index, signup_id, salt, body)
VALUES ($1, (SELECT signup_id FROM signup WHERE nonce = $2), $3, $4);

-- name: records_of_signup
SELECT record.leaf_index, record.salt, record.body
FROM record INNER JOIN signup ON signup.signup_id = record.signup_id
WHERE signup.nonce = $1 ORDER BY record.leaf_index;

-- name: count_records_of_signup
SELECT COUNT(*) FROM record INNER JOIN signup ON signup.signup_id = record.signup_id WHERE signup.nonce = $1;

-- name: delete_records_of_signup
DELETE FROM record WHERE signup_id = (SELECT signup_id FROM signup WHERE nonce = $1);

-- name: records_without_person
SELECT leaf_index, salt, body FROM record WHERE signup_id IS NULL AND leaf_index >= $1 ORDER BY leaf_index LIMIT $2;

-- name: entry_at
SELECT entry FROM ledger_entry WHERE leaf_index = $1;

-- name: entries_from
SELECT leaf_index, entry FROM ledger_entry WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2;

-- name: entries_with_records
SELECT ledger_entry.leaf_index, ledger_entry.entry, record.salt, record.body, record.signup_id IS NOT NULL
FROM ledger_entry LEFT JOIN record ON record.leaf_index = ledger_entry.leaf_index
WHERE ledger_entry.leaf_index >= $1 ORDER BY ledger_entry.leaf_index LIMIT $2;

-- name: signup_of_entry
SELECT signup.nonce
FROM record
INNER JOIN ledger_entry ON ledger_entry.leaf_index = record.leaf_index
INNER JOIN signup ON signup.signup_id = record.signup_id
WHERE record.leaf_index = $1 AND ledger_entry.entry = $2;

-- name: count_ledger_entries
SELECT COALESCE(MAX(leaf_index), -1) + 1 FROM ledger_entry;
