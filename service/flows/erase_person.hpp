// An individual deletion request, passed on by an operator or made by the person.
#pragma once

#include "lib/privacy/erase.hpp"
#include "service/flows/leave.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace optledger {

struct ErasedList {
  std::string list;
  ErasureDecision::Outcome outcome;
  std::optional<Instant> kept_until;
};

// On the named list or on all the person is or was on; empty: nothing is held about the address.
// `declaration`: the text by which the person confirms that they had consented; absent, evidence of a consent
// is only restricted. The bytes leave the files with the store's purge_deleted().
std::vector<ErasedList> erase_person(const OperatorRequest& request,
                                     std::optional<std::string_view> declaration, const ProofWindow& window,
                                     const FingerprintKey& key, Store& store, Clock& clock, Entropy& entropy);

}  // namespace optledger
