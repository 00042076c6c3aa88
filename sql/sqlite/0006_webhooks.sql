-- Signed sign-up calls that were taken, and webhooks that are owed. Nothing here holds an address or a fingerprint.

-- A call that comes again is answered as the first time and records nothing. call: keyed hash of its list and webhook-id.
CREATE TABLE webhook_call (
    call BLOB PRIMARY KEY CHECK (length(call) = 32),
    kept_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_call_by_end ON webhook_call (kept_until);

-- How far each configured endpoint has been told. disabled_at: it answered 410; nothing is sent until an operator says so.
CREATE TABLE webhook_endpoint (
    endpoint TEXT PRIMARY KEY,
    next_leaf INTEGER NOT NULL,
    disabled_at INTEGER
) STRICT, WITHOUT ROWID;

-- What an endpoint is owed: the place of a record, which is read when it is sent. due_at NULL: given up.
CREATE TABLE webhook_delivery (
    endpoint TEXT NOT NULL,
    leaf_index INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER,
    kept_until INTEGER NOT NULL,
    PRIMARY KEY (endpoint, leaf_index)
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_delivery_by_due ON webhook_delivery (endpoint, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_delivery_by_end ON webhook_delivery (kept_until);

ALTER TABLE deletion_receipt ADD COLUMN webhook_calls INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deletion_receipt ADD COLUMN webhook_deliveries INTEGER NOT NULL DEFAULT 0;
