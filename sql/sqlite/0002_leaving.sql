-- Leaving, suppression, erasure on request, retention. Nothing here holds an address.

-- Who is not to be mailed. list '*': every list, also those that do not exist yet. noted: as it stands, the journal of
-- departures has it.
CREATE TABLE suppression (
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    list TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('unsubscribed', 'blocked')),
    since INTEGER NOT NULL,
    kept_until INTEGER,
    noted INTEGER NOT NULL DEFAULT 0 CHECK (noted IN (0, 1)),
    PRIMARY KEY (fingerprint, list)
) STRICT, WITHOUT ROWID;

CREATE INDEX suppression_to_note ON suppression (fingerprint, list) WHERE noted = 0;
CREATE INDEX suppression_by_end ON suppression (kept_until) WHERE kept_until IS NOT NULL;

-- What remains of a person who was erased with the declaration that they had rightly been mailed. noted: the journal
-- has it.
CREATE TABLE erasure_receipt (
    receipt_id INTEGER PRIMARY KEY,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    list TEXT NOT NULL,
    declaration BLOB NOT NULL REFERENCES document (sha256),
    method TEXT NOT NULL,
    periods TEXT NOT NULL,
    erased_at INTEGER NOT NULL,
    kept_until INTEGER NOT NULL,
    noted INTEGER NOT NULL DEFAULT 0 CHECK (noted IN (0, 1))
) STRICT;

CREATE INDEX erasure_receipt_to_note ON erasure_receipt (receipt_id) WHERE noted = 0;
CREATE INDEX erasure_receipt_by_person ON erasure_receipt (fingerprint, list);
CREATE INDEX erasure_receipt_by_end ON erasure_receipt (kept_until);

-- What a run of the retention deleted: counts and nobody.
CREATE TABLE deletion_receipt (
    receipt_id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    unconfirmed INTEGER NOT NULL,
    held INTEGER NOT NULL,
    suppressions INTEGER NOT NULL,
    receipts INTEGER NOT NULL,
    operator_acts INTEGER NOT NULL,
    privacy_addresses INTEGER NOT NULL,
    privacy_requests INTEGER NOT NULL
) STRICT;
