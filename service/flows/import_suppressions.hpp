// The rules of the system that was used before, or of the journal of departures, some hundred at a time.
#pragma once

#include "lib/suppression/import_rule.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <cstdint>
#include <vector>

namespace optledger {

struct ImportCounts {
  std::int64_t kept = 0;
  std::int64_t known = 0;
  std::int64_t over = 0;
  std::int64_t overtaken = 0;
  std::int64_t ended = 0;  // subscriptions; the others count rules

  ImportCounts& operator+=(const ImportCounts& more);
};

enum class ImportMode {
  apply,
  look,  // changes nothing; of a rule that stands there twice, both count as new
};

// One transaction: all of these rules or none. Repeated, nothing changes any more.
ImportCounts import_suppressions(const std::vector<Suppression>& rules, ImportMode mode,
                                 const ProofWindow& window, Store& store, Clock& clock, Entropy& entropy);

// The same for rules of our own that a database copied back from before does not know.
ImportCounts reapply_suppressions(const std::vector<Suppression>& rules, const ProofWindow& window,
                                  Store& store, Clock& clock, Entropy& entropy);

}  // namespace optledger
