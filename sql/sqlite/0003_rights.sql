-- The person's rights: requests with their due dates, and the restriction of processing.

-- What a person asked for. A request for access is also the link that answers it: nonce is that of its token.
-- email is there while an answer is owed or the link lives, and not a moment longer.
CREATE TABLE privacy_request (
    request_id INTEGER PRIMARY KEY,
    nonce BLOB NOT NULL UNIQUE CHECK (length(nonce) = 16),
    asked_for TEXT NOT NULL
        CHECK (asked_for IN ('access', 'correction', 'restriction', 'lifting', 'objection', 'erasure')),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    email TEXT,
    locale TEXT NOT NULL,
    letter_template BLOB REFERENCES document (sha256),
    letter_facts BLOB REFERENCES document (sha256),
    received_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    link_until INTEGER,
    used_for TEXT NOT NULL DEFAULT '',
    closed_at INTEGER,
    outcome TEXT CHECK (outcome IN ('answered', 'done', 'refused', 'erased', 'closed')),
    kept_until INTEGER,
    CHECK ((letter_template IS NULL) = (letter_facts IS NULL)),
    CHECK ((closed_at IS NULL) = (outcome IS NULL)),
    CHECK ((closed_at IS NULL) = (kept_until IS NULL)),
    CHECK (email IS NOT NULL OR closed_at IS NOT NULL),
    CHECK (email IS NOT NULL OR link_until IS NULL)
) STRICT;

CREATE INDEX privacy_request_by_person ON privacy_request (fingerprint);
CREATE INDEX open_privacy_request ON privacy_request (due_at) WHERE closed_at IS NULL;
CREATE INDEX privacy_request_with_address ON privacy_request (link_until) WHERE email IS NOT NULL;
CREATE INDEX privacy_request_by_end ON privacy_request (kept_until) WHERE kept_until IS NOT NULL;

-- Whose data may only be stored (Art. 18 GDPR), on every list, until they lift it themselves.
CREATE TABLE restriction (
    fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
