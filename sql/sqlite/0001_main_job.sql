-- Sign-up, confirmation, evidence. Instants are milliseconds since 1970 UTC; hashes, nonces and salts are BLOBs.

-- Facts about this database itself: what it is, and proofs that the keys beside it are its own.
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Immutable texts named by their SHA-256: wordings, privacy notices, letter templates and letter facts.
CREATE TABLE document (
    sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every version of a list's consent text there has ever been.
CREATE TABLE wording (
    list TEXT NOT NULL,
    language TEXT NOT NULL,
    sha256 BLOB NOT NULL REFERENCES document (sha256),
    first_used_at INTEGER NOT NULL,
    PRIMARY KEY (list, language, sha256)
) STRICT, WITHOUT ROWID;

-- One request to join; once confirmed, the consent that owns its evidence. nonce is also that of its confirm token.
-- Or a permission without consent: in force from the start, without a letter.
CREATE TABLE signup (
    signup_id INTEGER PRIMARY KEY,
    nonce BLOB NOT NULL UNIQUE CHECK (length(nonce) = 16),
    list TEXT NOT NULL,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    email TEXT,
    name TEXT,
    locale TEXT NOT NULL,
    letter_template BLOB REFERENCES document (sha256),
    letter_facts BLOB REFERENCES document (sha256),
    state TEXT NOT NULL CHECK (state IN ('pending', 'superseded', 'cancelled', 'confirmed', 'withdrawn')),
    requested_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    withdrawn_at INTEGER,
    held_until INTEGER,
    basis TEXT NOT NULL CHECK (basis IN ('double_opt_in', 'existing_customer', 'foreign_consent')),
    CHECK ((letter_template IS NOT NULL) = (basis = 'double_opt_in')),
    CHECK ((letter_facts IS NOT NULL) = (basis = 'double_opt_in')),
    CHECK (basis = 'double_opt_in' OR state IN ('confirmed', 'withdrawn')),
    CHECK ((email IS NULL) = (state = 'cancelled')),
    CHECK ((confirmed_at IS NOT NULL) = (state IN ('confirmed', 'withdrawn'))),
    CHECK ((withdrawn_at IS NOT NULL) = (state = 'withdrawn')),
    CHECK ((held_until IS NOT NULL) = (state = 'withdrawn'))
) STRICT;

CREATE INDEX signup_by_person ON signup (fingerprint, list);
CREATE INDEX unconfirmed_by_expiry ON signup (expires_at) WHERE confirmed_at IS NULL;
CREATE INDEX withdrawn_by_end ON signup (held_until) WHERE held_until IS NOT NULL;

-- One address on one list, once confirmed or permitted. nonce is that of its unsubscribe token.
CREATE TABLE subscription (
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    list TEXT NOT NULL,
    nonce BLOB NOT NULL UNIQUE CHECK (length(nonce) = 16),
    signup_id INTEGER NOT NULL REFERENCES signup (signup_id),
    confirmed_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'confirmed' CHECK (state IN ('confirmed', 'unsubscribed', 'blocked')),
    ended_at INTEGER,
    PRIMARY KEY (fingerprint, list),
    CHECK ((ended_at IS NULL) = (state = 'confirmed'))
) STRICT, WITHOUT ROWID;

CREATE INDEX subscription_by_signup ON subscription (signup_id);

-- The ledger's entries, in commit order without gaps. Never changed, never deleted; they say nothing about anybody.
CREATE TABLE ledger_entry (
    leaf_index INTEGER PRIMARY KEY,
    entry BLOB NOT NULL CHECK (length(entry) = 32)
) STRICT;

-- The text and salt behind an entry, as long as they may be kept. body is the exact canonical JSON that was hashed.
CREATE TABLE record (
    leaf_index INTEGER PRIMARY KEY REFERENCES ledger_entry (leaf_index),
    signup_id INTEGER REFERENCES signup (signup_id),
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    body TEXT NOT NULL
) STRICT;

CREATE INDEX record_by_signup ON record (signup_id) WHERE signup_id IS NOT NULL;
CREATE INDEX record_without_person ON record (leaf_index) WHERE signup_id IS NULL;

-- A letter that is still owed. Nobody but the holder of the lease may send it before leased_until. nonce: of the
-- signup it confirms, or of the privacy request it answers.
CREATE TABLE letter_task (
    nonce BLOB PRIMARY KEY CHECK (length(nonce) = 16),
    kind TEXT NOT NULL CHECK (kind IN ('confirmation', 'privacy')),
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    leased_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX letter_task_by_due ON letter_task (due_at);

-- What an operator did with a person's data, and why. Kept with the database, never in a proof.
CREATE TABLE operator_act (
    act_id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    verb TEXT NOT NULL,
    operator TEXT NOT NULL,
    reason TEXT NOT NULL,
    list TEXT,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    kept_until INTEGER NOT NULL
) STRICT;

CREATE INDEX operator_act_by_end ON operator_act (kept_until);
CREATE INDEX operator_act_by_person ON operator_act (fingerprint);

-- Keys of programs and officers; only the SHA-256 of a key is stored.
CREATE TABLE api_key (
    name TEXT PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
