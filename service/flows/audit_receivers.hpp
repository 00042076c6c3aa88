// Every difference between the provider and what is true here, above all whoever is mailed there without a
// consent here. Changes nothing.
#pragma once

#include "service/flows/sync_receivers.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

struct Difference {
  enum class What {
    active_without_consent,  // mailed there, nothing held here
    active_but_left,         // mailed there, left, blocked or restricted here
    inactive,                // consented here, not mailed there
    missing,                 // consented here, not there
    facts_differ,            // name, link or source are not ours
  };
  What what;
  std::string email;  // as there; as here when it is missing there
  std::string provider_id;
  bool is_owed = false;  // the next run puts it right
};

std::string_view to_text(Difference::What what);

// Notes in `seen` whom the page is about.
std::vector<Difference> audit_page(const std::vector<Receiver>& page, std::set<Digest>& seen,
                                   const SyncedList& synced);

// Consented here and on no page. The first ones behind `last`, which moves on and is empty at the end.
std::vector<Difference> audit_unseen(const std::set<Digest>& seen, std::optional<Fingerprint>& last,
                                     int limit, const SyncedList& synced);

}  // namespace optledger
