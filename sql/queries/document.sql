-- name: insert_document
INSERT INTO document (sha256, text) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING;

-- name: insert_wording
INSERT INTO wording (list, language, sha256, first_used_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (list, language, sha256) DO NOTHING;

-- name: document_by_hash
SELECT text FROM document WHERE sha256 = $1;

-- name: wording_of_list
SELECT 1 FROM wording WHERE list = $1 AND sha256 = $2;

-- name: documents_in_order
SELECT sha256, text FROM document WHERE sha256 >= $1 ORDER BY sha256 LIMIT $2;

-- name: all_wordings
SELECT list, sha256, first_used_at FROM wording ORDER BY list, language, sha256;
