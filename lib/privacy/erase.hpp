// An individual deletion request (Art. 17), on one list. Its two outcomes are those of the promise: with the
// declaration that the consent or permission existed everything goes now; without it the evidence stays,
// restricted, until the proof window ends (T2.8, T2.9). Either way nobody is mailed again.
#pragma once

#include "lib/change.hpp"
#include "lib/consent/origin.hpp"
#include "lib/subscription/end_subscription.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct ErasureRequest {
  // The person confirms that the former consent was given, or that they could be mailed as a customer: the
  // wording of that declaration, kept as a document.
  std::optional<Digest> declaration;
  std::string method;  // "page", "api", "command"
  Origin origin;
};

struct ErasureFacts {
  EndFacts standing;
  std::vector<std::int64_t> leaves_of_consents;     // ledger indexes of what belongs to confirmed signups
  std::vector<std::int64_t> leaves_of_unconfirmed;  // and to those that never were
};

struct FreshErasure {
  Digest end_salt{};
  Digest erased_salt{};
};

struct ErasureDecision {
  enum class Outcome {
    erased,      // nothing about the person is left but, where they could be mailed, the receipt
    restricted,  // refused without the declaration: kept for defence against claims only, until held_until
    nothing_held,
  };
  Outcome outcome;
  std::optional<Instant> kept_until;  // of the receipt, or of the restricted evidence
  Changes changes;
};

ErasureDecision erase(const ErasureRequest& request, const ErasureFacts& facts, const ProofWindow& window,
                      Instant now, const FreshErasure& fresh);

}  // namespace optledger
