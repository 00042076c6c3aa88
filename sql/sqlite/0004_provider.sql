-- What CleverReach holds of our subscribers, as far as it has acknowledged it, and what is owed to it.

-- No address: an erased person's receiver is found by the provider's own number, or by comparing fingerprints.
CREATE TABLE receiver (
    list TEXT NOT NULL,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    provider_id TEXT,
    acknowledged TEXT NOT NULL DEFAULT 'never'
        CHECK (acknowledged IN ('never', 'unknown', 'active', 'inactive')),
    content BLOB CHECK (length(content) = 32),
    commitment BLOB CHECK (length(commitment) = 32),
    our_deactivation INTEGER,
    due_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    look INTEGER NOT NULL DEFAULT 0 CHECK (look IN (0, 1)),
    PRIMARY KEY (list, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE INDEX receiver_by_due ON receiver (list, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX receiver_by_provider_id ON receiver (list, provider_id) WHERE provider_id IS NOT NULL;
