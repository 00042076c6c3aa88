// What the tables say about one person, gathered so that it can be held against the person's records.
#pragma once

#include "lib/base/json.hpp"
#include "lib/consent/record.hpp"
#include "lib/signup/signup.hpp"
#include "lib/subscription/subscription.hpp"
#include "lib/suppression/suppression.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct KnownRecord {
  std::int64_t leaf_index = 0;
  Json record;
};

struct SignupStanding {
  Signup signup;
  std::vector<KnownRecord> records;  // in the ledger's order
};

struct ListStanding {
  std::string list;
  std::vector<SignupStanding> signups;  // oldest first, cancelled ones too
  std::optional<Subscription> subscription;
};

struct PersonStanding {
  Fingerprint person;
  std::vector<ListStanding> lists;
  std::vector<Suppression> rules;  // those for every list and the restriction too
};

}  // namespace optledger
