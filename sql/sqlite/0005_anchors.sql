-- Timestamps (RFC 3161) of the ledger's checkpoints. About no person: evidence for as long as the ledger.
CREATE TABLE ledger_timestamp (
    tree_size INTEGER PRIMARY KEY CHECK (tree_size > 0),
    checkpoint TEXT NOT NULL,
    token TEXT NOT NULL,
    stamped_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL
) STRICT;
