// An individual deletion request, passed on by an operator or made by the person.
#pragma once

#include "lib/privacy/erase.hpp"
#include "service/flows/leave.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct ErasedList {
  std::string list;
  ErasureDecision::Outcome outcome;
  std::optional<Instant> kept_until;
};

// The texts by which a person confirms that they had consented, or that they could be mailed as a customer.
struct Declarations {
  std::string consent;
  std::string permission;
};

struct ErasureTerms {
  std::optional<Declarations> declarations;  // the person confirms what fits
  std::string method;
  Origin origin;
  ProofWindow window;
};

// Inside a transaction. When nothing is left restricted, what the person asked for goes too: the addresses of
// their privacy requests, and with them their links.
std::vector<ErasedList> erase_on_lists(const ErasureTerms& terms, const Fingerprint& person,
                                       const std::vector<std::string>& lists, Instant now,
                                       Transaction& transaction, Entropy& entropy);

// On the named list or on all the person is or was on; empty: nothing is held about the address.
// `declarations`: the person confirms what fits; absent, evidence of a consent or permission is only
// restricted. The bytes leave the files with the store's purge_deleted().
std::vector<ErasedList> erase_person(const OperatorRequest& request,
                                     const std::optional<Declarations>& declarations,
                                     const ProofWindow& window, const FingerprintKey& key, Store& store,
                                     Clock& clock, Entropy& entropy);

}  // namespace optledger
