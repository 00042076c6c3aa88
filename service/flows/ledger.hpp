// The public ledger as the service has it: the key that signs, and the mirror with what was signed. The
// database holds the entries; what both know must agree before anything is signed or appended.
#pragma once

#include "lib/ledger/checkpoint.hpp"
#include "lib/ledger/signed_note.hpp"
#include "service/config/config.hpp"
#include "service/store/ledger_mirror.hpp"
#include "service/store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace optledger {

struct Ledger {
  SigningKey key;
  VerifierKey verifier;
  LedgerMirror mirror;

  std::string vkey() const { return to_text(verifier); }
};

// "/var/lib/optledger/optledger.db-ledger", unless the configuration names another folder.
std::filesystem::path mirror_of(const Config& config);

// The ledger of this database. Its name and key are fixed at the first opening; with others, or with a mirror
// that is another ledger's, LedgerContradiction with a line for the operator.
Ledger open_ledger(const Config& config, const Digest& seed, Store& store);

// The same for the vkey that a database goes by, if it has had a first opening.
Ledger ledger_of(const Config& config, const Digest& seed, const std::optional<std::string>& vkey);

struct SignedCheckpoint {
  Checkpoint tree;
  std::string note;
};

// The note as a tree, when our key has signed it. LedgerContradiction otherwise.
SignedCheckpoint checked(std::string note, const Ledger& ledger, const std::string& where);

// The last one in the mirror, its signature checked. None: nothing was published yet, or the mirror is lost.
std::optional<SignedCheckpoint> published_checkpoint(const Ledger& ledger);

// The last one that the database knows of.
std::optional<SignedCheckpoint> known_checkpoint(const Ledger& ledger, Reading& reading);
void put_known_checkpoint(const std::string& note, Transaction& transaction);

// How the database stands to what was published.
struct LedgerStanding {
  std::uint64_t entries = 0;       // in the database
  std::uint64_t published = 0;     // under the mirror's checkpoint
  bool mirror_is_missing = false;  // the database knows of a checkpoint and the mirror of none

  bool database_is_older() const { return entries < published; }
};
LedgerStanding ledger_standing(const Ledger& ledger, Store& store);

// What an operator has to do before anything may be appended; nothing: all is well.
std::optional<std::string> trouble_in(const LedgerStanding& standing, const Ledger& ledger);

}  // namespace optledger
